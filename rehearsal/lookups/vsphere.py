"""Lookups of the vsphere provider. They run at preview too, as the real ones do."""

from __future__ import annotations

from rehearsal.interception import ProviderError
from rehearsal.lookups.registry import Question, answers
from rehearsal.values import Properties
from rehearsal.vcenter import Kind, Thing, directory, pool_path


@answers("vsphere:index/getDatacenter:getDatacenter")
def datacenter(question: Question) -> Properties:
    """By name, or the only one."""
    found = list(directory(question.world).things("datacenter"))
    name = question.text("name").strip("/")
    if not name and len(found) == 1:
        return {"id": found[0].id, "name": found[0].name, "virtualMachines": []}
    thing = next((one for one in found if one.name == name), None)
    if thing is None:
        raise ProviderError(f"error fetching datacenter: datacenter '{name}' not found")
    machines = [one.name for one in directory(question.world).things("machine") if one.datacenter == thing.id]
    return {"id": thing.id, "virtualMachines": list(machines)}


@answers("vsphere:index/getComputeCluster:getComputeCluster")
def compute_cluster(question: Question) -> Properties:
    """With its root resource pool."""
    thing = _one(question, "cluster", "error fetching cluster: cluster '{}' not found")
    return {"id": thing.id, "resourcePoolId": thing.detail}


@answers("vsphere:index/getHost:getHost")
def host(question: Question) -> Properties:
    """With the root resource pool of its cluster."""
    thing = _one(question, "host", "error fetching host: host '{}' not found")
    return {"id": thing.id, "resourcePoolId": thing.detail}


@answers("vsphere:index/getDatastore:getDatastore")
def datastore(question: Question) -> Properties:
    """By name."""
    return {"id": _one(question, "datastore", "error fetching datastore: datastore '{}' not found").id, "stats": {}}


@answers("vsphere:index/getDistributedVirtualSwitch:getDistributedVirtualSwitch")
def distributed_switch(question: Question) -> Properties:
    """By name, with four uplinks."""
    thing = _one(question, "switch", "error fetching distributed virtual switch: DVS '{}' not found")
    return {"id": thing.id, "uplinks": [f"uplink{number}" for number in range(1, 5)]}


@answers("vsphere:index/getNetwork:getNetwork")
def network(question: Question) -> Properties:
    """Find a network or a distributed port group."""
    parent = question.text("distributedVirtualSwitchUuid")
    thing = _one(question, "network", "error fetching network: network '{}' not found", parent=parent)
    return {"id": thing.id, "type": thing.detail}


@answers("vsphere:index/getVirtualMachine:getVirtualMachine")
def virtual_machine(question: Question) -> Properties:
    """Find a machine or template; what it is made of is that of the inventory."""
    name = question.text("name").rpartition("/")[2]
    thing = directory(question.world).named("machine", name, datacenter=question.text("datacenterId"))
    if thing is None:
        raise ProviderError(f"error fetching virtual machine: vm '{question.text('name')}' not found")
    record = question.world.get("vsphere:index/virtualMachine:VirtualMachine", thing.id)
    if record is not None:
        shown = {key: value for key, value in record.outputs.items() if key in question.facts.outputs}
        return {**shown, "id": thing.id, "moid": thing.detail}
    given = next(
        machine
        for place in question.world.inventory.vsphere.datacenters
        for machine in place.virtual_machines
        if machine.name == name
    )
    return {
        "id": thing.id,
        "uuid": thing.id,
        "moid": thing.detail,
        "guestId": given.guest,
        "disks": [
            {"label": "disk0", "size": given.disk, "thinProvisioned": True, "eagerlyScrub": False, "unitNumber": 0}
        ],
        "networkInterfaceTypes": ["vmxnet3"],
        "scsiType": "pvscsi",
        "firmware": "efi",
    }


@answers("vsphere:index/getResourcePool:getResourcePool")
def resource_pool(question: Question) -> Properties:
    """By name, by path below its cluster, or by parent."""
    found = directory(question.world)
    name, parent = question.text("name"), question.text("parentResourcePoolId")
    home = question.text("datacenterId")
    for thing in found.things("pool"):
        if home not in {"", thing.datacenter} or parent not in {"", thing.parent}:
            continue
        if name in {thing.name, pool_path(found, thing), thing.name.rpartition("/")[2]}:
            return {"id": thing.id}
    raise ProviderError(f"error fetching resource pool: resource pool '{name}' not found")


@answers("vsphere:index/getFolder:getFolder")
def folder(question: Question) -> Properties:
    """By full path: `/<datacenter>/vm/<folder>`."""
    place, _, rest = question.text("path").strip("/").partition("/")
    kind, _, path = rest.partition("/")
    found = directory(question.world)
    home = found.named("datacenter", place)
    thing = found.named("folder", path, datacenter=home.id) if home is not None and kind == "vm" else None
    if thing is None:
        raise ProviderError(f"cannot locate folder: folder '{question.text('path')}' not found")
    return {"id": thing.id}


@answers("vsphere:index/getTagCategory:getTagCategory")
def tag_category(question: Question) -> Properties:
    """By name."""
    thing = _one(question, "category", "could not find tag category: category name '{}' not found")
    return {"id": thing.id, "cardinality": "MULTIPLE", "associableTypes": ["VirtualMachine"], "description": ""}


@answers("vsphere:index/getTag:getTag")
def tag(question: Question) -> Properties:
    """By name in its category."""
    thing = _one(question, "tag", "tag name '{}' not found in category", parent=question.text("categoryId"))
    return {"id": thing.id, "description": ""}


@answers("vsphere:index/getContentLibrary:getContentLibrary")
def content_library(question: Question) -> Properties:
    """By name."""
    return {"id": _one(question, "library", "error retrieving content library: '{}' not found").id}


@answers("vsphere:index/getContentLibraryItem:getContentLibraryItem")
def content_library_item(question: Question) -> Properties:
    """By name in its library."""
    thing = _one(question, "item", "error retrieving library item: '{}' not found", parent=question.text("libraryId"))
    return {"id": thing.id}


@answers("vsphere:index/getComputeClusterHostGroup:getComputeClusterHostGroup")
def host_group(question: Question) -> Properties:
    """By name in its cluster."""
    parent = question.text("computeClusterId")
    thing = _one(question, "host group", "host group '{}' not found in cluster", parent=parent)
    record = question.world.get("vsphere:index/computeClusterHostGroup:ComputeClusterHostGroup", thing.id)
    return {"id": thing.id, "hostSystemIds": record.outputs.get("hostSystemIds") if record else []}


def _one(question: Question, kind: Kind, missing: str, *, parent: str = "") -> Thing:
    name = question.text("name").rpartition("/")[2] if kind != "network" else question.text("name")
    thing = directory(question.world).named(kind, name, datacenter=question.text("datacenterId"), parent=parent)
    if thing is None:
        raise ProviderError(missing.format(question.text("name")))
    return thing
