"""Checks what inputs say together: exactly one of, at least one of, conflicts, required with.

A rule about fields of a block only speaks where the block is there. A value not known yet counts neither as given nor
as missing (hashicorp/terraform-plugin-sdk, helper/schema: validateExactlyOneAttribute and its neighbours).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from rehearsal.checking.places import argument
from rehearsal.checking.values import Problem
from rehearsal.facts import Constraints
from rehearsal.values import Secret, Unknown, Value


class Presence(Enum):
    """Whether a path is given."""

    NO = 0
    YES = 1
    UNKNOWN = 2


def presence(inputs: Mapping[str, Value], path: str) -> Presence:
    """Say whether `path` is given in `inputs`; in a list its first item counts."""
    value: Value = inputs
    for part in path.split("."):
        value = _opened(value)
        if isinstance(value, Unknown):
            return Presence.UNKNOWN
        if isinstance(value, Sequence) and not isinstance(value, str):
            value = _opened(value[0]) if value else None
        if not isinstance(value, Mapping) or value.get(part) is None:
            return Presence.NO
        value = value[part]
    return Presence.UNKNOWN if isinstance(_opened(value), Unknown) else Presence.YES


def problems(rules: Constraints, inputs: Mapping[str, Value]) -> Iterator[Problem]:
    """Yield what `inputs` say against `rules`."""
    for group in rules.exactly_one:
        yield from _exactly_one(group, inputs)
    for group in rules.at_least_one:
        yield from _at_least_one(group, inputs)
    for path, rivals in rules.conflicts.items():
        yield from _conflicts(path, rivals, inputs)
    for path, partners in rules.required_with.items():
        if presence(inputs, path) is Presence.YES:
            missing = [other for other in partners if presence(inputs, other) is Presence.NO]
            if missing:
                listed = ",".join(argument(other) for other in partners)
                yield Problem(
                    path, f'Missing required argument. "{argument(path)}": all of `{listed}` must be specified'
                )


def _exactly_one(group: Sequence[str], inputs: Mapping[str, Value]) -> Iterator[Problem]:
    asked = [path for path in group if _reached(inputs, path)]
    found = [path for path in group if presence(inputs, path) is Presence.YES]
    unknown = any(presence(inputs, path) is Presence.UNKNOWN for path in group)
    listed = ",".join(argument(path) for path in group)
    if not found and not unknown:
        for path in asked:
            yield Problem(
                path, f'Invalid combination of arguments. "{argument(path)}": one of `{listed}` must be specified'
            )
    if len(found) > 1:
        both = ",".join(argument(path) for path in found)
        for path in found:
            yield Problem(
                path,
                f'Invalid combination of arguments. "{argument(path)}": only one of `{listed}` can be specified, '
                f"but `{both}` were specified.",
            )


def _at_least_one(group: Sequence[str], inputs: Mapping[str, Value]) -> Iterator[Problem]:
    if any(presence(inputs, path) is not Presence.NO for path in group):
        return
    listed = ",".join(argument(path) for path in group)
    for path in group:
        if _reached(inputs, path):
            yield Problem(path, f'Missing required argument. "{argument(path)}": one of `{listed}` must be specified')


def _conflicts(path: str, rivals: Sequence[str], inputs: Mapping[str, Value]) -> Iterator[Problem]:
    if presence(inputs, path) is not Presence.YES:
        return
    for rival in rivals:
        if presence(inputs, rival) is Presence.YES:
            yield Problem(
                path, f'Conflicting configuration arguments. "{argument(path)}": conflicts with {argument(rival)}'
            )


def _reached(inputs: Mapping[str, Value], path: str) -> bool:
    """Say whether the block that `path` is a field of is there."""
    block, _, _ = path.rpartition(".")
    return not block or presence(inputs, block) is Presence.YES


def _opened(value: Value) -> Value:
    return _opened(value.value) if isinstance(value, Secret) else value
