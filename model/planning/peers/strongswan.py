"""A Linux device with strongSwan 5.9 and FRR: IKE and ESP, tunnel interfaces, BGP.

Tunnels are routed: an XFRM interface for each, whose number ties it to its connection (`if_id_in`, `if_id_out`), and
traffic selectors of everything, as Cloud VPN wants for HA VPN (D5)
(https://docs.strongswan.org/docs/latest/features/routeBasedVpn.html, .../swanctl/swanctlConf.html).
"""

from __future__ import annotations

from collections.abc import Iterator

from model.planning.peers.ciphers import strongswan_esp, strongswan_ike
from model.planning.peers.frr import frr
from model.planning.peers.lines import head, text
from model.planning.peers.plan import DevicePlan, SessionPlan, TunnelPlan

LIFETIME_IKE = "36000s"
LIFETIME_ESP = "10800s"
"""What Cloud VPN uses (https://docs.cloud.google.com/network-connectivity/docs/vpn/concepts/supported-ike-ciphers)."""


def strongswan(plan: DevicePlan) -> dict[str, str]:
    """Return the files by name."""
    stem = f"{plan.environment}-{plan.device}"
    swanctl = {f"{stem}.swanctl.conf": text(_swanctl(plan))} if plan.tunnels else {}
    return {**swanctl, f"{stem}.tunnels.sh": text(_interfaces(plan)), f"{stem}.frr.conf": frr(plan)}


def connection(plan: DevicePlan, tunnel: TunnelPlan) -> str:
    """Return the connection's name, `varde-prod-t0-if0-fw-a`."""
    return f"{plan.label.lower()}-{tunnel.name}"


def interface(tunnel: SessionPlan) -> str:
    """Return the name of a tunnel's XFRM interface, or of an attachment's VLAN interface.

    It is short enough for Linux (15 characters), and the same whatever is added.
    """
    return f"gcp{tunnel.number}"


def _swanctl(plan: DevicePlan) -> Iterator[str]:
    yield from head(plan, "#", f"Goes to /etc/swanctl/conf.d/{plan.environment}.conf; then: swanctl --load-all")
    yield "connections {"
    for tunnel in plan.tunnels:
        yield f"    {connection(plan, tunnel)} {{"
        yield "        version = 2"
        yield f"        local_addrs = {tunnel.own}"
        yield f'        remote_addrs = "{tunnel.gateway}"'
        yield f"        proposals = {strongswan_ike(tunnel.suite.cipher.phase1)}"
        yield f"        rekey_time = {LIFETIME_IKE}"
        yield "        dpd_delay = 20s"
        yield "        keyingtries = 0"
        yield "        mobike = no"
        yield f"        if_id_in = {tunnel.number}"
        yield f"        if_id_out = {tunnel.number}"
        yield "        local {"
        yield "            auth = psk"
        yield f"            id = {tunnel.own}"
        yield "        }"
        yield "        remote {"
        yield "            auth = psk"
        yield f'            id = "{tunnel.gateway}"'
        yield "        }"
        yield "        children {"
        yield f"            {connection(plan, tunnel)} {{"
        yield "                local_ts = 0.0.0.0/0"
        yield "                remote_ts = 0.0.0.0/0"
        yield f"                esp_proposals = {strongswan_esp(tunnel.suite.cipher.phase2)}"
        yield f"                rekey_time = {LIFETIME_ESP}"
        yield "                start_action = start"
        yield "                close_action = start"
        yield "                dpd_action = restart"
        yield "            }"
        yield "        }"
        yield "    }"
    yield "}"
    yield "secrets {"
    for tunnel in plan.tunnels:
        yield f"    ike-{connection(plan, tunnel)} {{"
        yield f"        id-own = {tunnel.own}"
        yield f'        id-google = "{tunnel.gateway}"'
        yield f'        secret = "{tunnel.key}"'
        yield "    }"
    yield "}"


def _interfaces(plan: DevicePlan) -> Iterator[str]:
    """Give the script that makes the interfaces; run again, it changes nothing."""
    yield "#!/bin/sh"
    yield from head(plan, "#", "Runs before strongSwan starts, and again after a change.")
    yield "set -eu"
    for tunnel in plan.tunnels:
        device = interface(tunnel)
        yield ""
        yield f"# {tunnel.name}"
        yield f"ip link show {device} >/dev/null 2>&1 || ip link add {device} type xfrm if_id {tunnel.number}"
        yield from _address(device, tunnel)
        yield f"sysctl -q -w net.ipv4.conf.{device}.disable_policy=1"
        yield from _loose(device)
    for attachment in plan.attachments:
        device = interface(attachment)
        vlan = f'ip link add link "{attachment.line}" name {device} type vlan id "{attachment.vlan}"'
        yield ""
        yield f"# {attachment.name}"
        yield f"ip link show {device} >/dev/null 2>&1 || {vlan}"
        yield from _address(device, attachment)
        yield from _loose(device)
    table = f"vpn-{plan.environment}"
    yield ""
    yield "sysctl -q -w net.ipv4.ip_forward=1"
    yield "# Both devices of a flow choose among equal tunnels by its ports too."
    yield "sysctl -q -w net.ipv4.fib_multipath_hash_policy=1"
    yield f"nft delete table inet {table} 2>/dev/null || true"
    yield "nft -f - <<'END'"
    yield f"table inet {table} {{"
    yield "    chain forward {"
    yield "        type filter hook forward priority mangle; policy accept;"
    for mss in sorted({session.mss for session in plan.sessions}):
        names = ", ".join(f'"{interface(session)}"' for session in plan.sessions if session.mss == mss)
        yield f"        oifname {{ {names} }} tcp flags syn tcp option maxseg size set {mss}"
        yield f"        iifname {{ {names} }} tcp flags syn tcp option maxseg size set {mss}"
    yield "    }"
    yield "}"
    yield "END"


def _address(device: str, session: SessionPlan) -> Iterator[str]:
    yield f"ip link set {device} mtu {session.mtu} up"
    yield f"ip address replace {session.inner_own}/{session.link.prefixlen} dev {device}"


def _loose(device: str) -> Iterator[str]:
    # Answers may come over another link than questions went.
    yield f"sysctl -q -w net.ipv4.conf.{device}.rp_filter=2"
