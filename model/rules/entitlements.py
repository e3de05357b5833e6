"""Privileged access: how long, who approves, and what the Security Command Center tier allows (F16)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from model.config.access import Entitlement
from model.config.organisation import SecurityCommandCenterTier
from model.config.team import Criticality
from model.estate import Environment, Estate
from model.planning.access.durations import duration
from model.rules import pages
from model.rules.groups import unfit
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding
from model.rules.repeats import readable

SHORTEST: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=168)
SHORTEST_ID: Final = 4
MOST_APPROVERS: Final = 20
MOST_LEVELS: Final = 2
TWO_LEVELS: Final = (SecurityCommandCenterTier.PREMIUM, SecurityCommandCenterTier.ENTERPRISE)


def _entitlements(estate: Estate) -> Iterator[tuple[str, str, Entitlement]]:
    """Give (id, what it is for a sentence, entitlement) of every entitlement of teams and of the platform."""
    for team in estate.teams.values():
        for environment, here in team.environments.items():
            for name, entitlement in here.pam.items():
                yield name, f"'{name}' of {team.slug} in {environment}", entitlement
    for env, access in readable(estate, lambda env: env.access):
        for name, entitlement in access.entitlements.items():
            yield name, f"'{name}' of the platform in {env.name}", entitlement


@estate_rules.rule("F16", title="privileged access lasts from half an hour to a week", source=pages.PRIVILEGED_ACCESS)
def durations(estate: Estate) -> Iterator[Finding]:
    """Refuse durations that can not be read or that the API refuses, and ids that are too short."""
    for name, what, entitlement in _entitlements(estate):
        length = duration(entitlement.max)
        if length is None:
            message = f"{what} lasts '{entitlement.max}', which is no duration"
            yield Finding(entitlement.at("max"), message, "write minutes or hours: 30m, 1h")
        elif not SHORTEST <= length <= LONGEST:
            message = f"{what} lasts {entitlement.max}; the API takes 30 minutes to 168 hours"
            yield Finding(entitlement.at("max"), message, "write a duration from 30m to 168h")
        if len(name) < SHORTEST_ID:
            message = f"entitlement {what} has an id of {len(name)} characters; the API takes 4 to 63"
            yield Finding(entitlement.at(), message, "give it a longer name")


@estate_rules.rule("F16", title="approvers are few, known and in two levels at most", source=pages.PRIVILEGED_ACCESS)
def approvers(estate: Estate) -> Iterator[Finding]:
    """Refuse empty levels, more than two levels, too many approvers, and approvers that are no known groups."""
    for _, what, entitlement in _entitlements(estate):
        if len(entitlement.levels) > MOST_LEVELS:
            message = f"{what} has {len(entitlement.levels)} levels of approval; the API takes {MOST_LEVELS}"
            yield Finding(entitlement.at("levels"), message, "join levels: anyone of a level approves for it")
        for number, level in enumerate(entitlement.levels):
            if not level:
                message = f"level {number + 1} of {what} has no approver, so nobody could ever approve"
                yield Finding(entitlement.at("levels", number), message, "name a group, or remove the level")
            elif len(level) > MOST_APPROVERS:
                message = f"level {number + 1} of {what} has {len(level)} approvers; the API takes {MOST_APPROVERS}"
                yield Finding(entitlement.at("levels", number), message, "name groups that hold them")
            for position, group in enumerate(level):
                yield from unfit(estate.organisation, group, entitlement.at("levels", number, position))


@estate_rules.rule("F16", title="two levels of approval are paid for", source=pages.PRIVILEGED_APPROVALS)
def tiers(estate: Estate) -> Iterator[Finding]:
    """Refuse two levels below the tier of Security Command Center that has them."""
    tier = estate.organisation.google.security_command_center
    if tier in TWO_LEVELS:
        return
    for _, what, entitlement in _entitlements(estate):
        if len(entitlement.levels) > 1:
            message = f"{what} has two levels of approval, which Security Command Center {tier} does not have"
            yield Finding(entitlement.at("levels"), message, "use one level, or activate PREMIUM for the organisation")


@environment_rules.rule(
    "F16", title="somebody is awake to approve for teams that answer at all hours", source=pages.PRIVILEGED_APPROVALS
)
def on_call(env: Environment) -> Iterator[Finding]:
    """Refuse, in production, approvals of a 24x7 team or of the platform that nobody could give at night."""
    if not env.facts.production:
        return
    approver = env.organisation.platform_groups.on_call
    for name, entitlement in env.access.entitlements.items():
        if entitlement.levels and approver not in entitlement.levels[0]:
            message = f"'{name}' of the platform has no on-call approver: at night nobody could repair production"
            yield Finding(entitlement.at("levels"), message, f"add {approver} to the first level")
    for slug, (team, here) in env.members.items():
        if team.criticality is not Criticality.ALWAYS:
            continue
        for name, entitlement in here.pam.items():
            if entitlement.levels and approver not in entitlement.levels[0]:
                message = f"'{name}' of {slug}, a 24x7 team, has no on-call approver: at night nobody could let them in"
                yield Finding(entitlement.at("levels"), message, f"add {approver} to the first level")
