"""Ids and computed outputs of vSphere objects."""

from __future__ import annotations

from rehearsal.case import Case, mapping, sequence, text
from rehearsal.computed.generic import uuid_text
from rehearsal.computed.registry import computes, identifies
from rehearsal.values import Properties
from rehearsal.vcenter import (
    CATEGORY,
    FOLDER,
    ITEM,
    LIBRARY,
    MACHINE,
    POOL,
    PORT_GROUP,
    TAG,
    directory,
    folder_reference,
    machine_uuid,
    reference,
    tag_urn,
)

_IN_CLUSTER = tuple(
    f"vsphere:index/{kind[0].lower()}{kind[1:]}:{kind}"
    for kind in (
        "ComputeClusterHostGroup",
        "ComputeClusterVmGroup",
    )
)
_RULES = tuple(
    f"vsphere:index/{kind[0].lower()}{kind[1:]}:{kind}"
    for kind in (
        "ComputeClusterVmAffinityRule",
        "ComputeClusterVmAntiAffinityRule",
        "ComputeClusterVmDependencyRule",
        "ComputeClusterVmHostRule",
    )
)


def _name(case: Case) -> str:
    return case.text("name") or case.name


@identifies(POOL)
def pool_id(case: Case) -> str:
    """Return a reference, below its parent pool."""
    return reference(case.world, "pool", case.text("parentResourcePoolId"), _name(case))


@identifies(FOLDER)
def folder_id(case: Case) -> str:
    """Return a reference with the letter of its type."""
    return folder_reference(case.world, case.text("type"), case.text("datacenterId"), case.text("path"))


@identifies(PORT_GROUP)
def port_group_id(case: Case) -> str:
    """Return a reference, below its switch."""
    switch = case.text("distributedVirtualSwitchUuid")
    return f"dvportgroup-{case.world.number('vcenter', 'portgroup', switch, _name(case), digits=6)}"


@identifies(MACHINE)
def machine_id(case: Case) -> str:
    """Return the BIOS UUID; a name is used once in a folder."""
    return machine_uuid(case.world, _machine_home(case), case.text("folder"), _name(case))


def _machine_home(case: Case) -> str:
    return directory(case.world).datacenter_of(case.text("resourcePoolId"))


@identifies(CATEGORY)
def category_id(case: Case) -> str:
    """Return a URN."""
    return tag_urn(case.world, "Category", _name(case))


@identifies(TAG)
def tag_id(case: Case) -> str:
    """Return a URN, below its category."""
    return tag_urn(case.world, "Tag", case.text("categoryId"), _name(case))


@identifies(LIBRARY, ITEM)
def library_id(case: Case) -> str:
    """Return a UUID, an item's below its library."""
    return uuid_text(case.world.digest("vcenter", case.kind, case.text("libraryId"), _name(case)))


@identifies(*_IN_CLUSTER)
def group_id(case: Case) -> str:
    """Join cluster and name; host groups and VM groups share the names of their cluster."""
    return f"{case.text('computeClusterId')}:{_name(case)}"


@identifies(*_RULES)
def rule_id(case: Case) -> str:
    """Join cluster and key; all rules of a cluster share its names."""
    cluster = case.text("computeClusterId")
    return f"{cluster}:{case.world.number('vcenter', 'rule', cluster, _name(case), digits=4)}"


@computes(POOL)
def pool(case: Case) -> Properties:
    """Shares by level, in vCenter's numbers."""
    shares = {"low": (2000, 81920), "normal": (4000, 163840), "high": (8000, 327680)}
    cpu, _ = shares.get(case.text("cpuShareLevel") or "normal", shares["normal"])
    _, memory = shares.get(case.text("memoryShareLevel") or "normal", shares["normal"])
    return {"cpuShares": cpu, "memoryShares": memory}


@computes(PORT_GROUP)
def port_group(case: Case) -> Properties:
    """Use the id as key."""
    return {"key": case.id, "configVersion": "0", "numberOfPorts": 8}


@computes(MACHINE)
def machine(case: Case) -> Properties:
    """Return a machine that is on, with the address that its customisation gives it."""
    clone = case.block("clone")
    interfaces = sequence(mapping(clone.get("customize")).get("networkInterfaces"))
    addresses = [text(mapping(item).get("ipv4Address")) for item in interfaces]
    given = [address for address in addresses if address]
    host = next(
        (thing.id for thing in directory(case.world).things("host") if thing.datacenter == _machine_home(case)), ""
    )
    return {
        "moid": f"vm-{case.world.number('vcenter', 'vm', case.id, digits=6)}",
        "uuid": case.id,
        "powerState": "on",
        "changeVersion": case.world.now(),
        "defaultIpAddress": given[0] if given else "",
        "guestIpAddresses": list(given),
        "vmwareToolsStatus": "guestToolsRunning",
        "vmxPath": f"{_name(case)}/{_name(case)}.vmx",
        "hostSystemId": host,
        "hardwareVersion": 20,
        "imported": False,
        "rebootRequired": False,
    }
