"""Teams' scopes in the fleet: their clusters, namespaces and roles, each made in one way alone (E13-E16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.access import ClusterRole
from model.config.fleet import CustomRole
from model.config.problems import Severity
from model.config.team import Team, TeamEnvironment, TeamScope
from model.estate import Environment
from model.planning.access.plans import PREDEFINED
from model.planning.access.scopes import scope_id, settings
from model.planning.grants import BUILT_IN_NAMESPACE_BRANCH
from model.planning.names import LIMIT_COMPUTE
from model.rules import pages
from model.rules.consent import consented, team_of
from model.rules.groups import unfit
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, repeats

GIVING: Final = frozenset({"bind", "escalate", "impersonate", "*"})
"""Verbs with which somebody has more than the role says."""
_RESERVED: Final = frozenset(role.value for role in ClusterRole)


def _scopes(env: Environment) -> Iterator[tuple[str, Team, TeamEnvironment, TeamScope]]:
    for slug, (team, here) in env.members.items():
        if here.scope is not None:
            yield slug, team, here, here.scope


@environment_rules.rule("E14", title="scopes are where the fleet has them", source=pages.FLEET_SCOPES)
def offered(env: Environment) -> Iterator[Finding]:
    """Refuse scopes in a fleet that has none, and ids that the API refuses."""
    for slug, _, here, scope in _scopes(env):
        if env.fleet.team_scopes is None:
            message = f"{slug} has a scope in {env.name}, whose fleet has none"
            yield Finding(
                here.at("scope"), message, "add team_scopes to hybrid:fleet of the stack, or remove the scope"
            )
        if len(scope_id(slug)) > LIMIT_COMPUTE:
            message = f"scope '{scope_id(slug)}' has {len(scope_id(slug))} characters; the API takes {LIMIT_COMPUTE}"
            yield Finding(scope.at(), message, "remove the scope: the team's slug is too long for one")


@environment_rules.rule("E14", title="a scope has clusters of its team", source=pages.FLEET_SCOPES)
def clusters(env: Environment) -> Iterator[Finding]:
    """Refuse scopes without a cluster, with another team's, or with one twice."""
    for slug, _, here, scope in _scopes(env):
        if not scope.clusters:
            message = f"the scope of {slug} in {env.name} is bound to no cluster, so the fleet makes nothing of it"
            yield Finding(scope.at("clusters"), message, "name a cluster of the team, or remove the scope")
        for number, name in enumerate(scope.clusters):
            if name not in here.clusters:
                message = f"the scope of {slug} is bound to {name}, and the team is not there in {env.name}"
                remedy = suggest(name, here.clusters, lead="The team's clusters")
                yield Finding(scope.at("clusters", number), message, remedy)
        named = (Named(name, scope, ("clusters", number)) for number, name in enumerate(scope.clusters))
        for _, again in repeats(named):
            yield Finding(
                again.place, f"cluster {again.name} stands twice in the scope of {slug}", "remove one of them"
            )


@environment_rules.rule("E14", "H2", title="a namespace is in one scope, its team's", source=pages.FLEET_SCOPES)
def namespaces(env: Environment) -> Iterator[Finding]:
    """Refuse namespaces of a scope that no prefix of the team covers, that it has already, or that stand twice."""
    for slug, team, _, scope in _scopes(env):
        built_in = {f"{prefix}-{BUILT_IN_NAMESPACE_BRANCH}" for prefix in team.prefixes}
        for number, name in enumerate(scope.namespaces):
            place = scope.at("namespaces", number)
            if not any(name.startswith(f"{prefix}-") for prefix in team.prefixes):
                covered = ", ".join(f"{prefix}-*" for prefix in team.prefixes)
                message = f"namespace '{name}' in the scope of {slug} is not the team's, which has {covered}"
                yield Finding(place, message, "begin it with a prefix of the team")
            elif name in built_in:
                message = f"namespace '{name}' is in the scope of {slug} without being named"
                yield Finding(place, message, "remove it: the namespace of each prefix is always in the scope")
        for _, again in repeats(Named(name, scope, ("namespaces", n)) for n, name in enumerate(scope.namespaces)):
            yield Finding(again.place, f"namespace {again.name} stands twice for {slug}", "remove one of them")


@environment_rules.rule("E15", "F1", "F10", title="roles in a scope are known, and of groups", source=pages.SCOPE_ROLES)
def members(env: Environment) -> Iterator[Finding]:
    """Refuse unknown roles and groups, groups that clusters never hear of, and what the team's own group has anyway."""
    known = [*PREDEFINED, *settings(env).custom_roles]
    security_group = env.organisation.security_group
    for slug, team, here, scope in _scopes(env):
        if here.rbac is ClusterRole.CLUSTER_ADMIN:
            message = f"{slug} is cluster-admin of its scope, and a scope knows {', '.join(PREDEFINED)}"
            yield Finding(here.at("rbac"), message, "write admin")
        for name, each in scope.members.items():
            yield from unfit(env.organisation, each.group, each.at("group"))
            if each.role not in known:
                message = f"'{name}' gives a role '{each.role}' in the scope of {slug}, and there is none"
                yield Finding(each.at("role"), message, suggest(each.role, known, lead="Roles"))
            if not each.reason.strip():
                message = f"'{name}' in the scope of {slug} has no reason"
                yield Finding(each.at("reason"), message, "write why, for whoever reviews it next year")
            group = env.organisation.groups.get(each.group)
            if group is not None and not group.nested:
                message = f"{each.group} is not nested in {security_group}, so no cluster ever sees the group"
                yield Finding(each.at("group"), message, "nest it in the directory and remove nested: false")
            if each.group == team.groups.google:
                message = f"'{name}' gives {slug} itself a role in its own scope, where it has '{here.rbac}' already"
                yield Finding(each.at("group"), message, "write what the team has as rbac, more as a deviation")


