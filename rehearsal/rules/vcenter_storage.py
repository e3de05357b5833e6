"""Datastores and what lies on them: virtual disks, content libraries, storage policies.

Sources: the provider's documentation of `vsphere.VirtualDisk`, `vsphere.ContentLibraryItem` and
`vsphere.VmStoragePolicy`, and the order in which it looks for what they name
(hashicorp/terraform-provider-vsphere, resource_vsphere_virtual_disk.go).
"""

from __future__ import annotations

from rehearsal.case import Case, mapping, sequence, text
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.vcenter import DISK, ITEM, LIBRARY, MACHINE, POLICY, directory


@rule("create", DISK)
def place_of_the_disk_exists(case: Case) -> None:
    """Ask for the datacenter, the datastore and, unless the disk may make it, the directory."""
    found = directory(case.world)
    datacenters = list(found.things("datacenter"))
    name = case.text("datacenter")
    home = next((one for one in datacenters if one.name == name), None) if name else None
    if home is None and not name and len(datacenters) == 1:
        home = datacenters[0]
    if home is None:
        reason = f"datacenter '{name}' not found" if name else "default datacenter resolves to multiple instances"
        raise ProviderError(f"Error finding Datacenter: {name}: {reason}")
    store = case.text("datastore")
    if found.named("datastore", store, datacenter=home.id) is None:
        raise ProviderError(f"Error finding Datastore: {store}: datastore '{store}' not found")
    folder = case.text("vmdkPath").strip("/").rpartition("/")[0]
    if folder and not case.flag("createDirectories") and folder not in _directories(case, store):
        raise ProviderError(f"A file was not found: [{store}] {folder}")


@rule("update", DISK)
def disk_does_not_shrink(case: Case) -> None:
    """Refuse to make a disk smaller."""
    before = case.old.outputs.get("size") if case.old is not None else 0
    if isinstance(before, int) and case.whole("size") < before:
        raise ProviderError("shrinking a virtual disk is not supported")


@rule("create", ITEM)
def item_has_a_source(case: Case) -> None:
    """Refuse an item in a library that follows another, and one that is copied from a machine that is not there."""
    library = case.world.get(LIBRARY, case.text("libraryId"))
    if library is not None and mapping(library.inputs.get("subscription")):
        raise ProviderError(
            f"[CreateLibraryItem] error for {case.text('name')}: 400 Bad Request: the library "
            f"{library.text('name')} is subscribed to another one; its items come from there"
        )
    source = case.text("sourceUuid")
    if source and directory(case.world).by_id("machine", source) is None:
        raise ProviderError(f'virtual machine with UUID "{source}" not found')


@rule("create", POLICY)
def categories_exist(case: Case) -> None:
    """Ask for the tag categories that the rules of a policy name."""
    found = directory(case.world)
    for each in case.blocks("tagRules"):
        name = text(each.get("tagCategory"))
        if found.named("category", name) is None:
            raise ProviderError(f"error while getting the tag {name} category name '{name}' not found")


@rule("update", POLICY)
def new_categories_exist(case: Case) -> None:
    """Ask the same of a change."""
    categories_exist(case)


@rule("delete", POLICY)
def policy_is_unused(case: Case) -> None:
    """Refuse to delete a policy that a machine or one of its disks has."""
    for record in case.world.objects(MACHINE):
        held = [record.text("storagePolicyId")]
        held += [text(mapping(disk).get("storagePolicyId")) for disk in sequence(record.outputs.get("disks"))]
        if case.id in held:
            raise ProviderError(
                f"error while deleting policy with ID {case.id} ServerFaultCode: The resource is in use (by virtual "
                f"machine {record.text('name')})."
            )


def _directories(case: Case, store: str) -> set[str]:
    """Return the directories of a datastore: given ones, those of machines, and those that hold a disk."""
    found = {
        path.strip("/")
        for datacenter in case.inventory.vsphere.datacenters
        for name, _, path in (given.removeprefix("[").partition("] ") for given in datacenter.directories)
        if name == store
    }
    found |= {record.text("vmxPath").rpartition("/")[0] for record in case.world.objects(MACHINE)}
    for record in case.world.objects(DISK):
        if record.text("datastore") == store:
            found.add(record.text("vmdkPath").strip("/").rpartition("/")[0])
    # A directory is there with all those above it.
    return {"/".join(path.split("/")[: depth + 1]) for path in found for depth in range(path.count("/") + 1)}
