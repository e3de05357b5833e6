"""Every grant that follows from the files: IAM on projects, roles in clusters, and what waits for a group.

One list for the program, the report and the tests, so that they cannot disagree. IAM is additive (F2) and on groups
(F1); a group that the directory has not synchronised yet gets nothing until it is active (F12).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from model.config.access import ClusterRole, Grant, Target
from model.config.team import GroupState
from model.estate import Environment
from model.planning.members import workload_members

BUILT_IN_NAMESPACE_BRANCH = "main"
"""The default branch: prefix `p` gives namespace `p-main`, which the program makes so that its roles have a place."""


@dataclass(frozen=True)
class Condition:
    """When an IAM grant holds (F4)."""

    title: str
    expression: str


@dataclass(frozen=True)
class IamGrant:
    """One role of one principal on one project or on the billing account."""

    key: str
    """The logical name: what it grants, never a position."""
    target: Target
    resource: str
    """The project id or the billing account."""
    role: str
    member: str
    reason: str
    condition: Condition | None = None


@dataclass(frozen=True)
class ClusterGrantPlan:
    """One cluster role of one principal, in a cluster or in one namespace of it."""

    key: str
    cluster: str
    namespace: str | None
    role: ClusterRole
    kind: str
    """`Group` or `User`, as Kubernetes calls the subject."""
    principal: str
    reason: str


@dataclass(frozen=True)
class TeamNamespace:
    """A namespace that the program makes for a team in a cluster."""

    cluster: str
    name: str
    prefix: str
    team: str


@dataclass(frozen=True)
class Withheld:
    """Grants that wait until the directory has synchronised a group (F12)."""

    group: str
    what: str


@dataclass(frozen=True)
class Grants:
    """Everything that is granted in an environment."""

    iam: tuple[IamGrant, ...]
    clusters: tuple[ClusterGrantPlan, ...]
    namespaces: tuple[TeamNamespace, ...]
    withheld: tuple[Withheld, ...]

    @property
    def groups(self) -> frozenset[str]:
        """The groups that get anything at all."""
        iam = {grant.member.removeprefix("group:") for grant in self.iam if grant.member.startswith("group:")}
        return frozenset(iam | {grant.principal for grant in self.clusters if grant.kind == "Group"})


def local_part(address: str) -> str:
    """Return what stands before the @ of an address."""
    return address.split("@", 1)[0]


def short_role(role: str) -> str:
    """Return a role without `roles/`, for names: `gkehub.viewer`."""
    return role.rsplit("roles/", 1)[-1]


def principal_kind(principal: str) -> str:
    """Return how Kubernetes names the subject: service accounts are users, everything else here is a group."""
    return "User" if principal.endswith(".gserviceaccount.com") else "Group"


def expiry_condition(env: Environment, grant: Grant) -> Condition | None:
    """Return the condition that ends a grant after its last day, at midnight of the organisation's time zone (F4)."""
    if grant.expires is None:
        return None
    zone = ZoneInfo(env.organisation.time_zone)
    end = datetime.combine(grant.expires + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
    stamp = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Condition(f"until-{grant.expires.isoformat()}", f'request.time < timestamp("{stamp}")')


def _is_pending(env: Environment, group: str) -> bool:
    known = env.organisation.groups.get(group)
    return known is not None and known.state == GroupState.PENDING.value


def _targets(env: Environment, target: Target) -> Iterator[tuple[str, str]]:
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


def _platform_iam(env: Environment) -> Iterator[IamGrant | Withheld]:
    for name, grant in sorted(env.access.grants.items()):
        if _is_pending(env, grant.group):
            yield Withheld(grant.group, f"grant {name}: {', '.join(grant.roles)}")
            continue
        condition = expiry_condition(env, grant)
        for target in grant.targets:
            for part, resource in _targets(env, target):
                for role in grant.roles:
                    key = f"{part}-{short_role(role)}-{local_part(grant.group)}"
                    yield IamGrant(key, target, resource, role, f"group:{grant.group}", grant.reason, condition)


def _team_iam(env: Environment) -> Iterator[IamGrant | Withheld]:
    profile_name = env.access.team_profile
    if profile_name is None:
        return
    profile = env.organisation.team_profiles.get(profile_name)
    if profile is None:
        return
    for slug, (team, here) in env.members.items():
        group = team.groups.google
        if team.groups.state is GroupState.PENDING:
            yield Withheld(group, f"team {slug}: profile {profile_name} and its roles in clusters")
            continue
        reason = f"team {slug}, profile {profile_name}"
        who = local_part(group)
        for role in profile.cluster_project:
            key = f"cluster-{short_role(role)}-{who}"
            cluster_project = env.facts.projects.cluster.id
            yield IamGrant(key, Target.CLUSTER_PROJECT, cluster_project, role, f"group:{group}", reason)
        for role in profile.team_project:
            key = f"{slug}-{short_role(role)}-{who}"
            yield IamGrant(key, Target.TEAM_PROJECTS, here.project, role, f"group:{group}", reason)


def _cluster_grants(env: Environment) -> Iterator[ClusterGrantPlan | Withheld]:
    for member in workload_members(env):
        for grant in (grant for _, grant in sorted(env.access.clusters.items())):
            if _is_pending(env, grant.principal):
                yield Withheld(grant.principal, f"{grant.role} in {member.cluster}")
                continue
            key = f"{member.cluster}-{grant.role}-{local_part(grant.principal)}"
            kind = principal_kind(grant.principal)
            yield ClusterGrantPlan(key, member.cluster, None, grant.role, kind, grant.principal, grant.reason)


def _namespaces(env: Environment) -> Iterator[TeamNamespace]:
    for slug, (team, here) in env.members.items():
        for cluster in sorted(here.clusters):
            for prefix in sorted(team.prefixes):
                yield TeamNamespace(cluster, f"{prefix}-{BUILT_IN_NAMESPACE_BRANCH}", prefix, slug)


def _team_cluster_grants(env: Environment, namespaces: tuple[TeamNamespace, ...]) -> Iterator[ClusterGrantPlan]:
    for namespace in namespaces:
        team, here = env.members[namespace.team]
        if team.groups.state is GroupState.PENDING:
            continue
        group = team.groups.google
        key = f"{namespace.cluster}-{namespace.name}-{here.rbac}-{local_part(group)}"
        reason = f"team {namespace.team} in its namespace"
        yield ClusterGrantPlan(key, namespace.cluster, namespace.name, here.rbac, "Group", group, reason)


def grants(env: Environment) -> Grants:
    """Return everything that the files grant in `env`, in a stable order."""
    mixed = [*_platform_iam(env), *_team_iam(env), *_cluster_grants(env)]
    namespaces = tuple(_namespaces(env))
    cluster = [item for item in mixed if isinstance(item, ClusterGrantPlan)]
    return Grants(
        iam=tuple(sorted((item for item in mixed if isinstance(item, IamGrant)), key=lambda each: each.key)),
        clusters=tuple(sorted([*cluster, *_team_cluster_grants(env, namespaces)], key=lambda each: each.key)),
        namespaces=namespaces,
        withheld=tuple(item for item in mixed if isinstance(item, Withheld)),
    )
