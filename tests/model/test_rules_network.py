"""The environment's network: MTU, routing, egress and what is advertised."""

from __future__ import annotations

from itertools import islice

import pytest

from model.config.problems import Severity
from tests.model.cases import DEV, ORGANISATION, PROD, SANDBOX, TEST, edited, of_rule, refused, warned

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


INGRESS = "    ingress:\n      external: 192.0.2.25\n"
CLUSTER = "      - name: gcp1-dev\n"
NAT = "    nat_instance: {subnet: nodes, address: 10.40.16.10, zone: europe-north1-a}\n"
TEST_VPC = "projects/varde-net-test-1e2f/global/networks/varde-test"
PROD_VPC = "projects/varde-net-prod-5c6d/global/networks/varde-prod"


def test_a_nat_instance_that_nothing_uses_is_a_warning_and_one_that_something_does_is_none() -> None:
    assert warned("C29", edited(DEV, {INGRESS: f"{NAT}{INGRESS}"}), saying="would not be made").file == DEV
    used = {INGRESS: f"{NAT}{INGRESS}", CLUSTER: f"{CLUSTER}        pod_addressing: nat_vm\n"}
    assert not of_rule("C29", edited(DEV, used))


def test_one_machine_between_production_and_the_sites_is_a_warning() -> None:
    edit = {
        "    alerts:\n": f"{NAT.replace('10.40.16.10', '10.40.48.10')}    alerts:\n",
        "      - name: gcp1-prod\n": "      - name: gcp1-prod\n        pod_addressing: nat_vm\n",
    }
    assert warned("C29", edited(PROD, edit), saying="one machine carries all that gcp1-prod sends").file == PROD


def test_a_vpc_that_asks_for_another_has_to_ask_the_sites_itself() -> None:
    def asking(vpc: str, external: str) -> dict[str, str]:
        anchor = f"    ingress:\n      external: {external}\n"
        return {anchor: f"    dns: {{forward_from: {vpc}}}\n{anchor}"}

    chain = (edited(DEV, asking(TEST_VPC, "192.0.2.25")), edited(TEST, asking(PROD_VPC, "192.0.2.35")))
    found = [each for each in of_rule("D23", *chain) if "can not ask for dev" in each.message]
    assert [each.file for each in found] == [DEV]
    assert not [each for each in of_rule("D23", chain[0]) if each.severity is Severity.ERROR]
    backwards = edited(PROD, asking(TEST_VPC, "192.0.2.45"))
    assert "not production" in " ".join(each.message for each in of_rule("D23", backwards) if each.file == PROD)


def test_one_vpc_that_asks_for_all_leaves_no_answer_to_go_astray() -> None:
    def hub(file: str, external: str) -> dict[str, str]:
        anchor = f"    ingress:\n      external: {external}\n"
        return edited(file, {anchor: f"    dns: {{forward_from: {PROD_VPC}}}\n{anchor}"})

    edits = [hub(SANDBOX, "192.0.2.15"), hub(DEV, "192.0.2.25"), hub(TEST, "192.0.2.35")]
    assert of_rule("D23")
    assert not of_rule("D23", *edits)


def test_the_restricted_addresses_of_google_are_a_warning() -> None:
    edit = edited(ORGANISATION, {"private_google_access: 199.36.153.8/30": "private_google_access: 199.36.153.4/30"})
    assert warned("C22", edit, saying="calls of other APIs by on-prem clusters fail")


def test_production_without_alerts_is_a_warning_and_elsewhere_it_is_none() -> None:
    channels = "projects/varde-net-prod-5c6d/notificationChannels/9000000000000000040"
    alerts = f"    alerts:\n      critical: [{channels}1]\n      warning: [{channels}2]\n"
    assert warned("D22", edited(PROD, {alerts: ""}), saying="nobody is told").file == PROD
    dev = "    alerts: {warning: [projects/varde-net-dev-7a8b/notificationChannels/90000000000000000202]}\n"
    assert not of_rule("D22", edited(DEV, {dev: ""}))
