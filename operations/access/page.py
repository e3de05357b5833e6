"""`docs/access.md`: the page's answers are those of the commands that stand above them, on the sample's own files.

A block is marked `<!-- answer: access who can read state -->`. A question about a change names one of the edits below:
`<!-- answer: access diff main; edit: swap -->` is what the command says of that change against the files as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from model.config.problems import Problem
    from model.estate import Estate

PAGE: Final = "docs/access.md"
_BLOCK: Final = re.compile(
    r"(<!-- answer: (?P<words>[^;\n]+?)(?:; edit: (?P<edit>[a-z-]+))?(?:; first: (?P<first>[0-9]+))? -->\n"
    r"```text\n).*?(?P<end>```)",
    re.DOTALL,
)
_STIER: Final = "stacks/teams/stier.yaml"
_SKRED: Final = "stacks/teams/skred.yaml"


def _replaced(root: Path, file: str, old: str, new: str) -> dict[str, str]:
    text = (root / file).read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{PAGE} shows an edit of {old!r}, which does not stand once in {file}")
    return {file: text.replace(old, new)}


def _one_more_namespace(root: Path) -> dict[str, str]:
    return _replaced(root, _STIER, "prefixes: [stiportal, ruteplan]", "prefixes: [stiportal, ruteplan, turkart]")


def _swap(root: Path) -> dict[str, str]:
    text = (root / "stacks/organisation.yaml").read_text(encoding="utf-8")
    first, second = (line for line in text.splitlines() if re.match(r"  varde-team-(stier|skred)@", line))
    return {"stacks/organisation.yaml": text.replace(second, "@").replace(first, second).replace("@\n", f"{first}\n")}


def _pending(root: Path) -> dict[str, str]:
    return _replaced(root, _SKRED, "  state: active", "  state: pending\n  pending_since: 2026-10-30")


EDITS: Final[Mapping[str, Callable[[Path], Mapping[str, str]]]] = {
    "one-more-namespace": _one_more_namespace,
    "swap": _swap,
    "pending": _pending,
}
"""The text of files after an edit, by the edit's name."""
REMOVED: Final[Mapping[str, tuple[str, str | None]]] = {
    "team-removed": ("hytter", "varde-team-stier@fjellverket.example"),
    "team-gone": ("hytter", None),
}
"""Teams that an edit removes, and the group that takes over from each."""


def pages(root: Path, estate: Estate) -> dict[str, str]:
    """Return the page with its answers; nothing where the project has no such page."""
    path = root / PAGE
    if not path.is_file():
        return {}

    def answered(match: re.Match[str]) -> str:
        text = _answer(root, estate, match["words"].split(), match["edit"])
        lines = [line.rstrip() for line in text.rstrip().splitlines()]
        if match["first"] and len(lines) > int(match["first"]):
            left = len(lines) - int(match["first"])
            lines = [*lines[: int(match["first"])], f"... and {left} lines more"]
        return match[1] + "\n".join(lines) + "\n" + match["end"]

    return {PAGE: _BLOCK.sub(answered, path.read_text(encoding="utf-8"))}


def _answer(root: Path, estate: Estate, words: list[str], edit: str | None) -> str:
    if edit is not None:
        return "\n".join(_told(root, estate, words, edit))
    from operations.cli import main

    answer = StringIO()
    with redirect_stdout(answer):
        main(words)
    return answer.getvalue()


def _told(root: Path, estate: Estate, words: list[str], edit: str) -> Iterator[str]:
    """Give what a command says of an edit: `access diff BASE [--env ENV]`, or `check`, of which the edit's own part."""
    from model.check import check
    from operations.access.diff import lines

    after = check(root, texts=EDITS[edit](root)) if edit in EDITS else None
    if words[0] == "check":
        found = after.problems if after is not None else _of_the_estate(without_team(estate, *REMOVED[edit]))
        known = set(check(root).problems)
        yield from (problem.text() for problem in found if problem not in known)
        return
    from model.planning.questions.difference import access_difference

    changed = after.loaded.estate if after is not None else without_team(estate, *REMOVED[edit])
    if changed is None:
        raise ValueError(f"{PAGE} shows the edit {edit}, after which the files can not be read")
    environments = [words[place + 1] for place, word in enumerate(words) if word == "--env"]
    yield from lines(access_difference(estate, changed, environments), words[2])


def _of_the_estate(estate: Estate) -> Sequence[Problem]:
    """Return what the rules over all environments say of an estate."""
    from model.rules.all import estate_rules

    return estate_rules.run(estate).problems


def without_team(estate: Estate, slug: str, successor: str | None = None) -> Estate:
    """Return an estate as it is once a team's file is gone, and `successor` has taken over what stays."""
    from dataclasses import replace

    from model.config.organisation import FormerTeam

    organisation = estate.organisation
    if successor is not None:
        places = {name: here.project for name, here in estate.teams[slug].environments.items()}
        former = FormerTeam(taken_over_by=successor, on=estate.today, kept=("projects", "state"), state=places)
        organisation = organisation.model_copy(update={"former_teams": {**organisation.former_teams, slug: former}})
    teams = {name: team for name, team in estate.teams.items() if name != slug}
    environments = {
        name: replace(env, teams=teams, organisation=organisation) for name, env in estate.environments.items()
    }
    return replace(estate, teams=teams, environments=environments, organisation=organisation)
