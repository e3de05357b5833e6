"""vSphere: lookups of what is given, references, names, and what is in use."""

from __future__ import annotations

import re

import pytest

from rehearsal.interception import ProviderError
from rehearsal.values import Value
from tests.rehearsal import vcenter
from tests.rehearsal.hands import Hands
from tests.rehearsal.vcenter import (
    APART_RULE,
    CATEGORY,
    FOLDER,
    HOST_GROUP,
    ITEM,
    LIBRARY,
    MACHINE,
    POOL,
    PORT_GROUP,
    TAG,
    ask,
    folder,
    machine_inputs,
    pool,
    port_group,
)


@pytest.fixture
def hands() -> Hands:
    return vcenter.hands()


@pytest.mark.parametrize(
    ("what", "name", "form"),
    [
        ("Datacenter", "dc", r"datacenter-\d+"),
        ("ComputeCluster", "cl", r"domain-c\d+"),
        ("Host", "esx02", r"host-\d+"),
        ("Datastore", "ds", r"datastore-\d+"),
        ("DistributedVirtualSwitch", "dvs", r"50( [0-9a-f]{2}){7}-[0-9a-f]{2}( [0-9a-f]{2}){7}"),
        ("Network", "vm-network", r"network-\d+"),
        ("VirtualMachine", "template", r"42[0-9a-f]{6}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("ResourcePool", "cl/Resources", r"resgroup-\d+"),
        ("TagCategory", "given", r"urn:vmomi:InventoryServiceCategory:[0-9a-f-]{36}:GLOBAL"),
        ("ContentLibrary", "lib", r"[0-9a-f-]{36}"),
    ],
)
def test_what_is_given_is_found_by_name(hands: Hands, what: str, name: str, form: str) -> None:
    arguments: dict[str, Value] = {"name": name}
    if what == "Host":
        arguments["datacenterId"] = ask(hands, "Datacenter", name="dc")["id"]
    assert re.fullmatch(form, str(ask(hands, what, **arguments)["id"]))
    arguments["name"] = "none"
    with pytest.raises(ProviderError, match="not found"):
        ask(hands, what, **arguments)


def test_what_the_program_made_is_found_as_well(hands: Hands) -> None:
    made, group = folder(hands), port_group(hands)
    assert ask(hands, "Folder", path="/dc/vm/varde")["id"] == made.id
    assert ask(hands, "Network", name="pg")["id"] == group.id
    made = pool(hands)
    assert ask(hands, "ResourcePool", name="cl/Resources/rp")["id"] == made.id


def test_ids_have_vcenters_forms(hands: Hands) -> None:
    assert re.fullmatch(r"resgroup-\d+", pool(hands).id)
    assert re.fullmatch(r"group-v\d+", folder(hands).id)
    group = port_group(hands)
    assert re.fullmatch(r"dvportgroup-\d+", group.id)
    assert group.outputs["key"] == group.id
    category = hands.make(CATEGORY, name="c", cardinality="MULTIPLE", associableTypes=["VirtualMachine"])
    tag = hands.make(TAG, name="t", categoryId=category.id)
    assert re.fullmatch(r"urn:vmomi:InventoryServiceTag:[0-9a-f-]{36}:GLOBAL", tag.id)
    cluster = str(ask(hands, "ComputeCluster", name="cl")["id"])
    host = ask(hands, "Host", name="esx01", datacenterId=ask(hands, "Datacenter", name="dc")["id"])["id"]
    assert hands.make(HOST_GROUP, name="hg", computeClusterId=cluster, hostSystemIds=[host]).id == f"{cluster}:hg"


def test_a_machine_is_on_with_the_address_it_was_given(hands: Hands) -> None:
    folder(hands)
    made = hands.make(MACHINE, **machine_inputs(hands))
    assert (made.outputs["defaultIpAddress"], made.outputs["powerState"]) == ("10.20.0.5", "on")
    assert made.id == made.outputs["uuid"]
    assert re.fullmatch(r"vm-\d+", str(made.outputs["moid"]))
    rule = hands.make(
        APART_RULE,
        name="apart",
        computeClusterId=ask(hands, "ComputeCluster", name="cl")["id"],
        virtualMachineIds=[made.id, ask(hands, "VirtualMachine", name="template")["id"]],
    )
    assert re.fullmatch(r"domain-c\d+:\d+", rule.id)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"folder": "elsewhere"}, "folder 'elsewhere' not found"),
        ({"datastoreId": "datastore-1"}, "vim.Datastore:datastore-1"),
        ({"resourcePoolId": "resgroup-1"}, "vim.ResourcePool:resgroup-1"),
        ({"networkInterfaces": [{"networkId": "network-1"}]}, "vim.Network:network-1"),
        ({"tags": ["urn:none"]}, "vim.InventoryServiceTag:urn:none"),
        ({"clone": {"templateUuid": "4200"}}, 'with UUID "4200"'),
    ],
)
def test_a_machine_needs_all_that_it_refers_to(hands: Hands, changed: dict[str, Value], reason: str) -> None:
    folder(hands)
    assert reason in hands.refusal(MACHINE, **{**machine_inputs(hands), **changed})


