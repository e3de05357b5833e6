"""Addresses of one environment's on-prem side."""

from __future__ import annotations

import pytest

from model.planning.hosts import control_plane_hosts, worker_hosts
from model.rules.addresses_onprem import workers_at_most
from tests.model.cases import DEV, PROD, SANDBOX, edited, environment, of_rule, refused

WORKERS = "[10.20.49.100-10.20.49.199]"


def test_prod_needs_seventeen_worker_addresses_one_spare_for_each_pool() -> None:
    edit = edited(PROD, {WORKERS: "[10.20.49.100-10.20.49.115]"})
    problem = refused("B40", edit, saying="has 16 worker addresses and needs 17")
    assert (problem.file, "2 pools" in problem.message) == (PROD, True)
    assert not of_rule("B40", edited(PROD, {WORKERS: "[10.20.49.100-10.20.49.116]"}))


def test_worker_addresses_in_several_blocks_count_together() -> None:
    enough = "[10.20.49.100-10.20.49.107, 10.20.49.120/29, 10.20.49.130]"
    assert not of_rule("B40", edited(PROD, {WORKERS: enough}))
    assert refused("B40", edited(PROD, {WORKERS: enough.replace(", 10.20.49.130", "")}))


@pytest.mark.parametrize(("name", "need"), [("sandbox", 5), ("dev", 12), ("test", 10), ("prod", 17)])
def test_workers_that_can_exist_at_once_are_those_of_the_sample(name: str, need: int) -> None:
    (cluster,) = environment(name).onprem.user_clusters
    assert workers_at_most(cluster.node_pools) == need


def test_control_plane_addresses_are_as_many_as_its_nodes() -> None:
    user = edited(DEV, {"addresses: 10.20.17.11-10.20.17.13": "addresses: 10.20.17.11-10.20.17.14"})
    assert refused("B41", user, saying="write 10.20.17.11-10.20.17.13").file == DEV
    admin = edited(DEV, {"addresses: 10.20.16.11-10.20.16.13": "addresses: 10.20.16.11-10.20.16.12"})
    assert refused("A29", admin, saying="2 control plane addresses for 3 nodes")


def test_control_plane_addresses_and_the_vip_lie_in_the_clusters_network() -> None:
    nodes = edited(DEV, {"addresses: 10.20.17.11-10.20.17.13": "addresses: 10.20.18.11-10.20.18.13"})
    assert refused("B22", nodes, saying="outside network node, 10.20.17.0/24")
    vip = edited(DEV, {"vip: 10.20.16.10\n": "vip: 10.20.16.200\n"})
    assert refused("B22", vip, saying="outside network admin, 10.20.16.0/25")


@pytest.mark.parametrize(
    ("old", "new", "saying"),
    [
        ("address: 10.20.16.5\n", "address: 10.20.17.5\n", "workstation address 10.20.17.5 lies outside network admin"),
        ("gateway: 10.20.17.1\n", "gateway: 10.20.18.1\n", "gateway 10.20.18.1 lies outside network node"),
        ("{ci-runner: 10.20.16.6}", "{ci-runner: 10.20.16.127}", "broadcast address"),
        ("spare: 10.20.16.14-10.20.16.20", "spare: 10.20.16.120-10.20.16.130", "spare range"),
        ("[10.20.17.100-10.20.17.199]", "[10.20.17.200-10.20.18.10]", "worker range"),
        ("[10.20.17.100-10.20.17.199]", "[10.20.17.200-10.20.17.255]", "broadcast address"),
    ],
)
def test_every_address_lies_in_its_network(old: str, new: str, saying: str) -> None:
    assert refused("A47", edited(DEV, {old: new}), saying=saying).file == DEV


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("A31", "pods: 100.104.64.0/18", "pods: 100.104.64.0/19"),
        ("A31", "services: 100.105.1.0/24", "services: 100.105.1.0/25"),
        ("B43", "services: 100.99.0.0/20", "services: 100.99.0.0/25"),
        ("B43", "services: 100.99.0.0/20", "services: 100.96.0.0/11"),
    ],
)
def test_cluster_ranges_of_another_size_than_allowed_are_refused(rule: str, old: str, new: str) -> None:
    assert refused(rule, edited(DEV, {old: new}), saying="wrong size").file == DEV


