"""Addresses that the cloud chooses: fixed by the inventory, or from the range of RFC 5737 that nobody routes."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, ip_network
from typing import Final

from rehearsal.case import Case, mapping, sequence
from rehearsal.interception import ProviderError
from rehearsal.world import World

PUBLIC: Final = ip_network("192.0.2.0/24")
_HOLDERS: Final = (
    "gcp:compute/address:Address",
    "gcp:compute/globalAddress:GlobalAddress",
    "gcp:compute/haVpnGateway:HaVpnGateway",
    "gcp:container/cluster:Cluster",
)


def public_address(case: Case, name: str) -> str:
    """Return the public address of what is called `name`: the inventory's, or a free one that depends on the name."""
    fixed = case.inventory.addresses.get(name)
    if fixed is not None:
        return fixed
    return _free(case, name, IPv4Network(PUBLIC), reserved=1)


def inside(case: Case, name: str, cidr: str) -> str:
    """Return a free address of a subnet; its first four and last two are never handed out."""
    return _free(case, name, IPv4Network(cidr, strict=False), reserved=4)


def _free(case: Case, name: str, network: IPv4Network, *, reserved: int) -> str:
    used = {*in_use(case.world), *case.inventory.addresses.values()}
    first, count = int(network.network_address) + reserved, network.num_addresses - reserved - 2
    start = int(case.world.digest("address", case.type, name), 16)
    for offset in range(max(count, 0)):
        address = str(IPv4Address(first + (start + offset) % count))
        if address not in used:
            return address
    raise ProviderError(f"googleapi: Error 403: Quota 'STATIC_ADDRESSES' exceeded: no address of {network} is free")


def in_use(world: World) -> set[str]:
    """Return every address that an object of the world holds."""
    used: set[str] = set()
    for token in _HOLDERS:
        for record in world.objects(token):
            used.update((record.text("address"), record.text("endpoint")))
            for interface in sequence(record.outputs.get("vpnInterfaces")):
                used.add(str(mapping(interface).get("ipAddress", "")))
    return used
