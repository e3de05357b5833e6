"""Addresses in the form that the GKE On-Prem API wants."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network

from model.config.organisation import Host
from model.config.types import AddressRange


def addresses(hosts: Iterable[Host]) -> list[str]:
    """Return the addresses of shared services in their numerical order, whatever the file's."""
    return [str(address) for address in sorted(host.address for host in hosts)]


def netmask(network: IPv4Network) -> str:
    """Return the mask of a subnet: 255.255.255.0."""
    return str(network.netmask)


def pool_addresses(ranges: Iterable[AddressRange]) -> list[str]:
    """Return the addresses of a MetalLB pool in order, as `a-b`, or as /32 where it is one address (B46)."""
    return [f"{each.first}/32" if len(each) == 1 else f"{each.first}-{each.last}" for each in sorted(ranges)]
