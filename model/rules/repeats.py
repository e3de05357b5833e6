"""What several rules need: names that stand twice, and the environments whose sections could be read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from model.config.problems import Place
from model.config.shape import Shape
from model.estate import Environment, Estate
from model.rules.registry import Unavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named:
    """A name (or a number) and where it stands: a part of a shape. The place is looked up only when it is asked for."""

    name: Hashable
    owner: Shape
    path: tuple[str | int, ...] = ()
    what: str = ""
    """What has the name, as a message says it."""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.owner.at(*self.path)


def repeats(items: Iterable[Named]) -> Iterator[tuple[Named, Named]]:
    """Give (the first one, this one) for every item whose name an earlier item has."""
    first: dict[Hashable, Named] = {}
    for item in items:
        if item.name in first:
            yield first[item.name], item
        else:
            first[item.name] = item


def readable(estate: Estate, section: Callable[[Environment], T]) -> Iterator[tuple[Environment, T]]:
    """Give every environment with one of its sections, leaving out those where the section could not be read.

    That it could not be read is reported already; the environments that can be read are still compared.
    """
    for environment in estate.environments.values():
        try:
            value = section(environment)
        except Unavailable:
            continue
        yield environment, value
