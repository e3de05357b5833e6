"""What follows from which address the sites see of pods: lists, routes, advertisements, orders, firewall rules."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest
import yaml

from model.estate import Environment
from model.planning.advertised import advertised, learned
from model.planning.firewall import cloud_openings
from model.planning.order_sheet import order_sheet
from model.planning.pod_addressing import DEFAULT_KEPT, kept, masquerade_config, nat_plan, nat_routes
from tests.model.cases import DEV, edited, environment, estate

CLUSTER = "      - name: gcp1-dev\n"
INGRESS = "    ingress:\n      external: 192.0.2.25\n"
NAT = "    nat_instance: {subnet: nodes, address: 10.40.16.10, zone: europe-north1-a}\n"


def dev(addressing: str) -> Environment:
    """Return dev with its cluster's pods addressed another way."""
    cluster = f"{CLUSTER}        pod_addressing: {addressing}\n"
    return estate(edited(DEV, {CLUSTER: cluster, INGRESS: f"{NAT}{INGRESS}"})).environments["dev"]


def sources(env: Environment, key: str) -> list[str]:
    return [str(end.range) for row in order_sheet(env) if row.key == key for end in row.sources]


@pytest.mark.parametrize(
    ("addressing", "seen"),
    [
        ("routable", ["10.40.16.0-10.40.19.255", "100.66.0.0-100.66.255.255"]),
        ("node_masquerade", ["10.40.16.0-10.40.19.255"]),
        ("nat_vm", ["10.40.16.10"]),
    ],
)
def test_orders_are_from_what_the_sites_see_and_pods_are_advertised_where_they_see_those(
    addressing: str, seen: list[str]
) -> None:
    env = dev(addressing)
    for key in ("istiod-to-onprem-api", "mesh-to-onprem", "grafana-queries"):
        assert sources(env, key) == seen
    ranges = {each.range for each in advertised(env)}
    assert (IPv4Network("100.66.0.0/16") in ranges) == (addressing == "routable")
    assert env.network.cloud in ranges


def test_nodes_that_hide_pods_leave_them_alone_inside_the_vpc_and_never_towards_the_sites() -> None:
    env = dev("node_masquerade")
    (cluster,) = env.gke.clusters
    told = yaml.safe_load(masquerade_config(env, cluster))
    blocks = [IPv4Network(each) for each in told["nonMasqueradeCIDRs"]]
    assert blocks == list(kept(env, cluster))
    for inside in (env.network.cloud, IPv4Network("100.66.0.0/16"), IPv4Network("100.67.0.0/20")):
        assert any(inside.subnet_of(block) for block in blocks)
    assert not any(block.overlaps(each) for block in blocks for each in learned(env))
    assert told["masqLinkLocal"] is False


def test_routable_pods_keep_their_address_towards_the_sites_by_gkes_own_list() -> None:
    env = environment("dev")
    assert kept(env, env.gke.clusters[0]) == DEFAULT_KEPT
    assert all(any(each.subnet_of(block) for block in DEFAULT_KEPT) for each in learned(env))
    assert nat_plan(env) is None


def test_routes_to_the_instance_cover_what_the_sites_announce_and_win_over_it() -> None:
    env = dev("nat_vm")
    routes = nat_routes(env)
    for announced in learned(env):
        halves = [each for each in routes if each.subnet_of(announced)]
        assert all(each.prefixlen > announced.prefixlen for each in halves)
        assert sum(each.num_addresses for each in halves) == announced.num_addresses
    plan = nat_plan(env)
    assert plan is not None
    for announced in learned(env):
        assert f"-d {announced} -j MASQUERADE" in plan.script


def test_the_firewall_lets_what_hides_through_to_the_sites_and_nothing_else_to_the_instance() -> None:
    rules = {rule.key: rule for rule in cloud_openings(dev("nat_vm"))}
    rule = rules["nat-instance"]
    assert {str(each) for each in rule.sources} == {"10.40.16.0/22", "100.66.0.0/16"}
    assert set(rule.destinations) == set(learned(environment("dev")))
    for other in ("routable", "node_masquerade"):
        assert "nat-instance" not in {each.key for each in cloud_openings(dev(other))}
