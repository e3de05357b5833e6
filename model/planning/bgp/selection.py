"""Which of several routes for one prefix a speaker uses, and what decided it.

A Cloud Router in STANDARD mode compares the length of the AS path, the origin, and the MED among routes of one
neighbouring AS; what is still equal is used together (ECMP). In LEGACY mode each of the router's tasks, one for each
interface of the VPN gateway, does so for itself, and the VPC then uses those of the lowest MED: an AS path that is
longer at one task does not count against the other
(https://docs.cloud.google.com/network-connectivity/docs/router/concepts/learned-routes).

A device compares its own routes before learned ones, then local preference, AS path, origin, MED among routes of one
neighbouring AS (grouped by AS first: `bgp deterministic-med`), and external before internal; what is left is used
together, whatever its AS path holds (`bgp bestpath as-path multipath-relax`, `maximum-paths`)
(https://docs.frrouting.org/en/latest/bgp.html#route-selection).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from model.planning.bgp.network import DEFAULT_PREFERENCE, Selection


class Origin(IntEnum):
    """Where a route came from, the preferred one first (RFC 4271, 9.1.2.2 b)."""

    IGP = 0
    EGP = 1
    INCOMPLETE = 2


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """A way to a prefix, as one speaker has it.

    `session` is what it was heard over, empty for a route of its own; `external` says whether that joins two autonomous
    systems; `task` is the Cloud Router's task that heard it.
    """

    session: str = ""
    path: tuple[int, ...] = ()
    med: int = 0
    preference: int = DEFAULT_PREFERENCE
    external: bool = False
    origin: Origin = Origin.IGP
    task: int = 0

    @property
    def own(self) -> bool:
        """Whether the speaker brings the prefix in itself."""
        return not self.session

    @property
    def neighbour(self) -> int:
        """The AS it was heard from, 0 for one that never left its own."""
        return self.path[0] if self.path else 0


@dataclass(frozen=True, slots=True)
class Choice:
    """The routes in use, sorted, and which comparison left others behind: `("MED", "100 before 200")`."""

    routes: tuple[Route, ...]
    decided: tuple[str, str] | None = None

    def __str__(self) -> str:
        """Say which route wins, and why."""
        count = len(self.routes)
        if not count:
            return "none left"
        together = "the only one" if count == 1 else f"{count} equal paths (ECMP)"
        if self.decided is None:
            return together
        step, why = self.decided
        return f"{step}: {why}" + (f", {together}" if count > 1 else "")


_Step = tuple[str, Callable[[Route], int], Callable[[Route], object]]
"""A comparison: its name, what is compared (lower wins), and how it is written."""

_OWN: Final[_Step] = ("own route", lambda route: 0 if route.own else 1, lambda route: "own" if route.own else "learned")
_PREFERENCE: Final[_Step] = ("local preference", lambda route: -route.preference, lambda route: route.preference)
_PATH: Final[_Step] = ("AS path", lambda route: len(route.path), lambda route: f"{len(route.path)} long")
_ORIGIN: Final[_Step] = ("origin", lambda route: int(route.origin), lambda route: route.origin.name)
_MED: Final[_Step] = ("MED", lambda route: route.med, lambda route: route.med)
_EXTERNAL: Final[_Step] = (
    "external first",
    lambda route: 0 if route.external else 1,
    lambda route: "own tunnels" if route.external else "the other device's",
)


def choose(selection: Selection, routes: Iterable[Route]) -> Choice:
    """Return what a speaker uses of `routes`, which are all for one prefix."""
    candidates = sorted(routes)
    if selection is Selection.DEVICE:
        return _compared(candidates, (_OWN, _PREFERENCE, _PATH, _ORIGIN), (_EXTERNAL,))
    if selection is Selection.STANDARD:
        return _compared(candidates, (_OWN, _PATH, _ORIGIN), ())
    tasks = sorted({route.task for route in candidates})
    chosen = [
        _compared([route for route in candidates if route.task == task], (_OWN, _PATH, _ORIGIN), ()) for task in tasks
    ]
    left = sorted(route for each in chosen for route in each.routes)
    best = _least(left, _MED)
    decided = _reason(_MED, left, best) or next((each.decided for each in chosen if each.decided), None)
    return Choice(tuple(best), decided)


def _compared(routes: Sequence[Route], before: Sequence[_Step], after: Sequence[_Step]) -> Choice:
    """Apply the steps, with MED between `before` and `after`; the last step that left something behind decided."""
    decided: tuple[str, str] | None = None
    left = list(routes)
    for step in before:
        kept = _least(left, step)
        decided = _reason(step, left, kept) or decided
        left = kept
    kept = [route for group in _by_neighbour(left) for route in _least(group, _MED)]
    decided = _reason(_MED, left, kept) or decided
    left = kept
    for step in after:
        kept = _least(left, step)
        decided = _reason(step, left, kept) or decided
        left = kept
    return Choice(tuple(sorted(left)), decided)


def _by_neighbour(routes: Sequence[Route]) -> list[list[Route]]:
    groups: dict[int, list[Route]] = {}
    for route in routes:
        groups.setdefault(route.neighbour, []).append(route)
    return list(groups.values())


def _least(routes: Sequence[Route], step: _Step) -> list[Route]:
    if len(routes) < 2:
        return list(routes)
    value = step[1]
    best = min(value(route) for route in routes)
    return [route for route in routes if value(route) == best]


def _reason(step: _Step, before: Sequence[Route], kept: Sequence[Route]) -> tuple[str, str] | None:
    if len(before) == len(kept):
        return None
    name, value, shown = step
    lost = min((route for route in before if route not in kept), key=value)
    return name, f"{shown(kept[0])} before {shown(lost)}"
