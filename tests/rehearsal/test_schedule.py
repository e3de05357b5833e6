"""The simulated engine on any graph: order, workers and the longest path."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.rehearse.schedule import CycleError, Task, scheduled


@st.composite
def graphs(draw: st.DrawFn) -> list[Task]:
    """Return tasks in some order, each needing any of those with a smaller number, and what is there from before."""
    count = draw(st.integers(1, 8))
    seconds = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    earlier = [["past", *(str(each) for each in range(number))] for number in range(count)]
    needs = [draw(st.frozensets(st.sampled_from(earlier[number]))) for number in range(count)]
    tasks = [Task(str(number), seconds[number], needs[number]) for number in range(count)]
    return draw(st.permutations(tasks))


def longest(tasks: Sequence[Task]) -> float:
    """Return the seconds of the longest path, found by walking every path there is."""
    known = {task.key: task for task in tasks}

    def ending_in(key: str) -> float:
        return known[key].seconds + max((ending_in(need) for need in known[key].needs if need in known), default=0)

    return max(ending_in(key) for key in known)


@given(graphs(), st.integers(1, 4))
def test_no_task_begins_before_what_it_needs_has_ended(tasks: list[Task], workers: int) -> None:
    slots = scheduled(tasks, workers).slots

    assert slots.keys() == {task.key for task in tasks}
    for task in tasks:
        ends = [slots[need].end for need in task.needs if need in slots]
        assert slots[task.key].ready == max(ends, default=0)
        assert slots[task.key].start >= slots[task.key].ready
        assert slots[task.key].end == slots[task.key].start + task.seconds


@given(graphs(), st.integers(1, 4))
def test_there_are_never_more_at_once_than_workers_and_none_idles_while_a_task_is_ready(
    tasks: list[Task], workers: int
) -> None:
    slots = scheduled(tasks, workers).slots.values()

    for moment in {slot.start for slot in slots}:
        assert sum(slot.start <= moment < slot.end for slot in slots) <= workers
    for slot in slots:
        moments = {slot.ready, *(other.start for other in slots), *(other.end for other in slots)}
        for moment in (each for each in moments if slot.ready <= each < slot.start):
            assert sum(other.start <= moment < other.end for other in slots) == workers


@given(graphs(), st.integers(1, 4))
def test_the_critical_path_is_the_longest_there_is(tasks: list[Task], workers: int) -> None:
    known = {task.key: task for task in tasks}

    schedule = scheduled(tasks, workers)

    assert schedule.critical_seconds == longest(tasks)
    assert sum(known[key].seconds for key in schedule.critical) == schedule.critical_seconds
    assert all(before in known[after].needs for before, after in pairwise(schedule.critical))
    assert schedule.makespan >= schedule.critical_seconds


@given(graphs())
def test_with_a_worker_for_each_task_nothing_but_the_longest_path_counts(tasks: list[Task]) -> None:
    assert scheduled(tasks, len(tasks)).makespan == longest(tasks)


def test_tasks_are_taken_up_as_they_became_ready_and_then_in_the_program_s_order() -> None:
    after_b = frozenset({"b"})
    tasks = [Task("late", 1, after_b), Task("b", 2), Task("a", 2), Task("later", 1, after_b), Task("c", 2)]

    assert list(scheduled(tasks, 1).slots) == ["b", "a", "c", "late", "later"]


def test_tasks_that_wait_for_each_other_are_named() -> None:
    with pytest.raises(CycleError, match="a, b"):
        scheduled([Task("a", 1, frozenset({"b"})), Task("b", 1, frozenset({"a"})), Task("c", 1)], 2)


def test_nothing_takes_no_time() -> None:
    assert (scheduled([], 1).makespan, scheduled([], 1).ratio, scheduled([], 1).critical) == (0, 1, ())


def test_without_a_worker_nothing_can_be_done() -> None:
    with pytest.raises(ValueError, match="0 workers"):
        scheduled([], 0)
