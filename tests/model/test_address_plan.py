"""The address plan: what lies in what, how much room is left, and free ranges for something new."""

from __future__ import annotations

import time
from dataclasses import replace
from ipaddress import IPv4Network
from random import Random
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.config.problems import NOWHERE
from model.config.types import AddressRange
from model.planning.address_room import Room, free_blocks, rooms
from model.planning.address_tree import Block, address_tree, nested
from model.planning.entries import BLOCKS, Entry, Kind, Plane
from model.planning.proposal import Allocation, ClusterKind, NoRoomError, Request, allocate, prefix_for, propose
from model.planning.register import register
from tests.model.cases import DEV, PROD, edited, estate, sample

PARENT = IPv4Network("10.0.0.0/20")
prefixes = st.integers(min_value=22, max_value=30)
names = st.text(alphabet="abcdefgh", min_size=1, max_size=3)
requests = st.dictionaries(names, prefixes.map(lambda prefix: Request(prefix, "a test")), max_size=12)
taken = st.lists(
    st.tuples(st.integers(0, 4095), st.integers(0, 60)).map(
        lambda each: AddressRange(PARENT[each[0]], PARENT[min(4095, each[0] + each[1])])
    ),
    max_size=8,
)


def entry(block: str, kind: Kind = Kind.NETWORK, owner: str = "a test") -> Entry:
    return Entry(kind, AddressRange.of(IPv4Network(block)), owner, None, Plane.ON_PREM, NOWHERE)


def room(found: tuple[Room, ...], what: str) -> Room:
    [each] = [each for each in found if each.what == what]
    return each


class TestTree:
    def test_each_range_lies_in_the_smallest_that_holds_it(self) -> None:
        [root] = nested([entry("10.0.0.0/24"), entry("10.0.0.128/25"), entry("10.0.0.0/16"), entry("10.0.0.4/32")])
        assert [(depth, block.entry.text) for depth, block in root.walk()] == [
            (0, "10.0.0.0/16"),
            (1, "10.0.0.0/24"),
            (2, "10.0.0.4"),
            (2, "10.0.0.128/25"),
        ]
        assert (root.taken, root.inside[0].free) == (256, 127)

    def test_a_range_that_half_lies_in_another_stands_beside_it_and_is_counted_once(self) -> None:
        one, other = AddressRange(PARENT[0], PARENT[9]), AddressRange(PARENT[5], PARENT[14])
        [root] = nested(
            [entry(str(PARENT)), replace(entry(str(PARENT)), range=one), replace(entry(str(PARENT)), range=other)]
        )
        assert [len(child.inside) for child in root.inside] == [0, 0]
        assert root.taken == 15

    def test_a_range_that_something_fills_by_itself_is_taken_whole(self) -> None:
        [root] = nested([entry("10.0.0.0/24", Kind.PODS), entry("10.0.0.4/32", Kind.HOST)])
        assert root.free == 0

    def test_every_entry_of_the_sample_is_in_the_tree_once(self) -> None:
        def count(blocks: tuple[Block, ...]) -> int:
            return sum(1 for root in blocks for _ in root.walk())

        assert count(address_tree(sample())) == len(register(sample())) + 3


class TestRoom:
    def test_needs_are_those_of_full_autoscaling_with_surge(self) -> None:
        found = rooms(sample())
        assert (room(found, "workers of onp1-prod").need, room(found, "workers of onp1-prod").capacity) == (17, 100)
        pods = room(found, "pods of gcp1-prod")
        assert (pods.need, pods.capacity) == (26 * 256, 65536)
        assert room(found, "pods of onp1-dev").need == 12 + 3

    def test_one_more_of_something_fits_as_often_as_the_rule_allows(self) -> None:
        [step] = room(rooms(sample()), "workers of onp1-prod").steps
        assert step.fits == 6
        text = "worker_addresses: [10.20.49.100-10.20.49.199]"
        for last, fits in ((142, 2), (141, 1)):
            shorter = edited(PROD, {text: f"worker_addresses: [10.20.49.100-10.20.49.{last}]"})
            assert room(rooms(estate(shorter)), "workers of onp1-prod").steps[0].fits == fits

    def test_environments_that_still_fit_are_counted_around_what_is_reserved(self) -> None:
        [step] = room(rooms(sample()), "on-prem aggregate").steps
        assert (step.what, step.fits) == ("one more environment, /20", 11)

    def test_a_need_above_the_capacity_is_what_the_named_rule_refuses(self) -> None:
        small = edited(
            DEV, {"worker_addresses: [10.20.17.100-10.20.17.199]": "worker_addresses: [10.20.17.100-10.20.17.105]"}
        )
        workers = room(rooms(estate(small)), "workers of onp1-dev")
        assert workers.left < 0
        assert workers.rule == "B40"
        assert workers.steps[0].fits == 0

    @given(taken, st.integers(min_value=20, max_value=27))
    def test_free_blocks_are_as_many_as_can_be_found_one_by_one(self, held: list[AddressRange], prefix: int) -> None:
        free = [
            block
            for block in PARENT.subnets(new_prefix=prefix)
            if not any(AddressRange.of(block).overlaps(each) for each in held)
        ]
        assert free_blocks(PARENT, prefix, held) == len(free)


