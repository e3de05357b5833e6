"""Team records: what a team has in each environment, and who it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.problems import Severity
from model.config.team import Criticality, DataClass, GroupState
from model.estate import Environment, Estate
from model.planning.access.pending import waited
from model.planning.members import planned_members
from model.rules import pages
from model.rules.groups import unfit
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, readable, repeats

ON_PREM_ONLY: Final = (DataClass.PERSONAL, DataClass.PETABYTE)


@estate_rules.rule("F18", title="teams are in environments and clusters that exist", source=pages.IAM_GROUPS)
def clusters(estate: Estate) -> Iterator[Finding]:
    """Refuse unknown environments, unknown clusters, and clusters of another environment."""
    by_environment = {
        env.name: [member.cluster for member in found] for env, found in readable(estate, planned_members)
    }
    owners = {name: environment for environment, names in by_environment.items() for name in names}
    for team in estate.teams.values():
        for environment, here in team.environments.items():
            if environment not in estate.environments:
                message = f"team {team.slug} is in '{environment}', and there is no such environment"
                remedy = suggest(environment, estate.environments, lead="Environments")
                yield Finding(team.at("environments", environment), message, remedy)
                continue
            known = by_environment.get(environment)
            if known is None:
                continue  # its clusters could not be read
            if not here.clusters:
                message = f"team {team.slug} is in {environment} and in none of its clusters"
                yield Finding(here.at("clusters"), message, "name a cluster, or remove the environment from the record")
            for number, name in enumerate(here.clusters):
                if name not in known:
                    owner = owners.get(name)
                    which = f"is a cluster of {owner}, not of" if owner else "is not a cluster of"
                    message = f"'{name}' {which} {environment}, where {team.slug} lists it"
                    yield Finding(here.at("clusters", number), message, suggest(name, known, lead="Clusters"))
            named = (Named(name, here, ("clusters", number)) for number, name in enumerate(here.clusters))
            for _, again in repeats(named):
                yield Finding(again.place, f"cluster {again.name} stands twice for {team.slug}", "remove one of them")


@environment_rules.rule("J003", title="data that must stay on-prem does", source="")
def data_class(env: Environment) -> Iterator[Finding]:
    """Refuse clusters in a cloud for teams with personal data or more data than can be moved."""
    cloud = {member.cluster for member in planned_members(env) if member.in_cloud}
    for slug, (team, here) in env.members.items():
        if team.data_class not in ON_PREM_ONLY:
            continue
        for number, name in enumerate(here.clusters):
            if name in cloud:
                message = (
                    f"{slug} has data of class '{team.data_class}', which stays on-prem, and {name} is in the cloud"
                )
                yield Finding(here.at("clusters", number), message, "remove the cluster, or have the data classed anew")


@environment_rules.rule("F19", title="a team's role in its namespaces is that of the environment", source="")
def rbac(env: Environment) -> Iterator[Finding]:
    """Refuse records that ask for another role than the environment gives."""
    profile = env.organisation.team_profiles.get(env.access.team_profile or "")
    if profile is None:
        return  # that there is none is found elsewhere
    for slug, (_, here) in env.members.items():
        if here.rbac is not profile.rbac:
            message = f"{slug} has cluster role '{here.rbac}' in {env.name}, where product teams have '{profile.rbac}'"
            remedy = f"write {profile.rbac}; more is had as privileged access, or as a deviation with a last day"
            yield Finding(here.at("rbac"), message, remedy)


@environment_rules.rule("H12", title="delivery to production waits for a person", source=pages.ARGO_AUTOSYNC)
def autosync(env: Environment) -> Iterator[Finding]:
    """Refuse automatic delivery to production for 24x7 teams, and warn of it for the others."""
    if not env.facts.production:
        return
    for slug, (team, here) in env.members.items():
        if not here.autosync:
            continue
        if team.criticality is Criticality.ALWAYS:
            message = f"{slug} answers at all hours, and with autosync a merge reaches {env.name} with nobody watching"
            yield Finding(here.at("autosync"), message, "write autosync: false")
        else:
            message = f"{slug} delivers to {env.name} by itself; nothing is removed there (prune is off)"
            yield Finding(
                here.at("autosync"), message, "write autosync: false unless the team wants it so", Severity.WARNING
            )


@estate_rules.rule("F12", "F1", "E34", "F11", title="groups of team records are known", source=pages.IAM_GROUPS)
def groups(estate: Estate) -> Iterator[Finding]:
    """Refuse unknown groups, a group of two teams, and object ids that are another group's."""
    organisation = estate.organisation
    for team in estate.teams.values():
        yield from unfit(organisation, team.owner_group, team.at("owner_group"))
        yield from unfit(organisation, team.groups.google, team.groups.at("google"))
        known = organisation.groups.get(team.groups.google)
        if known is not None and known.entra_object_id != team.groups.entra_object_id:
            message = (
                f"{team.groups.google} is object {known.entra_object_id} in stacks/organisation.yaml and "
                f"{team.groups.entra_object_id} here: delivery would answer to another group"
            )
            yield Finding(team.groups.at("entra_object_id"), message, "copy the object id from the directory to both")
    named = (Named(team.groups.google, team.groups, ("google",), team.slug) for team in estate.teams.values())
    for first, again in repeats(named):
        message = f"{again.name} is the group of {first.what} already: each team would have what the other has"
        yield Finding(again.place, message, "give every team a group of its own")


