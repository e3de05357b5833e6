"""Who reaches whom: every opening of the order sheets, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

from model.config.types import AddressRange
from model.estate import Environment, Estate
from model.planning.order_sheet import End, order_sheet
from model.planning.reachability.answer import can
from model.planning.reachability.ends import Endpoint, UnknownEndError, Where, end
from model.planning.reachability.links import Answer, Link
from tests.model.cases import DEV, edited, estate, sample
from tests.model.networks import with_vpn

ENVIRONMENTS = ("sandbox", "dev", "test", "prod")
CLUSTER = "      - name: gcp1-dev\n"
INGRESS = "    ingress:\n      external: 192.0.2.25\n"
HIDING = {CLUSTER: f"{CLUSTER}        pod_addressing: node_masquerade\n"}
BEHIND = {
    CLUSTER: f"{CLUSTER}        pod_addressing: nat_vm\n",
    INGRESS: (f"    nat_instance: {{subnet: nodes, address: 10.40.16.10, zone: europe-north1-a}}\n{INGRESS}"),
}


def ask(source: str, target: str, port: int, protocol: str = "tcp", among: Estate | None = None) -> Answer:
    return can(sample() if among is None else among, source, target, port, protocol)


def links(answer: Answer) -> Mapping[str, Link]:
    return {link.step: link for link in answer.chain}


def endpoint(of: Estate, env: Environment, part: End) -> Endpoint:
    """Return an end of an opening as one of a question, in the environment whose sheet it is on."""
    if part.range is None:
        return end(of, f"gateway@{env.name}")
    if part.range == AddressRange.of(env.organisation.addresses.dns_forwarding_sources):
        return end(of, f"forwarding@{env.name}")
    found = end(of, str(part.range))
    return replace(found, environment=found.environment or env.name)


def openings(of: Estate, name: str) -> Iterator[tuple[int, Endpoint, Endpoint, str, int]]:
    """Give every source, target and port of an environment's order sheet, but ESP, which has no port."""
    env = of.environments[name]
    for row in order_sheet(env):
        for flow in row.flows:
            for traffic in flow.traffic:
                for port in traffic.ports:
                    for source in row.sources:
                        for target in flow.targets:
                            near, far = endpoint(of, env, source), endpoint(of, env, target)
                            yield row.number, near, far, traffic.protocol, int(port)


def in_one_network(name: str, *parts: Endpoint) -> bool:
    networks = sample().environments[name].onprem.networks.values()
    blocks = [block for part in parts for block in part.ranges]
    return any(all(block.inside(network.range) for block in blocks) for network in networks)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_opening_of_the_order_sheet_is_a_yes_that_names_its_row(name: str) -> None:
    asked = 0
    for number, source, target, protocol, port in openings(sample(), name):
        answer = can(sample(), source, target, port, protocol)
        assert answer.yes, (number, source.name, target.name, port, answer.broken)
        firewall = links(answer)["sites' firewalls"]
        assert f"row {number} " in firewall.why or number in {8, 10, 11}, firewall
        asked += 1
    assert asked > 40


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_port_beside_each_opening_is_a_no_but_within_one_network(name: str) -> None:
    for number, source, target, protocol, port in openings(sample(), name):
        answer = can(sample(), source, target, port + 2, protocol)
        if in_one_network(name, source, target):
            assert "none between" in links(answer)["sites' firewalls"].why
        else:
            assert not answer.yes, (number, source.name, target.name, port)
            assert answer.broken is not None
            assert answer.broken.remedy


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_same_openings_from_another_environment_are_a_no(name: str) -> None:
    other = "dev" if name == "prod" else "prod"
    strangers = [end(sample(), each) for each in (f"node@onp1-{other}", f"node@gcp1-{other}", f"pod@gcp1-{other}")]
    asked = 0
    for number, source, target, protocol, port in openings(sample(), name):
        if end(sample(), target.name).environment is None:
            continue
        for stranger in strangers:
            if stranger.where is source.where:
                assert not can(sample(), stranger, target, port, protocol).yes, (number, stranger.name, target.name)
                asked += 1
    assert asked > 10


@pytest.mark.parametrize("here", ENVIRONMENTS)
@pytest.mark.parametrize("there", ENVIRONMENTS)
def test_no_environment_reaches_anything_of_another(here: str, there: str) -> None:
    if here == there:
        return
    for source in (f"pod@gcp1-{here}", f"node@gcp1-{here}", f"node@onp1-{here}", f"pod@onp1-{here}"):
        for target in ("node@gcp1", "api@gcp1", "eastwest@gcp1", "node@onp1", "api@onp1", "ingress@onp1"):
            for port in (22, 443, 15443):
                assert not ask(source, f"{target}-{there}", port).yes, (source, target, there, port)


