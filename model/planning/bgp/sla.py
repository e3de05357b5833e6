"""What Google promises of the links of an environment: for each group of them, and for the whole (D1 to D3, D24).

HA VPN (https://docs.cloud.google.com/network-connectivity/docs/vpn/concepts/topologies): 99.99 % where tunnels on both
interfaces of the gateway reach each address of the peer as its topology pairs them; an external gateway is one peer,
another HA VPN gateway of the same region is one too. Anything less is promised nothing.

VLAN attachments
(https://docs.cloud.google.com/network-connectivity/docs/interconnect/tutorials/dedicated-creating-9999-availability,
.../dedicated-creating-999-availability, and the same of a partner's): 99.9 % with attachments in both edge availability
domains of one metropolitan area; 99.99 % with both domains of two areas, Cloud Routers in two regions, and global
dynamic routing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from model.config.vpn import Redundancy
from model.estate import Environment
from model.planning.bgp.links import Edge, Link, links, other_router

PAIRS: Final = {
    Redundancy.SINGLE_IP: ((0, 0), (1, 0)),
    Redundancy.TWO_IPS: ((0, 0), (1, 1)),
    Redundancy.FOUR_IPS: ((0, 0), (0, 1), (1, 2), (1, 3)),
}
"""Which interface of the gateway must reach which interface of the peer's."""
BEST: Final = "99.99"
LESSER: Final = "99.9"


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised of a group of links.

    `percent` is 99.99, 99.9, or None where nothing is promised; `reasons` say why it is not 99.99.
    """

    group: str
    percent: str | None
    reasons: tuple[str, ...] = ()
    to_sites: bool = True

    @property
    def value(self) -> float:
        """The percentage as a number, 0 for no promise."""
        return float(self.percent or 0)

    def __str__(self) -> str:
        """Return the verdict in words."""
        why = f"no 99.99 %: {'; '.join(self.reasons)}" if self.reasons else ""
        return ", ".join(each for each in (f"{self.percent} %" if self.percent else "", why) if each)


@dataclass(frozen=True, slots=True)
class Sla:
    """The promise for the whole, with those of its groups.

    The sites are reached with what their best group promises, since each group leads to everything there; another
    gateway only by its own tunnels. The whole is as good as what is reached worst.
    """

    percent: str | None
    reasons: tuple[str, ...] = ()
    groups: tuple[Promise, ...] = ()

    @property
    def value(self) -> float:
        """The percentage as a number, 0 for no promise."""
        return float(self.percent or 0)

    def __str__(self) -> str:
        """Return the verdict in words."""
        return str(Promise("", self.percent, self.reasons))


def sla(env: Environment) -> Sla:
    """Return what is promised of the links of `env`."""
    groups = tuple(_groups(env))
    sites = [each for each in groups if each.to_sites]
    if not sites:
        return Sla(None, ("no link leads to the sites",), groups)
    whole = min((max(sites, key=_value), *(each for each in groups if not each.to_sites)), key=_value)
    reasons = whole.reasons if len(groups) == 1 else tuple(f"{whole.group}: {each}" for each in whole.reasons)
    return Sla(whole.percent, reasons, groups)


def _value(promise: Promise) -> float:
    return promise.value


def _groups(env: Environment) -> Iterator[Promise]:
    vpn, every = env.vpn, links(env)
    for key, gateway in vpn.gateways.items():
        joined = {
            (tunnel.gateway_interface, peer.interface)
            for tunnel in vpn.tunnels.values()
            if (tunnel.external_gateway or "") == key and (peer := vpn.peer_of(tunnel)) is not None
        }
        # One that nothing leads to yet, or no more, is promised nothing and takes nothing from the others.
        if joined:
            yield _promise(
                f"external gateway {key}" if key else "external gateway", _unpaired(joined, gateway.redundancy)
            )
    if vpn.interconnect is not None:
        edges = {link.edge for link in every.values() if link.edge is not None}
        regions = {env.organisation.region}
        yield attachments_promise(edges, regions=len(regions), global_routing=env.network.routing_mode == "GLOBAL")
    for key in sorted(vpn.cloud_peers):
        mine = [link for link in every.values() if link.far == other_router(key)]
        yield _promise(f"gateway {key}", _not_on_both(mine), to_sites=False)


def _promise(group: str, missing: Iterator[str], *, to_sites: bool = True) -> Promise:
    reasons = tuple(missing)
    return Promise(group, None if reasons else BEST, reasons, to_sites)


def _unpaired(joined: Collection[tuple[int, int]], redundancy: Redundancy) -> Iterator[str]:
    """Give the pairs of interfaces that no tunnel joins; `joined` are those that one does, our interface first."""
    used = {interface for interface, _ in joined}
    for number in (0, 1):
        if number not in used:
            yield f"no tunnel on interface {number} of the gateway (D1)"
    for interface, peer in PAIRS[redundancy]:
        crossed = redundancy is Redundancy.TWO_IPS and {(0, 1), (1, 0)} <= set(joined)
        if (interface, peer) not in joined and not crossed and interface in used:
            yield f"no tunnel from interface {interface} to the peer's interface {peer} (D3)"


def _not_on_both(tunnels: Collection[Link]) -> Iterator[str]:
    for number in (0, 1):
        if number not in {link.interface for link in tunnels}:
            yield f"no tunnel on interface {number} of the gateway (D1)"


def attachments_promise(edges: Collection[Edge], *, regions: int, global_routing: bool) -> Promise:
    """Return what is promised of attachments at `edges`, whose Cloud Routers are in so many regions (D24)."""
    group = "attachments"
    domains: dict[str, set[int]] = {}
    for edge in edges:
        domains.setdefault(edge.metro, set()).add(edge.domain)
    whole = [metro for metro, each in domains.items() if {1, 2} <= each]
    if not whole:
        missing = sorted(str(Edge(metro, domain)) for metro, each in domains.items() for domain in {1, 2} - each)
        return Promise(group, None, tuple(f"no attachment in edge domain {each} (D24)" for each in missing))
    reasons: list[str] = []
    if len(whole) < 2:
        reasons.append("it takes both edge domains of two metropolitan areas (D24)")
    if regions < 2:
        reasons.append("it takes Cloud Routers in two regions (D24)")
    if not global_routing:
        reasons.append("it takes global dynamic routing (D21)")
    return Promise(group, LESSER if reasons else BEST, tuple(reasons))
