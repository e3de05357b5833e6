"""IAM of people on projects: the platform's grants, team profiles, deviations from them, and what teams share.

Additive (F2) and on groups (F1); a group that waits for the directory gets nothing until it is there (F12).
"""

from __future__ import annotations

from collections.abc import Iterator

from model.config.access import Target
from model.config.team import Team, TeamEnvironment
from model.estate import Environment
from model.planning.access.conditions import until
from model.planning.access.pending import Pending
from model.planning.access.plans import GROUP, ArgoGrant, IamGrant, Origin, Withheld
from model.planning.access.scopes import carried
from model.planning.access.words import local_part, short_role


def targets(env: Environment, target: Target) -> Iterator[tuple[str, str]]:
    """Give (key part, resource) for every resource that a target stands for."""
    projects = env.facts.projects
    match target:
        case Target.CLUSTER_PROJECT:
            yield "cluster", projects.cluster.id
        case Target.NETWORK_PROJECT:
            yield "network", projects.network.id
        case Target.TEAM_PROJECTS:
            for slug, (_, here) in env.members.items():
                yield slug, here.project
        case Target.BILLING_ACCOUNT:
            yield "billing", env.organisation.google.billing_account


def platform_iam(env: Environment, pending: Pending) -> Iterator[IamGrant | Withheld]:
    """Give what `hybrid:access` grants."""
    for name, grant in sorted(env.access.grants.items()):
        if grant.group in pending:
            what = f"grant {name}: {', '.join(grant.roles)}"
            yield Withheld(grant.group, what, pending.since[grant.group], origin=Origin(grant))
            continue
        condition = until(env, grant.expires)
        for target in grant.targets:
            for part, resource in targets(env, target):
                for number, role in enumerate(grant.roles):
                    yield IamGrant(
                        f"{part}-{short_role(role)}-{local_part(grant.group)}",
                        target,
                        resource,
                        role,
                        f"{GROUP}{grant.group}",
                        grant.reason,
                        condition,
                        grant.expires,
                        origin=Origin(grant, ("roles", number)),
                    )


def team_iam(env: Environment, pending: Pending) -> Iterator[IamGrant | ArgoGrant | Withheld]:
    """Give what each team has by the environment's profile, on projects and in delivery, and by its deviations."""
    for slug, (team, here) in env.members.items():
        if team.groups.google not in pending:
            yield from _profile(env, slug, team, here)
            yield from _deviations(env, slug, team, here)
            continue
        since = pending.since[team.groups.google]
        if env.access.team_profile is not None:
            what = f"team {slug}: profile {env.access.team_profile} and its roles in clusters"
            origin = Origin(team.groups, ("state",))
            yield Withheld(team.groups.google, what, since, team=slug, origin=origin)
        for name, deviation in sorted(here.deviations.items()):
            what, origin = f"team {slug}: deviation {name}", Origin(deviation)
            yield Withheld(team.groups.google, what, since, team=slug, origin=origin)


def _profile(env: Environment, slug: str, team: Team, here: TeamEnvironment) -> Iterator[IamGrant | ArgoGrant]:
    name = env.access.team_profile
    profile = env.organisation.team_profiles.get(name or "")
    if profile is None:
        return
    group, reason = team.groups.google, f"team {slug}, profile {name}"
    member, who = f"{GROUP}{group}", local_part(group)
    # The record is where a team is given its profile; what the profile holds is written once for all teams.
    origin = Origin(team, ("environments", env.name))
    cluster_project = env.facts.projects.cluster.id
    for role in profile.cluster_project:
        if role in carried(here):
            continue  # its scope brings the same permissions (E16)
        key = f"cluster-{short_role(role)}-{who}"
        yield IamGrant(key, Target.CLUSTER_PROJECT, cluster_project, role, member, reason, team=slug, origin=origin)
    for role in profile.team_project:
        key = f"{slug}-{short_role(role)}-{who}"
        yield IamGrant(key, Target.TEAM_PROJECTS, here.project, role, member, reason, team=slug, origin=origin)
    if profile.delivery:
        actions = tuple(action.value for action in profile.delivery)
        yield ArgoGrant(slug, slug, group, team.groups.entra_object_id, actions, reason, team=slug, origin=origin)


def _deviations(env: Environment, slug: str, team: Team, here: TeamEnvironment) -> Iterator[IamGrant]:
    member, who = f"{GROUP}{team.groups.google}", local_part(team.groups.google)
    for name, deviation in sorted(here.deviations.items()):
        reason = f"team {slug}, deviation {name}: {deviation.reason}"
        condition = until(env, deviation.expires)
        wanted = (
            ("team_project", slug, Target.TEAM_PROJECTS, here.project, deviation.team_project),
            (
                "cluster_project",
                "cluster",
                Target.CLUSTER_PROJECT,
                env.facts.projects.cluster.id,
                deviation.cluster_project,
            ),
        )
        for field, part, target, project, roles in wanted:
            for number, role in enumerate(roles):
                yield IamGrant(
                    f"{part}-{short_role(role)}-{who}",
                    target,
                    project,
                    role,
                    member,
                    reason,
                    condition,
                    deviation.expires,
                    team=slug,
                    origin=Origin(deviation, (field, number)),
                )


def shared_iam(env: Environment, pending: Pending) -> Iterator[IamGrant | Withheld]:
    """Give what other groups have on a team's project by the team's own record."""
    for slug, (_, here) in env.members.items():
        for name, share in sorted(here.shares.items()):
            if share.group in pending:
                what, since = f"team {slug}: share {name}", pending.since[share.group]
                yield Withheld(share.group, what, since, team=slug, origin=Origin(share))
                continue
            condition = until(env, share.expires)
            for number, role in enumerate(share.roles):
                yield IamGrant(
                    f"{slug}-{short_role(role)}-{local_part(share.group)}",
                    Target.TEAM_PROJECTS,
                    here.project,
                    role,
                    f"{GROUP}{share.group}",
                    f"team {slug}, share {name}: {share.reason}",
                    condition,
                    share.expires,
                    team=slug,
                    origin=Origin(share, ("roles", number)),
                )


def authoritative(env: Environment) -> frozenset[tuple[str, str]]:
    """Return (project, role) of every role whose members are exactly those that the files name (F2)."""
    return frozenset(
        (resource, choice.role) for choice in env.access.authoritative for _, resource in targets(env, choice.target)
    )
