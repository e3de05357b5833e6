"""The admin workstation as the recorder hears of it. What cloud-init reads is in tests/model/test_cloud_init.py."""

from __future__ import annotations

from base64 import b64decode
from typing import Any, Final, cast

import pytest
import yaml

from infra.environment import build
from operations.record import Recording, record
from operations.record.values import Json
from tests.model.cases import PROD, edited, environment
from tests.program.programs import ENVIRONMENTS, LOOKUPS, at, items, recorded, recorded_with, text, void, waits_for

MACHINE: Final = "workstation-vm"


@pytest.fixture(scope="module")
def answered() -> Recording:
    """Dev with an authority's certificate in Secret Manager."""
    secrets = "gcp:secretmanager/getSecretVersionAccess:getSecretVersionAccess"

    def certificate(arguments: Any) -> dict[str, Json]:
        return {"secretData": f"certificate of {arguments['secret']}"}

    dev = environment("dev")
    return record(lambda: void(build(dev)), stack="dev", answers={**LOOKUPS, secrets: certificate})


@pytest.mark.parametrize("name", ENVIRONMENTS)
class TestEveryEnvironment:
    """A workstation of the sizes that gkectl asks for, in the folder, the pool and the admin network."""

    def test_it_is_as_large_as_gkectl_asks_for(self, name: str) -> None:
        machine = recorded(name).one("VirtualMachine", MACHINE)
        assert (at(machine, "numCpus"), at(machine, "memory")) == (4, 8192)
        boot, data = items(machine, "disks")
        assert (boot["label"], boot["size"], boot["unitNumber"]) == ("boot", 100, 0)
        assert (data["label"], data["attach"], data["unitNumber"]) == ("data", True, 1)
        # Size and provisioning of an attached disk are its own; the provider refuses both here.
        assert not {"size", "thinProvisioned", "keepOnRemove"} & set(data)

    def test_it_stands_where_the_file_says(self, name: str) -> None:
        recording = recorded(name)
        machine = recording.one("VirtualMachine", MACHINE)
        assert (text(machine, "name"), text(machine, "folder")) == (f"onp1-{name}-ws", f"varde-{name}")
        before = {each.split(":")[-1] for each in waits_for(recording, machine)}
        assert {"ResourcePool vsphere-pool", "Folder vsphere-folder", "Tag vsphere-tag-admin-ws"} <= before
        assert "DistributedPortGroup vsphere-network-admin" in before

    def test_the_data_disk_is_a_thing_of_its_own_that_the_machine_only_borrows(self, name: str) -> None:
        recording = recorded(name)
        disk = recording.one("VirtualDisk", "workstation-data")
        path = f"varde-{name}/onp1-{name}-ws-data.vmdk"
        assert text(disk, "vmdkPath") == path
        assert at(disk, "createDirectories") is True
        assert items(recording.one("VirtualMachine", MACHINE), "disks")[1]["path"] == path


def test_prod_protects_the_data_and_not_the_machine() -> None:
    recording = recorded("prod")
    assert recording.one("VirtualDisk", "workstation-data").options.protect
    assert not recording.one("VirtualMachine", MACHINE).options.protect
    assert not recorded("sandbox").one("VirtualDisk", "workstation-data").options.protect


def test_a_new_machine_comes_after_the_old_one_and_nothing_restarts_a_running_one() -> None:
    machine = recorded("prod").one("VirtualMachine", MACHINE)
    assert machine.options.delete_before_replace
    assert at(machine, "extraConfigRebootRequired") is False
    assert machine.options.ignore_changes == ()


def test_cloud_init_gets_the_network_and_the_authorities_of_vcenter_and_registry(answered: Recording) -> None:
    told = cast("dict[str, str]", at(answered.one("VirtualMachine", MACHINE), "extraConfig"))
    metadata = yaml.safe_load(b64decode(told["guestinfo.metadata"]))
    user = yaml.safe_load(b64decode(told["guestinfo.userdata"]))
    assert metadata["network"]["ethernets"]["site"]["addresses"] == ["10.20.16.5/25"]
    assert user["ca_certs"]["trusted"] == ["certificate of registry-ca\n", "certificate of vcenter-ca\n"]


def test_the_passwords_of_vcenter_are_never_asked_for(answered: Recording) -> None:
    asked = {str(each.arguments["secret"]) for each in answered.invokes if "getSecretVersion" in each.token}
    assert "vcenter-ca" in asked
    assert not [name for name in asked if "credentials" in name]


def test_a_workstation_of_gkeadms_is_not_made_and_still_has_its_place() -> None:
    template = "      template: ubuntu-2204-adminws-20261001\n"
    made_by = edited(PROD, {template: "      made_by: gkeadm\n"})
    recording = recorded_with("prod", made_by)
    assert not recording.of_type("VirtualMachine")
    assert not recording.of_type("VirtualDisk")
    assert recording.one("ComputeClusterVmHostRule", "vsphere-rule-workstation")
    asked = [each.arguments["name"] for each in recording.invokes if "getVirtualMachine" in each.token]
    assert asked == ["onp1-prod-ws"]
