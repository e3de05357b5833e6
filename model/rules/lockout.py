"""Nobody who runs the platform is locked out by a change to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.access import ClusterRole, Target
from model.estate import Environment
from model.rules import pages
from model.rules.groups import FLEET_VIEWERS, GATEWAY_ROLES, STREAMING_ROLE, deployers, is_pending
from model.rules.registries import environment_rules
from model.rules.registry import Finding

NEEDED: Final = (
    (Target.CLUSTER_PROJECT, FLEET_VIEWERS, "find a cluster in the fleet"),
    (Target.CLUSTER_PROJECT, GATEWAY_ROLES, "reach a cluster through the Connect gateway"),
    (
        Target.CLUSTER_PROJECT,
        ("roles/container.viewer", "roles/container.developer", "roles/container.admin"),
        "see GKE clusters",
    ),
    (
        Target.CLUSTER_PROJECT,
        ("roles/gkeonprem.viewer", "roles/gkeonprem.editor", "roles/gkeonprem.admin"),
        "see on-prem clusters",
    ),
    (Target.NETWORK_PROJECT, ("roles/compute.networkViewer", "roles/compute.networkAdmin"), "see routes and tunnels"),
)
"""What the platform team needs in every environment: where, one of which roles, and what for."""

ADMIN_ACCESS: Final = (STREAMING_ROLE, "roles/container.admin", "roles/gkehub.admin", "roles/gkeonprem.admin")
"""What repairing clusters takes: reaching everything in them, and changing them and the fleet."""


def _roles(env: Environment, group: str, target: Target) -> set[str]:
    """Return the roles of a group on a target that do not end on a day."""
    found = [grant for grant in env.access.grants.values() if grant.group == group and target in grant.targets]
    return {role for grant in found if grant.expires is None for role in grant.roles}


@environment_rules.rule("E30", title="the platform team is not locked out", source=pages.CONNECT_GATEWAY)
def platform_team(env: Environment) -> Iterator[Finding]:
    """Refuse an environment where the platform team can not see what it runs."""
    team = env.organisation.platform_groups.team
    listed = env.organisation.groups.get(team)
    if listed is not None and is_pending(listed):
        message = f"lock-out: {team}, the platform team, is pending, so everything granted to it in {env.name} would go"
        yield Finding(listed.at("state"), message, "write active; a platform without its group does not begin")
    for target, choices, purpose in NEEDED:
        if not _roles(env, team, target) & set(choices):
            message = f"lock-out: in {env.name} nothing lets {team}, the platform team, {purpose}"
            yield Finding(env.access.at("grants"), message, f"grant {choices[0]} on {target}, without a last day")
    if not any(grant.principal == team for grant in env.access.clusters.values()):
        message = f"lock-out: {team}, the platform team, has no role in the clusters of {env.name}"
        yield Finding(env.access.at("clusters"), message, "give it the cluster role view")


@environment_rules.rule("E30", title="somebody can repair the platform", source=pages.PRIVILEGED_ACCESS)
def platform_admins(env: Environment) -> Iterator[Finding]:
    """Refuse an environment where nobody is, or can ask to be, admin of the clusters: the last one stays."""
    team, groups = env.organisation.platform_groups.team, env.organisation.groups
    standing = _roles(env, team, Target.CLUSTER_PROJECT) & set(ADMIN_ACCESS[:1])
    if standing and any(
        grant.principal == team and grant.role is ClusterRole.CLUSTER_ADMIN for grant in env.access.clusters.values()
    ):
        return
    able = [wanted for wanted in env.access.entitlements.values() if set(ADMIN_ACCESS) <= set(wanted.roles)]
    if not able:
        roles = " and ".join(ADMIN_ACCESS)
        message = f"lock-out: in {env.name} nobody is, or can ask to be, admin of the clusters"
        remedy = f"add an entitlement on cluster-project with {roles}, or make {team} cluster-admin"
        yield Finding(env.access.at("entitlements"), message, remedy)
    elif not any(
        (group := groups.get(address)) is not None and not is_pending(group)
        for wanted in able
        for address in wanted.requesters
    ):
        message = f"lock-out: nobody who is there can ask to be admin of the clusters of {env.name}"
        yield Finding(able[0].at("requesters"), message, "name a group that the directory has")


@environment_rules.rule(
    "E30", title="the accounts that run the program keep their cluster roles", source=pages.CONNECT_GATEWAY
)
def deployers_kept(env: Environment) -> Iterator[Finding]:
    """Refuse an environment that the program could not preview or apply the next time."""
    roles: dict[str, set[ClusterRole]] = {}
    for grant in env.access.clusters.values():
        roles.setdefault(grant.principal, set()).add(grant.role)
    plan, apply = deployers(env)
    if plan not in roles:
        message = f"lock-out: {plan}, which previews, has no role in the clusters of {env.name}"
        yield Finding(env.access.at("clusters"), message, "give it the cluster role view")
    if ClusterRole.CLUSTER_ADMIN not in roles.get(apply, set()):
        message = f"lock-out: {apply}, which applies, is not cluster-admin in the clusters of {env.name}"
        yield Finding(env.access.at("clusters"), message, "give it the cluster role cluster-admin")


@environment_rules.rule("E30", title="groups with a role in clusters can reach them", source=pages.CONNECT_GATEWAY)
def way_in(env: Environment) -> Iterator[Finding]:
    """Refuse cluster roles of groups that have no way to the cluster: a fleet viewer role and a gateway role."""
    for name, grant in env.access.clusters.items():
        group = grant.principal
        if group not in env.organisation.groups or group == env.organisation.platform_groups.team:
            continue  # the rule above looks at the platform team
        here = (each for each in env.access.grants.values() if Target.CLUSTER_PROJECT in each.targets)
        roles = {role for each in here if each.group == group for role in each.roles}
        missing = [choices[0] for choices in (FLEET_VIEWERS, GATEWAY_ROLES) if not roles & set(choices)]
        if missing:
            message = (
                f"'{name}' gives {group} a role in clusters that it can not reach: {' and '.join(missing)} is missing"
            )
            yield Finding(grant.at(), message, "grant it on cluster-project, or remove the cluster role")
    profile = env.organisation.team_profiles.get(env.access.team_profile or "")
    if profile is not None and env.members:
        roles = set(profile.cluster_project)
        missing = [choices[0] for choices in (FLEET_VIEWERS, GATEWAY_ROLES) if not roles & set(choices)]
        if missing:
            message = f"profile '{env.access.team_profile}' has no way to a cluster: {' and '.join(missing)} is missing"
            yield Finding(profile.at("cluster_project"), message, "add it to the profile")
