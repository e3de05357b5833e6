"""The vSphere objects around an environment's clusters: pool, folder, tags, port groups, host groups, rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from components.onprem.vcenter import resource_pool_path
from model.config.onprem import SiteNetwork
from model.config.vsphere import AntiAffinity, ResourcePool, Shares
from model.estate import Environment

UNLIMITED: Final = -1
_SHARES: Final = {Shares.LOW: "low", Shares.NORMAL: "normal", Shares.HIGH: "high"}


class Surroundings(Component):
    """Makes what the clusters of an environment are placed in, and looks up what the infrastructure team gives.

    `environment`  the environment; its `onprem.vsphere` and `onprem.networks` say what to make.

    Outputs: `resource_pool` (`<compute cluster>/Resources/<pool>`), `folder`, `port_groups` (names by network) and
    `tags` (ids by name). A cluster depends on the whole component.
    """

    token: ClassVar[str] = "hybrid:onprem:Surroundings"  # noqa: S105  a type token

    def __init__(self, name: str, *, environment: Environment, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        wanted = environment.onprem.vsphere
        lookup = pulumi.InvokeOutputOptions(parent=self)

        datacenter = vsphere.get_datacenter_output(name=wanted.datacenter, opts=lookup)
        self._datacenter_id = datacenter.id
        cluster = vsphere.get_compute_cluster_output(
            name=wanted.compute_cluster, datacenter_id=self._datacenter_id, opts=lookup
        )
        self._cluster_id = cluster.id

        self._make_resource_pool(wanted.resource_pool, cluster.resource_pool_id)
        self._make_folder(wanted.folder)
        self.tags = self._make_tags(environment)
        self._make_port_groups(environment)
        self._make_host_groups(wanted.host_groups)
        self._make_rules(wanted.folder, wanted.anti_affinity)

        self.resource_pool: str = resource_pool_path(wanted)
        self.folder: str = wanted.folder
        self.port_groups: dict[str, str] = {
            key: network.port_group for key, network in sorted(environment.onprem.networks.items())
        }
        self.register_outputs(
            {
                "resource_pool": self.resource_pool,
                "folder": self.folder,
                "port_groups": self.port_groups,
                "tags": self.tags,
            }
        )

    def _make_resource_pool(self, pool: ResourcePool, parent_pool: pulumi.Output[str]) -> None:
        limit = UNLIMITED if pool.memory_limit_mib is None else pool.memory_limit_mib
        vsphere.ResourcePool(
            self.named("pool"),
            name=pool.name,
            parent_resource_pool_id=parent_pool,
            cpu_share_level=_SHARES[pool.shares],
            cpu_limit=UNLIMITED,
            cpu_reservation=0,
            # A VM's own overhead needs a reservation to power on, which a pool that reserves nothing takes from above.
            cpu_expandable=True,
            memory_share_level=_SHARES[pool.shares],
            memory_limit=limit,
            memory_reservation=pool.memory_reservation_mib,
            memory_expandable=True,
            opts=self.child(),
        )

    def _make_folder(self, path: str) -> None:
        vsphere.Folder(
            self.named("folder"),
            path=path,
            type="vm",
            datacenter_id=self._datacenter_id,
            opts=self.child(),
        )

    def _make_tags(self, environment: Environment) -> dict[str, pulumi.Output[str]]:
        wanted = environment.onprem.vsphere
        category = vsphere.TagCategory(
            self.named("tag-category"),
            name=wanted.tag_category,
            # MULTIPLE: a node carries the tag of its pool and the one that keeps image backup away.
            cardinality="MULTIPLE",
            associable_types=["VirtualMachine"],
            description=f"{environment.organisation.platform} {environment.name}",
            opts=self.child(),
        )
        return {
            tag: vsphere.Tag(
                self.named("tag", tag),
                name=tag,
                category_id=category.id,
                description=f"{environment.organisation.platform} {environment.name}: {tag}",
                opts=self.child(),
            ).id
            for tag in sorted(wanted.tags)
        }

    def _make_port_groups(self, environment: Environment) -> None:
        switch = vsphere.get_distributed_virtual_switch_output(
            name=environment.onprem.vsphere.switch,
            datacenter_id=self._datacenter_id,
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        for key, network in sorted(environment.onprem.networks.items()):
            self._make_port_group(key, network, switch.id, f"{environment.organisation.platform} {environment.name}")

    def _make_port_group(self, key: str, network: SiteNetwork, switch: pulumi.Output[str], environment: str) -> None:
        vsphere.DistributedPortGroup(
            self.named("network", key),
            name=network.port_group,
            distributed_virtual_switch_uuid=switch,
            description=f"{environment}, network {key}, {network.range}",
            type="earlyBinding",
            auto_expand=True,
            vlan_id=network.vlan,
            # MetalLB in layer-2 mode and the control plane VIPs answer with the node's own MAC address (B46), so no
            # machine here has a reason to send as another, to change its address or to listen to its neighbours.
            allow_forged_transmits=False,
            allow_mac_changes=False,
            allow_promiscuous=False,
            opts=self.child(),
        )

    def _make_host_groups(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        for group, hosts in sorted(groups.items()):
            ids = [
                vsphere.get_host_output(
                    name=host, datacenter_id=self._datacenter_id, opts=pulumi.InvokeOutputOptions(parent=self)
                ).id
                for host in sorted(hosts)
            ]
            vsphere.ComputeClusterHostGroup(
                self.named("host-group", group),
                name=group,
                compute_cluster_id=self._cluster_id,
                host_system_ids=ids,
                opts=self.child(),
            )

    def _make_rules(self, folder: str, rules: Mapping[str, AntiAffinity]) -> None:
        for key, rule in sorted(rules.items()):
            ids = [
                vsphere.get_virtual_machine_output(
                    name=machine,
                    folder=folder,
                    datacenter_id=self._datacenter_id,
                    opts=pulumi.InvokeOutputOptions(parent=self),
                ).id
                for machine in sorted(rule.virtual_machines)
            ]
            vsphere.ComputeClusterVmAntiAffinityRule(
                self.named("apart", key),
                # The names of all rules of a compute cluster share one namespace.
                name=f"{folder}-{key}",
                compute_cluster_id=self._cluster_id,
                virtual_machine_ids=ids,
                enabled=True,
                mandatory=rule.mandatory,
                opts=self.child(),
            )
