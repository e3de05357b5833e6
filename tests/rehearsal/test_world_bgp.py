"""BGP sessions over HA VPN: addresses, autonomous systems, and the router of a tunnel."""

from __future__ import annotations

import pytest

from rehearsal.interception import ProviderError
from rehearsal.values import Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import Hands


@pytest.fixture
def hands() -> Hands:
    hands = the.hands()
    ends = the.vpn(hands, the.network(hands))
    hands.make(the.TUNNEL, name="t", vpnGatewayInterface=0, peerExternalGatewayInterface=0, **ends)
    return hands


def interface(range_: str, name: str = "i") -> dict[str, Value]:
    return {"name": name, "router": "r1", "vpnTunnel": "t", "ipRange": range_, **the.HERE}


def peer(**more: Value) -> dict[str, Value]:
    return {"name": "p1", "router": "r1", "interface": "i", "peerAsn": 65010, **the.HERE, **more}


@pytest.mark.parametrize(
    ("range_", "reason"),
    [
        ("10.0.0.1/30", "must be a /30 inside 169.254.0.0/16"),
        ("169.254.10.1/29", "must be a /30 inside 169.254.0.0/16"),
        ("169.254.10.4/30", "must be one of the two usable hosts of 169.254.10.4/30"),
        ("169.254.10.7/30", "must be one of the two usable hosts of 169.254.10.4/30"),
        ("169.254.169.253/30", "reserved for the metadata server"),
    ],
)
def test_a_session_has_a_host_of_a_link_local_range(hands: Hands, range_: str, reason: str) -> None:
    error = hands.refusal(the.INTERFACE, **interface(range_))
    assert f"Error 400: Invalid value for field 'resource.interfaces[0].ipRange': '{range_}'" in error
    assert reason in error


def test_router_and_peer_are_the_two_hosts_of_the_range(hands: Hands) -> None:
    hands.make(the.INTERFACE, **interface("169.254.10.1/30"))
    for ours, theirs, reason in (
        ("169.254.10.5", "169.254.10.6", "IP address 169.254.10.5 is not that of interface i"),
        ("169.254.10.1", "169.254.10.1", "peer IP address 169.254.10.1 is not the other host"),
        ("169.254.10.1", "169.254.10.6", "peer IP address 169.254.10.6 is not the other host"),
    ):
        error = hands.refusal(the.PEER, **peer(ipAddress=ours, peerIpAddress=theirs))
        assert 'In BGP Peer "p1", ' in error
        assert reason in error
    made = hands.make(the.PEER, **peer(ipAddress="169.254.10.1", peerIpAddress="169.254.10.2"))
    with pytest.raises(ProviderError, match="is not the other host"):
        hands.change(the.PEER, made.id, **peer(ipAddress="169.254.10.1", peerIpAddress="169.254.10.9"))


def test_a_peer_address_needs_one_of_our_own(hands: Hands) -> None:
    given = {key: value for key, value in interface("").items() if key != "ipRange"}
    hands.make(the.INTERFACE, **given)
    error = hands.refusal(the.PEER, **peer(peerIpAddress="169.254.10.2"))
    assert "peer IP address 169.254.10.2 is specified, but IP address is not specified" in error


def test_an_interface_has_one_session(hands: Hands) -> None:
    hands.make(the.INTERFACE, **interface("169.254.10.1/30"))
    hands.make(the.PEER, **peer(ipAddress="169.254.10.1", peerIpAddress="169.254.10.2"))
    second = {**peer(ipAddress="169.254.10.1", peerIpAddress="169.254.10.2"), "name": "p2"}
    assert 'is already that of BGP peer "p1"' in hands.refusal(the.PEER, **second)


def test_the_peers_autonomous_system_is_another_one(hands: Hands) -> None:
    hands.make(the.INTERFACE, **interface("169.254.10.1/30"))
    error = hands.refusal(the.PEER, **peer(peerAsn=64601))
    assert "Invalid value for field 'resource.bgpPeers[0].peerAsn': '64601'" in error
    made = hands.make(the.PEER, **peer())
    with pytest.raises(ProviderError, match="must differ from that of its Cloud Router"):
        hands.change(the.PEER, made.id, **peer(peerAsn=64601))


def test_a_public_autonomous_system_is_no_routers(hands: Hands) -> None:
    vpc = f"projects/{the.HERE['project']}/global/networks/vpc"
    result = hands.provider(the.ROUTER).check(
        hands.call(the.ROUTER, inputs={"name": "r2", "network": vpc, "bgp": {"asn": 3301}, **the.HERE})
    )
    assert "RFC6996-compliant" in result.failures[0].reason


@pytest.mark.parametrize(
    ("network", "bgp", "reason"),
    [("other", {"asn": 64602}, "must be in the same network"), ("vpc", None, "must have a BGP ASN")],
)
def test_the_router_of_a_tunnel_speaks_bgp_in_the_gateways_network(
    hands: Hands, network: str, bgp: Value, reason: str
) -> None:
    if network == "other":
        the.network(hands, "other")
    given: dict[str, Value] = {"bgp": bgp} if bgp else {}
    hands.make(the.ROUTER, name="r2", network=network, **given, **the.HERE)
    ends = {**hands.world.objects(the.TUNNEL)[0].inputs, "name": "u", "router": "r2", "sharedSecret": "x" * 32}
    assert reason in hands.refusal(the.TUNNEL, **{key: ends[key] for key in ends if not key.startswith("__")})
