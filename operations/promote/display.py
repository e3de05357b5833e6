"""What `./hybrid promote` says: for a person on a terminal, and for a machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from model.config.promotion import Promoted, Promotion
from model.planning.promotion.blockers import Cause, told
from model.planning.promotion.status import Row, State, Status

_SHORT = 10
_EVERYTHING = frozenset({Cause.WINDOW, Cause.FREEZE})
"""What keeps everything back alike is said once, over the rows."""


def lines(status: Status, promotion: Promotion, zone: str) -> Iterator[str]:
    """Give the status as lines: an environment after another, what may move first."""

    def approvals(name: str) -> str:
        ring = promotion.ring_of(name)
        reviewers = ring.reviewers if ring else None
        return f"; {reviewers.count} reviewers of {reviewers.group}" if reviewers else ""

    yield f"At {told(status.now, zone)} {zone}."
    for number, names in enumerate(status.rings):
        for name in names:
            yield ""
            yield f"{name} (ring {number}): {status.gates[name].words}{approvals(name)}"
            rows = sorted(status.of(name), key=lambda row: (_RANK[row.state], row.slot))
            width = max((len(str(row.slot)) for row in rows), default=0)
            for row in rows:
                yield from _row(row, width, status, zone)


_RANK = {
    state: rank
    for rank, state in enumerate(
        (State.AHEAD, State.MAY_MOVE, State.BLOCKED, State.FIRST, State.IN_STEP, State.OWN_PACE)
    )
}


def _row(row: Row, width: int, status: Status, zone: str) -> Iterator[str]:
    moves = f" -> {_value(row, row.target)}" if row.state in {State.MAY_MOVE, State.BLOCKED} and row.target else ""
    value = f"{_value(row, row.value) or 'not known'}{moves}"
    yield f"  {row.state:<10}  {row.slot!s:<{width}}  {value}{_since(row, zone)}"
    if row.state is State.AHEAD:
        yield f"      ! ahead of {row.target} in the ring before; ./hybrid check says where"
    for blocker in row.blockers:
        if blocker.cause not in _EVERYTHING:
            yield f"      - {blocker.words}"
        elif len(row.blockers) == 1:
            yield f"      - {status.gates[row.environment].words}"
    for words in row.notes:
        yield f"      . {words}"


def _since(row: Row, zone: str) -> str:
    if row.runs.value is not None and row.value and row.runs.value != row.value:
        return f"  (runs {_value(row, row.runs.value)}: the file is not up yet)"
    if row.runs.since is None:
        return f"  (since: not known, {row.runs.why})"
    return f"  (since {told(row.runs.since, zone)})"


def _value(row: Row, value: str) -> str:
    if row.slot.kind is not Promoted.PROGRAM:
        return value
    head, comma, rest = value.partition(",")
    return f"{head[:_SHORT]}{comma}{rest}"


def as_dict(status: Status, zone: str) -> dict[str, object]:
    """Return the status for a machine; times are in the organisation's time zone."""
    here = ZoneInfo(zone)

    def moment(value: datetime | None) -> str | None:
        return value.astimezone(here).isoformat() if value else None

    return {
        "at": moment(status.now),
        "environments": [
            {
                "environment": name,
                "ring": number,
                "open": status.gates[name].open,
                "gate": status.gates[name].words,
                "next_open": moment(status.gates[name].next_open),
                "things": [
                    {
                        "kind": row.slot.kind.value,
                        "name": row.slot.name,
                        "value": row.value,
                        "runs": row.runs.value,
                        "since": moment(row.runs.since),
                        "since_not_known": row.runs.why,
                        "state": row.state.value,
                        "target": row.target,
                        "blockers": [
                            {"cause": each.cause.value, "words": each.words, "until": moment(each.until)}
                            for each in row.blockers
                        ],
                        "notes": list(row.notes),
                    }
                    for row in status.of(name)
                ],
            }
            for number, names in enumerate(status.rings)
            for name in names
        ],
    }
