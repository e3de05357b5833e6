"""What has run in an environment, and since when without a failure, from the history of its stack.

https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_history/ says what a backend keeps of each update.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from model.config.promotion import Promoted
from model.config.source import Data
from model.planning.promotion.things import Slot, things


@dataclass(frozen=True, slots=True)
class Run:
    """One `pulumi up`. `at` is its end, with a time zone; `revision` the program's commit, "" where it is not known."""

    at: datetime
    succeeded: bool
    config: Mapping[str, Data]
    revision: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The updates of an environment's stack, newest first; `missing` says why there are none to look at."""

    runs: Sequence[Run] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What an environment runs in a slot.

    `value` is that of the last `up` that succeeded, None where none is known. `since` is when the time began in which
    every `up` succeeded with it; None, and `why`, where there is no such time.
    """

    value: str | None
    since: datetime | None
    why: str = ""


def held(history: History, environment: str, slot: Slot) -> Held:
    """Return what runs in a slot and since when. A failed `up` ends the time: the next that succeeds begins another."""
    last = next((run for run in history.runs if run.succeeded), None)
    if last is None:
        return Held(None, None, history.missing or "no `up` has succeeded yet")
    value = _value(last, environment, slot)
    if value is None:
        return Held(None, None, "the history does not say")
    if not history.runs[0].succeeded:
        return Held(value, None, f"the last `up` failed, {history.runs[0].at:%Y-%m-%d %H:%M}")
    since = last.at
    for run in history.runs:
        if not run.succeeded or _value(run, environment, slot) != value:
            break
        since = run.at
    return Held(value, since)


def _value(run: Run, environment: str, slot: Slot) -> str | None:
    if slot.kind is Promoted.PROGRAM:
        return run.revision or None
    found = things(run.config, environment).get(slot)
    return found.value if found else None
