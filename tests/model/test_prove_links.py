"""The proof where links are of several kinds: attachments, a gateway for each site, another gateway of the cloud."""

from __future__ import annotations

from datetime import date
from ipaddress import IPv4Network

import pytest

from model.config.interconnect import Attachment, InterconnectKind
from model.config.problems import Severity
from model.estate import Environment
from model.planning.bgp.failures import Kind
from model.planning.bgp.links import Edge, LinkKind, attachment_kpps, links
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Direction, Judged, Prover, prove
from model.planning.bgp.sla import attachments_promise, sla
from model.planning.review.gates import of_redundancy
from operations.vpn.proof_data import as_data
from operations.vpn.proof_picture import draw
from operations.vpn.proof_text import counted, promise_lines
from tests.model.cases import of_rule, problems, warned
from tests.model.forms import Data
from tests.model.linked import (
    ALL_LINKS,
    attachments,
    linked,
    other_gateway,
    partner,
    second_metro,
    site_gateways,
    stack,
)
from tests.model.networks import with_vpn

LINES = frozenset({"v0", "v1"})
TUNNELS = frozenset({"t0-if0-fw-a", "t1-if1-fw-b"})


def lost(env: Environment, kind: Kind) -> dict[str, Judged]:
    """Return the judgements of the losses of a kind, by what is lost."""
    return {
        str(each.loss).removeprefix(f"{kind.value} "): each
        for each in prove(env).singles
        if str(each.loss).startswith(f"{kind.value} ")
    }


class TestAttachments:
    """Attachments of a better MED carry everything, and the tunnels stand by (D13, D24)."""

    def test_intact_the_attachments_carry_both_ways_what_their_bandwidth_allows(self) -> None:
        state = prove(linked(attachments)).intact
        assert state.used(Direction.TO_SITES) == state.used(Direction.TO_CLOUD) == LINES
        assert state.kpps == 2 * 125
        assert not state.lopsided

    @pytest.mark.parametrize(
        ("kind", "what", "left", "kpps"),
        [
            (Kind.ATTACHMENT, "v0", {"v1"}, 125),
            (Kind.LINE, "line-1", {"v0"}, 125),
            (Kind.DOMAIN, "1 of osl", {"v1"}, 125),
            (Kind.DEVICE, "fw-a", {"v1"}, 125),
            (Kind.METRO, "osl", TUNNELS, 500),
            (Kind.ROUTER, "varde-sandbox-interconnect-router", TUNNELS, 500),
            (Kind.ROUTER, "varde-sandbox-vpn-router", LINES, 250),
            (Kind.INTERFACE, "0", LINES, 250),
        ],
    )
    def test_a_loss_leaves(self, kind: Kind, what: str, left: set[str], kpps: int) -> None:
        judged = lost(linked(attachments), kind)[what]
        assert judged.state.used(Direction.TO_SITES) == judged.state.used(Direction.TO_CLOUD) == left
        assert (judged.state.kpps, judged.verdict, judged.beyond) == (kpps, "holds", None)

    def test_why_is_the_med_of_the_other_routers_routes(self) -> None:
        assert {
            path.why for path in prove(linked(attachments)).intact.paths if path.direction is Direction.TO_SITES
        } == {"MED: 50 before 100, 2 equal paths (ECMP)"}

    def test_with_equal_meds_the_slowest_link_decides_for_all(self) -> None:
        env = linked(attachments)
        interconnect = env.vpn.interconnect
        assert interconnect is not None
        slow = {
            name: each.model_copy(update={"priority": 100, "bandwidth": "BPS_50M"})
            for name, each in interconnect.attachments.items()
        }
        equal = with_vpn(env, interconnect=interconnect.model_copy(update={"attachments": slow}))
        state = prove(equal).intact
        assert state.used(Direction.TO_SITES) == LINES | TUNNELS
        assert state.kpps == 4 * 6

    @pytest.mark.parametrize(
        ("bandwidth", "kind", "kpps"),
        [
            ("BPS_50G", InterconnectKind.DEDICATED, 6250),
            ("BPS_10G", InterconnectKind.DEDICATED, 1250),
            ("BPS_200M", InterconnectKind.DEDICATED, 25),
            (None, InterconnectKind.DEDICATED, 1250),
            (None, InterconnectKind.PARTNER, 6),
            ("much", InterconnectKind.DEDICATED, 0),
        ],
    )
    def test_what_an_attachment_carries(self, bandwidth: str | None, kind: InterconnectKind, kpps: int) -> None:
        given = Attachment(peer="fw-a", edge_domain=1, bandwidth=bandwidth, range=IPv4Network("169.254.28.0/29"))
        assert attachment_kpps(given, kind) == kpps

    def test_a_router_that_another_gateway_hangs_on_is_beyond_the_design_again(self) -> None:
        judged = lost(linked(attachments, other_gateway), Kind.ROUTER)
        assert judged["varde-sandbox-vpn-router"].beyond is not None
        assert judged["varde-sandbox-interconnect-router"].beyond is None


