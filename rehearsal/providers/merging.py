"""What was asked for and what the provider computes, put together."""

from __future__ import annotations

from collections.abc import Mapping

from rehearsal.values import UNKNOWN, Properties, Value


def merged(computed: Properties, given: Properties) -> Properties:
    """Return what was given, with what the provider computes wherever nothing was given, inside blocks as well."""
    return {**computed, **{key: _merge(computed.get(key), value) for key, value in given.items()}}


def _merge(computed: Value, given: Value) -> Value:
    if isinstance(computed, Mapping) and isinstance(given, Mapping):
        return {**computed, **{key: _merge(computed.get(key), value) for key, value in given.items()}}
    if isinstance(computed, list) and isinstance(given, list) and len(computed) == len(given):
        return [_merge(ours, theirs) for ours, theirs in zip(computed, given, strict=True)]
    return given


def own_part(outputs: Properties, given: Properties) -> Properties:
    """Return outputs without what the program had given inside blocks, maps and lists: the provider's own part.

    What was given under a name of its own stays: the provider decides whether it keeps that.
    """
    return {key: _own(value, given[key]) if key in given else value for key, value in outputs.items()}


def _own(value: Value, given: Value) -> Value:
    if isinstance(value, Mapping) and isinstance(given, Mapping):
        return {
            key: _own(item, given[key]) if key in given else item
            for key, item in value.items()
            if key not in given or isinstance(given[key], (Mapping, list))
        }
    if isinstance(value, list) and isinstance(given, list) and len(value) == len(given):
        return [_own(ours, theirs) for ours, theirs in zip(value, given, strict=True)]
    return value


def with_unknown(value: Value, steps: list[str]) -> Value:
    """Return a block that was given with one computed field in it marked as unknown, unless the program gives it.

    A step that ends in `[]` goes into every item of a list.
    """
    first, *rest = steps
    name = first.removesuffix("[]")
    if not isinstance(value, Mapping) or (rest and name not in value):
        return value
    inner = value.get(name, UNKNOWN)
    if rest and first != name and isinstance(inner, list):
        return {**value, name: [with_unknown(item, rest) for item in inner]}
    return {**value, name: with_unknown(inner, rest) if rest else inner}
