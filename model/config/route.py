"""From the location that pydantic gives an error to the place in the file, and to what the shape wants there.

A location also holds segments that are in no file: the tag of a discriminated union, the name of a union's alternative,
`[key]` behind the key of a mapping. They are told apart by following the shape's own annotations.
"""

from __future__ import annotations

import collections.abc
import types
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from model.config.source import KeyPath

_LISTS: Final = {tuple, list, set, frozenset, collections.abc.Sequence}
_MAPPINGS: Final = {dict, collections.abc.Mapping}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a shape wants in one place: a type, without the None of an optional one, and what is annotated to it."""

    type: Any
    notes: tuple[Any, ...] = ()

    @property
    def description(self) -> str:
        """What the field is for, from its docstring; empty for an item of a list or an entry of a mapping."""
        return next((note.description for note in self._fields() if note.description), "")

    @property
    def optional(self) -> bool:
        """Whether it can be left out."""
        return any(not note.is_required() for note in self._fields())

    def says(self, name: str) -> object:
        """Return what the type says about itself under `name` in its `json_schema_extra`; None when it says nothing."""
        for note in self._fields():
            extra = note.json_schema_extra
            if isinstance(extra, dict) and name in extra:
                return cast("object", extra[name])
        return None

    @property
    def discriminator(self) -> str | None:
        """The key that tells the alternatives of a union apart, as it stands in the file."""
        found = next((note.discriminator for note in self._fields() if isinstance(note.discriminator, str)), None)
        if found is None:
            return None
        first = next((member for member in self.alternatives() if _is_model(member.type)), None)
        field = cast("type[BaseModel]", first.type).model_fields.get(found) if first else None
        return (field.alias or found) if field else found

    def alternatives(self) -> tuple[Wanted, ...]:
        """Return the alternatives of a union, or just this when it is none."""
        if get_origin(self.type) in {Union, types.UnionType}:
            return tuple(wanted(member) for member in get_args(self.type) if member is not types.NoneType)
        return (self,)

    def choices(self) -> tuple[str, ...]:
        """Return the words that an enumeration or a literal allows; empty for another type."""
        if get_origin(self.type) is Literal:
            return tuple(_plain(choice) for choice in get_args(self.type))
        if isinstance(self.type, type) and issubclass(self.type, Enum):
            return tuple(_plain(choice) for choice in self.type)
        return ()

    def tags(self, key: str) -> tuple[str, ...]:
        """Return the words with which `key` says that a mapping is of this shape; empty for what is no shape."""
        fields = cast("type[BaseModel]", self.type).model_fields if _is_model(self.type) else {}
        field = next((field for name, field in fields.items() if (field.alias or name) == key), None)
        return wanted(field.annotation).choices() if field else ()

    def _fields(self) -> Iterable[FieldInfo]:
        return (note for note in self.notes if isinstance(note, FieldInfo))


@dataclass(frozen=True, slots=True)
class Alternative:
    """One alternative of a union that has no discriminator: the way to the union, the union, and pydantic's label."""

    keys: KeyPath
    union: Wanted
    label: str


@dataclass(frozen=True, slots=True)
class Route:
    """Where an error is. `keys` leads there in the file, from where the shape begins; `wanted` is what belongs there.

    `owner` is the shape that the last key is a field of. `alternative` is the alternative that the error is about, the
    outermost where unions are nested. `is_key` says that the error is about the last key itself and not its value.
    """

    keys: KeyPath
    wanted: Wanted
    owner: type[BaseModel] | None = None
    alternative: Alternative | None = None
    is_key: bool = False


def wanted(annotation: object, notes: tuple[object, ...] = ()) -> Wanted:
    """Return what an annotation wants, taken out of `Annotated` and of an optional."""
    while True:
        arguments = get_args(annotation)
        if get_origin(annotation) is Annotated:
            annotation, notes = arguments[0], (*notes, *arguments[1:])
        elif get_origin(annotation) in {Union, types.UnionType}:
            members = [member for member in arguments if member is not types.NoneType]
            if len(members) != 1:
                return Wanted(annotation, notes)
            annotation = members[0]
        else:
            return Wanted(annotation, notes)


def follow(shape: type[BaseModel], location: KeyPath) -> Route:
    """Follow the location of an error from the top of `shape`."""
    route = Route((), Wanted(shape))
    for segment in location:
        route = _step(route, segment)
    return route


def _step(route: Route, segment: str | int) -> Route:
    here = route.wanted
    if len(here.alternatives()) > 1:
        return _into_union(route, str(segment))
    if _is_model(here.type):
        return _into_model(route, cast("type[BaseModel]", here.type), segment)
    origin, arguments = get_origin(here.type) or here.type, get_args(here.type)
    keys = (*route.keys, segment)
    if origin in _MAPPINGS and len(arguments) == 2:
        # The key's own type is found again when `[key]` follows.
        return Route(
            (*route.keys, str(segment)), wanted(arguments[1], (_KeyType(arguments[0]),)), None, route.alternative
        )
    if segment == "[key]":
        key = next((note for note in here.notes if isinstance(note, _KeyType)), _KeyType(str))
        return Route(route.keys, wanted(key.type), route.owner, route.alternative, is_key=True)
    if origin in _LISTS and arguments and isinstance(segment, int):
        item = (
            arguments[segment]
            if origin is tuple and ... not in arguments and segment < len(arguments)
            else arguments[0]
        )
        return Route(keys, wanted(item), None, route.alternative)
    # A type that this module can not see into: what pydantic says is all there is.
    return Route(keys, Wanted(object), None, route.alternative)


@dataclass(frozen=True, slots=True)
class _KeyType:
    """A note on the value of a mapping: the type of its key."""

    type: Any


def _into_model(route: Route, model: type[BaseModel], segment: str | int) -> Route:
    for name, field in model.model_fields.items():
        if segment == (field.alias or name):
            inner = wanted(field.annotation, (field, *field.metadata))
            return Route((*route.keys, segment), inner, model, route.alternative)
    return Route((*route.keys, segment), Wanted(object), model, route.alternative)


def _into_union(route: Route, label: str) -> Route:
    chosen = _alternative(route.wanted, route.wanted.alternatives(), label)
    here = None if route.wanted.discriminator else Alternative(route.keys, route.wanted, label)
    return Route(route.keys, chosen, route.owner, route.alternative or here)


def _alternative(union: Wanted, alternatives: tuple[Wanted, ...], label: str) -> Wanted:
    key = union.discriminator
    for alternative in alternatives:
        if key is not None and label in alternative.tags(key):
            return alternative
    for alternative in alternatives:
        name = getattr(alternative.type, "__name__", "")
        if name and (label == name or (key is None and name in label)):
            return alternative
    return Wanted(object)


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _plain(choice: object) -> str:
    return str(choice.value) if isinstance(choice, Enum) else str(choice)
