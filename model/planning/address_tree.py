"""The address register as a tree: which range lies in which, and how much of each is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import IPv4Network
from typing import Final

from model.config.types import AddressRange
from model.estate import Estate
from model.planning.entries import Entry, Kind, Plane
from model.planning.register import register

WHOLE: Final = frozenset(
    {
        Kind.RESERVED,
        Kind.SERVICE_ACCESS,
        Kind.GKE_PODS,
        Kind.GKE_SERVICES,
        Kind.GKE_CONTROL_PLANE,
        Kind.PODS,
        Kind.SERVICES,
        Kind.LINK,
    }
)
"""Ranges that a cluster or Google fills by itself: all of one is spoken for, whatever stands in it."""


@dataclass
class Block:
    """A range of the register and what lies in it, in the order of their addresses."""

    entry: Entry
    inside: list[Block] = field(default_factory=list["Block"])

    @property
    def size(self) -> int:
        """How many addresses it has."""
        return len(self.entry.range)

    @cached_property
    def taken(self) -> int:
        """How many of its addresses are spoken for: all, where nothing is told apart in it."""
        if not self.inside or self.entry.kind in WHOLE:
            return self.size
        covered, end = 0, int(self.entry.range.first) - 1
        for child in self.inside:
            first, last = int(child.entry.range.first), int(child.entry.range.last)
            covered += max(0, last - max(first, end + 1) + 1)
            end = max(end, last)
        return covered

    @property
    def free(self) -> int:
        """How many of its addresses nothing has."""
        return self.size - self.taken

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Block]]:
        """Give the block and everything in it, each with its depth."""
        yield depth, self
        for child in self.inside:
            yield from child.walk(depth + 1)


def aggregates(estate: Estate) -> tuple[Entry, ...]:
    """Return the ranges that everything else is carved from."""
    space = estate.organisation.addresses
    named = (("on_prem", Plane.ON_PREM), ("cloud", Plane.CLOUD), ("cluster_internal", Plane.CLUSTER_INTERNAL))
    held: dict[str, IPv4Network] = {name: getattr(space, name) for name, _ in named}
    return tuple(
        Entry(Kind.AGGREGATE, AddressRange.of(held[name]), "the organisation", None, plane, space.at(name))
        for name, plane in named
    )


def address_tree(estate: Estate) -> tuple[Block, ...]:
    """Return every range and address of all environments, each in the smallest range that holds it, in address order.

    An on-prem range may lie in a reserved one of the same site; a range that only half lies in another stands beside
    it (the rules refuse that).
    """
    return nested([*aggregates(estate), *register(estate)])


def nested(entries: Iterable[Entry]) -> tuple[Block, ...]:
    """Return `entries` as a tree, by one sweep over their beginnings; of equal ranges the first holds the others."""
    blocks = [Block(entry) for entry in entries]
    roots: list[Block] = []
    open_blocks: list[Block] = []
    for block in sorted(blocks, key=lambda each: (each.entry.range.first, -len(each.entry.range))):
        while open_blocks and open_blocks[-1].entry.range.last < block.entry.range.last:
            open_blocks.pop()
        (open_blocks[-1].inside if open_blocks else roots).append(block)
        open_blocks.append(block)
    return tuple(roots)
