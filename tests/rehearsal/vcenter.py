"""A small vCenter in a world, for tests of what is in one."""

from __future__ import annotations

from typing import Final

from rehearsal.inventory import ComputeCluster, Datacenter, Host, Inventory, VirtualMachine, VSphere
from rehearsal.providers.base import Made
from rehearsal.values import Properties, Value
from rehearsal.world import World
from tests.rehearsal.hands import Hands

INDEX: Final = "vsphere:index/"
POOL: Final = INDEX + "resourcePool:ResourcePool"
FOLDER: Final = INDEX + "folder:Folder"
PORT_GROUP: Final = INDEX + "distributedPortGroup:DistributedPortGroup"
MACHINE: Final = INDEX + "virtualMachine:VirtualMachine"
CATEGORY: Final = INDEX + "tagCategory:TagCategory"
TAG: Final = INDEX + "tag:Tag"
HOST_GROUP: Final = INDEX + "computeClusterHostGroup:ComputeClusterHostGroup"
VM_GROUP: Final = INDEX + "computeClusterVmGroup:ComputeClusterVmGroup"
VM_HOST_RULE: Final = INDEX + "computeClusterVmHostRule:ComputeClusterVmHostRule"
APART_RULE: Final = INDEX + "computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule"
LIBRARY: Final = INDEX + "contentLibrary:ContentLibrary"
ITEM: Final = INDEX + "contentLibraryItem:ContentLibraryItem"
DISK: Final = INDEX + "virtualDisk:VirtualDisk"
POLICY: Final = INDEX + "vmStoragePolicy:VmStoragePolicy"
ROLE: Final = INDEX + "role:Role"
PERMISSIONS: Final = INDEX + "entityPermissions:EntityPermissions"
TEMPLATE_DISK: Final = 40
DATACENTER: Final = Datacenter(
    "dc",
    clusters=(ComputeCluster("cl", (Host("esx01", 32, 256), Host("esx02"))), ComputeCluster("other", (Host("esx09"),))),
    datastores=("ds",),
    switches=("dvs",),
    networks=("vm-network",),
    virtual_machines=(
        VirtualMachine("template", template=True, disk=TEMPLATE_DISK),
        VirtualMachine("varde/given", guest="debian12_64Guest"),
    ),
)
GIVEN: Final = Inventory(
    vsphere=VSphere((DATACENTER,), content_libraries={"lib": ("ubuntu",)}, tags={"given": ("gold",)})
)


def hands(given: Inventory = GIVEN) -> Hands:
    world = World(seed="test")
    world.seed(given)
    return Hands(world)


def ask(hands: Hands, what: str, **arguments: Value) -> Properties:
    return hands.ask(f"{INDEX}get{what}:get{what}", **arguments)


def id_of(hands: Hands, what: str, name: str, **more: Value) -> str:
    """Look up the id of what is given or made under a name."""
    return str(ask(hands, what, name=name, **more)["id"])


def host(hands: Hands, name: str = "esx01") -> str:
    return id_of(hands, "Host", name, datacenterId=id_of(hands, "Datacenter", "dc"))


def pool(hands: Hands, name: str = "rp") -> Made:
    return hands.make(POOL, name=name, parentResourcePoolId=ask(hands, "ComputeCluster", name="cl")["resourcePoolId"])


def folder(hands: Hands) -> Made:
    return hands.make(FOLDER, path="varde", type="vm", datacenterId=ask(hands, "Datacenter", name="dc")["id"])


def port_group(hands: Hands, name: str = "pg", **more: Value) -> Made:
    switch = ask(hands, "DistributedVirtualSwitch", name="dvs")["id"]
    return hands.make(PORT_GROUP, **{"name": name, "distributedVirtualSwitchUuid": switch, "vlanId": 2001, **more})


def machine_inputs(hands: Hands, **more: Value) -> dict[str, Value]:
    """Make a folder's worth of surroundings and return the inputs of a workstation in them."""
    customised: Value = {
        "linuxOptions": {"hostName": "ws", "domain": "example.org"},
        "networkInterfaces": [{"ipv4Address": "10.20.0.5", "ipv4Netmask": 25}],
    }
    return {
        "name": "ws",
        "resourcePoolId": pool(hands).id,
        "datastoreId": ask(hands, "Datastore", name="ds")["id"],
        "folder": "varde",
        "networkInterfaces": [{"networkId": port_group(hands).id}],
        "disks": [{"label": "disk0", "size": 100}],
        "clone": {"templateUuid": ask(hands, "VirtualMachine", name="template")["id"], "customize": customised},
        **more,
    }
