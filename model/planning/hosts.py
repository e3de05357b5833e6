"""The addresses and host names of on-prem nodes, as the clusters' static address blocks list them (A46, A47)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from model.config.onprem_cluster import ControlPlane, UserCluster


@dataclass(frozen=True, slots=True, order=True)
class Host:
    """A node's address and host name."""

    address: IPv4Address
    name: str


def control_plane_hosts(nodes: ControlPlane) -> tuple[Host, ...]:
    """Return the control plane nodes; `{n}` of their host names counts from 1."""
    return tuple(
        Host(address, nodes.hostnames.replace("{n}", str(number)))
        for number, address in enumerate(nodes.addresses, start=1)
    )


def worker_hosts(cluster: UserCluster) -> tuple[Host, ...]:
    """Return the addresses that workers can get; `{octet}` of their host names is the last number of the address."""
    addresses = sorted({address for block in cluster.worker_addresses for address in block})
    return tuple(Host(each, cluster.worker_hostnames.replace("{octet}", str(int(each) & 0xFF))) for each in addresses)
