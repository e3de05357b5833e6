"""Free room in an address plan, for remedies that name it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from model.config.types import AddressRange


def free_block(parent: IPv4Network, prefix: int, taken: Iterable[AddressRange]) -> IPv4Network | None:
    """Return the first block of length `prefix` in `parent` that shares no address with `taken`, or None."""
    if prefix < parent.prefixlen:
        return None
    size = 2 ** (32 - prefix)
    begin = _first_gap(AddressRange.of(parent), size, size, taken)
    return IPv4Network((begin, prefix)) if begin is not None else None


def free_run(network: IPv4Network, count: int, taken: Iterable[AddressRange]) -> AddressRange | None:
    """Return the first `count` addresses in a row of `network` that machines can have and nothing has, or None."""
    edges = [AddressRange.of(network.network_address), AddressRange.of(network.broadcast_address)]
    begin = _first_gap(AddressRange.of(network), count, 1, [*edges, *taken])
    return AddressRange(IPv4Address(begin), IPv4Address(begin + count - 1)) if begin is not None else None


def _first_gap(within: AddressRange, size: int, step: int, taken: Iterable[AddressRange]) -> int | None:
    """Return where the first gap of `size` begins, at a multiple of `step`; `within` begins at one."""
    begin = int(within.first)
    for held in sorted(taken):
        if int(held.first) >= begin + size:
            break
        begin = max(begin, -(-(int(held.last) + 1) // step) * step)
    return begin if begin + size - 1 <= int(within.last) else None
