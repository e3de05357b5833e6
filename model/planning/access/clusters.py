"""Cluster roles: of the platform's groups and the program's accounts everywhere, of teams in their namespaces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from model.config.access import ClusterRole
from model.config.shape import Shape
from model.config.team import TeamEnvironment
from model.estate import Environment
from model.planning.access.pending import Pending
from model.planning.access.plans import ClusterGrantPlan, Origin, TeamNamespace, Withheld
from model.planning.access.scopes import further_namespaces, scoped
from model.planning.access.words import local_part, principal_kind
from model.planning.members import MemberKind, workload_members

BUILT_IN_NAMESPACE_BRANCH: Final = "main"
"""The default branch: prefix `p` gives namespace `p-main`, which the program makes so that its roles have a place."""


def cluster_grants(env: Environment, pending: Pending) -> Iterator[ClusterGrantPlan | Withheld]:
    """Give the cluster roles that `hybrid:access` names, in every cluster."""
    for member in workload_members(env):
        for _, grant in sorted(env.access.clusters.items()):
            if grant.principal in pending:
                what = f"{grant.role} in {member.cluster}"
                yield Withheld(grant.principal, what, pending.since[grant.principal], origin=Origin(grant))
                continue
            key = f"{member.cluster}-{grant.role}-{local_part(grant.principal)}"
            kind = principal_kind(grant.principal)
            yield ClusterGrantPlan(
                key, member.cluster, None, grant.role.value, kind, grant.principal, grant.reason, origin=Origin(grant)
            )


def privileged_cluster_grants(env: Environment, pending: Pending) -> Iterator[ClusterGrantPlan]:
    """Give what whoever has asked for privileged access is inside clusters whose API servers do not ask IAM (E30).

    The Connect gateway is the way to these clusters and lets nobody through without the entitlement. GKE gets none of
    it: there IAM answers, and a binding would hold for whoever is in the network, entitlement or not.
    """
    for member in workload_members(env):
        if member.kind is MemberKind.GKE:
            continue
        for name, wanted in sorted(env.access.entitlements.items()):
            for group in wanted.requesters:
                if wanted.inside is None or group in pending:
                    continue  # that it waits is said with the entitlement
                yield ClusterGrantPlan(
                    f"{member.cluster}-{wanted.inside}-{local_part(group)}",
                    member.cluster,
                    None,
                    wanted.inside.value,
                    "Group",
                    group,
                    f"of use while entitlement {name} lasts: {wanted.reason}",
                    origin=Origin(wanted, ("inside",)),
                )


def team_namespaces(env: Environment) -> Iterator[TeamNamespace]:
    """Give the namespaces that the program makes: one of each prefix in each cluster of the team, and its scope's."""
    for slug, (team, here) in env.members.items():
        for cluster in sorted(here.clusters):
            for prefix in sorted(team.prefixes):
                yield TeamNamespace(cluster, f"{prefix}-{BUILT_IN_NAMESPACE_BRANCH}", prefix, slug)
            for name in sorted(further_namespaces(here, cluster)):
                prefix = max((each for each in team.prefixes if name.startswith(f"{each}-")), key=len, default="")
                yield TeamNamespace(cluster, name, prefix, slug)


def team_cluster_grants(
    env: Environment, namespaces: Sequence[TeamNamespace], pending: Pending
) -> Iterator[ClusterGrantPlan]:
    """Give the roles of teams in their namespaces: the record's own, and those of its deviations.

    In the clusters of a team's scope the fleet makes them (E16).
    """
    for namespace in namespaces:
        team, here = env.members[namespace.team]
        group = team.groups.google
        if group in pending or namespace.cluster in scoped(here):
            continue
        for role, reason, origin in _roles(namespace.team, here):
            yield ClusterGrantPlan(
                f"{namespace.cluster}-{namespace.name}-{role}-{local_part(group)}",
                namespace.cluster,
                namespace.name,
                role.value,
                "Group",
                group,
                reason,
                team=namespace.team,
                origin=origin,
            )


def _roles(slug: str, here: TeamEnvironment) -> Iterator[tuple[ClusterRole, str, Origin]]:
    """Give each role once, with why and where; the record's own before those of deviations."""
    every: list[tuple[ClusterRole | None, str, Shape]] = [(here.rbac, f"team {slug} in its namespace", here)]
    every += [
        (deviation.rbac, f"team {slug}, deviation {name}: {deviation.reason}", deviation)
        for name, deviation in sorted(here.deviations.items())
    ]
    seen: set[ClusterRole] = set()
    for role, reason, owner in every:
        if role is not None and role not in seen:
            seen.add(role)
            yield role, reason, Origin(owner, ("rbac",))
