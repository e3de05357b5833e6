"""Fleet scopes of teams: which clusters, which namespaces, and who has what in them (E14-E16).

In the clusters of its scope the fleet makes a team's role bindings, one in each namespace of the scope; the program
makes none there, so nothing is granted twice. The namespaces and their quotas are the program's everywhere: a quota can
not be made before its namespace, and namespaces of one name are one namespace to a fleet
(https://docs.cloud.google.com/kubernetes-engine/fleet-management/docs/team-management).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from model.config.access import ClusterRole, Target
from model.config.fleet import TeamScopes
from model.config.shape import Shape
from model.config.team import Team, TeamEnvironment
from model.estate import Environment
from model.planning.access.pending import Pending
from model.planning.access.plans import (
    GROUP,
    ClusterGrantPlan,
    Condition,
    IamGrant,
    Kind,
    Origin,
    ResourceGrant,
    ScopeBinding,
    ScopePlan,
    TeamNamespace,
    Withheld,
)
from model.planning.access.words import local_part, short_role
from model.planning.members import workload_members

_VIEWER: Final = "roles/gkehub.scopeViewerProjectLevel"
_EDITOR: Final = "roles/gkehub.scopeEditorProjectLevel"
_ON_PROJECT: Final = {ClusterRole.VIEW: _VIEWER, ClusterRole.EDIT: _EDITOR, ClusterRole.ADMIN: _EDITOR}
_ON_SCOPE: Final = {
    ClusterRole.VIEW: "roles/gkehub.scopeViewer",
    ClusterRole.EDIT: "roles/gkehub.scopeEditor",
    ClusterRole.ADMIN: "roles/gkehub.scopeAdmin",
}
"""What goes with a role in a scope (E16), as `gcloud container fleet scopes add-app-operator-binding` has it; a custom
role goes with the editor's on the project and the viewer's on the scope.

On the scope itself everybody is a viewer unless teams serve themselves: an editor of a scope makes namespaces of any
name in it, other teams' too, and an administrator gives away its roles."""
LOG_VIEWER: Final = "roles/logging.viewAccessor"
CARRIED: Final = {
    _VIEWER: frozenset({"roles/gkehub.gatewayReader"}),
    _EDITOR: frozenset({"roles/gkehub.gatewayReader", "roles/gkehub.gatewayEditor"}),
}
"""Roles of the Connect gateway whose permissions a scope's role on the project has too
(https://docs.cloud.google.com/iam/docs/roles-permissions/gkehub). Streaming is in none of them (E31)."""


def scope_id(slug: str) -> str:
    """Return the id of a team's scope."""
    return f"team-{slug}"


def scoped(here: TeamEnvironment) -> frozenset[str]:
    """Return the clusters in which the fleet makes a team's roles."""
    return frozenset(here.scope.clusters) if here.scope is not None else frozenset()


def settings(env: Environment) -> TeamScopes:
    """Return what the fleet says of scopes; nothing is on where it does not."""
    return env.fleet.team_scopes or TeamScopes()


def further_namespaces(here: TeamEnvironment, cluster: str) -> tuple[str, ...]:
    """Return the namespaces of a scope beyond the one of each prefix."""
    return here.scope.namespaces if here.scope is not None and cluster in here.scope.clusters else ()


def scopes(env: Environment, namespaces: Iterable[TeamNamespace], pending: Pending) -> Iterator[ScopePlan]:
    """Give the scope of every team that has one."""
    known = {member.cluster: member for member in workload_members(env)}
    names: dict[str, dict[str, None]] = {}
    for each in namespaces:
        if each.cluster in scoped(env.members[each.team][1]):
            names.setdefault(each.team, {})[each.name] = None
    for slug, (team, here) in env.members.items():
        if here.scope is None:
            continue
        yield ScopePlan(
            team,
            scope_id(slug),
            env.facts.projects.cluster.id,
            # A cluster that is not a member yet is bound when it is.
            tuple(known[cluster] for cluster in sorted(set(here.scope.clusters)) if cluster in known),
            tuple(sorted(names.get(slug, {}))),
            tuple(_bindings(team, here, pending)),
        )


