"""A FortiGate with FortiOS 7.

The zone VPN is the sites' to let through by policies
(https://docs.fortinet.com/document/fortigate/7.4.0/cli-reference). Numbers of entries come from the tunnel's link-local
network, so that adding a tunnel renumbers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from model.planning.peers.ciphers import fortios_esp, fortios_ike, group
from model.planning.peers.lines import head, text
from model.planning.peers.plan import AttachmentPlan, DevicePlan, SessionPlan


def fortigate(plan: DevicePlan) -> dict[str, str]:
    """Return the file by name."""
    lines = [*head(plan, "#", f"Policies for the zone VPN: ./hybrid vpn orders {plan.environment}.")]
    lines += [*_phase1(plan), *_phase2(plan)] if plan.tunnels else []
    lines += [*_interfaces(plan), *_filters(plan), *_bgp(plan)]
    return {f"{plan.environment}-{plan.device}.fortigate.conf": text(lines)}


def interface(session: SessionPlan) -> str:
    """Return the interface's name: FortiOS takes 15 characters."""
    return f"gcp{session.number}"


def _groups(names: tuple[str, ...]) -> str:
    return " ".join(str(group(each)) for each in names)


def _phase1(plan: DevicePlan) -> Iterator[str]:
    yield "config vpn ipsec phase1-interface"
    for tunnel in plan.tunnels:
        yield f'    edit "{interface(tunnel)}"'
        yield f'        set comments "{plan.environment} {tunnel.name}"'
        yield f'        set interface "<the interface with the address {tunnel.own}>"'
        yield "        set ike-version 2"
        yield f"        set local-gw {tunnel.own}"
        yield f"        set remote-gw {tunnel.gateway}"
        yield f"        set localid {tunnel.own}"
        yield "        set localid-type address"
        yield "        set peertype any"
        yield "        set net-device disable"
        yield f"        set proposal {fortios_ike(tunnel.suite.cipher.phase1)}"
        yield f"        set dhgrp {_groups(tunnel.suite.cipher.phase1.dh)}"
        yield "        set keylife 36000"
        yield "        set dpd on-idle"
        yield "        set dpd-retryinterval 20"
        yield f'        set psksecret "{tunnel.key}"'
        yield "    next"
    yield "end"


def _phase2(plan: DevicePlan) -> Iterator[str]:
    yield "config vpn ipsec phase2-interface"
    for tunnel in plan.tunnels:
        yield f'    edit "{interface(tunnel)}"'
        yield f'        set phase1name "{interface(tunnel)}"'
        yield f"        set proposal {fortios_esp(tunnel.suite.cipher.phase2)}"
        yield "        set pfs enable"
        yield f"        set dhgrp {_groups(tunnel.suite.cipher.phase2.pfs)}"
        yield "        set keylifeseconds 10800"
        yield "        set auto-negotiate enable"
        yield "        set src-subnet 0.0.0.0 0.0.0.0"
        yield "        set dst-subnet 0.0.0.0 0.0.0.0"
        yield "    next"
    yield "end"


def _interfaces(plan: DevicePlan) -> Iterator[str]:
    yield "config system interface"
    for tunnel in plan.tunnels:
        yield f'    edit "{interface(tunnel)}"'
        yield f'        set description "{plan.environment} {tunnel.name}"'
        yield f"        set ip {tunnel.inner_own} 255.255.255.255"
        yield f"        set remote-ip {tunnel.inner_google} {tunnel.link.netmask}"
        yield "        set mtu-override enable"
        yield f"        set mtu {tunnel.mtu}"
        yield f"        set tcp-mss {tunnel.mss}"
        yield "    next"
    for attachment in plan.attachments:
        yield from _attachment(plan, attachment)
    yield "end"
    yield "config system zone"
    yield '    edit "VPN"'
    quoted = " ".join(f'"{interface(session)}"' for session in plan.sessions)
    yield f"        append interface {quoted}"
    yield "    next"
    yield "end"


