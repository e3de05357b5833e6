"""What the facts say about a value: its type, whether changing it replaces the object, whether it is a secret.

The fact files write a type as a short prefix notation, so that thousands of fields stay readable and small:

    s string    b boolean    i integer    n number    a anything
    [T a list of T      <T a map of T      {name an object, described under that name among the types
    !T changing it replaces the resource      $T a secret

`![{compute/RouterBgpAdvertisedIpRange` is a list of such objects whose change replaces the resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["string", "boolean", "integer", "number", "any", "list", "map", "object"]

_SCALARS: Final[Mapping[str, Kind]] = {"s": "string", "b": "boolean", "i": "integer", "n": "number", "a": "any"}
LETTERS: Final[Mapping[str, str]] = {kind: letter for letter, kind in _SCALARS.items()}


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """A type: `items` is what a list or map holds, `ref` names the object type."""

    kind: Kind
    items: TypeSpec | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One input or output: its type, whether a change `replaces` the resource, whether it is `secret`."""

    type: TypeSpec
    replaces: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """The fields of an object type, those that must be given, and what the documentation says of their values.

    `sealed` are the fields that only the provider writes: giving one is refused.
    `enums` are the values that the provider accepts, `defaults` what it fills in; both as its documentation has them.
    """

    fields: Mapping[str, FieldFacts]
    required: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    defaults: Mapping[str, str] = field(default_factory=dict[str, str])


@cache
def parse_field(notation: str) -> FieldFacts:
    """Return the field that `notation` describes. ValueError for a notation this module does not know."""
    rest, replaces, secret = notation, False, False
    while rest[:1] in {"!", "$"}:
        replaces, secret, rest = replaces or rest[0] == "!", secret or rest[0] == "$", rest[1:]
    return FieldFacts(_parse_type(rest), replaces, secret)


def _parse_type(notation: str) -> TypeSpec:
    head, rest = notation[:1], notation[1:]
    if head in _SCALARS and not rest:
        return TypeSpec(_SCALARS[head])
    if head == "[":
        return TypeSpec("list", items=_parse_type(rest))
    if head == "<":
        return TypeSpec("map", items=_parse_type(rest))
    if head == "{" and rest:
        return TypeSpec("object", ref=rest)
    raise ValueError(f"facts: unknown type notation {notation!r}; generate the fact file again with this version")
