"""The vSphere surroundings: each rule with the edit that breaks it."""

from __future__ import annotations

import pytest

from model.config.problems import Severity
from tests.model.cases import DEV, PROD, SANDBOX, edited, of_rule, refused, second_generation, warned

LAST_HOST = "        - {name: esx03.dev.oslo1.fjellverket.example, address: 10.20.254.76}\n"

REFUSED = {
    "two hosts": ("I1", edited(DEV, {LAST_HOST: ""}), "cl-oslo1-dev has 2 hosts"),
    "a VLAN that there is not": ("I3", edited(DEV, {"vlan: 2011": "vlan: 4095"}), "VLANs go from 1 to 4094"),
    "one VLAN for two networks": (
        "I3",
        edited(DEV, {"vlan: 2011": "vlan: 2012"}),
        "'admin' and 'node' are both on VLAN 2012",
    ),
    "one port group for two networks": (
        "I3",
        edited(DEV, {"port_group: pg-varde-dev-admin": "port_group: pg-varde-dev-node"}),
        "both make port group pg-varde-dev-node",
    ),
    "a VLAN of another environment": ("I3", edited(DEV, {"vlan: 2011": "vlan: 2031"}), "VLAN 2031, which is dev's"),
    "an unknown tag": (
        "I4",
        edited(DEV, {"tags: [node-ingress, no": "tags: [node-ingres, no"}),
        "did you mean 'node-ingress'",
    ),
    "a tag that stands twice": (
        "I4",
        edited(
            DEV,
            {
                "tags: [node-general, node-ingress, admin-ws": (
                    "tags: [node-general, node-general, node-ingress, admin-ws"
                )
            },
        ),
        "twice",
    ),
    "a slash in a name": ("I5", edited(DEV, {"folder: varde-dev": "folder: varde/dev"}), "folder 'varde/dev' has /"),
    "a percent sign in a datastore": (
        "I5",
        edited(DEV, {"ds-oslo1-dev-images": "ds-100%"}),
        "datastore 'ds-100%' has %",
    ),
    "a name that is empty": ("I5", edited(DEV, {"name: rp-varde-dev": 'name: ""'}), "the resource pool has no name"),
    "a host that stands twice": (
        "I1",
        edited(DEV, {"esx03.dev": "esx02.dev"}),
        "esx02.dev.oslo1.fjellverket.example stands twice",
    ),
    "a host group of an unknown host": (
        "I1",
        edited(PROD, {"hg-prod-rack-a: [esx01.prod": "hg-prod-rack-a: [esx11.prod"}),
        "host group hg-prod-rack-a names host esx11.prod",
    ),
    "an anti-affinity rule of one VM": (
        "I1",
        edited(
            PROD,
            {
                "      access:\n        account": (
                    "      anti_affinity: {ws: {virtual_machines: [onp1-prod-ws]}}\n      access:\n        account"
                )
            },
        ),
        "fewer than two VMs",
    ),
    "a reservation above the limit": (
        "A94",
        edited(
            SANDBOX, {"memory_limit_mib: 262144": "memory_limit_mib: 262144\n        memory_reservation_mib: 300000"}
        ),
        "reserves 300000 MiB and is limited to 262144",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_stack_is_refused_for(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def test_three_hosts_are_warned_of_in_every_environment_but_prod() -> None:
    found = of_rule("I1")
    assert {each.file.split(".")[1] for each in found} == {"sandbox", "dev", "test"}
    assert all(each.severity is Severity.WARNING for each in found)


def test_two_hosts_are_enough_where_no_cluster_spreads_its_nodes() -> None:
    spread = {
        LAST_HOST: "",
        "      - name: onp1-dev-admin\n": "      - name: onp1-dev-admin\n        anti_affinity: false\n",
        "        id: onp1-dev-user-cluster\n": "        id: onp1-dev-user-cluster\n        anti_affinity: false\n",
    }
    assert [each for each in of_rule("I1", edited(DEV, spread)) if each.file == DEV] == []


def test_all_vms_at_their_maximum_beyond_the_limit_are_warned_of() -> None:
    # 8 GiB workstation, 3 x 16 admin, 3 x 8 control plane, (4 + 1) x 16 workers: 160 GiB.
    warned("A94", edited(SANDBOX, {"memory_limit_mib: 262144": "memory_limit_mib: 163839"}), saying="need 163840 MiB")
    assert of_rule("A94", edited(SANDBOX, {"memory_limit_mib: 262144": "memory_limit_mib: 163840"})) == []


def test_a_second_generation_has_a_vlan_of_its_own() -> None:
    assert of_rule("I3", second_generation()) == []