def test_the_chain_names_the_row_the_rule_the_route_and_the_tunnels() -> None:
    chain = links(ask("node@onp1-dev", "api@gcp1-dev", 443))
    assert "row 3 of dev's order sheet" in chain["sites' firewalls"].why
    assert "rule istiod-to-gke-api, priority 1030: allow" in chain["VPC firewall"].why
    assert chain["route"].why.startswith("10.40.16.0/20")
    assert "t0-if0-fw-a, t1-if1-fw-b" in chain["tunnels"].why
    assert "network node" in chain["authorised networks"].why
    assert chain["way back"].why.startswith("10.20.16.0/20")


@pytest.mark.parametrize(
    ("source", "target", "port", "breaks"),
    [
        ("pod@gcp1-dev", "vcenter", 443, "route"),
        ("pod@gcp1-dev", "10.20.33.10", 443, "route"),
        ("node@onp1-dev", "node@gcp1-dev", 22, "sites' firewalls"),
        ("pod@gcp1-dev", "node@gcp1-prod", 443, "route"),
        ("internet", "node@gcp1-dev", 443, "route"),
        ("internet", "ingress@gcp1-dev", 25, "target"),
        ("internet", "ingress@onp1-dev", 443, "sites' firewalls"),
        ("node@onp1-dev", "internet", 443, "sites' firewalls"),
        ("172.31.0.9", "dns", 53, "address"),
        ("pod@gcp1-dev", "googleapis", 80, "target"),
        ("pod@gcp1-dev", "ingress@gcp1-dev", 22, "VPC firewall"),
        ("10.40.24.50", "api@gcp1-dev", 443, "authorised networks"),
        ("10.40.24.50", "internet", 443, "source address"),
    ],
)
def test_the_first_link_that_breaks_is_named_with_what_would_mend_it(
    source: str, target: str, port: int, breaks: str
) -> None:
    broken = ask(source, target, port).broken
    assert broken is not None
    assert broken.step == breaks
    assert broken.why


@pytest.mark.parametrize(
    ("source", "target", "port"),
    [
        ("pod@gcp1-dev", "internet", 443),
        ("internet", "ingress@gcp1-dev", 443),
        ("node@gcp1-dev", "pod@gcp1-dev", 8080),
        ("pod@gcp1-dev", "api@gcp1-dev", 443),
        ("pod@gcp1-dev", "googleapis", 443),
        ("pod@onp1-dev", "googleapis", 443),
        ("workstation@dev", "vcenter", 443),
    ],
)
def test_what_no_row_is_about_is_answered_too(source: str, target: str, port: int) -> None:
    assert ask(source, target, port).yes


def test_what_stands_behind_a_link_that_breaks_is_told_too() -> None:
    chain = links(ask("node@onp1-prod", "api@gcp1-dev", 443))
    assert [step for step, link in chain.items() if not link.holds] == [
        "sites' firewalls",
        "VPC firewall",
        "authorised networks",
        "way back",
    ]


def test_a_link_without_tunnels_carries_nothing() -> None:
    dev = with_vpn(sample().environments["dev"], tunnels={})
    among = replace(sample(), environments={**sample().environments, "dev": dev})
    for source, target in (("pod@gcp1-dev", "api@onp1-dev"), ("node@onp1-dev", "api@gcp1-dev")):
        broken = ask(source, target, 443, among=among).broken
        assert broken is not None
        assert broken.step == "tunnels"


def test_a_way_out_without_an_address_is_none() -> None:
    egress = "      egress:\n        egress-1: 192.0.2.21\n"
    among = estate(edited(DEV, {egress: "      egress: {}\n"}))
    assert not ask("pod@gcp1-dev", "internet", 443, among=among).yes


def test_a_pod_at_a_site_leaves_as_its_node_and_can_not_be_called() -> None:
    assert "10.20.17.0/24" in links(ask("pod@onp1-dev", "api@gcp1-dev", 443))["source address"].why
    assert not ask("node@gcp1-dev", "pod@onp1-dev", 443).yes


def test_a_port_that_the_files_open_in_the_vpc_still_needs_the_sites() -> None:
    extra = edited(DEV, {INGRESS: f"{INGRESS}    allow_from: {{tools: [10.20.17.0/24]}}\n"})
    chain = links(ask("node@onp1-dev", "node@gcp1-dev", 443, among=estate(extra)))
    assert "rule allow-from, priority 3000" in chain["VPC firewall"].why
    assert not chain["sites' firewalls"].holds


