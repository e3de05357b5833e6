"""Namespace prefixes of teams: prefix `p` owns every namespace `p-*`, so no two may reach into each other (H2)."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.team import Team
from model.estate import Estate
from model.planning.grants import BUILT_IN_NAMESPACE_BRANCH
from model.planning.names import LIMIT_COMPUTE
from model.rules import pages
from model.rules.registries import estate_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, repeats


def _prefixes(estate: Estate) -> list[tuple[str, Team, int]]:
    return [(prefix, team, number) for team in estate.teams.values() for number, prefix in enumerate(team.prefixes)]


@estate_rules.rule("H2", title="namespace prefixes have one owner", source=pages.ARGO_PROJECTS)
def unique(estate: Estate) -> Iterator[Finding]:
    """Refuse one prefix for two teams, and prefixes whose namespaces another team's prefix matches too."""
    every = _prefixes(estate)
    for first, again in repeats(Named(prefix, team, ("prefixes", number), team.slug) for prefix, team, number in every):
        message = (
            f"prefix '{again.name}' belongs to {first.what} already ({first.place}): both would own its namespaces"
        )
        yield Finding(again.place, message, "take a prefix that no team has")
    owners: dict[str, list[tuple[Team, int]]] = {}
    for prefix, team, number in every:
        owners.setdefault(prefix, []).append((team, number))
    for longer, team, number in every:
        for shorter in _beginnings(longer):
            for owner, where in owners.get(shorter, ()):
                if owner is team:
                    continue
                shown = f"'{shorter}-*' of {owner.slug} ({owner.at('prefixes', where)})"
                message = (
                    f"{shown} also matches '{longer}-x' of {team.slug}: {owner.slug} could write into its namespaces"
                )
                remedy = f"take a prefix that does not begin with '{shorter}-'"
                yield Finding(team.at("prefixes", number), message, remedy)


def _beginnings(prefix: str) -> Iterator[str]:
    """Give what stands before each hyphen of a prefix: whoever has one of these as a prefix owns it too."""
    return (prefix[:end] for end, character in enumerate(prefix) if character == "-")


@estate_rules.rule("H2", title="reserved namespace prefixes are left alone", source=pages.ARGO_PROJECTS)
def reserved(estate: Estate) -> Iterator[Finding]:
    """Refuse prefixes that would reach into namespaces of the platform."""
    for prefix, team, number in _prefixes(estate):
        for taken in estate.organisation.reserved_prefixes:
            if prefix == taken or prefix.startswith(f"{taken}-") or taken.startswith(f"{prefix}-"):
                message = f"prefix '{prefix}' of {team.slug} reaches into '{taken}', which is reserved for the platform"
                yield Finding(team.at("prefixes", number), message, "take a prefix from the team's own name")


@estate_rules.rule("H2", title="every team owns namespaces", source=pages.NAMESPACES)
def present(estate: Estate) -> Iterator[Finding]:
    """Refuse teams without a prefix, and prefixes that leave no room for a namespace's name."""
    for team in estate.teams.values():
        if not team.prefixes:
            message = f"team {team.slug} has no prefix, so it owns no namespace"
            yield Finding(team.at("prefixes"), message, "give it a prefix")
        for number, prefix in enumerate(team.prefixes):
            name = f"{prefix}-{BUILT_IN_NAMESPACE_BRANCH}"
            if len(name) > LIMIT_COMPUTE:
                message = f"namespace {name} would have {len(name)} characters; Kubernetes takes {LIMIT_COMPUTE}"
                yield Finding(team.at("prefixes", number), message, "take a shorter prefix")
