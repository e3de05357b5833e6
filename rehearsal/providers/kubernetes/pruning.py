"""What a refresh takes over from a cluster: as much of the live object as the program has a word in.

The provider copies from the live object what has its place in the program's inputs too: of a map the keys that are
there, of a list as many items as are there, from the front (pulumi-kubernetes, provider/pkg/provider: `Read`,
`pruneLiveState`, `pruneMap`, `pruneSlice`). So a key or a last item that somebody adds is no drift, while one that is
changed or taken away is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

from rehearsal.values import Properties, Secret, Value


def pruned(live: Properties, given: Properties) -> Properties:
    """Return the part of `live` that has its place in `given`; a secret is one value, whatever is inside."""
    return {key: _value(value, given[key]) for key, value in live.items() if key in given}


def _value(live: Value, given: Value) -> Value:
    if isinstance(live, Secret):
        return live
    given = given.value if isinstance(given, Secret) else given
    if isinstance(live, Mapping) and isinstance(given, Mapping):
        return {key: _value(item, given[key]) for key, item in live.items() if key in given}
    if _is_list(live) and _is_list(given):
        return _items(live, given)
    return live


def _items(live: Sequence[Value], given: Sequence[Value]) -> list[Value]:
    if live and given and _shape(live[0]) != _shape(given[0]):
        return list(live)
    return [_value(item, place) for item, place in zip(live, given, strict=False)]


def _is_list(value: Value) -> TypeGuard[Sequence[Value]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _shape(value: Value) -> str:
    """Return what JSON calls the type of a value."""
    value = value.value if isinstance(value, Secret) else value
    if isinstance(value, Mapping):
        return "object"
    if _is_list(value):
        return "array"
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__
