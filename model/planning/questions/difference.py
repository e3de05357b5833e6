"""What a change of the files gives and takes: effective access before and after, group by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from model.estate import Environment, Estate
from model.planning.access.plans import GROUP, DenyPlan
from model.planning.grants import grants
from model.planning.questions.nesting import Chains, outer_groups
from model.planning.questions.rights import Right, rights


class Turn(StrEnum):
    """What happens to a right."""

    GAINS = "gains"
    LOSES = "loses"
    CHANGES = "changes"


@dataclass(frozen=True)
class Change:
    """One right that a principal gains or loses, or has on other terms."""

    environment: str
    principal: str
    turn: Turn
    right: Right
    """The right after the change; for a loss, before it."""
    before: Right | None = None
    """What it was, where its terms change."""
    chain: tuple[str, ...] = ()
    """The groups that it comes through, from the principal to the one it is given to; empty: its own."""
    inner: tuple[str, ...] = ()
    """Groups in the principal, which gain or lose the same with it."""


@dataclass(frozen=True)
class DenialChange:
    """A deny rule that comes, goes or is another one."""

    environment: str
    before: DenyPlan | None
    after: DenyPlan | None


@dataclass(frozen=True)
class Difference:
    """Who gains and loses what, by environment and principal; empty where nobody does."""

    changes: tuple[Change, ...]
    denials: tuple[DenialChange, ...]

    def __bool__(self) -> bool:
        """Say whether anything changes."""
        return bool(self.changes or self.denials)


_Terms: TypeAlias = "tuple[str, str, str, str, str, str | None, str]"
_Effective: TypeAlias = "Mapping[tuple[str, Right], tuple[str, ...]]"
"""Rights by who has them in the end, each with the groups that it comes through."""


def access_difference(old: Estate, new: Estate, environments: Sequence[str] = ()) -> Difference:
    """Return who gains and loses what between two estates, through nesting, profiles and prefixes.

    `environments` limits it to some; an environment that only one of the two has is compared with nothing.
    """
    names = list(dict.fromkeys([*new.environments, *old.environments]))
    changes: list[Change] = []
    denials: list[DenialChange] = []
    for name in names:
        if environments and name not in environments:
            continue
        before, after = old.environments.get(name), new.environments.get(name)
        changes += _changes(_effective(before), _effective(after))
        denials += _denials(name, before, after)
    return Difference(tuple(changes), tuple(denials))


def _effective(env: Environment | None) -> _Effective:
    if env is None:
        return {}
    inner = _within(outer_groups(env.organisation))
    found: dict[tuple[str, Right], tuple[str, ...]] = {}
    for right in rights(env):
        found[right.principal, right] = ()
        for group, way in inner.get(right.principal, {}).items():
            found.setdefault((group, right), way)
    return found


def _within(chains: Chains) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for group, ways in chains.items():
        for outer, way in ways.items():
            found.setdefault(f"{GROUP}{outer}", {})[f"{GROUP}{group}"] = way
    return found


def _terms(principal: str, right: Right) -> _Terms:
    """Return what makes it the same right on whatever terms: approvals, durations and last days may change."""
    entitlement = right.request.entitlement if right.request else ""
    place = (right.resource, right.namespace, entitlement)
    return (principal, right.principal, right.kind.value, right.role, *place)


def _changes(before: _Effective, after: _Effective) -> Iterator[Change]:
    gone = {_terms(*key): (key, way) for key, way in before.items() if key not in after}
    come = {_terms(*key): (key, way) for key, way in after.items() if key not in before}
    found: list[Change] = []
    for terms in sorted(gone.keys() | come.keys(), key=lambda terms: tuple(each or "" for each in terms)):
        (principal, right), way = come.get(terms) or gone[terms]
        was = gone[terms][0][1] if terms in gone and terms in come else None
        turn = Turn.CHANGES if was else Turn.GAINS if terms in come else Turn.LOSES
        found.append(Change(right.environment, principal, turn, right, was, way))
    yield from _folded(found)


def _folded(found: Sequence[Change]) -> Iterator[Change]:
    """Give the changes without those that an outer group has too: the outer one's says who is in it."""
    own = {(each.right, each.turn) for each in found if not each.chain}
    inner: dict[tuple[Right, Turn], list[str]] = {}
    for each in found:
        if each.chain and (each.right, each.turn) in own:
            inner.setdefault((each.right, each.turn), []).append(each.principal)
    for each in found:
        within = inner.get((each.right, each.turn), [])
        if not each.chain:
            yield Change(
                *(each.environment, each.principal, each.turn, each.right, each.before, each.chain), tuple(within)
            )
        elif each.principal not in within:
            yield each


def _denials(name: str, before: Environment | None, after: Environment | None) -> Iterator[DenialChange]:
    old = {plan.key: plan for plan in grants(before).denials} if before else {}
    new = {plan.key: plan for plan in grants(after).denials} if after else {}
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield DenialChange(name, old.get(key), new.get(key))
