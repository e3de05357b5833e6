"""Maintenance windows: what is understood, and whether GKE has hours enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config.gke import Exclusion, ExclusionScope, Window
from model.planning.maintenance import (
    PERIOD,
    WEEKDAYS,
    Block,
    Recurrence,
    UnknownRecurrenceError,
    availability,
    fewest,
    joined,
    openings,
    without,
)
from tests.model.cases import PROD, edited, environment, of_rule, refused, warned

NOW = datetime(2026, 11, 2, tzinfo=UTC)
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
RULE = "FREQ=WEEKLY;BYDAY=TU,WE,TH"
WINDOW = f'window: {{start: "2026-01-06T17:00:00Z", end: "2026-01-06T22:00:00Z", recurrence: "{RULE}"}}'
SUMMER = 'summer: {start: "2027-07-01T00:00:00Z", end: "2027-08-15T00:00:00Z"}'


def window(hours: float, recurrence: str, start: datetime = MONDAY) -> Window:
    return Window(start=start, end=start + timedelta(hours=hours), recurrence=recurrence)


def exclusion(days: int, scope: ExclusionScope = ExclusionScope.NO_UPGRADES) -> Exclusion:
    return Exclusion(start=NOW + timedelta(days=10), end=NOW + timedelta(days=10 + days), scope=scope)


def hours(span: timedelta) -> float:
    return span / timedelta(hours=1)


@pytest.mark.parametrize(("name", "expected"), [("dev", 68), ("test", 68), ("prod", 60)])
def test_the_sample_gives_the_hours_that_its_plan_says(name: str, expected: int) -> None:
    maintenance = environment(name).gke.clusters[0].maintenance
    assert hours(availability(maintenance.window, maintenance.exclusions.values(), NOW).window) == expected


def test_two_evenings_of_five_hours_leave_forty_hours_in_the_worst_32_days() -> None:
    refused("C41", edited(PROD, {RULE: "FREQ=WEEKLY;BYDAY=TU,WE"}), saying="40 hours in the worst 32 days")


@pytest.mark.parametrize(
    ("length", "recurrence", "expected"),
    [
        (4, "FREQ=WEEKLY;BYDAY=SA", 16),  # four Saturdays, and the best of the other days
        (8, "FREQ=WEEKLY;BYDAY=SA,SU", 64),
        (3.5, "FREQ=DAILY", 0),  # blocks shorter than four hours count for nothing
        (4, "FREQ=DAILY", 128),
        (24, "FREQ=DAILY", 768),
        (4, "FREQ=DAILY;INTERVAL=2", 64),
        (4, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH", 32),
        (4, "FREQ=WEEKLY", 16),  # on the weekday of its first start
        (2, "FREQ=DAILY;BYDAY=MO", 0),
    ],
)
def test_the_worst_32_days_are_found_for(length: float, recurrence: str, expected: float) -> None:
    assert hours(availability(window(length, recurrence), (), NOW).window) == expected


def test_windows_that_touch_are_one_block() -> None:
    start = MONDAY.replace(hour=21)
    both = [Block(start, start + timedelta(hours=3)), Block(start + timedelta(hours=3), start + timedelta(hours=6))]
    assert joined(both) == [Block(start, start + timedelta(hours=6))]
    assert hours(fewest(both, timedelta(days=1), start, start + timedelta(days=1))) == 6


def test_no_window_means_any_time() -> None:
    assert availability(None, (), NOW).window == PERIOD


def test_a_window_that_first_opens_later_is_judged_from_then_on() -> None:
    later = window(5, RULE, start=NOW + timedelta(days=100))
    assert hours(availability(later, (), NOW).window) == 60


def test_only_exclusions_of_all_upgrades_take_time_away() -> None:
    least = availability(None, [exclusion(30, ExclusionScope.NO_MINOR_OR_NODE_UPGRADES)], NOW)
    assert least.in_32_days == PERIOD
    least = availability(None, [exclusion(30)], NOW)
    assert least.in_32_days == timedelta(days=2)
    assert least.in_92_days == timedelta(days=62)


def test_an_exclusion_that_is_over_takes_nothing_away() -> None:
    past = Exclusion(start=NOW - timedelta(days=40), end=NOW - timedelta(days=5), scope=ExclusionScope.NO_UPGRADES)
    assert availability(None, [past], NOW).in_32_days == PERIOD


def test_what_an_exclusion_leaves_of_a_block_counts_only_from_four_hours_on() -> None:
    block = Block(MONDAY, MONDAY + timedelta(hours=6))
    left = list(without([block], [Block(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=3))]))
    assert [hours(each.length) for each in left] == [1, 3]
    assert fewest(left, timedelta(days=1), MONDAY, MONDAY + timedelta(days=1)) == timedelta()


@given(
    length=st.integers(min_value=4, max_value=12),
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    offset=st.integers(min_value=0, max_value=14 * 24 * 4),
)
def test_no_32_days_have_less_than_the_least(length: int, days: set[str], offset: int) -> None:
    rule = f"FREQ=WEEKLY;BYDAY={','.join(sorted(days))}"
    least = availability(window(length, rule), (), NOW).window
    begin = NOW + timedelta(minutes=15 * offset)
    first = Block(MONDAY, MONDAY + timedelta(hours=length))
    blocks = joined(openings(first, Recurrence.parse(rule), begin, begin + PERIOD))
    inside = sum((min(each.end, begin + PERIOD) - max(each.start, begin) for each in blocks), timedelta())
    assert least <= inside


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=1", "FREQ is MONTHLY"),
        ("BYDAY=MO", "FREQ is missing"),
        ("FREQ=WEEKLY;BYDAY=MON", "BYDAY names MON"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL=0"),
        ("FREQ=WEEKLY;COUNT=3", "COUNT is not used"),
        ("FREQ=WEEKLY;FREQ=DAILY", "FREQ stands twice"),
        ("weekly", "'weekly' is not a part"),
    ],
)
def test_a_recurrence_that_is_not_understood_is_refused(text: str, why: str) -> None:
    with pytest.raises(UnknownRecurrenceError, match=why):
        Recurrence.parse(text)
    refused("C40", edited(PROD, {RULE: text}), saying=why)


REFUSED = {
    "a window in local time": (
        "C40",
        {'start: "2026-01-06T17:00:00Z"': 'start: "2026-01-06T18:00:00+01:00"'},
        "takes UTC alone",
    ),
    "a window without a time zone": (
        "C40",
        {'start: "2026-01-06T17:00:00Z"': 'start: "2026-01-06T17:00:00"'},
        "takes UTC alone",
    ),
    "a window that ends before it begins": (
        "C40",
        {'end: "2026-01-06T22:00:00Z"': 'end: "2026-01-06T16:00:00Z"'},
        "not after it begins",
    ),
    "an exclusion in local time": (
        "C42",
        {'end: "2027-08-15T00:00:00Z"}': 'end: "2027-08-15T00:00:00+02:00"}'},
        "takes UTC alone",
    ),
    "an exclusion that ends before it begins": (
        "C42",
        {'end: "2027-08-15T00:00:00Z"}': 'end: "2027-06-15T00:00:00Z"}'},
        "not after it begins",
    ),
    "a full exclusion that is too long": (
        "C42",
        {'end: "2027-08-15T00:00:00Z"}': 'end: "2027-10-15T00:00:00Z", scope: NO_UPGRADES}'},
        "for 106 days; GKE allows 90",
    ),
    "a full exclusion that leaves too little in 92 days": (
        "C41",
        {'end: "2027-08-15T00:00:00Z"}': 'end: "2027-09-28T00:00:00Z", scope: NO_UPGRADES}'},
        "hours in the worst 92 days",
    ),
}


@pytest.mark.parametrize(("rule", "replace", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_prod_stack_is_refused_for(rule: str, replace: dict[str, str], saying: str) -> None:
    refused(rule, edited(PROD, replace), saying=saying)


def test_a_full_exclusion_of_a_month_is_warned_of() -> None:
    edit = edited(PROD, {SUMMER: f"{SUMMER[:-1]}, scope: NO_UPGRADES}}"})
    warned("C41", edit, saying="0 hours in the worst 32 days")


def test_more_than_three_full_exclusions_are_refused() -> None:
    def full(number: int) -> str:
        return (
            f"e{number}: "
            f'{{start: "2027-0{number}-01T00:00:00Z", end: "2027-0{number}-02T00:00:00Z", scope: NO_UPGRADES}}'
        )

    indent = "\n            "
    three = edited(PROD, {SUMMER: indent.join(full(number) for number in (1, 2, 3))})
    four = edited(PROD, {SUMMER: indent.join(full(number) for number in (1, 2, 3, 4))})
    assert of_rule("C42", three) == []
    refused("C42", four, saying="4 exclusions of scope NO_UPGRADES; GKE keeps 3")


def test_more_than_twenty_exclusions_are_refused() -> None:
    lines = "\n            ".join(
        f'e{day}: {{start: "2027-03-{day:02}T00:00:00Z", end: "2027-03-{day + 1:02}T00:00:00Z"}}'
        for day in range(1, 21)
    )
    refused("C42", edited(PROD, {SUMMER: lines}), saying="21 maintenance exclusions; GKE keeps 20")
