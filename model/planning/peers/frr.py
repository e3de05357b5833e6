"""BGP of a Linux device, for FRR 8 and later.

The text is added to a running router with `vtysh -f`, or is the whole of `frr.conf` on a device of one environment.
A prefix is announced only while the device itself has a route to it (`bgp network import-check`): a device that has
lost the sites' network does not draw traffic for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from model.planning.peers.lines import head, name, text
from model.planning.peers.plan import DevicePlan, SessionPlan

_MOST_PATHS: Final = 8
_RETRY: Final = 10
"""Seconds until a session that failed is tried again."""


def frr(plan: DevicePlan) -> str:
    """Return what FRR needs."""
    return text(_lines(plan))


def _lines(plan: DevicePlan) -> Iterator[str]:
    yield from head(plan, "!")
    yield "!"
    yield "frr defaults traditional"
    yield "log syslog informational"
    yield "! Linux takes a next hop out of its group when the link goes down, and zebra does not put it back."
    yield "no zebra nexthop kernel enable"
    yield "!"
    yield from _prefix_list(f"{plan.label}-OUT", plan.announced)
    for session in plan.sessions:
        yield from _prefix_list(f"{name(plan, session.name)}-IN", session.accepted)
    for session in plan.sessions:
        yield from _route_maps(plan, session)
    yield from _bfd(plan)
    yield f"router bgp {plan.asn}"
    yield f" bgp router-id {plan.router_id}"
    yield " bgp log-neighbor-changes"
    yield " bgp deterministic-med"
    yield " bgp bestpath as-path multipath-relax"
    yield " bgp network import-check"
    for session in plan.sessions:
        far = session.inner_google
        yield f" neighbor {far} remote-as {session.asn}"
        yield f" neighbor {far} description {plan.environment} {session.name}"
        yield f" neighbor {far} update-source {session.inner_own}"
        yield f" neighbor {far} timers {plan.keepalive} {plan.hold}"
        yield f" neighbor {far} timers connect {_RETRY}"
        if session.password is not None:
            # FRR takes one word, and so does the mark.
            yield f" neighbor {far} password {session.password.replace(' ', '-')}"
        if session.bfd is not None:
            yield f" neighbor {far} bfd profile {name(plan, session.name)}"
    for other in plan.neighbours:
        yield f" neighbor {other.address} remote-as {plan.asn}"
        yield f" neighbor {other.address} description inside {other.name}"
        yield f" neighbor {other.address} update-source {plan.inside}"
        yield f" neighbor {other.address} timers {plan.keepalive} {plan.hold}"
        yield f" neighbor {other.address} timers connect {_RETRY}"
    yield " !"
    yield " address-family ipv4 unicast"
    for prefix in plan.announced:
        yield f"  network {prefix}"
    yield f"  maximum-paths {_MOST_PATHS}"
    yield f"  maximum-paths ibgp {_MOST_PATHS}"
    for session in plan.sessions:
        far = session.inner_google
        yield f"  neighbor {far} activate"
        yield f"  neighbor {far} soft-reconfiguration inbound"
        yield f"  neighbor {far} route-map {name(plan, session.name)}-IN in"
        yield f"  neighbor {far} route-map {name(plan, session.name)}-OUT out"
    for other in plan.neighbours:
        yield f"  neighbor {other.address} activate"
        yield f"  neighbor {other.address} next-hop-self"
    yield " exit-address-family"
    yield "exit"
    yield "!"


def _prefix_list(title: str, prefixes: tuple[IPv4Network, ...]) -> Iterator[str]:
    for number, prefix in enumerate(prefixes, 1):
        yield f"ip prefix-list {title} seq {5 * number} permit {prefix}"
    yield "!"


def _bfd(plan: DevicePlan) -> Iterator[str]:
    """Give the timers of attachments that have BFD; `bfdd` has to run."""
    for session in plan.sessions:
        if session.bfd is not None:
            yield "bfd"
            yield f" profile {name(plan, session.name)}"
            yield f"  detect-multiplier {session.bfd.multiplier}"
            yield f"  receive-interval {session.bfd.receive}"
            yield f"  transmit-interval {session.bfd.transmit}"
            yield " exit"
            yield "exit"
            yield "!"


def _route_maps(plan: DevicePlan, session: SessionPlan) -> Iterator[str]:
    """Give what comes in, with its preference, and what goes out, with the MED that mirrors Google's (D13)."""
    title = name(plan, session.name)
    yield f"route-map {title}-IN permit 10"
    yield f" match ip address prefix-list {title}-IN"
    if session.prefers:
        yield f" set local-preference {session.preference}"
    yield "exit"
    yield "!"
    yield f"route-map {title}-OUT permit 10"
    yield f" match ip address prefix-list {plan.label}-OUT"
    yield f" set metric {session.med}"
    yield "exit"
    yield "!"
