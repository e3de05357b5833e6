"""Addresses of one environment's VPC."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.rules.addresses_cloud import nodes_at_most, pod_block
from tests.model.cases import PROD, TEST, edited, environment, of_rule, refused


@pytest.mark.parametrize(
    ("old", "new", "saying"),
    [
        ("        subnet: nodes\n", "        subnet: node\n", "did you mean 'nodes'?"),
        ("        subnet: nodes\n", "        subnet: proxy\n", "is for Google's proxies"),
        ("        pods: pods\n", "        pods: pod\n", "did you mean 'pods'?"),
        ("        services: services\n", "        services: service\n", "did you mean 'services'?"),
        (
            "        services: services\n",
            "        services: pods\n",
            "one secondary range, 'pods', for pods and services",
        ),
    ],
)
def test_a_cluster_names_ranges_that_exist(old: str, new: str, saying: str) -> None:
    assert refused("C22", edited(PROD, {old: new}), saying=saying).file == PROD


@given(st.integers(min_value=8, max_value=256))
def test_a_node_takes_the_power_of_two_that_is_at_least_twice_its_pods(pods: int) -> None:
    block = pod_block(pods)
    assert block & (block - 1) == 0
    assert block // 2 < 2 * pods <= block


@pytest.mark.parametrize(("pods", "prefix"), [(8, 28), (16, 27), (32, 26), (64, 25), (110, 24), (256, 23)])
def test_the_block_of_a_node_is_that_of_the_published_table(pods: int, prefix: int) -> None:
    assert pod_block(pods) == 2 ** (32 - prefix)


def test_surge_nodes_count_among_the_nodes_that_can_exist() -> None:
    (cluster,) = environment("prod").gke.clusters
    assert [nodes_at_most(environment("prod"), pool) for pool in cluster.node_pools] == [3 * 6 + 1, 3 * 2 + 1]


def test_a_pod_range_that_is_too_small_is_refused_with_the_size_that_is_enough() -> None:
    problem = refused(
        "C20", edited(TEST, {"pods: 100.68.0.0/16": "pods: 100.68.0.0/22"}), saying="7 nodes of gcp1-test"
    )
    assert "/21 or larger" in problem.remedy
    assert not of_rule("C20", edited(TEST, {"pods: 100.68.0.0/16": "pods: 100.68.0.0/21"}))


def test_fewer_pods_per_node_make_a_small_range_enough() -> None:
    pool = "            nodes_per_zone: {min: 1, max: 2}\n"
    small = {"pods: 100.68.0.0/16": "pods: 100.68.0.0/22"}
    assert not of_rule("C20", edited(TEST, {**small, pool: f"{pool}            max_pods_per_node: 64\n"}))


@pytest.mark.parametrize("pods", [7, 257])
def test_pods_per_node_that_gke_does_not_know_are_refused(pods: int) -> None:
    pool = "            nodes_per_zone: {min: 1, max: 2}\n"
    assert refused("C20", edited(TEST, {pool: f"{pool}            max_pods_per_node: {pods}\n"}), saying="use 8 to 256")


def test_a_subnet_with_fewer_addresses_than_nodes_is_refused() -> None:
    assert not of_rule("C21", edited(PROD, {"range: 10.40.48.0/22": "range: 10.40.48.0/27"}))
    small = edited(PROD, {"range: 10.40.48.0/22": "range: 10.40.48.0/28"})
    assert refused("C21", small, saying="room for 12 nodes, and 26 can exist").file == PROD


@pytest.mark.parametrize(
    ("new", "saying"),
    [
        ("10.40.57.10", "lies outside subnet ilb"),
        ("10.40.56.1", "Google keeps"),
        ("10.40.56.254", "Google keeps"),
        ("10.40.56.11", "is for east-west and for ingress"),
    ],
)
def test_an_internal_address_can_be_given_out_and_has_one_use(new: str, saying: str) -> None:
    assert refused("C21", edited(PROD, {"east-west: 10.40.56.10": f"east-west: {new}"}), saying=saying).file == PROD


def test_clusters_without_a_proxy_only_subnet_are_refused() -> None:
    edit = edited(PROD, {"        purpose: REGIONAL_MANAGED_PROXY\n": ""})
    assert refused("C62", edit, saying="no proxy-only subnet").file == PROD


def test_a_second_or_small_proxy_only_subnet_or_one_with_other_uses_is_refused() -> None:
    purpose = "        purpose: REGIONAL_MANAGED_PROXY\n"
    second = edited(PROD, {"range: 10.40.56.0/24\n": f"range: 10.40.56.0/24\n{purpose}"})
    assert refused("C62", second, saying="proxy and ilb are proxy-only subnets")
    assert refused("C62", second, saying="ilb has addresses")
    small = edited(PROD, {"range: 10.40.52.0/23": "range: 10.40.52.0/27"})
    assert refused("C62", small, saying="32 addresses, and proxies need 64")
    secondary = edited(PROD, {purpose: f"{purpose}        secondary: {{pods2: 100.80.0.0/24}}\n"})
    assert refused("C62", secondary, saying="proxy has secondary")
