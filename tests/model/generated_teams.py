"""Estates with as many teams as a case wants, each like one of the project's own."""

from __future__ import annotations

import re
import shutil
from itertools import count
from pathlib import Path
from typing import Final

from tests.model.cases import ORGANISATION, ROOT

_LIKE: Final = "stier"
_PREFIXES: Final = ("stiportal", "ruteplan")
_NUMBER: Final = re.compile(r'"41[0-9]{10}"')
"""A project's number, of which no two projects have the same."""
_SLUGS: Final = tuple(path.stem for path in sorted((ROOT / "stacks" / "teams").glob("*.yaml")))


def project_of(folder: Path, teams: int) -> Path:
    """Lay out the project's files below `folder` with this many teams in place of its own, and return it as a root."""
    shutil.copytree(ROOT / "stacks", folder / "stacks")
    for path in (folder / "stacks" / "teams").glob("*.yaml"):
        path.unlink()
    record = (ROOT / "stacks" / "teams" / f"{_LIKE}.yaml").read_text(encoding="utf-8")
    groups: list[str] = []
    numbers = count()
    for number in range(teams):
        slug = f"t{number:04d}"
        text = record
        for place, prefix in enumerate(_PREFIXES):
            text = text.replace(prefix, f"{slug}{'abc'[place]}")
        text = text.replace(_LIKE, slug).replace(_LIKE.title(), slug).replace("000000000011", f"9{number:011d}")
        text = _NUMBER.sub(lambda _: f'"42{next(numbers):010d}"', text)
        (folder / "stacks" / "teams" / f"{slug}.yaml").write_text(text, encoding="utf-8")
        team, lead = (
            f"varde-{kind}-{slug}{end}@fjellverket.example" for kind, end in (("team", ""), ("role", "-leder"))
        )
        groups.append(_group(team, f"9{number:011d}", "team"))
        groups.append(_group(lead, f"8{number:011d}", "role"))
    path = folder / ORGANISATION
    text = path.read_text(encoding="utf-8")
    former = tuple(f"  varde-{kind}-{name}" for kind in ("team", "role") for name in _SLUGS)
    kept = [line for line in text.splitlines(keepends=True) if not line.startswith(former)]
    head, mark, rest = "".join(kept).partition("\ngroups:\n")
    assert mark, "the organisation file has its groups in a mapping called groups"
    path.write_text(f"{head}{mark}{''.join(groups)}{rest}", encoding="utf-8")
    return folder


def _group(address: str, last: str, kind: str) -> str:
    known = f"entra_object_id: 00000000-0000-4000-8000-{last}, kind: {kind}, use: generated"
    return f"  {address}: {{{known}}}\n"
