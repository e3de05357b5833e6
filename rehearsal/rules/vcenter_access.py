"""Roles and permissions of vCenter.

Sources: vSphere Web Services API, AuthorizationManager (AddAuthorizationRole, RemoveAuthorizationRole,
SetEntityPermissions), and the provider's documentation of `vsphere.Role` and `vsphere.EntityPermissions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from rehearsal.case import Case, mapping, sequence, text
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.rules.vcenter import name_taken
from rehearsal.values import Value
from rehearsal.vcenter import PERMISSIONS, ROLE, Kind, directory
from rehearsal.vcenter_roles import SYSTEM_ROLES, is_system, principal, privileges

Fields: TypeAlias = Mapping[str, Value]
_ENTITIES: Final[dict[str, Kind]] = {
    "ClusterComputeResource": "cluster",
    "Datacenter": "datacenter",
    "Datastore": "datastore",
    "DistributedVirtualPortgroup": "network",
    "DistributedVirtualSwitch": "switch",
    "Folder": "folder",
    "HostSystem": "host",
    "Network": "network",
    "ResourcePool": "pool",
    "VirtualMachine": "machine",
    "VmwareDistributedVirtualSwitch": "switch",
}
"""The managed object types that permissions can be set on, as far as the world holds such objects."""


@rule("create", ROLE)
def role_is_possible(case: Case) -> None:
    """Refuse a privilege that there is not, and the name of a system role."""
    unknown = sorted(
        text(each)
        for each in sequence(case.inputs.get("rolePrivileges"))
        if text(each) not in privileges() and not is_system(text(each))
    )
    if unknown:
        raise ProviderError(
            f"error while creating role with name {case.text('name')} ServerFaultCode: A specified parameter was not "
            f"correct: privIds ({', '.join(unknown)})"
        )
    if case.text("name") in {role.name for role in SYSTEM_ROLES}:
        raise name_taken(case.text("name"))


@rule("update", ROLE)
def changed_role_is_possible(case: Case) -> None:
    """Ask the same of a change."""
    role_is_possible(case)


@rule("delete", ROLE)
def role_is_unused(case: Case) -> None:
    """Refuse to delete a role that somebody has."""
    for record in case.world.objects(PERMISSIONS):
        if case.id in {text(each.get("roleId")) for each in _permissions(record.outputs)}:
            raise ProviderError(
                f"error while deleting role with id {case.id} ServerFaultCode: The resource '{case.id}' is in use."
            )


@rule("create", PERMISSIONS)
def permissions_are_possible(case: Case) -> None:
    """Ask for the object, each role and each principal; refuse a principal that is named twice."""
    found = directory(case.world)
    entity, kind = case.text("entityId"), case.text("entityType")
    known = _ENTITIES.get(kind)
    if known is None or (found.by_id(known, entity) is None and not _is_machine(case, entity)):
        raise ProviderError(
            f"error while creating permission for entity id {entity} ServerFaultCode: The object 'vim.{kind}:{entity}' "
            "has already been deleted or has not been completely created"
        )
    seen: set[str] = set()
    principals = {principal(name) for name in case.inventory.vsphere.principals}
    for each in _permissions(case.inputs):
        who, role = text(each.get("userOrGroup")), text(each.get("roleId"))
        if principal(who) in seen:
            raise ProviderError(f"user/group {who} repeated, there is already a permission defined for the user/group")
        seen.add(principal(who))
        if not role.lstrip("-").isdigit():
            raise ProviderError(f"error while converting role id {role} to integer")
        if found.by_id("role", role) is None:
            raise ProviderError(
                f"error while creating permission for entity id {entity} ServerFaultCode: The object or item referred "
                f"to could not be found (role {role})"
            )
        if principals and principal(who) not in principals:
            raise ProviderError(
                f"error while creating permission for entity id {entity} ServerFaultCode: The user or group named "
                f"'{who}' does not exist."
            )


@rule("update", PERMISSIONS)
def changed_permissions_are_possible(case: Case) -> None:
    """Ask the same of a change."""
    permissions_are_possible(case)


def _is_machine(case: Case, entity: str) -> bool:
    """Say whether a machine is given by its reference and not by its UUID."""
    if case.text("entityType") != "VirtualMachine":
        return False
    return any(thing.detail == entity for thing in directory(case.world).things("machine"))


def _permissions(fields: Fields) -> list[Fields]:
    return [mapping(item) for item in sequence(fields.get("permissions"))]
