"""What one vCenter holds: the given objects of the inventory and those that the program made, by kind, name and id.

Ids have vCenter's own forms: managed object references (`domain-c1234`), UUIDs, and URNs for tags
(https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal, TypeAlias
from weakref import WeakKeyDictionary

from rehearsal.case import text
from rehearsal.computed.generic import uuid_text
from rehearsal.inventory import Datacenter, Inventory
from rehearsal.vcenter_roles import SYSTEM_ROLES
from rehearsal.world import Record, World
from rehearsal.world.index import NAMES

Kind: TypeAlias = Literal[
    "datacenter", "cluster", "host", "datastore", "switch", "network", "pool", "folder", "machine", "category", "tag",
    "library", "item", "host group", "vm group", "role", "policy", "disk",
]  # fmt: skip
_PREFIX: Final[dict[Kind, str]] = {
    "datacenter": "datacenter-",
    "cluster": "domain-c",
    "host": "host-",
    "datastore": "datastore-",
    "network": "network-",
    "pool": "resgroup-",
    "folder": "group-v",
}
_FOLDER_LETTER: Final = {"vm": "v", "host": "h", "datastore": "s", "network": "n", "datacenter": "d"}
POOL: Final = "vsphere:index/resourcePool:ResourcePool"
FOLDER: Final = "vsphere:index/folder:Folder"
PORT_GROUP: Final = "vsphere:index/distributedPortGroup:DistributedPortGroup"
MACHINE: Final = "vsphere:index/virtualMachine:VirtualMachine"
TAG: Final = "vsphere:index/tag:Tag"
CATEGORY: Final = "vsphere:index/tagCategory:TagCategory"
LIBRARY: Final = "vsphere:index/contentLibrary:ContentLibrary"
ITEM: Final = "vsphere:index/contentLibraryItem:ContentLibraryItem"
HOST_GROUP: Final = "vsphere:index/computeClusterHostGroup:ComputeClusterHostGroup"
VM_GROUP: Final = "vsphere:index/computeClusterVmGroup:ComputeClusterVmGroup"
ROLE: Final = "vsphere:index/role:Role"
POLICY: Final = "vsphere:index/vmStoragePolicy:VmStoragePolicy"
DISK: Final = "vsphere:index/virtualDisk:VirtualDisk"
PERMISSIONS: Final = "vsphere:index/entityPermissions:EntityPermissions"
VM_HOST_RULE: Final = "vsphere:index/computeClusterVmHostRule:ComputeClusterVmHostRule"
GROUPS: Final = (HOST_GROUP, VM_GROUP)
RULES: Final = (
    VM_HOST_RULE,
    "vsphere:index/computeClusterVmAffinityRule:ComputeClusterVmAffinityRule",
    "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule",
    "vsphere:index/computeClusterVmDependencyRule:ComputeClusterVmDependencyRule",
)
_MADE: Final[dict[str, Kind]] = {
    POOL: "pool",
    FOLDER: "folder",
    PORT_GROUP: "network",
    MACHINE: "machine",
    TAG: "tag",
    CATEGORY: "category",
    LIBRARY: "library",
    ITEM: "item",
    HOST_GROUP: "host group",
    VM_GROUP: "vm group",
    ROLE: "role",
    POLICY: "policy",
    DISK: "disk",
    "vsphere:index/datacenter:Datacenter": "datacenter",
    "vsphere:index/computeCluster:ComputeCluster": "cluster",
    "vsphere:index/host:Host": "host",
    "vsphere:index/distributedVirtualSwitch:DistributedVirtualSwitch": "switch",
    "vsphere:index/vmfsDatastore:VmfsDatastore": "datastore",
    "vsphere:index/nasDatastore:NasDatastore": "datastore",
}
_TOKENS: Final[dict[Kind, list[str]]] = {}
for _token, _kind in _MADE.items():
    _TOKENS.setdefault(_kind, []).append(_token)


ROOT_FOLDER: Final = "group-d1"
"""The folder that holds every datacenter, the same in every vCenter."""
_VSAN_POLICY: Final = "aa6d5a82-1c88-45da-85d3-3d74b91a5bad"
"""The id of the vSAN Default Storage Policy, the same in every vCenter."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One object of the vCenter.

    `datacenter` is the id of the one it is in; `parent` the id of what it belongs to (a cluster's host, a tag's
    category); `detail` what only its kind has: a cluster's root pool, a network's type, a machine's moid, an item's
    type, a role's label.
    """

    kind: Kind
    name: str
    id: str
    datacenter: str = ""
    parent: str = ""
    detail: str = ""


class Directory:
    """Finds the objects of a world's vCenter."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._given: dict[Kind, dict[str, Thing]] = {}
        for thing in _given(world):
            self._given.setdefault(thing.kind, {})[thing.id] = thing

    def given(self, kind: Kind) -> Iterable[Thing]:
        """Return the objects of a kind that were there before the program ran."""
        return self._given.get(kind, {}).values()

    def things(self, kind: Kind) -> Iterator[Thing]:
        """Yield every object of a kind, the given ones first."""
        yield from self.given(kind)
        for token in _TOKENS.get(kind, ()):
            for record in self._world.objects(token):
                yield self._thing(kind, record)

    def named(self, kind: Kind, name: str, *, datacenter: str = "", parent: str = "") -> Thing | None:
        """Return the object of that name, in that datacenter or below that parent if they are given."""
        return next(self.all_named(kind, name, datacenter=datacenter, parent=parent), None)

    def all_named(self, kind: Kind, name: str, *, datacenter: str = "", parent: str = "") -> Iterator[Thing]:
        """Yield every object of that name, as `named` finds the first."""
        made = (self._world.found(NAMES, token, name) for token in _TOKENS.get(kind, ()))
        things = (self._thing(kind, record) for records in made for record in records)
        for thing in chain(self.given(kind), things):
            if thing.name == name and datacenter in {"", thing.datacenter} and parent in {"", thing.parent}:
                yield thing

    def by_id(self, kind: Kind, id_: str) -> Thing | None:
        """Return the object with that id."""
        given = self._given.get(kind, {}).get(id_)
        if given is not None:
            return given
        records = (self._world.get(token, id_) for token in _TOKENS.get(kind, ()))
        return next((self._thing(kind, record) for record in records if record is not None), None)

    def datacenter_of(self, pool: str) -> str:
        """Return the id of the datacenter that a resource pool is in."""
        found = self.by_id("pool", pool)
        return found.datacenter if found is not None else ""

    def _thing(self, kind: Kind, record: Record) -> Thing:
        name = record.text({"folder": "path", "disk": "vmdkPath"}.get(kind, "name"))
        parent = (
            record.text("parentResourcePoolId")
            or record.text("categoryId")
            or record.text("libraryId")
            or record.text("computeClusterId")
            or record.text("distributedVirtualSwitchUuid")
        )
        datacenter = record.text("datacenterId")
        if kind == "pool":
            datacenter = self.datacenter_of(parent)
        elif kind == "network":
            switch = self.by_id("switch", parent)
            datacenter = switch.datacenter if switch else ""
        elif kind == "machine":
            datacenter = self.datacenter_of(record.text("resourcePoolId"))
        details = {
            "network": "DistributedVirtualPortgroup",
            "machine": record.text("moid"),
            "item": record.text("type"),
            "role": record.text("label"),
        }
        detail = details.get(kind, "")
        return Thing(kind, name, record.id, datacenter, parent, detail)


