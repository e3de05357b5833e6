"""The comment of a change put together from what a job finds, and where it goes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from operations.ci import github, gitlab
from operations.ci.approved import link
from operations.ci.comment import MARK, Part, comment, part
from operations.ci.errors import CiError
from operations.ci.settings import environments
from operations.console import note


def ordered() -> list[str]:
    """Return the environments as they are read: the ring that changes last first, so production begins."""
    known = environments()
    return sorted(known, key=lambda name: (-known[name].facts.ring, name))


def rendered(folders: Sequence[Path], where: str | None, simulated: Path | None) -> str:
    """Return the comment of what previews wrote into folders; one of a preview that failed is left out, and said."""
    parts: list[Part] = []
    for folder in folders:
        try:
            parts.append(part(folder))
        except CiError as error:
            note(f"./hybrid ci: {error}")
    other = ""
    if simulated is not None:
        try:
            other = simulated.read_text(encoding="utf-8")
        except OSError as error:
            note(f"./hybrid ci: {simulated} can not be read: {error.strerror}")
    return comment(parts, ordered(), link=where or link(), other=other)


def post(text: str, host: str) -> str:
    """Write the comment of the job's pull request or merge request."""
    if host == "github":
        return github.stick(github.number(github.needed("PULL_REQUEST")), text, MARK)
    return gitlab.stick(text, MARK)
