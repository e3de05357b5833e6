"""The vSphere surroundings: each rule with the edit that breaks it."""

from __future__ import annotations

import pytest

from model.config.problems import Severity
from tests.model.cases import DEV, PROD, edited, of_rule, refused, second_generation, warned

LAST_HOST = "        - {name: esx03.dev.oslo1.fjellverket.example, address: 10.20.254.76}\n"

BEFORE_ACCESS = "      access:\n        account"


def given(permissions: str) -> dict[str, str]:
    """Return the dev stack with `permissions`, in YAML's flow style."""
    return edited(DEV, {BEFORE_ACCESS: f"      permissions: {{{permissions}}}\n{BEFORE_ACCESS}"})


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
    "an old vSphere": ("A90", edited(DEV, {"version: 8.0 U2": "version: 7.0 U1c"}), "vSphere 7.0 U1c is too old"),
    "anti-affinity on a Standard licence": (
        "A91",
        edited(DEV, {"license: enterprise-plus": "license: standard"}),
        "anti-affinity of onp1-dev-admin, onp1-dev needs DRS",
    ),
    "host groups on a Standard licence": (
        "A91",
        edited(PROD, {"license: enterprise-plus": "license: standard"}),
        "host groups and anti-affinity rules need DRS",
    ),
    "a resource pool on a Standard licence": (
        "A91",
        edited(DEV, {"license: enterprise-plus": "license: standard"}),
        "the program makes rp-varde-dev",
    ),
    "permissions for nobody": ("I6", given("owner: program"), "no account is named"),
    "permissions for the program itself": (
        "I6",
        given("owner: program, account: svc-varde-dev@vsphere.fjellverket.example"),
        "writes its own permissions",
    ),
    "permissions that leave others out": (
        "I6",
        given("owner: program, account: svc-gdc@zone, others: {root: [], datacenter: [], datastores: []}"),
        "the permissions of compute cluster would be those of svc-gdc@zone alone",
    ),
    "two permissions of one account": (
        "I6",
        given("owner: program, account: svc-gdc@zone, others: {root: [{principal: 'zone\\svc-gdc', role: No access}]}"),
        "has two permissions on root",
    ),
    "a storage policy of ours without tags": (
        "A24",
        edited(DEV, {BEFORE_ACCESS: f"      storage_policy: {{name: sp, owner: program}}\n{BEFORE_ACCESS}"}),
        "names no tags",
    ),
    "tags of a storage policy of vCenter's": (
        "A24",
        edited(DEV, {BEFORE_ACCESS: f"      storage_policy: {{name: sp, tags: [gold]}}\n{BEFORE_ACCESS}"}),
        "is vCenter's",
    ),
    "a slash in a content library": (
        "I5",
        edited(DEV, {"name: lib-varde-dev": "name: lib/varde"}),
        "content library 'lib/varde' has /",
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


def test_vsphere_that_takes_no_snapshots_of_volumes_is_warned_of() -> None:
    warned("A90", edited(DEV, {"version: 8.0 U2": "version: 7.0 U2"}), saying="takes no snapshots")
    for version in ("7.0 U3", "8.0", "8.0 U2b"):
        assert of_rule("A90", edited(DEV, {"version: 8.0 U2": f"version: {version}"})) == [], version


def test_a_standard_licence_is_refused_for_its_pool_alone_where_nothing_needs_drs() -> None:
    plain = {
        "license: enterprise-plus": "license: standard",
        "      - name: onp1-dev-admin\n": "      - name: onp1-dev-admin\n        anti_affinity: false\n",
        "        id: onp1-dev-user-cluster\n": "        id: onp1-dev-user-cluster\n        anti_affinity: false\n",
    }
    (found,) = of_rule("A91", edited(DEV, plain))
    assert "rp-varde-dev" in found.message


def test_permissions_that_name_everyone_are_accepted() -> None:
    others = "others: {root: [], datacenter: [], compute_cluster: [], datastores: []}"
    assert of_rule("I6", given(f"owner: program, account: svc-gdc@zone, {others}")) == []


def test_a_second_generation_has_a_vlan_of_its_own() -> None:
    assert of_rule("I3", second_generation()) == []
