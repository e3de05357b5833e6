"""What a resource type refuses, fills in or compares in its own way, beyond its schema: kept by hand, with sources.

The files under `constraints/` hold it, one a provider module. A key is a resource type, or a pattern over types such as
`gcp:*:*IAMMember`; everything that matches a type counts, later and more exact entries last. A path is written with
dots and without list positions: `bgp.advertisedIpRanges.range`. The keys of an entry are the fields of `Constraints`;
`source` names the public page they come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import yaml

FILES: Final = Path(__file__).parent / "constraints"

Group: TypeAlias = tuple[str, ...]
Scalar: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Constraints:
    """All that is known of one resource type beyond its schema.

    exactly_one, at_least_one: groups of paths; conflicts, required_with: a path and those it excludes or needs.
    enums: the values accepted; open: paths whose documented values are left to the API; blank: enums that accept "".
    formats: the name of a format in `rehearsal.checking.formats`, or a regular expression.
    ranges: least and greatest number (either may be null).
    min_items, max_items: bounds of a list.
    sets: lists whose order means nothing and whose members have no place; unordered: lists whose order means nothing.
    defaults: what the provider fills in; undefaulted: documented defaults that it does not fill in.
    auto_name: the input that is named after the resource; None where none is.
    delete_before_replace: whether a replacement always deletes first.
    replaces, in_place: paths whose change replaces, or does not, against what the schema says.
    growing: ranges that replace unless the new one holds the old; sticky: switches that replace if unset.
    kept: paths whose value stays when the input is taken away.
    links, caseless: paths compared as links to an object, or without case.
    filled, never_filled: paths that the provider fills in and that force a new object, though the schema does not show
    it; those that it leaves empty, though the schema marks them so (`ResourceFacts.filled`).
    """

    exactly_one: tuple[Group, ...] = ()
    at_least_one: tuple[Group, ...] = ()
    conflicts: Mapping[str, Group] = field(default_factory=dict[str, Group])
    required_with: Mapping[str, Group] = field(default_factory=dict[str, Group])
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    enums: Mapping[str, Group] = field(default_factory=dict[str, Group])
    open: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()
    formats: Mapping[str, str] = field(default_factory=dict[str, str])
    ranges: Mapping[str, tuple[float | None, float | None]] = field(
        default_factory=dict[str, tuple[float | None, float | None]]
    )
    min_items: Mapping[str, int] = field(default_factory=dict[str, int])
    max_items: Mapping[str, int] = field(default_factory=dict[str, int])
    sets: frozenset[str] = frozenset()
    unordered: frozenset[str] = frozenset()
    defaults: Mapping[str, Scalar] = field(default_factory=dict[str, Scalar])
    undefaulted: frozenset[str] = frozenset()
    auto_name: Mapping[str, Scalar | None] = field(default_factory=dict[str, Scalar | None])
    delete_before_replace: bool = False
    replaces: frozenset[str] = frozenset()
    in_place: frozenset[str] = frozenset()
    growing: frozenset[str] = frozenset()
    sticky: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    caseless: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    never_filled: frozenset[str] = frozenset()


_KEYS: Final = {item.name: item for item in fields(Constraints)}
_GROUPS: Final = frozenset({"exactly_one", "at_least_one"})
_GROUP_MAPS: Final = frozenset({"conflicts", "required_with", "enums", "ranges"})
_MAPS: Final = frozenset({"formats", "min_items", "max_items", "defaults", "auto_name"})


class ConstraintError(ValueError):
    """A constraint file says something that this module does not understand."""


@cache
def constraints_of(provider: str, token: str) -> Constraints:
    """Return what is known of the resource type `token` (`gcp:compute/router:Router`)."""
    merged: dict[str, Any] = {}
    for name, entry in (*_entries(f"{provider}-general"), *_entries(f"{provider}-{_module(token)}")):
        if name == token or fnmatchcase(token, name):
            for key, value in entry.items():
                merged[key] = _join(key, merged.get(key), value)
    return Constraints(**merged)


@cache
def _entries(stem: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    path = FILES / f"{stem}.yaml"
    if not path.exists():
        return ()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = cast("dict[str, dict[str, Any]]", yaml.load(path.read_text(encoding="utf-8"), Loader=loader) or {})  # noqa: S506  a safe loader, in C where it is built
    return tuple((name, _entry(path, name, entry)) for name, entry in content.items())


def _entry(path: Path, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(entry) - set(_KEYS) - {"source"})
    if unknown:
        raise ConstraintError(
            f"{path.name}: {name}: unknown key {', '.join(unknown)}; known: {', '.join(_KEYS)}, source"
        )
    if not entry.get("source"):
        raise ConstraintError(f"{path.name}: {name}: no source; name the public page these constraints come from")
    return {key: _shaped(key, value) for key, value in entry.items() if key != "source"}


def _shaped(key: str, value: Any) -> Any:
    if key in _GROUPS:
        return tuple(tuple(group) for group in value)
    if key in _GROUP_MAPS:
        return {path: tuple(items) for path, items in value.items()}
    if key in _MAPS or isinstance(value, bool):
        return value
    return frozenset(value)


def _join(key: str, old: Any, new: Any) -> Any:
    if old is None or isinstance(new, bool):
        return new
    if key in _GROUPS:
        return (*old, *new)
    return old | new


def _module(token: str) -> str:
    return token.split(":")[1].split("/", maxsplit=1)[0]
