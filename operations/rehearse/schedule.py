"""When each step of an `up` begins and ends, worked out on a simulated clock as the engine would do it.

The engine has a fixed number of workers. A step is ready when the last thing it waits for is done. Steps are taken up
in the order in which they became ready, and those ready at the same moment in the order of the program: workers read
one channel (pulumi 3.220, pkg/resource/deploy/step_executor.go). The program registers from four times as many threads
as there are workers (sdk/python/cmd/pulumi-language-python-exec), so it never is what holds a step back.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class CycleError(ValueError):
    """Steps wait for each other in a circle."""


@dataclass(frozen=True, slots=True)
class Task:
    """One step: what it is called, how many seconds it takes, and the keys of what it waits for."""

    key: str
    seconds: float
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Slot:
    """When a task is ready, begins and ends, in seconds from the start."""

    ready: float
    start: float
    end: float


@dataclass(frozen=True)
class Schedule:
    """A whole run. `slots` by key, in the order in which the tasks begin; `critical` the keys of the longest path."""

    slots: Mapping[str, Slot]
    critical: tuple[str, ...]
    critical_seconds: float

    @property
    def makespan(self) -> float:
        """How long the whole takes."""
        return max((slot.end for slot in self.slots.values()), default=0)

    @property
    def ratio(self) -> float:
        """Makespan to critical path, which no number of workers could beat; 1 where nothing is done."""
        return self.makespan / self.critical_seconds if self.critical_seconds else 1


def scheduled(tasks: Sequence[Task], workers: int) -> Schedule:
    """Return the schedule of `tasks`, in the order of the program, on so many workers.

    What a task needs and is not among `tasks` exists already. Raises `CycleError`, and `ValueError` without a worker.
    """
    if workers < 1:
        raise ValueError(f"{workers} workers can do nothing")
    known = {task.key: task for task in tasks}
    slots = _slots(tasks, known, workers)
    if len(slots) < len(known):
        circle = sorted(known.keys() - slots.keys())
        raise CycleError(f"these steps wait for each other: {', '.join(circle)}")
    path, seconds = _longest(list(slots), known)
    return Schedule(slots, path, seconds)


def _slots(tasks: Sequence[Task], known: Mapping[str, Task], workers: int) -> dict[str, Slot]:
    rank = {task.key: number for number, task in enumerate(tasks)}
    missing = {task.key: {need for need in task.needs if need in known} for task in known.values()}
    followers: dict[str, list[str]] = {key: [] for key in known}
    for key, needs in missing.items():
        for need in needs:
            followers[need].append(key)

    waiting = [(0.0, rank[key], key) for key, needs in missing.items() if not needs]
    heapq.heapify(waiting)
    running: list[tuple[float, int, str]] = []
    slots: dict[str, Slot] = {}
    now = 0.0
    while waiting or running:
        while waiting and len(running) < workers:
            ready, number, key = heapq.heappop(waiting)
            slots[key] = Slot(ready, now, now + known[key].seconds)
            heapq.heappush(running, (slots[key].end, number, key))
        now, _, done = heapq.heappop(running)
        for follower in followers[done]:
            missing[follower].discard(done)
            if not missing[follower]:
                heapq.heappush(waiting, (now, rank[follower], follower))
    return slots


def _longest(order: Sequence[str], known: Mapping[str, Task]) -> tuple[tuple[str, ...], float]:
    """Return the path that takes longest, and its seconds; `order` has each task after all that it needs."""
    finish: dict[str, float] = {}
    before: dict[str, str | None] = {}
    for key in order:
        needs = sorted(need for need in known[key].needs if need in known)
        last = max(needs, key=lambda need: finish[need], default=None)
        before[key] = last
        finish[key] = known[key].seconds + (finish[last] if last is not None else 0)
    end = max(finish, key=lambda key: finish[key], default=None)
    path: list[str] = []
    while end is not None:
        path.append(end)
        end = before[end]
    path.reverse()
    return tuple(path), finish[path[-1]] if path else 0
