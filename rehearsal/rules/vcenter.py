"""vSphere: what is referred to must be there, and what is in use stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rehearsal.case import Case, mapping, sequence, text
from rehearsal.interception import ProviderError
from rehearsal.rules.references import names_at
from rehearsal.rules.registry import rule
from rehearsal.values import Value
from rehearsal.vcenter import (
    CATEGORY,
    FOLDER,
    GROUPS,
    HOST_GROUP,
    ITEM,
    LIBRARY,
    MACHINE,
    POLICY,
    POOL,
    PORT_GROUP,
    ROLE,
    RULES,
    TAG,
    VM_GROUP,
    VM_HOST_RULE,
    Kind,
    directory,
    kind_of,
)

# Where an input of any vsphere type names an object: the path, the kind, and vCenter's name for it in errors.
_REFERENCES: Final[tuple[tuple[str, Kind, str], ...]] = (
    ("computeClusterId", "cluster", "ClusterComputeResource"),
    ("hostSystemIds[]", "host", "HostSystem"),
    ("virtualMachineIds[]", "machine", "VirtualMachine"),
    ("parentResourcePoolId", "pool", "ResourcePool"),
    ("resourcePoolId", "pool", "ResourcePool"),
    ("datacenterId", "datacenter", "Datacenter"),
    ("hostSystemId", "host", "HostSystem"),
    ("datastoreId", "datastore", "Datastore"),
    ("disks[].datastoreId", "datastore", "Datastore"),
    ("cdroms[].datastoreId", "datastore", "Datastore"),
    ("storageBackings[]", "datastore", "Datastore"),
    ("storagePolicyId", "policy", "PbmProfileId"),
    ("disks[].storagePolicyId", "policy", "PbmProfileId"),
    ("networkInterfaces[].networkId", "network", "Network"),
    ("distributedVirtualSwitchUuid", "switch", "VmwareDistributedVirtualSwitch"),
    ("categoryId", "category", "InventoryServiceCategory"),
    ("libraryId", "library", "ContentLibrary"),
    ("tags[]", "tag", "InventoryServiceTag"),
)


@rule("create")
def objects_exist(case: Case) -> None:
    """Refuse the id of an object that the vCenter does not have."""
    if not case.type.startswith("vsphere:"):
        return
    found = directory(case.world)
    for path, kind, vim in _REFERENCES:
        for id_ in names_at(case.inputs, path):
            if found.by_id(kind, id_) is None:
                raise ProviderError(
                    f"{path.removesuffix('[]')}: ServerFaultCode: The object 'vim.{vim}:{id_}' has already been "
                    "deleted or has not been completely created"
                )


@rule("update")
def new_objects_exist(case: Case) -> None:
    """Ask the same of a change."""
    objects_exist(case)


# Names


@rule("create", PORT_GROUP)
def port_group_name_is_free(case: Case) -> None:
    """Refuse the name of another network of the datacenter: they share one folder."""
    found = directory(case.world)
    switch = found.by_id("switch", case.text("distributedVirtualSwitchUuid"))
    home = switch.datacenter if switch is not None else ""
    if home and any(thing.id != case.id for thing in found.all_named("network", case.text("name"), datacenter=home)):
        raise name_taken(case.text("name"))


@rule("update", PORT_GROUP)
def new_port_group_name_is_free(case: Case) -> None:
    """Ask the same of a change."""
    port_group_name_is_free(case)


@rule("update", POOL, TAG, CATEGORY, ROLE, POLICY)
def new_name_is_free(case: Case) -> None:
    """Refuse to rename an object to what another one in its place is called."""
    found = directory(case.world)
    kind = kind_of(case.type)
    own = found.by_id(kind, case.id)
    parent = own.parent if own is not None else ""
    if any(thing.id != case.id for thing in found.all_named(kind, case.text("name"), parent=parent)):
        raise name_taken(case.text("name"))


@rule("create", *GROUPS)
def group_name_is_free(case: Case) -> None:
    """Refuse the name of another group: host groups and VM groups of a cluster share their names."""
    for token in GROUPS:
        if token != case.type and case.world.get(token, f"{case.text('computeClusterId')}:{case.text('name')}"):
            raise name_taken(case.text("name"))


@rule("create", *RULES)
def rule_name_is_free(case: Case) -> None:
    """Refuse the name of another rule: all rules of a cluster share their names."""
    for token in RULES:
        for record in case.world.objects(token):
            if record.text("name") == case.text("name") and (
                record.text("computeClusterId") == case.text("computeClusterId") and record.id != case.id
            ):
                raise name_taken(case.text("name"))


@rule("update", *RULES)
def new_rule_name_is_free(case: Case) -> None:
    """Ask the same of a change."""
    rule_name_is_free(case)


def name_taken(name: str) -> ProviderError:
    """Return vCenter's refusal of a name that is in use."""
    return ProviderError(f"ServerFaultCode: The name '{name}' already exists.")


# Groups and rules of a compute cluster


@rule("create", HOST_GROUP)
def hosts_are_in_the_cluster(case: Case) -> None:
    """Refuse a host of another cluster in a host group."""
    found = directory(case.world)
    for host in sequence(case.inputs.get("hostSystemIds")):
        held = found.by_id("host", text(host))
        if held is not None and held.parent != case.text("computeClusterId"):
            raise ProviderError(
                f"ServerFaultCode: A specified parameter was not correct: spec.groupSpec[0].info.host "
                f"(host {held.name} is not in cluster {case.text('computeClusterId')})"
            )


