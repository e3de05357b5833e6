"""A team's image repository, once for all environments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
from pulumi_gcp import artifactregistry

from components.access.labels import team_labels
from components.component import Component
from model.estate import Environment
from model.planning.access.images import ImageRepositoryPlan
from model.planning.access.plans import ResourceGrant
from model.planning.access.words import local_part, short_role


class ImageRepository(Component):
    """A repository of container images, and who pushes to it.

    `environment`  the environment whose stack makes it.
    `plan`         the repository.
    `grants`       who pushes. The account is another stack's, so it is named as a text and must exist already.

    Every cluster runs images of it, so it outlives the team's record.

    Output: `path`, what an image's name begins with.
    """

    token: ClassVar[str] = "hybrid:access:ImageRepository"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        plan: ImageRepositoryPlan,
        grants: Sequence[ResourceGrant],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        repository = artifactregistry.Repository(
            self.named("repository"),
            repository_id=plan.id,
            project=plan.project,
            location=plan.location,
            format="DOCKER",
            description=f"Images of {plan.team.slug}",
            # It serves every environment, whichever stack makes it.
            labels={**team_labels(environment, plan.team), "environment": "all"},
            opts=self.child(retain=True),
        )
        for grant in grants:
            artifactregistry.RepositoryIamMember(
                self.named(short_role(grant.role), local_part(grant.member.rsplit(":", 1)[-1])),
                project=plan.project,
                location=plan.location,
                repository=repository.name,
                role=grant.role,
                member=grant.member,
                opts=self.child(),
            )
        self.path = f"{plan.location}-docker.pkg.dev/{plan.project}/{plan.id}"
        self.register_outputs({"path": self.path})
