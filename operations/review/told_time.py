"""The predicted time of an `up`: the few lines that a reviewer reads, and its critical path to be drawn."""

from __future__ import annotations

from model.planning.review.page import PathStep
from operations.rehearse.timing import Timing, spoken


def time_lines(timing: Timing) -> tuple[str, ...]:
    """Return how long it takes, and the steps of its critical path."""
    if not timing.steps:
        return ()
    path = [f"{step.operation} {step.name} ({spoken(step.seconds)})" for step in timing.critical if step.seconds]
    estimated = sum(step.estimated for step in timing.steps)
    lines = [f"about {spoken(timing.makespan)} for {len(timing.steps)} operations, {estimated} by estimate"]
    return (*lines, f"critical path: {', then '.join(path)}") if path else tuple(lines)


def critical_path(timing: Timing) -> tuple[PathStep, ...]:
    """Return the steps of the critical path that take time, in their order."""
    return tuple(PathStep(step.name, step.operation, step.start, step.end) for step in timing.critical if step.seconds)
