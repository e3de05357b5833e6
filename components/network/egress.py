"""The way to the internet: Cloud NAT with reserved addresses, on a router of its own (C24)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.config.network import Nat
from model.planning.protection import Kind


class Egress(Component):
    """Translates what leaves the node subnets to reserved addresses.

    `network`  the VPC.
    `subnets`  the subnets whose machines and pods are translated, by key.
    `nat`      the addresses by name, and ports for each VM.

    Output: `addresses`, by name. Google picks an address when it is reserved, and one that was written down can not be
    asked for again: so the file's value is compared with the output and never given to the provider.
    """

    token: ClassVar[str] = "hybrid:network:Egress"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        network: gcp.compute.Network,
        subnets: Mapping[str, gcp.compute.Subnetwork],
        nat: Nat,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        reserved = {
            key: gcp.compute.Address(
                self.named(key),
                name=setting.names.of_key(key),
                project=setting.network_project,
                region=setting.region,
                address_type="EXTERNAL",
                network_tier="PREMIUM",
                labels=setting.labels,
                deletion_policy=setting.deletion_policy(Kind.EGRESS_ADDRESS),
                opts=self.child(protect=setting.protects(Kind.EGRESS_ADDRESS)),
            )
            for key in sorted(nat.egress)
        }
        router = gcp.compute.Router(
            self.named("router"),
            name=setting.names.nat_router,
            project=setting.network_project,
            region=setting.region,
            network=network.id,
            description="Cloud NAT only; the VPN has a router of its own",
            opts=self.child(),
        )
        gcp.compute.RouterNat(
            self.named("nat"),
            name=setting.names.nat,
            project=setting.network_project,
            region=setting.region,
            router=router.name,
            type="PUBLIC",
            endpoint_types=["ENDPOINT_TYPE_VM"],
            nat_ip_allocate_option="MANUAL_ONLY",
            nat_ips=[address.self_link for address in reserved.values()],
            source_subnetwork_ip_ranges_to_nat="LIST_OF_SUBNETWORKS",
            subnetworks=[
                gcp.compute.RouterNatSubnetworkArgs(name=subnet.id, source_ip_ranges_to_nats=["ALL_IP_RANGES"])
                for _, subnet in sorted(subnets.items())
            ],
            min_ports_per_vm=nat.min_ports_per_vm,
            # Fixed ports: a partner's allow-list and the port budget stay a matter of arithmetic.
            enable_dynamic_port_allocation=False,
            enable_endpoint_independent_mapping=False,
            log_config=gcp.compute.RouterNatLogConfigArgs(enable=True, filter="ERRORS_ONLY"),
            opts=self.child(),
        )
        self.addresses: dict[str, pulumi.Output[str]] = {key: each.address for key, each in reserved.items()}
        self.register_outputs({"addresses": self.addresses})
