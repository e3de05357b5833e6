"""What becomes of workloads while nodes are replaced one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.planning.upgrades.availability import Workload, api_away, judged, rolled


@pytest.mark.parametrize(
    ("workload", "nodes", "lowest", "stuck"),
    [
        (Workload("single", 1), 3, 0, False),
        (Workload("single, guarded", 1, 1), 3, 1, True),
        (Workload("pair", 2, 1, spread=True), 3, 1, False),
        (Workload("three", 3, 2, spread=True), 3, 2, False),
        (Workload("three, rigid", 3, 3, spread=True), 3, 3, True),
        (Workload("many on few", 6, 5), 3, 5, False),
    ],
)
def test_a_budget_is_kept_and_one_that_lets_nothing_go_stops_the_drain(
    workload: Workload, nodes: int, lowest: int, stuck: bool
) -> None:
    outcome = rolled(workload, nodes)
    assert (outcome.lowest, outcome.stuck) == (lowest, stuck)


def test_a_node_more_than_before_gives_spread_pods_a_place_to_go() -> None:
    full = Workload("one on each", 3, 2, spread=True)
    assert rolled(full, 3, surge=1).lowest == 2
    assert not rolled(full, 3, surge=1).stuck
    without = rolled(Workload("two on two", 2, 1, spread=True), 2, surge=0)
    assert (without.lowest, without.stuck) == (1, False)


def test_pods_that_found_no_node_are_told_apart_from_those_that_lost_it() -> None:
    outcome = rolled(Workload("too many", 5, None, spread=True), 3)
    assert outcome.pending == 2


def test_a_control_plane_of_three_keeps_its_api_and_one_does_not() -> None:
    assert api_away(1)
    assert not api_away(3)


def test_a_pool_without_nodes_can_not_be_upgraded() -> None:
    with pytest.raises(ValueError, match="can not be upgraded"):
        rolled(Workload("any", 1), 0)


def test_usual_workloads_with_a_replica_to_spare_run_all_the_time() -> None:
    for outcome in judged(3):
        spare = outcome.workload.replicas - (outcome.workload.min_available or 0) > 0
        assert outcome.held == (spare and outcome.workload.replicas > 1), outcome


@given(st.integers(1, 6), st.integers(0, 6), st.booleans(), st.integers(1, 8), st.integers(0, 3))
def test_no_budget_is_ever_broken_and_no_pod_is_lost(
    replicas: int, budget: int, spread: bool, nodes: int, surge: int
) -> None:
    outcome = rolled(Workload("any", replicas, min(budget, replicas), spread=spread), nodes, surge=surge)
    placed = replicas - outcome.pending
    assert outcome.lowest >= min(budget, replicas, placed)
    assert 0 <= outcome.lowest <= replicas
    if surge and placed > min(budget, replicas):
        assert not outcome.stuck
