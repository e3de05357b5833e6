"""Which closed gates stop a step: by the clock only the one that changes something, the rest always."""

from __future__ import annotations

from typing import Final

from model.planning.review.gates import Gate, Kind
from model.planning.review.page import Review

_BY_THE_CLOCK: Final = frozenset({Kind.FREEZE, Kind.WINDOW})


def stopping(review: Review, *, any_time: bool) -> tuple[Gate, ...]:
    """Return the gates that stop; `any_time` leaves a freeze and a closed window to whoever applies, later."""
    return tuple(gate for gate in review.closed if not any_time or gate.kind not in _BY_THE_CLOCK)


def later(review: Review) -> str:
    """Say which gates only ask for another time, "" where none does."""
    reasons = [gate.reason for gate in review.closed if gate.kind in _BY_THE_CLOCK]
    return f"> Not now: {'; '.join(reasons)}. `apply` asks again when it starts." if reasons else ""
