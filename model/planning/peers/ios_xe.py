"""A Cisco device with IOS-XE 17.

Every tunnel is a virtual tunnel interface with its own IKEv2 profile; `show crypto ikev2 sa` and `show ip bgp summary`
say how it fares
(https://www.cisco.com/c/en/us/td/docs/routers/ios/config/17-x/sec-vpn/b-security-vpn.html).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.planning.peers.ciphers import authenticated, group, ios_encryption, ios_transform, sha
from model.planning.peers.lines import head, name, text
from model.planning.peers.plan import AttachmentPlan, DevicePlan, SessionPlan, Suite, TunnelPlan


def ios_xe(plan: DevicePlan) -> dict[str, str]:
    """Return the file by name."""
    lines = [*head(plan, "!"), *(_crypto(plan) if plan.tunnels else ())]
    for tunnel in plan.tunnels:
        lines += _tunnel(plan, tunnel)
    for attachment in plan.attachments:
        lines += _attachment(plan, attachment)
    return {f"{plan.environment}-{plan.device}.ios-xe.txt": text([*lines, *_filters(plan), *_bgp(plan), "end"])}


def _crypto(plan: DevicePlan) -> Iterator[str]:
    for suite in plan.suites:
        yield from _proposals(suite)
    # A policy is found by the device's own address alone, so it offers what any tunnel there may use.
    yield f"crypto ikev2 policy {plan.label}"
    for own in plan.owns:
        yield f" match address local {own}"
    for suite in plan.suites:
        for kind in _kinds(suite.cipher.phase1.encryption):
            yield f" proposal {suite.title}-{kind}"
    yield "!"
    yield f"crypto ikev2 keyring {plan.label}"
    for tunnel in plan.tunnels:
        yield f" peer {tunnel.name}"
        yield f"  address {tunnel.gateway}"
        yield f"  pre-shared-key {tunnel.key}"
        yield "  !"
    yield "!"
    for suite in plan.suites:
        for title, words in _transforms(suite):
            yield f"crypto ipsec transform-set {title} {words}"
            yield " mode tunnel"
            yield "!"
    for tunnel in plan.tunnels:
        title = name(plan, tunnel.name)
        yield f"crypto ikev2 profile {title}"
        yield f" match address local {tunnel.own}"
        yield f" match identity remote address {tunnel.gateway} 255.255.255.255"
        yield f" identity local address {tunnel.own}"
        yield " authentication remote pre-share"
        yield " authentication local pre-share"
        yield f" keyring local {plan.label}"
        yield " lifetime 36000"
        yield " dpd 20 5 periodic"
        yield "!"
        yield f"crypto ipsec profile {title}"
        yield " set security-association lifetime seconds 10800"
        yield f" set transform-set {' '.join(each for each, _ in _transforms(tunnel.suite))}"
        yield f" set pfs {' '.join(f'group{group(each)}' for each in tunnel.suite.cipher.phase2.pfs[:1])}"
        yield f" set ikev2-profile {title}"
        yield "!"


def _kinds(ciphers: Sequence[str]) -> list[str]:
    """Return which proposals there are: one for ciphers that check integrity themselves, one for the others."""
    return list(dict.fromkeys("GCM" if authenticated(each) else "CBC" for each in ciphers))


def _transforms(suite: Suite) -> Iterator[tuple[str, str]]:
    """Give the name and the words of each transform set."""
    phase = suite.cipher.phase2
    for cipher in phase.encryption:
        for integrity in (None,) if authenticated(cipher) else phase.integrity:
            title = f"{suite.title}-{cipher}" + (f"-SHA{sha(integrity)}" if integrity else "")
            yield title, ios_transform(cipher, integrity)


def _proposals(suite: Suite) -> Iterator[str]:
    phase = suite.cipher.phase1
    for kind in _kinds(phase.encryption):
        chosen = [each for each in phase.encryption if authenticated(each) == (kind == "GCM")]
        yield f"crypto ikev2 proposal {suite.title}-{kind}"
        yield f" encryption {' '.join(ios_encryption(each) for each in chosen)}"
        if kind == "CBC":
            yield f" integrity {' '.join(f'sha{sha(each)}' for each in phase.integrity)}"
        yield f" prf {' '.join(f'sha{sha(each)}' for each in phase.prf)}"
        yield f" group {' '.join(str(group(each)) for each in phase.dh)}"
        yield "!"


def _tunnel(plan: DevicePlan, tunnel: TunnelPlan) -> Iterator[str]:
    yield f"interface Tunnel{tunnel.number}"
    yield f" description {plan.environment} {tunnel.name}"
    yield f" ip address {tunnel.inner_own} {tunnel.link.netmask}"
    yield f" ip mtu {tunnel.mtu}"
    yield f" ip tcp adjust-mss {tunnel.mss}"
    yield f" tunnel source {tunnel.own}"
    yield " tunnel mode ipsec ipv4"
    yield f" tunnel destination {tunnel.gateway}"
    yield f" tunnel protection ipsec profile {name(plan, tunnel.name)}"
    yield " no shutdown"
    yield "!"


def _attachment(plan: DevicePlan, attachment: AttachmentPlan) -> Iterator[str]:
    yield f"interface {attachment.line}.{attachment.vlan}"
    yield f" description {plan.environment} {attachment.name}"
    yield f" encapsulation dot1Q {attachment.vlan}"
    yield f" ip address {attachment.inner_own} {attachment.link.netmask}"
    yield f" ip mtu {attachment.mtu}"
    yield f" ip tcp adjust-mss {attachment.mss}"
    if attachment.bfd is not None:
        timers = attachment.bfd
        yield f" bfd interval {timers.transmit} min_rx {timers.receive} multiplier {timers.multiplier}"
    yield " no shutdown"
    yield "!"


def _source(session: SessionPlan) -> str:
    """Return the interface that a session is on."""
    if isinstance(session, AttachmentPlan):
        return f"{session.line}.{session.vlan}"
    return f"Tunnel{session.number}"


def _filters(plan: DevicePlan) -> Iterator[str]:
    for number, prefix in enumerate(plan.announced, 1):
        yield f"ip prefix-list {plan.label}-OUT seq {5 * number} permit {prefix}"
    yield "!"
    for session in plan.sessions:
        title = name(plan, session.name)
        for number, prefix in enumerate(session.accepted, 1):
            yield f"ip prefix-list {title}-IN seq {5 * number} permit {prefix}"
        yield "!"
        yield f"route-map {title}-IN permit 10"
        yield f" match ip address prefix-list {title}-IN"
        if session.prefers:
            yield f" set local-preference {session.preference}"
        yield "!"
        yield f"route-map {title}-OUT permit 10"
        yield f" match ip address prefix-list {plan.label}-OUT"
        yield f" set metric {session.med}"
        yield "!"


def _bgp(plan: DevicePlan) -> Iterator[str]:
    yield f"router bgp {plan.asn}"
    yield f" bgp router-id {plan.router_id}"
    yield " bgp log-neighbor-changes"
    yield " bgp deterministic-med"
    yield " bgp bestpath as-path multipath-relax"
    for session in plan.sessions:
        far = session.inner_google
        yield f" neighbor {far} remote-as {session.asn}"
        yield f" neighbor {far} description {plan.environment} {session.name}"
        yield f" neighbor {far} update-source {_source(session)}"
        yield f" neighbor {far} timers {plan.keepalive} {plan.hold}"
        if session.password is not None:
            yield f" neighbor {far} password {session.password}"
        if session.bfd is not None:
            yield f" neighbor {far} fall-over bfd"
    for other in plan.neighbours:
        yield f" neighbor {other.address} remote-as {plan.asn}"
        yield f" neighbor {other.address} description inside {other.name}"
        yield f" neighbor {other.address} timers {plan.keepalive} {plan.hold}"
    yield " !"
    yield " address-family ipv4"
    for prefix in plan.announced:
        yield f"  network {prefix.network_address} mask {prefix.netmask}"
    for session in plan.sessions:
        far, title = session.inner_google, name(plan, session.name)
        yield f"  neighbor {far} activate"
        yield f"  neighbor {far} soft-reconfiguration inbound"
        yield f"  neighbor {far} route-map {title}-IN in"
        yield f"  neighbor {far} route-map {title}-OUT out"
    for other in plan.neighbours:
        yield f"  neighbor {other.address} activate"
        yield f"  neighbor {other.address} next-hop-self"
    yield "  maximum-paths 8"
    yield "  maximum-paths ibgp 8"
    yield " exit-address-family"
    yield "!"
