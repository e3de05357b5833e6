"""Convergence against a search over every path; what a VPC uses of its routers' routes."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.planning.bgp.convergence import UnsettledError, converge
from model.planning.bgp.network import Down, End, Network, Selection, Session, Speaker
from model.planning.bgp.vpc import used_in
from tests.model.networks import (
    BEYOND,
    CLOUD,
    HERE,
    LINES,
    TAKEN,
    THERE,
    every_path,
    networks,
    used_by_a_device,
    used_by_the_cloud,
)


@settings(max_examples=150)
@given(networks())
def test_everyone_ends_with_the_best_of_all_paths_that_there_are(drawn: tuple[Network, Down]) -> None:
    network, down = drawn
    tables = converge(network, down)
    for name in network.speakers.keys() - down.speakers:
        judge = used_by_a_device if network.speakers[name].selection is Selection.DEVICE else used_by_the_cloud
        for prefix in network.prefixes:
            best = judge(list(every_path(network, down, name, prefix)))
            assert set(tables.choice(name, prefix).routes) == best


@settings(max_examples=80)
@given(networks())
def test_a_vpc_uses_the_best_of_what_all_its_routers_could_hear(drawn: tuple[Network, Down]) -> None:
    network, down = drawn
    tables = converge(network, down)
    routers = [name for name in (CLOUD, LINES) if name in network.speakers and name not in down.speakers]
    places = dict.fromkeys(routers, "europe-north1")
    for prefix in (*HERE, TAKEN, BEYOND):
        if prefix not in network.prefixes or not routers:
            continue
        heard = [route for name in routers for route in every_path(network, down, name, prefix)]
        best = {route.session for route in used_by_the_cloud(heard)}
        assert used_in("europe-north1", places, tables, prefix, routing_mode="REGIONAL") == best


@settings(max_examples=80)
@given(networks())
def test_packets_leave_over_tunnels_that_are_up_and_reach_the_other_side(drawn: tuple[Network, Down]) -> None:
    network, down = drawn
    tables = converge(network, down)
    live = {session.name for session in network.up(down)}
    for name in network.speakers:
        for prefix in network.prefixes:
            out = tables.leaves_by(name, prefix)
            assert out <= live
            for session in out:
                ends = {end.speaker for end in network.sessions[session].ends}
                assert any(prefix in network.speakers[end].originates for end in ends)
            has = prefix in network.speakers[name].originates or name in down.speakers
            paths = list(every_path(network, down, name, prefix)) if name not in down.speakers else []
            assert bool(out) == (not has and bool(paths))


@settings(max_examples=60)
@given(networks(), st.data())
def test_losing_more_never_makes_a_prefix_reachable_that_was_not(
    drawn: tuple[Network, Down], data: st.DataObject
) -> None:
    network, down = drawn
    names = sorted(network.sessions)
    more = down | Down(sessions=frozenset(data.draw(st.sets(st.sampled_from(names))) if names else ()))
    before, after = converge(network, down), converge(network, more)
    for prefix in THERE:
        devices = [name for name, each in network.speakers.items() if each.selection is Selection.DEVICE]
        reached = any(after.leaves_by(name, prefix) for name in devices)
        assert not reached or any(before.leaves_by(name, prefix) for name in devices)


def test_prefixes_that_nothing_tells_apart_are_worked_out_once() -> None:
    everywhere = End(CLOUD, IPv4Address("169.254.1.1"), frozenset(THERE))
    device = End("fw-a", IPv4Address("169.254.1.2"), frozenset(HERE[:1]))
    network = Network(
        {
            CLOUD: Speaker(CLOUD, 1, Selection.STANDARD, frozenset(THERE)),
            "fw-a": Speaker("fw-a", 2, Selection.DEVICE, frozenset(HERE)),
        },
        {"t0": Session("t0", (everywhere, device))},
    )
    assert sorted(map(len, network.alike)) == [1, 1, 2]
    tables = converge(network)
    assert tables.leaves_by("fw-a", THERE[0]) == tables.leaves_by("fw-a", THERE[1]) == {"t0"}
    assert tables.leaves_by(CLOUD, HERE[0]) == {"t0"}
    assert not tables.leaves_by(CLOUD, HERE[1])


def test_no_route_comes_back_into_an_as_that_it_has_been_in() -> None:
    # Two devices without a session inside, and a router that passes on whatever it hears.
    speakers = {
        CLOUD: Speaker(CLOUD, 1, Selection.STANDARD),
        "fw-a": Speaker("fw-a", 2, Selection.DEVICE, frozenset(HERE)),
        "fw-b": Speaker("fw-b", 2, Selection.DEVICE),
        "other": Speaker("other", 3, Selection.DEVICE),
    }
    address = IPv4Address("169.254.1.1")
    sessions = {name: Session(name, (End(CLOUD, address), End(name, address))) for name in speakers if name != CLOUD}
    tables = converge(Network(speakers, sessions))
    assert tables.leaves_by("other", HERE[0]) == {"other"}
    assert not tables.leaves_by("fw-b", HERE[0])


def test_preferences_that_contradict_each_other_are_said_instead_of_going_round_for_ever() -> None:
    # Each of three AS prefers the way through its neighbour to its own: the "bad gadget" of Griffin and Wilfong.
    prefix = IPv4Network("10.0.0.0/8")
    speakers = {"x": Speaker("x", 9, Selection.DEVICE, frozenset({prefix}))}
    speakers |= {name: Speaker(name, number, Selection.DEVICE) for number, name in enumerate("abc", 1)}
    address = IPv4Address("169.254.1.1")

    def session(one: str, other: str, preferred: str | None) -> Session:
        ends = [End(one, address), End(other, address)]
        if preferred is not None:
            ends = [End(end.speaker, address, preference=200 if end.speaker == preferred else 50) for end in ends]
        return Session(f"{one}{other}", (ends[0], ends[1]))

    spokes = [session("x", name, None) for name in "abc"]
    ring = [session("a", "b", "a"), session("b", "c", "b"), session("c", "a", "c")]
    network = Network(speakers, {each.name: each for each in [*spokes, *ring]})
    with pytest.raises(UnsettledError, match="never settle"):
        converge(network)


class TestRegions:
    """A VPC with a router in each of two regions (D21)."""

    @staticmethod
    def network(selection: Selection, north: int, west: int) -> Network:
        here = frozenset(HERE)
        speakers = {
            "north": Speaker("north", 64601, selection, frozenset(THERE)),
            "west": Speaker("west", 64602, selection, frozenset(THERE)),
            "fw-a": Speaker("fw-a", 65010, Selection.DEVICE, here),
        }

        def session(router: str, med: int) -> Session:
            cloud = End(router, IPv4Address("169.254.1.1"), frozenset(THERE))
            return Session(f"to-{router}", (cloud, End("fw-a", IPv4Address("169.254.1.2"), here, None, med)))

        return Network(speakers, {"to-north": session("north", north), "to-west": session("west", west)})

    ROUTERS = {"north": "europe-north1", "west": "europe-west1"}  # noqa: RUF012  never changed

    def used(self, network: Network, region: str, routing_mode: str, down: Down | None = None) -> set[str]:
        tables = converge(network, down)
        return set(used_in(region, self.ROUTERS, tables, HERE[0], routing_mode=routing_mode))

    @pytest.mark.parametrize("selection", [Selection.STANDARD, Selection.LEGACY])
    def test_with_equal_priorities_each_region_uses_its_own_router(self, selection: Selection) -> None:
        network = self.network(selection, 100, 100)
        assert self.used(network, "europe-north1", "GLOBAL") == {"to-north"}
        assert self.used(network, "europe-west1", "GLOBAL") == {"to-west"}

    def test_a_lower_priority_elsewhere_wins_in_standard_mode_and_loses_to_the_cost_in_legacy_mode(self) -> None:
        assert self.used(self.network(Selection.STANDARD, 200, 100), "europe-north1", "GLOBAL") == {"to-west"}
        assert self.used(self.network(Selection.LEGACY, 200, 100), "europe-north1", "GLOBAL") == {"to-north"}
        assert self.used(self.network(Selection.LEGACY, 400, 100), "europe-north1", "GLOBAL") == {"to-west"}

    def test_the_other_regions_router_serves_only_where_routing_is_global(self) -> None:
        network = self.network(Selection.STANDARD, 100, 100)
        lost = Down(speakers=frozenset({"north"}))
        assert self.used(network, "europe-north1", "GLOBAL", lost) == {"to-west"}
        assert self.used(network, "europe-north1", "REGIONAL", lost) == set()
        assert self.used(network, "europe-north1", "REGIONAL") == {"to-north"}
        assert self.used(network, "europe-central2", "REGIONAL") == set()
