"""The environment's network on both sides: MTU, routing, egress and what is advertised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.problems import Severity
from model.config.types import AddressRange
from model.estate import Environment
from model.planning.advertised import advertised_by, learned
from model.rules import pages
from model.rules.addresses_cloud import nodes_at_most
from model.rules.registries import environment_rules
from model.rules.registry import Finding

VPN_MTU: Final = 1460
NAT_PORTS: Final = 64512
"""Ports of one NAT address: 65536 without the well-known ones."""
ROUTES_OF_PEER: Final = 200
"""The most ranges that one session advertises."""


@environment_rules.rule("D18", title="the VPC's MTU fits through the VPN", source=pages.VPN_MTU)
def mtu(env: Environment) -> Iterator[Finding]:
    """Refuse an MTU that a VPC can not have, and warn of one that a tunnel can not carry whole."""
    network = env.network
    if not 1300 <= network.mtu <= 8896:
        yield Finding(network.at("mtu"), f"a VPC can not have an MTU of {network.mtu}", f"use {VPN_MTU}")
    elif network.mtu > VPN_MTU:
        message = f"MTU {network.mtu} is more than the {VPN_MTU} of a VPN gateway: large packets are cut up or lost"
        yield Finding(network.at("mtu"), message, f"use {VPN_MTU}", Severity.WARNING)


@environment_rules.rule("D21", title="the routing mode is one that exists", source=pages.HA_VPN)
def routing_mode(env: Environment) -> Iterator[Finding]:
    """Refuse a routing mode other than GLOBAL and REGIONAL."""
    network = env.network
    if network.routing_mode not in {"GLOBAL", "REGIONAL"}:
        message = f"routing mode {network.routing_mode} does not exist"
        yield Finding(network.at("routing_mode"), message, "use GLOBAL: clusters of any region learn the VPN's routes")


@environment_rules.rule("C24", title="private nodes have a way out", source=pages.NAT_PORTS)
def egress(env: Environment) -> Iterator[Finding]:
    """Refuse ports per VM that are no power of two; warn of no egress address, or of too few for all nodes."""
    nat = env.network.nat
    ports = nat.min_ports_per_vm
    if ports < 2 or ports > 32768 or ports & (ports - 1):
        remedy = "use a power of two from 2 to 32768, such as 128"
        yield Finding(nat.at("min_ports_per_vm"), f"{ports} ports for each VM is no power of two", remedy)
        return
    pools = [pool for cluster in env.gke.clusters for pool in cluster.node_pools]
    if not nat.egress and pools:
        message = "there is no egress address: private nodes can not pull public images, nor call partners"
        yield Finding(nat.at("egress"), message, "add one, such as `egress-1:`", Severity.WARNING)
        return
    nodes = sum(nodes_at_most(env, pool) for pool in pools)
    most = len(nat.egress) * (NAT_PORTS // ports)
    if nodes > most:
        message = f"{len(nat.egress)} egress addresses serve {most} nodes at {ports} ports each, and {nodes} can exist"
        yield Finding(nat.at("egress"), message, "add an address, or lower min_ports_per_vm", Severity.WARNING)


@environment_rules.rule("D12", title="advertised ranges are few and new", source=pages.ROUTER_PEER)
def advertisements(env: Environment) -> Iterator[Finding]:
    """Refuse more ranges than a session takes, and extra ranges that overlap what the sites advertise."""
    for name, tunnel in env.vpn.tunnels.items():
        every = advertised_by(env, name)
        if len(every) > ROUTES_OF_PEER:
            message = f"{name} advertises {len(every)} ranges, and a session takes {ROUTES_OF_PEER}"
            yield Finding(tunnel.at("advertise"), message, "join neighbouring ranges")
        for position, extra in enumerate(tunnel.advertise):
            for other in learned(env):
                if AddressRange.of(extra).overlaps(AddressRange.of(other)):
                    message = f"{name} advertises {extra}, and the sites advertise {other}: traffic would go in circles"
                    yield Finding(tunnel.at("advertise", position), message, "leave it out")
