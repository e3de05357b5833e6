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


def with_unknown(value: Value, steps: list[str]) -> Value:
    """Return a block that was given with one computed field in it marked as unknown."""
    first, *rest = steps
    if not isinstance(value, Mapping) or (rest and first not in value):
        return value
    inner = with_unknown(value[first], rest) if rest else value.get(first, UNKNOWN)
    return {**value, first: inner}
