"""The base of everything that is read from a file: frozen, closed, strict, and knowing where it was read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from model.config.problems import NOWHERE, Place, Problem
from model.config.refusal import Refusal, refused
from model.config.source import Data, KeyPath, Source
from model.config.violation import FORMAT, Violation
from model.config.wording import network_text

__all__ = ["FORMAT", "Shape", "Violation", "bind", "parse"]


@dataclass(frozen=True, slots=True)
class Places:
    """Where a shape was read: a file, and the keys that lead to the shape in it."""

    source: Source
    path: KeyPath


class Shape(BaseModel):  # noqa: PLW1641  pydantic makes the hash of a frozen model, from its fields
    """The base of all shapes of files.

    Unknown keys are refused. A number is never read from text, nor text from a number; addresses, networks, dates and
    enumerations are read from text. A list becomes a tuple. A field's docstring is its description in the JSON Schema.
    Two shapes are equal when their fields are, wherever they were read.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
    )

    _places: Places | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(self.__dict__[name] == other.__dict__[name] for name in type(self).model_fields)

    def at(self, *path: str | int) -> Place:
        """Return where this shape stands, or a part of it: `pool.at("addresses", 0)`.

        Fields go by their names in Python. What is not in the file (a default) stands where the nearest thing around
        it does. A shape that was not read from a file is `NOWHERE`. Raises `AttributeError` for a field it has not.
        """
        keys = _written_keys(self, path)
        return self._places.source.place((*self._places.path, *keys)) if self._places else NOWHERE

    def bind(self, source: Source, path: KeyPath, *, by_default: bool = False) -> None:
        """Remember that this shape, and every shape inside it, was read at `path` of `source`.

        With `by_default` it is not in the file itself but stands for what was left out there.
        """
        self._places = Places(source, path)
        fields = vars(self)
        for name, field in type(self).model_fields.items():
            inner = cast("object", fields[name])
            if isinstance(inner, Shape | tuple | dict):
                absent = by_default or name not in self.model_fields_set
                fields[name] = _bound(cast("object", inner), source, (*path, field.alias or name), by_default=absent)


S = TypeVar("S", bound=Shape)


def bind(model: Shape, source: Source, path: KeyPath = ()) -> None:
    """Tell `model`, and every shape inside it, that it was read at `path` of `source`."""
    model.bind(source, path)


def parse(shape: type[S], source: Source, path: KeyPath = ()) -> tuple[S | None, list[Problem]]:
    """Read what stands at `path` of `source` as a `shape`.

    Returns the shape, bound to its places, and all problems in the order of the file. The shape is None where it can
    not be made; unknown keys alone do not prevent it, so that the rules still run.
    """
    try:
        text = json.dumps(source.value(path))
    except KeyError as error:
        return None, [refused(source.place(path), f"missing key '{error.args[0]}'", f"add `{error.args[0]}:`")]
    problems: set[Problem] = set()
    misspelt: set[KeyPath] = set()
    while True:
        try:
            # JSON is validated rather than Python data because only there does pydantic's strictness take a date from
            # text and a tuple from a list, as a file needs it.
            model = shape.model_validate_json(text)
        except ValidationError as error:
            refusal = Refusal(shape, source, path, error.errors(include_url=False))
            problems.update(refusal.problems(misspelt))
            misspelt.update(refusal.misspelt.values())
            if not refusal.unknown:
                return None, sorted(problems)
            text = _without(text, refusal.unknown)
            continue
        bind(model, source, path)
        problems.update(_networks(model, source, path))
        return model, sorted(problems)


def _without(text: str, paths: Iterable[KeyPath]) -> str:
    """Return the JSON `text` without the mapping entries at `paths`."""
    data = cast("Data", json.loads(text))
    for path in paths:
        inner: Any = data
        for key in path[:-1]:
            inner = inner[key]
        inner.pop(path[-1], None)
    return json.dumps(data)


def _networks(model: Shape, source: Source, path: KeyPath) -> Iterator[Problem]:
    """Refuse networks that `ipaddress` reads though they lack their prefix length, or have a netmask in its place."""
    for keys, network in _inside(model, path):
        try:
            text = source.value(keys) if isinstance(network, IPv4Network) else None
        except KeyError:
            continue  # a default, which is not in the file
        if isinstance(network, IPv4Network) and isinstance(text, str):
            words = network_text(text, network)
            if words:
                yield refused(source.place(keys), *words)


def _inside(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, object]]:
    """Give every scalar inside `value` with the keys that lead to it in the file."""
    if isinstance(value, Shape):
        for name, field in type(value).model_fields.items():
            yield from _inside(value.__dict__[name], (*path, field.alias or name))
    elif isinstance(value, tuple):
        for number, item in enumerate(cast("tuple[object, ...]", value)):
            yield from _inside(item, (*path, number))
    elif isinstance(value, dict):
        for key, item in cast("dict[object, object]", value).items():
            yield from _inside(item, (*path, str(key)))
    else:
        yield path, value


def _bound(value: object, source: Source, path: KeyPath, *, by_default: bool) -> object:
    """Return `value` with every shape inside it bound.

    A shape that is a field's default is one object for every parent, in every file: a copy of it is bound.
    """
    if isinstance(value, Shape):
        shape = value.model_copy() if by_default else value
        shape.bind(source, path, by_default=by_default)
        return shape
    if isinstance(value, tuple):
        items = cast("tuple[object, ...]", value)
        return tuple(_bound(item, source, (*path, number), by_default=by_default) for number, item in enumerate(items))
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        return {key: _bound(item, source, (*path, str(key)), by_default=by_default) for key, item in entries.items()}
    return value


def _written_keys(value: object, path: KeyPath) -> KeyPath:
    """Return `path` with the names of fields replaced by the keys that files have for them."""
    if not path:
        return ()
    first, rest = path[0], path[1:]
    if isinstance(value, Shape):
        field = type(value).model_fields.get(str(first))
        if field is None:
            raise AttributeError(f"{type(value).__name__} has no field {first!r}")
        return (field.alias or first, *_written_keys(value.__dict__[str(first)], rest))
    if isinstance(value, dict):
        entries = cast("dict[object, object]", value)
        return (str(first), *_written_keys(entries.get(first), rest))
    if isinstance(value, tuple) and isinstance(first, int):
        items = cast("tuple[object, ...]", value)
        return (first, *_written_keys(items[first] if first < len(items) else None, rest))
    return path
