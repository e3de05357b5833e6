"""Virtual machines: what the provider and vCenter refuse before one is cloned or changed.

Sources: the arguments that the provider documents for `vsphere.VirtualMachine` (Creating a Virtual Machine from a
Template; Disk Options), and the checks that it makes of disks and devices
(hashicorp/terraform-provider-vsphere, virtual_machine_disk_subresource.go).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rehearsal.case import Case, mapping, sequence, text
from rehearsal.computed.machines import home, source_of
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.rules.vcenter import name_taken
from rehearsal.values import Value
from rehearsal.vcenter import DISK, GROUPS, ITEM, MACHINE, RULES, Thing, directory

Fields = Mapping[str, Value]


@rule("create", MACHINE)
def template_and_folder_exist(case: Case) -> None:
    """Ask for the machine or library item to clone from, and for the folder in its datacenter."""
    template = text(case.block("clone").get("templateUuid"))
    source = source_of(case)
    if template and source is None:
        raise ProviderError(
            f'cannot locate virtual machine or template with UUID "{template}": virtual machine not found'
        )
    if source is not None and source.kind == "item" and source.detail not in {"ovf", "vm-template"}:
        raise ProviderError(f"unsupported library item type: {source.detail}")
    folder = case.text("folder").strip("/")
    if folder and directory(case.world).named("folder", folder, datacenter=home(case)) is None:
        raise ProviderError(f"folder '{folder}' not found")


@rule("create", MACHINE)
def name_is_free(case: Case) -> None:
    """Refuse the name of a machine that is in the folder already, by whomever it was made."""
    folder, name = case.text("folder").strip("/"), case.text("name")
    datacenter = home(case)
    path = f"{folder}/{name}" if folder else name
    if any(thing.name == path and thing.datacenter == datacenter for thing in directory(case.world).given("machine")):
        raise name_taken(name)


@rule("create", MACHINE)
def disks_are_told_apart(case: Case) -> None:
    """Refuse two disks of one label or one place on the controllers."""
    labels: set[str] = set()
    units: set[tuple[str, object]] = set()
    for position, disk in enumerate(case.blocks("disks")):
        label = text(disk.get("label"))
        unit = (text(disk.get("controllerType")), disk.get("unitNumber", 0))
        if label in labels:
            raise ProviderError(f"disk: duplicate name {label}")
        if unit in units:
            raise ProviderError(f"disk.{position}: duplicate unit_number {unit[1]}")
        labels.add(label)
        units.add(unit)


@rule("update", MACHINE)
def changed_disks_are_told_apart(case: Case) -> None:
    """Ask the same of a change."""
    disks_are_told_apart(case)


@rule("create", MACHINE)
def disks_hold_the_template(case: Case) -> None:
    """Refuse fewer disks than the template has, and one that is smaller; a linked clone has the very size."""
    source = source_of(case)
    wanted = list(_disks_of(case, source)) if source is not None else []
    given = case.blocks("disks")
    if len(wanted) > len(given):
        raise ProviderError(
            f"not enough disks in configuration - you need at least {len(wanted)} to use this template (current: "
            f"{len(given)})"
        )
    linked = case.block("clone").get("linkedClone") is True
    for position, (size, disk) in enumerate(zip(wanted, given, strict=False)):
        own = _size(disk)
        label = text(disk.get("label"))
        if linked and own != size:
            raise ProviderError(
                f"disk.{position}: disk name {label} must be the exact size of source when using linked_clone "
                f"(expected: {size} GiB)"
            )
        if own < size:
            raise ProviderError(
                f"disk.{position}: disk name {label} must be at least the same size of source when cloning "
                f"(expected: >= {size} GiB)"
            )


@rule("update", MACHINE)
def disks_do_not_shrink(case: Case) -> None:
    """Refuse to make a disk smaller than it is."""
    held = {text(disk.get("label")): _size(disk) for disk in _blocks(case.old.outputs if case.old else {}, "disks")}
    for position, disk in enumerate(case.blocks("disks")):
        before = held.get(text(disk.get("label")), 0)
        if not disk.get("attach") and _size(disk) < before:
            raise ProviderError(f"disk.{position}: virtual disks cannot be shrunk (old: {before} new: {_size(disk)})")


@rule("create", MACHINE)
def attached_disks_exist(case: Case) -> None:
    """Ask for the file of a disk that is attached and not made, on the datastore that is named."""
    found = directory(case.world)
    for disk in case.blocks("disks"):
        if disk.get("attach") is not True:
            continue
        path = text(disk.get("path"))
        store = found.by_id("datastore", text(disk.get("datastoreId")) or case.text("datastoreId"))
        record = case.world.get(DISK, path) or case.world.get(DISK, f"/{path}")
        if record is None or (store is not None and record.text("datastore") not in {store.name, store.id}):
            name = store.name if store is not None else ""
            raise ProviderError(
                f"ServerFaultCode: Invalid configuration for device '0': file [{name}] {path} was not found"
            )
        user = user_of_disk(case, record.id)
        if user and user != case.id:
            raise ProviderError(
                f"ServerFaultCode: Failed to lock the file: [{record.text('datastore')}] {path} is in use by {user}"
            )


@rule("update", MACHINE)
def newly_attached_disks_exist(case: Case) -> None:
    """Ask the same of a change."""
    attached_disks_exist(case)


@rule("delete", DISK)
def disk_is_not_attached(case: Case) -> None:
    """Refuse to delete the file of a disk that a machine has attached."""
    user = user_of_disk(case, case.id)
    if user:
        raise ProviderError(
            f"ServerFaultCode: Unable to access file [{case.text('datastore')}] {case.id} since it is locked by {user}"
        )


@rule("create", MACHINE)
def customisation_fits_the_adapters(case: Case) -> None:
    """Ask for the settings of as many adapters as the machine has."""
    customised = mapping(case.block("clone").get("customize"))
    settings, adapters = _blocks(customised, "networkInterfaces"), case.blocks("networkInterfaces")
    if customised and len(settings) != len(adapters):
        raise ProviderError(
            "ServerFaultCode: The customization's network adapter settings do not match the virtual machine: "
            f"NicSettingMismatch (numberOfNicsInSpec: {len(settings)}, numberOfNicsInVM: {len(adapters)})"
        )


@rule("deleted", MACHINE)
def groups_forget_the_machine(case: Case) -> None:
    """Take a machine that is gone out of the groups and rules of its cluster."""
    for token in (*GROUPS, *RULES):
        for record in case.world.objects(token):
            held = sequence(record.outputs.get("virtualMachineIds"))
            if case.id in held:
                left = [id_ for id_ in held if id_ != case.id]
                case.world.edit(token, record.id, "virtualMachineIds", left)


def user_of_disk(case: Case, path: str) -> str:
    """Return the id of the machine that has the disk at `path` attached; empty where none has."""
    for record in case.world.objects(MACHINE):
        for disk in _blocks(record.outputs, "disks"):
            if disk.get("attach") is True and text(disk.get("path")).lstrip("/") == path.lstrip("/"):
                return record.id
    return ""


def _disks_of(case: Case, source: Thing) -> Iterator[int]:
    """Yield the sizes of the source's disks, GiB; of an item that came from a file nobody knows them."""
    if source.kind == "item":
        item = case.world.get(ITEM, source.id)
        copied = item.text("sourceUuid") if item is not None else ""
        machine = directory(case.world).by_id("machine", copied) if copied else None
        if machine is not None:
            yield from _disks_of(case, machine)
        return
    record = case.world.get(MACHINE, source.id)
    if record is not None:
        yield from (_size(disk) for disk in _blocks(record.outputs, "disks"))
        return
    for datacenter in case.inventory.vsphere.datacenters:
        yield from (given.disk for given in datacenter.virtual_machines if given.name == source.name)


def _blocks(fields: Fields, name: str) -> list[Fields]:
    return [mapping(item) for item in sequence(fields.get(name))]


def _size(disk: Fields) -> int:
    size = disk.get("size", 0)
    return int(size) if isinstance(size, (int, float)) else 0