class TestOtherGateways:
    """Another gateway of the cloud is reached by its own tunnels, and takes nothing from the sites' capacity (D5)."""

    def test_its_ranges_are_reached_over_its_tunnels_alone_and_told_what_they_name(self) -> None:
        state = prove(linked(other_gateway)).intact
        paths = {(str(path.prefix), path.direction): path.tunnels for path in state.paths if path.gateway == "partner"}
        assert paths == {
            ("10.70.0.0/16", Direction.TO_SITES): {"c0", "c1"},
            ("10.40.0.0/24", Direction.TO_CLOUD): {"c0", "c1"},
        }
        assert not {"c0", "c1"} & (state.used(Direction.TO_SITES, "") | state.used(Direction.TO_CLOUD, ""))
        assert state.kpps == 500
        assert not state.lopsided

    def test_one_interface_lost_leaves_the_other_tunnel_and_the_gateway_lost_is_the_other_sides_matter(self) -> None:
        env = linked(other_gateway)
        held = lost(env, Kind.INTERFACE)["0"]
        assert (held.verdict, held.state.used(Direction.TO_SITES, "partner")) == ("holds", {"c1"})
        gone = lost(env, Kind.OTHER)["partner"]
        assert gone.verdict == "cut"
        assert gone.beyond is not None
        assert {path.gateway for path in gone.state.cut} == {"partner"}

    def test_a_gateway_with_one_tunnel_is_cut_with_it(self) -> None:
        env = linked(other_gateway)
        peer = env.vpn.cloud_peers["partner"]
        one = peer.model_copy(update={"tunnels": {"c0": peer.tunnels["c0"]}})
        judged = lost(with_vpn(env, cloud_peers={"partner": one}), Kind.TUNNEL)["c0"]
        assert (judged.verdict, judged.beyond) == ("cut", None)


def test_ranges_that_a_session_is_taken_to_lead_to_go_where_their_own_med_says() -> None:
    env = linked()
    taken = IPv4Network("10.200.0.0/16")
    tunnels = {
        name: each.model_copy(update={"learn": (taken,), "learn_priority": 200 if name.startswith("t0") else 300})
        for name, each in env.vpn.tunnels.items()
    }
    prover = Prover(with_vpn(env, tunnels=tunnels))
    over = {path.prefix: path.tunnels for path in prover.after(Down()).paths if path.direction is Direction.TO_SITES}
    assert over[taken] == {"t0-if0-fw-a"}
    after = prover.after(Down(sessions=frozenset({"t0-if0-fw-a"})))
    assert {path.tunnels for path in after.paths if path.prefix == taken} == {frozenset({"t1-if1-fw-b"})}


