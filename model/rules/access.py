"""Who may do what: grants of the platform's groups, and the profile that product teams get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.access import Target
from model.config.problems import Severity
from model.estate import Environment
from model.planning.access.pending import waited
from model.planning.grants import IamGrant, grants, principal_kind
from model.rules import pages
from model.rules.groups import deployers, is_pending, unfit
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, repeats

GROUPS_PER_POLICY: Final = 250
PRINCIPALS_PER_POLICY: Final = 1500


@environment_rules.rule(
    "F1", "E34", "F11", "F12", title="grants are to known groups of the organisation", source=pages.IAM_GROUPS
)
def groups_known(env: Environment) -> Iterator[Finding]:
    """Refuse grants to persons, to groups outside the organisation, to unknown groups and to product areas."""
    for grant in env.access.grants.values():
        yield from unfit(env.organisation, grant.group, grant.at("group"))
    for grant in env.access.clusters.values():
        if principal_kind(grant.principal) == "Group":
            yield from unfit(env.organisation, grant.principal, grant.at("principal"))


@environment_rules.rule(
    "F18", title="only the environment's own identities reach its clusters", source=pages.IAM_GROUPS
)
def service_accounts(env: Environment) -> Iterator[Finding]:
    """Refuse cluster roles of service accounts other than those that run the program for this environment."""
    own = deployers(env)
    for grant in env.access.clusters.values():
        if principal_kind(grant.principal) == "User" and grant.principal not in own:
            message = f"{grant.principal} is not an account that runs this program for {env.name}"
            yield Finding(grant.at("principal"), message, suggest(grant.principal, own, lead="Accounts"))


@environment_rules.rule(
    "F12",
    title="groups are synchronised before they are granted anything",
    source=pages.IAM_GROUPS,
    severity=Severity.WARNING,
)
def groups_pending(env: Environment) -> Iterator[Finding]:
    """Warn of grants that wait for the directory."""
    known = env.organisation.groups
    named = [Named(grant.group, grant, ("group",)) for grant in env.access.grants.values()]
    named += [Named(grant.principal, grant, ("principal",)) for grant in env.access.clusters.values()]
    for each in named:
        group = known.get(str(each.name))
        if group is not None and is_pending(group):
            age = waited(group.pending_since, env.today)
            message = f"{each.name} is waiting for sync{age}: this grant is left out until the directory has the group"
            yield Finding(each.place, message, "set its state to active in stacks/organisation.yaml when it is there")


@environment_rules.rule(
    "F10", title="groups with roles in clusters are nested in the security group", source=pages.GKE_GROUPS
)
def groups_nested(env: Environment) -> Iterator[Finding]:
    """Refuse cluster roles of groups that clusters never hear of."""
    security_group = env.organisation.security_group
    for grant in env.access.clusters.values():
        group = env.organisation.groups.get(grant.principal)
        if group is not None and not group.nested:
            message = f"{grant.principal} is not nested in {security_group}, so no cluster ever sees the group"
            yield Finding(grant.at("principal"), message, "nest it in the directory and remove nested: false")


@environment_rules.rule("F19", title="a grant says what, where and why", source="")
def complete(env: Environment) -> Iterator[Finding]:
    """Refuse grants that give nothing, that stand twice in themselves, or that have no reason."""
    for name, grant in env.access.grants.items():
        for field, items in (("targets", grant.targets), ("roles", grant.roles)):
            if not items:
                message = f"grant '{name}' gives nothing: its list '{field}' is empty"
                yield Finding(grant.at(field), message, "fill it, or remove the grant")
            for _, again in repeats(Named(item, grant, (field, number)) for number, item in enumerate(items)):
                yield Finding(again.place, f"'{again.name}' stands twice in grant '{name}'", "remove one of them")
    for name, each in (*env.access.grants.items(), *env.access.clusters.items()):
        if not each.reason.strip():
            yield Finding(
                each.at("reason"), f"grant '{name}' has no reason", "write why, for whoever reviews it next year"
            )


def _iam(env: Environment) -> tuple[IamGrant, ...]:
    return grants(env).iam


def _source(env: Environment, grant: IamGrant) -> str:
    """Return what a grant comes from, for a sentence: its name in the stack file, or what a record says of it."""
    for name, each in env.access.grants.items():
        if grant.origin is not None and grant.origin.owner is each:
            return name
    return grant.reason


@environment_rules.rule("F2", title="nothing is granted twice", source=pages.IAM_MEMBER)
def granted_once(env: Environment) -> Iterator[Finding]:
    """Refuse two grants of one role to one principal in one place: removing one would take the other away too."""
    by_key: dict[str, IamGrant] = {}
    for again in _iam(env):
        first = by_key.setdefault(again.key, again)
        if first is again:
            continue
        message = (
            f"{again.role} on {again.resource} is granted to {again.member.split(':', 1)[-1]} twice, by "
            f"{_source(env, first)} and {_source(env, again)}: removing one of them would take it away"
        )
        yield Finding(again.place, message, "keep one of them")
    named = (Named((each.principal, each.role), each, (), name) for name, each in env.access.clusters.items())
    for first, again in repeats(named):
        message = (
            f"'{first.what}' and '{again.what}' grant one cluster role to one principal: removing one would take it "
            "away"
        )
        yield Finding(again.place, message, "keep one of them")


@environment_rules.rule(
    "F18", title="the profile of product teams exists where there are teams", source=pages.IAM_GROUPS
)
def team_profile(env: Environment) -> Iterator[Finding]:
    """Refuse unknown profiles, and teams in an environment that gives them nothing."""
    access, profiles = env.access, env.organisation.team_profiles
    if access.team_profile is not None and access.team_profile not in profiles:
        message = f"there is no team profile '{access.team_profile}'"
        yield Finding(access.at("team_profile"), message, suggest(access.team_profile, profiles, lead="Profiles"))
    if access.team_profile is None:
        for slug, (team, _) in env.members.items():
            message = f"team {slug} is in {env.name}, where product teams have no access at all"
            yield Finding(team.at("environments", env.name), message, f"remove {env.name} from the record")


@environment_rules.rule(
    "F18", title="team projects are granted where there are teams", source=pages.IAM_GROUPS, severity=Severity.WARNING
)
def empty_targets(env: Environment) -> Iterator[Finding]:
    """Warn of grants on team projects in an environment without teams."""
    if env.members:
        return
    for name, grant in env.access.grants.items():
        if Target.TEAM_PROJECTS in grant.targets:
            place = grant.at("targets", grant.targets.index(Target.TEAM_PROJECTS))
            yield Finding(
                place, f"grant '{name}' is on team projects, and no team is in {env.name}", "remove team-projects"
            )


@environment_rules.rule("F3", title="a project's policy keeps its limits", source=pages.IAM_LIMITS)
def policy_limits(env: Environment) -> Iterator[Finding]:
    """Refuse more groups, or more grants, on one project than its policy can hold."""
    by_resource: dict[str, list[IamGrant]] = {}
    for grant in _iam(env):
        by_resource.setdefault(grant.resource, []).append(grant)
    for resource, found in sorted(by_resource.items()):
        groups = {grant.member for grant in found}
        if len(groups) > GROUPS_PER_POLICY:
            message = f"{len(groups)} groups are granted roles on {resource}, and its policy holds {GROUPS_PER_POLICY}"
            yield Finding(env.access.at("grants"), message, "nest groups in the directory and grant to the outer one")
        if len(found) > PRINCIPALS_PER_POLICY:
            message = (
                f"{len(found)} grants on {resource} name a principal, and its policy holds {PRINCIPALS_PER_POLICY}"
            )
            yield Finding(env.access.at("grants"), message, "grant fewer roles, or gather them in fewer groups")