_DIRECTORIES: Final[WeakKeyDictionary[World, tuple[Inventory, Directory]]] = WeakKeyDictionary()


def directory(world: World) -> Directory:
    """Return the directory of a world; made once for each inventory that it has had."""
    held = _DIRECTORIES.get(world)
    if held is None or held[0] is not world.inventory:
        held = (world.inventory, Directory(world))
        _DIRECTORIES[world] = held
    return held[1]


def kind_of(token: str) -> Kind:
    """Return which kind of object a resource type makes. Raises `KeyError` for one that makes none of these."""
    return _MADE[token]


def reference(world: World, kind: Kind, *names: str) -> str:
    """Return the managed object reference of an object that is called `names`, outermost first."""
    return _PREFIX[kind] + world.number("vcenter", kind, *names, digits=6)


def folder_reference(world: World, folder_type: str, *names: str) -> str:
    """Return the reference of a folder: its letter says what it holds."""
    return f"group-{_FOLDER_LETTER.get(folder_type, 'v')}{world.number('vcenter', 'folder', *names, digits=6)}"


def machine_uuid(world: World, *names: str) -> str:
    """Return a virtual machine's BIOS UUID, which vCenter starts with 42."""
    return "42" + uuid_text(world.digest("vcenter", "machine", *names))[2:]


