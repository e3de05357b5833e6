"""Every IAM grant that a program makes, read off what it registered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from operations.record.registered import Recorded
from operations.record.values import Unknown, as_json, holds

_PRINCIPAL: Final = frozenset({"role", "member", "condition"})


@dataclass(frozen=True, slots=True)
class Granted:
    """One role of one member on one resource."""

    urn: str
    resource: str
    """What it is on: the type, and the inputs that name it. An input that is unknown is named by what it comes from."""
    role: str
    member: str
    condition: str | None


def _text(recorded: Recorded, name: str) -> str:
    value = recorded.inputs.get(name)
    if holds(value, Unknown):
        return "output of " + ", ".join(recorded.sources.get(name, ()))
    return value if isinstance(value, str) else json.dumps(as_json(value), sort_keys=True)


def grants(resources: Iterable[Recorded]) -> tuple[Granted, ...]:
    """Return the grants of every `...IAMMember`, in the order of their URNs."""
    found: list[Granted] = []
    for each in resources:
        if not each.type.lower().endswith("iammember"):
            continue
        named = [f"{name}={_text(each, name)}" for name in sorted(each.inputs) if name not in _PRINCIPAL]
        condition = _text(each, "condition") if "condition" in each.inputs else None
        found.append(
            Granted(each.urn, " ".join([each.type, *named]), _text(each, "role"), _text(each, "member"), condition)
        )
    return tuple(sorted(found, key=lambda granted: granted.urn))


def duplicate_grants(resources: Iterable[Recorded]) -> tuple[tuple[str, ...], ...]:
    """Return the URNs of grants that are the same one: removing either would take it from both."""
    owners: dict[tuple[str, str, str, str | None], list[str]] = {}
    for each in grants(resources):
        owners.setdefault((each.resource, each.role, each.member, each.condition), []).append(each.urn)
    return tuple(tuple(urns) for urns in owners.values() if len(urns) > 1)
