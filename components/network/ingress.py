"""Addresses that load balancers of the clusters use, reserved so that they are not lost with a load balancer.

They are in the cluster project, where GKE makes the load balancers; an internal one is taken from a subnet of the
network project: https://docs.cloud.google.com/vpc/docs/provisioning-shared-vpc.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from ipaddress import IPv4Address
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.planning.protection import Kind


class Ingress(Component):
    """Reserves external and internal addresses for load balancers.

    `external`  names of external addresses. Google picks them; the file's value is compared with the output.
    `internal`  addresses by use, by the key of their subnet.
    `subnets`   the subnets by key.

    Outputs: `external` by name.
    """

    token: ClassVar[str] = "hybrid:network:Ingress"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        external: Collection[str],
        internal: Mapping[str, Mapping[str, IPv4Address]],
        subnets: Mapping[str, gcp.compute.Subnetwork],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self.external: dict[str, pulumi.Output[str]] = {
            key: gcp.compute.Address(
                self.named(key),
                name=setting.names.of_key(key),
                project=setting.cluster_project,
                region=setting.region,
                address_type="EXTERNAL",
                network_tier="PREMIUM",
                labels=setting.labels,
                deletion_policy=setting.deletion_policy(Kind.INGRESS_ADDRESS),
                opts=self.child(protect=setting.protects(Kind.INGRESS_ADDRESS)),
            ).address
            for key in sorted(external)
        }
        for subnet, addresses in sorted(internal.items()):
            for use, address in sorted(addresses.items()):
                gcp.compute.Address(
                    self.named(subnet, use),
                    name=setting.names.of_key(f"{subnet}-{use}"),
                    project=setting.cluster_project,
                    region=setting.region,
                    address_type="INTERNAL",
                    # One gateway has a forwarding rule for each protocol, all on the same address.
                    purpose="SHARED_LOADBALANCER_VIP",
                    subnetwork=subnets[subnet].id,
                    address=str(address),
                    labels=setting.labels,
                    # It is the address that the file says: nothing is lost when it is reserved anew.
                    opts=self.child(),
                )
        self.register_outputs({"external": self.external})
