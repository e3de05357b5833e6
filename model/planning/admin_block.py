"""How many addresses an admin cluster needs, and the block of them that its IP block file lists (A48).

Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/manage-node-ip-addresses
and its edition for 1.16, the last with add-on nodes in every admin cluster.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from model.config.onprem_cluster import AdminCluster
from model.estate import Environment
from model.planning.hosts import hosted_by
from model.planning.versions import Minor

ADD_ON_NODES: Final = 2
TEMPORARY_NODES: Final = 1
"""A node that stands in for another during upgrade, update and repair."""
HIGHLY_AVAILABLE: Final = 3
_WITHOUT_ADD_ONS: Final = Minor(1, 28)
"""From here on a highly available admin cluster has no add-on nodes."""


@dataclass(frozen=True, slots=True)
class Need:
    """The addresses that an admin cluster needs, by use."""

    control_plane: int
    add_ons: int
    temporary: int
    user_control_planes: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.control_plane + self.add_ons + self.temporary + self.user_control_planes

    def __str__(self) -> str:
        parts = [
            (self.control_plane, "for its control plane"),
            (self.add_ons, "for add-on nodes"),
            (self.temporary, "to upgrade and repair with"),
            (self.user_control_planes, "for control planes of user clusters"),
        ]
        return " + ".join(f"{count} {use}" for count, use in parts if count)


def need(*, replicas: int, minor: Minor, kubeception: Iterable[int] = ()) -> Need:
    """Return what an admin cluster with `replicas` control plane nodes needs in a version.

    `kubeception` holds the control plane nodes of each user cluster whose control plane runs in it, 1 or 3. Clusters
    with Controlplane V2 need nothing of it.
    """
    add_ons = replicas != HIGHLY_AVAILABLE or minor < _WITHOUT_ADD_ONS
    return Need(
        control_plane=replicas,
        add_ons=ADD_ON_NODES if add_ons else 0,
        temporary=TEMPORARY_NODES if add_ons else 0,
        user_control_planes=sum(kubeception),
    )


@dataclass(frozen=True, slots=True)
class AdminBlock:
    """What the stack file gives an admin cluster, against what it needs.

    `listed` are the addresses of its IP block file. Those of a highly available control plane are not among them: they
    stand in the cluster's own file.
    """

    need: Need
    listed: tuple[IPv4Address, ...]
    own: int
    """How many of the addresses that it needs stand in the cluster's own file."""

    @property
    def wanted(self) -> int:
        """How many addresses the IP block file has to list."""
        return self.need.total - self.own

    @property
    def short(self) -> int:
        """How many addresses are missing from it."""
        return max(0, self.wanted - len(self.listed))


def admin_block(env: Environment, admin: AdminCluster, minor: Minor) -> AdminBlock:
    """Return the block of an admin cluster in a version, its addresses in their order, each once.

    They are those of its own single control plane node, its `node_addresses`, and the control plane addresses of the
    user clusters that run in it.
    """
    replicas = admin.control_plane.replicas
    users = hosted_by(env, admin)
    own = replicas if replicas == HIGHLY_AVAILABLE else 0
    listed: set[IPv4Address] = {address for block in admin.node_addresses for address in block}
    if not own:
        listed.update(admin.control_plane.addresses)
    for cluster in users:
        listed.update(cluster.control_plane.addresses)
    return AdminBlock(
        need=need(replicas=replicas, minor=minor, kubeception=(cluster.control_plane.replicas for cluster in users)),
        listed=tuple(sorted(listed)),
        own=own,
    )
