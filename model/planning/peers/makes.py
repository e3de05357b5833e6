"""The makes that a device's configuration can be written for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from model.planning.peers.fortigate import fortigate
from model.planning.peers.ios_xe import ios_xe
from model.planning.peers.plan import DevicePlan
from model.planning.peers.srx import srx
from model.planning.peers.strongswan import strongswan


class Make(StrEnum):
    """A make of device, by the word that a person gives."""

    STRONGSWAN = "strongswan"
    """Linux with strongSwan and FRR."""
    IOS_XE = "ios-xe"
    """Cisco IOS-XE."""
    SRX = "srx"
    """Juniper SRX."""
    FORTIGATE = "fortigate"
    """Fortinet FortiGate."""


_WRITERS: Final[Mapping[Make, Callable[[DevicePlan], dict[str, str]]]] = {
    Make.STRONGSWAN: strongswan,
    Make.IOS_XE: ios_xe,
    Make.SRX: srx,
    Make.FORTIGATE: fortigate,
}


def files(plan: DevicePlan, make: Make) -> dict[str, str]:
    """Return the device's files for `plan` by name."""
    return _WRITERS[make](plan)
