"""Conditions over blocks of addresses: those of an IP block file, and those inside a cluster's file (A46, A47)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from model.rendering.reading import Part
from model.rendering.schema import Fault, Target


def inside(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse addresses outside their block's subnet, and its gateway, network and broadcast address as a node's."""
    for block in top.items("blocks"):
        yield from block_faults(target, block)


def block_faults(target: Target, block: Part) -> Iterator[Fault]:
    """Give the faults of one block of addresses, its subnet being that of its gateway and mask."""
    subnet, gateway = block.network(), block.address("gateway")
    if subnet is None or gateway is None:
        return
    for entry in block.items("ips"):
        held = entry.range("ip")
        if held is None:
            continue
        at = entry.get("ip").at
        if not held.inside(subnet):
            message = f"{held} is outside {subnet}, the subnet of gateway {gateway}"
            yield target.fault(at, message, "use addresses of the subnet", rule="A47")
        elif gateway in held:
            message = f"{held} holds the gateway {gateway}, which is no node's address"
            yield target.fault(at, message, "leave the gateway out", rule="A47")
        elif _edges(subnet, entry):
            message = f"{held} is the network or the broadcast address of {subnet}, which no machine can have"
            yield target.fault(at, message, "use another address", rule="A47")


def _edges(subnet: IPv4Network, entry: Part) -> bool:
    address = entry.address("ip")
    return address is not None and address in {subnet.network_address, subnet.broadcast_address}


def unique(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse an address, or a host name, that stands in the file twice."""
    entries = [entry for block in top.items("blocks") for entry in block.items("ips")]
    for number, entry in enumerate(entries):
        held = entry.range("ip")
        for other in entries[:number]:
            theirs = other.range("ip")
            if held is not None and theirs is not None and held.overlaps(theirs):
                yield target.fault(entry.get("ip").at, f"{held} is listed twice", "remove one of them", rule="A47")
                break
        name = entry.text("hostname")
        if name is not None and any(other.text("hostname") == name for other in entries[:number]):
            message = f"two addresses have the host name '{name}'"
            yield target.fault(entry.get("hostname").at, message, "give each node its own", rule="A47")


def names_of_blocks(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a host name for a whole block of addresses (A46)."""
    for block in top.items("blocks"):
        for entry in block.items("ips"):
            if "/" in (entry.text("ip") or "") and entry.has("hostname"):
                message = f"{entry.text('ip')} is a block of addresses, which can not share one host name"
                yield target.fault(entry.get("hostname").at, message, "remove hostname", rule="A46")


ALL: Final = (inside, unique, names_of_blocks)
