"""How vCenter's objects are named where clusters are made: in the API's inputs and in gkectl's files alike."""

from __future__ import annotations

from typing import Final

from model.config.vsphere import Vsphere

_ESCAPES: Final = {"%": "%25", "/": "%2f", "\\": "%5c"}


def escaped(name: str) -> str:
    """Return an object's name with slash, backslash and percent sign escaped (A27, I5)."""
    return "".join(_ESCAPES.get(character, character) for character in name)


def resource_pool_path(vsphere: Vsphere) -> str:
    """Return `<compute cluster>/Resources/<pool>`, which tells pools of one name in several clusters apart (A25)."""
    return f"{vsphere.compute_cluster}/Resources/{vsphere.resource_pool.name}"
