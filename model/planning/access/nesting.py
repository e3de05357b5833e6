"""How deep groups are nested: what a group is granted the members of every group below it have too (F11)."""

from __future__ import annotations

from collections.abc import Mapping

from model.config.organisation import Group


def above(groups: Mapping[str, Group], address: str) -> tuple[str, ...] | None:
    """Return the longest chain of groups above `address`, nearest first; None where it comes back to where it began."""
    return _climb(groups, address, ())


def _climb(groups: Mapping[str, Group], address: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
    group = groups.get(address)
    longest: tuple[str, ...] = ()
    for parent in group.member_of if group is not None else ():
        if parent == address or parent in path:
            return None
        chain = _climb(groups, parent, (*path, address))
        if chain is None:
            return None
        longest = max(longest, (parent, *chain), key=len)
    return longest
