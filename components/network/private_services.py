"""Private services access: the VPC's peering with Google's managed services, such as Cloud SQL.

Source: https://docs.cloud.google.com/vpc/docs/configure-private-services-access.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.config.environment import Protect
from model.planning.protection import Kind


class PrivateServices(Component):
    """Reserves a range for Google's managed services and connects the VPC with them.

    `network`  the VPC.
    `range`    the range, inside the block that is advertised to the sites.
    """

    token: ClassVar[str] = "hybrid:network:PrivateServices"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        network: gcp.compute.Network,
        range: IPv4Network,  # noqa: A002  the word of the field
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        protect = setting.protects(Kind.NETWORK)
        reserved = gcp.compute.GlobalAddress(
            self.named("range"),
            name=setting.names.private_service_access,
            project=setting.network_project,
            address_type="INTERNAL",
            purpose="VPC_PEERING",
            ip_version="IPV4",
            address=str(range.network_address),
            prefix_length=range.prefixlen,
            network=network.id,
            labels=setting.labels,
            deletion_policy=setting.deletion_policy(Kind.NETWORK),
            opts=self.child(protect=protect),
        )
        connection = gcp.servicenetworking.Connection(
            self.named("connection"),
            network=network.id,
            service="servicenetworking.googleapis.com",
            reserved_peering_ranges=[reserved.name],
            # Google keeps the far end for days after the last service is gone, so a wiped environment finds it there.
            update_on_creation_fail=True,
            deletion_policy=_connection_policy(setting),
            opts=self.child(protect=protect),
        )
        gcp.compute.NetworkPeeringRoutesConfig(
            self.named("routes"),
            project=setting.network_project,
            network=network.name,
            peering=connection.peering,
            # The services learn the sites' routes, or they could not answer them. Their own subnets need no import.
            export_custom_routes=True,
            import_custom_routes=False,
            opts=self.child(),
        )
        self.register_outputs({"range": reserved.name})


def _connection_policy(setting: Setting) -> str:
    """Return how the connection is deleted; an environment that is wiped removes the peering too, or the VPC stays."""
    if setting.facts.protection.protect is Protect.NONE:
        return "REMOVE_PEERING"
    return setting.deletion_policy(Kind.NETWORK)
