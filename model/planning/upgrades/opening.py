"""Whether an environment's maintenance window lets a step begin, and whether the step fits into it (B73, X2).

The stack file states windows and exclusions for the GKE clusters of the environment; they say when the environment may
be disturbed, so they are asked for on-prem steps too. Who promotes, and after how long, is decided elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from model.config.gke import GkeCluster
from model.estate import Environment
from model.planning.maintenance import Block, Recurrence, openings, without

_LOOK_AHEAD: Final = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a step may be taken. `start` and `end` are of the window that is open, or opens next; None: at any time.

    `fits` says whether a step that begins when the window opens ends before it closes.
    """

    now: bool
    start: datetime | None
    end: datetime | None
    fits: bool
    words: str


def opening(env: Environment, at: datetime, minutes: int) -> Opening:
    """Return when a step of so many minutes may be taken in `env`, seen from `at`, which has a time zone.

    Raises `UnknownRecurrenceError` for a window that is not understood; rule C41 reports it.
    """
    cluster = next((each for each in env.gke.clusters if each.maintenance.window is not None), None)
    if cluster is None:
        return Opening(now=True, start=None, end=None, fits=True, words=f"{env.name} has no maintenance window")
    zone = ZoneInfo(env.organisation.time_zone)
    found = _next(cluster, at)
    if found is None:
        words = f"the window of {cluster.name} does not open within {_LOOK_AHEAD.days} days"
        return Opening(now=False, start=None, end=None, fits=False, words=words)
    now = found.start <= at
    begin = max(found.start, at)
    fits = found.end - begin >= timedelta(minutes=minutes)
    start, end = found.start.astimezone(zone), found.end.astimezone(zone)
    span = f"{start:%a %Y-%m-%d %H:%M} to {end:%H:%M} {env.organisation.time_zone}"
    words = f"the window of {cluster.name} {'is open' if now else 'opens next'}: {span}"
    if not fits:
        words += f"; {minutes} minutes do not fit into what is left of it"
    return Opening(now=now, start=start, end=end, fits=fits, words=words)


def _next(cluster: GkeCluster, at: datetime) -> Block | None:
    window = cluster.maintenance.window
    if window is None:
        return None
    recurrence, first = Recurrence.parse(window.recurrence), Block(window.start, window.end)
    # An exclusion of any scope keeps an upgrade of the on-prem side out: it replaces nodes and changes the minor.
    barred = [Block(each.start, each.end) for each in cluster.maintenance.exclusions.values()]
    return next(iter(without(openings(first, recurrence, at, at + _LOOK_AHEAD), barred)), None)
