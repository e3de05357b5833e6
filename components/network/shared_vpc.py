"""The Shared VPC: the network project lends its subnets to the cluster project (C50 to C53)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.planning.protection import Kind


class SharedVpc(Component):
    """Attaches the cluster project to the network project and lets Google's agents use the subnets.

    `subnets`  the subnets lent to the cluster project, by key.

    Outputs: `agent`, the cluster project's GKE service agent, and `container_agent`, its e-mail address, made of plain
    configuration. GKE may not write firewall rules in the network project: the reviewed policy holds the ones it needs.
    A cluster depends on the whole component, since it can't be made before the agents may use its subnet (C51).
    """

    token: ClassVar[str] = "hybrid:network:SharedVpc"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        subnets: Mapping[str, gcp.compute.Subnetwork],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        number = setting.facts.projects.cluster.number
        self.container_agent: str = f"service-{number}@container-engine-robot.iam.gserviceaccount.com"
        protect = setting.protects(Kind.NETWORK)

        host = gcp.compute.SharedVPCHostProject(
            self.named("host"),
            project=setting.network_project,
            deletion_policy=setting.deletion_policy(Kind.NETWORK),
            opts=self.child(protect=protect),
        )
        self.attachment = gcp.compute.SharedVPCServiceProject(
            self.named("cluster"),
            host_project=setting.network_project,
            service_project=setting.cluster_project,
            opts=self.child(protect=protect, after=[host]),
        )
        # The agent appears a while after its service is enabled; a role for it before that is refused.
        self.agent = gcp.projects.ServiceIdentity(
            self.named("container-agent"),
            project=setting.cluster_project,
            service="container.googleapis.com",
            opts=self.child(),
        )
        gcp.projects.IAMMember(
            self.named("host-agent-user"),
            project=setting.network_project,
            role="roles/container.hostServiceAgentUser",
            member=f"serviceAccount:{self.container_agent}",
            opts=self.child(after=[self.attachment, self.agent]),
        )
        users = {
            "container-agent": self.container_agent,
            "cloud-services": f"{number}@cloudservices.gserviceaccount.com",
        }
        for key, subnet in sorted(subnets.items()):
            for user, address in users.items():
                gcp.compute.SubnetworkIAMMember(
                    self.named(key, user),
                    project=setting.network_project,
                    region=setting.region,
                    subnetwork=subnet.name,
                    role="roles/compute.networkUser",
                    member=f"serviceAccount:{address}",
                    opts=self.child(after=[self.attachment, self.agent]),
                )
        self.register_outputs({"container_agent": self.container_agent})
