"""Addresses of on-prem nodes: what is left of a block, and the network that a control plane is in."""

from __future__ import annotations

from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st

from model.config.types import AddressRange
from model.planning.hosts import control_plane_network, hosted_by, without
from model.planning.members import made_here, planned_members, workload_members
from tests.model.cases import estate
from tests.model.forms import form


@st.composite
def ranges(draw: st.DrawFn) -> AddressRange:
    """A run of addresses in one /24."""
    first, last = sorted((draw(st.integers(0, 255)), draw(st.integers(0, 255))))
    return AddressRange(IPv4Address("10.20.16.0") + first, IPv4Address("10.20.16.0") + last)


@given(ranges(), st.lists(ranges(), max_size=4))
def test_what_is_left_of_a_block_is_each_address_that_nobody_holds_once_and_in_order(
    block: AddressRange, held: list[AddressRange]
) -> None:
    left = [address for each in without(block, held) for address in each]
    assert left == [address for address in block if not any(address in each for each in held)]


def test_a_control_plane_in_the_admin_cluster_is_in_its_network_and_others_in_their_own() -> None:
    env = estate(form("hosted control plane")).environments["dev"]
    (admin,), (user,) = env.onprem.admin_clusters, env.onprem.user_clusters
    assert control_plane_network(env, user) == "admin"
    assert hosted_by(env, admin) == (user,)
    plain = estate(form("DHCP")).environments["dev"]
    assert control_plane_network(plain, plain.onprem.user_clusters[0]) == "node"
    assert hosted_by(plain, plain.onprem.admin_clusters[0]) == ()


def test_a_cluster_of_gkectls_is_planned_and_a_member_once_it_is_registered() -> None:
    found = {name: estate(form(name)).environments["dev"] for name in ("hosted control plane", "hosted and registered")}
    assert {
        name: ["onp1-dev" in [each.cluster for each in members(env)] for members in (planned_members, workload_members)]
        for name, env in found.items()
    } == {"hosted control plane": [True, False], "hosted and registered": [True, True]}


def test_the_program_manages_what_the_api_drives_and_enrolled_admin_clusters() -> None:
    alone = estate(form("gkectl alone")).environments["dev"].onprem
    assert [made_here(each) for each in (*alone.admin_clusters, *alone.user_clusters)] == [False, False]
    enrolled = estate(form("enrolled admin cluster")).environments["dev"].onprem
    assert [made_here(each) for each in (*enrolled.admin_clusters, *enrolled.user_clusters)] == [True, True]
