"""The VPN when a part of it is lost or switched off."""

from __future__ import annotations

import re
from datetime import date

import pytest

from model.planning.bgp.network import Down
from model.planning.bgp.proof import Prover
from model.rules.vpn_redundancy import production_has_two_sites
from tests.model.cases import DEV, ORGANISATION, PROD, ROOT, edited, environment, of_rule, problems, refused, warned
from tests.model.linked import attachments, linked
from tests.model.networks import with_priorities, with_vpn

DRILL = "    drill: {disabled_peers: []}\n"


ALLOWED = "approval: {by: varde-role-vaktleder@fjellverket.example, on: 2026-11-01}"


def drill(*peers: str, expires: str | None = None, approval: str | None = ALLOWED) -> dict[str, str]:
    """Return the replacement of the empty drill block."""
    until = f", expires: {expires}" if expires else ""
    allowed = f", {approval}" if approval else ""
    return {DRILL: f"    drill: {{disabled_peers: [{', '.join(peers)}]{until}{allowed}}}\n"}


def test_standby_tunnels_carry_nothing_while_the_others_are_up() -> None:
    env = with_priorities(environment("prod"), lambda name, tunnel: 200 if tunnel.peer == "fw-b" else 100)
    first, *others = (name for name, tunnel in env.vpn.tunnels.items() if tunnel.peer == "fw-a")
    prover = Prover(env)
    for down, kpps in (((), 500), ((first, *others), 500), (others, 250), (env.vpn.tunnels, 0)):
        assert prover.after(Down(sessions=frozenset(down))).kpps == kpps


def test_attachments_to_a_second_site_are_enough_for_production_and_to_the_same_one_are_not() -> None:
    def of_x8(device: str) -> list[str]:
        env = environment("prod")
        tunnels = {name: tunnel for name, tunnel in env.vpn.tunnels.items() if tunnel.peer == "fw-a"}
        lines = linked(attachments).vpn.interconnect
        assert lines is not None
        moved = {name: each.model_copy(update={"peer": device}) for name, each in lines.attachments.items()}
        interconnect = lines.model_copy(update={"attachments": moved})
        changed = with_vpn(env, tunnels=tunnels, interconnect=interconnect)
        return [finding.message for finding in production_has_two_sites(changed)]

    assert of_x8("fw-b") == []
    assert of_x8("fw-a") == ["all 4 links of prod end at one peer, fw-a: its loss cuts production off"]


def test_a_peak_that_the_tunnels_left_can_not_carry_is_refused() -> None:
    problem = refused(
        "D17", edited(PROD, {"peak_kpps: 320": "peak_kpps: 501"}), saying="carry 500 kpps, and the peak is 501"
    )
    assert problem.file == PROD
    assert not of_rule("D17", edited(PROD, {"peak_kpps: 320": "peak_kpps: 500"}))
    slower = edited(ORGANISATION, {"  on_prem_asn: 65010\n": "  on_prem_asn: 65010\n  kpps_per_tunnel: 50\n"})
    assert {each.file for each in of_rule("D17", slower)} == {DEV, PROD, "stacks/Pulumi.test.yaml"}


def test_an_environment_whose_peers_stand_at_one_site_is_not_asked_to_survive_its_loss() -> None:
    edit = edited(ORGANISATION, {"fw-b: {site: bergen1,": "fw-b: {site: oslo1,"})
    assert not of_rule("D17", edit)


