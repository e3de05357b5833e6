"""A thousand teams: what checking, granting and asking cost grows with what is granted, and not faster."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from model.check import check
from model.config.load import load
from model.estate import Estate
from model.planning.questions.asked import PermissionAsked
from model.planning.questions.difference import access_difference
from model.planning.questions.matrix import matrix
from model.planning.questions.rights import rights
from model.planning.questions.targets import spots
from model.planning.questions.who import who_can
from tests.model.generated_teams import project_of

SMALL, LARGE = 15, 150
GROWTH = 1.2
"""How much more a grant may cost where there are ten times as many."""
PAIRS = 3


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    few, many = (project_of(tmp_path_factory.mktemp("teams") / str(teams), teams) for teams in (SMALL, LARGE))
    return few, many


def estate(root: Path) -> Estate:
    found = load(root).estate
    assert found is not None
    return found


def granted(root: Path) -> int:
    return sum(len(rights(env)) for env in estate(root).environments.values())


def seconds(work: Callable[[], object]) -> float:
    """Return the time that the process itself spends on some work, without waiting for others."""
    gc.collect()
    before = time.process_time()
    work()
    return time.process_time() - before


def growth(roots: tuple[Path, Path], work: Callable[[Path], Callable[[], object]]) -> float:
    """Return how many times the cost of a grant grows with the estate: the best of three, or the first that fits."""
    small, large = (granted(root) for root in roots)
    assert large > 5 * small
    work(roots[0])()  # what is read once for all is read before
    found: list[float] = []
    for _ in range(PAIRS):
        few, many = (seconds(work(root)) for root in roots)
        found.append((many / large) / (few / small))
        if found[-1] <= GROWTH:
            break
    return min(found)


def test_checking_costs_no_more_for_each_grant_when_there_are_ten_times_as_many(roots: tuple[Path, Path]) -> None:
    assert growth(roots, lambda root: lambda: check(root)) <= GROWTH


def test_asking_costs_no_more_for_each_grant_when_there_are_ten_times_as_many(roots: tuple[Path, Path]) -> None:
    def asking(root: Path) -> Callable[[], object]:
        fresh = estate(root)

        def work() -> None:
            who_can(fresh, PermissionAsked("storage.objects.get"), spots(fresh, "state"))
            for env in fresh.environments.values():
                assert matrix(env).rights

        return work

    assert growth(roots, asking) <= GROWTH


def test_comparing_costs_no_more_for_each_grant_when_there_are_ten_times_as_many(roots: tuple[Path, Path]) -> None:
    def comparing(root: Path) -> Callable[[], object]:
        old, new = estate(root), estate(root)
        return lambda: access_difference(old, new)

    assert growth(roots, comparing) <= GROWTH


def test_generated_teams_are_teams_like_any_other(roots: tuple[Path, Path]) -> None:
    wrong = [problem.text() for problem in check(roots[0]).errors]
    assert wrong == []
    assert len(estate(roots[1]).teams) == LARGE
