"""The vSphere objects that an environment's clusters stand in: pool, folder, policy, tags, port groups, host groups."""

from __future__ import annotations

from typing import ClassVar, Final

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from components.onprem.vsphere.host_groups import HostGroups
from components.onprem.vsphere.port_groups import PortGroups
from components.onprem.vsphere.site import Site
from components.onprem.vsphere.storage_policy import StoragePolicy
from components.onprem.vsphere.tags import Tags
from model.config.vsphere import ResourcePool, Shares
from model.estate import Environment
from model.planning.vsphere_names import resource_pool_path

UNLIMITED: Final = -1
_SHARES: Final = {Shares.LOW: "low", Shares.NORMAL: "normal", Shares.HIGH: "high"}


class Surroundings(Component):
    """Makes what the clusters of an environment are placed in, and looks up what the infrastructure team gives.

    `environment`  the environment; its `onprem.vsphere` and `onprem.networks` say what to make.

    Outputs: `resource_pool` (`<compute cluster>/Resources/<pool>`), `folder`, `port_groups` (names by network) and
    `tags` (ids by name); for components beside it, `site`, `pool_id`, `folder_id`, `folder_path`, `networks` and
    `host_groups`. A cluster depends on the whole component.
    """

    token: ClassVar[str] = "hybrid:onprem:Surroundings"  # noqa: S105  a type token

    def __init__(self, name: str, *, environment: Environment, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts)
        wanted = environment.onprem.vsphere
        described = f"{environment.organisation.platform} {environment.name}"

        self.site = Site.find(self, wanted)
        self.pool_id = self._make_resource_pool(wanted.resource_pool)
        folder = vsphere.Folder(
            self.named("folder"),
            path=wanted.folder,
            type="vm",
            datacenter_id=self.site.datacenter,
            opts=self.child(),
        )
        self.folder_id: pulumi.Output[str] = folder.id
        self.folder_path: pulumi.Output[str] = folder.path
        self.tags = Tags(
            name, category=wanted.tag_category, tags=wanted.tags, described=described, opts=self.child()
        ).ids
        self.networks = PortGroups(
            name, networks=environment.onprem.networks, switch=self.site.switch, described=described, opts=self.child()
        ).ids
        self.host_groups = HostGroups(name, groups=wanted.host_groups, site=self.site, opts=self.child()).names
        self.storage_policy = (
            StoragePolicy(name, policy=wanted.storage_policy, described=described, opts=self.child()).id
            if wanted.storage_policy is not None
            else None
        )

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

    def _make_resource_pool(self, pool: ResourcePool) -> pulumi.Output[str]:
        limit = UNLIMITED if pool.memory_limit_mib is None else pool.memory_limit_mib
        return vsphere.ResourcePool(
            self.named("pool"),
            name=pool.name,
            parent_resource_pool_id=self.site.root_pool,
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
        ).id
