"""Privileged access for a while: what teams and the platform's groups may ask for, and who approves (F16)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from model.config.access import Target
from model.estate import Environment
from model.planning.access.durations import duration
from model.planning.access.pending import Pending
from model.planning.access.plans import EntitlementPlan, Origin, Withheld

PLATFORM = "platform"
"""What the platform's own entitlements are named after; no team has this slug."""


def entitlements(env: Environment, pending: Pending) -> Iterator[EntitlementPlan | Withheld]:
    """Give every entitlement of the environment, and what waits for a group that asks or approves.

    An approver that the directory has not synchronised is left out; where that leaves a level empty, the whole
    entitlement waits, since it would otherwise be granted without the approval.
    """
    yield from _of_teams(env, pending)
    yield from _of_platform(env, pending)


def _of_teams(env: Environment, pending: Pending) -> Iterator[EntitlementPlan | Withheld]:
    for slug, (team, here) in env.members.items():
        for name, wanted in sorted(here.pam.items()):
            kind = env.organisation.entitlements.get(name)
            if kind is None:
                continue  # an unknown one is found by a rule
            yield from _plan(
                pending,
                EntitlementPlan(
                    key=f"{slug}-{name}",
                    id=name,
                    project=here.project,
                    roles=kind.roles,
                    requesters=(team.groups.google,),
                    levels=wanted.levels,
                    longest=duration(wanted.max) or timedelta(),
                    reason=f"team {slug} on its own project",
                    team=slug,
                    origin=Origin(here, ("pam", name)),
                ),
            )


def _of_platform(env: Environment, pending: Pending) -> Iterator[EntitlementPlan | Withheld]:
    projects = {
        Target.CLUSTER_PROJECT: env.facts.projects.cluster.id,
        Target.NETWORK_PROJECT: env.facts.projects.network.id,
    }
    for name, wanted in sorted(env.access.entitlements.items()):
        project = projects.get(wanted.target)
        if project is None:
            continue  # another target is found by a rule
        yield from _plan(
            pending,
            EntitlementPlan(
                key=f"{PLATFORM}-{name}",
                id=name,
                project=project,
                roles=wanted.roles,
                requesters=wanted.requesters,
                levels=wanted.levels,
                longest=duration(wanted.max) or timedelta(),
                reason=wanted.reason,
                origin=Origin(wanted),
            ),
        )


def _plan(pending: Pending, plan: EntitlementPlan) -> Iterator[EntitlementPlan | Withheld]:
    requesters = tuple(group for group in plan.requesters if group not in pending)
    levels = tuple(tuple(group for group in level if group not in pending) for level in plan.levels)
    named = (*plan.requesters, *(group for level in plan.levels for group in level))
    waiting = sorted({group for group in named if group in pending})
    for group in waiting:
        yield Withheld(
            group,
            f"entitlement {plan.id} on {plan.project}",
            pending.since[group],
            team=plan.team,
            origin=plan.origin,
        )
    if requesters and all(levels):
        yield replace(plan, requesters=requesters, levels=levels)
