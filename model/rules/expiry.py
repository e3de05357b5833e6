"""What ends on a day: refused from the next day on, and warned of before, so that nobody is surprised."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Final

from model.config.problems import Severity
from model.config.shape import Shape
from model.config.team import Deviation, Share
from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

EXPIRY_NOTICE: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=366)


def _dated(env: Environment) -> Iterator[tuple[str, str, Shape, date]]:
    """Give (what, of whom, the part of the file, its last day) of everything that ends."""
    for name, grant in env.access.grants.items():
        if grant.expires is not None:
            yield f"grant '{name}'", grant.group, grant, grant.expires
    for slug, (team, here) in env.members.items():
        for name, deviation in here.deviations.items():
            yield f"deviation '{name}' of {slug}", team.groups.google, deviation, deviation.expires
        for name, share in here.shares.items():
            yield f"share '{name}' of {slug}", share.group, share, share.expires


@environment_rules.rule("F4", title="grants end on their day", source=pages.IAM_CONDITIONS)
def expiry(env: Environment) -> Iterator[Finding]:
    """Refuse what has ended, and warn of what ends soon."""
    for what, who, shape, last in _dated(env):
        if last < env.today:
            message = f"{what} ended on {last}: its condition has taken the access from {who} already"
            yield Finding(shape.at("expires"), message, "renew it with a later date, or remove it")
        elif last - env.today <= EXPIRY_NOTICE:
            days = (last - env.today).days
            message = f"{what} of {who} ends on {last}, {days} days from {env.today}"
            yield Finding(shape.at("expires"), message, "renew it now if it is still needed", Severity.WARNING)


@environment_rules.rule("F19", title="an exception is for a reason and a while", source="")
def exceptions(env: Environment) -> Iterator[Finding]:
    """Refuse deviations and shares that say no reason, give nothing, or last for good."""
    for slug, (_, here) in env.members.items():
        for name, deviation in here.deviations.items():
            given = (*deviation.team_project, *deviation.cluster_project, *([deviation.rbac] if deviation.rbac else []))
            yield from _exception(f"deviation '{name}' of {slug}", deviation, given, deviation.reason)
            if deviation.rbac is here.rbac:
                message = f"deviation '{name}' of {slug} gives the cluster role {here.rbac}, which it has already"
                yield Finding(deviation.at("rbac"), message, "remove it")
        for name, share in here.shares.items():
            yield from _exception(f"share '{name}' of {slug}", share, share.roles, share.reason)
    for what, _, shape, last in _dated(env):
        if isinstance(shape, Deviation | Share) and last - env.today > LONGEST:
            message = f"{what} lasts until {last}, more than a year: that is no exception any more"
            yield Finding(shape.at("expires"), message, "set a day within a year, or change the profile for everybody")


def _exception(what: str, shape: Shape, given: Collection[object], reason: str) -> Iterator[Finding]:
    if not given:
        yield Finding(shape.at(), f"{what} gives nothing", "name roles, or remove it")
    if not reason.strip():
        yield Finding(shape.at("reason"), f"{what} has no reason", "write why, for whoever reviews it next year")
