"""Where every versioned thing stands in each environment, what may go on to the next ring now, and what may not, why.

Rings are those of `promotion` in organisation.yaml, else those that the stack files state (X1). A thing goes on when
every environment of the ring before has run it for the stated time without a failed `up` (X2), when the environment may
be changed, and when the order of an upgrade has come to it (B60, B61, X3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from model.config.promotion import Promoted, Promotion, Ring
from model.estate import Environment, Estate
from model.planning.promotion.blockers import ON_PREM, Before, Blocker, Cause, in_order, shut, unsupported, waiting
from model.planning.promotion.history import Held, History, held
from model.planning.promotion.things import Slot, Thing, compared, things_of
from model.planning.promotion.times import Gate, gate
from model.planning.upgrades.plan import NOON, NoPlanError, Plan, plan
from model.planning.versions import Version

__all__ = ["Row", "State", "Status", "clock", "promotion_of", "status"]


class State(StrEnum):
    """Where a thing of an environment stands against the ring before."""

    FIRST = "goes first"
    """There is no ring before."""
    IN_STEP = "in step"
    """The same as the ring before."""
    MAY_MOVE = "may move"
    """The ring before is ahead, and nothing keeps it back."""
    BLOCKED = "waits"
    """The ring before is ahead, or of several minds, and something keeps it back."""
    AHEAD = "ahead"
    """Newer than in the ring before, which `./hybrid check` refuses."""
    OWN_PACE = "own pace"
    """Not promoted, or of a kind that can not be compared."""


@dataclass(frozen=True)
class Row:
    """One thing in one environment.

    `value` is what the stack file says, "" for a program's revision, which no file says; `runs` what the last `up`
    brought and since when; `target` what the ring before has, "" where it has no such thing or no one mind.
    """

    environment: str
    slot: Slot
    value: str
    runs: Held
    state: State
    target: str = ""
    blockers: tuple[Blocker, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Status:
    """The whole of it at a moment: a row for each thing and environment, rings in order, and which may be changed."""

    now: datetime
    rings: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    gates: Mapping[str, Gate]
    plans: Mapping[str, Plan]
    """The upgrade that brings an environment to what the ring before has on-prem, where there is one."""

    def of(self, environment: str) -> tuple[Row, ...]:
        """Return the rows of an environment."""
        return tuple(row for row in self.rows if row.environment == environment)


def clock(estate: Estate) -> datetime:
    """Return the moment to judge by: the calendar's, or noon of the day that the estate was read for."""
    zone = ZoneInfo(estate.organisation.time_zone)
    now = datetime.now(UTC).astimezone(zone)
    return now if now.date() == estate.today else datetime.combine(estate.today, NOON, zone)


def promotion_of(estate: Estate) -> Promotion:
    """Return how the organisation promotes; without a word of its own, by the rings of its stack files alone."""
    if estate.organisation.promotion is not None:
        return estate.organisation.promotion
    rings: dict[int, list[str]] = {}
    for name, env in estate.environments.items():
        rings.setdefault(env.facts.ring, []).append(name)
    return Promotion(
        applies_to=tuple(each for each in Promoted if each not in {Promoted.RELEASE_CHANNEL, Promoted.VERSION_FLOOR}),
        rings=tuple(Ring(environments=tuple(names)) for _, names in sorted(rings.items())),
    )


def status(estate: Estate, histories: Mapping[str, History], now: datetime) -> Status:
    """Return where everything stands at `now`, which has a time zone.

    `histories` are by environment; one that is missing has none. Raises `Unavailable` where a part of the files that it
    needs could not be read.
    """
    judged = _Judged(estate, histories, now)
    return Status(now, judged.rings, tuple(judged.rows()), judged.gates, judged.plans)


