"""What keeps a thing from going on to an environment: the rings before it, its soak, its gate, support and order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from model.config.catalogue import Catalogue
from model.config.promotion import Promoted, Promotion, Ring
from model.planning.promotion.history import History, held
from model.planning.promotion.things import Slot
from model.planning.promotion.times import Gate
from model.planning.upgrades.moves import Act, Move, Way
from model.planning.upgrades.plan import Plan
from model.planning.versions import Version, support

ON_PREM = frozenset({Promoted.WORKSTATION, Promoted.ADMIN_CLUSTER, Promoted.USER_CLUSTER, Promoted.NODE_POOL})
"""What a plan of an on-prem upgrade moves."""


class Cause(StrEnum):
    """The kind of thing that keeps a promotion back."""

    RING = "ring"
    """The ring before does not agree on it."""
    HISTORY = "history"
    """It is not known since when the ring before has run it, or its last `up` failed."""
    SOAK = "soak"
    """The ring before has not run it for long enough."""
    HOLD = "hold"
    """Something is wrong in the ring before."""
    WINDOW = "window"
    """The environment may not be changed now."""
    FREEZE = "freeze"
    """The environment may not be changed these days."""
    SUPPORT = "support"
    """The version is not supported any more."""
    ORDER = "order"
    """Something else goes first, or the version can not be reached."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """What keeps a thing back, and when that ends, where that is known."""

    cause: Cause
    words: str
    until: datetime | None = None


@dataclass(frozen=True)
class Before:
    """The ring before an environment's: its environments, what has run there, and how long they have to run it."""

    environments: Sequence[str]
    histories: Mapping[str, History]
    ring: Ring
    """The environment's own ring, which says how long it waits."""
    promotion: Promotion


def waiting(before: Before, slot: Slot, target: str, now: datetime, zone: str) -> Iterator[Blocker]:
    """Give what of the ring before keeps `target` back: an environment that has not run it, or not for long enough."""
    soak = timedelta(hours=before.ring.soak_hours)
    for name in before.environments:
        hold = before.promotion.holds.get(name)
        if hold is not None and now.astimezone(ZoneInfo(zone)).date() <= hold.until:
            yield Blocker(Cause.HOLD, f"{name} is held until {hold.until}: {hold.why}")
        runs = held(before.histories.get(name, History(missing="there is no history")), name, slot)
        if runs.value is not None and runs.value != target:
            yield Blocker(Cause.RING, f"{name} still runs {runs.value}; its file says {target}, and no `up` brought it")
        elif runs.since is None:
            if soak:
                yield Blocker(Cause.HISTORY, f"not known since when {name} runs it: {runs.why}")
        elif runs.since + soak > now:
            end = (runs.since + soak).astimezone(ZoneInfo(zone))
            words = f"{name} runs it since {told(runs.since, zone)}; {_long(soak)} are over {told(end, zone)}"
            yield Blocker(Cause.SOAK, words, end)


def shut(gate: Gate) -> Iterator[Blocker]:
    """Give what of the environment's window and freezes keeps everything back."""
    if gate.shut is not None:
        yield Blocker(Cause(gate.shut.value), gate.words, gate.next_open)


def unsupported(slot: Slot, target: str, catalogue: Catalogue, now: datetime) -> tuple[list[Blocker], list[str]]:
    """Return what the end of support says of a target: what keeps it back, and what to know."""
    if slot.kind not in ON_PREM:
        return [], []
    found = support(Version.parse(target).minor, catalogue, now.date())
    if found is None:
        return [Blocker(Cause.SUPPORT, f"the catalogue does not know {target}: add it to stacks/versions.yaml")], []
    if found.ended:
        words = f"support of {found.minor} ended on {found.release.supported_until}"
        return [Blocker(Cause.SUPPORT, words)], []
    ends = f"support of {found.minor} ends on {found.release.supported_until}, in {found.days_left} days"
    return [], [ends] if found.warn else []


def in_order(plan: Plan, kind: Promoted, cluster: str) -> tuple[list[Blocker], list[str]]:
    """Return what of an upgrade's order keeps a thing back, and what to know of the step that moves it."""
    step = next((each for each in plan.steps if _moves(each.move, kind, cluster)), None)
    if step is None:
        return [], []
    found = [Blocker(Cause.ORDER, f"step {step.number} is stopped: {each.message}") for each in step.stopped_by]
    if step.number > 1:
        first = plan.steps[0].move
        found.append(Blocker(Cause.ORDER, f"step {step.number} of {len(plan.steps)}; {_what(first)} goes first"))
    words: list[str] = []
    if step.move.way is Way.GKECTL:
        wanted = f"./hybrid upgrade plan {plan.environment} --onprem {plan.target} --markdown"
        words.append(f"gkectl carries it out, the file follows: {wanted}")
    return found, words


def _moves(move: Move, kind: Promoted, cluster: str) -> bool:
    if move.name != cluster:
        return False
    match move.act:
        case Act.WORKSTATION:
            return kind is Promoted.WORKSTATION
        case Act.PLATFORM | Act.ADMIN:
            return kind is Promoted.ADMIN_CLUSTER
        case Act.CONTROL_PLANE:
            return kind is Promoted.USER_CLUSTER
        case Act.POOLS:
            return kind is Promoted.NODE_POOL
        case Act.USER | Act.MIGRATION:
            return kind in {Promoted.USER_CLUSTER, Promoted.NODE_POOL, Promoted.ADMIN_CLUSTER}


def _what(move: Move) -> str:
    name = move.name if move.act is not Act.POOLS else f"of {move.name}"
    return f"{move.act.value} {name} to {move.after}"


def told(moment: datetime, zone: str) -> str:
    """Return a moment in local time: Tue 2026-11-03 18:00."""
    return f"{moment.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M}"


def _long(time: timedelta) -> str:
    hours = round(time.total_seconds() / 3600)
    return f"{hours // 24} days" if hours >= 48 and hours % 24 == 0 else f"{hours} hours"
