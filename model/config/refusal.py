"""From the errors of a validation to problems: the right place and alternative, and one problem for one mistake."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, TypeAlias

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from model.config import wording
from model.config.problems import Place, Problem
from model.config.route import Route, follow
from model.config.source import KeyPath, Source
from model.config.violation import FORMAT, Violation

_Routed: TypeAlias = tuple[ErrorDetails, Route]
_NEITHER: Final = "no_alternative"


class Refusal:
    """The errors of one validation of a shape, as problems of the file it was read from."""

    def __init__(self, shape: type[BaseModel], source: Source, path: KeyPath, errors: list[ErrorDetails]) -> None:
        self._source = source
        self._path = path
        self._errors = self._of_alternatives_meant([(error, follow(shape, error["loc"])) for error in errors])

    @property
    def unknown(self) -> set[KeyPath]:
        """The keys that no shape knows, by their way from where the shape begins."""
        return {route.keys for error, route in self._errors if error["type"] == "extra_forbidden"}

    @property
    def misspelt(self) -> dict[KeyPath, KeyPath]:
        """The unknown keys that were probably meant to be a key missing beside them, and that key."""
        gone = {route.keys for error, route in self._errors if error["type"] == "missing"}
        return {keys: meant for keys in self.unknown if (meant := _meant(keys, gone))}

    def problems(self, known: Collection[KeyPath] = ()) -> Iterator[Problem]:
        """Give one problem for each thing that is wrong.

        A misspelt key and the missing one that it should be are one thing. `known` are missing keys already told of.
        """
        meant = self.misspelt
        told = {*known, *meant.values()}
        for error, route in self._errors:
            if error["type"] != "missing" or route.keys not in told:
                yield self._one(error, route, meant.get(route.keys))

    def _one(self, error: ErrorDetails, route: Route, meant: KeyPath | None) -> Problem:
        raised = error.get("ctx", {}).get("error")
        if isinstance(raised, Violation):
            return Problem.at(
                self._place((*route.keys, *raised.at)),
                rule=raised.rule,
                message=raised.message,
                remedy=raised.remedy,
                severity=raised.severity,
                source=raised.source,
            )
        if error["type"] == "missing":
            return refused(self._place(route.keys), *wording.missing(route))
        if error["type"] == "extra_forbidden":
            words = wording.unknown(route, str(meant[-1]) if meant else None)
            return refused(self._place(route.keys), *words)
        if error["type"] == _NEITHER:
            return refused(self._place(route.keys), *wording.neither(route, route.wanted, error["input"]))
        words = wording.describe(error, route, self._source.written((*self._path, *route.keys)))
        tagged = error["type"] == "union_tag_invalid"
        return refused(self._place((*route.keys, route.wanted.discriminator or "") if tagged else route.keys), *words)

    def _place(self, keys: KeyPath) -> Place:
        return self._source.place((*self._path, *keys))

    def _of_alternatives_meant(self, routed: list[_Routed]) -> list[_Routed]:
        """Keep, of the errors of a union's alternatives, those of the alternative that was probably meant.

        It is the one that takes this kind of value, with the fewest errors. Where no alternative takes it, one error
        about the union stands for all.
        """
        kept = [(error, route) for error, route in routed if route.alternative is None]
        unions: dict[KeyPath, dict[str, list[_Routed]]] = {}
        for error, route in routed:
            if route.alternative:
                branches = unions.setdefault(route.alternative.keys, {})
                branches.setdefault(route.alternative.label, []).append((error, route))
        for keys, branches in unions.items():
            near = [branch for branch in branches.values() if not any(_of_another_kind(item, keys) for item in branch)]
            kept.extend(min(near, key=len) if near else [_none_of(next(iter(branches.values()))[0])])
        return kept


def _none_of(routed: _Routed) -> _Routed:
    """Return one error about a whole union, from an error of one of its alternatives."""
    error, route = routed
    if route.alternative is None:
        return routed
    return {**error, "type": _NEITHER}, Route(route.alternative.keys, route.alternative.union, route.owner)


def _of_another_kind(routed: _Routed, keys: KeyPath) -> bool:
    """Say whether the alternative refuses the value as a whole, being text where it wants a mapping for example."""
    error, route = routed
    return route.keys == keys and error["type"].endswith("_type")


def _meant(unknown: KeyPath, gone: set[KeyPath]) -> KeyPath | None:
    """Return the missing key that an unknown one beside it was probably meant to be."""
    beside = {str(keys[-1]): keys for keys in gone if keys[:-1] == unknown[:-1]}
    near = wording.nearest(str(unknown[-1]), beside)
    return beside[near] if near else None


def refused(place: Place, message: str, remedy: str) -> Problem:
    """Return a problem with the form of a file."""
    return Problem.at(place, rule=FORMAT, message=message, remedy=remedy)
