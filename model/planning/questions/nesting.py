"""Groups in groups: whoever is in the inner one has what the outer one has (F11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from model.config.organisation import Organisation

Chains: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By group, the groups that it is in, each with the way there: from the group itself to the outer one."""


def outer_groups(organisation: Organisation) -> Chains:
    """Return, for every group, each group whose grants its members have too, by the shortest way; circles are cut."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for group in organisation.groups:
        ways: dict[str, tuple[str, ...]] = {}
        waiting: list[tuple[str, ...]] = [(group,)]
        for way in waiting:
            known = organisation.groups.get(way[-1])
            for outer in known.member_of if known else ():
                if outer != group and outer not in ways:
                    ways[outer] = (*way, outer)
                    waiting.append(ways[outer])
        found[group] = ways
    return found


def inner_groups(chains: Chains) -> Chains:
    """Return the same turned round: by group, the groups in it, each with the way up from there."""
    found: dict[str, dict[str, tuple[str, ...]]] = {group: {} for group in chains}
    for group, ways in chains.items():
        for outer, way in ways.items():
            found.setdefault(outer, {})[group] = way
    return found
