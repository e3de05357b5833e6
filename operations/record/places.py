"""Addresses, ranges and VLANs that resources claim, and those claimed by two.

The VPC and the on-prem networks are routed to each other, so an environment has one address space. A range may not
overlap another's, and an address belongs to one resource; an address inside a range is where it should be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from operations.record.registered import Recorded
from operations.record.values import Value, bare


class Space(StrEnum):
    """What is claimed."""

    RANGE = "range"
    ADDRESS = "address"
    VLAN = "vlan"


@dataclass(frozen=True, slots=True)
class Claim:
    """A resource's claim on a place; `first` and `last` are both included."""

    space: Space
    first: int
    last: int
    text: str
    urn: str

    def overlaps(self, other: Claim) -> bool:
        """Say whether two claims can not both hold."""
        return self.space is other.space and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class _Rule:
    space: Space
    path: str
    """Names of properties; `[]` goes through a list."""
    prefix: str | None = None
    """The property beside it that holds the prefix length."""


_ON_PREM_ADDRESSES: Final = (
    _Rule(Space.ADDRESS, "networkConfig.staticIpConfig.ipBlocks.[].ips.[].ip"),
    _Rule(Space.ADDRESS, "networkConfig.controlPlaneV2Config.controlPlaneIpBlock.ips.[].ip"),
    _Rule(Space.ADDRESS, "networkConfig.haControlPlaneConfig.controlPlaneIpBlock.ips.[].ip"),
    _Rule(Space.ADDRESS, "loadBalancer.vipConfig.controlPlaneVip"),
    _Rule(Space.ADDRESS, "loadBalancer.metalLbConfig.addressPools.[].addresses.[]"),
    _Rule(Space.RANGE, "networkConfig.podAddressCidrBlocks.[]"),
    _Rule(Space.RANGE, "networkConfig.serviceAddressCidrBlocks.[]"),
)

_RULES: Final[Mapping[str, tuple[_Rule, ...]]] = {
    "gcp:compute/subnetwork:Subnetwork": (
        _Rule(Space.RANGE, "ipCidrRange"),
        _Rule(Space.RANGE, "secondaryIpRanges.[].ipCidrRange"),
    ),
    "gcp:compute/globalAddress:GlobalAddress": (_Rule(Space.RANGE, "address", prefix="prefixLength"),),
    "gcp:compute/address:Address": (_Rule(Space.ADDRESS, "address"),),
    "gcp:compute/routerInterface:RouterInterface": (_Rule(Space.RANGE, "ipRange"),),
    "gcp:compute/externalVpnGateway:ExternalVpnGateway": (_Rule(Space.ADDRESS, "interfaces.[].ipAddress"),),
    "gcp:container/cluster:Cluster": (_Rule(Space.RANGE, "privateClusterConfig.masterIpv4CidrBlock"),),
    # The ingress VIP lies in an address pool of its own cluster, so it is no claim beside the pool's.
    "gcp:gkeonprem/vMwareCluster:VMwareCluster": _ON_PREM_ADDRESSES,
    "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster": _ON_PREM_ADDRESSES,
    "vsphere:index/distributedPortGroup:DistributedPortGroup": (_Rule(Space.VLAN, "vlanId"),),
}


def _along(value: Value, path: tuple[str, ...]) -> Iterator[Value]:
    if not path:
        yield value
    elif path[0] == "[]":
        if isinstance(value, tuple):
            for each in value:
                yield from _along(each, path[1:])
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _along(value[path[0]], path[1:])


def _bounds(space: Space, text: str) -> tuple[int, int]:
    """Return both ends of a VLAN, an address, a run of addresses or a block (of which any address may be given)."""
    if space is Space.VLAN:
        return int(text), int(text)
    if "/" in text:
        network = IPv4Network(text, strict=False)
        return int(network.network_address), int(network.broadcast_address)
    first, _, last = text.partition("-")
    return int(IPv4Address(first.strip())), int(IPv4Address((last or first).strip()))


def _claims_of(recorded: Recorded) -> Iterator[Claim]:
    inputs = {name: bare(value) for name, value in recorded.inputs.items()}
    for rule in _RULES.get(recorded.type, ()):
        for value in _along(inputs, tuple(rule.path.split("."))):
            if not isinstance(value, str | int):
                continue  # an address that the provider picks claims nothing of ours
            text, space = str(value), rule.space
            length = inputs.get(rule.prefix) if rule.prefix is not None else None
            if isinstance(length, int):
                text = f"{text}/{length}"
            elif rule.prefix is not None:
                space = Space.ADDRESS
            first, last = _bounds(space, text)
            yield Claim(space, first, last, text, recorded.urn)


def claims(resources: Iterable[Recorded]) -> tuple[Claim, ...]:
    """Return every claim on a place, by space and place."""
    found = [claim for each in resources for claim in _claims_of(each)]
    return tuple(sorted(found, key=lambda each: (each.space, each.first, each.last, each.urn)))


def claimed_twice(resources: Iterable[Recorded]) -> tuple[tuple[Claim, Claim], ...]:
    """Return every pair of claims that can not both hold, also two of the same resource."""
    found: list[tuple[Claim, Claim]] = []
    open_claims: list[Claim] = []
    for claim in claims(resources):
        open_claims = [each for each in open_claims if each.space is claim.space and each.last >= claim.first]
        found.extend((each, claim) for each in open_claims if each.overlaps(claim))
        open_claims.append(claim)
    return tuple(found)
