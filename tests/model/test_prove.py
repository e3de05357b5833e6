"""The proof of the sample's redundancy, what breaks it, and what the rules say then."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from ipaddress import IPv4Network
from types import FrameType

import pytest

from model.config.problems import Severity
from model.config.vpn import Redundancy
from model.estate import Environment, Estate
from model.planning.bgp.failures import BEYOND, Failure, Kind
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Direction, Judged, Prover, prove
from model.planning.bgp.sla import sla
from model.rules.all import environment_rules, estate_rules
from tests.model.cases import DEV, ORGANISATION, PROD, SANDBOX, edited, environment, of_rule, refused, sample, warned
from tests.model.networks import with_priorities, with_vpn

NAMES = ("sandbox", "dev", "test", "prod")


def found(env: Environment, text: str) -> Judged:
    """Return the judgement of the loss that reads `text`."""
    return next(each for each in prove(env).singles if str(each.loss) == text)


def standby_device(env: Environment) -> Environment:
    return with_priorities(env, lambda name, tunnel: 200 if tunnel.peer == "fw-b" else 100)


class TestTheSample:
    """Every environment survives whatever one region's VPN is made to survive."""

    @pytest.mark.parametrize(("name", "tunnels", "kpps"), [("sandbox", 2, 500), ("dev", 2, 500), ("prod", 4, 1000)])
    def test_intact_every_tunnel_carries_traffic_both_ways(self, name: str, tunnels: int, kpps: int) -> None:
        proof = prove(environment(name))
        assert proof.intact.kpps == kpps
        for direction in Direction:
            assert len(proof.intact.used(direction)) == tunnels
        assert not proof.intact.lopsided

    @pytest.mark.parametrize("name", NAMES)
    def test_every_single_loss_leaves_a_path_for_every_prefix_and_the_peak(self, name: str) -> None:
        proof = prove(environment(name))
        assert proof.holds
        kinds = {each.loss.kind for each in proof.singles if isinstance(each.loss, Failure)}
        assert kinds == set(Kind) - {Kind.ATTACHMENT, Kind.LINE, Kind.DOMAIN, Kind.METRO, Kind.OTHER}

    @pytest.mark.parametrize(("name", "kpps"), [("sandbox", 250), ("dev", 250), ("test", 250), ("prod", 500)])
    def test_the_loss_of_a_site_leaves_what_the_sample_says(self, name: str, kpps: int) -> None:
        for site in ("oslo1", "bergen1"):
            assert found(environment(name), f"peer site {site}").state.kpps == kpps

    @pytest.mark.parametrize("name", NAMES)
    def test_the_loss_of_the_router_cuts_everything_and_is_beyond_the_design(self, name: str) -> None:
        for judged in prove(environment(name)).singles:
            assert (judged.verdict == "cut") == (judged.beyond is not None)
            if judged.beyond:
                assert judged.beyond in BEYOND.values()
                assert {path.prefix for path in judged.state.cut} == {path.prefix for path in judged.state.paths}

    def test_losing_a_site_of_production_and_one_tunnel_more_still_leaves_one_tunnel(self) -> None:
        pairs = {str(each.loss): each for each in prove(environment("prod"), with_pairs=True).pairs}
        pair = pairs["tunnel t0-if0-fw-a and peer site bergen1"]
        assert (pair.verdict, pair.state.kpps) == ("short", 250)
        assert pair.state.used(Direction.TO_SITES) == {"t2-if1-fw-a"}
        assert pairs["gateway interface 0 and gateway interface 1"].verdict == "cut"

    def test_pairs_that_are_one_loss_are_not_counted(self) -> None:
        pairs = {str(each.loss) for each in prove(environment("prod"), with_pairs=True).pairs}
        assert "tunnel t0-if0-fw-a and gateway interface 0" not in pairs
        assert not prove(environment("prod")).pairs

    @pytest.mark.parametrize("name", NAMES)
    def test_the_promise_of_99_99_holds(self, name: str) -> None:
        assert str(sla(environment(name))) == "99.99 %"


class TestStandby:
    """One device on standby, MED 200 against 100."""

    def test_the_standby_device_hands_on_what_it_gets_and_the_med_is_named(self) -> None:
        proof = prove(standby_device(environment("dev")))
        for direction in Direction:
            assert proof.intact.used(direction) == {"t0-if0-fw-a"}
        why = [path.why for path in proof.intact.paths if path.direction is Direction.TO_SITES]
        assert set(why) == {"MED: 100 before 200"}

    def test_it_takes_over_when_the_other_is_lost(self) -> None:
        judged = found(standby_device(environment("dev")), "peer device fw-a")
        assert judged.verdict == "holds"
        assert judged.state.used(Direction.TO_CLOUD) == judged.state.used(Direction.TO_SITES) == {"t1-if1-fw-b"}

    def test_half_of_the_active_tunnels_lost_is_too_little_for_production_since_standby_waits_for_all(self) -> None:
        judged = found(standby_device(environment("prod")), "tunnel t0-if0-fw-a")
        assert (judged.verdict, judged.state.kpps) == ("short", 250)
        assert judged.state.used(Direction.TO_SITES) == {"t2-if1-fw-a"}

    def test_without_the_session_inside_the_standby_device_uses_its_own_tunnel_and_answers_come_back_elsewhere(
        self,
    ) -> None:
        judged = found(standby_device(environment("dev")), "BGP session inside-fw-a-fw-b")
        assert judged.state.used(Direction.TO_CLOUD) == {"t0-if0-fw-a", "t1-if1-fw-b"}
        assert judged.state.used(Direction.TO_SITES) == {"t0-if0-fw-a"}
        assert {path.direction for path in judged.state.lopsided} == {Direction.TO_SITES}
        assert judged.state.kpps == 250


