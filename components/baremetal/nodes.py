"""Machines, taints and volumes in the forms that the GKE On-Prem API wants.

The provider has a class of its own for the nodes of each place that they stand in, all of the same fields; here is
what those fields hold, always in the order of addresses and keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.config.baremetal_nodes import Machine, MachineTaint


def ordered_nodes(nodes: Iterable[Machine]) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the address and the labels of each machine, by address."""
    for node in sorted(nodes, key=lambda each: each.address):
        yield str(node.address), dict(sorted(node.labels.items()))


def ordered_taints(taints: Iterable[MachineTaint]) -> Iterator[tuple[str, str, str]]:
    """Give key, value and effect of each taint, by key."""
    for taint in sorted(taints, key=lambda each: (each.key, each.value, each.effect)):
        yield taint.key, taint.value, taint.effect.value
