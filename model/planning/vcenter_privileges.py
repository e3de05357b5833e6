"""The privileges in vCenter of the account that the clusters log in with, object by object (I6, A91).

What the clusters do asks for them, by the public pages: placing and changing node VMs (vSphere Security, Required
Privileges for Common Tasks), anti-affinity rules (`Host.Inventory.EditCluster`, vSphere requirements of GKE on VMware),
volumes (vSphere roles and privileges of the container storage interface), and tags on nodes. How they are spread over
the objects is this project's own reading of those pages. `System.Anonymous`, `System.Read` and `System.View` are in
every role of vCenter.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Entity(StrEnum):
    """Objects that the account needs a permission on."""

    ROOT = "root"
    DATACENTER = "datacenter"
    COMPUTE_CLUSTER = "compute_cluster"
    DATASTORES = "datastores"
    RESOURCE_POOL = "resource_pool"
    FOLDER = "folder"
    PORT_GROUPS = "port_groups"


@dataclass(frozen=True, slots=True)
class Grant:
    """What the account may do on an object, and whether on what is below it too."""

    entity: Entity
    privileges: tuple[str, ...]
    propagate: bool


_MACHINES: Final = (
    "VApp.ApplicationConfig",
    "VApp.Import",
    "VApp.InstanceConfig",
    "VirtualMachine.Config.AddExistingDisk",
    "VirtualMachine.Config.AddNewDisk",
    "VirtualMachine.Config.AddRemoveDevice",
    "VirtualMachine.Config.AdvancedConfig",
    "VirtualMachine.Config.Annotation",
    "VirtualMachine.Config.CPUCount",
    "VirtualMachine.Config.DiskExtend",
    "VirtualMachine.Config.EditDevice",
    "VirtualMachine.Config.Memory",
    "VirtualMachine.Config.RemoveDisk",
    "VirtualMachine.Config.Rename",
    "VirtualMachine.Config.ResetGuestInfo",
    "VirtualMachine.Config.Resource",
    "VirtualMachine.Config.Settings",
    "VirtualMachine.Interact.DeviceConnection",
    "VirtualMachine.Interact.PowerOff",
    "VirtualMachine.Interact.PowerOn",
    "VirtualMachine.Interact.Reset",
    "VirtualMachine.Inventory.Create",
    "VirtualMachine.Inventory.CreateFromExisting",
    "VirtualMachine.Inventory.Delete",
    "VirtualMachine.Provisioning.Clone",
    "VirtualMachine.Provisioning.CloneTemplate",
    "VirtualMachine.Provisioning.DeployTemplate",
    "VirtualMachine.Provisioning.MarkAsTemplate",
    "VirtualMachine.Provisioning.MarkAsVM",
    "VirtualMachine.State.CreateSnapshot",
    "VirtualMachine.State.RemoveSnapshot",
)
"""Node VMs and their templates, from the first import to the last deletion."""

GRANTS: Final = (
    # Only here: container storage, storage policies, tags, and asking whether a session still holds. Nothing below.
    Grant(
        Entity.ROOT,
        (
            "Cns.Searchable",
            "InventoryService.Tagging.AttachTag",
            "Sessions.ValidateSession",
            "StorageProfile.View",
            "StorageViews.View",
        ),
        propagate=False,
    ),
    # Reading alone: every role has that, and this one has no more.
    Grant(Entity.DATACENTER, (), propagate=False),
    # Anti-affinity rules and host groups; the hosts are read through it.
    Grant(Entity.COMPUTE_CLUSTER, ("Host.Inventory.EditCluster",), propagate=True),
    Grant(
        Entity.DATASTORES,
        (
            "Datastore.AllocateSpace",
            "Datastore.Browse",
            "Datastore.DeleteFile",
            "Datastore.FileManagement",
            "Datastore.UpdateVirtualMachineFiles",
        ),
        propagate=False,
    ),
    Grant(
        Entity.RESOURCE_POOL,
        ("Resource.AssignVMToPool", "Resource.ColdMigrate", "Resource.HotMigrate", *_MACHINES),
        propagate=True,
    ),
    Grant(
        Entity.FOLDER,
        ("Folder.Create", "Folder.Delete", "InventoryService.Tagging.ObjectAttachable", *_MACHINES),
        propagate=True,
    ),
    Grant(Entity.PORT_GROUPS, ("Network.Assign",), propagate=False),
)
"""Every permission of the account, from the top of vCenter down."""


def principal(account: str) -> str:
    """Return an account as permissions name it, the domain first; `<name>@<domain>` is the same account."""
    name, at, domain = account.partition("@")
    return f"{domain}\\{name}" if at else account
