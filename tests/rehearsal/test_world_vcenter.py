"""vSphere: roles and permissions, disks, libraries and policies, groups, tags and names."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rehearsal.case import mapping, sequence
from rehearsal.interception import ProviderError
from rehearsal.inventory import VSphere
from rehearsal.providers.base import Made
from rehearsal.values import Value
from tests.rehearsal import vcenter
from tests.rehearsal.hands import Hands
from tests.rehearsal.vcenter import (
    APART_RULE,
    CATEGORY,
    DISK,
    FOLDER,
    GIVEN,
    HOST_GROUP,
    ITEM,
    LIBRARY,
    MACHINE,
    PERMISSIONS,
    POLICY,
    POOL,
    PORT_GROUP,
    ROLE,
    TAG,
    VM_GROUP,
    VM_HOST_RULE,
    ask,
    id_of,
)

DATA: dict[str, Value] = {"datastore": "ds", "size": 50, "vmdkPath": "varde/data.vmdk", "createDirectories": True}


@pytest.fixture
def hands() -> Hands:
    return vcenter.hands()


def role(hands: Hands, name: str = "deployer", *privileges: str) -> Made:
    return hands.make(ROLE, name=name, rolePrivileges=[*(privileges or ("Datastore.AllocateSpace", "Folder.Create"))])


def permissions(role_id: str, *who: str) -> Value:
    return [{"userOrGroup": one, "isGroup": False, "propagate": True, "roleId": role_id} for one in who]


def on_the_datacenter(hands: Hands, role_id: str, *who: str) -> dict[str, Value]:
    return {
        "entityId": id_of(hands, "Datacenter", "dc"),
        "entityType": "Datacenter",
        "permissions": permissions(role_id, *who),
    }


def test_a_role_is_found_by_its_label_and_is_at_rest(hands: Hands) -> None:
    made = role(hands)
    assert made.id.isdigit()
    assert made.outputs["label"] == "deployer"
    assert ask(hands, "Role", label="deployer")["id"] == made.id
    assert ask(hands, "Role", label="Read-only")["id"] == "-2"
    assert "Folder.Create" in sequence(ask(hands, "Role", label="Administrator")["rolePrivileges"])
    with pytest.raises(ProviderError, match="role with label none not found"):
        ask(hands, "Role", label="none")
    inputs: dict[str, Value] = {"name": "deployer", "rolePrivileges": ["Folder.Create", "Datastore.AllocateSpace"]}
    assert hands.unsettled(ROLE, made, **inputs) == []
    assert hands.imported(ROLE, made.id).inputs["name"] == "deployer"


def test_a_role_that_can_not_be_is_refused(hands: Hands) -> None:
    made = role(hands)
    assert "privIds (Folder.Crate)" in hands.refusal(ROLE, name="other", rolePrivileges=["Folder.Crate"])
    assert "The name 'ReadOnly' already exists" in hands.refusal(ROLE, name="ReadOnly")
    assert "The name 'deployer' already exists" in hands.refusal(ROLE, name="deployer")
    other = role(hands, "other")
    assert "The name 'deployer' already exists" in hands.unchangeable(ROLE, other.id, name="deployer")
    assert "privIds" in hands.unchangeable(ROLE, made.id, name="deployer", rolePrivileges=["None.None"])


def test_permissions_need_their_object_role_and_principal(hands: Hands) -> None:
    made = role(hands)
    good = on_the_datacenter(hands, made.id, "varde@example.org")
    bad: list[tuple[dict[str, Value], str]] = [
        ({"entityId": "datacenter-1"}, "vim.Datacenter:datacenter-1"),
        ({"entityType": "Nothing"}, "vim.Nothing:"),
        ({"permissions": permissions("12345", "varde@example.org")}, "role 12345"),
        ({"permissions": permissions("x", "varde@example.org")}, "converting role id x"),
        ({"permissions": permissions(made.id, "EXAMPLE.ORG\\Varde", "varde@example.org")}, "repeated"),
    ]
    for changed, reason in bad:
        assert reason in hands.refusal(PERMISSIONS, **{**good, **changed})
    known = vcenter.hands(replace(GIVEN, vsphere=replace(GIVEN.vsphere, principals=("EXAMPLE.ORG\\varde",))))
    given = role(known)
    known.make(PERMISSIONS, **on_the_datacenter(known, given.id, "varde@example.org"))
    stranger = {
        **on_the_datacenter(known, given.id, "stranger@example.org"),
        "entityId": "group-d1",
        "entityType": "Folder",
    }
    assert "'stranger@example.org' does not exist" in known.refusal(PERMISSIONS, **stranger)


def test_permissions_keep_their_role_and_are_the_same_in_any_order(hands: Hands) -> None:
    made = role(hands)
    inputs = on_the_datacenter(hands, made.id, "b@example.org", "A@example.org")
    held = hands.make(PERMISSIONS, **inputs)
    assert held.id == inputs["entityId"]
    turned = on_the_datacenter(hands, made.id, "a@example.org", "b@example.org")
    assert hands.unsettled(PERMISSIONS, held, **inputs) == []
    assert hands.unsettled(PERMISSIONS, held, **turned) == []
    assert "managed already" in hands.refusal(PERMISSIONS, **inputs)
    assert "is in use" in hands.stuck(ROLE, made.id)
    with pytest.raises(ProviderError, match="doesn't support import"):
        hands.imported(PERMISSIONS, held.id)
    hands.remove(PERMISSIONS, held.id)
    hands.remove(ROLE, made.id)


def test_permissions_of_a_machine_are_on_its_reference(hands: Hands) -> None:
    vcenter.folder(hands)
    machine = hands.make(MACHINE, **vcenter.machine_inputs(hands))
    who = permissions("-2", "varde@example.org")
    for entity in (machine.id, str(machine.outputs["moid"])):
        held = hands.make(PERMISSIONS, entityId=entity, entityType="VirtualMachine", permissions=who)
        assert held.id == machine.outputs["moid"]
        hands.remove(PERMISSIONS, held.id)


def test_a_disk_has_its_defaults_and_grows_in_place(hands: Hands) -> None:
    made = hands.make(DISK, **DATA)
    assert made.id == "varde/data.vmdk"
    assert (made.outputs["adapterType"], made.outputs["type"]) == ("lsiLogic", "eagerZeroedThick")
    assert hands.unsettled(DISK, made, **DATA) == []
    assert hands.unsettled(DISK, made, **{**DATA, "size": 60}) == ["size"]
    assert hands.change(DISK, made.id, **{**DATA, "size": 60})["size"] == 60
    assert "shrinking a virtual disk is not supported" in hands.unchangeable(DISK, made.id, **DATA)
    by_path = json.dumps({"virtual_disk_path": "/dc/[ds] varde/data.vmdk", "create_directories": "true"})
    assert hands.imported(DISK, by_path).id == made.id


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"datacenter": "none"}, "Error finding Datacenter: none"),
        ({"datastore": "none"}, "Error finding Datastore: none"),
        ({"createDirectories": False}, "A file was not found: [ds] varde"),
        ({}, "[ds] varde/data.vmdk already exists"),
    ],
)
def test_a_disk_needs_its_place(hands: Hands, changed: dict[str, Value], reason: str) -> None:
    if not changed:
        hands.make(DISK, **DATA)
    assert reason in hands.refusal(DISK, **{**DATA, **changed})


def test_a_directory_is_there_once_a_disk_has_made_it(hands: Hands) -> None:
    hands.make(DISK, **{**DATA, "vmdkPath": "a/b/one.vmdk"})
    hands.make(DISK, **{**DATA, "vmdkPath": "a/two.vmdk", "createDirectories": False})


def test_a_library_says_how_it_is_published(hands: Hands) -> None:
    store: Value = [id_of(hands, "Datastore", "ds")]
    plain = hands.make(LIBRARY, name="plain", storageBackings=store)
    assert plain.outputs["publication"] == {
        "authenticationMethod": "NONE",
        "username": "",
        "password": "",
        "published": False,
        "publishUrl": f"https://vcenter:443/cls/vcsp/lib/{plain.id}/lib.json",
    }
    assert hands.unsettled(LIBRARY, plain, name="plain", storageBackings=store) == []
    inputs: dict[str, Value] = {"name": "out", "storageBackings": store, "publication": {"published": True}}
    out = hands.make(LIBRARY, **inputs)
    assert mapping(out.outputs["publication"])["published"] is True
    assert hands.unsettled(LIBRARY, out, **inputs) == []


def test_an_item_comes_from_somewhere(hands: Hands) -> None:
    store: Value = [id_of(hands, "Datastore", "ds")]
    own = hands.make(LIBRARY, name="own", storageBackings=store)
    follows: Value = {"subscriptionUrl": "https://vc.example.org/lib.json", "automaticSync": True}
    other = hands.make(LIBRARY, name="other", storageBackings=store, subscription=follows)
    url = "https://images.example.org/u.ova"
    assert "is subscribed to another one" in hands.refusal(ITEM, name="u", libraryId=other.id, fileUrl=url)
    assert "ContentLibrary:none" in hands.refusal(ITEM, name="u", libraryId="none", fileUrl=url)
    assert 'UUID "42" not found' in hands.refusal(ITEM, name="u", libraryId=own.id, sourceUuid="42")
    made = hands.make(ITEM, name="u", libraryId=own.id, fileUrl=url)
    assert hands.unsettled(ITEM, made, name="u", libraryId=own.id, fileUrl=url) == []
    assert "The name 'u' already exists" in hands.refusal(ITEM, name="u", libraryId=own.id, fileUrl=url)


def test_a_storage_policy_names_categories_and_is_kept_while_it_is_used(hands: Hands) -> None:
    rules: Value = [{"tagCategory": "given", "tags": ["gold"], "includeDatastoresWithTags": True}]
    unknown: Value = [{"tagCategory": "none", "tags": ["gold"]}]
    assert "category name 'none' not found" in hands.refusal(POLICY, name="p", tagRules=unknown)
    made = hands.make(POLICY, name="p", tagRules=rules)
    assert hands.unsettled(POLICY, made, name="p", tagRules=rules) == []
    assert id_of(hands, "Policy", "p") == made.id
    vcenter.folder(hands)
    machine = hands.make(MACHINE, **vcenter.machine_inputs(hands, storagePolicyId=made.id))
    assert machine.outputs["storagePolicyId"] == made.id
    assert "is in use (by virtual machine ws)" in hands.stuck(POLICY, made.id)


def test_a_rule_needs_its_groups(hands: Hands) -> None:
    cluster = id_of(hands, "ComputeCluster", "cl")
    given: dict[str, Value] = {
        "name": "r",
        "computeClusterId": cluster,
        "vmGroupName": "vg",
        "affinityHostGroupName": "hg",
    }
    assert "no such group 'vg'" in hands.refusal(VM_HOST_RULE, **given)
    hands.make(VM_GROUP, name="vg", computeClusterId=cluster, virtualMachineIds=[])
    assert "no such group 'hg'" in hands.refusal(VM_HOST_RULE, **given)
    hands.make(HOST_GROUP, name="hg", computeClusterId=cluster, hostSystemIds=[vcenter.host(hands)])
    without = {key: value for key, value in given.items() if key != "affinityHostGroupName"}
    assert "must be specified" in hands.refusal(VM_HOST_RULE, **without)
    made = hands.make(VM_HOST_RULE, **given)
    assert hands.unsettled(VM_HOST_RULE, made, **given) == []
    assert "no such group 'none'" in hands.unchangeable(VM_HOST_RULE, made.id, **{**given, "vmGroupName": "none"})
    by_name = json.dumps({"compute_cluster_path": "/dc/host/cl", "name": "r"})
    assert hands.imported(VM_HOST_RULE, by_name).id == made.id
    apart: dict[str, Value] = {"computeClusterId": cluster, "virtualMachineIds": []}
    assert "The name 'r' already exists" in hands.refusal(APART_RULE, name="r", **apart)
    assert "The name 'hg' already exists" in hands.refusal(VM_GROUP, name="hg", **apart)


def test_a_host_group_has_hosts_of_its_cluster(hands: Hands) -> None:
    inputs: dict[str, Value] = {"name": "hg", "computeClusterId": id_of(hands, "ComputeCluster", "cl")}
    assert "vim.HostSystem:host-1" in hands.refusal(HOST_GROUP, **inputs, hostSystemIds=["host-1"])
    elsewhere: Value = [vcenter.host(hands, "esx09")]
    assert "host esx09 is not in cluster" in hands.refusal(HOST_GROUP, **inputs, hostSystemIds=elsewhere)
    made = hands.make(HOST_GROUP, **inputs, hostSystemIds=[vcenter.host(hands)])
    assert "host esx09 is not in cluster" in hands.unchangeable(HOST_GROUP, made.id, **inputs, hostSystemIds=elsewhere)


def test_a_tag_is_on_objects_of_its_categorys_types(hands: Hands) -> None:
    single = hands.make(CATEGORY, name="tier", cardinality="SINGLE", associableTypes=["Folder", "VirtualMachine"])
    one, two = (hands.make(TAG, name=name, categoryId=single.id).id for name in ("one", "two"))
    place: dict[str, Value] = {"type": "vm", "datacenterId": id_of(hands, "Datacenter", "dc")}
    hands.make(FOLDER, path="a", tags=[one], **place)
    assert "cardinality SINGLE" in hands.refusal(FOLDER, path="b", tags=[one, two], **place)
    parent = ask(hands, "ComputeCluster", name="cl")["resourcePoolId"]
    assert "the category is for Folder, VirtualMachine" in hands.refusal(
        POOL, name="p", parentResourcePoolId=parent, tags=[one]
    )
    lost: dict[str, Value] = {"name": "tier", "cardinality": "SINGLE", "associableTypes": ["Folder"]}
    assert "cannot be removed: VirtualMachine" in hands.unchangeable(CATEGORY, single.id, **lost)
    hands.change(CATEGORY, single.id, **{**lost, "associableTypes": ["Folder", "VirtualMachine", "Datastore"]})
    assert hands.imported(CATEGORY, "tier").id == single.id
    assert hands.imported(TAG, json.dumps({"category_name": "tier", "tag_name": "one"})).id == one


def test_a_network_has_its_name_alone_in_the_datacenter(hands: Hands) -> None:
    switch = id_of(hands, "DistributedVirtualSwitch", "dvs")
    taken = hands.refusal(PORT_GROUP, name="vm-network", distributedVirtualSwitchUuid=switch)
    assert "The name 'vm-network' already exists" in taken
    made = vcenter.port_group(hands)
    assert "already exists" in hands.unchangeable(
        PORT_GROUP, made.id, name="vm-network", distributedVirtualSwitchUuid=switch
    )
    assert hands.imported(PORT_GROUP, "/dc/network/pg").id == made.id


def test_a_pool_and_a_folder_are_imported_by_their_paths(hands: Hands) -> None:
    made, place = vcenter.pool(hands), vcenter.folder(hands)
    assert hands.imported(POOL, "/dc/host/cl/Resources/rp").id == made.id
    assert hands.imported(FOLDER, "/dc/vm/varde").id == place.id
    assert hands.imported(FOLDER, "/dc/vm/none").id == ""


def test_a_vcenter_brings_its_root_folder_and_its_own_policy() -> None:
    hands = vcenter.hands(replace(GIVEN, vsphere=VSphere(storage_policies=("gold",))))
    assert ask(hands, "Folder", path="/")["id"] == "group-d1"
    assert id_of(hands, "Policy", "vSAN Default Storage Policy") == "aa6d5a82-1c88-45da-85d3-3d74b91a5bad"
    assert id_of(hands, "Policy", "gold")
    with pytest.raises(ProviderError, match="no storage policy with name: none"):
        id_of(hands, "Policy", "none")


def test_what_is_refused_at_first_is_refused_as_a_change_too(hands: Hands) -> None:
    vcenter.folder(hands)
    inputs = vcenter.machine_inputs(hands)
    machine = hands.make(MACHINE, **inputs)
    first: Value = {"label": "disk0", "size": 100}
    changes: list[tuple[dict[str, Value], str]] = [
        ({"disks": [first, {"label": "disk0", "size": 1, "unitNumber": 1}]}, "duplicate name disk0"),
        ({"disks": [first, {"label": "d", "attach": True, "path": "none.vmdk", "unitNumber": 1}]}, "was not found"),
        ({"networkInterfaces": [{"networkId": "network-1"}]}, "vim.Network:network-1"),
    ]
    for changed, reason in changes:
        assert reason in hands.unchangeable(MACHINE, machine.id, **{**inputs, **changed})
    single = hands.make(CATEGORY, name="tier", cardinality="SINGLE", associableTypes=["Folder"])
    tags: Value = [hands.make(TAG, name="one", categoryId=single.id).id]
    assert "can not be attached" in hands.unchangeable(MACHINE, machine.id, **{**inputs, "tags": tags})
    cluster = id_of(hands, "ComputeCluster", "cl")
    rule: dict[str, Value] = {"computeClusterId": cluster, "virtualMachineIds": [machine.id]}
    hands.make(APART_RULE, name="r", **rule)
    other = hands.make(APART_RULE, name="r2", **rule)
    assert "The name 'r' already exists" in hands.unchangeable(APART_RULE, other.id, name="r", **rule)
    policy = hands.make(POLICY, name="p", tagRules=[{"tagCategory": "given", "tags": ["gold"]}])
    unknown: Value = [{"tagCategory": "none", "tags": ["gold"]}]
    assert "'none' not found" in hands.unchangeable(POLICY, policy.id, name="p", tagRules=unknown)
    granted = on_the_datacenter(hands, "-2", "varde@example.org")
    held = hands.make(PERMISSIONS, **granted)
    nobody = permissions("12345", "varde@example.org")
    assert "role 12345" in hands.unchangeable(PERMISSIONS, held.id, **{**granted, "permissions": nobody})
