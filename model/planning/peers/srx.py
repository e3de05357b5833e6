"""A Juniper SRX with Junos 21 and later, as `set` commands (`load set`).

Tunnels are units of `st0`, in the zone VPN, which is the sites' to let through. An authentication algorithm beside
AES-GCM in phase 1 is the pseudo-random function; phase 2 has none
(https://www.juniper.net/documentation/us/en/software/junos/vpn-ipsec/).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.planning.peers.ciphers import authenticated, group, junos_encryption, sha
from model.planning.peers.lines import head, name, text
from model.planning.peers.plan import AttachmentPlan, DevicePlan, SessionPlan, Suite, TunnelPlan


def srx(plan: DevicePlan) -> dict[str, str]:
    """Return the file by name."""
    policies = f"The zone VPN needs the policies of ./hybrid vpn orders {plan.environment}"
    zones = (
        f"{policies}; the zone of the outside interface",
        "has to let IKE in: host-inbound-traffic system-services ike.",
    )
    lines = [*head(plan, "#", *(zones if plan.tunnels else (f"{policies}.",)))]
    for suite in plan.suites:
        lines += (f"set {line}" for line in _suite(suite))
    if plan.tunnels:
        lines.append(f"set security flow tcp-mss ipsec-vpn mss {plan.mss}")
    for tunnel in plan.tunnels:
        lines += (f"set {line}" for line in _tunnel(plan, tunnel))
    for attachment in plan.attachments:
        lines += (f"set {line}" for line in _attachment(plan, attachment))
    lines += (f"set {line}" for line in _routing(plan))
    return {f"{plan.environment}-{plan.device}.srx.set": text(lines)}


def _suite(suite: Suite) -> Iterator[str]:
    label = suite.title
    one, two = suite.cipher.phase1, suite.cipher.phase2
    for number, cipher in enumerate(one.encryption):
        proposal = f"security ike proposal {label}-{number}"
        yield f"{proposal} authentication-method pre-shared-keys"
        yield f"{proposal} dh-group group{group(one.dh[0])}"
        yield f"{proposal} encryption-algorithm {junos_encryption(cipher)}"
        check = one.prf[0] if authenticated(cipher) else one.integrity[0]
        yield f"{proposal} authentication-algorithm sha-{sha(check)}"
        yield f"{proposal} lifetime-seconds 36000"
    for number, cipher in enumerate(two.encryption):
        proposal = f"security ipsec proposal {label}-{number}"
        yield f"{proposal} protocol esp"
        yield f"{proposal} encryption-algorithm {junos_encryption(cipher)}"
        if not authenticated(cipher):
            yield f"{proposal} authentication-algorithm hmac-sha-{sha(two.integrity[0])}"
        yield f"{proposal} lifetime-seconds 10800"
    policy = f"security ipsec policy {label}"
    yield f"{policy} perfect-forward-secrecy keys group{group(two.pfs[0])}"
    for number in range(len(two.encryption)):
        yield f"{policy} proposals {label}-{number}"


def _tunnel(plan: DevicePlan, tunnel: TunnelPlan) -> Iterator[str]:
    title, unit = name(plan, tunnel.name), f"st0.{tunnel.number}"
    for number in range(len(tunnel.suite.cipher.phase1.encryption)):
        yield f"security ike policy {title} proposals {tunnel.suite.title}-{number}"
    yield f'security ike policy {title} pre-shared-key ascii-text "{tunnel.key}"'
    gateway = f"security ike gateway {title}"
    yield f"{gateway} ike-policy {title}"
    yield f'{gateway} address "{tunnel.gateway}"'
    yield f"{gateway} version v2-only"
    yield f"{gateway} local-address {tunnel.own}"
    yield f"{gateway} local-identity inet {tunnel.own}"
    yield f'{gateway} remote-identity inet "{tunnel.gateway}"'
    yield f'{gateway} external-interface "<the interface with the address {tunnel.own}>"'
    yield f"{gateway} dead-peer-detection interval 20"
    yield f"{gateway} dead-peer-detection threshold 5"
    vpn = f"security ipsec vpn {title}"
    yield f"{vpn} bind-interface {unit}"
    yield f"{vpn} ike gateway {title}"
    yield f"{vpn} ike ipsec-policy {tunnel.suite.title}"
    yield f"{vpn} establish-tunnels immediately"
    st0 = f"interfaces st0 unit {tunnel.number}"
    yield f'{st0} description "{plan.environment} {tunnel.name}"'
    yield f"{st0} family inet mtu {tunnel.mtu}"
    yield f"{st0} family inet address {tunnel.inner_own}/{tunnel.link.prefixlen}"
    yield f"security zones security-zone VPN interfaces {unit} host-inbound-traffic protocols bgp"


def _attachment(plan: DevicePlan, attachment: AttachmentPlan) -> Iterator[str]:
    line = f'interfaces "{attachment.line}"'
    vlan = attachment.vlan if attachment.vlan.isdecimal() else f'"{attachment.vlan}"'
    unit = f"{line} unit {vlan}"
    yield f"{line} vlan-tagging"
    yield f'{unit} description "{plan.environment} {attachment.name}"'
    yield f"{unit} vlan-id {vlan}"
    yield f"{unit} family inet mtu {attachment.mtu}"
    yield f"{unit} family inet address {attachment.inner_own}/{attachment.link.prefixlen}"
    zone = f'security zones security-zone VPN interfaces "{attachment.line}.{attachment.vlan}" host-inbound-traffic'
    yield f"{zone} protocols bgp"
    if attachment.bfd is not None:
        yield f"{zone} protocols bfd"


def _bgp_group(plan: DevicePlan, title: str, asn: int, sessions: Sequence[SessionPlan]) -> Iterator[str]:
    """Give the group of the sessions with one Cloud Router."""
    outer = f"protocols bgp group {title}"
    yield f"{outer} type external"
    yield f"{outer} peer-as {asn}"
    yield f"{outer} hold-time {plan.hold}"
    yield f"{outer} multipath multiple-as"
    for session in sessions:
        neighbour = f"{outer} neighbor {session.inner_google}"
        yield f'{neighbour} description "{plan.environment} {session.name}"'
        yield f"{neighbour} local-address {session.inner_own}"
        yield f"{neighbour} import {name(plan, session.name)}-IN"
        yield f"{neighbour} export {name(plan, session.name)}-OUT"
        if session.password is not None:
            yield f'{neighbour} authentication-key "{session.password}"'
        if session.bfd is not None:
            timers = f"{neighbour} bfd-liveness-detection"
            yield f"{timers} minimum-receive-interval {session.bfd.receive}"
            yield f"{timers} transmit-interval minimum-interval {session.bfd.transmit}"
            yield f"{timers} multiplier {session.bfd.multiplier}"


def _routing(plan: DevicePlan) -> Iterator[str]:
    label = plan.label
    yield f"routing-options autonomous-system {plan.asn}"
    yield f"routing-options router-id {plan.router_id}"
    yield "policy-options policy-statement ECMP then load-balance per-packet"
    yield "routing-options forwarding-table export ECMP"
    for prefix in plan.announced:
        yield f"policy-options prefix-list {label}-OUT {prefix}"
    for session in plan.sessions:
        title = name(plan, session.name)
        for prefix in session.accepted:
            yield f"policy-options prefix-list {title}-IN {prefix}"
        come = f"policy-options policy-statement {title}-IN"
        yield f"{come} term known from prefix-list {title}-IN"
        if session.prefers:
            yield f"{come} term known then local-preference {session.preference}"
        yield f"{come} term known then accept"
        yield f"{come} then reject"
        go = f"policy-options policy-statement {title}-OUT"
        yield f"{go} term known from prefix-list {label}-OUT"
        yield f"{go} term known then metric {session.med}"
        yield f"{go} term known then accept"
        yield f"{go} then reject"
    if plan.tunnels:
        yield from _bgp_group(plan, label, plan.tunnels[0].asn, plan.tunnels)
    if plan.attachments:
        yield from _bgp_group(plan, f"{label}-LINES", plan.attachments[0].asn, plan.attachments)
    if plan.neighbours:
        yield "policy-options policy-statement INSIDE-SELF term learned from protocol bgp"
        yield "policy-options policy-statement INSIDE-SELF term learned from route-type external"
        yield "policy-options policy-statement INSIDE-SELF term learned then next-hop self"
        yield "policy-options policy-statement INSIDE-SELF term learned then accept"
        inner = "protocols bgp group INSIDE"
        yield f"{inner} type internal"
        yield f"{inner} local-address {plan.inside}"
        yield f"{inner} hold-time {plan.hold}"
        yield f"{inner} multipath"
        yield f"{inner} export INSIDE-SELF"
        for other in plan.neighbours:
            yield f'{inner} neighbor {other.address} description "{other.name}"'
