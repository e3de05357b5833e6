"""Groups as the directory makes them: their names, and how long they have been waited for (F12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from model.config.problems import Severity
from model.config.shape import Shape
from model.estate import Estate
from model.planning.access.words import directory_slug, local_part
from model.rules import pages
from model.rules.registries import estate_rules
from model.rules.registry import Finding

RESERVED_SLUGS = ("billing", "cluster", "network", "platform")
"""Words that names of grants begin with where a team's slug would stand."""


@estate_rules.rule("F12", title="a group's address is what its display name becomes", source=pages.IAM_GROUPS)
def addresses(estate: Estate) -> Iterator[Finding]:
    """Refuse records whose group could not have come from the name in the directory: ae for æ, o for ø, aa for å."""
    for team in estate.teams.values():
        expected, given = directory_slug(team.groups.entra_display_name), local_part(team.groups.google)
        if expected != given:
            message = (
                f"'{team.groups.entra_display_name}' becomes {expected}@ when it is synchronised, and the group of "
                f"{team.slug} is {given}@: it would be another team's, or never come"
            )
            yield Finding(team.groups.at("google"), message, "correct the address or the display name")


@estate_rules.rule("F12", title="waiting for a group has a beginning and an end", source=pages.IAM_GROUPS)
def waiting(estate: Estate) -> Iterator[Finding]:
    """Refuse days of waiting that are not yet, and those of groups that are there."""
    parts: list[tuple[str, str, date | None, Shape]] = [
        (address, group.state, group.pending_since, group) for address, group in estate.organisation.groups.items()
    ]
    parts += [
        (team.groups.google, team.groups.state.value, team.groups.pending_since, team.groups)
        for team in estate.teams.values()
    ]
    for address, state, since, shape in parts:
        if since is not None and since > estate.today:
            message = f"{address} waits since {since}, which is not yet"
            yield Finding(shape.at("pending_since"), message, "write the day on which it was asked for")
        elif since is not None and state == "active":
            message = f"{address} is active, and pending_since says that it waits"
            yield Finding(shape.at("pending_since"), message, "remove pending_since", Severity.WARNING)


@estate_rules.rule("H2", title="slugs are not words that grants are named with", source=pages.RESOURCE_NAMES)
def slugs(estate: Estate) -> Iterator[Finding]:
    """Refuse slugs that would give two grants one name."""
    for team in estate.teams.values():
        if team.slug in RESERVED_SLUGS:
            message = f"slug '{team.slug}' is what grants of the platform are named with"
            yield Finding(team.at("slug"), message, "take a slug of the team's own")
