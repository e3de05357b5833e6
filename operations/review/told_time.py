"""The predicted time of an `up`, in the few lines that a reviewer reads."""

from __future__ import annotations

from operations.rehearse.timing import Timing, spoken


def time_lines(timing: Timing) -> tuple[str, ...]:
    """Return how long it takes, and the steps of its critical path."""
    if not timing.steps:
        return ()
    path = [f"{step.operation} {step.name} ({spoken(step.seconds)})" for step in timing.critical if step.seconds]
    estimated = sum(step.estimated for step in timing.steps)
    lines = [f"about {spoken(timing.makespan)} for {len(timing.steps)} operations, {estimated} by estimate"]
    return (*lines, f"critical path: {', then '.join(path)}") if path else tuple(lines)
