"""Computed outputs of Compute Engine networking."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Interface, IPv4Network
from typing import Final

from rehearsal.case import Case, last, mapping, text
from rehearsal.computed.addresses import inside, public_address
from rehearsal.computed.registry import computes, identifies
from rehearsal.values import Properties, Value

_SELF: Final = "https://www.googleapis.com/compute/v1/"


def self_link(id_: str) -> str:
    """Return the self link of a Compute Engine object."""
    return _SELF + id_


@identifies("gcp:servicenetworking/connection:Connection")
def connection_id(case: Case) -> str:
    """Network and service, URL-escaped."""
    return f"{case.normal(case.text('network')).replace('/', '%2F')}:{case.text('service')}"


@computes("gcp:compute/network:Network")
def network(case: Case) -> Properties:
    """Google's defaults: MTU 1460, regional routing."""
    number = case.world.number(case.type, case.id)
    return {
        "selfLink": self_link(case.id),
        "networkId": number,
        "numericId": number,
        "gatewayIpv4": "",
        "mtu": 1460,
        "routingMode": "REGIONAL",
        "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        "bgpBestPathSelectionMode": "LEGACY",
    }


@computes("gcp:compute/subnetwork:Subnetwork")
def subnetwork(case: Case) -> Properties:
    """Take the first address of the primary range for the gateway."""
    outputs: Properties = {
        "selfLink": self_link(case.id),
        "subnetworkId": int(case.world.number(case.type, case.id, digits=15)),
        "creationTimestamp": _timestamp(case),
        "fingerprint": _fingerprint(case),
        "purpose": "PRIVATE",
        "stackType": "IPV4_ONLY",
        "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS",
        "region": case.region,
        "state": "READY" if case.text("purpose").endswith("MANAGED_PROXY") else "",
    }
    if cidr := case.text("ipCidrRange"):
        outputs["gatewayAddress"] = str(IPv4Network(cidr, strict=False)[1])
    return outputs


@computes("gcp:compute/address:Address", "gcp:compute/globalAddress:GlobalAddress")
def address(case: Case) -> Properties:
    """Hand out an address that is not given: from its subnetwork, or a public one."""
    outputs: Properties = {
        "selfLink": self_link(case.id),
        "creationTimestamp": _timestamp(case),
        "labelFingerprint": _fingerprint(case),
        "addressType": case.text("addressType") or "EXTERNAL",
    }
    if case.type.endswith(":Address"):
        outputs |= {"addressId": int(case.world.number(case.type, case.id, digits=15)), "users": []}
        outputs |= {"networkTier": "PREMIUM", "region": case.region}
    if not case.text("address"):
        outputs["address"] = _handed_out(case)
    return outputs


def _handed_out(case: Case) -> str:
    held = case.old.text("address") if case.old is not None else ""
    if held:
        return held
    if case.text("addressType") != "INTERNAL":
        return public_address(case, case.text("name"))
    subnet = case.world.get("gcp:compute/subnetwork:Subnetwork", case.normal(case.text("subnetwork")))
    return inside(case, case.text("name"), subnet.text("ipCidrRange") if subnet else "10.128.0.0/20")


@computes("gcp:compute/router:Router", "gcp:compute/firewall:Firewall", "gcp:compute/route:Route")
def dated(case: Case) -> Properties:
    """Self link and time."""
    return {"selfLink": self_link(case.id), "creationTimestamp": _timestamp(case)}


@computes("gcp:compute/haVpnGateway:HaVpnGateway")
def ha_vpn_gateway(case: Case) -> Properties:
    """Two interfaces, each with a public address that stays as long as the gateway."""
    held = case.old.outputs.get("vpnInterfaces") if case.old is not None else None
    interfaces: list[Value] = [
        {"id": number, "ipAddress": public_address(case, f"{case.text('name')}-{number}"), "interconnectAttachment": ""}
        for number in range(2)
    ]
    return {
        "selfLink": self_link(case.id),
        "vpnInterfaces": held or interfaces,
        "labelFingerprint": _fingerprint(case),
        "stackType": "IPV4_ONLY",
        "gatewayIpVersion": "IPV4",
    }


@computes("gcp:compute/externalVpnGateway:ExternalVpnGateway")
def external_vpn_gateway(case: Case) -> Properties:
    """Self link alone: the gateway is somebody else's."""
    return {"selfLink": self_link(case.id), "labelFingerprint": _fingerprint(case)}


