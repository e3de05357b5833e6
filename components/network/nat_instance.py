"""The machine behind which pods of some clusters hide from the sites, and the routes that lead to it (C29)."""

from __future__ import annotations

from typing import ClassVar

import pulumi
import pulumi_gcp as gcp

from components.component import Component
from components.setting import Setting
from model.planning.pod_addressing import NatPlan, nat_tag


class NatInstance(Component):
    """Makes the machine with its address, and a route for each range of the sites.

    `setting`  where it is.
    `plan`     the machine, the ranges and its start script.
    `network`  the VPC.
    `subnet`   the subnet that the machine is in.

    The routes hold for the nodes of those clusters alone, by their network tag: the machine itself has none and follows
    what BGP brings. It has no account, since it calls nothing of Google's.
    """

    token: ClassVar[str] = "hybrid:network:NatInstance"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        setting: Setting,
        plan: NatPlan,
        network: gcp.compute.Network,
        subnet: gcp.compute.Subnetwork,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        wanted = plan.instance
        address = gcp.compute.Address(
            self.named("address"),
            name=setting.names.of_key("nat-instance"),
            project=setting.network_project,
            region=setting.region,
            address_type="INTERNAL",
            purpose="GCE_ENDPOINT",
            subnetwork=subnet.id,
            address=str(wanted.address),
            labels=setting.labels,
            opts=self.child(),
        )
        machine = gcp.compute.Instance(
            self.named("machine"),
            name=setting.names.of_key("nat-instance"),
            project=setting.network_project,
            zone=wanted.zone,
            machine_type=wanted.machine_type,
            # Packets of others pass through it.
            can_ip_forward=True,
            boot_disk=gcp.compute.InstanceBootDiskArgs(
                initialize_params=gcp.compute.InstanceBootDiskInitializeParamsArgs(
                    image=wanted.image, size=10, type="pd-balanced"
                )
            ),
            network_interfaces=[
                gcp.compute.InstanceNetworkInterfaceArgs(subnetwork=subnet.id, network_ip=address.address)
            ],
            metadata={"startup-script": plan.script, "block-project-ssh-keys": "true"},
            shielded_instance_config=gcp.compute.InstanceShieldedInstanceConfigArgs(
                enable_secure_boot=True, enable_vtpm=True, enable_integrity_monitoring=True
            ),
            labels=setting.labels,
            allow_stopping_for_update=True,
            opts=self.child(),
        )
        for block in plan.routes:
            key = f"to-{block.network_address}-{block.prefixlen}".replace(".", "-")
            gcp.compute.Route(
                self.named(key),
                name=setting.names.of_key(f"nat-{key}"),
                project=setting.network_project,
                network=network.id,
                dest_range=str(block),
                next_hop_instance=machine.self_link,
                tags=[nat_tag(setting.names)],
                priority=1000,
                opts=self.child(),
            )
        self.register_outputs({"address": address.address})
