"""What becomes of workloads while a pool is replaced node by node.

A small model of what Kubernetes does in a rolling upgrade: `surge` new nodes join first, then as many old ones are
drained and go, until all are new. A drain evicts pod by pod, and only where the disruption budget allows it; an evicted
pod comes back on another node that has room for it. Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Workload:
    """Pods of one kind.

    min_available: the disruption budget, None where there is none. spread: two never share a node (required
    anti-affinity); otherwise they are placed where there are fewest.
    """

    name: str
    replicas: int
    min_available: int | None = None
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a workload.

    lowest: the fewest pods that ran at any moment. stuck: its budget keeps a node from being drained, for ever.
    pending: pods that had no node from the start.
    """

    workload: Workload
    lowest: int
    stuck: bool
    pending: int

    @property
    def held(self) -> bool:
        """Whether at least one pod ran all the time and nothing was stuck."""
        return self.lowest > 0 and not self.stuck


USUAL: Final = (
    Workload("1 replica, no budget", 1),
    Workload("1 replica, minAvailable 1", 1, 1),
    Workload("2 replicas, no budget, spread", 2, None, spread=True),
    Workload("2 replicas, minAvailable 1, spread", 2, 1, spread=True),
    Workload("3 replicas, minAvailable 2, spread", 3, 2, spread=True),
    Workload("3 replicas, minAvailable 3, spread", 3, 3, spread=True),
)
"""Workloads as teams have them, for a plan to be judged by."""


def api_away(replicas: int) -> bool:
    """Say whether the Kubernetes API is away while its control plane nodes are replaced one by one (B75)."""
    return replicas < 3  # etcd keeps its quorum without one of three, not without one of one


@dataclass
class _Nodes:
    """Nodes by number with the pods of one workload on each, and pods that have none."""

    workload: Workload
    pods: Counter[int] = field(default_factory=Counter[int])
    open: set[int] = field(default_factory=set[int])
    pending: int = 0

    @property
    def running(self) -> int:
        return self.pods.total()

    def place(self) -> None:
        """Give pending pods a node, as far as there is room."""
        while self.pending:
            free = [node for node in sorted(self.open) if not (self.workload.spread and self.pods[node])]
            if not free:
                return
            self.pods[min(free, key=lambda node: (self.pods[node], node))] += 1
            self.pending -= 1

    def may_evict(self) -> bool:
        budget = self.workload.min_available
        return budget is None or self.running - 1 >= budget


def rolled(workload: Workload, nodes: int, *, surge: int = 1) -> Outcome:
    """Return what becomes of `workload` while every one of `nodes` is replaced, `surge` at a time.

    With surge 0 an old node goes before its new one comes. Raises `ValueError` without a node.
    """
    if nodes < 1 or surge < 0:
        raise ValueError(f"a pool of {nodes} nodes with a surge of {surge} can not be upgraded")
    state = _Nodes(workload, open=set(range(nodes)), pending=workload.replicas)
    state.place()
    unplaced, lowest = state.pending, state.running
    fresh = nodes
    for first in range(0, nodes, max(surge, 1)):
        leaving = range(first, min(first + max(surge, 1), nodes))
        if surge:
            state.open |= set(range(fresh, fresh + len(leaving)))
            state.place()
        state.open -= set(leaving)
        # One eviction after another, each waiting for what the one before it lost: a drain asks until it may.
        waiting = [node for node in leaving for _ in range(state.pods[node])]
        for node in waiting:
            if not state.may_evict():
                return Outcome(workload, lowest, stuck=True, pending=unplaced)
            state.pods[node] -= 1
            state.pending += 1
            lowest = min(lowest, state.running)
            state.place()
        if not surge:
            state.open |= set(range(fresh, fresh + len(leaving)))
            state.place()
        fresh += len(leaving)
    return Outcome(workload, lowest, stuck=False, pending=unplaced)


def judged(nodes: int, *, surge: int = 1, workloads: tuple[Workload, ...] = USUAL) -> tuple[Outcome, ...]:
    """Return what becomes of each workload in a pool of so many nodes."""
    return tuple(rolled(workload, nodes, surge=surge) for workload in workloads)
