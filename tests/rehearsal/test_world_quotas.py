"""Quotas of a project, and the limits that everybody has."""

from __future__ import annotations

import pytest

from rehearsal.interception import ProviderError
from rehearsal.providers.base import Made
from rehearsal.rules.quotas import PEERS_OF_A_ROUTER
from rehearsal.values import Value
from rehearsal.world import Record
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, HOST, REGION, Hands

ADDRESS = "gcp:compute/address:Address"
NAT = "gcp:compute/routerNat:RouterNat"


@pytest.fixture
def hands() -> Hands:
    return the.hands()


def tunnel(hands: Hands, ends: dict[str, Value], name: str) -> Made:
    return hands.make(the.TUNNEL, name=name, vpnGatewayInterface=0, peerExternalGatewayInterface=0, **ends)


def test_a_tunnel_more_than_the_project_may_have_is_refused_until_it_may(hands: Hands) -> None:
    ends = the.vpn(hands, the.network(hands))
    for number in range(10):
        tunnel(hands, ends, f"t{number}")
    error = hands.refusal(the.TUNNEL, name="t10", vpnGatewayInterface=0, peerExternalGatewayInterface=0, **ends)
    assert (
        "Error creating VPNTunnel: googleapi: Error 403: Quota 'VPN_TUNNELS' exceeded.  Limit: 10.0 globally" in error
    )
    assert "metric name = compute.googleapis.com/vpn_tunnels" in error
    assert error.rstrip().endswith("quotaExceeded")
    the.grant(hands, VPN_TUNNELS=11)
    tunnel(hands, ends, "t10")


@pytest.mark.parametrize(
    ("token", "metric", "more"),
    [
        (the.NETWORK, "NETWORKS", {"autoCreateSubnetworks": False}),
        (the.EXTERNAL, "EXTERNAL_VPN_GATEWAYS", {"redundancyType": "SINGLE_IP_INTERNALLY_REDUNDANT"}),
    ],
)
def test_each_kind_has_a_quota_of_its_own(hands: Hands, token: str, metric: str, more: dict[str, Value]) -> None:
    the.grant(hands, **{metric: 1})
    hands.make(token, name="a", project=HOST, **more)
    assert f"Quota '{metric}' exceeded.  Limit: 1.0 globally" in hands.refusal(token, name="b", project=HOST, **more)
    hands.make(token, name="b", project=CLUSTERS, **more)


@pytest.mark.parametrize(
    ("token", "metric"),
    [(the.ROUTER, "ROUTERS"), (the.GATEWAY, "VPN_GATEWAYS"), (the.SUBNET, "SUBNETWORKS")],
)
def test_regional_kinds_count_over_all_regions(hands: Hands, token: str, metric: str) -> None:
    vpc = the.network(hands)
    the.grant(hands, **{metric: 1})
    given: dict[str, Value] = {"network": vpc.id, "project": HOST}
    first: dict[str, Value] = {"ipCidrRange": "10.1.0.0/24"} if token == the.SUBNET else {}
    second: dict[str, Value] = {"ipCidrRange": "10.2.0.0/24"} if token == the.SUBNET else {}
    hands.make(token, name="a", region=REGION, **given, **first)
    assert f"Quota '{metric}' exceeded" in hands.refusal(token, name="b", region="europe-west1", **given, **second)


def test_static_addresses_count_by_region_and_internal_ones_not_at_all(hands: Hands) -> None:
    sub = the.nodes(hands, the.network(hands))
    for number in range(8):
        hands.make(ADDRESS, name=f"a{number}", **the.HERE)
    error = hands.refusal(ADDRESS, name="a8", **the.HERE)
    assert f"Quota 'STATIC_ADDRESSES' exceeded.  Limit: 8.0 in region {REGION}" in error
    hands.make(ADDRESS, name="a8", project=HOST, region="europe-west1")
    hands.make(ADDRESS, name="i", addressType="INTERNAL", subnetwork=sub.id, **the.HERE)


