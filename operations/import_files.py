"""The import files of an environment: what the program declares, with the id under which each object is known."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from model.estate import Environment
from model.runbooks.import_ids import FORMS, MADE_TWICE, Declared, Where, import_files
from operations.project import ROOT
from operations.record.apart import declared_apart


class NotDeclaredError(Exception):
    """The program does not declare what is asked for, or does not run at all; the text says which."""


def declared(environment: str, root: Path = ROOT) -> tuple[Declared, ...]:
    """Return what the program of the project at `root` declares. Raises `NotDeclaredError` in the program's words."""
    try:
        return tuple(read(each) for each in declared_apart(environment, root))
    except RuntimeError as error:
        raise NotDeclaredError(f"the program of {environment} does not run: {error}") from error


def read(each: Mapping[str, Any]) -> Declared:
    """Return a resource of a recording, as it stands in its JSON."""
    return Declared(
        urn=str(each["urn"]),
        type=str(each["type"]),
        name=str(each["name"]),
        parent=str(each["parent"] or ""),
        provider=str(each["provider"] or ""),
        custom=bool(each["custom"]),
        adopted=bool(each["options"]["import"]),
        inputs=cast("Mapping[str, Any]", each["inputs"]),
    )


def held(state: Path) -> frozenset[str]:
    """Return the URNs that an exported state has. Raises `NotDeclaredError` for a file that is none."""
    try:
        exported = cast("dict[str, Any]", json.loads(state.read_text(encoding="utf-8")))
        return frozenset(str(each["urn"]) for each in exported["deployment"].get("resources") or ())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotDeclaredError(f"{state} is not what `pulumi stack export` writes: {error}") from error


def write(env: Environment, folder: Path, *, only: Sequence[str] = (), state: Path | None = None) -> tuple[str, ...]:
    """Write a file for each phase into `folder`, and return what there is to say, in lines.

    `only` are logical names: the files then hold those alone, and take their components to be in the state. `state` is
    an exported state; what it has is left out. Raises `NotDeclaredError`, and `OSError` where the folder cannot be
    written.
    """
    known = held(state) if state is not None else frozenset[str]()
    resources = declared(env.name)
    unknown = set(only) - {each.name for each in resources}
    if unknown:
        raise NotDeclaredError(
            f"the program of {env.name} declares nothing that is called {', '.join(sorted(unknown))}"
        )
    vsphere = env.onprem.vsphere
    where = Where(vsphere.datacenter, vsphere.compute_cluster, vsphere.tag_category or "")
    files = import_files(resources, where, only=only, held=known)
    folder.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for phase, content in files.items():
        path = folder / f"{phase.value}.json"
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        objects = [each for each in content["resources"] if "id" in each]
        lines.append(f"{path}: {len(objects)} to import")
    left = sorted({each.type for each in resources if each.urn not in known and _left_out(each, only)})
    if left:
        lines.append(f"left out, since their ids are their clouds' own choice: {', '.join(left)}")
    return tuple(lines)


def _left_out(each: Declared, only: Sequence[str]) -> bool:
    """Say whether an object would be refused if it existed, and no file can name it."""
    if not each.custom or each.adopted or each.type in FORMS or (only and each.name not in only):
        return False
    return each.type.startswith(("gcp:", "vsphere:")) and each.type not in MADE_TWICE
