"""How much of a rehearsal's time the simulated clouds take themselves.

The program runs in the same process as they do, so a call that waits for its turn looks long by the clock. What a call
costs is the processor's time that its thread takes; how long the clouds were at work at all is the time in which at
least one call was under way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What a meter shows: calls answered, seconds of processor time in them, seconds with at least one under way."""

    calls: int = 0
    cost: float = 0.0
    busy: float = 0.0

    def since(self, earlier: Reading) -> Reading:
        """Return what was added since an earlier reading."""
        return Reading(self.calls - earlier.calls, self.cost - earlier.cost, self.busy - earlier.busy)


@dataclass(frozen=True, slots=True)
class Share:
    """What the simulated clouds took of a rehearsal that lasted `seconds` by the clock."""

    reading: Reading
    seconds: float

    @property
    def part(self) -> float:
        """The part of the time in which they were at work, from 0 to 1."""
        return self.reading.busy / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, object]:
        """Return the form for machines; times in seconds."""
        return {
            "calls": self.reading.calls,
            "processor_seconds": round(self.reading.cost, 3),
            "busy_seconds": round(self.reading.busy, 3),
            "wall_seconds": round(self.seconds, 3),
            "share": round(self.part, 4),
        }

    def line(self) -> str:
        """Return the form for people."""
        return (
            f"The simulated clouds answered {self.reading.calls} calls in {self.reading.busy:.1f} s of these "
            f"{self.seconds:.1f} s ({self.part:.1%}), with {self.reading.cost:.1f} s of processor time."
        )


class Meter:
    """Adds up the calls of all providers of one `Clouds`; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = Reading()
        self._under_way = 0
        self._since = 0.0

    def read(self) -> Reading:
        """Return the sum so far, of the calls that have ended."""
        with self._lock:
            return self._total

    @contextmanager
    def call(self) -> Generator[None]:
        """Count what happens inside as one call."""
        with self._lock:
            if self._under_way == 0:
                self._since = time.perf_counter()
            self._under_way += 1
        begun = time.thread_time()
        try:
            yield
        finally:
            cost = time.thread_time() - begun
            with self._lock:
                self._under_way -= 1
                busy = 0.0 if self._under_way else time.perf_counter() - self._since
                self._total = Reading(self._total.calls + 1, self._total.cost + cost, self._total.busy + busy)