def test_production_at_a_single_peer_is_refused() -> None:
    text = re.sub(
        r"^        peer: fw-b$", "        peer: fw-a", (ROOT / PROD).read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    problem = refused("X8", {PROD: text}, saying="one peer, fw-a")
    assert (problem.file, problem.remedy) == (PROD, "lead half of the tunnels to fw-b")


def test_production_at_two_peers_of_one_site_is_refused() -> None:
    edit = edited(ORGANISATION, {"fw-b: {site: bergen1,": "fw-b: {site: oslo1,"})
    assert [each.file for each in of_rule("X8", edit)] == [PROD]
    assert refused("X8", edit, saying="end at site oslo1")


class TestDrill:
    """A session that is switched off for a while, on purpose."""

    def test_a_drill_with_a_day_to_end_is_a_warning_that_says_what_is_left(self) -> None:
        edit = edited(PROD, drill("t0-if0-fw-a-bgp", expires="2026-11-04"))
        problem = warned("D20", edit, saying="carry 750 kpps, enough for the peak of 320")
        assert "t0-if0-fw-a-bgp switched off" in problem.message
        assert problem.file == PROD

    def test_the_last_day_of_a_drill_is_still_allowed_and_the_next_is_not(self) -> None:
        edit = edited(PROD, drill("t0-if0-fw-a-bgp", expires="2026-11-04"))
        assert warned("D20", edit, today=date(2026, 11, 4))
        assert refused("D20", edit, today=date(2026, 11, 5), saying="ended on 2026-11-04")

    def test_a_drill_without_a_day_to_end_is_refused(self) -> None:
        assert refused("D20", edited(PROD, drill("t0-if0-fw-a-bgp")), saying="add `expires:`")

    @pytest.mark.parametrize("file", [PROD, DEV])
    def test_switching_off_every_session_is_refused(self, file: str) -> None:
        names = re.findall(r"^      (t[0-9]-\S+):$", (ROOT / file).read_text(encoding="utf-8"), flags=re.MULTILINE)
        edit = edited(file, drill(*(f"{name}-bgp" for name in names), expires="2026-11-04"))
        assert refused("D20", edit, saying="no path for").file == file

    def test_an_unknown_session_is_refused_with_the_one_that_was_meant(self) -> None:
        edit = edited(PROD, drill("t0-if0-fw-a", expires="2026-11-04"))
        assert refused("D20", edit, saying="did you mean 't0-if0-fw-a-bgp'?")

    def test_a_drill_that_leaves_too_little_says_so(self) -> None:
        peers = ("t0-if0-fw-a-bgp", "t1-if0-fw-b-bgp", "t2-if1-fw-a-bgp")
        assert warned("D20", edited(PROD, drill(*peers, expires="2026-11-04")), saying="NOT enough for the peak of 320")

    def test_production_asks_who_allowed_it_and_other_environments_do_not(self) -> None:
        assert refused("D20", edited(PROD, drill("t0-if0-fw-a-bgp", expires="2026-11-04", approval=None)))
        assert warned("D20", edited(DEV, drill("t0-if0-fw-a-bgp", expires="2026-11-04", approval=None)))

    def test_a_drill_in_production_ends_within_a_week_and_elsewhere_when_it_likes(self) -> None:
        assert warned("D20", edited(PROD, drill("t0-if0-fw-a-bgp", expires="2026-11-09")))
        assert refused("D20", edited(PROD, drill("t0-if0-fw-a-bgp", expires="2026-11-10")), saying="by 2026-11-09")
        assert warned("D20", edited(DEV, drill("t0-if0-fw-a-bgp", expires="2026-11-10")))

    def test_tunnel_1_of_production_may_be_switched_off_and_tunnel_2_as_well_and_three_are_too_little(self) -> None:
        one, two = "t1-if0-fw-b-bgp", "t2-if1-fw-a-bgp"
        for peers, left in (((one,), 750), ((one, two), 500)):
            problem = warned("D20", edited(PROD, drill(*peers, expires="2026-11-04")), saying="enough for the peak")
            assert f"carry {left} kpps, enough" in problem.message

    def test_a_session_that_alone_carries_a_range_is_not_switched_off(self) -> None:
        key = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"
        only = {key: f"{key}        advertise: [10.9.0.0/24]\n"}
        edit = edited(DEV, {**only, **drill("t0-if0-fw-a-bgp", expires="2026-11-04")})
        assert "no path for 10.9.0.0/24" in refused("D20", edit, saying="no path for").message

    def test_no_drill_says_nothing(self) -> None:
        assert not [problem for problem in problems() if problem.rule == "D20"]