def _bindings(team: Team, here: TeamEnvironment, pending: Pending) -> Iterator[ScopeBinding]:
    """Give each role of each group once: the record's own, those of its deviations, and those of further groups."""
    every: list[tuple[str, str, str, Shape, str]] = [
        (team.groups.google, here.rbac.value, f"team {team.slug} in its scope", here, "rbac")
    ]
    for name, deviation in sorted(here.deviations.items()):
        if deviation.rbac is not None:
            reason = f"team {team.slug}, deviation {name}: {deviation.reason}"
            every.append((team.groups.google, deviation.rbac.value, reason, deviation, "rbac"))
    for name, each in sorted(here.scope.members.items() if here.scope is not None else ()):
        every.append((each.group, each.role, f"team {team.slug}, scope, {name}: {each.reason}", each, "role"))
    seen: set[tuple[str, str]] = set()
    for group, role, reason, owner, field in every:
        if group not in pending and (group, role) not in seen:
            seen.add((group, role))
            yield ScopeBinding(f"{role}-{local_part(group)}", group, role, reason, Origin(owner, (field,)))


def scope_waiting(env: Environment, pending: Pending) -> Iterator[Withheld]:
    """Give the further groups of scopes that wait for the directory (F12); the team's own is said elsewhere."""
    for slug, (_, here) in env.members.items():
        for name, each in sorted(here.scope.members.items() if here.scope is not None else ()):
            if each.group in pending:
                what = f"team {slug}: {each.role} in its scope ({name})"
                yield Withheld(each.group, what, pending.since[each.group], team=slug, origin=Origin(each))


def scope_cluster_grants(plans: Iterable[ScopePlan]) -> Iterator[ClusterGrantPlan]:
    """Give what the fleet makes of scopes inside the clusters: each role in each namespace of the scope."""
    for plan in plans:
        for member in plan.members:
            for namespace in plan.namespaces:
                for each in plan.bindings:
                    yield ClusterGrantPlan(
                        f"{member.cluster}-{namespace}-{each.role}-{local_part(each.group)}",
                        member.cluster,
                        namespace,
                        each.role,
                        "Group",
                        each.group,
                        each.reason,
                        scope=plan.id,
                        team=plan.team.slug,
                        origin=each.origin,
                    )


def _role(role: str) -> ClusterRole | None:
    return next((each for each in _ON_SCOPE if each.value == role), None)


def on_project(role: str) -> str:
    """Return the role on the project that goes with a role in a scope."""
    known = _role(role)
    return _ON_PROJECT[known] if known is not None else _EDITOR


def on_scope(env: Environment, role: str) -> str:
    """Return the role on the scope itself that goes with a role in it."""
    known = _role(role) if settings(env).self_service else None
    return _ON_SCOPE[known] if known is not None else _ON_SCOPE[ClusterRole.VIEW]


def carried(here: TeamEnvironment) -> frozenset[str]:
    """Return the gateway's roles that a team has with its scope, so that its profile need not give them again."""
    return CARRIED[on_project(here.rbac.value)] if here.scope is not None else frozenset()


def scope_iam(env: Environment, plans: Iterable[ScopePlan]) -> Iterator[IamGrant | ResourceGrant]:
    """Give the IAM roles that go with roles in scopes: on the project, on the scope, and on the scope's logs (E16)."""
    seen: set[str] = set()
    for plan in plans:
        for each in plan.bindings:
            for grant in _with(env, plan, each):
                if grant.key not in seen:  # one group in two scopes, or with two roles, has it once
                    seen.add(grant.key)
                    yield grant


def _with(env: Environment, plan: ScopePlan, each: ScopeBinding) -> Iterator[IamGrant | ResourceGrant]:
    slug, project = plan.team.slug, plan.project
    member, who = f"{GROUP}{each.group}", local_part(each.group)
    on_the_project: list[tuple[str, str, Condition | None]] = [(on_project(each.role), "", None)]
    if settings(env).logs is not None:
        on_the_project.append((LOG_VIEWER, f"-{plan.id}", _logs_of(project, plan.id)))
    for role, part, condition in on_the_project:
        yield IamGrant(
            f"cluster-{short_role(role)}-{who}{part}",
            Target.CLUSTER_PROJECT,
            project,
            role,
            member,
            each.reason,
            condition,
            team=slug,
            origin=each.origin,
        )
    role = on_scope(env, each.role)
    yield ResourceGrant(
        f"{slug}-{short_role(role)}-{who}",
        Kind.SCOPE_IAM,
        project,
        plan.id,
        role,
        member,
        each.reason,
        team=slug,
        origin=each.origin,
    )


def _logs_of(project: str, scope: str) -> Condition:
    """Return the condition that a role holds for the views of a scope's own log bucket, which the fleet makes."""
    bucket = f"projects/{project}/locations/global/buckets/fleet-o11y-scope-{scope}"
    views = (f"{bucket}/views/fleet-o11y-scope-{scope}-{kind}" for kind in ("k8s_container", "k8s_pod"))
    return Condition(f"logs-of-{scope}", " || ".join(f'resource.name == "{view}"' for view in views))
