"""The address register and what overlaps in it."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from model.config.problems import NOWHERE
from model.config.types import AddressRange
from model.planning.entries import ON_PREM_ADDRESSES, Entry, Kind, Plane, overlaps
from model.planning.free import free_block, free_run
from model.planning.register import register
from tests.model.cases import DEV, edited, estate, sample

numbers = st.integers(min_value=0, max_value=300)


@st.composite
def ranges(draw: st.DrawFn) -> AddressRange:
    """A range somewhere in 10.0.0.0 to 10.0.1.44, so that many overlap."""
    first, last = sorted((draw(numbers), draw(numbers)))
    base = int(IPv4Address("10.0.0.0"))
    return AddressRange(IPv4Address(base + first), IPv4Address(base + last))


@st.composite
def networks(draw: st.DrawFn) -> IPv4Network:
    prefix = draw(st.integers(min_value=0, max_value=32))
    number = draw(st.integers(min_value=0, max_value=2**prefix - 1)) if prefix else 0
    return IPv4Network((number << (32 - prefix), prefix))


def entry(held: AddressRange) -> Entry:
    return Entry(Kind.HOST, held, "a test", None, Plane.ON_PREM, NOWHERE)


def held(each: AddressRange) -> set[IPv4Address]:
    return set(each)


@given(ranges(), ranges())
def test_two_ranges_overlap_when_they_share_an_address(one: AddressRange, other: AddressRange) -> None:
    assert one.overlaps(other) == bool(held(one) & held(other))
    assert other.overlaps(one) == one.overlaps(other)


@given(ranges())
def test_a_range_counts_and_lists_its_addresses_and_reads_back_from_its_text(each: AddressRange) -> None:
    assert len(each) == len(list(each))
    assert AddressRange.parse(str(each)) == each
    assert all(address in each for address in each)
    assert each.first - 1 not in each
    assert each.last + 1 not in each


@given(ranges())
def test_the_blocks_of_a_range_cover_it_exactly_and_do_not_overlap(each: AddressRange) -> None:
    blocks = each.networks()
    assert sum(block.num_addresses for block in blocks) == len(each)
    assert all(AddressRange.of(block).first in each and AddressRange.of(block).last in each for block in blocks)
    assert not any(one.overlaps(other) for one, other in combinations(blocks, 2))


@given(networks())
def test_a_network_and_its_range_agree(network: IPv4Network) -> None:
    assert len(AddressRange.of(network)) == network.num_addresses
    assert AddressRange.of(network).networks() == [network]
    assert AddressRange.of(network).inside(network)


@given(st.lists(ranges(), max_size=12))
def test_the_register_finds_every_overlapping_pair_once_and_no_other(found: list[AddressRange]) -> None:
    entries = [entry(each) for each in found]
    wanted = [(i, j) for (i, one), (j, other) in combinations(enumerate(found), 2) if held(one) & held(other)]
    position = {id(each): number for number, each in enumerate(entries)}
    assert sorted((position[id(one)], position[id(other)]) for one, other in overlaps(entries)) == wanted


@given(st.lists(ranges(), max_size=8), st.integers(min_value=24, max_value=32))
def test_a_free_block_is_the_first_that_nothing_has(taken: list[AddressRange], prefix: int) -> None:
    parent = IPv4Network("10.0.0.0/23")
    used = set[IPv4Address]().union(*(held(each) for each in taken))
    free = [block for block in parent.subnets(new_prefix=prefix) if not used & set(block)]
    assert free_block(parent, prefix, taken) == (free[0] if free else None)


@given(st.lists(ranges(), max_size=8), st.integers(min_value=1, max_value=40))
def test_a_free_run_is_the_first_that_nothing_has_and_leaves_out_the_ends(
    taken: list[AddressRange], count: int
) -> None:
    network = IPv4Network("10.0.0.0/25")
    used = set[IPv4Address]().union(*(held(each) for each in taken))
    hosts = list(network.hosts())
    runs = [hosts[start : start + count] for start in range(len(hosts) - count + 1)]
    free = [run for run in runs if not used & set(run)]
    assert free_run(network, count, taken) == (AddressRange(free[0][0], free[0][-1]) if free else None)


def test_every_environment_is_in_the_register_with_a_place_in_its_own_file() -> None:
    entries = register(sample())
    for name, environment in sample().environments.items():
        mine = [each for each in entries if each.environment == name]
        assert {each.kind for each in mine} >= {Kind.BLOCK, Kind.NETWORK, Kind.SUBNET, Kind.LINK, Kind.PEER, Kind.POOL}
        assert {each.place.file for each in mine} == {environment.source.file}


def test_the_register_follows_the_order_of_promotion_whatever_the_files_are_called() -> None:
    named = [each.environment for each in register(sample()) if each.environment is not None]
    assert list(dict.fromkeys(named)) == ["sandbox", "dev", "test", "prod"]


def test_a_section_that_can_not_be_read_leaves_the_others_in_the_register() -> None:
    broken = estate(edited(DEV, {"    asn: 64602\n": "    asn: none\n"}))
    kinds = {each.kind for each in register(broken) if each.environment == "dev"}
    assert Kind.LINK not in kinds
    assert kinds >= {Kind.BLOCK, Kind.NETWORK, Kind.GKE_CONTROL_PLANE}


def test_every_address_of_the_sample_lies_in_a_network_that_the_register_knows() -> None:
    entries = register(sample())
    parents = [each.range for each in entries if each.kind in {Kind.NETWORK, Kind.RESERVED}]
    for each in entries:
        if each.kind in ON_PREM_ADDRESSES:
            assert any(each.range.first in parent and each.range.last in parent for parent in parents), each.name


def test_secondary_ranges_are_named_for_what_clusters_use_them_for() -> None:
    kinds = {each.text: each.kind for each in register(sample()) if each.environment == "dev"}
    assert kinds["100.66.0.0/16"] is Kind.GKE_PODS
    assert kinds["100.67.0.0/20"] is Kind.GKE_SERVICES
