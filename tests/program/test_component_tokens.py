"""The type token of every component class, found by walking the package: state is keyed by it."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator

import pytest

import components
from components.component import Component
from components.network import Network
from components.vpn import Vpn

FORM = re.compile(r"hybrid:(?P<area>[a-z]+):[A-Z][A-Za-z0-9]+")


def classes() -> Iterator[type[Component]]:
    """Give every component class that a module of the package defines."""
    for module in pkgutil.walk_packages(components.__path__, "components."):
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, Component) and found is not Component and found.__module__ == module.name:
                yield found


FOUND = sorted(classes(), key=lambda found: found.__qualname__)
EVERY = pytest.mark.parametrize("component", FOUND, ids=lambda found: found.__qualname__)


def test_the_walk_finds_what_is_known_to_be_there() -> None:
    assert {Network, Vpn} <= set(FOUND)
    assert len({found.__module__.split(".")[1] for found in FOUND}) > 1


@EVERY
def test_a_component_states_its_own_token_with_its_folder_as_the_area(component: type[Component]) -> None:
    stated = vars(component).get("token")
    assert isinstance(stated, str), f"{component.__qualname__} takes its token from a parent class: state it"
    match = FORM.fullmatch(stated)
    assert match, f"{stated} is not of the form hybrid:<area>:<Kind>"
    assert match["area"] == component.__module__.split(".")[1]


def test_no_token_is_used_twice() -> None:
    counted = Counter(found.token for found in FOUND)
    assert [token for token, number in counted.items() if number > 1] == []


@EVERY
def test_a_component_takes_its_name_first_then_keywords_and_options_last_if_any(component: type[Component]) -> None:
    parameters = list(inspect.signature(component).parameters.values())
    assert parameters[0].name == "name"
    names = [each.name for each in parameters]
    assert "opts" not in names[:-1]
    given = [each for each in parameters[1:] if each.name != "opts"]
    assert [each.name for each in given if each.kind is not inspect.Parameter.KEYWORD_ONLY] == []
