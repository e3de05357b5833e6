"""What binds an approval to what runs: one digest over program, configuration, operations and the state's version.

Each part is told apart, so that a digest that differs says which part does. Operations are sorted, since the engine
works on several resources at once and reports them in whatever order they come.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from model.estate import Environment
from model.planning.review.planned import Planned

VERSION: Final = "v1"
PARTS: Final = ("program", "configuration", "operations", "state")
_LENGTH: Final = 32
PROGRAM: Final = ("__main__.py", "Pulumi.yaml", "requirements.txt")
"""Files at the root that the program consists of, besides its packages."""
PACKAGES: Final = ("model", "components", "infra")
"""The packages that the program runs."""
_CODE: Final = frozenset({".py", ".yaml", ".json", ".txt", ".toml"})


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of one change of one environment: a fingerprint of each part."""

    program: str
    configuration: str
    operations: str
    state: str

    def __str__(self) -> str:
        """Write it on one line, as it is given to `./hybrid verify`."""
        return ".".join((VERSION, self.program, self.configuration, self.operations, self.state))

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read one. Raises `ValueError` with what is wrong."""
        version, *parts = text.strip().split(".")
        if version != VERSION or len(parts) != len(PARTS) or not all(len(part) == _LENGTH for part in parts):
            raise ValueError(f"'{text}' is no digest of a review: it begins with {VERSION}. and has {len(PARTS)} parts")
        return cls(*parts)

    def differing(self, other: Digest) -> tuple[str, ...]:
        """Return the parts in which the two differ."""
        return tuple(part for part in PARTS if getattr(self, part) != getattr(other, part))


def program_digest(root: Path) -> str:
    """Return the fingerprint of the program's own files below `root`, by path and content."""
    return _digest({name: hashlib.sha256(text).hexdigest() for name, text in program_files(root)})


def program_files(root: Path) -> Iterable[tuple[str, bytes]]:
    """Give the program's own files below `root`, by path."""
    paths = [root / name for name in PROGRAM]
    paths += sorted(path for name in PACKAGES for path in (root / name).rglob("*") if path.suffix in _CODE)
    for path in paths:
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix(), path.read_bytes()


def configuration_digest(env: Environment) -> str:
    """Return the fingerprint of what the files say about an environment; comments are not in it, the order of keys is.

    Its sections, the organisation, the version catalogue and every team: an environment can give to what is another's.
    """
    held: dict[str, object] = {name: shape.model_dump(mode="json") for name, shape in env.sections.items()}
    held["organisation"] = env.organisation.model_dump(mode="json")
    held["versions"] = env.versions.model_dump(mode="json") if env.versions is not None else None
    held["teams"] = {slug: team.model_dump(mode="json") for slug, team in env.teams.items()}
    return _digest(held, in_order=True)


def operations_digest(planned: Iterable[Planned]) -> str:
    """Return the fingerprint of what would be done: each URN, operation and the names of the properties that change."""
    return _digest(operation_lines(planned))


def operation_lines(planned: Iterable[Planned]) -> list[str]:
    """Return what would be done, a line for each resource, sorted: what two digests of operations compare."""
    return sorted(f"{each.operation} {each.urn} {','.join(each.changed_keys)}".rstrip() for each in planned)


def state_digest(resources: Iterable[Mapping[str, Any]]) -> str:
    """Return the fingerprint of the resources of a state, whatever order and serial it is written with.

    Secrets are left out: each time a state is written they are encrypted anew.
    """
    held = {
        str(each["urn"]): {key: _plain(each.get(key)) for key in ("type", "id", "inputs", "outputs", "protect")}
        for each in resources
        if not each.get("delete")
    }
    return _digest(held)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        mapping = cast("Mapping[str, object]", value)
        if "4dabf18193072939515e22adb298388d" in mapping:
            return "secret"
        return {key: _plain(each) for key, each in mapping.items()}
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[object]", value)]
    return "secret" if value == "[secret]" else value or None


def _digest(value: object, *, in_order: bool = False) -> str:
    text = json.dumps(value, sort_keys=not in_order, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
