"""Entries of the address register, and how to find those that overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Final

from model.config.problems import Place
from model.config.types import AddressRange


class Plane(StrEnum):
    """Where a range is routed."""

    ON_PREM = "on-prem"
    CLOUD = "cloud"
    CLUSTER_INTERNAL = "cluster-internal"
    LINK_LOCAL = "link-local"
    PUBLIC = "public"


class Kind(StrEnum):
    """What a range is, in the words of a message."""

    AGGREGATE = "aggregate"
    RESERVED = "reserved range"
    SHARED = "shared network"
    BLOCK = "environment block"
    NETWORK = "on-prem network"
    SUBNET = "subnet"
    SERVICE_ACCESS = "private service access range"
    GKE_PODS = "GKE pod range"
    GKE_SERVICES = "GKE service range"
    GKE_CONTROL_PLANE = "GKE control plane range"
    PODS = "pod range"
    SERVICES = "service range"
    LINK = "BGP link"
    SERVICE = "shared service"
    GATEWAY = "gateway"
    HOST = "address"
    WORKSTATION = "workstation"
    NODES = "control plane nodes"
    VIP = "control plane VIP"
    INGRESS_VIP = "ingress VIP"
    POOL = "address pool"
    WORKERS = "worker addresses"
    SPARE = "spare addresses"
    INTERNAL_ADDRESS = "internal address"
    PEER = "VPN peer address"
    EGRESS = "egress address"
    INGRESS = "external ingress address"


BLOCKS: Final = frozenset({Kind.BLOCK})
"""What an environment owns at a site."""

RANGES: Final = frozenset(
    {
        Kind.RESERVED,
        Kind.SHARED,
        Kind.NETWORK,
        Kind.SUBNET,
        Kind.SERVICE_ACCESS,
        Kind.GKE_PODS,
        Kind.GKE_SERVICES,
        Kind.GKE_CONTROL_PLANE,
        Kind.PODS,
        Kind.SERVICES,
    }
)
"""What routes and masks are made of."""

ON_PREM_ADDRESSES: Final = frozenset(
    {
        Kind.SERVICE,
        Kind.GATEWAY,
        Kind.HOST,
        Kind.WORKSTATION,
        Kind.NODES,
        Kind.VIP,
        Kind.INGRESS_VIP,
        Kind.POOL,
        Kind.WORKERS,
        Kind.SPARE,
    }
)
"""What stands in on-prem networks."""

PUBLIC_ADDRESSES: Final = frozenset({Kind.PEER, Kind.EGRESS, Kind.INGRESS})
"""What the internet sees."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A range or a single address, whose it is, and where it is written."""

    kind: Kind
    range: AddressRange
    owner: str
    """Whose it is, such as `onp1-dev` or `network node of dev`."""
    environment: str | None
    """The environment; none for what all of them share."""
    plane: Plane
    place: Place
    cluster: str | None = None
    """The cluster it belongs to, where it belongs to one."""

    @property
    def network(self) -> IPv4Network | None:
        """The range as one network, where it is exactly one."""
        networks = self.range.networks()
        return networks[0] if len(networks) == 1 else None

    @property
    def text(self) -> str:
        """The range as a network engineer would write it."""
        network = self.network
        return str(network) if network is not None and len(self.range) > 1 else str(self.range)

    @property
    def name(self) -> str:
        """What it is, its range and whose: `pod range 100.98.0.0/16 of onp1-dev`."""
        return f"{self.kind} {self.text} of {self.owner}"

    @property
    def located(self) -> str:
        """The name with the file and line, for a message about another entry."""
        return f"{self.name} ({self.place.file}:{self.place.line})"


def overlaps(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Give every pair of entries that share an address, once, by one sweep over their sorted beginnings.

    The first of a pair is the one that comes first in `entries`.
    """
    numbered = list(enumerate(entries))
    active: list[tuple[int, Entry]] = []
    for position, entry in sorted(numbered, key=lambda each: (each[1].range, each[0])):
        active = [other for other in active if other[1].range.last >= entry.range.first]
        for earlier, other in active:
            yield (other, entry) if earlier < position else (entry, other)
        active.append((position, entry))