def test_a_name_is_used_once_in_its_place(hands: Hands) -> None:
    folder(hands)
    inputs = machine_inputs(hands)
    hands.make(MACHINE, **inputs)
    assert "The name 'ws' already exists" in hands.refusal(MACHINE, **inputs)
    parent = ask(hands, "ComputeCluster", name="cl")["resourcePoolId"]
    assert "The name 'rp' already exists" in hands.refusal(POOL, name="rp", parentResourcePoolId=parent)


def test_what_a_machine_uses_stays(hands: Hands) -> None:
    place = folder(hands)
    made = hands.make(MACHINE, **machine_inputs(hands))
    used = [(token, record.id) for token in (POOL, PORT_GROUP) for record in hands.world.objects(token)]
    assert "folder is not empty" in hands.stuck(FOLDER, place.id)
    assert "not empty" in hands.stuck(*used[0])
    assert "is in use" in hands.stuck(*used[1])
    hands.remove(MACHINE, made.id)
    for token, id_ in (*used, (FOLDER, place.id)):
        hands.remove(token, id_)
    assert hands.world.all() == []


def test_a_category_takes_its_tags_along(hands: Hands) -> None:
    category = hands.make(CATEGORY, name="c", cardinality="MULTIPLE", associableTypes=["VirtualMachine"])
    hands.make(TAG, name="t", categoryId=category.id)
    hands.remove(CATEGORY, category.id)
    assert hands.world.objects(TAG) == []


def test_the_items_of_a_content_library_go_with_it(hands: Hands) -> None:
    assert "vim.Datastore:none" in hands.refusal(LIBRARY, name="images", storageBackings=["none"])
    library = hands.make(LIBRARY, name="images", storageBackings=[ask(hands, "Datastore", name="ds")["id"]])
    item = hands.make(ITEM, name="ubuntu", libraryId=library.id, fileUrl="https://images.example.org/u.ova")
    assert re.fullmatch(r"[0-9a-f-]{36}", library.id)
    assert ask(hands, "ContentLibraryItem", name="ubuntu", libraryId=library.id, type="ovf")["id"] == item.id
    hands.remove(LIBRARY, library.id)
    assert hands.world.objects(ITEM) == []


@pytest.mark.parametrize(("level", "shares"), [("low", (2000, 81920)), ("high", (8000, 327680))])
def test_shares_follow_their_level(hands: Hands, level: str, shares: tuple[int, int]) -> None:
    parent = ask(hands, "ComputeCluster", name="cl")["resourcePoolId"]
    made = hands.make(POOL, name="rp", parentResourcePoolId=parent, cpuShareLevel=level, memoryShareLevel=level)
    assert (made.outputs["cpuShares"], made.outputs["memoryShares"]) == shares


def test_categories_and_machines_are_told_apart_by_their_ids(hands: Hands) -> None:
    category = hands.make(CATEGORY, name="c", cardinality="MULTIPLE", associableTypes=["VirtualMachine"])
    assert re.fullmatch(r"urn:vmomi:InventoryServiceCategory:[0-9a-f-]{36}:GLOBAL", category.id)
    folder(hands)
    inputs = machine_inputs(hands)
    ids = {hands.make(MACHINE, **{**inputs, "name": name}).id for name in ("ws", "ws2")}
    assert len(ids) == 2
    assert all(
        re.fullmatch(r"42[0-9a-f]{6}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", id_) for id_ in ids
    )
