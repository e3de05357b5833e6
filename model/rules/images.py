"""Teams' image repositories: made once, by one stack, and written from one environment."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.access import ImageRepositories
from model.estate import Environment, Estate
from model.rules import pages
from model.rules.registries import estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import readable


def _choice(env: Environment) -> ImageRepositories | None:
    return env.access.image_repositories


@estate_rules.rule("F18", title="one stack makes the image repositories", source=pages.IMAGE_REPOSITORIES)
def once(estate: Estate) -> Iterator[Finding]:
    """Refuse no stack, several, and writers of an environment that does not exist."""
    found = [(env, choice) for env, choice in readable(estate, _choice) if choice is not None]
    if not found:
        for team in estate.teams.values():
            if team.artifact_registry:
                message = f"{team.slug} wants an image repository, and no stack makes them"
                remedy = "add image_repositories: {writers: <environment>} to hybrid:access of one stack"
                yield Finding(team.at("artifact_registry"), message, remedy)
    for env, choice in found[1:]:
        message = (
            f"{env.name} makes the image repositories, and {found[0][0].name} does already: each would undo the other"
        )
        yield Finding(choice.at(), message, "remove it from one of them")
    for _, choice in found:
        if choice.writers not in estate.environments:
            message = f"images are written from '{choice.writers}', and there is no such environment"
            yield Finding(
                choice.at("writers"), message, suggest(choice.writers, estate.environments, lead="Environments")
            )
            continue
        for team in estate.teams.values():
            if team.artifact_registry and choice.writers not in team.environments:
                message = (
                    f"{team.slug} has an image repository and is not in {choice.writers}, from where images are "
                    "written: nothing could ever push to it"
                )
                yield Finding(
                    team.at("artifact_registry"), message, f"add {choice.writers} to the record, or write false"
                )