def tag_urn(world: World, what: Literal["Tag", "Category"], *names: str) -> str:
    """Return the URN of a tag or a category."""
    return f"urn:vmomi:InventoryService{what}:{uuid_text(world.digest('vcenter', what, *names))}:GLOBAL"


def switch_uuid(world: World, *names: str) -> str:
    """Return a distributed switch's UUID, as vCenter writes it: octets apart, a hyphen in the middle."""
    digits = "50" + world.digest("vcenter", "switch", *names)[2:32]
    octets = [digits[position : position + 2] for position in range(0, 32, 2)]
    return " ".join(octets[:8]) + "-" + " ".join(octets[8:])


def _given(world: World) -> Iterator[Thing]:
    vsphere = world.inventory.vsphere
    for datacenter in vsphere.datacenters:
        yield from _in_datacenter(world, datacenter)
    for category, tags in vsphere.tags.items():
        id_ = tag_urn(world, "Category", category)
        yield Thing("category", category, id_)
        for tag in tags:
            yield Thing("tag", tag, tag_urn(world, "Tag", category, tag), parent=id_)
    for library, items in vsphere.content_libraries.items():
        id_ = uuid_text(world.digest("vcenter", "library", library))
        yield Thing("library", library, id_)
        for item in items:
            own = uuid_text(world.digest("vcenter", "item", library, item))
            yield Thing("item", item, own, parent=id_, detail="ovf")
    for role in SYSTEM_ROLES:
        yield Thing("role", role.name, role.id, detail=role.label)
    yield Thing("policy", "vSAN Default Storage Policy", _VSAN_POLICY)
    for policy in vsphere.storage_policies:
        yield Thing("policy", policy, uuid_text(world.digest("vcenter", "policy", policy)))
    yield Thing("folder", "/", ROOT_FOLDER)


def _in_datacenter(world: World, given: Datacenter) -> Iterator[Thing]:
    name = given.name
    home = reference(world, "datacenter", name)
    yield Thing("datacenter", name, home, home)
    yield Thing("folder", "", folder_reference(world, "vm", name, ""), home)
    for cluster in given.clusters:
        id_, root = reference(world, "cluster", name, cluster.name), reference(world, "pool", name, cluster.name)
        yield Thing("cluster", cluster.name, id_, home, detail=root)
        yield Thing("pool", f"{cluster.name}/Resources", root, home, parent=id_)
        for host in cluster.hosts:
            yield Thing("host", host.name, reference(world, "host", name, host.name), home, parent=id_, detail=root)
    for datastore in given.datastores:
        yield Thing("datastore", datastore, reference(world, "datastore", name, datastore), home)
    for switch in given.switches:
        yield Thing("switch", switch, switch_uuid(world, name, switch), home)
    for network in given.networks:
        yield Thing("network", network, reference(world, "network", name, network), home, detail="Network")
    for pool in given.resource_pools:
        yield Thing("pool", pool, reference(world, "pool", name, pool), home)
    for folder in given.folders:
        yield Thing("folder", folder, folder_reference(world, "vm", name, folder), home)
    for machine in given.virtual_machines:
        moid = f"vm-{world.number('vcenter', 'vm', name, machine.name, digits=6)}"
        yield Thing("machine", machine.name, machine_uuid(world, name, machine.name), home, detail=moid)


def pool_path(found: Directory, pool: Thing) -> str:
    """Return a pool's path below its cluster: `cl/Resources/rp`."""
    parent = found.by_id("pool", pool.parent)
    return f"{pool_path(found, parent)}/{pool.name}" if parent is not None else text(pool.name)
