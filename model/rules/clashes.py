"""What collides in the address register, which rule that breaks, and how to say so."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from model.estate import Estate
from model.planning.entries import ON_PREM_ADDRESSES, RANGES, Entry, Kind, Plane, overlaps
from model.planning.free import free_block, free_run
from model.planning.register import register
from model.rules.registry import Finding

_CLOUD: Final = frozenset({Kind.SUBNET, Kind.SERVICE_ACCESS, Kind.GKE_PODS, Kind.GKE_SERVICES})
_ISLAND: Final = frozenset({Kind.PODS, Kind.SERVICES})
_NETWORKS: Final = frozenset({Kind.NETWORK, Kind.SHARED})

_WHY: Final = {
    "A7": "the workstation drives the clusters and must keep its own address",
    "A32": "pods could not reach what has the same addresses",
    "B22": "a node on the address of the Kubernetes API makes both unreachable",
    "B45": "two uses of one address make both unreachable",
    "B46": "MetalLB would hand out an address that is in use",
    "B49": "routes over the VPN would be ambiguous",
    "C22": "a VPC refuses ranges that overlap, and routes over the VPN would be ambiguous",
    "C23": "the control plane could not be reached",
    "X6": "routes between the environments and the sites would be ambiguous",
}


def clashes(estate: Estate, rule: str) -> Iterator[Finding]:
    """Give a finding for every two ranges, and every two on-prem addresses, that overlap and thereby break `rule`."""
    entries = register(estate)
    for one, other in overlaps(entry for entry in entries if entry.kind in RANGES):
        if not _expected(one, other) and _range_rule(frozenset({one.kind, other.kind})) == rule:
            yield overlap(entries, estate, one, other, _WHY[rule])
    for one, other in overlaps(entry for entry in entries if entry.kind in ON_PREM_ADDRESSES):
        if not _expected(one, other) and _address_rule(one, other) == rule:
            yield overlap(entries, estate, one, other, _WHY[rule])


def overlap(entries: tuple[Entry, ...], estate: Estate, one: Entry, other: Entry, why: str) -> Finding:
    """Return the finding that two entries overlap, at the one to move.

    Between environments that is the later one, since what was there first has traffic on it. Within an environment it
    is a single address in a range, unless it is the gateway.
    """
    if one.environment == other.environment and len(one.range) < len(other.range) and one.kind is not Kind.GATEWAY:
        one, other = other, one
    return Finding(other.place, f"{other.name} overlaps {one.located}: {why}", _remedy(entries, estate, other))


def _expected(one: Entry, other: Entry) -> bool:
    """Say whether two entries may share addresses: shared ranges in their reservation, an ingress VIP in its pool."""
    if one.environment is None and other.environment is None:
        return one.kind in RANGES
    return {one.kind, other.kind} == {Kind.INGRESS_VIP, Kind.POOL} and one.cluster == other.cluster


def _range_rule(kinds: frozenset[Kind]) -> str:
    if Kind.GKE_CONTROL_PLANE in kinds:
        return "C23"
    if kinds & _ISLAND:
        return "A32"
    if kinds & _CLOUD:
        return "B49" if kinds & _NETWORKS else "C22"
    return "X6"


def _address_rule(one: Entry, other: Entry) -> str:
    kinds = {one.kind, other.kind}
    if Kind.WORKSTATION in kinds:
        return "A7"
    if Kind.POOL in kinds:
        return "B46"
    if Kind.VIP in kinds and one.cluster == other.cluster:
        return "B22"
    return "B45"


def _remedy(entries: tuple[Entry, ...], estate: Estate, entry: Entry) -> str:
    parent = _parent(entries, estate, entry)
    if parent is None:
        return "give one of the two a range of its own"
    network = entry.network
    if entry.kind in RANGES:
        taken = [each.range for each in entries if each.kind in RANGES]
        free = free_block(parent, network.prefixlen, taken) if network is not None else None
    else:
        taken = [each.range for each in entries if each.kind in ON_PREM_ADDRESSES]
        free = free_run(parent, len(entry.range), taken)
    return f"use what is free in {parent}, such as {free}" if free else f"make room in {parent}, nothing is free in it"


def _parent(entries: tuple[Entry, ...], estate: Estate, entry: Entry) -> IPv4Network | None:
    """Return the range that the entry has to lie in."""
    if entry.plane is Plane.CLUSTER_INTERNAL:
        return estate.organisation.addresses.cluster_internal
    mine = [each for each in entries if each.environment == entry.environment and each.plane is entry.plane]
    if entry.kind in RANGES:
        return next((each.network for each in mine if each.kind is Kind.BLOCK), None)
    networks = [each for each in mine if each.kind is Kind.NETWORK and each.range.overlaps(entry.range)]
    return networks[0].network if networks else None
