"""The service account that GKE nodes run as, with the least that a node needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
from pulumi_gcp import projects, serviceaccount

from components.component import Component
from model.estate import Environment
from model.planning.access.machinery import IMAGE_READER, NODE_ROLES, NODE_USER
from model.planning.grants import short_role
from model.planning.names import Names


class NodeIdentity(Component):
    """A service account for all node pools of the environment, in place of Compute Engine's default, an editor.

    `environment`  the environment.
    `after`        the IAM API.

    Images come from the platform's repository and from every team's, also from those made later, so the right to read
    them is on the artifacts project, which holds nothing but images. That project is outside the environment: the
    account that applies needs roles/resourcemanager.projectIamAdmin there, with a condition that lets it give away no
    other role than the reader's
    (https://cloud.google.com/iam/docs/setting-limits-on-granting-roles).

    Outputs: `email`, and `ready`, what must exist before a node can start.
    """

    token: ClassVar[str] = "hybrid:gke:NodeIdentity"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        organisation = environment.organisation
        project = environment.facts.projects.cluster.id
        account_id = Names.of(environment).node_service_account
        account = serviceaccount.Account(
            self.named("account"),
            account_id=account_id,
            project=project,
            display_name=f"GKE nodes of {organisation.platform} {environment.name}",
            description="Identity of GKE nodes; workloads have their own through workload identity.",
            opts=self.child(after=after),
        )
        apply_account = organisation.deployers.apply.format(environment=environment.name)
        user = serviceaccount.IAMMember(
            self.named("user"),
            service_account_id=account.name,
            # Whoever makes a node pool must be allowed to act as the account of its nodes; the right to administer
            # accounts does not include it (https://cloud.google.com/iam/docs/service-account-permissions).
            role=NODE_USER,
            member=f"serviceAccount:{apply_account}",
            opts=self.child(),
        )
        grants = [
            projects.IAMMember(
                self.named(short_role(role)), project=project, role=role, member=account.member, opts=self.child()
            )
            for role in NODE_ROLES
        ]
        images = projects.IAMMember(
            self.named("images", short_role(IMAGE_READER)),
            project=organisation.projects.artifacts.id,
            role=IMAGE_READER,
            member=account.member,
            opts=self.child(),
        )
        self.email: pulumi.Output[str] = account.email
        self.ready: tuple[pulumi.Resource, ...] = (user, *grants, images)
        self.register_outputs({"email": self.email})