class TestPromises:
    """What Google promises of each group, and of the whole (D1 to D3, D24)."""

    def test_each_external_gateway_is_judged_and_the_sites_have_the_best_of_them(self) -> None:
        env = linked(site_gateways)
        found = sla(env)
        assert [(each.group, each.percent) for each in found.groups] == [
            ("external gateway", "99.99"),
            ("external gateway bergen1", "99.99"),
        ]
        tunnels = {name: each for name, each in env.vpn.tunnels.items() if not name.startswith("t2")}
        less = sla(with_vpn(env, tunnels=tunnels))
        assert [each.percent for each in less.groups] == [None, "99.99"]
        assert less.percent == "99.99"
        assert "interface 1" in str(less.groups[0])

    def test_one_tunnel_to_each_of_two_gateways_is_promised_nothing(self) -> None:
        env = linked(site_gateways)
        tunnels = {name: each for name, each in env.vpn.tunnels.items() if name[:2] in {"t0", "t3"}}
        found = sla(with_vpn(env, tunnels=tunnels))
        assert found.percent is None
        assert found.reasons[0] == "external gateway: no tunnel on interface 1 of the gateway (D1)"

    def test_another_gateway_that_one_interface_reaches_takes_the_promise_from_the_whole(self) -> None:
        env = linked(other_gateway)
        assert sla(env).percent == "99.99"
        peer = env.vpn.cloud_peers["partner"]
        one = peer.model_copy(update={"tunnels": {"c0": peer.tunnels["c0"]}})
        found = sla(with_vpn(env, cloud_peers={"partner": one}))
        assert (found.percent, found.reasons) == (
            None,
            ("gateway partner: no tunnel on interface 1 of the gateway (D1)",),
        )

    def test_attachments_alone_have_the_lesser_promise_as_long_as_routers_are_in_one_region(self) -> None:
        for changes, reasons in (((attachments,), 2), ((attachments, second_metro), 1)):
            env = with_vpn(linked(*changes), tunnels={})
            found = sla(env)
            assert (found.percent, len(found.reasons)) == ("99.9", reasons)
            assert str(found).startswith("99.9 %, no 99.99 %: ")

    def test_attachments_in_one_edge_domain_are_promised_nothing(self) -> None:
        found = attachments_promise([Edge("osl", 1)], regions=1, global_routing=True)
        assert (found.percent, found.reasons) == (None, ("no attachment in edge domain 2 of osl (D24)",))

    def test_two_metros_two_regions_and_global_routing_are_promised_most(self) -> None:
        edges = [Edge(metro, domain) for metro in ("osl", "sto") for domain in (1, 2)]
        assert attachments_promise(edges, regions=2, global_routing=True).percent == "99.99"
        assert attachments_promise(edges, regions=2, global_routing=False).percent == "99.9"
        assert attachments_promise(edges, regions=1, global_routing=True).percent == "99.9"
        assert attachments_promise(edges[:3], regions=2, global_routing=True).percent == "99.9"

    def test_a_change_that_leaves_the_lesser_promise_meets_a_gate(self) -> None:
        both = linked(attachments)
        lines = with_vpn(both, tunnels={})
        reasons = [gate.reason for gate in of_redundancy(both, lines, "sandbox")]
        assert [each for each in reasons if each.startswith("the VPN loses its promise of 99.99 %: it takes")]
        assert not [gate for gate in of_redundancy(lines, both, "sandbox") if "promise" in gate.reason]

    def test_tunnels_beside_attachments_give_the_sites_the_better_promise(self) -> None:
        assert sla(linked(attachments)).percent == "99.99"


class TestShown:
    """Table, picture and data name every link."""

    def test_the_summary_counts_each_kind_and_promises_each_group(self) -> None:
        proof = prove(linked(*ALL_LINKS))
        assert counted(proof) == "4 tunnels and 2 attachments"
        assert [line.partition(":")[0] for line in promise_lines(proof)] == [
            "external gateway",
            "external gateway bergen1",
            "attachments",
            "gateway partner",
        ]

    def test_picture_and_data_have_a_column_for_each_link(self) -> None:
        proof = prove(linked(*ALL_LINKS))
        picture = draw(proof)
        for name in proof.topology.links:
            assert f">{name.partition('-')[0]}</text>" in picture
        assert ">domain 1 of osl</text>" in picture
        data = as_data(proof)
        shown = data["links"]
        assert isinstance(shown, dict)
        assert shown["v0"] == {"kind": "attachment", "kpps": 125}


class TestRules:
    """What the rules say where links are of several kinds (D17, D20)."""

    def test_a_line_that_is_short_of_the_peak_is_told_with_what_attachments_can_do_about_it(self) -> None:
        def busy(vpn: Data) -> None:
            vpn["peak_kpps"] = 130

        problem = warned("D17", stack(attachments, busy), saying="without attachment v0, 1 link of sandbox carries 125")
        assert "or give them more bandwidth" in problem.remedy

    def test_the_only_area_of_attachments_without_tunnels_is_warned_of(self) -> None:
        def alone(vpn: Data) -> None:
            vpn["tunnels"] = {}

        found = of_rule("D20", stack(attachments, alone))
        assert [each.message.partition(",")[0] for each in found] == ["without metro osl"]
        assert found[0].remedy == "put half of the attachments into another metropolitan area, or add tunnels"

    def test_a_drill_may_switch_an_attachment_off_while_something_is_left(self) -> None:
        def drill(vpn: Data) -> None:
            vpn["drill"] = {"disabled_peers": ["v0-bgp"], "expires": "2026-11-04"}

        today = date(2026, 11, 2)
        problem = warned("D20", stack(attachments, drill), saying="v1 carry 125 kpps", today=today)
        assert "v0-bgp switched off" in problem.message


def test_every_kind_of_link_at_once_breaks_no_rule_and_survives_every_single_loss() -> None:
    found = problems(stack(*ALL_LINKS))
    assert [each.text() for each in found if each.severity is Severity.ERROR] == []
    env = linked(*ALL_LINKS)
    assert prove(env).holds
    assert {link.kind for link in links(env).values()} == set(LinkKind)


def test_a_partners_attachments_carry_the_least_that_there_is() -> None:
    assert prove(linked(attachments, partner)).intact.kpps == 2 * 6
