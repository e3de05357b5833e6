"""vSphere: what is referred to must be there, and what is in use stays."""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, mapping, sequence, text
from rehearsal.interception import ProviderError
from rehearsal.rules.references import names_at
from rehearsal.rules.registry import rule
from rehearsal.vcenter import CATEGORY, FOLDER, ITEM, LIBRARY, MACHINE, POOL, PORT_GROUP, TAG, Kind, directory

# Where an input of any vsphere type names an object: the path, the kind, and vCenter's name for it in errors.
_REFERENCES: Final[tuple[tuple[str, Kind, str], ...]] = (
    ("computeClusterId", "cluster", "ClusterComputeResource"),
    ("hostSystemIds[]", "host", "HostSystem"),
    ("virtualMachineIds[]", "machine", "VirtualMachine"),
    ("parentResourcePoolId", "pool", "ResourcePool"),
    ("resourcePoolId", "pool", "ResourcePool"),
    ("datacenterId", "datacenter", "Datacenter"),
    ("datastoreId", "datastore", "Datastore"),
    ("storageBackings[]", "datastore", "Datastore"),
    ("networkInterfaces[].networkId", "network", "Network"),
    ("distributedVirtualSwitchUuid", "switch", "VmwareDistributedVirtualSwitch"),
    ("categoryId", "category", "InventoryServiceCategory"),
    ("libraryId", "library", "ContentLibrary"),
    ("tags[]", "tag", "InventoryServiceTag"),
)


@rule("create")
def objects_exist(case: Case) -> None:
    """Refuse the id of an object that the vCenter does not have."""
    if not case.type.startswith("vsphere:"):
        return
    found = directory(case.world)
    for path, kind, vim in _REFERENCES:
        for id_ in names_at(case.inputs, path):
            if found.by_id(kind, id_) is None:
                raise ProviderError(
                    f"{path.removesuffix('[]')}: ServerFaultCode: The object 'vim.{vim}:{id_}' has already been "
                    "deleted or has not been completely created"
                )


@rule("create", MACHINE)
def template_and_folder_exist(case: Case) -> None:
    """Ask for the machine or library item to clone from, and for the folder in its datacenter."""
    found = directory(case.world)
    template = text(case.block("clone").get("templateUuid"))
    if template and found.by_id("machine", template) is None and found.by_id("item", template) is None:
        raise ProviderError(
            f'cannot locate virtual machine or template with UUID "{template}": virtual machine not found'
        )
    folder = case.text("folder").strip("/")
    home = found.datacenter_of(case.text("resourcePoolId"))
    if folder and found.named("folder", folder, datacenter=home) is None:
        raise ProviderError(f"folder '{folder}' not found")


@rule("delete", FOLDER)
def folder_is_empty(case: Case) -> None:
    """Refuse to delete a folder with machines or folders in it."""
    path = case.text("path")
    inside = [record.id for record in case.world.objects(MACHINE) if record.text("folder").strip("/") == path]
    inside += [record.id for record in case.world.objects(FOLDER) if record.text("path").startswith(f"{path}/")]
    if inside:
        raise ProviderError(f"folder is not empty, please remove all items before deleting (holds {', '.join(inside)})")


@rule("delete", PORT_GROUP)
def port_group_is_unused(case: Case) -> None:
    """Refuse to delete a port group with a machine on it."""
    for record in case.world.objects(MACHINE):
        interfaces = [mapping(item) for item in sequence(record.outputs.get("networkInterfaces"))]
        if any(interface.get("networkId") == case.id for interface in interfaces):
            raise ProviderError(
                f"ServerFaultCode: The resource '{case.id}' is in use (by virtual machine {record.text('name')})."
            )


@rule("delete", POOL)
def pool_is_empty(case: Case) -> None:
    """Refuse to delete a pool that holds machines or pools."""
    users = [r for r in case.world.objects(MACHINE) if r.text("resourcePoolId") == case.id]
    users += [r for r in case.world.objects(POOL) if r.text("parentResourcePoolId") == case.id]
    if users:
        raise ProviderError(f"resource pool '{case.text('name')}' is not empty: it holds {users[0].text('name')}")


@rule("deleted", CATEGORY)
def tags_go(case: Case) -> None:
    """Remove a category's tags with it."""
    for record in case.world.objects(TAG):
        if record.text("categoryId") == case.id:
            case.world.remove(TAG, record.id)


@rule("deleted", LIBRARY)
def items_go(case: Case) -> None:
    """Remove a content library's items with it."""
    for record in case.world.objects(ITEM):
        if record.text("libraryId") == case.id:
            case.world.remove(ITEM, record.id)
