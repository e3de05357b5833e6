"""Property values as the simulated clouds see them.

A value is plain Python data (None, bool, int, float, str, list, dict), `UNKNOWN` (the engine is previewing and can not
know it yet), or a `Secret` around a value: the part of Pulumi's property model that the providers in use send.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias


class Unknown:
    """The type of `UNKNOWN`, a value that a preview can not know."""

    _instance: Unknown | None = None

    def __new__(cls) -> Unknown:
        """Return the one instance, so that `is UNKNOWN` works everywhere."""
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the engine encrypts in the state and hides in every output."""

    value: Value


Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | Unknown | Secret | None"
Properties: TypeAlias = "dict[str, Value]"


def reveal(value: Value) -> Value:
    """Return `value` with every `Secret` around or inside it taken off."""
    if isinstance(value, Secret):
        return reveal(value.value)
    if isinstance(value, Mapping):
        return {key: reveal(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [reveal(item) for item in value]
    return value


def has_unknown(value: Value) -> bool:
    """Say whether `value` is, or holds anywhere, something not known yet."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return any(has_unknown(item) for item in value)
    return False