def test_a_pod_range_that_holds_fewer_nodes_than_can_exist_is_refused() -> None:
    too_small = edited(DEV, {"pods: 100.98.0.0/16": "pods: 100.98.0.0/21"})
    problem = refused("B42", too_small, saying="holds 8 nodes at a /24 each, and 15 can exist")
    assert "/20 or larger" in problem.remedy
    assert not of_rule("B42", edited(DEV, {"pods: 100.98.0.0/16": "pods: 100.98.0.0/20"}))
    assert refused("B42", edited(DEV, {"pods: 100.98.0.0/16": "pods: 100.98.0.0/25"}), saying="holds 0 nodes")


def test_an_ingress_vip_outside_every_pool_or_in_two_is_refused() -> None:
    outside = edited(DEV, {"ingress_vip: 10.20.17.30": "ingress_vip: 10.20.17.60"})
    assert refused("B46", outside, saying="in no address pool").file == DEV
    twice = edited(DEV, {"10.20.17.40-10.20.17.49": "10.20.17.30-10.20.17.49"})
    assert refused("B46", twice, saying="in pools internal, external")


def test_a_pool_outside_the_clusters_network_is_refused() -> None:
    edit = edited(DEV, {"10.20.17.40-10.20.17.49": "10.20.18.40-10.20.18.49"})
    assert refused("B46", edit, saying="pool external 10.20.18.40-10.20.18.49 lies outside network node")


def test_a_vip_that_metallb_leaves_out_is_refused_unless_the_pool_hands_it_out() -> None:
    wide = {
        "        range: 10.20.1.0/24\n": "        range: 10.20.0.0/22\n",
        "ingress_vip: 10.20.1.30": "ingress_vip: 10.20.1.255",
    }
    buggy = edited(SANDBOX, {**wide, "10.20.1.30-10.20.1.39": "10.20.1.250-10.20.2.5"})
    assert refused("B47", buggy, saying="10.20.1.255 ends in .0 or .255")
    pool = "{addresses: [10.20.1.30-10.20.1.39]}"
    allowed = edited(SANDBOX, {**wide, pool: "{addresses: [10.20.1.250-10.20.2.5], avoid_buggy_ips: false}"})
    assert not of_rule("B47", allowed)


def test_a_pool_of_nothing_but_addresses_that_metallb_leaves_out_is_refused() -> None:
    edit = edited(SANDBOX, {"10.20.1.50/32": "10.20.1.255/32"})
    assert refused("B47", edit, saying="has no others")


def test_an_esxi_host_outside_the_management_network_is_refused() -> None:
    edit = edited(PROD, {"address: 10.20.254.80": "address: 10.20.254.40"})
    assert refused("B45", edit, saying="outside the management network 10.20.254.64/26")


def test_host_names_count_nodes_from_one_and_workers_by_the_last_number_of_their_address() -> None:
    (cluster,) = environment("prod").onprem.user_clusters
    names = [host.name for host in control_plane_hosts(cluster.control_plane)]
    assert names == ["onp1-prod-cp-1", "onp1-prod-cp-2", "onp1-prod-cp-3"]
    workers = worker_hosts(cluster)
    assert len(workers) == 100
    assert all(host.name == f"onp1-prod-w-{str(host.address).rsplit('.', 1)[1]}" for host in workers)


def test_two_nodes_with_one_host_name_are_refused() -> None:
    twice = edited(
        DEV, {"[10.20.17.100-10.20.17.199]": "[10.20.17.100-10.20.17.199]", "onp1-dev-w-{octet}": "onp1-dev-w"}
    )
    assert refused("A47", twice, saying="'onp1-dev-w'")
    other = edited(DEV, {"onp1-dev-cp-{n}": "onp1-dev-admin-cp-{n}"})
    assert refused("A47", other, saying="onp1-dev-admin-cp-1")
    workstation = edited(DEV, {"name: onp1-dev-ws": "name: onp1-dev-cp-1"})
    assert refused("A7", workstation, saying="onp1-dev-cp-1")
    wrong = edited(DEV, {"onp1-dev-cp-{n}": "onp1_dev_cp_{n}"})
    assert refused("A47", wrong, saying="onp1_dev_cp_1")
