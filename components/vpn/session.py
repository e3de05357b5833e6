"""What the BGP sessions of tunnels and of VLAN attachments have in common."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi_gcp as gcp

from model.planning.advertised import Advertised


def ranges(advertised: Sequence[Advertised]) -> list[gcp.compute.RouterPeerAdvertisedIpRangeArgs]:
    """Return what a session tells, as its provider takes it."""
    return [
        gcp.compute.RouterPeerAdvertisedIpRangeArgs(range=str(each.range), description=each.description)
        for each in advertised
    ]


def given(priority: int | None) -> int | None:
    """Return a priority, None for 0, which the provider takes for "not given" (D13)."""
    return priority or None


def zero(priority: int | None) -> bool | None:
    """Return what the switch for a true 0 is set to, None where it is left alone."""
    return True if priority == 0 else None
