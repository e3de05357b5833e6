"""The admin workstation: a virtual machine of ours that gkectl runs on (A11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

import pulumi
import pulumi_vsphere as vsphere

from components.component import Component
from components.onprem.vcenter import certificate
from components.onprem.vsphere.surroundings import Surroundings
from components.setting import Setting
from model.config.vsphere import Template
from model.estate import Environment
from model.planning.cloud_init import guest_info
from model.planning.protection import Kind

CLONE: Final = pulumi.CustomTimeouts(create="1h")
"""The clone, the first start, and the wait for an address."""


class Workstation(Component):
    """Makes the data disk, and a virtual machine from a template that has it attached.

    `environment`   the environment; `onprem.workstation` says what to make.
    `surroundings`  the pool, the folder, the network and the tags.
    `template_id`   the item of the content library to clone.
    `template`      what is known of it.

    The machine can be replaced: what is worth keeping is on the data disk (A12), which is protected as what bears data
    is. A new template replaces it, so not while gkectl creates or upgrades an admin cluster: the bootstrap cluster of
    that run is on the machine (A13). For the same reason it is never restarted by a change of what cloud-init reads.

    Outputs: `id`, the machine's UUID, and `data_disk`, the path of the disk.
    """

    token: ClassVar[str] = "hybrid:onprem:Workstation"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        surroundings: Surroundings,
        template_id: pulumi.Input[str],
        template: Template,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        wanted, site = environment.onprem.workstation, environment.onprem.vsphere
        datastore = surroundings.site.datastores[site.datastores.nodes.name]
        disk = vsphere.VirtualDisk(
            self.named("data"),
            datacenter=site.datacenter,
            datastore=site.datastores.nodes.name,
            vmdk_path=wanted.data_disk.path,
            size=wanted.data_disk.size_gib,
            type="thin",
            create_directories=True,
            opts=self.child(protect=Setting.of(environment).protects(Kind.WORKSTATION_DISK)),
        )
        machine = vsphere.VirtualMachine(
            self.named("vm"),
            name=wanted.name,
            annotation=f"{environment.organisation.platform} {environment.name}: admin workstation",
            resource_pool_id=surroundings.pool_id,
            folder=surroundings.folder_path,
            datastore_id=datastore,
            storage_policy_id=surroundings.storage_policy,
            guest_id="ubuntu64Guest",
            firmware=template.firmware.value,
            scsi_type="pvscsi",
            num_cpus=wanted.cpus,
            memory=wanted.memory_mib,
            network_interfaces=[
                vsphere.VirtualMachineNetworkInterfaceArgs(
                    network_id=surroundings.networks[wanted.network], adapter_type="vmxnet3"
                )
            ],
            disks=[
                vsphere.VirtualMachineDiskArgs(
                    label="boot", unit_number=0, size=wanted.disk_gib, thin_provisioned=True
                ),
                vsphere.VirtualMachineDiskArgs(
                    label="data", unit_number=1, attach=True, path=disk.vmdk_path, datastore_id=datastore
                ),
            ],
            clone=vsphere.VirtualMachineCloneArgs(template_uuid=template_id),
            extra_config=self._guest_info(environment),
            # Whoever runs gkectl chooses when it starts again (A13).
            extra_config_reboot_required=False,
            tags=[surroundings.tags[tag] for tag in sorted(wanted.tags)],
            # Two machines can not have one name, one address and one data disk.
            opts=self.child(delete_first=True, timeouts=CLONE),
        )
        self.id: pulumi.Output[str] = machine.id
        self.data_disk: pulumi.Output[str] = disk.vmdk_path
        self.register_outputs({"id": self.id, "data_disk": self.data_disk})

    def _guest_info(self, environment: Environment) -> pulumi.Output[Mapping[str, str]]:
        """Return what cloud-init reads; the authorities that the machine is to trust come from Secret Manager."""
        registry = environment.organisation.services.registry
        authorities = {
            "registry": f"sm://{environment.facts.projects.cluster.id}/{registry.ca_secret}",
            "vcenter": environment.onprem.vsphere.access.ca,
        }
        known = {key: certificate(self, reference) for key, reference in sorted(authorities.items())}

        def told(certificates: Mapping[str, str]) -> Mapping[str, str]:
            return guest_info(environment, certificates)

        return pulumi.Output.all(**known).apply(told)
