"""A plan walked through in the model: what must hold is asked before each step and again after it.

The conditions after a step are stated here over where the clusters stand, apart from those that a step is planned by,
so that a mistake in the order shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from model.config.catalogue import Catalogue
from model.estate import Environment
from model.planning.upgrades.moves import applied
from model.planning.upgrades.plan import Plan, PlannedStep, attempt
from model.planning.upgrades.standing import Standing
from model.planning.versions import ADMIN_FIRST, POOL_SKEW, Minor


@dataclass(frozen=True)
class Walked:
    """A step that was taken in the model: where it led, and what did not hold before it or after it."""

    step: PlannedStep
    after: Standing
    complaints: tuple[str, ...]


def walked(env: Environment, plan: Plan, earlier: Mapping[str, Standing]) -> tuple[Walked, ...]:
    """Take every step of `plan` in the model, one after another from where it starts."""
    now, found = plan.start, list[Walked]()
    for step in plan.steps:
        complaints = [f"{problem.rule}: {problem.message}" for problem in attempt(env, now, step.move, earlier)]
        if now != step.before:
            complaints.append("the plan was made from another standing than the steps before it lead to")
        now = applied(now, step.move)
        complaints.extend(unsound(now, env.catalogue))
        found.append(Walked(step, now, tuple(complaints)))
    return tuple(found)


def unsound(standing: Standing, catalogue: Catalogue) -> Iterator[str]:
    """Give what no environment may be in, between two steps either (B60, B61, B63, B64, B66)."""
    for user in standing.users.values():
        admin = standing.admins[user.admin]
        newest = max(admin.version.minor, user.version.minor)
        if newest >= ADMIN_FIRST and user.version > admin.version:
            yield f"B61: {user.name} on {user.version} is above its admin cluster on {admin.version}"
        if newest < ADMIN_FIRST and user.version.minor < admin.version.minor:
            yield f"B60: {user.name} on {user.version} is a minor below its admin cluster on {admin.version}"
        if user.version.minor.steps_above(admin.version.minor) > 1:
            yield f"B63: {user.name} on {user.version} is minors above its admin cluster on {admin.version}"
        for pool in user.pools:
            if pool.version > user.version:
                yield f"B63: pool {pool.name} of {user.name} on {pool.version} is above its cluster on {user.version}"
            if user.version.minor.steps_above(pool.version.minor) > POOL_SKEW:
                yield f"B63: pool {pool.name} of {user.name} on {pool.version} is too far below {user.version}"
    for each in (*standing.admins.values(), *standing.users.values()):
        release = catalogue.onprem.get(str(each.version.minor))
        if release is None:
            yield f"B72: {each.name} is on {each.version}, which the catalogue does not know"
            continue
        for feature in sorted(each.features & frozenset(release.blockers)):
            yield f"B66: {each.name} on {each.version} still has {feature}"
        if release.advanced_only and not each.advanced:
            yield f"B65: {each.name} is on {each.version} and no advanced cluster"
        if not Minor.parse(release.gkectl.lowest) <= standing.workstation.minor <= Minor.parse(release.gkectl.highest):
            yield f"B64: gkectl {standing.workstation} does not handle {each.name} on {each.version}"
