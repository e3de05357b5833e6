"""The addresses and host names of on-prem nodes, as the clusters' static address blocks list them (A46, A47)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from model.config.onprem_cluster import AdminCluster, ControlPlane, Provisioner, UserCluster
from model.config.types import AddressRange
from model.estate import Environment


@dataclass(frozen=True, slots=True, order=True)
class Host:
    """A node's address and host name; the name is empty where the node is called as its VM."""

    address: IPv4Address
    name: str


def control_plane_hosts(nodes: ControlPlane) -> tuple[Host, ...]:
    """Return the control plane nodes; `{n}` of their host names counts from 1."""
    return tuple(
        Host(address, nodes.hostnames.replace("{n}", str(number)))
        for number, address in enumerate(nodes.addresses, start=1)
    )


def worker_hosts(cluster: UserCluster) -> tuple[Host, ...]:
    """Return the addresses that workers can get; `{octet}` of their host names is the last number of the address.

    There is none where DHCP gives the addresses.
    """
    addresses = sorted({address for block in cluster.worker_addresses for address in block})
    return tuple(Host(each, cluster.worker_hostnames.replace("{octet}", str(int(each) & 0xFF))) for each in addresses)


def is_hosted(cluster: UserCluster) -> bool:
    """Say whether the control plane runs in the admin cluster, which only gkectl can have it do (B20)."""
    return not cluster.control_plane_v2 and cluster.provisioner is Provisioner.GKECTL


def control_plane_network(env: Environment, cluster: AdminCluster | UserCluster) -> str:
    """Return the name of the network that a control plane is in.

    It is the cluster's own, but for one that runs in the admin cluster: that one has addresses of the admin cluster's
    block, and its VIP beside them (B22).
    """
    if isinstance(cluster, AdminCluster) or not is_hosted(cluster):
        return cluster.network
    admins = {admin.name: admin.network for admin in env.onprem.admin_clusters}
    return admins.get(cluster.admin_cluster, cluster.network)


def hosted_by(env: Environment, admin: AdminCluster) -> tuple[UserCluster, ...]:
    """Return the user clusters whose control plane runs in the admin cluster."""
    clusters = env.onprem.user_clusters
    return tuple(each for each in clusters if each.admin_cluster == admin.name and is_hosted(each))


def without(block: AddressRange, held: Iterable[AddressRange]) -> Iterator[AddressRange]:
    """Give what is left of a block without the ranges that others hold, in order."""
    first = int(block.first)
    for each in sorted(each for each in held if each.overlaps(block)):
        if int(each.first) > first:
            yield AddressRange(IPv4Address(first), each.first - 1)
        first = max(first, int(each.last) + 1)
    if first <= int(block.last):
        yield AddressRange(IPv4Address(first), block.last)
