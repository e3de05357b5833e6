"""The membership of a GKE cluster in the fleet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pulumi
from pulumi_gcp import gkehub

from components.component import Component
from components.gke.cluster import GkeCluster
from components.setting import Setting
from model.estate import Environment
from model.planning.members import Member
from model.planning.protection import Kind


class Membership(Component):
    """Registers a GKE cluster in its own region, with workload identity of the fleet (E3).

    `environment`  the environment.
    `member`       the member it becomes.
    `cluster`      the cluster.
    `after`        what must exist before: the fleet and its features (E6).

    Outputs: `resource`, and `id`, the membership's full name.
    """

    token: ClassVar[str] = "hybrid:fleet:Membership"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        member: Member,
        cluster: GkeCluster,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        setting = Setting.of(environment)
        self.resource = gkehub.Membership(
            self.named("membership"),
            membership_id=member.membership,
            project=member.project,
            location=member.location,
            endpoint=gkehub.MembershipEndpointArgs(
                gke_cluster=gkehub.MembershipEndpointGkeClusterArgs(resource_link=cluster.resource_link)
            ),
            authority=gkehub.MembershipAuthorityArgs(issuer=cluster.issuer),
            deletion_policy=setting.deletion_policy(Kind.MEMBERSHIP),
            # The links are plain text, known before the cluster is, so the order has to be said.
            opts=self.child(protect=setting.protects(Kind.MEMBERSHIP), after=[*cluster.ready, *after]),
        )
        self.id: str = member.id
        self.register_outputs({"id": self.id})
