"""Grants that reach beyond their own team or environment: refused without the owner's yes (F18)."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.access import Consent, Target
from model.config.shape import Shape
from model.config.team import Team
from model.estate import Environment
from model.rules import pages
from model.rules.groups import unfit
from model.rules.registries import environment_rules
from model.rules.registry import Finding


def team_of(env: Environment, group: str) -> Team | None:
    """Return the product team whose group this is: its members, or its owners."""
    return next((team for team in env.teams.values() if group in (team.groups.google, team.owner_group)), None)


def consented(env: Environment, consent: Consent | None, owner: str, shape: Shape, why: str) -> Iterator[Finding]:
    """Give what is wrong with the consent of `owner`, where it is needed for the reason `why`."""
    if consent is None:
        remedy = f"have {owner} agree, and add consent: {{by: {owner}, on: <the day>}}"
        yield Finding(shape.at(), f"{why}, and its owner has not consented", remedy)
        return
    if consent.by != owner:
        message = f"{why}, and {consent.by}, which consents, is not its owner"
        yield Finding(consent.at("by"), message, f"have {owner} agree")
    if consent.on > env.today:
        message = f"{why}, and the consent is of {consent.on}, which is not yet"
        yield Finding(consent.at("on"), message, f"write the day it was given, {env.today} at the latest")


@environment_rules.rule("F18", title="what a team shares its owner consents to", source=pages.IAM_GROUPS)
def shares(env: Environment) -> Iterator[Finding]:
    """Refuse shares with unknown groups, with the team itself, and without the owner's consent."""
    for slug, (team, here) in env.members.items():
        for name, share in here.shares.items():
            yield from unfit(env.organisation, share.group, share.at("group"))
            if share.group in (team.groups.google, team.owner_group):
                message = f"share '{name}' of {slug} is with the team itself"
                yield Finding(share.at("group"), message, "write it as a deviation")
                continue
            why = f"share '{name}' gives {share.group} roles on the project of {slug}"
            yield from consented(env, share.consent, team.owner_group, share, why)


@environment_rules.rule("F18", title="product teams are granted things by their own record", source=pages.IAM_GROUPS)
def teams_of_others(env: Environment) -> Iterator[Finding]:
    """Refuse grants of the platform's file to a product team: on every team's project, or without a consent."""
    platform = env.organisation.platform_groups.team
    for name, grant in env.access.grants.items():
        team = team_of(env, grant.group)
        if team is None:
            continue
        if Target.TEAM_PROJECTS in grant.targets:
            message = f"grant '{name}' gives {grant.group} roles on the projects of all teams"
            remedy = "have each owner share its project in its own record"
            yield Finding(grant.at("targets", grant.targets.index(Target.TEAM_PROJECTS)), message, remedy)
        if set(grant.targets) - {Target.TEAM_PROJECTS}:
            why = f"grant '{name}' gives {grant.group}, of product team {team.slug}, roles beyond its profile"
            yield from consented(env, grant.consent, platform, grant, why)


@environment_rules.rule("F18", title="a group of other environments is granted nothing here", source=pages.IAM_GROUPS)
def other_environments(env: Environment) -> Iterator[Finding]:
    """Refuse groups that the organisation keeps to other environments, unless the platform has consented."""
    platform = env.organisation.platform_groups.team
    for name, grant in env.access.grants.items():
        group = env.organisation.groups.get(grant.group)
        if group is None or group.environments is None or env.name in group.environments:
            continue
        kept = ", ".join(group.environments)
        why = f"grant '{name}' gives {grant.group}, a group of {kept}, roles in {env.name}"
        yield from consented(env, grant.consent, platform, grant, why)
    for name, each in env.access.clusters.items():
        group = env.organisation.groups.get(each.principal)
        if group is not None and group.environments is not None and env.name not in group.environments:
            message = f"'{name}' gives {each.principal}, a group of {', '.join(group.environments)}, a role in clusters"
            yield Finding(each.at("principal"), message, f"name a group of {env.name}")
    for slug, (team, _) in env.members.items():
        group = env.organisation.groups.get(team.groups.google)
        if group is not None and group.environments is not None and env.name not in group.environments:
            message = f"{team.groups.google} is kept to {', '.join(group.environments)}, and {slug} is in {env.name}"
            yield Finding(
                team.groups.at("google"), message, "take the environment out of the record, or free the group"
            )


@environment_rules.rule("F18", title="a consent is there where it is needed", source=pages.IAM_GROUPS)
def needed(env: Environment) -> Iterator[Finding]:
    """Refuse consents that nobody needs: one that stands everywhere says nothing."""
    for name, grant in env.access.grants.items():
        group = env.organisation.groups.get(grant.group)
        kept = group is not None and group.environments is not None and env.name not in group.environments
        if grant.consent is not None and not kept and team_of(env, grant.group) is None:
            message = f"grant '{name}' has a consent, and it reaches beyond no team and no environment"
            yield Finding(grant.consent.at(), message, "remove the consent")
