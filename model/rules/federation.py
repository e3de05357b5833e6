"""Workflows that act as deploy accounts: what their tokens say fits, and nobody else's is let in (F14)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.estate import Environment, Estate
from model.planning.access.deployment import federations
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, repeats

LONGEST_SUBJECT: Final = 127
LONGEST_CONDITION: Final = 4096


@environment_rules.rule("F14", title="subjects and conditions of tokens fit", source=pages.WORKLOAD_IDENTITY)
def lengths(env: Environment) -> Iterator[Finding]:
    """Refuse repositories with names so long, or so many, that no token of theirs would be accepted."""
    for plan in federations(env):
        team, _ = env.members[plan.key]
        for number, repository in enumerate(team.github.repositories):
            length = len(f"repo:{repository}:environment:{plan.github_environment}".encode())
            if length > LONGEST_SUBJECT:
                message = (
                    f"tokens of {repository} in {plan.github_environment} have a subject of {length} bytes; Google "
                    f"takes {LONGEST_SUBJECT}"
                )
                remedy = "shorten the name of the repository or of the GitHub environment"
                yield Finding(team.github.at("repositories", number), message, remedy)
        if len(plan.condition) > LONGEST_CONDITION:
            message = (
                f"{team.slug} has {len(plan.repositories)} repositories, and the condition that names them has "
                f"{len(plan.condition)} characters; Google takes {LONGEST_CONDITION}"
            )
            yield Finding(team.github.at("repositories"), message, "deploy from fewer repositories")


@estate_rules.rule("F14", title="a repository deploys for one team", source=pages.WORKLOAD_IDENTITY)
def one_team(estate: Estate) -> Iterator[Finding]:
    """Refuse records without a repository, and a repository that deploys as two teams' accounts."""
    for team in estate.teams.values():
        if not team.github.repositories:
            message = f"{team.slug} names no repository, so nothing could ever act as its deploy account"
            yield Finding(team.github.at("repositories"), message, "name the repositories that deploy")
    named = (
        Named(repository, team.github, ("repositories", number), team.slug)
        for team in estate.teams.values()
        for number, repository in enumerate(team.github.repositories)
    )
    for first, again in repeats(named):
        if first.what == again.what:
            message = f"{again.name} stands twice for {again.what}"
        else:
            message = f"{again.name} deploys as {first.what} ({first.place}) and as {again.what}: one could act as both"
        yield Finding(again.place, message, "leave it with one team")