def _attachment(plan: DevicePlan, attachment: AttachmentPlan) -> Iterator[str]:
    yield f'    edit "{interface(attachment)}"'
    yield f'        set description "{plan.environment} {attachment.name}"'
    yield f'        set interface "{attachment.line}"'
    yield f"        set vlanid {attachment.vlan}"
    yield f"        set ip {attachment.inner_own} {attachment.link.netmask}"
    yield "        set mtu-override enable"
    yield f"        set mtu {attachment.mtu}"
    yield f"        set tcp-mss {attachment.mss}"
    if attachment.bfd is not None:
        yield "        set bfd enable"
        yield f"        set bfd-desired-min-tx {attachment.bfd.transmit}"
        yield f"        set bfd-required-min-rx {attachment.bfd.receive}"
        yield f"        set bfd-detect-mult {attachment.bfd.multiplier}"
    yield "    next"


def _prefix_list(title: str, prefixes: tuple[IPv4Network, ...]) -> Iterator[str]:
    yield f'    edit "{title}"'
    yield "        config rule"
    for number, prefix in enumerate(prefixes, 1):
        yield f"            edit {number}"
        yield f"                set prefix {prefix.network_address} {prefix.netmask}"
        yield "                unset ge"
        yield "                unset le"
        yield "            next"
    yield "        end"
    yield "    next"


def _route_map(title: str, prefixes: str, *settings: str) -> Iterator[str]:
    yield f'    edit "{title}"'
    yield "        config rule"
    yield "            edit 1"
    yield f'                set match-ip-address "{prefixes}"'
    for setting in settings:
        yield f"                {setting}"
    yield "            next"
    yield "        end"
    yield "    next"


def _filters(plan: DevicePlan) -> Iterator[str]:
    yield "config router prefix-list"
    yield from _prefix_list(f"{plan.label}-OUT", plan.announced)
    for session in plan.sessions:
        yield from _prefix_list(f"{interface(session)}-IN", session.accepted)
    yield "end"
    yield "config router route-map"
    for session in plan.sessions:
        preferred = [f"set set-local-preference {session.preference}"] if session.prefers else []
        yield from _route_map(f"{interface(session)}-IN", f"{interface(session)}-IN", *preferred)
        yield from _route_map(f"{interface(session)}-OUT", f"{plan.label}-OUT", f"set set-metric {session.med}")
    yield "end"


def _bgp(plan: DevicePlan) -> Iterator[str]:
    yield "config router bgp"
    yield f"    set as {plan.asn}"
    yield f"    set router-id {plan.router_id}"
    yield "    set ebgp-multipath enable"
    yield "    set ibgp-multipath enable"
    yield "    set deterministic-med enable"
    yield "    set network-import-check enable"
    yield "    config neighbor"
    for session in plan.sessions:
        yield f'        edit "{session.inner_google}"'
        yield f'            set description "{plan.environment} {session.name}"'
        yield f"            set remote-as {session.asn}"
        yield f'            set interface "{interface(session)}"'
        yield f'            set update-source "{interface(session)}"'
        yield f"            set keep-alive-timer {plan.keepalive}"
        yield f"            set holdtime-timer {plan.hold}"
        yield "            set soft-reconfiguration enable"
        if session.password is not None:
            yield f'            set password "{session.password}"'
        if session.bfd is not None:
            yield "            set bfd enable"
        yield f'            set route-map-in "{interface(session)}-IN"'
        yield f'            set route-map-out "{interface(session)}-OUT"'
        yield "        next"
    for other in plan.neighbours:
        yield f'        edit "{other.address}"'
        yield f'            set description "inside {other.name}"'
        yield f"            set remote-as {plan.asn}"
        yield f"            set keep-alive-timer {plan.keepalive}"
        yield f"            set holdtime-timer {plan.hold}"
        yield "            set next-hop-self enable"
        yield "        next"
    yield "    end"
    yield "    config network"
    for prefix in plan.announced:
        yield f"        edit {_network_number(prefix)}"
        yield f"            set prefix {prefix.network_address} {prefix.netmask}"
        yield "        next"
    yield "    end"
    yield "end"


def _network_number(prefix: IPv4Network) -> int:
    """Return a number for an announced network that no other network has, whatever is announced beside it."""
    return int(prefix.network_address) >> 8
