"""The distributed port groups of an environment's on-prem networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from model.config.onprem import SiteNetwork


class PortGroups(Component):
    """Makes a port group for each network, on its VLAN (I3).

    `networks`   the networks by name.
    `switch`     the distributed switch's UUID.
    `described`  whose they are, in vCenter's own list.

    Outputs: `ids`, the port groups' ids by network.
    """

    token: ClassVar[str] = "hybrid:onprem:PortGroups"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        networks: Mapping[str, SiteNetwork],
        switch: pulumi.Input[str],
        described: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self.ids: dict[str, pulumi.Output[str]] = {
            key: vsphere.DistributedPortGroup(
                self.named("network", key),
                name=network.port_group,
                distributed_virtual_switch_uuid=switch,
                description=f"{described}, network {key}, {network.range}",
                type="earlyBinding",
                auto_expand=True,
                vlan_id=network.vlan,
                # MetalLB in layer-2 mode and the control plane VIPs answer with the node's own MAC address (B46), so
                # no machine here has a reason to send as another, to change its address or to listen to its neighbours.
                allow_forged_transmits=False,
                allow_mac_changes=False,
                allow_promiscuous=False,
                opts=self.child(),
            ).id
            for key, network in sorted(networks.items())
        }
        self.register_outputs({"ids": self.ids})
