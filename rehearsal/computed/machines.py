"""Computed outputs of a virtual machine: its devices, addresses and state.

Source: the outputs that the provider documents for `vsphere.VirtualMachine`, and the device keys and addresses of
vCenter (vSphere Web Services API, `VirtualDevice`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rehearsal.case import Case, mapping, sequence, text
from rehearsal.computed.generic import uuid_text
from rehearsal.computed.registry import computes, identifies
from rehearsal.values import Properties, Value
from rehearsal.vcenter import ITEM, MACHINE, Thing, directory, machine_uuid

_CPU_SHARES: Final = {"low": 500, "normal": 1000, "high": 2000}
"""Shares of one virtual CPU by level."""
_MEMORY_SHARES: Final = {"low": 5, "normal": 10, "high": 20}
"""Shares of one MB by level."""
_DISK_SHARES: Final = {"low": 500, "normal": 1000, "high": 2000}
_NETWORK_SHARES: Final = {"low": 25, "normal": 50, "high": 100}
_CONTROLLER_UNIT: Final = 7
"""The unit of a SCSI bus that its controller takes itself."""
_UNITS: Final = 15
"""Disks on one SCSI controller."""
_HARDWARE: Final = 20
"""The virtual hardware of vSphere 8.0."""


@identifies(MACHINE)
def machine_id(case: Case) -> str:
    """Return the BIOS UUID; a name is used once in a folder."""
    return machine_uuid(case.world, home(case), case.text("folder").strip("/"), case.text("name") or case.name)


def home(case: Case) -> str:
    """Return the id of the datacenter that the machine is in."""
    return directory(case.world).datacenter_of(case.text("resourcePoolId"))


def source_of(case: Case) -> Thing | None:
    """Return the machine, template or library item that the machine is cloned from, if there is one."""
    wanted = text(case.block("clone").get("templateUuid"))
    found = directory(case.world)
    return (found.by_id("machine", wanted) or found.by_id("item", wanted)) if wanted else None


@computes(MACHINE)
def machine(case: Case) -> Properties:
    """Return a machine that is on, with the address that its customisation or the network gives it."""
    name = case.text("name") or case.name
    found = directory(case.world)
    datacenter = home(case)
    pool = found.by_id("pool", case.text("resourcePoolId"))
    hosts = [thing for thing in found.things("host") if thing.datacenter == datacenter]
    near = [thing for thing in hosts if pool is not None and thing.parent == pool.parent] or hosts
    stores = [thing for thing in found.things("datastore") if thing.datacenter == datacenter]
    datastore = case.text("datastoreId") or (stores[0].id if stores else "")
    addresses = _addresses(case)
    cpus, memory = case.whole("numCpus", 1), case.whole("memory", 1024)
    return {
        "moid": f"vm-{case.world.number('vcenter', 'vm', case.id, digits=6)}",
        "uuid": case.id,
        "powerState": "on",
        "changeVersion": case.world.now(),
        "datastoreId": datastore,
        "defaultIpAddress": addresses[0] if addresses else "",
        "guestIpAddresses": list(addresses),
        "guestId": _guest(case),
        "vmwareToolsStatus": "guestToolsRunning",
        "vmxPath": f"{name}/{name}.vmx",
        "hostSystemId": near[0].id if near else "",
        "hardwareVersion": _HARDWARE,
        "hvMode": "hvAuto",
        "eptRviMode": "automatic",
        "cpuShareCount": cpus * _CPU_SHARES.get(case.text("cpuShareLevel"), _CPU_SHARES["normal"]),
        "memoryShareCount": memory * _MEMORY_SHARES.get(case.text("memoryShareLevel"), _MEMORY_SHARES["normal"]),
        "disks": [_disk(case, name, datastore, position) for position in range(len(case.blocks("disks")))],
        "networkInterfaces": [_interface(case, position) for position in range(len(case.blocks("networkInterfaces")))],
        # Somebody else's machine, until the program changes it for the first time.
        "imported": case.old is not None and not case.old.outputs,
        "rebootRequired": False,
    }


def _addresses(case: Case) -> list[str]:
    """Return the guest's addresses: those of its customisation, or one lease for each adapter without.

    A machine whose addresses nobody waits for has none yet when its creation ends. Leases are from the range that is
    set aside for tests (RFC 2544), so that none can be taken for one of the platform's.
    """
    customised = [
        mapping(item) for item in sequence(mapping(case.block("clone").get("customize")).get("networkInterfaces"))
    ]
    given = [text(item.get("ipv4Address")) for item in customised]
    adapters = len(case.blocks("networkInterfaces"))
    waits = case.whole("waitForGuestNetTimeout", 5) > 0 or case.whole("waitForGuestIpTimeout") > 0
    leases = [_lease(case, position) for position in range(adapters)] if waits else [""] * adapters
    found = [own or lease for own, lease in zip([*given, *[""] * adapters], leases, strict=False)]
    return [address for address in found if address]


def _lease(case: Case, position: int) -> str:
    digits = int(case.world.digest("vcenter", "lease", case.id, str(position))[:8], 16)
    return f"198.{18 + digits % 2}.{digits // 2 % 256}.{1 + digits // 512 % 254}"


def _guest(case: Case) -> str:
    """Return the guest of the template; a machine made from nothing has another one."""
    source = source_of(case)
    if source is None:
        return "otherGuest64" if not case.block("ovfDeploy") else "ubuntu64Guest"
    record = case.world.get(MACHINE, source.id)
    if record is not None:
        return record.text("guestId")
    for datacenter in case.inventory.vsphere.datacenters:
        for given in datacenter.virtual_machines:
            if source.kind == "machine" and given.name == source.name:
                return given.guest
    item = case.world.get(ITEM, source.id)
    copied = case.world.get(MACHINE, item.text("sourceUuid")) if item is not None else None
    return copied.text("guestId") if copied is not None else "ubuntu64Guest"


def _disk(case: Case, name: str, datastore: str, position: int) -> Mapping[str, Value]:
    given = case.blocks("disks")[position]
    unit = given.get("unitNumber", position)
    unit = unit if isinstance(unit, int) else position
    slot = unit % _UNITS
    slot += slot >= _CONTROLLER_UNIT
    kind = text(given.get("controllerType")) or "scsi"
    file = f"{name}.vmdk" if position == 0 else f"{name}_{position}.vmdk"
    digits = case.world.digest("vcenter", "disk", case.id, text(given.get("label")) or str(position))
    return {
        "datastoreId": datastore,
        "deviceAddress": f"{kind}:{unit // _UNITS}:{slot}",
        "ioShareCount": _DISK_SHARES.get(text(given.get("ioShareLevel")), _DISK_SHARES["normal"]),
        "key": 2000 + 16 * (unit // _UNITS) + slot,
        "path": f"{name}/{file}",
        "unitNumber": unit,
        "uuid": "6000C29" + uuid_text(digits)[7:],
    }


def _interface(case: Case, position: int) -> Mapping[str, Value]:
    given = case.blocks("networkInterfaces")[position]
    digits = case.world.digest("vcenter", "adapter", case.id, str(position))
    # VMware's own prefix; addresses that vCenter gives out stay below 40 in the fourth octet.
    octets = [f"{int(digits[:2], 16) % 64:02x}", digits[2:4], digits[4:6]]
    return {
        "bandwidthShareCount": _NETWORK_SHARES.get(text(given.get("bandwidthShareLevel")), _NETWORK_SHARES["normal"]),
        "deviceAddress": f"pci:0:{_CONTROLLER_UNIT + position}",
        "key": 4000 + position,
        "macAddress": ":".join(["00:50:56", *octets]),
    }