class TestSla:
    """Why 99.99 % does not hold (D1 to D3)."""

    def test_one_interface_without_a_tunnel(self) -> None:
        env = environment("dev")
        tunnels = {name: each.model_copy(update={"gateway_interface": 0}) for name, each in env.vpn.tunnels.items()}
        assert sla(with_vpn(env, tunnels=tunnels)).reasons == ("no tunnel on interface 1 of the gateway (D1)",)

    def test_an_address_of_four_that_no_tunnel_reaches(self) -> None:
        reasons = sla(with_vpn(environment("dev"), redundancy=Redundancy.FOUR_IPS)).reasons
        assert any("interface 0 to the peer's interface 1" in reason for reason in reasons)

    def test_pairs_that_are_crossed_are_pairs(self) -> None:
        env = environment("dev")
        tunnels = {
            name: each.model_copy(update={"gateway_interface": 1 - each.gateway_interface})
            for name, each in env.vpn.tunnels.items()
        }
        assert sla(with_vpn(env, tunnels=tunnels)).percent == "99.99"


class TestRules:
    """In production an error, elsewhere a warning."""

    AT_ONE_SITE = edited(ORGANISATION, {"fw-b: {site: bergen1,": "fw-b: {site: oslo1,"})

    def test_a_loss_that_cuts_production_off_is_refused_and_only_warned_of_elsewhere(self) -> None:
        problems = {each.file: each for each in of_rule("D20", self.AT_ONE_SITE)}
        assert problems[PROD].severity is Severity.ERROR
        assert "without peer site oslo1" in problems[PROD].message
        assert problems[PROD].remedy == "lead half of the tunnels to a device at another site"
        assert problems[DEV].severity is problems[SANDBOX].severity is Severity.WARNING

    def test_a_peak_that_a_loss_leaves_no_room_for_is_refused_in_production(self) -> None:
        edit = edited(PROD, {"peak_kpps: 320": "peak_kpps: 501"})
        assert "2 tunnels of prod carry 500 kpps" in refused("D17", edit).message

    def test_a_peak_that_a_loss_leaves_no_room_for_is_warned_of_elsewhere(self) -> None:
        edit = edited(DEV, {"peak_kpps: 80": "peak_kpps: 251"})
        assert warned("D17", edit, saying="1 tunnel of dev carries 250 kpps, and the peak is 251").file == DEV
        assert not of_rule("D17", edited(DEV, {"peak_kpps: 80": "peak_kpps: 250"}))

    def test_a_range_announced_on_one_tunnel_alone_is_warned_of_since_its_answers_come_back_elsewhere(self) -> None:
        key = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"
        edit = edited(DEV, {key: f"{key}        advertise: [10.60.0.0/24]\n"})
        problem = warned("D13", edit, saying="10.60.0.0/24 is reached over t0-if0-fw-a alone")
        assert problem.file == DEV

    def test_forwarding_sources_heard_from_several_environments_are_warned_of(self) -> None:
        problem = warned("D23", saying="fw-a hears of 35.199.192.0/19 from sandbox, dev, test, prod alike")
        assert problem.file == ORGANISATION

    def test_environments_that_end_at_devices_of_their_own_have_their_answers_told_apart(self) -> None:
        only = Estate(sample().organisation, {"dev": environment("dev")}, sample().teams, sample().today)
        assert not [each for each in estate_rules.run(only).problems if each.rule == "D23"]


def test_a_prefix_of_one_tunnel_is_cut_with_it_and_the_others_are_not() -> None:
    env = environment("dev")
    tunnels = dict(env.vpn.tunnels)
    tunnels["t0-if0-fw-a"] = tunnels["t0-if0-fw-a"].model_copy(update={"advertise": (IPv4Network("10.60.0.0/24"),)})
    prover = Prover(with_vpn(env, tunnels=tunnels))
    assert prover.after(Down()).kpps == 500
    after = prover.after(Down(sessions=frozenset({"t0-if0-fw-a"})))
    assert [str(path.prefix) for path in after.cut] == ["10.60.0.0/24"]
    assert after.kpps == 250


def test_regional_routing_keeps_the_path_where_clusters_and_router_share_a_region() -> None:
    env = environment("dev")
    network = env.network.model_copy(update={"routing_mode": "REGIONAL"})
    regional = dataclasses.replace(env, sections={**env.sections, "hybrid:network": network})
    assert prove(regional).holds


def calls(work: Callable[[], object]) -> int:
    """Return how many functions `work` calls: a cost that no other process on the machine changes."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_the_cost_grows_with_the_number_of_environments_and_not_with_its_square() -> None:
    def organisation_of(number: int) -> Estate:
        prod = environment("prod")
        environments = {f"e{each}": dataclasses.replace(prod, name=f"e{each}") for each in range(number)}
        return Estate(sample().organisation, environments, sample().teams, sample().today)

    proofs = {"D20", "D17", "D13"}
    checks = [rule.check for rule in environment_rules if rule.number in proofs]
    shared = [rule.check for rule in estate_rules if rule.title == "name servers answer the environment that asked"]
    assert len(checks) >= 4
    assert len(shared) == 1

    def work(estate: Estate) -> None:
        for env in estate.environments.values():
            prove(env)
            for check in checks:
                list(check(env))
        list(shared[0](estate))

    few, many = organisation_of(5), organisation_of(20)
    assert calls(lambda: work(many)) < 4.2 * calls(lambda: work(few))
