"""Ids and computed outputs of vSphere objects."""

from __future__ import annotations

from rehearsal.case import Case, text
from rehearsal.computed.generic import uuid_text
from rehearsal.computed.registry import computes, identifies
from rehearsal.values import Properties
from rehearsal.vcenter import (
    CATEGORY,
    DISK,
    FOLDER,
    GROUPS,
    ITEM,
    LIBRARY,
    PERMISSIONS,
    POLICY,
    POOL,
    PORT_GROUP,
    ROLE,
    RULES,
    TAG,
    directory,
    folder_reference,
    reference,
    tag_urn,
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


@identifies(*GROUPS)
def group_id(case: Case) -> str:
    """Join cluster and name; host groups and VM groups share the names of their cluster."""
    return f"{case.text('computeClusterId')}:{_name(case)}"


@identifies(*RULES)
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


@identifies(ROLE)
def role_id(case: Case) -> str:
    """Return a number that vCenter gives out; the system roles have those below zero."""
    return case.world.number("vcenter", "role", _name(case), digits=9)


@computes(ROLE)
def role(case: Case) -> Properties:
    """Show a role under its name; what every role holds is not listed."""
    return {"label": _name(case)}


@identifies(POLICY)
def policy_id(case: Case) -> str:
    """Return a UUID."""
    return uuid_text(case.world.digest("vcenter", "policy", _name(case)))


@identifies(DISK)
def disk_id(case: Case) -> str:
    """Return the path: the provider knows a disk by nothing else."""
    return case.text("vmdkPath")


@computes(DISK)
def disk(case: Case) -> Properties:
    """Fill in the adapter, which is deprecated and always the same."""
    del case
    return {"adapterType": "lsiLogic", "type": "eagerZeroedThick"}


@identifies(PERMISSIONS)
def permissions_id(case: Case) -> str:
    """Return the reference of the object that the permissions are on; a machine is given by its UUID or its own."""
    entity = case.text("entityId")
    machine = directory(case.world).by_id("machine", entity) if case.text("entityType") == "VirtualMachine" else None
    return machine.detail if machine is not None else entity


@computes(LIBRARY)
def library(case: Case) -> Properties:
    """Say how a local library is published: not, unless the program asks; a subscribed one never is."""
    if case.block("subscription"):
        return {"subscription": {"username": "", "password": "", "automaticSync": False}}
    published: Properties = {
        "authenticationMethod": "NONE",
        "username": "",
        "password": "",
        "published": False,
        "publishUrl": f"https://{_server(case)}:443/cls/vcsp/lib/{case.id}/lib.json",
    }
    return {"publication": published}


def _server(case: Case) -> str:
    return text(case.settings.get("vsphereServer")) or "vcenter"
