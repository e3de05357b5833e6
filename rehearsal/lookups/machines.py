"""Lookups of virtual machines and of what one can be made from."""

from __future__ import annotations

from collections.abc import Mapping

from rehearsal.case import last, mapping, sequence, text
from rehearsal.interception import ProviderError
from rehearsal.inventory import VirtualMachine
from rehearsal.lookups.registry import Question, answers
from rehearsal.values import Properties, Value
from rehearsal.vcenter import MACHINE, Kind, Thing, directory


@answers("vsphere:index/getVirtualMachine:getVirtualMachine")
def virtual_machine(question: Question) -> Properties:
    """Find a machine or template, by UUID, by reference or by name; one of the inventory is what that says."""
    thing = _machine(question)
    if thing is None:
        wanted = question.text("uuid") or question.text("moid") or question.text("name")
        raise ProviderError(f"error fetching virtual machine: vm '{wanted}' not found")
    record = question.world.get(MACHINE, thing.id)
    if record is None:
        return {**_given(question, thing), "id": thing.id, "uuid": thing.id, "moid": thing.detail}
    shown = {key: value for key, value in record.outputs.items() if key in question.facts.outputs}
    disks = [mapping(disk) for disk in sequence(record.outputs.get("disks"))]
    adapters = [mapping(adapter) for adapter in sequence(record.outputs.get("networkInterfaces"))]
    return {
        **shown,
        "id": thing.id,
        "moid": thing.detail,
        "instanceUuid": "50" + thing.id[2:],
        "disks": [
            {
                "label": text(disk.get("label")),
                "size": disk.get("size", 0),
                "thinProvisioned": disk.get("thinProvisioned", True),
                "eagerlyScrub": disk.get("eagerlyScrub", False),
                "unitNumber": disk.get("unitNumber", position),
            }
            for position, disk in enumerate(disks)
        ],
        "networkInterfaces": [_adapter(adapter) for adapter in adapters],
        "networkInterfaceTypes": [text(adapter.get("adapterType")) or "vmxnet3" for adapter in adapters],
    }


def _machine(question: Question) -> Thing | None:
    found = directory(question.world)
    if question.text("uuid"):
        return found.by_id("machine", question.text("uuid"))
    moid, name = question.text("moid"), question.text("name").strip("/")
    folder, home = question.text("folder").strip("/"), question.text("datacenterId")
    names = {name, last(name), f"{folder}/{name}" if folder else name}
    for thing in found.things("machine"):
        if (moid and thing.detail == moid) or (
            not moid and home in {"", thing.datacenter} and {thing.name, last(thing.name)} & names
        ):
            return thing
    return None


def _adapter(given: Mapping[str, Value]) -> Properties:
    return {
        "adapterType": text(given.get("adapterType")) or "vmxnet3",
        "bandwidthLimit": given.get("bandwidthLimit", -1),
        "bandwidthReservation": given.get("bandwidthReservation", 0),
        "bandwidthShareCount": given.get("bandwidthShareCount", 50),
        "bandwidthShareLevel": text(given.get("bandwidthShareLevel")) or "normal",
        "externalPortId": "",
        "macAddress": text(given.get("macAddress")),
        "networkId": text(given.get("networkId")),
        "physicalFunction": "",
    }


def _given(question: Question, thing: Thing) -> Properties:
    given = next(
        (
            machine
            for place in question.world.inventory.vsphere.datacenters
            for machine in place.virtual_machines
            if machine.name == thing.name
        ),
        VirtualMachine(thing.name),
    )
    return {
        "name": last(given.name),
        "guestId": given.guest,
        "disks": [
            {"label": "disk0", "size": given.disk, "thinProvisioned": True, "eagerlyScrub": False, "unitNumber": 0}
        ],
        "networkInterfaceTypes": ["vmxnet3"],
        "scsiType": "pvscsi",
        "firmware": "efi",
        "numCpus": 2,
        "numCoresPerSocket": 1,
        "memory": 4096,
    }


@answers("vsphere:index/getOvfVmTemplate:getOvfVmTemplate")
def ovf_template(question: Question) -> Properties:
    """Say what an OVF describes: a usual Linux machine. What it is to be deployed on must be there."""
    local, remote = question.text("localOvfPath"), question.text("remoteOvfUrl")
    if bool(local) == bool(remote):
        raise ProviderError("one of local_ovf_path or remote_ovf_url must be specified, and not both")
    found = directory(question.world)
    wanted: tuple[tuple[Kind, str, str], ...] = (
        ("host", "hostSystemId", "HostSystem"),
        ("pool", "resourcePoolId", "ResourcePool"),
        ("datastore", "datastoreId", "Datastore"),
    )
    for kind, field, vim in wanted:
        id_ = question.text(field)
        if id_ and found.by_id(kind, id_) is None:
            raise ProviderError(_gone(vim, id_))
    networks: dict[str, Value] = {**mapping(question.arguments.get("ovfNetworkMap"))}
    for id_ in networks.values():
        if found.by_id("network", text(id_)) is None:
            raise ProviderError(_gone("Network", text(id_)))
    return {
        "id": question.world.digest("vcenter", "ovf", local or remote)[:10],
        "alternateGuestName": "",
        "annotation": "",
        "cpuHotAddEnabled": False,
        "cpuHotRemoveEnabled": False,
        "cpuPerformanceCountersEnabled": False,
        "firmware": "efi",
        "guestId": "ubuntu64Guest",
        "ideControllerCount": 2,
        "memory": 8192,
        "memoryHotAddEnabled": False,
        "nestedHvEnabled": False,
        "numCoresPerSocket": 1,
        "numCpus": 4,
        "sataControllerCount": 0,
        "scsiControllerCount": 1,
        "scsiType": "pvscsi",
        "swapPlacementPolicy": "inherit",
    }


def _gone(vim: str, id_: str) -> str:
    return f"ServerFaultCode: The object 'vim.{vim}:{id_}' has already been deleted or has not been completely created"
