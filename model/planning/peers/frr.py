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
from model.planning.peers.plan import DevicePlan, TunnelPlan

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
    for tunnel in plan.tunnels:
        yield from _prefix_list(f"{name(plan, tunnel.name)}-IN", tunnel.accepted)
    for tunnel in plan.tunnels:
        yield from _route_maps(plan, tunnel)
    yield f"router bgp {plan.asn}"
    yield f" bgp router-id {plan.router_id}"
    yield " bgp log-neighbor-changes"
    yield " bgp deterministic-med"
    yield " bgp bestpath as-path multipath-relax"
    yield " bgp network import-check"
    for tunnel in plan.tunnels:
        far = tunnel.inner_google
        yield f" neighbor {far} remote-as {plan.cloud_asn}"
        yield f" neighbor {far} description {plan.environment} {tunnel.name}"
        yield f" neighbor {far} update-source {tunnel.inner_own}"
        yield f" neighbor {far} timers {plan.keepalive} {plan.hold}"
        yield f" neighbor {far} timers connect {_RETRY}"
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
    for tunnel in plan.tunnels:
        far = tunnel.inner_google
        yield f"  neighbor {far} activate"
        yield f"  neighbor {far} soft-reconfiguration inbound"
        yield f"  neighbor {far} route-map {name(plan, tunnel.name)}-IN in"
        yield f"  neighbor {far} route-map {name(plan, tunnel.name)}-OUT out"
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


def _route_maps(plan: DevicePlan, tunnel: TunnelPlan) -> Iterator[str]:
    """Give what comes in, with its preference, and what goes out, with the MED that mirrors Google's (D13)."""
    title = name(plan, tunnel.name)
    yield f"route-map {title}-IN permit 10"
    yield f" match ip address prefix-list {title}-IN"
    if tunnel.prefers:
        yield f" set local-preference {tunnel.preference}"
    yield "exit"
    yield "!"
    yield f"route-map {title}-OUT permit 10"
    yield f" match ip address prefix-list {plan.label}-OUT"
    yield f" set metric {tunnel.med}"
    yield "exit"
    yield "!"