class TestPodsThatHide:
    """What hides is neither advertised nor named on an order, and all that was open stays open (C29, C30)."""

    @pytest.mark.parametrize(
        ("edit", "seen"), [(HIDING, "10.40.16.0/22"), (BEHIND, "10.40.16.10")], ids=["node_masquerade", "nat_vm"]
    )
    def test_every_opening_is_still_a_yes_from_the_address_that_is_seen(
        self, edit: Mapping[str, str], seen: str
    ) -> None:
        among = estate(edited(DEV, edit))
        for number, source, target, protocol, port in openings(among, "dev"):
            assert can(among, source, target, port, protocol).yes, (number, source.name, target.name, port)
        answer = ask("pod@gcp1-dev", "api@onp1-dev", 443, among=among)
        assert answer.yes
        assert seen in links(answer)["source address"].why

    @pytest.mark.parametrize("edit", [HIDING, BEHIND], ids=["node_masquerade", "nat_vm"])
    def test_the_sites_have_no_route_to_the_pods(self, edit: Mapping[str, str]) -> None:
        among = estate(edited(DEV, edit))
        route = links(ask("node@onp1-dev", "pod@gcp1-dev", 8080, among=among))["route"]
        assert not route.holds
        assert "pod_addressing: routable" in route.remedy
        assert links(ask("node@onp1-dev", "pod@gcp1-dev", 8080))["route"].holds

    def test_nodes_behind_the_instance_hide_too_and_keep_their_address_inside_the_vpc(self) -> None:
        among = estate(edited(DEV, BEHIND))
        assert "10.40.16.10" in links(ask("node@gcp1-dev", "api@onp1-dev", 443, among=among))["source address"].why
        assert "keeps its own" in links(ask("node@gcp1-dev", "pod@gcp1-dev", 80, among=among))["source address"].why

    def test_a_masquerading_cluster_keeps_pod_addresses_inside_the_vpc(self) -> None:
        among = estate(edited(DEV, HIDING))
        assert "keeps its own" in links(ask("pod@gcp1-dev", "pod@gcp1-dev", 80, among=among))["source address"].why


class TestNames:
    """Questions for names go both ways, from whichever VPC asks."""

    def test_sites_that_may_ask_reach_the_entry_points_and_others_do_not(self) -> None:
        dns = "    dns: {inbound: {zones: [googleapis.com], addresses: {ilb: 10.40.24.5}}}\n"
        among = estate(edited(DEV, {INGRESS: f"{dns}{INGRESS}"}))
        asked = replace(end(among, "dns"), environment="dev")
        assert can(among, asked, "10.40.24.5", 53, "udp").yes
        assert not can(among, asked, "10.40.24.5", 443).yes
        assert not ask("dns", "10.40.24.5", 53, "udp").yes

    def test_a_vpc_that_another_asks_for_sends_no_questions_itself(self) -> None:
        hub = "projects/varde-net-test-1e2f/global/networks/varde-test"
        among = estate(edited(DEV, {INGRESS: f"    dns: {{forward_from: {hub}}}\n{INGRESS}"}))
        assert not ask("forwarding@dev", "dns", 53, among=among).yes
        assert ask("forwarding@test", "dns", 53, among=among).yes


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pod@gcp1-dv", "did you mean 'gcp1-dev'"),
        ("workstation@dv", "did you mean 'dev'"),
        ("ingress@onp1-dev-admin", "has no ingress"),
        ("35.199.192.7", "forwarding@<environment>"),
        ("the cloud", "pod@, node@"),
    ],
)
def test_an_end_that_no_file_knows_is_said_with_what_there_is(text: str, says: str) -> None:
    with pytest.raises(UnknownEndError, match=says.replace("(", r"\(")):
        end(sample(), text)


@pytest.mark.parametrize(
    ("text", "where", "environment"),
    [
        ("100.98.3.4", Where.SITES, "dev"),
        ("100.66.3.4", Where.CLOUD, "dev"),
        ("10.40.60.2", Where.CLOUD, "prod"),
        ("10.20.255.10", Where.SITES, None),
        ("199.36.153.9", Where.GOOGLE, None),
        ("8.8.8.8", Where.INTERNET, None),
        ("172.31.0.9", Where.NOWHERE, None),
    ],
)
def test_an_address_is_known_by_whose_it_is(text: str, where: Where, environment: str | None) -> None:
    found = end(sample(), text)
    assert (found.where, found.environment) == (where, environment)
