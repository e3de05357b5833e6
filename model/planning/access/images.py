"""Teams' image repositories, which exist once for all environments and belong to the stack that says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.team import Team
from model.estate import Environment
from model.planning.access.deployment import account_address
from model.planning.access.plans import SERVICE_ACCOUNT, Kind, Origin, ResourceGrant
from model.planning.access.words import short_role

WRITER: Final = "roles/artifactregistry.writer"
"""Pushing images; nodes read those of the whole project."""


@dataclass(frozen=True)
class ImageRepositoryPlan:
    """A team's image repository."""

    team: Team
    project: str
    location: str
    id: str


def image_repositories(env: Environment) -> Iterator[ImageRepositoryPlan]:
    """Give the repositories that the stack of this environment makes: none, but in the one that has them all."""
    if env.access.image_repositories is None:
        return
    for slug, team in sorted(env.teams.items()):
        if team.artifact_registry:
            yield ImageRepositoryPlan(team, env.organisation.projects.artifacts.id, env.organisation.region, slug)


def repository_grants(env: Environment) -> Iterator[ResourceGrant]:
    """Give who pushes images: the deploy account of the environment where they are built, named as a plain text.

    That account is another stack's. A team that is not in that environment pushes nothing.
    """
    wanted = env.access.image_repositories
    if wanted is None:
        return
    for plan in image_repositories(env):
        built_in = plan.team.environments.get(wanted.writers)
        if built_in is None:
            continue
        yield ResourceGrant(
            key=f"{plan.id}-{short_role(WRITER)}-{plan.team.deploy.sa}",
            kind=Kind.REPOSITORY_IAM,
            project=plan.project,
            resource=plan.id,
            role=WRITER,
            member=f"{SERVICE_ACCOUNT}{account_address(plan.team, built_in)}",
            reason=f"team {plan.id} pushes the images that it builds in {wanted.writers}",
            team=plan.id,
            origin=Origin(plan.team, ("artifact_registry",)),
        )