@estate_rules.rule("F12", title="groups of teams are synchronised", source=pages.IAM_GROUPS, severity=Severity.WARNING)
def pending(estate: Estate) -> Iterator[Finding]:
    """Warn of teams that wait for the directory."""
    for team in estate.teams.values():
        if team.groups.state is GroupState.PENDING:
            age = waited(team.groups.pending_since, estate.today)
            message = (
                f"{team.groups.google} is waiting for sync{age}: team {team.slug} gets nothing until the directory has "
                "it"
            )
            yield Finding(team.groups.at("state"), message, "write active when the group is there")


@environment_rules.rule("F10", title="groups of teams are nested in the security group", source=pages.GKE_GROUPS)
def nested(env: Environment) -> Iterator[Finding]:
    """Refuse team groups that clusters never hear of."""
    for slug, (team, _) in env.members.items():
        group = env.organisation.groups.get(team.groups.google)
        if group is not None and not group.nested:
            security_group = env.organisation.security_group
            message = f"{team.groups.google} is not nested in {security_group}: {slug} would be nobody in the clusters"
            yield Finding(team.groups.at("google"), message, "nest it in the directory and remove nested: false")


@estate_rules.rule("F19", title="team records are looked at again", source="", severity=Severity.WARNING)
def review(estate: Estate) -> Iterator[Finding]:
    """Warn of records whose day of review has passed."""
    for team in estate.teams.values():
        if team.review_by < estate.today:
            message = f"the record of {team.slug} was to be reviewed by {team.review_by}; today is {estate.today}"
            yield Finding(team.at("review_by"), message, f"have {team.owner_group} confirm it, and set the next day")


@estate_rules.rule("X10", title="quotas and budgets are amounts", source="")
def amounts(estate: Estate) -> Iterator[Finding]:
    """Refuse quotas that let nothing run, and negative budgets."""
    for team in estate.teams.values():
        for environment, here in team.environments.items():
            for field, amount in here.quota:
                if amount < 1:
                    message = (
                        f"quota {field} of {team.slug} in {environment} is {amount}, so none of its pods would start"
                    )
                    yield Finding(here.quota.at(field), message, "write 1 or more")
            if 1 <= here.quota.pods < len(team.prefixes):
                message = (
                    f"quota pods of {team.slug} in {environment} is {here.quota.pods}, divided among "
                    f"{len(team.prefixes)} namespaces: one of them could run nothing"
                )
                yield Finding(here.quota.at("pods"), message, f"write {len(team.prefixes)} or more")
            if here.budget_eur < 1:
                message = (
                    f"the budget of {team.slug} in {environment} is {here.budget_eur} EUR a month, and a budget is more"
                )
                yield Finding(here.at("budget_eur"), message, "write what the team may spend in a month")