def test_a_network_has_five_routers_in_a_region_whatever_the_quota(hands: Hands) -> None:
    vpc = the.network(hands)
    the.grant(hands, ROUTERS=50)
    for number in range(5):
        hands.make(the.ROUTER, name=f"r{number}", network=vpc.id, **the.HERE)
    error = hands.refusal(the.ROUTER, name="r5", network=vpc.id, **the.HERE)
    assert "Exceeded limit 'ROUTERS_PER_NETWORK_PER_REGION'" in error
    hands.make(the.ROUTER, name="r5", network=vpc.id, project=HOST, region="europe-west1")
    hands.make(the.ROUTER, name="r5", network=the.network(hands, "other").id, **the.HERE)


def test_a_router_holds_so_many_sessions(hands: Hands) -> None:
    ends = the.vpn(hands, the.network(hands))
    tunnel(hands, ends, "t")
    hands.make(the.INTERFACE, name="i", router="r1", vpnTunnel="t", ipRange="169.254.10.1/30", **the.HERE)
    for number in range(PEERS_OF_A_ROUTER):
        id_ = f"projects/{HOST}/regions/{REGION}/routers/r1/p{number}"
        hands.world.put(Record(the.PEER, id_, {"name": f"p{number}", "router": "r1"}))
    given: dict[str, Value] = {"name": "peer", "router": "r1", "interface": "i", "peerAsn": 65010, **the.HERE}
    assert "Exceeded limit 'BGP_PEERS_PER_ROUTER'" in hands.refusal(the.PEER, **given)
    hands.world.remove(the.PEER, f"projects/{HOST}/regions/{REGION}/routers/r1/p0")
    hands.make(the.PEER, **given)


def test_addresses_in_use_are_those_of_translation_and_of_public_nodes(hands: Hands) -> None:
    vpc = the.network(hands)
    the.grant(hands, IN_USE_ADDRESSES=2)
    hands.make(the.ROUTER, name="r", network=vpc.id, **the.HERE)
    addresses: list[Value] = [hands.make(ADDRESS, name=f"a{number}", **the.HERE).id for number in range(3)]
    given: dict[str, Value] = {
        "name": "nat",
        "router": "r",
        "natIpAllocateOption": "MANUAL_ONLY",
        "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
        **the.HERE,
    }
    short = (
        "resource \"IN_USE_ADDRESSES\": request requires '3.0' and is short '1.0'. project has a quota of '2.0' with "
        "'2.0' available"
    )
    assert short in hands.refusal(NAT, **given, natIps=addresses)
    nat = hands.make(NAT, **given, natIps=addresses[:2])
    with pytest.raises(ProviderError, match="IN_USE_ADDRESSES"):
        hands.change(NAT, nat.id, **given, natIps=addresses)
    hands.change(NAT, nat.id, **given, natIps=addresses[1:])


def test_nodes_with_addresses_of_their_own_count_one_each_in_each_zone(hands: Hands) -> None:
    the.cluster(hands)
    given: dict[str, Value] = {"cluster": "gcp1", **the.PLACE}
    error = hands.refusal(the.POOL, name="big", nodeCount=3, **given)
    assert "request requires '9.0' and is short '1.0'" in error
    hands.make(the.POOL, name="general", nodeCount=2, **given)
    assert "is short '1.0'" in hands.refusal(the.POOL, name="more", nodeCount=1, **given)
    private: Value = {"enablePrivateNodes": True}
    hands.make(the.POOL, name="private", nodeCount=5, networkConfig=private, **given)


def test_a_project_has_so_many_clusters_in_a_region(hands: Hands) -> None:
    the.cluster(hands)
    the.grant(hands, CLUSTERS=1)
    default = hands.make(the.NETWORK, name="default", project=CLUSTERS)
    given: dict[str, Value] = {"name": "gcp2", "initialNodeCount": 1, "network": default.id, "project": CLUSTERS}
    assert 'resource "CLUSTERS": request requires' in hands.refusal(the.GKE, location=REGION, **given)
    hands.make(the.GKE, location="europe-west1", **given)
