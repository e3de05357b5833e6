"""The environment's network: MTU, routing, egress and what is advertised."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.model.cases import DEV, ORGANISATION, PROD, edited, of_rule, refused, warned

CLOUD = "    cloud: 10.40.48.0/20\n"
KEY = "        pre_shared_key: {secret: sm://varde-net-dev-7a8b/vpn-psk-0}\n"


def test_an_mtu_that_a_tunnel_can_not_carry_is_a_warning() -> None:
    assert warned("D18", edited(PROD, {CLOUD: f"{CLOUD}    mtu: 8896\n"}), saying="large packets").file == PROD
    assert not of_rule("D18", edited(PROD, {CLOUD: f"{CLOUD}    mtu: 1460\n"}))


@pytest.mark.parametrize("mtu", [1299, 8897])
def test_an_mtu_that_a_vpc_can_not_have_is_refused(mtu: int) -> None:
    assert refused("D18", edited(PROD, {CLOUD: f"{CLOUD}    mtu: {mtu}\n"}), saying=str(mtu))


def test_a_routing_mode_that_does_not_exist_is_refused() -> None:
    assert refused("D21", edited(PROD, {CLOUD: f"{CLOUD}    routing_mode: GLOBL\n"}), saying="use GLOBAL")
    assert not of_rule("D21", edited(PROD, {CLOUD: f"{CLOUD}    routing_mode: REGIONAL\n"}))


def test_private_nodes_without_an_egress_address_are_a_warning() -> None:
    egress = "      egress:\n        egress-1: 192.0.2.21\n"
    assert warned("C24", edited(DEV, {egress: "      egress: {}\n"}), saying="can not pull public images").file == DEV


@pytest.mark.parametrize("ports", [0, 1, 100, 65536])
def test_ports_that_are_no_power_of_two_are_refused(ports: int) -> None:
    edit = edited(DEV, {"    nat:\n": f"    nat:\n      min_ports_per_vm: {ports}\n"})
    assert refused("C24", edit, saying="power of two").file == DEV


def test_too_few_egress_addresses_for_all_nodes_are_a_warning() -> None:
    edit = edited(DEV, {"    nat:\n": "    nat:\n      min_ports_per_vm: 16384\n"})
    assert warned("C24", edit, saying="1 egress addresses serve 3 nodes at 16384 ports each, and 10 can exist")


def test_advertising_what_the_sites_advertise_is_refused() -> None:
    for extra in ("10.20.17.0/24", "10.20.255.128/25"):
        edit = edited(DEV, {KEY: f"{KEY}        advertise: [{extra}]\n"})
        assert refused("D12", edit, saying=f"t0-if0-fw-a advertises {extra}").file == DEV
    assert not of_rule("D12", edited(DEV, {KEY: f"{KEY}        advertise: [10.60.0.0/24]\n"}))


def test_more_ranges_than_a_session_takes_are_refused() -> None:
    many = ", ".join(f"10.60.{number}.0/24" for number in range(197))
    edit = edited(DEV, {KEY: f"{KEY}        advertise: [{many}]\n"})
    assert refused("D12", edit, saying="advertises 201 ranges, and a session takes 200")
    fewer = ", ".join(islice(many.split(", "), 196))
    assert not of_rule("D12", edited(DEV, {KEY: f"{KEY}        advertise: [{fewer}]\n"}))


def test_reserved_ranges_of_the_organisation_are_judged_in_every_environment() -> None:
    edit = edited(ORGANISATION, {"{range: 172.17.0.0/16,": "{range: 10.40.0.0/16,"})
    assert len({problem.file for problem in of_rule("C22", edit)}) == 4
