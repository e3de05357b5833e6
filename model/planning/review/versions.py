"""Which versions change, whether that is one legal hop, and the order that the change implies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from model.config.problems import Problem
from model.estate import Environment, Estate
from model.planning.upgrades.changes import illegal_hops
from model.planning.upgrades.plan import NoPlanError, plan
from model.planning.versions import Version
from model.rules.registry import Unavailable


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions that change, what is wrong with how, and the legal steps to where the change wants to be."""

    moves: tuple[str, ...] = ()
    illegal: tuple[Problem, ...] = ()
    order: tuple[str, ...] = ()


def versions(old: Estate, new: Estate, environment: str) -> Versions:
    """Return what changes in versions. Raises `Unavailable` where a part of the files could not be read."""
    was, becomes = old.environments[environment], new.environments[environment]
    before, after = dict(_stated(was)), dict(_stated(becomes))
    moves = tuple(
        f"{what}: {before.get(what, 'none')} becomes {after.get(what, 'none')}"
        for what in sorted({*before, *after})
        if before.get(what) != after.get(what) and what in before and what in after
    )
    if not moves:
        return Versions()
    return Versions(moves, illegal_hops(was, becomes), tuple(_order(old, was, becomes)))


def _stated(env: Environment) -> Iterator[tuple[str, str]]:
    yield f"workstation {env.onprem.workstation.name}", env.onprem.workstation.version
    for admin in env.onprem.admin_clusters:
        yield f"admin cluster {admin.name}", admin.version
    for user in env.onprem.user_clusters:
        yield f"user cluster {user.name}", user.version
        for pool in user.node_pools:
            if pool.version is not None:
                yield f"pool {pool.name} of {user.name}", pool.version
    for gke in env.gke.clusters:
        yield f"release channel of GKE cluster {gke.name}", str(gke.release_channel)
        yield f"lowest version of GKE cluster {gke.name}", gke.version_floor


def _order(estate: Estate, old: Environment, new: Environment) -> Iterator[str]:
    """Give the steps that lead from where the base stands to the newest version that the change asks for."""
    clusters = (*new.onprem.admin_clusters, *new.onprem.user_clusters)
    newest = max((Version.parse(each.version) for each in clusters), default=None)
    standing = {each.version for each in (*old.onprem.admin_clusters, *old.onprem.user_clusters)}
    if newest is None or {str(newest)} == standing:
        return
    try:
        steps = plan(estate, new.name, str(newest)).steps
    except (NoPlanError, Unavailable) as reason:
        yield f"no legal order: {reason}"
        return
    for step in steps:
        move = step.move
        yield f"{step.number}. {move.act.value} {move.name}: {move.before} to {move.after}, with {move.way.value}"