@dataclass
class _Judged:
    estate: Estate
    histories: Mapping[str, History]
    now: datetime

    @cached_property
    def promotion(self) -> Promotion:
        return promotion_of(self.estate)

    @cached_property
    def rings(self) -> tuple[tuple[str, ...], ...]:
        """The environments that exist, by ring."""
        there = self.estate.environments
        return tuple(tuple(name for name in ring.environments if name in there) for ring in self.promotion.rings)

    @cached_property
    def stated(self) -> Mapping[str, Mapping[Slot, Thing]]:
        return {name: things_of(env) for name, env in self.estate.environments.items()}

    @cached_property
    def zone(self) -> str:
        return self.estate.organisation.time_zone

    @cached_property
    def gates(self) -> dict[str, Gate]:
        found = {name: self.promotion.ring_of(name) for name in self.estate.environments}
        return {name: gate(ring, self.now, self.zone) for name, ring in found.items()}

    @cached_property
    def plans(self) -> dict[str, Plan]:
        return {name: each for name, each in self._planned.items() if isinstance(each, Plan)}

    @cached_property
    def _planned(self) -> dict[str, Plan | str]:
        """The upgrade to what the ring before has, or why there is none; no entry where nothing is behind."""
        found: dict[str, Plan | str] = {}
        for number, names in enumerate(self.rings):
            for name in names if number else ():
                wanted = self._behind(name, self.rings[number - 1])
                if wanted:
                    try:
                        found[name] = plan(self.estate, name, wanted, at=self.now)
                    except NoPlanError as error:
                        found[name] = str(error)
        return found

    def _behind(self, name: str, earlier: tuple[str, ...]) -> str:
        """Return the version on-prem that the whole ring before has reached, where something of `name` is behind it."""
        reached: dict[Slot, Version] = {}
        for slot in self.stated[name]:
            if slot.kind in ON_PREM:
                values = [self.stated[other][slot].value for other in earlier if slot in self.stated[other]]
                if values:
                    reached[slot] = min(map(Version.parse, values))
        behind = [slot for slot, version in reached.items() if Version.parse(self.stated[name][slot].value) < version]
        clusters = [version for slot, version in reached.items() if slot.kind is not Promoted.WORKSTATION]
        return str(min(clusters)) if behind and clusters else ""

    def rows(self) -> Iterator[Row]:
        for number, names in enumerate(self.rings):
            for name in names:
                slots = [*sorted(self.stated[name]), Slot(Promoted.PROGRAM)]
                yield from (self._row(name, slot, number) for slot in slots)

    def _runs(self, name: str, slot: Slot) -> Held:
        return held(self.histories.get(name, History(missing="there is no history")), name, slot)

    def _has(self, name: str, slot: Slot) -> str | None:
        """Return what an environment has in a slot: by its file, or for a program's revision by what last ran."""
        if slot.kind is Promoted.PROGRAM:
            return self._runs(name, slot).value
        thing = self.stated[name].get(slot)
        return thing.value if thing else None

    def _row(self, name: str, slot: Slot, number: int) -> Row:
        row = Row(name, slot, self._has(name, slot) or "", self._runs(name, slot), State.OWN_PACE)
        if number == 0:
            return replace(row, state=State.FIRST)
        earlier = {other: self._has(other, slot) for other in self.rings[number - 1]}
        there = {other: value for other, value in earlier.items() if value is not None}
        unknown = slot.kind is Promoted.PROGRAM and not row.value
        if slot.kind not in self.promotion.applies_to or not there or unknown:
            return row
        return self._against(row, there, number)

    def _against(self, row: Row, there: Mapping[str, str], number: int) -> Row:
        """Return `row` judged against what the environments of the ring before have."""
        values = sorted(set(there.values()))
        if any(compared(row.slot, row.value, value) == 1 for value in values):
            return replace(row, state=State.AHEAD, target=" and ".join(values))
        if len(values) > 1:
            words = " and ".join(f"{other} has {value}" for other, value in sorted(there.items()))
            return replace(row, state=State.BLOCKED, blockers=(Blocker(Cause.RING, words),))
        if values[0] == row.value:
            return replace(row, state=State.IN_STEP, target=row.value)
        return self._move(replace(row, target=values[0]), tuple(there), number)

    def _move(self, row: Row, earlier: tuple[str, ...], number: int) -> Row:
        env = self.estate.environments[row.environment]
        before = Before(earlier, self.histories, self.promotion.rings[number], self.promotion)
        blockers = list(waiting(before, row.slot, row.target, self.now, self.zone))
        blockers += shut(self.gates[row.environment])
        expired, notes = unsupported(row.slot, row.target, env.catalogue, self.now)
        ordered, further = self._ordered(row)
        blockers += [*expired, *ordered]
        return replace(
            row,
            state=State.BLOCKED if blockers else State.MAY_MOVE,
            blockers=tuple(blockers),
            notes=tuple(dict.fromkeys((*self._leaving(row, env), *notes, *further))),
        )

    def _ordered(self, row: Row) -> tuple[list[Blocker], list[str]]:
        if row.slot.kind not in ON_PREM:
            return [], []
        match self._planned.get(row.environment):
            case Plan() as made:
                return in_order(made, row.slot.kind, self.stated[row.environment][row.slot].cluster)
            case str(why):
                return [Blocker(Cause.ORDER, why)], []
            case None:
                return [], []

    def _leaving(self, row: Row, env: Environment) -> Iterator[str]:
        """Give when support of what the environment has now ends."""
        if row.slot.kind in ON_PREM:
            ended, soon = unsupported(row.slot, row.value, env.catalogue, self.now)
            yield from (each.words for each in ended)
            yield from soon
