"""`hybrid:vpn` of a stack file: the redundant link between the sites and the VPC."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from model.config.shape import Shape
from model.config.types import Label, SecretReference


class Redundancy(StrEnum):
    """How many addresses the peer has (D2)."""

    SINGLE_IP = "SINGLE_IP_INTERNALLY_REDUNDANT"
    TWO_IPS = "TWO_IPS_REDUNDANCY"
    FOUR_IPS = "FOUR_IPS_REDUNDANCY"


class TrafficMode(StrEnum):
    """How traffic spreads over tunnels (D13)."""

    ACTIVE_ACTIVE = "active-active"
    """Equal priorities: every tunnel carries traffic."""
    ACTIVE_PASSIVE = "active-passive"
    """Standby tunnels carry traffic only when the others are down."""


class KeySource(StrEnum):
    """Where a pre-shared key comes from (D8)."""

    GENERATED = "generated"
    """Made by the program, kept in its encrypted state and in Secret Manager."""
    REFERENCED = "referenced"
    """Put into Secret Manager by someone else; whoever previews must be allowed to read it."""


class PreSharedKey(Shape):
    """The pre-shared key of one tunnel (D8)."""

    secret: SecretReference
    """Where it is kept."""
    source: KeySource = KeySource.GENERATED
    """Who makes it."""


class Peer(Shape):
    """One address of the on-prem side. Its key names a device of the organisation file."""

    interface: int
    """Its number in the external gateway, from 0 (D2)."""
    address: IPv4Address
    """Its public address."""


class Tunnel(Shape):
    """One tunnel with its BGP session. Its key is its name and never changes."""

    gateway_interface: int
    """The interface of our gateway, 0 or 1 (D1)."""
    peer: Label
    """The device at the other end."""
    range: IPv4Network
    """The link-local /30 of the session (D10)."""
    google_address: IPv4Address
    """Our end of it, the first usable address."""
    peer_address: IPv4Address
    """The other end, the second usable address."""
    pre_shared_key: PreSharedKey
    """Its key."""
    priority: int = 100
    """The MED we advertise; lower wins (D13)."""
    advertise: tuple[IPv4Network, ...] = ()
    """Ranges advertised on this session beyond those that follow from the address plan (D12)."""


class Drill(Shape):
    """Sessions switched off on purpose, for a while (D20)."""

    disabled_peers: tuple[str, ...] = ()
    """BGP peers, <tunnel>-bgp."""
    expires: date | None = None
    """The last day; required while a peer is disabled."""


class Vpn(Shape):
    """The HA VPN of the environment."""

    asn: int
    """The ASN of our router (D9)."""
    redundancy: Redundancy
    """How many addresses the peer has (D2)."""
    mode: TrafficMode = TrafficMode.ACTIVE_ACTIVE
    """How traffic spreads (D13)."""
    peers: dict[Label, Peer]
    """The other side's addresses by device."""
    tunnels: dict[Label, Tunnel]
    """Tunnels by name."""
    peak_kpps: int
    """The planned peak, in thousands of packets a second, both directions summed (D17)."""
    drill: Drill = Drill()
    """Sessions switched off for a drill."""
