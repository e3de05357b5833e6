"""Whether an environment may be changed at a moment, and when next: its window and its freezes (X2).

Windows are of local days: one from 18:00 opens at 18:00 whatever the clocks do. A freeze is of whole local days, in the
window's time zone, else the organisation's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from model.config.promotion import ChangeWindow, Freeze, Ring, Weekday

LOOK_AHEAD: Final = 400
"""Days that are searched for the next opening: more than a year of freezes."""
_DAYS: Final = tuple(Weekday)


class Shut(StrEnum):
    """Why an environment may not be changed."""

    WINDOW = "window"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether an environment may be changed. `words` say why and when, in local time; `shut` is None while it may.

    `next_open` and `closes` are of the window that is open, or opens next; `next_open` is None where none is found, and
    `closes` where it stays open.
    """

    shut: Shut | None
    words: str
    next_open: datetime | None = None
    closes: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it may be changed now."""
        return self.shut is None


def gate(ring: Ring | None, at: datetime, zone: str) -> Gate:
    """Return whether environments of `ring` may be changed at `at`, which has a time zone.

    `zone` is the organisation's time zone, in which whole days are told where there is no window. Raises
    `ZoneInfoNotFoundError` for an unknown one; rule X2 reports it.
    """
    if ring is None or (ring.window is None and not ring.freezes):
        return Gate(None, "may be changed at any time", at)
    here = ZoneInfo(ring.window.time_zone if ring.window else zone)
    local = at.astimezone(here)
    opening = _next(ring, local, here)
    frozen = freeze_on(ring, local.date())
    if opening is not None and opening[0] <= at and frozen is None:
        until = f", until {_told(opening[1])}" if opening[1] else ""
        return Gate(None, f"may be changed now{until}", at, opening[1])
    then = f"; opens next {_told(opening[0])}" if opening else f"; does not open within {LOOK_AHEAD} days"
    start, end = opening or (None, None)
    if frozen is not None:
        name, freeze = frozen
        words = f"change freeze '{name}' from {freeze.first_day} to {freeze.last_day}{then}"
        return Gate(Shut.FREEZE, words, start, end)
    return Gate(Shut.WINDOW, f"outside the change window{then}", start, end)


def freeze_on(ring: Ring, day: date) -> tuple[str, Freeze] | None:
    """Return the freeze that a day falls into; of several the one that ends last."""
    found = [(name, each) for name, each in ring.freezes.items() if each.first_day <= day <= each.last_day]
    return max(found, key=lambda item: (item[1].last_day, item[0]), default=None)


def _next(ring: Ring, local: datetime, here: ZoneInfo) -> tuple[datetime, datetime | None] | None:
    """Return the opening that `local` is in, or the next one: when it begins and ends."""
    for ahead in range(LOOK_AHEAD):
        day = local.date() + timedelta(days=ahead)
        if freeze_on(ring, day) is not None:
            continue
        if ring.window is None:
            return max(local, datetime.combine(day, time(), here)), None
        if _DAYS[day.weekday()] in ring.window.days:
            start, end = span(ring.window, day)
            # Compared as moments: two times of one zone would be compared by what the clocks show.
            if end.timestamp() > local.timestamp():
                return start, end
    return None


def span(window: ChangeWindow, day: date) -> tuple[datetime, datetime]:
    """Return when a window opens and closes on a day, in its time zone."""
    here = ZoneInfo(window.time_zone)
    return (
        datetime.combine(day, time.fromisoformat(window.opens), here),
        datetime.combine(day, time.fromisoformat(window.closes), here),
    )


def _told(moment: datetime) -> str:
    return f"{moment:%a %Y-%m-%d %H:%M} {moment.tzinfo}"
