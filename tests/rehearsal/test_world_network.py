"""Rules of the network and the VPN, and what Google computes there."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from rehearsal.interception import ProviderError
from rehearsal.values import Secret, Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import HOST, REGION, Hands


@pytest.fixture
def hands() -> Hands:
    return the.hands()


def test_ids_and_links_have_googles_form(hands: Hands) -> None:
    vpc = the.network(hands)
    assert vpc.id == f"projects/{HOST}/global/networks/vpc"
    assert vpc.outputs["selfLink"] == f"https://www.googleapis.com/compute/v1/{vpc.id}"
    sub = the.nodes(hands, vpc)
    assert sub.id == f"projects/{HOST}/regions/{REGION}/subnetworks/nodes"
    assert sub.outputs["gatewayAddress"] == "10.40.0.1"


def test_a_name_is_used_once(hands: Hands) -> None:
    the.network(hands)
    error = hands.refusal(the.NETWORK, name="vpc", project=HOST)
    assert f"googleapi: Error 409: The resource 'projects/{HOST}/global/networks/vpc' already exists" in error
    assert error.startswith("1 error occurred:\n\t* Error creating Network: ")


def test_nothing_is_made_in_a_project_whose_api_is_off(hands: Hands) -> None:
    error = hands.refusal(the.NETWORK, name="vpc", project="bare-1")
    assert "Compute Engine API has not been used in project 300 before or it is disabled" in error
    assert "apis/api/compute.googleapis.com/overview?project=300" in error
    hands.make("gcp:projects/service:Service", project="bare-1", service="compute.googleapis.com")
    hands.make(the.NETWORK, name="vpc", project="bare-1")


def test_nothing_is_made_in_a_project_that_nobody_made(hands: Hands) -> None:
    assert "Error 404: The resource 'projects/nope' was not found" in hands.refusal(
        the.NETWORK, name="v", project="nope"
    )


@pytest.mark.parametrize(
    ("cidr", "secondary"),
    [
        ("10.40.2.0/24", None),
        ("100.64.4.0/24", None),
        ("10.41.0.0/24", "100.65.8.0/24"),
        ("10.41.0.0/24", "10.41.0.0/25"),
    ],
)
def test_ranges_of_a_vpc_never_meet(hands: Hands, cidr: str, secondary: str | None) -> None:
    vpc = the.network(hands)
    the.nodes(hands, vpc)
    ranges = [{"rangeName": "p", "ipCidrRange": secondary}] if secondary else []
    error = hands.refusal(
        the.SUBNET, name="x", network=vpc.id, ipCidrRange=cidr, secondaryIpRanges=list(ranges), **the.HERE
    )
    assert "Invalid IPCidrRange" in error
    other = the.network(hands, "other")
    if secondary != "10.41.0.0/25":
        the.subnet(hands, other, "x", cidr, secondaryIpRanges=list(ranges))


def test_ranges_meet_whether_the_network_is_named_or_linked(hands: Hands) -> None:
    vpc = the.network(hands)
    hands.make(the.SUBNET, name="x", network="vpc", ipCidrRange="10.41.0.0/24", **the.HERE)
    error = hands.refusal(the.SUBNET, name="y", network=vpc.id, ipCidrRange="10.41.0.128/25", **the.HERE)
    assert "existing subnetwork range ipCidrRange of 'x'" in error


def test_a_range_for_private_services_never_meets_a_subnet(hands: Hands) -> None:
    vpc = the.network(hands)
    the.nodes(hands, vpc)
    given = {"purpose": "VPC_PEERING", "addressType": "INTERNAL", "network": vpc.id, "project": HOST}
    address = "gcp:compute/globalAddress:GlobalAddress"
    assert "conflicts" in hands.refusal(address, name="psa", address="10.40.2.0", prefixLength=23, **given)
    hands.make(address, name="psa", address="10.40.10.0", prefixLength=23, **given)
    error = hands.refusal(the.SUBNET, name="x", network=vpc.id, ipCidrRange="10.40.11.0/24", **the.HERE)
    assert "existing reserved range 'psa'" in error


def test_a_subnet_needs_its_network(hands: Hands) -> None:
    error = hands.refusal(the.SUBNET, name="x", network="nowhere", ipCidrRange="10.0.0.0/24", **the.HERE)
    assert "Invalid value for field 'resource.network': 'nowhere'" in error
    assert "The referenced network resource cannot be found" in error


def test_secondary_ranges_have_names_of_their_own(hands: Hands) -> None:
    vpc = the.network(hands)
    ranges = [{"rangeName": "p", "ipCidrRange": f"100.{n}.0.0/16"} for n in (64, 65)]
    given = {"name": "x", "network": vpc.id, "ipCidrRange": "10.0.0.0/24", "secondaryIpRanges": list(ranges)}
    assert "duplicate range name 'p'" in hands.refusal(the.SUBNET, **given, **the.HERE)


def test_a_change_is_held_to_the_same_rules(hands: Hands) -> None:
    vpc = the.network(hands)
    the.nodes(hands, vpc)
    other = the.subnet(hands, vpc, "x", "10.41.0.0/24")
    ranges: list[Value] = [{"rangeName": "p", "ipCidrRange": "100.64.0.0/24"}]
    given: dict[str, Value] = {"name": "x", "network": vpc.id, "ipCidrRange": "10.41.0.0/24", **the.HERE}
    with pytest.raises(ProviderError, match=r"Error updating Subnetwork .* conflicts with existing"):
        hands.change(the.SUBNET, other.id, **given, secondaryIpRanges=ranges)
    router = hands.make(the.ROUTER, name="r1", network=vpc.id, bgp={"asn": 64601}, **the.HERE)
    nat: dict[str, Value] = {
        "name": "nat",
        "router": router.id,
        "natIpAllocateOption": "MANUAL_ONLY",
        "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
        **the.HERE,
    }
    address = hands.make("gcp:compute/address:Address", name="a", **the.HERE)
    made = hands.make("gcp:compute/routerNat:RouterNat", **nat, natIps=[address.id])
    with pytest.raises(ProviderError, match="cannot be found"):
        hands.change("gcp:compute/routerNat:RouterNat", made.id, **nat, natIps=["elsewhere"])


def test_a_reference_may_be_a_name_an_id_or_a_self_link(hands: Hands) -> None:
    vpc = the.network(hands)
    for position, form in enumerate(("vpc", vpc.id, str(vpc.outputs["selfLink"]), "projects/200/global/networks/vpc")):
        hands.make(the.SUBNET, name=f"s{position}", network=form, ipCidrRange=f"10.{position}.0.0/24", **the.HERE)
    assert "is already being used by" in hands.stuck(the.NETWORK, vpc.id)


def test_a_reserved_address_is_the_inventorys_or_a_free_documentation_address(hands: Hands) -> None:
    token = "gcp:compute/address:Address"  # noqa: S105  a type
    the.grant(hands, STATIC_ADDRESSES=50)
    assert hands.make(token, name="egress-1", **the.HERE).outputs["address"] == "192.0.2.11"
    others = [str(hands.make(token, name=f"a{n}", **the.HERE).outputs["address"]) for n in range(40)]
    assert len({*others, "192.0.2.11"}) == 41
    assert all(ip_address(address) in ip_network("192.0.2.0/24") for address in others)


def test_an_internal_address_comes_out_of_its_subnet(hands: Hands) -> None:
    sub = the.nodes(hands, the.network(hands))
    made = hands.make("gcp:compute/address:Address", name="i", addressType="INTERNAL", subnetwork=sub.id, **the.HERE)
    assert ip_address(str(made.outputs["address"])) in ip_network("10.40.0.0/22")


def test_the_gateways_two_addresses_stay_when_it_changes(hands: Hands) -> None:
    vpc = the.network(hands)
    gateway = hands.make(the.GATEWAY, name="gw", network=vpc.id, **the.HERE)
    interfaces = gateway.outputs["vpnInterfaces"]
    assert isinstance(interfaces, list)
    assert len({str(interface) for interface in interfaces}) == 2
    changed = hands.change(the.GATEWAY, gateway.id, name="gw", network=vpc.id, labels={"a": "b"}, **the.HERE)
    assert changed["vpnInterfaces"] == interfaces
    assert changed["effectiveLabels"] == Secret({"goog-pulumi-provisioned": "true", "a": "b"})


def test_a_tunnel_leaves_from_an_interface_and_ends_at_one_that_there_is(hands: Hands) -> None:
    both = the.vpn(hands, the.network(hands))
    error = hands.refusal(the.TUNNEL, name="t", vpnGatewayInterface=0, peerExternalGatewayInterface=2, **both)
    assert "External VPN gateway 'fw' has the interfaces 0, 1" in error
    error = hands.refusal(the.TUNNEL, name="t", vpnGatewayInterface=2, peerExternalGatewayInterface=0, **both)
    assert "An HA VPN gateway has the interfaces 0 and 1" in error
    made = hands.make(the.TUNNEL, name="t", vpnGatewayInterface=0, peerExternalGatewayInterface=1, **both)
    assert made.outputs["peerIp"] == "203.0.113.10"
    assert made.outputs["sharedSecret"] == Secret(both["sharedSecret"])


def test_the_ends_of_a_tunnel_stay_while_it_is_there(hands: Hands) -> None:
    both = the.vpn(hands, the.network(hands))
    tunnel = hands.make(the.TUNNEL, name="t", vpnGatewayInterface=0, peerExternalGatewayInterface=0, **both)
    for token, field in ((the.GATEWAY, "vpnGateway"), (the.EXTERNAL, "peerExternalGateway"), (the.ROUTER, "router")):
        assert "resourceInUseByAnotherResource" in hands.stuck(token, str(both[field]))
    hands.remove(the.TUNNEL, tunnel.id)
    for token, field in ((the.GATEWAY, "vpnGateway"), (the.EXTERNAL, "peerExternalGateway"), (the.ROUTER, "router")):
        hands.remove(token, str(both[field]))


def test_a_session_range_is_used_once_in_the_whole_vpc(hands: Hands) -> None:
    vpc = the.network(hands)
    both = the.vpn(hands, vpc)
    hands.make(the.ROUTER, name="r2", network=vpc.id, bgp={"asn": 64602}, **the.HERE)
    hands.make(the.TUNNEL, name="t", vpnGatewayInterface=0, peerExternalGatewayInterface=0, **both)
    hands.make(the.INTERFACE, name="i", router="r1", vpnTunnel="t", ipRange="169.254.10.1/30", **the.HERE)
    error = hands.refusal(the.INTERFACE, name="j", router="r2", vpnTunnel="t", ipRange="169.254.10.2/30", **the.HERE)
    assert "overlaps with '169.254.10.1/30' of router interface 'europe-north1/r1/i'" in error
    hands.make(the.INTERFACE, name="j", router="r2", vpnTunnel="t", ipRange="169.254.10.5/30", **the.HERE)


def test_a_peer_takes_its_addresses_from_the_interface(hands: Hands) -> None:
    both = the.vpn(hands, the.network(hands))
    assert "cannot be found" in hands.refusal(
        the.PEER, name="t-bgp", router="r1", interface="i", peerAsn=65010, **the.HERE
    )
    hands.make(the.TUNNEL, name="t", vpnGatewayInterface=0, peerExternalGatewayInterface=0, **both)
    hands.make(the.INTERFACE, name="i", router="r1", vpnTunnel="t", ipRange="169.254.10.1/30", **the.HERE)
    peer = hands.make(the.PEER, name="t-bgp", router="r1", interface="i", peerAsn=65010, **the.HERE)
    assert (peer.outputs["ipAddress"], peer.outputs["peerIpAddress"]) == ("169.254.10.1", "169.254.10.2")


def test_a_vpc_has_one_firewall_policy_and_the_rules_go_with_it(hands: Hands) -> None:
    vpc = the.network(hands)
    policy, association = (f"gcp:compute/networkFirewallPolicy{kind}" for kind in ("", "Association"))
    policy, association = f"{policy}:NetworkFirewallPolicy", f"{association}:NetworkFirewallPolicyAssociation"
    rule = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
    made = [hands.make(policy, name=name, project=HOST) for name in ("one", "two")]
    match = {"srcIpRanges": ["10.0.0.0/8"], "layer4Configs": [{"ipProtocol": "all"}]}
    hands.make(
        rule, firewallPolicy="two", priority=1000, action="allow", direction="INGRESS", match=match, project=HOST
    )
    hands.make(association, name="a", firewallPolicy=made[0].id, attachmentTarget=vpc.id, project=HOST)
    error = hands.refusal(association, name="b", firewallPolicy=made[1].id, attachmentTarget=vpc.id, project=HOST)
    assert "already associated" in error
    assert "already being used" in hands.stuck(policy, made[0].id)
    hands.remove(policy, made[1].id)
    assert hands.world.objects(rule) == []


def test_a_preview_runs_no_rule_and_touches_nothing(hands: Hands) -> None:
    made = hands.preview(the.SUBNET, name="x", network="nowhere", ipCidrRange="10.0.0.0/24", **the.HERE)
    assert made.id == ""
    assert repr(made.outputs["selfLink"]) == "UNKNOWN"
    assert hands.world.objects(the.SUBNET) == []


def test_a_deletion_policy_is_heeded(hands: Hands) -> None:
    kept = hands.make(the.NETWORK, name="kept", project=HOST, deletionPolicy="PREVENT")
    left = hands.make(the.NETWORK, name="left", project=HOST, deletionPolicy="ABANDON")
    assert 'without setting deletion_policy="DELETE"' in hands.stuck(the.NETWORK, kept.id)
    hands.remove(the.NETWORK, left.id)
    assert {record.id for record in hands.world.objects(the.NETWORK)} == {kept.id, left.id}


def test_a_refresh_sees_a_hand_edit_and_a_removal(hands: Hands) -> None:
    vpc = hands.make(the.NETWORK, name="v", project=HOST, mtu=1460)
    hands.world.edit(the.NETWORK, vpc.id, "mtu", 1500)
    read = hands.look(the.NETWORK, vpc.id, vpc)
    assert (read.inputs["mtu"], read.outputs["mtu"]) == (1500, 1500)
    hands.world.remove(the.NETWORK, vpc.id)
    assert hands.look(the.NETWORK, vpc.id, vpc).id == ""


def test_an_import_finds_the_object_by_id_or_self_link_without_its_secrets(hands: Hands) -> None:
    both = the.vpn(hands, the.network(hands))
    tunnel = hands.make(the.TUNNEL, name="t", vpnGatewayInterface=0, peerExternalGatewayInterface=0, **both)
    read = hands.look(the.TUNNEL, str(tunnel.outputs["selfLink"]))
    assert read.id == tunnel.id
    assert read.inputs["vpnGateway"] == both["vpnGateway"]
    assert "sharedSecret" not in read.inputs
    assert "sharedSecret" not in read.outputs
