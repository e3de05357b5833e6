"""The DRS host groups of an environment's compute cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from components.onprem.vsphere.site import Site


class HostGroups(Component):
    """Makes groups of hosts, such as racks, that machines can be bound to.

    `groups`  names of ESXi hosts by group.
    `site`    the compute cluster and its datacenter.

    Outputs: `names`, each group's name by itself, known once the group is there: rules name groups and not ids.
    """

    token: ClassVar[str] = "hybrid:onprem:HostGroups"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        groups: Mapping[str, Sequence[str]],
        site: Site,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        self.names: dict[str, pulumi.Output[str]] = {
            group: vsphere.ComputeClusterHostGroup(
                self.named("host-group", group),
                name=group,
                compute_cluster_id=site.compute_cluster,
                host_system_ids=[site.host(self, host) for host in sorted(hosts)],
                opts=self.child(),
            ).name
            for group, hosts in sorted(groups.items())
        }
        self.register_outputs({"names": self.names})
