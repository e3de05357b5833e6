"""Lookups of the vsphere provider. They run at preview too, as the real ones do."""

from __future__ import annotations

from rehearsal.case import sequence, text
from rehearsal.interception import ProviderError
from rehearsal.lookups.registry import Question, answers
from rehearsal.values import Properties
from rehearsal.vcenter import CATEGORY, ROLE, ROOT_FOLDER, TAG, Kind, Thing, directory, pool_path
from rehearsal.vcenter_roles import SYSTEM_ROLES, is_system


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
    thing = one(question, "cluster", "error fetching cluster: cluster '{}' not found")
    return {"id": thing.id, "resourcePoolId": thing.detail}


@answers("vsphere:index/getHost:getHost")
def host(question: Question) -> Properties:
    """With the root resource pool of its cluster."""
    thing = one(question, "host", "error fetching host: host '{}' not found")
    return {"id": thing.id, "resourcePoolId": thing.detail}


@answers("vsphere:index/getDatastore:getDatastore")
def datastore(question: Question) -> Properties:
    """By name."""
    return {"id": one(question, "datastore", "error fetching datastore: datastore '{}' not found").id, "stats": {}}


@answers("vsphere:index/getDistributedVirtualSwitch:getDistributedVirtualSwitch")
def distributed_switch(question: Question) -> Properties:
    """By name, with four uplinks."""
    thing = one(question, "switch", "error fetching distributed virtual switch: DVS '{}' not found")
    return {"id": thing.id, "uplinks": [f"uplink{number}" for number in range(1, 5)]}


@answers("vsphere:index/getNetwork:getNetwork")
def network(question: Question) -> Properties:
    """Find a network or a distributed port group."""
    parent = question.text("distributedVirtualSwitchUuid")
    thing = one(question, "network", "error fetching network: network '{}' not found", parent=parent)
    return {"id": thing.id, "type": thing.detail}


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
    """By full path: `/<datacenter>/vm/<folder>`; `/` is the folder above all datacenters."""
    if not question.text("path").strip("/"):
        return {"id": ROOT_FOLDER}
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
    """By name; what the program made is as it made it."""
    thing = one(question, "category", "could not find tag category: category name '{}' not found")
    given = {"cardinality": "MULTIPLE", "associableTypes": ["VirtualMachine"], "description": ""}
    return {**given, **_recorded(question, CATEGORY, thing), "id": thing.id}


@answers("vsphere:index/getTag:getTag")
def tag(question: Question) -> Properties:
    """By name in its category."""
    thing = one(question, "tag", "tag name '{}' not found in category", parent=question.text("categoryId"))
    return {"description": "", **_recorded(question, TAG, thing), "id": thing.id}


@answers("vsphere:index/getContentLibrary:getContentLibrary")
def content_library(question: Question) -> Properties:
    """By name."""
    return {"id": one(question, "library", "error retrieving content library: '{}' not found").id}


@answers("vsphere:index/getContentLibraryItem:getContentLibraryItem")
def content_library_item(question: Question) -> Properties:
    """By name in its library; an item that is there is of the type that it has, whatever was asked for."""
    thing = one(question, "item", "error retrieving library item: '{}' not found", parent=question.text("libraryId"))
    return {"id": thing.id, "type": thing.detail}


@answers("vsphere:index/getPolicy:getPolicy")
def storage_policy(question: Question) -> Properties:
    """By name."""
    return {"id": one(question, "policy", "no storage policy with name: {}").id}


@answers("vsphere:index/getRole:getRole")
def role(question: Question) -> Properties:
    """By label, which for a role of the program's own is its name."""
    label = question.text("label")
    for system in SYSTEM_ROLES:
        if system.label == label:
            return {"id": system.id, "name": system.name, "description": "", "rolePrivileges": [*system.privileges]}
    thing = next((each for each in directory(question.world).things("role") if each.detail == label), None)
    record = question.world.get(ROLE, thing.id) if thing is not None else None
    if record is None:
        raise ProviderError(f"role with label {label} not found")
    held = [each for each in sequence(record.outputs.get("rolePrivileges")) if not is_system(text(each))]
    return {"id": record.id, "name": record.text("name"), "description": "", "rolePrivileges": held}


@answers("vsphere:index/getComputeClusterHostGroup:getComputeClusterHostGroup")
def host_group(question: Question) -> Properties:
    """By name in its cluster."""
    parent = question.text("computeClusterId")
    thing = one(question, "host group", "host group '{}' not found in cluster", parent=parent)
    record = question.world.get("vsphere:index/computeClusterHostGroup:ComputeClusterHostGroup", thing.id)
    return {"id": thing.id, "hostSystemIds": record.outputs.get("hostSystemIds") if record else []}


def _recorded(question: Question, token: str, thing: Thing) -> Properties:
    """Return the outputs of the program's own object that the lookup shows."""
    record = question.world.get(token, thing.id)
    return (
        {} if record is None else {key: record.outputs[key] for key in question.facts.outputs if key in record.outputs}
    )


def one(question: Question, kind: Kind, missing: str, *, parent: str = "") -> Thing:
    """Return the object of a kind that the question names; `missing`, with `{}` for its name, says that it is gone."""
    name = question.text("name").rpartition("/")[2] if kind != "network" else question.text("name")
    thing = directory(question.world).named(kind, name, datacenter=question.text("datacenterId"), parent=parent)
    if thing is None:
        raise ProviderError(missing.format(question.text("name")))
    return thing
