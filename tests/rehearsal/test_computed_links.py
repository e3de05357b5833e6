"""What a VLAN attachment is given: both ends of its session, and of a partner the pairing key."""

from __future__ import annotations

import re

import pytest

from rehearsal.computed.interconnect import ATTACHMENT
from rehearsal.values import Properties, Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import HOST, REGION, Hands

LINE = f"projects/{HOST}/global/interconnects/line-0"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.fixture
def hands() -> Hands:
    """Have a network and a router to attach to."""
    hands = the.hands()
    vpc = hands.make(the.NETWORK, name="vpc", project=HOST)
    hands.make(the.ROUTER, name="lines", network=vpc.id, bgp={"asn": 64702}, **the.HERE)
    return hands


def attached(hands: Hands, name: str, **inputs: Value) -> Properties:
    return hands.make(ATTACHMENT, name=name, router="lines", **the.HERE, **inputs).outputs


def test_both_ends_are_the_first_hosts_of_a_free_29_of_the_candidates(hands: Hands) -> None:
    candidates: list[Value] = ["169.254.28.0/28"]
    ends = [
        attached(hands, f"v{number}", interconnect=LINE, vlanTag8021q=101 + number, candidateSubnets=candidates)
        for number in (0, 1)
    ]
    assert [each["cloudRouterIpAddress"] for each in ends] == ["169.254.28.1/29", "169.254.28.9/29"]
    assert [each["customerRouterIpAddress"] for each in ends] == ["169.254.28.2/29", "169.254.28.10/29"]
    refusal = hands.refusal(ATTACHMENT, name="v2", router="lines", candidateSubnets=candidates, **the.HERE)
    assert "all of them are in use" in refusal
    small = hands.refusal(ATTACHMENT, name="v3", router="lines", candidateSubnets=["169.254.30.0/30"], **the.HERE)
    assert "must be /29 or shorter" in small


def test_the_ends_stay_through_a_change(hands: Hands) -> None:
    given: dict[str, Value] = {"name": "v0", "router": "lines", "interconnect": LINE, "vlanTag8021q": 101, **the.HERE}
    made = hands.make(ATTACHMENT, **given)
    changed = hands.change(ATTACHMENT, made.id, **given, bandwidth="BPS_2G")
    assert changed["bandwidth"] == "BPS_2G"
    assert changed["cloudRouterIpAddress"] == made.outputs["cloudRouterIpAddress"]
    assert changed["vlanTag8021q"] == 101


def test_a_line_of_ones_own_has_its_tag_and_no_pairing_key(hands: Hands) -> None:
    outputs = attached(hands, "v0", interconnect=LINE, vlanTag8021q=101)
    assert outputs["privateInterconnectInfos"] == [{"tag8021q": 101}]
    assert (outputs["type"], outputs["bandwidth"], outputs["mtu"]) == ("DEDICATED", "BPS_10G", "1440")
    assert (outputs["state"], outputs["pairingKey"]) == ("ACTIVE", "")


@pytest.mark.parametrize(("asked", "shown"), [("AVAILABILITY_DOMAIN_2", "2"), (None, "any")])
def test_a_partners_pairing_key_names_region_and_edge_domain(hands: Hands, asked: str | None, shown: str) -> None:
    more: dict[str, Value] = {} if asked is None else {"edgeAvailabilityDomain": asked}
    outputs = attached(hands, "v0", type="PARTNER", **more)
    assert re.fullmatch(rf"{UUID}/{REGION}/{shown}", str(outputs["pairingKey"]))
    tag = outputs["vlanTag8021q"]
    assert isinstance(tag, int)
    assert 2 <= tag <= 4094
    assert outputs["bandwidth"] == "BPS_50M"


def test_an_attachment_needs_its_router_and_stays_while_an_interface_is_on_it(hands: Hands) -> None:
    assert "routers/none" in hands.refusal(ATTACHMENT, name="v0", router="none", interconnect=LINE, **the.HERE)
    made = hands.make(ATTACHMENT, name="v0", router="lines", interconnect=LINE, **the.HERE)
    on_it: dict[str, Value] = {"router": "lines", "interconnectAttachment": made.id, **the.HERE}
    hands.make(the.INTERFACE, name="v0-if", ipRange=made.outputs["cloudRouterIpAddress"], **on_it)
    assert "v0-if" in hands.stuck(ATTACHMENT, made.id)
