"""Maintenance windows of GKE clusters: times in UTC, recurrences that are understood, and hours enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from model.config.gke import ExclusionScope, GkeCluster
from model.config.problems import Severity
from model.config.shape import Shape
from model.estate import Environment
from model.planning.maintenance import (
    LONG_PERIOD,
    PERIOD,
    REQUIRED,
    SHORTEST_BLOCK,
    Recurrence,
    UnknownRecurrenceError,
    availability,
)
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

MOST_EXCLUSIONS: Final = 20
MOST_FULL_EXCLUSIONS: Final = 3
LONGEST_FULL_EXCLUSION: Final = timedelta(days=90)


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:g}"


def _times(start: datetime, end: datetime, owner: Shape, what: str) -> Iterator[Finding]:
    for field, moment in (("start", start), ("end", end)):
        if moment.utcoffset() != timedelta():
            message = f"the {field} of {what} is {moment.isoformat()}, and the API takes UTC alone"
            yield Finding(owner.at(field), message, 'write it in UTC with a Z: "2026-01-06T17:00:00Z"')
    aware = start.tzinfo is not None and end.tzinfo is not None
    if aware and end <= start:
        yield Finding(
            owner.at("end"), f"{what} ends at {end.isoformat()}, not after it begins", "put its end after its start"
        )


def _in_utc(cluster: GkeCluster) -> bool:
    """Say whether all times of the cluster are in UTC and in order, so that they can be counted with."""
    maintenance = cluster.maintenance
    spans = [(each.start, each.end) for each in maintenance.exclusions.values()]
    if maintenance.window is not None:
        spans.append((maintenance.window.start, maintenance.window.end))
    utc = all(moment.utcoffset() == timedelta() for span in spans for moment in span)
    return utc and all(start < end for start, end in spans)


@environment_rules.rule("C40", title="maintenance windows are in UTC and recur", source=pages.GKE_MAINTENANCE)
def windows(env: Environment) -> Iterator[Finding]:
    """Refuse windows in local time, windows that end before they begin, and recurrences that are not understood."""
    for cluster in env.gke.clusters:
        window = cluster.maintenance.window
        if window is None:
            continue
        yield from _times(window.start, window.end, window, f"the window of {cluster.name}")
        try:
            Recurrence.parse(window.recurrence)
        except UnknownRecurrenceError as error:
            message = f"the window of {cluster.name} recurs by '{window.recurrence}': {error}"
            yield Finding(window.at("recurrence"), message, "write FREQ=DAILY, or FREQ=WEEKLY;BYDAY=TU,WE,TH")


@environment_rules.rule("C41", title="GKE has 48 hours in every 32 days", source=pages.GKE_MAINTENANCE)
def enough_hours(env: Environment) -> Iterator[Finding]:
    """Refuse windows that give GKE too few hours, counting only blocks of four hours and more.

    What exclusions of scope NO_UPGRADES take away is warned of by 32 days and refused by 92.
    """
    today = datetime.combine(env.today, time(), tzinfo=UTC)
    for cluster in env.gke.clusters:
        if not _in_utc(cluster):
            continue  # C40 and C42 report it
        window, exclusions = cluster.maintenance.window, cluster.maintenance.exclusions
        try:
            least = availability(window, exclusions.values(), today)
        except UnknownRecurrenceError:
            continue
        counted = f"counting blocks of at least {_hours(SHORTEST_BLOCK)} hours"
        needed = f"{_hours(REQUIRED)} are needed"
        if window is not None and least.window < REQUIRED:
            message = (
                f"the window of {cluster.name} gives {_hours(least.window)} hours in the worst {PERIOD.days} days, "
                f"{counted}; {needed}"
            )
            yield Finding(window.at("recurrence"), message, "add a day or make the window longer")
            continue
        for days, left, severity in (
            (LONG_PERIOD.days, least.in_92_days, Severity.ERROR),
            (PERIOD.days, least.in_32_days, Severity.WARNING),
        ):
            if left < REQUIRED:
                message = (
                    f"with its NO_UPGRADES exclusions {cluster.name} leaves GKE {_hours(left)} hours in the "
                    f"worst {days} days, {counted}; {needed}"
                )
                place = cluster.maintenance.at("exclusions")
                yield Finding(place, message, "shorten them, or use scope NO_MINOR_OR_NODE_UPGRADES", severity)
                break


@environment_rules.rule("C42", title="maintenance exclusions are few and short", source=pages.GKE_MAINTENANCE)
def exclusions(env: Environment) -> Iterator[Finding]:
    """Refuse more exclusions than GKE keeps, and full ones that last too long."""
    for cluster in env.gke.clusters:
        found = cluster.maintenance.exclusions
        if len(found) > MOST_EXCLUSIONS:
            message = f"{cluster.name} has {len(found)} maintenance exclusions; GKE keeps {MOST_EXCLUSIONS}"
            yield Finding(cluster.maintenance.at("exclusions"), message, "remove those that are over")
        full = [name for name, each in found.items() if each.scope is ExclusionScope.NO_UPGRADES]
        if len(full) > MOST_FULL_EXCLUSIONS:
            message = (
                f"{cluster.name} has {len(full)} exclusions of scope NO_UPGRADES; GKE keeps {MOST_FULL_EXCLUSIONS}"
            )
            place = cluster.maintenance.at("exclusions", full[MOST_FULL_EXCLUSIONS])
            yield Finding(place, message, "remove those that are over, or use scope NO_MINOR_OR_NODE_UPGRADES")
        for name, each in found.items():
            yield from _times(each.start, each.end, each, f"exclusion '{name}' of {cluster.name}")
            if name in full and _in_utc(cluster) and each.end - each.start > LONGEST_FULL_EXCLUSION:
                days = (each.end - each.start).days
                message = f"exclusion '{name}' of {cluster.name} keeps all upgrades out for {days} days; GKE allows 90"
                yield Finding(each.at("end"), message, "shorten it, or use scope NO_MINOR_UPGRADES")