@environment_rules.rule("E15", "E13", title="custom roles of scopes give what they say", source=pages.SCOPE_ROLES)
def custom_roles(env: Environment) -> Iterator[Finding]:
    """Refuse names that Kubernetes has, roles that allow nothing, and roles that give away more than they say."""
    for name, role in settings(env).custom_roles.items():
        if name in _RESERVED:
            message = f"custom role '{name}' is called like one of Kubernetes' own, which it would overwrite"
            yield Finding(role.at(), message, "give it a name of its own")
        if not role.reason.strip():
            yield Finding(
                role.at("reason"), f"custom role '{name}' has no reason", "write what view, edit and admin lack"
            )
        yield from _rules(name, role)


def _rules(name: str, role: CustomRole) -> Iterator[Finding]:
    if not role.rules:
        yield Finding(role.at("rules"), f"custom role '{name}' allows nothing", "add a rule, or remove the role")
    for rule in role.rules:
        for field in ("groups", "resources", "verbs"):
            items: tuple[str, ...] = getattr(rule, field)
            if not items:
                message = f"a rule of custom role '{name}' allows nothing: its list '{field}' is empty"
                yield Finding(rule.at(field), message, "fill it, or remove the rule")
            for number, item in enumerate(items):
                if item == "*" or (field == "verbs" and item in GIVING):
                    message = (
                        f"custom role '{name}' has {field} '{item}', which gives its holder more than the role says"
                    )
                    yield Finding(rule.at(field, number), message, "name what is needed")


@environment_rules.rule("E16", "F2", title="nothing is granted by scope and by program", source=pages.SCOPE_ROLES)
def granted_once(env: Environment) -> Iterator[Finding]:
    """Refuse roles that a group has in all of a cluster and again in a scope there, and a role that it has twice."""
    everywhere = {(grant.principal, grant.role.value): name for name, grant in env.access.clusters.items()}
    for slug, _, _, scope in _scopes(env):
        for each in scope.members.values():
            other = everywhere.get((each.group, each.role))
            if other is not None:
                message = (
                    f"{each.group} has '{each.role}' in all clusters of {env.name} by '{other}', and again in the "
                    f"scope of {slug}: removing one of them would take nothing away"
                )
                yield Finding(each.at("role"), message, "keep one of them")
        named = (Named((each.group, each.role), each, (), name) for name, each in scope.members.items())
        for first, again in repeats(named):
            message = f"'{first.what}' and '{again.what}' give one role to one group in the scope of {slug}"
            yield Finding(again.place, message, "keep one of them")


@environment_rules.rule("E16", title="a team's logs are kept once", source=pages.SCOPE_LOGS)
def logs_once(env: Environment) -> Iterator[Finding]:
    """Refuse a log bucket of the team's beside the one that the fleet makes for its scope."""
    mode = settings(env).logs
    for slug, _, here, _ in _scopes(env):
        if mode is not None and here.logs is not None:
            message = f"the fleet takes the logs of {slug} to a bucket of its scope ({mode}), and logs asks for another"
            yield Finding(here.at("logs"), message, "remove logs here, or team_scopes.logs of hybrid:fleet")


@environment_rules.rule("E16", title="log buckets keep their entries for a time", source=pages.LOG_BUCKETS)
def retention(env: Environment) -> Iterator[Finding]:
    """Refuse retentions that the API refuses."""
    for slug, (_, here) in env.members.items():
        if here.logs is not None and not 1 <= here.logs.retention_days <= LONGEST_RETENTION:
            days = here.logs.retention_days
            message = f"the logs of {slug} are kept for {days} days; the API takes 1 to {LONGEST_RETENTION}"
            yield Finding(here.logs.at("retention_days"), message, "write a number of days in that range")


LONGEST_RETENTION: Final = 3650
"""Days."""


@environment_rules.rule("F18", title="other teams are let into a scope by their owner's yes", source=pages.IAM_GROUPS)
def others(env: Environment) -> Iterator[Finding]:
    """Refuse members of a scope that are another team's without the owner's consent, or kept to other environments."""
    for slug, team, _, scope in _scopes(env):
        for name, each in scope.members.items():
            of = team_of(env, each.group)
            if of is not None and of is not team:
                why = f"'{name}' lets {each.group}, of team {of.slug}, into the scope of {slug}"
                yield from consented(env, each.consent, team.owner_group, each, why)
            elif each.consent is not None:
                message = f"'{name}' in the scope of {slug} has a consent, and it reaches beyond no team"
                yield Finding(each.consent.at(), message, "remove the consent")
            group = env.organisation.groups.get(each.group)
            if group is not None and group.environments is not None and env.name not in group.environments:
                message = f"'{name}' lets {each.group}, a group of {', '.join(group.environments)}, into {env.name}"
                yield Finding(each.at("group"), message, f"name a group of {env.name}")


@environment_rules.rule("E16", "F2", "H2", title="what is in a scope is in a reviewed file", source=pages.GATEWAY_ROLES)
def self_service(env: Environment) -> Iterator[Finding]:
    """Refuse, in production, scopes whose teams make namespaces and give roles themselves; elsewhere warn of them."""
    wanted = settings(env)
    if wanted.self_service and env.facts.production:
        message = "with self_service whoever edits a scope makes namespaces of any name in it, and no review sees them"
        yield Finding(wanted.at("self_service"), message, "write false: namespaces and roles come from teams' records")
    elif wanted.self_service:
        message = f"with self_service teams make namespaces and give roles in their scopes of {env.name} unreviewed"
        yield Finding(wanted.at("self_service"), message, "write false unless that is wanted", Severity.WARNING)