@computes("gcp:compute/vPNTunnel:VPNTunnel")
def vpn_tunnel(case: Case) -> Properties:
    """Establish the tunnel at once: the peer of a rehearsal always answers."""
    peer = case.world.get(
        "gcp:compute/externalVpnGateway:ExternalVpnGateway", _peer_id(case, case.text("peerExternalGateway"))
    )
    interfaces = peer.outputs.get("interfaces") if peer else None
    wanted = case.whole("peerExternalGatewayInterface")
    found = [text(mapping(item).get("ipAddress")) for item in interfaces if mapping(item).get("id") == wanted] \
        if isinstance(interfaces, list) else []  # fmt: skip
    return {
        "selfLink": self_link(case.id),
        "tunnelId": case.world.number(case.type, case.id),
        "creationTimestamp": _timestamp(case),
        "detailedStatus": "Tunnel is up and running.",
        "sharedSecretHash": case.world.digest("psk", case.text("sharedSecret"))[:28],
        "labelFingerprint": _fingerprint(case),
        "localTrafficSelectors": ["0.0.0.0/0"],
        "remoteTrafficSelectors": ["0.0.0.0/0"],
        "peerIp": found[0] if found else "",
        "region": case.region,
    }


def _peer_id(case: Case, reference: str) -> str:
    return (
        case.normal(reference)
        if "/" in reference
        else f"projects/{case.project}/global/externalVpnGateways/{reference}"
    )


@computes("gcp:compute/routerInterface:RouterInterface")
def router_interface(case: Case) -> Properties:
    """IPv4, unless asked otherwise."""
    return {"ipVersion": "IPV4", "region": case.region}


@computes("gcp:compute/routerPeer:RouterPeer")
def router_peer(case: Case) -> Properties:
    """Take the session's addresses from the interface's range."""
    outputs: Properties = {
        "managementType": "MANAGED_BY_USER",
        "isAdvertisedRoutePrioritySet": "advertisedRoutePriority" in case.inputs,
        "isCustomLearnedPrioritySet": "customLearnedRoutePriority" in case.inputs,
        "enableIpv4": True,
        "region": case.region,
    }
    interface = case.world.get(
        "gcp:compute/routerInterface:RouterInterface",
        f"{case.region}/{last(case.text('router'))}/{last(case.text('interface'))}",
    )
    if interface is not None and interface.text("ipRange"):
        own = IPv4Interface(interface.text("ipRange"))
        outputs["ipAddress"] = str(own.ip)
        others = [str(host) for host in own.network.hosts() if host != own.ip]
        if others:
            outputs["peerIpAddress"] = others[0]
    return outputs


@computes("gcp:compute/routerNat:RouterNat")
def router_nat(case: Case) -> Properties:
    """Google's defaults."""
    return {
        "minPortsPerVm": 64,
        "endpointTypes": ["ENDPOINT_TYPE_VM"],
        "autoNetworkTier": "PREMIUM",
        "region": case.region,
    }


@computes(
    "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
    "gcp:compute/regionNetworkFirewallPolicy:RegionNetworkFirewallPolicy",
)
def firewall_policy(case: Case) -> Properties:
    """Give the policy a number besides its name."""
    number = case.world.number(case.type, case.id)
    return {
        "selfLink": self_link(case.id),
        "selfLinkWithId": self_link(f"{case.id.rpartition('/')[0]}/{number}"),
        "networkFirewallPolicyId": number,
        "fingerprint": _fingerprint(case),
        "creationTimestamp": _timestamp(case),
        "policyType": "VPC_POLICY",
        "ruleTupleCount": 0,
    }


@computes("gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule")
def firewall_policy_rule(case: Case) -> Properties:
    """Count a tuple for each source or destination range."""
    match: Mapping[str, Value] = case.block("match")
    ranges = match.get("srcIpRanges") or match.get("destIpRanges") or [""]
    return {
        "kind": "compute#firewallPolicyRule",
        "creationTimestamp": _timestamp(case),
        "ruleTupleCount": 1 + (len(ranges) if isinstance(ranges, list) else 1),
        "targetType": "INSTANCES",
    }


@computes("gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation")
def firewall_policy_association(case: Case) -> Properties:
    """Return the policy's name."""
    return {"shortName": last(case.text("firewallPolicy"))}


@computes("gcp:servicenetworking/connection:Connection")
def connection(case: Case) -> Properties:
    """Name the peering, which Google makes, after the service."""
    return {"peering": case.text("service").replace(".", "-")}


def _timestamp(case: Case) -> str:
    """Return the creation time in Compute Engine's form, with milliseconds and Pacific offset."""
    return case.now().replace("Z", ".000-00:00")


def _fingerprint(case: Case) -> str:
    return case.world.digest(case.type, case.id, "fingerprint", case.world.now())[:11] + "="
