"""What can be lost of a VPN, each with what goes down with it (D20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

from model.estate import Environment
from model.planning.bgp.network import Down
from model.planning.bgp.topology import Topology
from model.planning.names import Names


class Kind(StrEnum):
    """What is lost."""

    TUNNEL = "tunnel"
    SESSION = "BGP session"
    INTERFACE = "gateway interface"
    DEVICE = "peer device"
    SITE = "peer site"
    ROUTER = "router"
    REGION = "region"


BEYOND: Final = {
    Kind.ROUTER: "one Cloud Router is two tasks of Google's, of which one may fail; only a second router survives it",
    Kind.REGION: "the clusters of the region are lost with its VPN: a matter of recovery, not of redundancy",
}
"""Kinds of loss that one region's VPN is not made to survive, and why that is no fault of it."""


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
    tunnels = env.vpn.tunnels
    for name in topology.tunnels:
        yield Failure(Kind.TUNNEL, name, Down(sessions=frozenset({name})))
    for name in topology.network.sessions:
        what = Names.peer(name) if name in tunnels else name
        yield Failure(Kind.SESSION, what, Down(sessions=frozenset({name})))
    interfaces: dict[int, set[str]] = {}
    for name in topology.tunnels:
        interfaces.setdefault(tunnels[name].gateway_interface, set()).add(name)
    for number, lost in sorted(interfaces.items()):
        yield Failure(Kind.INTERFACE, str(number), Down(sessions=frozenset(lost)))
    for name in topology.devices:
        yield Failure(Kind.DEVICE, name, Down(speakers=frozenset({name})))
    sites: dict[str, set[str]] = {}
    for name, site in topology.devices.items():
        if site is not None:
            sites.setdefault(site, set()).add(name)
    for site, devices in sorted(sites.items()):
        yield Failure(Kind.SITE, site, Down(speakers=frozenset(devices)))
    router = Down(speakers=frozenset({topology.router}))
    yield Failure(Kind.ROUTER, topology.router, router, BEYOND[Kind.ROUTER])
    yield Failure(Kind.REGION, env.organisation.region, router, BEYOND[Kind.REGION])


def pairs(failures: tuple[Failure, ...]) -> tuple[Pair, ...]:
    """Return every two of `failures` that take down more together than one of them alone."""
    found = (Pair(one, other) for one, other in combinations(failures, 2))
    return tuple(each for each in found if each.down not in {each.one.down, each.other.down})
