"""Operations that take their time: an interceptor that waits as long as a real cloud would, or a fraction of that.

A rehearsal waits for nothing unless it is asked to; what a real run would take is predicted, not waited for. Waiting is
for what needs the time to pass: an engine that is killed halfway, a person who watches.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from rehearsal.durations import Durations, standard
from rehearsal.interception import Operation

NONE: Final = "none"
REAL: Final = "real"

Nodes = Callable[[Operation], int]
"""Says how many nodes an operation makes or changes: the call itself does not tell."""


def compression(text: str) -> float | None:
    """Return by how much time is compressed: None for no waiting at all, 1 for real time, 60 for a minute in a second.

    `text` is none, real, or a number of at least 1. Raises `ValueError` for anything else.
    """
    if text == NONE:
        return None
    if text == REAL:
        return 1
    try:
        factor = float(text)
    except ValueError:
        factor = 0
    if not 1 <= factor < float("inf"):
        raise ValueError(
            f"'{text}' is no compression of time: say {NONE} (no waiting), {REAL}, or a factor of at least 1 "
            "(60: what takes a minute takes a second)"
        )
    return factor


@dataclass(frozen=True)
class Latency:
    """Makes create, update and delete take as long as `durations` say, divided by `compression`.

    durations: the figures. compression: as `compression` returns it; None, the default, waits for nothing. nodes: how
    many nodes an operation is about; without it each counts as one of `typical_nodes`. sleep: waits so many seconds.

    An object is there while it is being made, and still there while it is being deleted: an engine that dies while it
    waits has lost the answer and not the work, as with the long operations of the real clouds.
    """

    durations: Durations = field(default_factory=standard)
    compression: float | None = None
    nodes: Nodes | None = None
    typical_nodes: int = 3
    sleep: Callable[[float], None] = time.sleep

    def before(self, operation: Operation) -> None:
        """Wait, for a deletion."""
        if operation.verb == "delete":
            self._wait(operation)

    def after(self, operation: Operation) -> None:
        """Wait, for a creation or an update."""
        if operation.verb in {"create", "update"}:
            self._wait(operation)

    def seconds(self, operation: Operation) -> float:
        """Return how long the operation takes in a real cloud; only create, update and delete take any time."""
        if operation.preview or operation.verb not in {"create", "update", "delete"}:
            return 0
        figure = self.durations.figure(operation.type, operation.verb)
        return figure.of(self.typical_nodes if self.nodes is None else self.nodes(operation))

    def _wait(self, operation: Operation) -> None:
        seconds = self.seconds(operation)
        if self.compression is not None and seconds:
            self.sleep(seconds / self.compression)
