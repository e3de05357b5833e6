"""The one comment of a change: a section for each environment, production first, of the pages that previews wrote.

It is rendered from files and posted as a file, so that no text of a change is ever part of a command. Hidden marks say
where a section begins and which digest its approval is bound to; who reads them back is `approved.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from operations.ci.errors import CiError
from operations.ci.plan import PAGE, REVIEW
from operations.ci.text import MOST, fitted, plain

MARK: Final = "<!-- hybrid:review -->"
"""What the comment begins with, by which the next run finds it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of one environment: the verdict, the page below it, and the digest, "" where nothing is bound."""

    environment: str
    verdict: str
    page: str
    digest: str = ""


def part(folder: Path) -> Part:
    """Return what a preview wrote into a folder. Raises `CiError` where it is not all there."""
    try:
        document = cast("dict[str, Any]", json.loads((folder / REVIEW).read_text(encoding="utf-8")))
        page = (folder / PAGE).read_text(encoding="utf-8")
        (environment,) = document["environments"]
        return Part(
            str(environment["environment"]), str(document["verdict"]), _body(page), str(environment["digest"] or "")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CiError(f"{folder} holds no preview: write one with ./hybrid ci plan ENV --folder {folder}") from error


def comment(parts: Sequence[Part], wanted: Sequence[str], *, link: str = "", other: str = "", most: int = MOST) -> str:
    """Return the comment, at most `most` characters of it.

    wanted: the environments, in the order of their sections; one without a part is said to have none. link: where all
    of it is. other: a page for all environments together, shown below where a part is missing.
    """
    found = {each.environment: each for each in parts}
    missing = [name for name in wanted if name not in found]
    sections = [_section(found[name], link) for name in wanted if name in found]
    if missing:
        sections.append(list(_missing(missing, link, other)))
    head = [MARK, "", *_table(wanted, found), ""]
    return fitted([*head, *(line for section in sections for line in section)], link, most)


def _body(page: str) -> str:
    """Return a page without its first heading, the others one level lower: they stand below an environment's."""
    lines = page.strip().splitlines()
    if lines and lines[0].startswith("# "):
        lines = lines[1:]
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in lines).strip()


def _table(wanted: Iterable[str], found: dict[str, Part]) -> Iterator[str]:
    yield "| environment | verdict |"
    yield "|---|---|"
    for name in wanted:
        words = plain(found[name].verdict) if name in found else "no preview of the real stack"
        yield f"| {name} | {words} |"


def _section(each: Part, link: str) -> list[str]:
    lines = [f"<!-- hybrid:section {each.environment} -->", f"## {each.environment}: {plain(each.verdict)}", ""]
    if each.digest:
        lines.insert(1, f"<!-- hybrid:digest {each.environment} {each.digest} -->")
    return [*lines, *each.page.splitlines(), *([f"[The run]({link})"] if link else []), ""]


def _missing(names: Sequence[str], link: str, other: str) -> Iterator[str]:
    where = f": [the run]({link}) says why" if link else ""
    yield f"## {', '.join(names)}: no preview of the real stack{where}"
    yield ""
    if other:
        yield "What the simulated clouds say of the change; an approval is not bound to it."
        yield ""
        yield from _body(other).splitlines()


def digests(text: str) -> dict[str, str]:
    """Return the digests that a comment bound its sections to, by environment."""
    return dict(re.findall(r"^<!-- hybrid:digest ([a-z0-9-]+) (v1(?:\.[0-9a-f]{32}){4}) -->$", text, re.MULTILINE))
