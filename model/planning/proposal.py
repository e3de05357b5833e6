"""Free ranges for something new: found in the address register, always the same ones for the same files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Network
from typing import Final

from model.config.types import AddressRange
from model.estate import Environment, Estate
from model.planning.address_room import KEPT_BY_GOOGLE, free_blocks
from model.planning.entries import BLOCKS, Kind
from model.planning.free import free_block
from model.planning.register import register
from model.rules.addresses_cloud import pod_block

SERVICES: Final = 4096
"""Services that a cluster has room for unless more are asked for: a /20."""

CONTROL_PLANE_NODES: Final = 3
_BALANCER_ADDRESSES: Final = 21
"""What a cluster of ours gives MetalLB: two pools of ten, and one address for the east-west gateway."""


class ClusterKind(StrEnum):
    """What a proposal is for."""

    GKE = "gke"
    ONPREM = "onprem"


class NoRoomError(Exception):
    """A range of that size does not fit any more; the text says where, and what would."""


@dataclass(frozen=True, slots=True)
class Request:
    """A block that is wanted: its length, and why it is that long."""

    prefix: int
    why: str


@dataclass(frozen=True, slots=True)
class Allocation:
    """A free block for one use, the range it is taken from, and why it is that large."""

    use: str
    range: IPv4Network
    parent: IPv4Network
    why: str


def prefix_for(addresses: int) -> int:
    """Return the length of the smallest block with at least `addresses` addresses."""
    return 32 - max(addresses - 1, 0).bit_length()


def allocate(
    parent: IPv4Network,
    requests: Mapping[str, Request],
    taken: Iterable[AddressRange] = (),
    held: Mapping[str, IPv4Network] | None = None,
) -> dict[str, Allocation]:
    """Place each request in `parent`, apart from the others and from `taken`.

    `held` are blocks that were given out before: they stay where they are, so that something added moves nothing. New
    ones are placed large before small, then by name, each at the lowest free place. Raises `NoRoomError`.
    """
    given = {
        use: Allocation(use, held[use], parent, request.why)
        for use, request in requests.items()
        if held is not None and use in held
    }
    ranges = [*taken, *(AddressRange.of(block) for block in (held or {}).values())]
    for use, request in sorted(requests.items(), key=lambda item: (item[1].prefix, item[0])):
        if use in given:
            continue
        block = free_block(parent, request.prefix, ranges)
        if block is None:
            raise NoRoomError(_no_room(parent, use, request, ranges))
        given[use] = Allocation(use, block, parent, request.why)
        ranges.append(AddressRange.of(block))
    return {use: given[use] for use in requests}


def propose(
    estate: Estate,
    env: Environment,
    kind: ClusterKind,
    *,
    nodes: int,
    pods_per_node: int,
    services: int = SERVICES,
) -> tuple[Allocation, ...]:
    """Return ranges for a new cluster of `env` that can have `nodes` nodes at once, surge nodes included.

    `pods_per_node` counts on GKE alone: on-prem every node takes a /24 (B42). Nothing proposed overlaps anything in the
    register of any environment, nor a reserved range. Raises `NoRoomError`, and `ValueError` for a size that no cluster
    can have.
    """
    if nodes < 1 or services < 1:
        raise ValueError("a cluster has at least one node and one service")
    if kind is ClusterKind.GKE and not 8 <= pods_per_node <= 256:
        raise ValueError("GKE puts 8 to 256 pods on a node; 110 is the default (C20)")
    entries = [each for each in register(estate) if each.kind not in BLOCKS and each.kind is not Kind.AGGREGATE]
    taken = [each.range for each in entries]
    inside, network = estate.organisation.addresses.cluster_internal, env.network
    if kind is ClusterKind.GKE:
        block = pod_block(pods_per_node)
        own = {
            "subnet": Request(prefix_for(nodes + KEPT_BY_GOOGLE), f"{nodes} nodes and the four Google keeps (C21)"),
            "control plane": Request(28, "GKE takes exactly a /28 (C23)"),
        }
        parent = network.cloud
        pods = Request(prefix_for(nodes * block), f"{nodes} nodes with {block} addresses each (C20)")
    else:
        count = nodes + 1 + CONTROL_PLANE_NODES + 1 + _BALANCER_ADDRESSES + 3
        why = f"{nodes} workers and a spare (B40), 3 control plane nodes, VIP, {_BALANCER_ADDRESSES} for services"
        own = {"network": Request(prefix_for(count), why)}
        parent = network.on_prem
        pods = Request(prefix_for((nodes + 1 + CONTROL_PLANE_NODES) * 256), "a /24 for every node that can exist (B42)")
    ranges = allocate(parent, own, taken)
    internal = {"pods": pods, "services": Request(max(12, min(24, prefix_for(services))), f"{services} services (B43)")}
    ranges |= allocate(inside, internal, [*taken, *(AddressRange.of(each.range) for each in ranges.values())])
    return tuple(ranges.values())


def _no_room(parent: IPv4Network, use: str, request: Request, taken: list[AddressRange]) -> str:
    largest = next((length for length in range(request.prefix + 1, 33) if free_blocks(parent, length, taken)), None)
    best = f"the largest that is free is a /{largest}" if largest is not None else "nothing in it is free"
    return f"{parent} has no free /{request.prefix} for the {use} ({request.why}); {best}"
