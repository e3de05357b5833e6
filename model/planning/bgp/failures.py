"""What can be lost of a VPN, each with what goes down with it (D20)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from model.estate import Environment
from model.planning.bgp.links import Link, LinkKind
from model.planning.bgp.network import Down
from model.planning.bgp.topology import Topology
from model.planning.names import Names


class Kind(StrEnum):
    """What is lost."""

    TUNNEL = "tunnel"
    ATTACHMENT = "attachment"
    SESSION = "BGP session"
    INTERFACE = "gateway interface"
    LINE = "interconnect"
    DOMAIN = "edge domain"
    METRO = "metro"
    DEVICE = "peer device"
    SITE = "peer site"
    OTHER = "other gateway"
    ROUTER = "router"
    REGION = "region"


BEYOND: Final = {
    Kind.ROUTER: "one Cloud Router is two tasks of Google's, of which one may fail; only a second router survives it",
    Kind.REGION: "the clusters of the region are lost with its VPN: a matter of recovery, not of redundancy",
}
"""Kinds of loss that one region's VPN is not made to survive, and why that is no fault of it."""
THEIRS: Final = "what is behind another gateway is lost with it: the other side's to make redundant"
"""Why the loss of another gateway as a whole is beyond this design."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One loss: its kind, what is lost, what that takes down, and why it is beyond this design if it is."""

    kind: Kind
    what: str
    down: Down
    beyond: str | None = None

    def __str__(self) -> str:
        """Return `tunnel t0`."""
        return f"{self.kind.value} {self.what}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two losses at once."""

    one: Failure
    other: Failure

    @property
    def down(self) -> Down:
        """What both take down together."""
        return self.one.down | self.other.down

    def __str__(self) -> str:
        """Return `tunnel t0 and peer device fw-b`."""
        return f"{self.one} and {self.other}"


def single_failures(env: Environment, topology: Topology) -> tuple[Failure, ...]:
    """Return every single loss, in the order of the kinds, then by name."""
    return tuple(_singles(env, topology))


def _singles(env: Environment, topology: Topology) -> Iterator[Failure]:
    links = topology.links
    for kind, names in ((Kind.TUNNEL, _tunnels(links)), (Kind.ATTACHMENT, _attachments(links))):
        for name in names:
            yield Failure(kind, name, Down(sessions=frozenset({name})))
    for name in topology.network.sessions:
        what = Names.peer(name) if name in links else name
        yield Failure(Kind.SESSION, what, Down(sessions=frozenset({name})))
    yield from _together(Kind.INTERFACE, {name: link.interface for name, link in links.items()})
    yield from _together(Kind.LINE, {name: link.line for name, link in links.items()})
    yield from _together(Kind.DOMAIN, {name: link.edge for name, link in links.items()})
    yield from _together(Kind.METRO, {name: link.edge.metro if link.edge else None for name, link in links.items()})
    for name in topology.devices:
        yield Failure(Kind.DEVICE, name, Down(speakers=frozenset({name})))
    sites: dict[str, set[str]] = {}
    for name, site in topology.devices.items():
        if site is not None:
            sites.setdefault(site, set()).add(name)
    for site, devices in sorted(sites.items()):
        yield Failure(Kind.SITE, site, Down(speakers=frozenset(devices)))
    for key, name in topology.others.items():
        yield Failure(Kind.OTHER, key, Down(speakers=frozenset({name})), THEIRS)
    for router in topology.routers:
        beyond = BEYOND[Kind.ROUTER] if _hangs_on(topology, router) else None
        yield Failure(Kind.ROUTER, router, Down(speakers=frozenset({router})), beyond)
    region = Down(speakers=frozenset(topology.routers))
    yield Failure(Kind.REGION, env.organisation.region, region, BEYOND[Kind.REGION])


def _tunnels(links: Mapping[str, Link]) -> Iterator[str]:
    return (name for name, link in links.items() if link.kind is not LinkKind.ATTACHMENT)


def _attachments(links: Mapping[str, Link]) -> Iterator[str]:
    return (name for name, link in links.items() if link.kind is LinkKind.ATTACHMENT)


def _together(kind: Kind, places: Mapping[str, object]) -> Iterator[Failure]:
    """Give a loss for each place that links share; links without one, and a place without a name, have none."""
    found: dict[str, set[str]] = {}
    for name, place in places.items():
        if place is not None and str(place):
            found.setdefault(str(place), set()).add(name)
    for place, lost in sorted(found.items()):
        yield Failure(kind, place.rpartition("/")[2], Down(sessions=frozenset(lost)))


def _hangs_on(topology: Topology, router: str) -> bool:
    """Say whether something is reached by way of `router` alone: the sites, or another gateway."""
    elsewhere = {link.far for link in topology.links.values() if link.router != router}
    here = {link.far for link in topology.links.values() if link.router == router}
    return not elsewhere & set(topology.devices) or bool(here & set(topology.others.values()))


def pairs(failures: tuple[Failure, ...]) -> tuple[Pair, ...]:
    """Return every two of `failures` that take down more together than one of them alone."""
    found = (Pair(one, other) for one, other in combinations(failures, 2))
    return tuple(each for each in found if each.down not in {each.one.down, each.other.down})
