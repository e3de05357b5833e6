"""What privileged access gives: for teams as the catalogue has it, for the platform in its environment (F16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.access import Target
from model.config.team import TeamEnvironment
from model.estate import Environment, Estate
from model.planning.access.durations import duration
from model.rules import pages
from model.rules.groups import unfit
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, repeats

MOST_REQUESTERS: Final = 20
MOST_ROLES: Final = 30
TARGETS: Final = (Target.CLUSTER_PROJECT, Target.NETWORK_PROJECT)


@environment_rules.rule("F16", title="teams offer what the profile allows", source=pages.PRIVILEGED_ACCESS)
def offered(env: Environment) -> Iterator[Finding]:
    """Refuse entitlements that are unknown, not offered here, longer, or with fewer approvals than the least."""
    profile = env.organisation.team_profiles.get(env.access.team_profile or "")
    allowed = profile.entitlements if profile is not None else ()
    for slug, (_, here) in env.members.items():
        for name in here.pam:
            if name not in env.organisation.entitlements:
                message = f"{slug} offers '{name}', and there is no such entitlement"
                remedy = suggest(name, env.organisation.entitlements, lead="Entitlements")
                yield Finding(here.at("pam", name), message, remedy)
            elif name not in allowed and profile is not None:
                message = f"{slug} offers '{name}' in {env.name}, where profile '{env.access.team_profile}' does not"
                yield Finding(here.at("pam", name), message, suggest(name, allowed, lead="Offered"))
            else:
                yield from _within(env, slug, name, here)


def _within(env: Environment, slug: str, name: str, here: TeamEnvironment) -> Iterator[Finding]:
    wanted, kind = here.pam[name], env.organisation.entitlements[name]
    given, most = duration(wanted.max), duration(kind.longest)
    if given is not None and most is not None and given > most:
        message = f"'{name}' of {slug} lasts {wanted.max}; {kind.longest} is the longest for anybody"
        yield Finding(wanted.at("max"), message, f"write {kind.longest} or less")
    least = kind.approvals.production if env.facts.production else kind.approvals.elsewhere
    if len(wanted.levels) < least:
        message = f"'{name}' of {slug} takes {len(wanted.levels)} approvals in {env.name}; {least} is the least"
        yield Finding(wanted.at("levels"), message, "add a level with those who are to approve")


@environment_rules.rule(
    "F16", title="what the platform may ask for is in this environment", source=pages.PRIVILEGED_ACCESS
)
def platform(env: Environment) -> Iterator[Finding]:
    """Refuse targets that are not the platform's own, nobody or unknown groups asking, and too many of anything."""
    for name, wanted in env.access.entitlements.items():
        if wanted.target not in TARGETS:
            message = f"entitlement '{name}' is on {wanted.target}, and the platform's own are on its projects alone"
            yield Finding(wanted.at("target"), message, f"write {' or '.join(TARGETS)}")
        if not wanted.reason.strip():
            yield Finding(wanted.at("reason"), f"entitlement '{name}' has no reason", "write what it is for")
        for field, what, most in (
            ("requesters", "groups that may ask", MOST_REQUESTERS),
            ("roles", "roles", MOST_ROLES),
        ):
            items: tuple[str, ...] = getattr(wanted, field)
            if not 1 <= len(items) <= most:
                message = f"entitlement '{name}' has {len(items)} {what}; the API takes 1 to {most}"
                yield Finding(wanted.at(field), message, "correct the list")
            for _, again in repeats(Named(item, wanted, (field, number)) for number, item in enumerate(items)):
                yield Finding(again.place, f"{again.name} stands twice in entitlement '{name}'", "remove one of them")
        for number, group in enumerate(wanted.requesters):
            yield from unfit(env.organisation, group, wanted.at("requesters", number))


@estate_rules.rule("F16", title="the catalogue of privileged access agrees with itself", source=pages.PRIVILEGED_ACCESS)
def catalogue(estate: Estate) -> Iterator[Finding]:
    """Refuse unreadable durations, no or too many roles, approvals that relax towards production, and odd names."""
    organisation = estate.organisation
    for name, kind in organisation.entitlements.items():
        if duration(kind.longest) is None:
            message = f"entitlement '{name}' lasts '{kind.longest}' at the longest, which is no duration"
            yield Finding(kind.at("longest"), message, "write minutes or hours: 30m, 1h")
        if not 1 <= len(kind.roles) <= MOST_ROLES:
            message = f"entitlement '{name}' has {len(kind.roles)} roles; the API takes 1 to {MOST_ROLES}"
            yield Finding(kind.at("roles"), message, "correct the list")
        if kind.approvals.production < kind.approvals.elsewhere:
            message = f"entitlement '{name}' takes fewer approvals in production than before it"
            yield Finding(kind.approvals.at("production"), message, f"write {kind.approvals.elsewhere} or more")
    for name, profile in organisation.team_profiles.items():
        for number, entitlement in enumerate(profile.entitlements):
            if entitlement not in organisation.entitlements:
                message = f"profile '{name}' offers '{entitlement}', and there is no such entitlement"
                remedy = suggest(entitlement, organisation.entitlements, lead="Entitlements")
                yield Finding(profile.at("entitlements", number), message, remedy)
