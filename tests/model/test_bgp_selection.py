"""Which of several routes wins, step by step as documented."""

from __future__ import annotations

import pytest

from model.planning.bgp.network import Selection
from model.planning.bgp.selection import Origin, Route, choose

STANDARD, LEGACY, DEVICE = Selection.STANDARD, Selection.LEGACY, Selection.DEVICE


def route(
    session: str, *, path: tuple[int, ...] = (65010,), med: int = 100, preference: int = 100, **rest: object
) -> Route:
    origin, external, task = rest.get("origin", Origin.IGP), rest.get("external", True), rest.get("task", 0)
    assert isinstance(origin, Origin)
    assert isinstance(external, bool)
    assert isinstance(task, int)
    return Route(session, path, med, preference, external, origin, task)


def winners(selection: Selection, *routes: Route) -> str:
    return " ".join(each.session or "own" for each in choose(selection, routes).routes)


@pytest.mark.parametrize(
    ("selection", "routes", "used", "step"),
    [
        (STANDARD, [route("a"), route("b")], "a b", None),
        (STANDARD, [route("a"), route("b", med=200)], "a", "MED"),
        (STANDARD, [route("a", path=(1, 1)), route("b", med=200, path=(1,))], "b", "AS path"),
        (STANDARD, [route("a", origin=Origin.INCOMPLETE), route("b", med=200)], "b", "origin"),
        (STANDARD, [route("a", preference=500), route("b")], "a b", None),
        (STANDARD, [route("a", path=(1,), med=1), route("b", path=(2,), med=2)], "a b", None),
        (LEGACY, [route("a", path=(1, 1), task=0), route("b", path=(1,), task=1)], "a b", None),
        (LEGACY, [route("a", path=(1, 1), task=0), route("b", path=(1,), task=0)], "b", "AS path"),
        (LEGACY, [route("a", task=0), route("b", med=200, task=1)], "a", "MED"),
        (DEVICE, [route("a"), route("b")], "a b", None),
        (DEVICE, [route("a", preference=190, med=1), route("b", preference=200, med=9)], "b", "local preference"),
        (DEVICE, [route("a", path=(1, 2), med=1), route("b", path=(1,), med=9)], "b", "AS path"),
        (DEVICE, [route("a", med=200), route("b"), route("c")], "b c", "MED"),
        (DEVICE, [route("a", external=False), route("b")], "b", "external first"),
        (DEVICE, [route("a", external=False), route("b", med=200)], "a", "MED"),
        (DEVICE, [Route(), route("b", preference=900)], "own", "own route"),
        # Grouped by neighbour first: 2 beats 1's loser, and stays beside 1's winner (`bgp deterministic-med`).
        (
            DEVICE,
            [route("a", path=(1,), med=1), route("b", path=(1,), med=3), route("c", path=(2,), med=2)],
            "a c",
            "MED",
        ),
    ],
)
def test_the_first_difference_decides(selection: Selection, routes: list[Route], used: str, step: str | None) -> None:
    for order in (routes, routes[::-1]):
        choice = choose(selection, order)
        assert winners(selection, *order) == used
        assert (choice.decided[0] if choice.decided else None) == step


def test_a_choice_says_in_words_what_won_and_why() -> None:
    assert str(choose(STANDARD, [route("a"), route("b")])) == "2 equal paths (ECMP)"
    assert str(choose(STANDARD, [route("a"), route("b", med=200)])) == "MED: 100 before 200"
    assert str(choose(STANDARD, [route("a"), route("c"), route("b", med=200)])).endswith("2 equal paths (ECMP)")
    assert str(choose(STANDARD, [])) == "none left"
    assert str(choose(DEVICE, [route("a")])) == "the only one"