class TestAllocation:
    @staticmethod
    def _placed(wanted: dict[str, Request], held: list[AddressRange]) -> dict[str, Allocation]:
        try:
            return allocate(PARENT, wanted, held)
        except NoRoomError:
            return {}

    @given(requests, taken)
    def test_nothing_overlaps_or_leaves_its_parent(self, wanted: dict[str, Request], held: list[AddressRange]) -> None:
        given_out = self._placed(wanted, held)
        ranges = [AddressRange.of(each.range) for each in given_out.values()]
        assert all(each.range.subnet_of(PARENT) for each in given_out.values())
        assert all(given_out[use].range.prefixlen == wanted[use].prefix for use in given_out)
        assert not any(one.overlaps(other) for one in ranges for other in held)
        assert not any(one.overlaps(other) for place, one in enumerate(ranges) for other in ranges[:place])

    @given(requests, requests, taken)
    def test_what_was_given_out_stays_when_something_is_added(
        self, first: dict[str, Request], more: dict[str, Request], held: list[AddressRange]
    ) -> None:
        before = {use: each.range for use, each in self._placed(first, held).items()}
        both = {**more, **{use: first[use] for use in before}}
        try:
            after = allocate(PARENT, both, held, before)
        except NoRoomError:
            return
        assert {use: after[use].range for use in before} == before

    @given(requests, taken, st.randoms(use_true_random=False))
    def test_the_order_of_the_requests_does_not_matter(
        self, wanted: dict[str, Request], held: list[AddressRange], random: Random
    ) -> None:
        shuffled = dict(random.sample(list(wanted.items()), len(wanted)))
        assert self._placed(shuffled, held) == self._placed(wanted, held)

    def test_a_request_that_does_not_fit_says_what_would(self) -> None:
        with pytest.raises(
            NoRoomError, match=r"10\.0\.0\.0/20 has no free /22 for the pods .*; the largest that is free is a /23"
        ):
            allocate(
                PARENT,
                {"pods": Request(22, "why")},
                [AddressRange(PARENT[number], PARENT[number]) for number in (600, 1600, 2600, 3600)],
            )

    @given(st.integers(min_value=1, max_value=100_000))
    def test_a_block_is_the_smallest_that_holds_its_addresses(self, addresses: int) -> None:
        prefix = prefix_for(addresses)
        assert 2 ** (32 - prefix) >= addresses
        assert prefix == 32 or 2 ** (31 - prefix) < addresses


class TestProposal:
    @settings(max_examples=25, deadline=None)
    @given(
        st.sampled_from(["sandbox", "dev", "test", "prod"]),
        st.sampled_from(list(ClusterKind)),
        st.integers(min_value=1, max_value=400),
        st.integers(min_value=8, max_value=256),
    )
    def test_a_proposal_overlaps_nothing_in_any_environment(
        self, environment: str, kind: ClusterKind, nodes: int, pods: int
    ) -> None:
        env = sample().environments[environment]
        found = propose(sample(), env, kind, nodes=nodes, pods_per_node=pods)
        held = [each.range for each in register(sample()) if each.kind not in BLOCKS]
        assert not any(AddressRange.of(each.range).overlaps(other) for each in found for other in held)
        assert all(each.range.subnet_of(each.parent) for each in found)
        assert len({each.range for each in found}) == len(found)

    def test_a_cluster_of_forty_nodes_gets_blocks_of_the_documented_sizes(self) -> None:
        found = {
            each.use: each.range.prefixlen
            for each in propose(sample(), sample().environments["dev"], ClusterKind.GKE, nodes=40, pods_per_node=64)
        }
        assert found == {"subnet": 26, "control plane": 28, "pods": 19, "services": 20}

    def test_a_proposal_that_was_written_down_is_not_proposed_again(self) -> None:
        env = sample().environments["dev"]
        first = {each.use: each for each in propose(sample(), env, ClusterKind.GKE, nodes=40, pods_per_node=64)}
        secondary = f"{{pods2: {first['pods'].range}}}"
        subnet = f"      extra:\n        range: {first['subnet'].range}\n        secondary: {secondary}\n"
        written = estate(edited(DEV, {"      proxy:\n": f"{subnet}      proxy:\n"}))
        again = {
            each.use: each
            for each in propose(written, written.environments["dev"], ClusterKind.GKE, nodes=40, pods_per_node=64)
        }
        assert not again["subnet"].range.overlaps(first["subnet"].range)
        assert not again["pods"].range.overlaps(first["pods"].range)

    @pytest.mark.parametrize(("nodes", "pods"), [(0, 110), (4, 7), (4, 257)])
    def test_a_size_that_no_cluster_has_is_refused(self, nodes: int, pods: int) -> None:
        with pytest.raises(ValueError, match=r"at least one node|8 to 256 pods"):
            propose(sample(), sample().environments["dev"], ClusterKind.GKE, nodes=nodes, pods_per_node=pods)


def test_the_cost_of_a_tree_is_near_linear_in_its_ranges() -> None:
    def ranges(count: int) -> list[Entry]:
        return [entry(f"10.{number // 256}.{number % 256}.0/24") for number in range(count)] + [entry("10.0.0.0/8")]

    def seconds(count: int) -> float:
        held = ranges(count)
        begun = time.process_time()
        [root] = nested(held)
        assert root.taken == count * 256
        assert free_blocks(IPv4Network("10.0.0.0/8"), 24, [each.range for each in held[:-1]]) == 65536 - count
        return time.process_time() - begun

    ratios = [seconds(8000) / seconds(1000) for _ in range(3)]
    assert median(ratios) < 8 * 2
