"""The admin workstation: each rule with the edit that breaks it."""

from __future__ import annotations

import pytest

from model.config.problems import Severity
from model.config.shape import FORMAT
from tests.model.cases import DEV, PROD, TEST, edited, of_rule, refused, warned

ADDRESS = "      network: admin\n      address: 10.20.16.5\n"
TEMPLATE = "      template: ubuntu-2204-adminws-20261001\n"
DISK = "data_disk: {path: varde-dev/onp1-dev-ws-data.vmdk}"
GKEADM = {TEMPLATE: "      made_by: gkeadm\n"}

REFUSED = {
    "a static workstation without an address": (
        "A5",
        edited(DEV, {ADDRESS: "      network: admin\n"}),
        "static and has no address",
    ),
    "a workstation on DHCP with an address": (
        "A5",
        edited(DEV, {ADDRESS: f"{ADDRESS}      ip_mode: dhcp\n"}),
        "does not know of address 10.20.16.5",
    ),
    "a data disk that is no VMDK": ("A6", edited(DEV, {DISK: "data_disk: {path: varde-dev/data}"}), "not the name of"),
    "a data disk without a name": ("A6", edited(DEV, {DISK: "data_disk: {path: varde-dev/.vmdk}"}), "not the name of"),
    "a data disk with its datastore": (
        "A6",
        edited(DEV, {DISK: "data_disk: {path: '[ds] a/b.vmdk'}"}),
        "begins with a slash or a datastore",
    ),
    "a data disk of no size": (
        "A6",
        edited(DEV, {DISK: "data_disk: {path: a/b.vmdk, size_gib: 0}"}),
        "disks of whole GiB",
    ),
    "no template": ("I2", edited(DEV, {TEMPLATE: ""}), "ubuntu-2204-adminws-20261001"),
    "an unknown template": (
        "I2",
        edited(DEV, {TEMPLATE: "      template: ubuntu-2204-adminws-20261002\n"}),
        "did you mean 'ubuntu-2204-adminws-20261001'",
    ),
    "a template larger than the disk": (
        "I2",
        edited(DEV, {"20261001.ova\n": "20261001.ova\n            disk_gib: 120\n"}),
        "no smaller than its template's",
    ),
    "a template of our library that comes from nowhere": (
        "I2",
        edited(
            DEV,
            {
                "            source: https://registry.varde-intern.fjellverket.example/varde/images/"
                "ubuntu-2204-adminws-20261001.ova\n": "            disk_gib: 40\n"
            },
        ),
        "the program makes lib-varde-dev",
    ),
    "an unknown tag": ("I4", edited(DEV, {"tags: [admin-ws]": "tags: [admin-sw]"}), "did you mean 'admin-ws'"),
    "an unknown host group": (
        "I1",
        edited(PROD, {"host_group: hg-prod-rack-a": "host_group: hg-prod-rack-d"}),
        "no host group 'hg-prod-rack-d'",
    ),
    "one data disk for two": (
        "A12",
        {
            **edited(DEV, {DISK: "data_disk: {path: shared/ws.vmdk}"}),
            **edited(
                TEST,
                {
                    "data_disk: {path: varde-test/onp1-test-ws-data.vmdk}": "data_disk: {path: shared/ws.vmdk}",
                    "dc-oslo1-test": "dc-oslo1-dev",
                    "ds-oslo1-test-vmfs01": "ds-oslo1-dev-vmfs01",
                },
            ),
        },
        "have one data disk",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_stack_is_refused_for(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def test_a_source_that_is_no_image_or_holds_a_log_in_is_refused_by_its_form() -> None:
    for source in ("http://images.example/a.ova", "https://user:word@images.example/a.ova", "https://images.example/a"):
        edit = edited(
            DEV,
            {"https://registry.varde-intern.fjellverket.example/varde/images/ubuntu-2204-adminws-20261001.ova": source},
        )
        assert [each for each in of_rule(FORMAT, edit) if each.file == DEV], source


def test_two_workstations_of_one_name_are_warned_of() -> None:
    edit = edited(TEST, {"name: onp1-test-ws": "name: onp1-dev-ws"})
    warned("A12", edit, saying="both called onp1-dev-ws")


def test_dhcp_needs_no_address_and_is_placed_nowhere() -> None:
    edit = edited(DEV, {ADDRESS: "      network: admin\n      ip_mode: dhcp\n"})
    for rule in ("A5", "A7", "A47"):
        assert of_rule(rule, edit) == []


def test_a_workstation_of_gkeadms_needs_no_template_and_its_directory() -> None:
    edit = edited(DEV, GKEADM)
    assert of_rule("I2", edit) == []
    assert warned("A6", edit, saying="gkeadm does not make directory 'varde-dev'").severity is Severity.WARNING
    flat = edited(DEV, {**GKEADM, DISK: "data_disk: {path: ws.vmdk}"})
    assert of_rule("A6", flat) == []
