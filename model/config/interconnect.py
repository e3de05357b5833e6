"""`interconnect` of `hybrid:vpn`: VLAN attachments of Cloud Interconnect, the other kind of link to the sites (D24)."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Network

from model.config.shape import Shape
from model.config.types import Label


class InterconnectKind(StrEnum):
    """Whose the physical line is."""

    DEDICATED = "dedicated"
    """Ours."""
    PARTNER = "partner"
    """A service provider's, who completes the attachment with its pairing key."""


class BfdMode(StrEnum):
    """Who begins a BFD session."""

    ACTIVE = "active"
    """The Cloud Router."""
    PASSIVE = "passive"
    """The device."""
    DISABLED = "disabled"
    """Nobody."""


class Bfd(Shape):
    """How soon a lost link is noticed. Only VLAN attachments have it (D14)."""

    mode: BfdMode = BfdMode.ACTIVE
    """Who begins."""
    min_transmit_ms: int = 1000
    """Between packets sent, 1000 to 30000 milliseconds."""
    min_receive_ms: int = 1000
    """Between packets received, 1000 to 30000 milliseconds."""
    multiplier: int = 5
    """Packets missed before the link is lost, 5 to 16."""


class Attachment(Shape):
    """One VLAN attachment with its BGP session. Its key is its name and never changes."""

    peer: Label
    """The device at the other end."""
    interconnect: str | None = None
    """The line, in full: projects/<project>/global/interconnects/<name>; for a partner's none."""
    vlan: int | None = None
    """The VLAN tag, 2 to 4094; a partner chooses it."""
    edge_domain: int
    """The edge availability domain, 1 or 2: maintenance takes one at a time."""
    metro: Label | None = None
    """The metropolitan area where the line meets Google, such as `osl`; attachments that name none share one."""
    bandwidth: str | None = None
    """The capacity, such as BPS_1G; a partner sets it."""
    mtu: int = 1440
    """1440, 1460, 1500 or 8896 bytes."""
    range: IPv4Network
    """The link-local /29 of the session, from which Google takes both ends."""
    priority: int = 100
    """The MED we advertise; lower wins (D13)."""
    bfd: Bfd | None = None
    """How soon a loss is noticed; by the hold time alone unless given."""


class Interconnect(Shape):
    """The VLAN attachments of the environment, on a Cloud Router of their own (D9)."""

    kind: InterconnectKind = InterconnectKind.DEDICATED
    """Whose the line is."""
    asn: int
    """The ASN of their router; 16550 with a partner, and only then (D9)."""
    attachments: dict[Label, Attachment]
    """Attachments by name."""
