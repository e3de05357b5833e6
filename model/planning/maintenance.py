"""When GKE may upgrade a cluster: the blocks of time that a recurring window opens, and how many hours they give.

GKE asks for at least 48 hours in every 32 days, and counts only blocks of at least four hours (C41):
https://docs.cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions
Only exclusions of scope NO_UPGRADES take time away: the others still let patches in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Final

from model.config.gke import Exclusion, ExclusionScope, Window

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SHORTEST_BLOCK: Final = timedelta(hours=4)
REQUIRED: Final = timedelta(hours=48)
PERIOD: Final = timedelta(days=32)
LONG_PERIOD: Final = timedelta(days=92)
_WEEK: Final = 7


class UnknownRecurrenceError(ValueError):
    """A recurrence that is not understood; the message says why."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Days on which a window opens: every `every`-th week on `weekdays`, or every `every`-th day."""

    every: int
    weekdays: frozenset[int] | None
    """Monday is 0; absent for a daily rule without BYDAY."""
    weekly: bool

    @property
    def cycle(self) -> timedelta:
        """The time after which the days repeat."""
        return timedelta(days=self.every * _WEEK)

    def opens(self, first: datetime, day: int) -> bool:
        """Say whether a window opens `day` days after the first one's day."""
        weekday = (first.weekday() + day) % _WEEK
        if self.weekly:
            weekdays = self.weekdays if self.weekdays is not None else frozenset({first.weekday()})
            week = (first.weekday() + day) // _WEEK
            return week % self.every == 0 and weekday in weekdays
        return day % self.every == 0 and (self.weekdays is None or weekday in self.weekdays)

    @classmethod
    def parse(cls, text: str) -> Recurrence:
        """Read FREQ=DAILY or FREQ=WEEKLY with BYDAY and INTERVAL, the rules that keep their days (RFC 5545, 3.3.10).

        Raises `UnknownRecurrenceError` for any other part.
        """
        parts: dict[str, str] = {}
        for part in text.split(";"):
            key, equals, value = part.partition("=")
            if not equals or not value:
                raise UnknownRecurrenceError(f"'{part}' is not a part of the form KEY=VALUE")
            if key in parts:
                raise UnknownRecurrenceError(f"{key} stands twice")
            parts[key] = value
        frequency = parts.pop("FREQ", None)
        if frequency not in {"DAILY", "WEEKLY"}:
            raise UnknownRecurrenceError(f"FREQ is {frequency or 'missing'}; only DAILY and WEEKLY keep their days")
        interval = parts.pop("INTERVAL", "1")
        if not interval.isdecimal() or int(interval) == 0:
            raise UnknownRecurrenceError(f"INTERVAL={interval} is not a whole number from 1")
        weekdays = cls._weekdays(parts.pop("BYDAY", None))
        if parts:
            raise UnknownRecurrenceError(f"{', '.join(sorted(parts))} is not used for maintenance windows")
        return cls(int(interval), weekdays, frequency == "WEEKLY")

    @staticmethod
    def _weekdays(text: str | None) -> frozenset[int] | None:
        if text is None:
            return None
        days = text.split(",")
        unknown = [day for day in days if day not in WEEKDAYS]
        if unknown:
            raise UnknownRecurrenceError(f"BYDAY names {', '.join(unknown)}; days are {', '.join(WEEKDAYS)}")
        return frozenset(WEEKDAYS.index(day) for day in days)


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A stretch of time, `end` not included."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


def openings(first: Block, recurrence: Recurrence, since: datetime, until: datetime) -> Iterator[Block]:
    """Give the times that a window is open and that end after `since` and begin before `until`, in order.

    `first` is the time that it is open first.
    """
    day = max(0, (since - first.end).days)
    while (start := first.start + timedelta(days=day)) < until:
        if start + first.length > since and recurrence.opens(first.start, day):
            yield Block(start, start + first.length)
        day += 1


def joined(blocks: Iterable[Block]) -> list[Block]:
    """Join blocks that touch or overlap."""
    result: list[Block] = []
    for block in sorted(blocks):
        if result and block.start <= result[-1].end:
            result[-1] = Block(result[-1].start, max(result[-1].end, block.end))
        else:
            result.append(block)
    return result


def without(blocks: Iterable[Block], exclusions: Iterable[Block]) -> Iterator[Block]:
    """Give what is left of `blocks` outside `exclusions`."""
    taken = joined(exclusions)
    for block in blocks:
        start = block.start
        for gap in taken:
            if gap.end <= start or gap.start >= block.end:
                continue
            if gap.start > start:
                yield Block(start, gap.start)
            start = max(start, gap.end)
        if start < block.end:
            yield Block(start, block.end)


def fewest(blocks: Iterable[Block], period: timedelta, since: datetime, until: datetime) -> timedelta:
    """Return the least time that `blocks` give in any `period` that lies between `since` and `until`.

    `until - since` is at least `period`. Blocks shorter than four hours count for nothing.
    """
    counted = [block for block in joined(blocks) if block.length >= SHORTEST_BLOCK]
    starts = [block.start for block in counted]
    before = list(accumulate((block.length for block in counted), initial=timedelta()))

    def total(moment: datetime) -> timedelta:
        index = bisect_right(starts, moment)
        if index == 0:
            return timedelta()
        return before[index - 1] + min(counted[index - 1].length, moment - counted[index - 1].start)

    last = until - period
    # Moving the period on, the sum falls only while its start passes through a block: it is least at the end of one.
    moments = {since, last, *(block.end for block in counted)}
    return min(total(moment + period) - total(moment) for moment in moments if since <= moment <= last)


@dataclass(frozen=True, slots=True)
class Availability:
    """How much time GKE has at the least."""

    window: timedelta
    """In any 32 days, by the window alone."""
    in_32_days: timedelta
    """In any 32 days, exclusions of scope NO_UPGRADES taken away."""
    in_92_days: timedelta
    """In any 92 days, exclusions of scope NO_UPGRADES taken away."""


def availability(window: Window | None, exclusions: Iterable[Exclusion], since: datetime) -> Availability:
    """Return the least availability from `since` on; without a window, any time is open.

    `since` and all times carry a time zone. Raises `UnknownRecurrenceError`.
    """
    now = _utc(since)
    full = (each for each in exclusions if each.scope is ExclusionScope.NO_UPGRADES)
    barred = [Block(_utc(each.start), _utc(each.end)) for each in full]
    recurrence = Recurrence.parse(window.recurrence) if window else Recurrence(1, None, weekly=False)
    first = Block(_utc(window.start), _utc(window.end)) if window else None
    # A window may first open later: nothing is known of the time before it.
    begin = max(now, first.start) if first else now

    def opened(until: datetime) -> list[Block]:
        return joined(openings(first, recurrence, begin, until)) if first else [Block(begin, until)]

    # The days repeat after one cycle, so no period that begins later is worse than one that begins in it.
    short = begin + PERIOD + recurrence.cycle
    alone = fewest(opened(short), PERIOD, begin, short)
    until = max([begin, *(block.end for block in barred)]) + LONG_PERIOD + recurrence.cycle
    left = list(without(opened(until), barred))
    return Availability(
        window=alone,
        in_32_days=fewest(left, PERIOD, begin, until) if barred else alone,
        in_92_days=fewest(left, LONG_PERIOD, begin, until),
    )


def _utc(moment: datetime) -> datetime:
    """Return the moment in UTC without its time zone, which makes arithmetic with it many times as fast."""
    return moment.astimezone(UTC).replace(tzinfo=None)
