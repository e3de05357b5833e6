"""What `./hybrid drift` says: for a person on a terminal, and for a machine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from operations.console import counted
from operations.drift.judging import Finding, Kind, Report


def lines(report: Report) -> Iterator[str]:
    """Give the report as lines: hand edits by who would care, with what to do; then, short, what needs nothing."""
    edits, echoes, unstated = (report.of(kind) for kind in (Kind.INCIDENT, Kind.ECHO, Kind.UNSTATED))
    for failure in report.refresh.failures:
        yield f"the refresh did not finish: {failure}"
    kinds = f"{counted(len(edits), 'hand edit')}, {counted(len(echoes), 'echo', 'echoes')}, {len(unstated)} not stated"
    yield f"{report.environment}: {kinds}; {counted(report.refresh.looked_at, 'resource')} looked at."
    for audience, found in groupby(edits, key=lambda each: each.audience[0]):
        yield ""
        yield f"For {audience}:"
        for each in found:
            yield from _edit(each)
    for title, found in (("Known echoes, nothing to do:", echoes), ("Not stated by the program:", unstated)):
        if found:
            yield ""
            yield title
            for each in found:
                yield f"  {each.moved.name}: {'; '.join(each.what)}"
                yield f"      {each.reason}"


def _edit(finding: Finding) -> Iterator[str]:
    also = f"  (also for {', '.join(finding.audience[1:])})" if finding.audience[1:] else ""
    yield f"  {finding.moved.name}: {'; '.join(finding.what)}{also}"
    if finding.known_as:
        yield f"      like: {finding.known_as}"
    if finding.remark:
        yield f"      note: {finding.remark}"
    where, *command = finding.adopt
    yield f"      keep:   {where}{', then' if command else ''}"
    for each in command:
        yield f"              {each}"
    yield f"      revert: {finding.revert or 'it can not be undone; keep it'}"


def as_dict(report: Report) -> dict[str, object]:
    """Return the report for a machine."""
    return {
        "environment": report.environment,
        "looked_at": report.refresh.looked_at,
        "complete": not report.refresh.failures,
        "failures": list(report.refresh.failures),
        "findings": [
            {
                "urn": each.moved.urn,
                "type": each.moved.type,
                "name": each.moved.name,
                "kind": each.kind.value,
                "gone": each.moved.gone,
                "what": list(each.what),
                "audience": list(each.audience),
                "reason": each.reason,
                "known_as": each.known_as,
                "remark": each.remark,
                "adopt": list(each.adopt),
                "revert": each.revert,
            }
            for kind in Kind
            for each in report.of(kind)
        ],
    }
