"""What the infrastructure team gives: looked up, so that a wrong name ends a preview and not an installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_vsphere as vsphere

from model.config.vsphere import Vsphere


@dataclass(frozen=True, slots=True)
class Site:
    """Ids of objects that exist, as managed object references."""

    datacenter: pulumi.Output[str]
    compute_cluster: pulumi.Output[str]
    root_pool: pulumi.Output[str]
    """The compute cluster's own resource pool."""
    switch: pulumi.Output[str]
    datastores: Mapping[str, pulumi.Output[str]]
    """Ids by the datastore's name."""

    @classmethod
    def find(cls, parent: pulumi.Resource, wanted: Vsphere) -> Site:
        """Look up what `wanted` names, with the provider of `parent`."""
        opts = pulumi.InvokeOutputOptions(parent=parent)
        datacenter = vsphere.get_datacenter_output(name=wanted.datacenter, opts=opts).id
        cluster = vsphere.get_compute_cluster_output(name=wanted.compute_cluster, datacenter_id=datacenter, opts=opts)
        switch = vsphere.get_distributed_virtual_switch_output(name=wanted.switch, datacenter_id=datacenter, opts=opts)
        stores = wanted.datastores
        names = sorted({stores.nodes.name, stores.backup.name, stores.images.name})
        return cls(
            datacenter=datacenter,
            compute_cluster=cluster.id,
            root_pool=cluster.resource_pool_id,
            switch=switch.id,
            datastores={
                name: vsphere.get_datastore_output(name=name, datacenter_id=datacenter, opts=opts).id for name in names
            },
        )

    def host(self, parent: pulumi.Resource, name: str) -> pulumi.Output[str]:
        """Look up an ESXi host of the datacenter."""
        opts = pulumi.InvokeOutputOptions(parent=parent)
        return vsphere.get_host_output(name=name, datacenter_id=self.datacenter, opts=opts).id

    def machine(self, parent: pulumi.Resource, folder: str, name: str) -> pulumi.Output[str]:
        """Look up a virtual machine of a folder that this program does not make."""
        opts = pulumi.InvokeOutputOptions(parent=parent)
        return vsphere.get_virtual_machine_output(name=name, folder=folder, datacenter_id=self.datacenter, opts=opts).id
