"""Roles that nobody is given, or not for good: basic ones, those that reach beyond, those that give away others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.access import ClusterRole, Target
from model.estate import Environment
from model.rules import pages
from model.rules.groups import BASIC_ROLES, FLEET_VIEWERS, GATEWAY_ROLES, STREAMING_ROLE
from model.rules.registries import environment_rules
from model.rules.registry import Finding
from model.rules.stated_roles import stated_roles

ACTING_AS: Final = frozenset(
    f"roles/iam.{name}"
    for name in (
        "serviceAccountAdmin",
        "serviceAccountKeyAdmin",
        "serviceAccountOpenIdTokenCreator",
        "serviceAccountTokenCreator",
        "serviceAccountUser",
        "workloadIdentityPoolAdmin",
        "workloadIdentityUser",
    )
)
"""Roles with which somebody becomes a service account, or makes a way to become one."""

GIVING: Final = frozenset(
    {
        "roles/iam.denyAdmin",
        "roles/iam.organizationRoleAdmin",
        "roles/iam.roleAdmin",
        "roles/iam.securityAdmin",
        "roles/privilegedaccessmanager.admin",
        "roles/resourcemanager.folderAdmin",
        "roles/resourcemanager.folderIamAdmin",
        "roles/resourcemanager.organizationAdmin",
        "roles/resourcemanager.projectIamAdmin",
    }
)
"""Roles with which somebody gives away any other role."""

REACHING: Final = frozenset({"roles/container.clusterViewer", *FLEET_VIEWERS[:1], *GATEWAY_ROLES[:2]})
"""What a deploy account may have where the clusters are: the way to them. In them its namespaces bind it."""


@environment_rules.rule("F7", title="basic roles are not granted", source=pages.IAM_GROUPS)
def basic_roles(env: Environment) -> Iterator[Finding]:
    """Refuse owner, editor and viewer, wherever a file names a role."""
    for stated in stated_roles(env):
        if stated.role in BASIC_ROLES:
            message = f"{stated.role} is a basic role: it holds thousands of permissions, on everything in the project"
            yield Finding(stated.named.place, message, "grant the predefined roles that are needed")


@environment_rules.rule(
    "F14", "F15", title="nobody acts as a deploy account but its workflows", source=pages.ACCOUNT_ROLES
)
def acting_as(env: Environment) -> Iterator[Finding]:
    """Refuse roles with which people become service accounts; before production they may be asked for."""
    for stated in stated_roles(env):
        if stated.role not in ACTING_AS or not (stated.standing or env.facts.production):
            continue
        message = f"{stated.what} lets {stated.who} act as the project's service accounts, past federation"
        remedy = "leave it to workflows; before production it may be an entitlement that ends after an hour"
        yield Finding(stated.named.place, message, remedy)


@environment_rules.rule("F2", title="nobody gives away roles but this program", source=pages.ACCOUNT_ROLES)
def giving(env: Environment) -> Iterator[Finding]:
    """Refuse roles with which their holders give themselves any other: no review would ever see what."""
    for stated in stated_roles(env):
        if stated.role in GIVING:
            message = f"{stated.what} lets {stated.who} give away any role on the project, which no review sees"
            yield Finding(stated.named.place, message, "grant the roles that are needed here, in a reviewed file")


@environment_rules.rule("F17", title="roles of Google's own agents are theirs", source=pages.SERVICE_AGENTS)
def agents(env: Environment) -> Iterator[Finding]:
    """Refuse roles of service agents, which change without notice and hold what Google's services need."""
    for stated in stated_roles(env):
        if stated.role.lower().endswith("serviceagent"):
            message = f"{stated.role} is for one of Google's own agents, and {stated.what} gives it to {stated.who}"
            yield Finding(stated.named.place, message, "grant the predefined role with what is needed")


@environment_rules.rule("E31", title="nobody has standing streaming access in production", source=pages.GATEWAY_ROLES)
def streaming(env: Environment) -> Iterator[Finding]:
    """Refuse exec, attach and port-forward: for machines anywhere, in production for good or without an approval."""
    for stated in stated_roles(env):
        if stated.role != STREAMING_ROLE:
            continue
        remedy = "grant roles/gkehub.gatewayReader, and the rest as privileged access"
        if stated.machine:
            message = f"{stated.what} could exec into every pod of {env.name}, and a deployment execs into none"
        elif env.facts.production and stated.standing:
            message = f"{stated.what} lets {stated.who} exec into every pod of production at any time"
        elif env.facts.production and not stated.approved:
            message = f"{stated.what} lets {stated.who} exec into every pod of production with nobody's approval"
            remedy = "add a level of approval"
        else:
            continue
        yield Finding(stated.named.place, message, remedy)


@environment_rules.rule("F18", title="deploy accounts reach clusters and no further", source=pages.CONNECT_GATEWAY)
def reaching(env: Environment) -> Iterator[Finding]:
    """Refuse roles of deploy accounts on the cluster project that reach into what is other teams' too."""
    for stated in stated_roles(env):
        if stated.machine and stated.target is Target.CLUSTER_PROJECT and stated.role not in REACHING:
            if stated.role == STREAMING_ROLE or stated.role in BASIC_ROLES | ACTING_AS | GIVING:
                continue  # said above
            message = f"{stated.what} has {stated.role} on the cluster project, where every team's workloads are"
            remedy = f"leave it {', '.join(sorted(REACHING))}, and deploy in its own namespaces"
            yield Finding(stated.named.place, message, remedy)


@environment_rules.rule("F18", title="a team's role holds in its namespaces", source=pages.GKE_GROUPS)
def cluster_admins(env: Environment) -> Iterator[Finding]:
    """Refuse cluster-admin for teams: in a namespace it still gives away every role there."""
    profile = env.organisation.team_profiles.get(env.access.team_profile or "")
    if profile is not None and profile.rbac is ClusterRole.CLUSTER_ADMIN:
        message = f"profile '{env.access.team_profile}' makes every product team cluster-admin of its namespaces"
        yield Finding(profile.at("rbac"), message, "write admin, which can do everything there but change its quota")
    for slug, (_, here) in env.members.items():
        for name, deviation in here.deviations.items():
            if deviation.rbac is ClusterRole.CLUSTER_ADMIN:
                message = f"deviation '{name}' makes {slug} cluster-admin of its namespaces"
                yield Finding(
                    deviation.at("rbac"), message, "write admin, which can do everything but change its quota"
                )
