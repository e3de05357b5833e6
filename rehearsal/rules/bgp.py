"""BGP over HA VPN: addresses of the sessions, autonomous systems, and routers that belong to their tunnels.

Sources: https://docs.cloud.google.com/network-connectivity/docs/vpn/how-to/creating-ha-vpn (D9, D10) and the fields
`ip_range` of RouterInterface, `ip_address`, `peer_ip_address` and `peer_asn` of RouterPeer.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from rehearsal.case import Case, last, mapping
from rehearsal.interception import ProviderError
from rehearsal.rules.network import vpc_of
from rehearsal.rules.registry import rule
from rehearsal.world import Record

ROUTER: Final = "gcp:compute/router:Router"
INTERFACE: Final = "gcp:compute/routerInterface:RouterInterface"
PEER: Final = "gcp:compute/routerPeer:RouterPeer"
TUNNEL: Final = "gcp:compute/vPNTunnel:VPNTunnel"
_LINK_LOCAL: Final = IPv4Network("169.254.0.0/16")
# The metadata server answers at 169.254.169.254 (https://docs.cloud.google.com/compute/docs/metadata/overview).
_METADATA: Final = IPv4Network("169.254.169.252/30")


@rule("create", INTERFACE)
def session_range_is_link_local(case: Case) -> None:
    """Ask for a usable host of a link-local /30 that is not the metadata server's (D10)."""
    given = case.text("ipRange")
    if not given or not case.text("vpnTunnel"):
        return
    own = _interface(given)
    if own is None or own.network.prefixlen != 30 or not own.network.subnet_of(_LINK_LOCAL):
        reason = "The range of a BGP session must be a /30 inside 169.254.0.0/16"
    elif own.network == _METADATA:
        reason = "The range 169.254.169.252/30 is reserved for the metadata server"
    elif own.ip not in set(own.network.hosts()):
        reason = f"The address must be one of the two usable hosts of {own.network}"
    else:
        return
    raise ProviderError(
        f"googleapi: Error 400: Invalid value for field 'resource.interfaces[0].ipRange': '{given}'. {reason}., invalid"
    )


@rule("create", PEER)
def session_has_both_hosts(case: Case) -> None:
    """Ask that router and peer are the two hosts of the interface's /30 (D10)."""
    interface = case.world.get(INTERFACE, f"{case.region}/{last(case.text('router'))}/{last(case.text('interface'))}")
    own = _interface(interface.text("ipRange")) if interface is not None else None
    ours, theirs = case.text("ipAddress"), case.text("peerIpAddress")
    if own is None:
        if theirs and not ours:
            raise _wrong_peer(case, f"peer IP address {theirs} is specified, but IP address is not specified")
        return
    if ours and ours != str(own.ip):
        raise _wrong_peer(case, f"IP address {ours} is not that of interface {last(case.text('interface'))}, {own}")
    if theirs and (theirs == str(own.ip) or IPv4Address(theirs) not in set(own.network.hosts())):
        raise _wrong_peer(case, f"peer IP address {theirs} is not the other host of the interface's range {own}")


@rule("update", PEER)
def changed_session_has_both_hosts(case: Case) -> None:
    """Ask the same of a change."""
    session_has_both_hosts(case)


@rule("create", PEER)
def interface_has_one_session(case: Case) -> None:
    """Refuse a second session to the same peer address on a router."""
    router, theirs = _router_id(case), case.text("peerIpAddress")
    for record in case.world.objects(PEER):
        if theirs and record.id.startswith(f"{router}/") and record.text("peerIpAddress") == theirs:
            raise _wrong_peer(case, f'peer IP address {theirs} is already that of BGP peer "{record.text("name")}"')


@rule("create", PEER)
def systems_differ(case: Case) -> None:
    """Ask that the peer's autonomous system is not the router's own: the session would be an internal one (D9)."""
    router = case.world.get(ROUTER, _router_id(case))
    own = _asn(router)
    if own is not None and case.inputs.get("peerAsn") == own:
        raise ProviderError(
            f"googleapi: Error 400: Invalid value for field 'resource.bgpPeers[0].peerAsn': '{own}'. The ASN of a peer "
            f"must differ from that of its Cloud Router '{_router_id(case)}'., invalid"
        )


@rule("update", PEER)
def changed_systems_differ(case: Case) -> None:
    """Ask the same of a change."""
    systems_differ(case)


@rule("create", TUNNEL)
def router_is_the_gateways(case: Case) -> None:
    """Ask that the router of a tunnel speaks BGP and is in the gateway's own network (D9)."""
    gateway = case.world.get("gcp:compute/haVpnGateway:HaVpnGateway", case.normal(case.text("vpnGateway")))
    router = case.world.get(ROUTER, _router_id(case))
    if gateway is None or router is None:
        return
    place = f"googleapi: Error 400: Invalid value for field 'resource.router': '{case.text('router')}'."
    if vpc_of(case, gateway) != vpc_of(case, router):
        raise ProviderError(f"{place} The router and the VPN gateway must be in the same network., invalid")
    if _asn(router) is None:
        raise ProviderError(f"{place} The router of a VPN tunnel must have a BGP ASN., invalid")


def _router_id(case: Case) -> str:
    return f"projects/{case.project}/regions/{case.region}/routers/{last(case.text('router'))}"


def _asn(router: Record | None) -> int | None:
    asn = mapping(router.outputs.get("bgp")).get("asn") if router is not None else None
    return int(asn) if isinstance(asn, (int, float)) else None


def _interface(given: str) -> IPv4Interface | None:
    try:
        return IPv4Interface(given) if given else None
    except ValueError:
        return None


def _wrong_peer(case: Case, reason: str) -> ProviderError:
    name = case.text("name")
    return ProviderError(
        f'googleapi: Error 400: Invalid value for field \'resource.bgpPeers[0]\': \'{{  "name": "{name}",  '
        f'"interfaceName": "{last(case.text("interface"))}"...\'. In BGP Peer "{name}", {reason}., invalid'
    )
