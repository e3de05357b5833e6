"""The full report of a rehearsal, for people (Markdown) and machines (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from operations.project import REHEARSALS
from rehearsal.engine.steps import StepResult

if TYPE_CHECKING:
    from operations.rehearse.one import Rehearsed


def write(rehearsed: Sequence[Rehearsed], folder: Path = REHEARSALS) -> Path:
    """Write the report, for people and for machines, into `folder` and return the former's path.

    Its name holds the environments: since no two rehearsals have one environment at once, no two write one report.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"report-{'-'.join(each.environment for each in rehearsed)}.md"
    path.write_text("\n".join(_lines(rehearsed)) + "\n", encoding="utf-8")
    machine = {"environments": {each.environment: each.as_dict() for each in rehearsed}}
    path.with_suffix(".json").write_text(json.dumps(machine, indent=2) + "\n", encoding="utf-8")
    return path


def _lines(rehearsed: Sequence[Rehearsed]) -> Iterator[str]:
    yield "# Rehearsal"
    for each in rehearsed:
        yield from ("", f"## {each.environment}", "")
        yield "| step | result | create | update | replace | delete | same | other | seconds |"
        yield "|---|---|--:|--:|--:|--:|--:|---|--:|"
        for name, result in each.steps:
            yield _step_row(name, result)
        for name, result in each.steps:
            yield from _errors(name, result)
        for line in (*each.unexpected, *each.remarks):
            yield from ("", line)
        if each.timing is not None:
            yield from ("", "### Predicted time of a real up", "", "```", *each.timing.lines(), "```")
            yield from ("", f"![timing](timing-{each.environment}.svg)")
        if each.clouds is not None:
            yield from ("", each.clouds.line())
        yield from ("", "### Resources", "", "| type | count |", "|---|--:|")
        for kind, count in sorted(each.resources.items()):
            yield f"| `{kind}` | {count} |"
        for name, result in each.steps:
            yield from _changes(name, result)


def _step_row(name: str, result: StepResult) -> str:
    main = ("create", "update", "replace", "delete", "same")
    counts = " | ".join(str(result.operations.get(word, 0)) for word in main)
    other = ", ".join(f"{number} {word}" for word, number in result.operations.items() if word not in main and number)
    return f"| {name} | {'ok' if result.succeeded else 'failed'} | {counts} | {other} | {result.seconds:.1f} |"


def _errors(name: str, result: StepResult) -> Iterator[str]:
    for diagnostic in result.errors:
        yield from (
            "",
            f"Error in {name}: `{diagnostic.urn.rpartition('::')[2]}`",
            "",
            "```",
            diagnostic.message,
            "```",
        )


def _changes(name: str, result: StepResult) -> Iterator[str]:
    if result.empty:
        return
    yield from ("", f"### Changes in {name}", "", "| operation | resource | type | keys |", "|---|---|---|---|")
    for change in result.changes:
        yield f"| {change.operation} | {change.name} | `{change.type}` | {', '.join(change.keys)} |"
