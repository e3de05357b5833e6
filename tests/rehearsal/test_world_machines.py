"""vSphere: virtual machines, what they are made from and what is computed for them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rehearsal.case import mapping, sequence
from rehearsal.inventory import Existing
from rehearsal.providers.base import Made
from rehearsal.server import Clouds
from rehearsal.values import UNKNOWN, Properties, Value
from rehearsal.world import World
from tests.rehearsal import vcenter
from tests.rehearsal.hands import Hands
from tests.rehearsal.vcenter import DISK, GIVEN, ITEM, LIBRARY, MACHINE, TEMPLATE_DISK, VM_GROUP, ask, id_of


@pytest.fixture
def hands() -> Hands:
    hands = vcenter.hands()
    vcenter.folder(hands)
    return hands


def disk(made: Properties, position: int = 0) -> Properties:
    return dict(mapping(sequence(made["disks"])[position]))


def test_a_machine_has_what_the_provider_computes_and_then_is_at_rest(hands: Hands) -> None:
    inputs = vcenter.machine_inputs(hands, numCpus=4, memory=8192)
    made = hands.make(MACHINE, **inputs)
    out = made.outputs
    assert (out["cpuShareCount"], out["memoryShareCount"]) == (4000, 81920)
    assert (out["guestId"], out["hardwareVersion"], out["imported"]) == ("ubuntu64Guest", 20, False)
    assert out["vmxPath"] == "ws/ws.vmx"
    assert out["hostSystemId"] == vcenter.host(hands)
    first = disk(out)
    assert (first["deviceAddress"], first["key"], first["path"], first["size"]) == ("scsi:0:0", 2000, "ws/ws.vmdk", 100)
    assert re.fullmatch(r"6000C29[0-9a-f]-[0-9a-f-]{27}", str(first["uuid"]))
    adapter = mapping(sequence(out["networkInterfaces"])[0])
    assert re.fullmatch(r"00:50:56:[0-3][0-9a-f](:[0-9a-f]{2}){2}", str(adapter["macAddress"]))
    assert (adapter["adapterType"], adapter["key"], adapter["bandwidthShareCount"]) == ("vmxnet3", 4000, 50)
    assert hands.unsettled(MACHINE, made, **inputs) == []


def test_at_preview_only_what_vcenter_decides_is_unknown(hands: Hands) -> None:
    shown = hands.preview(MACHINE, **vcenter.machine_inputs(hands)).outputs
    assert shown["defaultIpAddress"] is UNKNOWN
    assert (disk(shown)["uuid"], disk(shown)["size"]) == (UNKNOWN, 100)


def test_without_customisation_the_network_gives_the_address_if_anybody_waits_for_it(hands: Hands) -> None:
    inputs = vcenter.machine_inputs(hands)
    source: Value = {"templateUuid": mapping(inputs["clone"])["templateUuid"]}
    leased = hands.make(MACHINE, **{**inputs, "clone": source})
    assert re.fullmatch(r"198\.1[89]\.\d+\.\d+", str(leased.outputs["defaultIpAddress"]))
    assert leased.outputs["guestIpAddresses"] == [leased.outputs["defaultIpAddress"]]
    unwatched = hands.make(MACHINE, **{**inputs, "name": "ws2", "clone": source, "waitForGuestNetTimeout": 0})
    assert (unwatched.outputs["defaultIpAddress"], unwatched.outputs["guestIpAddresses"]) == ("", [])


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"disks": [{"label": "disk0", "size": TEMPLATE_DISK - 1}]}, "must be at least the same size of source"),
        ({"disks": []}, "you need at least 1 to use this template"),
        ({"disks": [{"label": "a", "size": 100}, {"label": "a", "size": 1, "unitNumber": 1}]}, "duplicate name a"),
        ({"disks": [{"label": "a", "size": 100}, {"label": "b", "size": 1}]}, "duplicate unit_number 0"),
        ({"disks": [{"label": "a", "size": 100, "storagePolicyId": "none"}]}, "vim.PbmProfileId:none"),
        ({"hostSystemId": "host-1"}, "vim.HostSystem:host-1"),
        ({"storagePolicyId": "none"}, "vim.PbmProfileId:none"),
        ({"name": "given"}, "The name 'given' already exists"),
        ({"networkInterfaces": [{"networkId": "same"}, {"networkId": "same"}]}, "NicSettingMismatch"),
    ],
)
def test_a_machine_that_can_not_be_is_refused(hands: Hands, changed: dict[str, Value], reason: str) -> None:
    inputs = {**vcenter.machine_inputs(hands), **changed}
    if reason == "NicSettingMismatch":
        network = id_of(hands, "Network", "pg")
        inputs["networkInterfaces"] = [{"networkId": network}, {"networkId": network}]
    assert reason in hands.refusal(MACHINE, **inputs)


def test_a_linked_clone_has_disks_of_the_very_size(hands: Hands) -> None:
    inputs = vcenter.machine_inputs(hands)
    inputs["clone"] = {**mapping(inputs["clone"]), "linkedClone": True}
    assert "exact size of source" in hands.refusal(MACHINE, **inputs)
    hands.make(MACHINE, **{**inputs, "disks": [{"label": "disk0", "size": TEMPLATE_DISK}]})


def test_a_machine_changes_in_place_and_keeps_what_it_is(hands: Hands) -> None:
    inputs = vcenter.machine_inputs(hands)
    made = hands.make(MACHINE, **inputs)
    bigger = hands.change(MACHINE, made.id, **{**inputs, "memory": 16384, "disks": [{"label": "disk0", "size": 120}]})
    assert (bigger["memoryShareCount"], disk(bigger)["size"]) == (163840, 120)
    assert disk(bigger)["uuid"] == disk(made.outputs)["uuid"]
    assert (bigger["uuid"], bigger["moid"]) == (made.id, made.outputs["moid"])
    assert "cannot be shrunk (old: 120 new: 60)" in hands.unchangeable(
        MACHINE, made.id, **{**inputs, "disks": [{"label": "disk0", "size": 60}]}
    )


def test_a_machine_is_made_from_an_item_of_a_library(hands: Hands) -> None:
    inputs = vcenter.machine_inputs(hands)
    library = id_of(hands, "ContentLibrary", "lib")
    given = id_of(hands, "ContentLibraryItem", "ubuntu", libraryId=library, type="ovf")
    own = hands.make(LIBRARY, name="own", storageBackings=[inputs["datastoreId"]])
    copied = hands.make(ITEM, name="copy", libraryId=own.id, sourceUuid=id_of(hands, "VirtualMachine", "template"))
    image = hands.make(ITEM, name="iso", libraryId=own.id, type="iso", fileUrl="https://images.example.org/u.iso")
    assert hands.make(MACHINE, **{**inputs, "clone": {"templateUuid": given}}).outputs["guestId"] == "ubuntu64Guest"
    small: Value = [{"label": "disk0", "size": 1}]
    from_copy: dict[str, Value] = {**inputs, "name": "ws2", "clone": {"templateUuid": copied.id}}
    assert f">= {TEMPLATE_DISK} GiB" in hands.refusal(MACHINE, **{**from_copy, "disks": small})
    from_image: dict[str, Value] = {**inputs, "name": "ws3", "clone": {"templateUuid": image.id}}
    assert "unsupported library item type: iso" in hands.refusal(MACHINE, **from_image)


def data_disk(hands: Hands, **more: Value) -> Made:
    given: dict[str, Value] = {"datastore": "ds", "size": 50, "vmdkPath": "varde/data.vmdk", "createDirectories": True}
    return hands.make(DISK, **{**given, **more})


def with_data(inputs: dict[str, Value], path: str) -> dict[str, Value]:
    attached: Value = {"label": "data", "attach": True, "path": path, "unitNumber": 1}
    return {**inputs, "disks": [{"label": "disk0", "size": 100}, attached]}


def test_an_attached_disk_exists_is_used_once_and_stays(hands: Hands) -> None:
    inputs = vcenter.machine_inputs(hands)
    assert "varde/data.vmdk was not found" in hands.refusal(MACHINE, **with_data(inputs, "varde/data.vmdk"))
    data = data_disk(hands)
    made = hands.make(MACHINE, **with_data(inputs, data.id))
    assert (disk(made.outputs, 1)["path"], disk(made.outputs, 1)["deviceAddress"]) == (data.id, "scsi:0:1")
    assert "is in use by" in hands.refusal(MACHINE, **{**with_data(inputs, data.id), "name": "ws2"})
    assert "is locked by" in hands.stuck(DISK, data.id)
    hands.remove(MACHINE, made.id)
    hands.remove(DISK, data.id)


def test_a_machine_that_is_gone_is_in_no_group(hands: Hands) -> None:
    made = hands.make(MACHINE, **vcenter.machine_inputs(hands))
    cluster = id_of(hands, "ComputeCluster", "cl")
    group = hands.make(VM_GROUP, name="vg", computeClusterId=cluster, virtualMachineIds=[made.id])
    hands.remove(MACHINE, made.id)
    assert hands.look(VM_GROUP, group.id).outputs["virtualMachineIds"] == []


def test_a_machine_of_somebody_else_is_found_by_its_path_and_shows_that_it_was_imported(hands: Hands) -> None:
    inputs = vcenter.machine_inputs(hands)
    world = World(seed="test")
    id_ = "42000000-0000-4000-8000-000000000001"
    inputs.pop("clone")
    plain = {"name": "old", "resourcePoolId": ask(hands, "ComputeCluster", name="cl")["resourcePoolId"],
             "folder": "varde", "disks": [{"label": "disk0", "size": 10}]}  # fmt: skip
    world.seed(replace(GIVEN, existing=(Existing(MACHINE, id_, plain),)))  # pyright: ignore[reportArgumentType]  plain JSON
    with Clouds(world, providers=("vsphere",)):
        other = Hands(world)
        for written in (id_, "/dc/vm/varde/old"):
            found = other.imported(MACHINE, written)
            assert (found.id, found.outputs["imported"], found.inputs["name"]) == (id_, True, "old")
        assert other.imported(MACHINE, "/dc/vm/varde/none").id == ""
        assert other.change(MACHINE, id_, **{**found.inputs, "memory": 2048})["imported"] is False


def test_a_lookup_shows_a_machine_of_the_programs_own(hands: Hands) -> None:
    made = hands.make(MACHINE, **vcenter.machine_inputs(hands))
    for asked in ({"name": "varde/ws"}, {"name": "ws", "folder": "varde"}, {"uuid": made.id}):
        found = ask(hands, "VirtualMachine", **asked)
        assert (found["id"], found["moid"]) == (made.id, made.outputs["moid"])
    assert found["disks"] == [
        {"label": "disk0", "size": 100, "thinProvisioned": True, "eagerlyScrub": False, "unitNumber": 0}
    ]
    assert found["networkInterfaceTypes"] == ["vmxnet3"]
    assert ask(hands, "VirtualMachine", name="varde/given")["guestId"] == "debian12_64Guest"


def test_an_ovf_is_described_where_it_can_be_deployed(hands: Hands) -> None:
    where: dict[str, Value] = {
        "name": "ws",
        "hostSystemId": vcenter.host(hands),
        "resourcePoolId": str(ask(hands, "ComputeCluster", name="cl")["resourcePoolId"]),
        "remoteOvfUrl": "https://images.example.org/u.ova",
    }
    assert ask(hands, "OvfVmTemplate", **where)["numCpus"] == 4
    for wrong, reason in (
        ({"hostSystemId": "host-1"}, "vim.HostSystem:host-1"),
        ({"localOvfPath": "/u.ova"}, "not both"),
    ):
        with pytest.raises(Exception, match=reason):
            ask(hands, "OvfVmTemplate", **{**where, **wrong})
