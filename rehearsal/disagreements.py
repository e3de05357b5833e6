"""Where the simulated providers answer differently from the real ones, and why: the page docs/fidelity.md.

The reasons are kept in `disagreements.yaml` beside this module.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol, cast

import yaml

from rehearsal.facts import Catalogue
from rehearsal.verdicts import Case, Change

FILE: Final = Path(__file__).with_name("disagreements.yaml")
_MEANINGS: Final = {
    "checks": "inputs accepted or refused",
    "places": "the place that a refusal names",
    "defaults": "inputs given back, with the provider's defaults",
    "diffs": "update, replacement, deletion first",
}

_INTRODUCTION: Final = """\
How far the simulated providers answer as the real ones do at a preview: what they accept, what they fill in and what
they replace. The measure is a fixture of recorded answers of the pulumi-gcp 10.0 and pulumi-vsphere 4.18 plugins
(`tests/rehearsal/fixtures/`). This page is made by `python -m rehearsal.fidelity --markdown`."""
_SOURCES: Final = """\
What a type requires, knows and replaces comes from the provider's published schema, for every type; conflicts,
exactly-one groups, enums and formats come from the documentation of its fields (`rehearsal/facts/constraints/`). Types
beyond the measured ones are held to the same two sources."""


class Figures(Protocol):
    """How many answers of one sort were compared, and which do not agree."""

    disagreed: list[str]

    @property
    def agreed(self) -> int:
        """How many agree."""
        ...

    @property
    def total(self) -> int:
        """How many were compared."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """A reason for answers of one sort that do not agree; `answers` are patterns over type and case."""

    what: str
    answers: tuple[str, ...]
    reason: str


@cache
def known() -> tuple[Known, ...]:
    """Return every reason that is kept."""
    rows = cast("list[dict[str, Any]]", yaml.safe_load(FILE.read_text(encoding="utf-8")))
    return tuple(Known(row["what"], tuple(row["answers"]), str(row["reason"]).strip()) for row in rows)


def reason_for(what: str, disagreement: str) -> str | None:
    """Return why an answer does not agree; None where nobody knows."""
    answer = answer_of(disagreement)
    for each in known():
        if each.what == what and any(fnmatchcase(answer, pattern) for pattern in each.answers):
            return each.reason
    return None


def answer_of(disagreement: str) -> str:
    """Return type and case of a disagreement, which is `type case: what is different`."""
    return disagreement.partition(": ")[0]


def page(cases: Sequence[Case], changes: Sequence[Change], tallies: Mapping[str, Figures]) -> str:
    """Return docs/fidelity.md."""
    return "\n".join([*_head(), *_shares(tallies), *_types(cases, changes), *_differences(tallies)]) + "\n"


def _head() -> Iterator[str]:
    yield from ("# Fidelity", "", _INTRODUCTION, "")


def _shares(tallies: Mapping[str, Figures]) -> Iterator[str]:
    yield "| answers | meaning | agree | of | share |"
    yield "|---|---|---:|---:|---:|"
    for name, tally in tallies.items():
        share = f"{tally.agreed / tally.total:.1%}" if tally.total else "-"
        yield f"| {name} | {_MEANINGS[name]} | {tally.agreed} | {tally.total} | {share} |"
    agreed, total = sum(each.agreed for each in tallies.values()), sum(each.total for each in tallies.values())
    yield f"| all | | {agreed} | {total} | {agreed / total:.1%} |"
    yield ""


def _types(cases: Sequence[Case], changes: Sequence[Change]) -> Iterator[str]:
    yield from ("## Types", "")
    yield from (_SOURCES, "")
    yield "| provider | types with facts | measured | checks | diffs |"
    yield "|---|---:|---:|---:|---:|"
    checked, changed = (Counter(each.type.partition(":")[0] for each in found) for found in (cases, changes))
    measured = Counter(token.partition(":")[0] for token in {case.type for case in cases})
    for provider in sorted(measured):
        count = len(Catalogue.load(provider).tokens)
        yield f"| {provider} | {count} | {measured[provider]} | {checked[provider]} | {changed[provider]} |"
    yield ""


def _differences(tallies: Mapping[str, Figures]) -> Iterator[str]:
    yield from ("## What does not agree", "")
    found: dict[str, list[str]] = defaultdict(list)
    for name, tally in tallies.items():
        for disagreement in tally.disagreed:
            found[reason_for(name, disagreement) or "No reason is known yet."].append(
                f"- {name}: `{answer_of(disagreement)}`"
            )
    if not found:
        yield "Nothing: every answer agrees."
    for number, (reason, answers) in enumerate(found.items()):
        yield from ("", reason, "") if number else (reason, "")
        yield from answers
