"""What the sites and the VPC tell each other over BGP."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from model.planning.advertised import advertised, advertised_by, learned
from tests.model.cases import DEV, PROD, edited, environment, estate

PLAN = {
    "sandbox": ("10.40.0.0/20", "100.64.0.0/16"),
    "dev": ("10.40.16.0/20", "100.66.0.0/16"),
    "test": ("10.40.32.0/20", "100.68.0.0/16"),
    "prod": ("10.40.48.0/20", "100.70.0.0/16"),
}
"""The cloud block and the pod range of each environment in the sample's address plan."""


@pytest.mark.parametrize("name", PLAN)
def test_each_environment_advertises_its_cloud_block_its_pods_and_the_two_ranges_of_google(name: str) -> None:
    wanted = {*PLAN[name], "35.199.192.0/19", "199.36.153.8/30"}
    assert {str(each.range) for each in advertised(environment(name))} == wanted


@pytest.mark.parametrize("name", PLAN)
def test_no_on_prem_pods_are_advertised_since_they_hide_behind_their_nodes(name: str) -> None:
    env = environment(name)
    islands = [cluster.pods for cluster in env.onprem.user_clusters]
    assert not any(each.range.overlaps(pods) for each in advertised(env) for pods in islands)


def test_the_sites_advertise_the_environments_own_block_and_the_shared_services_only() -> None:
    assert [str(each) for each in learned(environment("test"))] == ["10.20.32.0/20", "10.20.255.0/24"]


def test_what_one_tunnel_advertises_beyond_the_plan_stays_with_that_tunnel() -> None:
    extra = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"
    edit = edited(DEV, {extra: f"{extra}        advertise: [10.60.0.0/24, 10.40.16.0/20]\n"})
    dev = estate(edit).environments["dev"]
    only = {each.range for each in advertised_by(dev, "t0-if0-fw-a")} - {each.range for each in advertised(dev)}
    assert only == {IPv4Network("10.60.0.0/24")}
    assert set(advertised(dev)) < set(advertised_by(dev, "t0-if0-fw-a"))
    assert advertised_by(dev, "t1-if1-fw-b") == advertised(dev)


def test_ranges_come_sorted_and_once_so_that_a_preview_stays_empty() -> None:
    cluster = '      - name: gcp1-prod\n        release_channel: STABLE\n        version_floor: "1.31"\n'
    second = cluster.replace("gcp1", "gcp2") + (
        "        subnet: nodes\n        pods: pods\n        services: services\n"
        "        control_plane: 10.40.61.0/28\n        node_pools: []\n"
    )
    prod = estate(edited(PROD, {cluster: second + cluster})).environments["prod"]
    assert len(prod.gke.clusters) == 2
    ranges = [each.range for each in advertised(prod)]
    assert ranges == sorted(set(ranges))
    assert {str(each) for each in ranges} == {*PLAN["prod"], "35.199.192.0/19", "199.36.153.8/30"}
