"""`dns` of `hybrid:network`: names in both directions between the VPC and the sites, and between VPCs."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from model.config.shape import Shape
from model.config.types import HostName, Label

Vpc: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^projects/[a-z][-a-z0-9]{4,28}[a-z0-9]/global/networks/[a-z]([-a-z0-9]*[a-z0-9])?$"),
    Field(json_schema_extra={"meaning": "a VPC: projects/<project>/global/networks/<name>"}),
]
"""A VPC of any project."""

DnsName: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^(\*\.)?([a-z0-9_]([-a-z0-9_]*[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]*[a-z0-9])?$"),
    Field(json_schema_extra={"meaning": "a DNS name in lower case without a final dot, or *.<name>"}),
]
"""A DNS name, or all names below one."""


class Inbound(Shape):
    """What the sites may ask Cloud DNS: an inbound server policy and the sites' conditional forwarders."""

    zones: tuple[HostName, ...]
    """Zones that the sites' name servers forward here: Google's own, or one that another VPC answers for."""
    addresses: dict[Label, IPv4Address | None] = {}
    """Where Cloud DNS answers, by subnet. Google picks an address in each, which is written down here afterwards."""


class PeeredZone(Shape):
    """A zone that another VPC answers for (ManagedZone.peering_config)."""

    zone: HostName
    """The zone."""
    network: Vpc
    """The VPC whose name resolution is asked."""


class Answer(Shape):
    """A rule of the response policy: what a name is answered with, whatever any zone says."""

    name: DnsName
    """The name, or *.<name> for all below one."""
    addresses: tuple[IPv4Address, ...] = ()
    """The answer. None: the name is left as it is, past the other rules (bypassResponsePolicy)."""


class Dns(Shape):
    """Names between the VPC and the sites."""

    forward_from: Vpc | None = None
    """The VPC that asks the sites' name servers for this one, which peers its zone with it. By default each VPC asks
    for itself, from the same range as every other (D23)."""
    inbound: Inbound | None = None
    """What the sites ask the VPC."""
    peerings: dict[Label, PeeredZone] = {}
    """Zones that other VPCs answer for, by name."""
    answers: dict[Label, Answer] = {}
    """Rules of the response policy, by name."""
