"""Why a step stands where it does, by rule; what to know about it; and how it is undone, or that it is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from model.config.catalogue import Feature
from model.estate import Environment
from model.planning.upgrades.features import BECOMES, CLEARED, WORDS
from model.planning.upgrades.moves import Act, Move, Way
from model.planning.upgrades.standing import Standing
from model.planning.versions import ADMIN_FIRST, support


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule and what it means for a step."""

    rule: str
    words: str


def reasons(before: Standing, move: Move) -> tuple[Reason, ...]:
    """Return why `move` stands where it does."""
    return tuple(_reasons(before, move))


def _reasons(before: Standing, move: Move) -> Iterator[Reason]:
    admin_first = move.after.minor >= ADMIN_FIRST
    match move.act:
        case Act.WORKSTATION:
            yield Reason("B61" if admin_first else "B60", "the workstation goes first")
            yield Reason("B64", "gkectl is at least as new as the target, and two minors above a cluster at most")
        case Act.PLATFORM:
            yield Reason("A65", "the API upgrades user clusters to what the admin cluster's platform holds")
        case Act.ADMIN:
            yield from _admin(move)
        case Act.USER | Act.CONTROL_PLANE:
            yield from _user(move)
        case Act.POOLS:
            yield Reason("B63", f"the pools follow the control plane, from {move.before} in one jump")
        case Act.MIGRATION:
            yield from _migration(before, move)
    if move.new_minor and move.act in {Act.ADMIN, Act.USER, Act.CONTROL_PLANE}:
        yield Reason("B63", "control planes move one minor at a time")
    if move.converts:
        yield Reason("B64", "it becomes an advanced cluster: gkectl of exactly this version, and no client of the API")
    if move.act in {Act.ADMIN, Act.USER, Act.CONTROL_PLANE, Act.POOLS}:
        yield Reason("B68", "only the version changes; anything else waits for a change of its own")


def _admin(move: Move) -> Iterator[Reason]:
    if move.after.minor >= ADMIN_FIRST:
        yield Reason("B61", "from 1.31 on the admin cluster goes before its user clusters, patch included")
        if move.before.minor < ADMIN_FIRST:
            yield Reason("B62", "every cluster is on 1.30 before the first enters 1.31")
    else:
        yield Reason("B60", "up to 1.30 the admin cluster goes after all its user clusters")
    yield Reason("A66", "only gkectl upgrades an admin cluster; the stack file follows")


def _user(move: Move) -> Iterator[Reason]:
    if move.after.minor >= ADMIN_FIRST:
        yield Reason("B61", "a user cluster goes after its admin cluster, no further than it")
    else:
        yield Reason("B60", "a user cluster goes before its admin cluster")
    if move.act is Act.CONTROL_PLANE:
        yield Reason("B63", "the control plane alone: pools may trail by two minors and then jump")
    if move.way is Way.GKECTL and not move.converts:
        yield Reason("B20", "gkectl drives this cluster")


def _migration(before: Standing, move: Move) -> Iterator[Reason]:
    if move.feature is None:
        return
    rule = {Feature.DATAPLANE_V1: "B3", Feature.F5: "A33", Feature.SEESAW: "A33"}.get(move.feature, "B66")
    after = move.after.minor.above()
    yield Reason(rule, f"{after} does not run {WORDS[move.feature]}; it becomes {BECOMES[move.feature]}")
    if move.feature is Feature.KUBECEPTION:
        yield Reason("B21", "a control plane leaves the admin cluster by this migration alone")
    if move.feature is Feature.NON_HA_ADMIN and move.name in before.admins:
        yield Reason("B66", "after the user clusters, whose control planes have left it by then")


def notes(env: Environment, before: Standing, move: Move) -> Iterator[str]:
    """Give what to know about a step."""
    catalogue = env.catalogue
    release, former = catalogue.onprem.get(str(move.after.minor)), catalogue.onprem.get(str(move.before.minor))
    if move.act is Act.MIGRATION and move.feature is not None:
        yield CLEARED[move.feature][0].upper() + CLEARED[move.feature][1:] + "."
    if release is None or not move.new_minor or move.act is Act.WORKSTATION:
        return
    if former is not None:
        old, new = former.defaults.model_dump(), release.defaults.model_dump()
        changed = [f"{key}: {str(new[key]).lower()}" for key in new if old[key] != new[key]]
        if changed:
            yield f"What a file leaves out means something else from {move.after.minor} on: {', '.join(changed)}."
    if move.converts and release.cert_manager is not None:
        yield (
            f"cert-manager {release.cert_manager} comes with it and takes the place of one's own: look at its "
            "certificates and issuers first (B65)."
        )
    if move.converts and move.name in before.users:
        yield (
            f"Afterwards the stack file says `version: {move.after}`, `advanced: true` and `provisioner: gkectl`: this "
            "program no longer drives the cluster (B64)."
        )
    held = support(move.after.minor, catalogue, env.today)
    if held is not None and held.ended:
        yield f"Support of {move.after.minor} has ended on {held.release.supported_until}: pass through, do not stay."
    elif held is not None and held.warn:
        yield f"Support of {move.after.minor} ends on {held.release.supported_until}."


_BACK: Final = "Not undone: a version never goes back."
_UNDONE: Final[Mapping[Act, str]] = {
    Act.WORKSTATION: "Put the old gkectl back; no cluster has moved.",
    Act.PLATFORM: "Not undone, and it does no harm: nothing moves until a user cluster is told to.",
    Act.ADMIN: f"{_BACK} What failed half way goes on with the same command; the backup brings back the cluster as it "
    "was (`gkectl restore admin`).",
    Act.POOLS: "Pools that misbehave can be set back to the version they had, while the control plane is no more than "
    "two minors further; Windows pools can not.",
    Act.MIGRATION: "Not undone. Its page says up to which of its steps it can be stopped.",
    Act.CONTROL_PLANE: f"{_BACK} Nothing has moved on the nodes that run workloads.",
}


def undo(move: Move) -> str:
    """Return how a step is undone, or that it is not."""
    if move.act is not Act.USER:
        return _UNDONE[move.act]
    again = "`pulumi up`" if move.way is Way.PULUMI else "the same command"
    return f"{_BACK} What failed half way goes on with {again}."