@rule("update", HOST_GROUP)
def new_hosts_are_in_the_cluster(case: Case) -> None:
    """Ask the same of a change."""
    hosts_are_in_the_cluster(case)


@rule("create", VM_HOST_RULE)
def groups_of_the_rule_exist(case: Case) -> None:
    """Ask for the VM group and for exactly one host group, both of the cluster."""
    cluster = case.text("computeClusterId")
    hosts = case.text("affinityHostGroupName") or case.text("antiAffinityHostGroupName")
    if not hosts:
        raise ProviderError("one of affinity_host_group_name or anti_affinity_host_group_name must be specified")
    for field, token, name in (
        ("vmGroupName", VM_GROUP, case.text("vmGroupName")),
        ("HostGroupName", HOST_GROUP, hosts),
    ):
        if case.world.get(token, f"{cluster}:{name}") is None:
            raise ProviderError(
                f"ServerFaultCode: A specified parameter was not correct: spec.rulesSpec[0].info.{field} (cluster "
                f"{cluster} has no such group '{name}')"
            )


@rule("update", VM_HOST_RULE)
def new_groups_of_the_rule_exist(case: Case) -> None:
    """Ask the same of a change."""
    groups_of_the_rule_exist(case)


# Tags


@rule("create")
def tags_fit(case: Case) -> None:
    """Refuse a tag whose category is not for this kind of object, and two of a category that allows one."""
    if not case.type.startswith("vsphere:"):
        return
    seen: set[str] = set()
    for id_ in sequence(case.inputs.get("tags")):
        tag = case.world.get(TAG, text(id_))
        category = case.world.get(CATEGORY, tag.text("categoryId")) if tag is not None else None
        if tag is None or category is None:
            continue
        kinds = [text(kind) for kind in sequence(category.outputs.get("associableTypes"))]
        if not {"All", "Any"} & set(kinds) and _tagged_as(case.type) not in kinds:
            raise ProviderError(
                f"tag '{tag.text('name')}' of category '{category.text('name')}' can not be attached to a "
                f"{_tagged_as(case.type)}: 400 Bad Request: invalid_argument: the category is for {', '.join(kinds)}"
            )
        if category.text("cardinality") == "SINGLE" and category.id in seen:
            raise ProviderError(
                f"400 Bad Request: invalid_argument: category '{category.text('name')}' has cardinality SINGLE and "
                f"allows one tag an object; '{tag.text('name')}' is a second one"
            )
        seen.add(category.id)


@rule("update")
def new_tags_fit(case: Case) -> None:
    """Ask the same of a change."""
    tags_fit(case)


@rule("update", CATEGORY)
def category_loses_no_type(case: Case) -> None:
    """Refuse to take an associable type away: the provider's documentation says that this ends in an error."""
    held = case.old.outputs.get("associableTypes") if case.old is not None else ()
    gone = sorted({text(kind) for kind in sequence(held)} - {text(kind) for kind in _associable(case)})
    if gone:
        raise ProviderError(f"error updating tag category: associable types cannot be removed: {', '.join(gone)}")


def _associable(case: Case) -> Sequence[Value]:
    return sequence(case.inputs.get("associableTypes"))


def _tagged_as(token: str) -> str:
    kind = token.rpartition(":")[2]
    return {"DistributedPortGroup": "DistributedVirtualPortgroup", "ComputeCluster": "ClusterComputeResource"}.get(
        kind, kind
    )


# What is in use


@rule("delete", FOLDER)
def folder_is_empty(case: Case) -> None:
    """Refuse to delete a folder with machines or folders in it."""
    path = case.text("path")
    inside = [record.id for record in case.world.objects(MACHINE) if record.text("folder").strip("/") == path]
    inside += [record.id for record in case.world.objects(FOLDER) if record.text("path").startswith(f"{path}/")]
    if inside:
        raise ProviderError(f"folder is not empty, please remove all items before deleting (holds {', '.join(inside)})")


@rule("delete", PORT_GROUP)
def port_group_is_unused(case: Case) -> None:
    """Refuse to delete a port group with a machine on it."""
    for record in case.world.objects(MACHINE):
        interfaces = [mapping(item) for item in sequence(record.outputs.get("networkInterfaces"))]
        if any(interface.get("networkId") == case.id for interface in interfaces):
            raise ProviderError(
                f"ServerFaultCode: The resource '{case.id}' is in use (by virtual machine {record.text('name')})."
            )


@rule("delete", POOL)
def pool_is_empty(case: Case) -> None:
    """Refuse to delete a pool that holds machines or pools."""
    users = [r for r in case.world.objects(MACHINE) if r.text("resourcePoolId") == case.id]
    users += [r for r in case.world.objects(POOL) if r.text("parentResourcePoolId") == case.id]
    if users:
        raise ProviderError(f"resource pool '{case.text('name')}' is not empty: it holds {users[0].text('name')}")


@rule("deleted", CATEGORY)
def tags_go(case: Case) -> None:
    """Remove a category's tags with it."""
    for record in case.world.objects(TAG):
        if record.text("categoryId") == case.id:
            case.world.remove(TAG, record.id)


@rule("deleted", LIBRARY)
def items_go(case: Case) -> None:
    """Remove a content library's items with it."""
    for record in case.world.objects(ITEM):
        if record.text("libraryId") == case.id:
            case.world.remove(ITEM, record.id)
