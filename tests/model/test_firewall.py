"""The order sheet for the sites' firewalls, and the rules of the VPC's own policy."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from model.planning.firewall import PolicyRule, cloud_openings
from model.planning.order_sheet import Opening, Side, order_sheet
from tests.model.cases import DEV, edited, environment, estate, second_generation

ENVIRONMENTS = ("sandbox", "dev", "test", "prod")


def rows(name: str) -> dict[int, Opening]:
    return {row.number: row for row in order_sheet(environment(name))}


def rules(name: str) -> dict[str, PolicyRule]:
    return {rule.key: rule for rule in cloud_openings(environment(name))}


def texts(row: Opening) -> tuple[set[str], set[str], set[str]]:
    """Return the sources, the targets and the traffic of a row, as text."""
    sources = {str(end.range) for end in row.sources}
    targets = {str(end.range) for flow in row.flows for end in flow.targets}
    return sources, targets, {str(each) for flow in row.flows for each in flow.traffic}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_environment_orders_the_twelve_rows(name: str) -> None:
    sheet = order_sheet(environment(name))
    assert [row.number for row in sheet] == list(range(1, 13))
    assert len({row.key for row in sheet}) == 12


ADMIN, NODE = "10.20.16.0-10.20.16.127", "10.20.17.0-10.20.17.255"
GKE = {"10.40.16.0-10.40.19.255", "100.66.0.0-100.66.255.255"}


@pytest.mark.parametrize(
    ("number", "sources", "targets", "traffic"),
    [
        (1, {ADMIN, NODE}, {"199.36.153.8-199.36.153.11"}, {"tcp 443"}),
        (2, GKE, {"10.20.17.10"}, {"tcp 443"}),
        (3, {NODE}, {"10.40.28.0-10.40.28.15"}, {"tcp 443"}),
        (4, GKE, {"10.20.17.50"}, {"tcp 15443"}),
        (5, {NODE}, {"10.40.24.10"}, {"tcp 15443"}),
        (6, {"35.199.192.0-35.199.223.255"}, {"10.20.255.10", "10.20.255.11"}, {"tcp 53", "udp 53"}),
        (
            7,
            {ADMIN, NODE},
            {f"10.20.255.{last}" for last in (10, 11, 20, 21, 30, 40)},
            {"tcp 53", "udp 53", "udp 123", "tcp 6514", "tcp 443"},
        ),
        (8, {ADMIN, NODE}, {"10.20.254.10"}, {"tcp 443"}),
        (9, GKE, {"10.20.17.30"}, {"tcp 443"}),
        (10, {NODE}, {NODE}, {"tcp 7946", "udp 7946"}),
        (11, {"10.20.16.5", "10.20.16.6"}, {"10.20.254.10", "10.20.16.10", "10.20.17.10"}, {"tcp 443"}),
        (12, {"198.51.100.20", "203.0.113.20"}, {"None"}, {"udp 500, 4500", "esp"}),
    ],
)
def test_devs_rows_are_those_that_the_sample_orders(
    number: int, sources: set[str], targets: set[str], traffic: set[str]
) -> None:
    assert texts(rows("dev")[number]) == (sources, targets, traffic)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_rows_that_lead_into_the_vpc_and_no_others_are_rules_of_its_policy(name: str) -> None:
    into = {row.key: row for row in order_sheet(environment(name)) if row.side is Side.BOTH}
    assert {row.number for row in into.values()} == {3, 5}
    vpc = environment(name).network.cloud
    for key, row in into.items():
        rule = rules(name)[key]
        assert rule.sources == tuple(end.range.networks()[0] for end in row.sources if end.range)
        assert all(each.subnet_of(vpc) for each in rule.destinations)


def test_a_second_generation_joins_every_row_that_its_first_is_in() -> None:
    dev = estate(second_generation()).environments["dev"]
    both = {row.key: row for row in order_sheet(dev)}
    assert texts(both["mesh-to-onprem"])[1] == {"10.20.17.50", "10.20.18.50"}
    assert texts(both["istiod-to-onprem-api"])[1] == {"10.20.17.10", "10.20.18.10"}
    assert texts(both["metallb-members-node2"])[:2] == ({"10.20.18.0-10.20.18.255"}, {"10.20.18.0-10.20.18.255"})
    assert {row.key for row in order_sheet(environment("dev"))} < set(both)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_last_rule_denies_and_logs_everything_else(name: str) -> None:
    *allowed, last = cloud_openings(environment(name))
    assert (last.action, last.log, last.sources, last.destinations) == ("deny", True, (IPv4Network("0.0.0.0/0"),), ())
    assert all(rule.action == "allow" and rule.priority < last.priority for rule in allowed)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_rule_lets_the_internet_in_or_leaves_its_destination_open(name: str) -> None:
    known = [IPv4Network(each) for each in ("10.0.0.0/8", "100.64.0.0/10", "35.191.0.0/16", "130.211.0.0/22")]
    for rule in cloud_openings(environment(name))[:-1]:
        assert rule.destinations
        assert all(any(source.subnet_of(each) for each in known) for source in rule.sources), rule


def test_the_control_plane_reaches_webhooks_and_kubelets_of_nodes_and_pods() -> None:
    rule = rules("dev")["gke-control-plane"]
    assert rule.sources == (IPv4Network("10.40.28.0/28"),)
    assert rule.destinations == (IPv4Network("10.40.16.0/22"), IPv4Network("100.66.0.0/16"))
    (traffic,) = rule.traffic
    assert traffic.protocol == "tcp"
    assert {"8443", "9443", "10250", "15017"} <= set(traffic.ports)


def test_proxies_and_health_checks_reach_nodes_pods_and_passthrough_load_balancers() -> None:
    backends = {IPv4Network("10.40.16.0/22"), IPv4Network("100.66.0.0/16")}
    assert rules("dev")["load-balancer-proxies"].sources == (IPv4Network("10.40.20.0/23"),)
    assert set(rules("dev")["load-balancer-proxies"].destinations) == backends
    checks = rules("dev")["health-checks"]
    assert {str(each) for each in checks.sources} == {"35.191.0.0/16", "130.211.0.0/22"}
    assert set(checks.destinations) == backends | {IPv4Network("10.40.24.0/24")}


def test_further_sources_are_one_rule_over_tcp_443_that_names_their_reasons_and_moves_no_other() -> None:
    ingress = "    ingress:\n      external: 192.0.2.25\n"
    extra = "    allow_from:\n      office: [10.90.0.0/24]\n      audit: [10.91.0.0/24, 10.92.0.0/24]\n"
    dev = estate(edited(DEV, {ingress: f"{ingress}{extra}"})).environments["dev"]
    with_extra = {rule.key: rule for rule in cloud_openings(dev)}
    rule = with_extra.pop("allow-from")
    assert [str(each) for each in rule.sources] == ["10.90.0.0/24", "10.91.0.0/24", "10.92.0.0/24"]
    assert [str(each) for each in rule.traffic] == ["tcp 443"]
    assert "audit, office" in rule.description
    assert with_extra == rules("dev")


def test_an_environment_without_gke_opens_nothing_for_it() -> None:
    text = edited(DEV, {})[DEV]
    begin, end = text.index("  hybrid:gke:\n"), text.index("  hybrid:fleet:\n")
    dev = estate({DEV: f"{text[:begin]}  hybrid:gke:\n    clusters: []\n\n{text[end:]}"}).environments["dev"]
    assert {row.number for row in order_sheet(dev)} == {1, 6, 7, 8, 10, 11, 12}
    assert [rule.key for rule in cloud_openings(dev)] == ["deny"]
