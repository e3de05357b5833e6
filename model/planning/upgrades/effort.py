"""How long a step takes, and which addresses it needs.

Google's estimate is 15 minutes for each node of the largest pool: pools upgrade side by side, nodes one after another.
Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrade-best-practices
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.config.catalogue import Feature
from model.config.onprem_cluster import AdminCluster, IpMode, UserCluster
from model.config.workstation import WorkstationMaker
from model.estate import Environment
from model.planning.upgrades.attempts import spare_workers
from model.planning.upgrades.moves import Act, Move
from model.planning.upgrades.standing import Standing

MINUTES_PER_NODE: Final = 15
WORKSTATION_MINUTES: Final = {
    WorkstationMaker.PROGRAM: (15, "gkectl and a bundle of some gigabytes are fetched"),
    WorkstationMaker.GKEADM: (30, "gkeadm makes a new machine and moves the data disk over"),
}
"""Estimates."""
PLATFORM_MINUTES: Final = 30
"""An estimate: images and components are brought to the admin cluster."""
ADDONS: Final = 2
"""Add-on nodes of an admin cluster with one control plane node (A48)."""


@dataclass(frozen=True, slots=True)
class Duration:
    """About how many minutes, and how that comes about."""

    minutes: int
    how: str

    def __str__(self) -> str:
        hours, minutes = divmod(self.minutes, 60)
        return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses that a step takes for a while, and how many are free; None where DHCP gives them."""

    needed: int
    present: int | None
    what: str

    @property
    def enough(self) -> bool:
        """Whether there are as many as are needed."""
        return self.present is None or self.present >= self.needed


def duration(env: Environment, before: Standing, move: Move) -> Duration:
    """Return about how long `move` takes."""
    match move.act:
        case Act.WORKSTATION:
            return Duration(*WORKSTATION_MINUTES[env.onprem.workstation.made_by])
        case Act.PLATFORM:
            return Duration(PLATFORM_MINUTES, "images and components, no node")
        case Act.ADMIN | Act.CONTROL_PLANE:
            return _nodes(*_control_plane(env, before, move.name))
        case Act.POOLS:
            return _nodes(0, "", before, move.name)
        case Act.USER:
            return _nodes(*_control_plane(env, before, move.name), before, move.name)
        case Act.MIGRATION:
            return _migration(env, before, move)


def _migration(env: Environment, before: Standing, move: Move) -> Duration:
    if move.feature in {Feature.KUBECEPTION, Feature.NON_HA_ADMIN}:
        return _nodes(3, "3 new control plane nodes", before, move.name)
    if move.name in before.admins:
        return _nodes(*_control_plane(env, before, move.name))
    return _nodes(0, "", before, move.name)


def _nodes(control_plane: int, what: str, before: Standing | None = None, user: str = "") -> Duration:
    """Return the time of so many control plane nodes, and of the largest pool of `user` after them."""
    parts = [f"{what} x {MINUTES_PER_NODE} min"] if control_plane else []
    pools = before.users[user].pools if before is not None and user in before.users else ()
    largest = max(pools, key=lambda pool: pool.nodes, default=None)
    if largest is not None:
        parts.append(f"{largest.nodes} nodes of pool {largest.name}, the largest, x {MINUTES_PER_NODE} min")
    count = control_plane + (largest.nodes if largest is not None else 0)
    return Duration(count * MINUTES_PER_NODE, ", then ".join(parts) or "no node is replaced")


def _control_plane(env: Environment, before: Standing, name: str) -> tuple[int, str]:
    for admin in env.onprem.admin_clusters:
        if admin.name == name:
            if Feature.NON_HA_ADMIN not in before.admins[name].features:
                return 3, "3 control plane nodes"
            inside = [user for user in before.users_of(name) if Feature.KUBECEPTION in user.features]
            planes = sum(_replicas(env, user.name) for user in inside)
            words = f", {planes} control plane nodes of user clusters" if planes else ""
            return 1 + ADDONS + planes, f"1 control plane node, {ADDONS} add-on nodes{words}"
    replicas = _replicas(env, name)
    return replicas, f"{replicas} control plane node{'s' if replicas > 1 else ''}"


def _replicas(env: Environment, user: str) -> int:
    return next(each.control_plane.replicas for each in env.onprem.user_clusters if each.name == user)


def addresses(env: Environment, before: Standing, move: Move) -> Addresses | None:
    """Return the addresses that `move` takes for a while; None for a step that takes none."""
    for cluster in env.onprem.user_clusters:
        if cluster.name == move.name:
            return _user_addresses(cluster, before, move)
    for admin in env.onprem.admin_clusters:
        if admin.name == move.name and move.act is not Act.PLATFORM:
            return _admin_addresses(env, admin, before, move)
    return None


def _user_addresses(cluster: UserCluster, before: Standing, move: Move) -> Addresses | None:
    spare = spare_workers(cluster)
    if move.act is Act.MIGRATION and move.feature is Feature.KUBECEPTION:
        return Addresses(4, None, "3 new control plane nodes and a new control plane VIP: see the migration's page")
    if move.act is Act.CONTROL_PLANE or not cluster.node_pools:
        # Its own nodes keep their addresses; those of kubeception are the admin cluster's.
        return None
    pools = len(before.users[cluster.name].pools)
    source = "of DHCP" if cluster.ip_mode is IpMode.DHCP else "left in worker_addresses with every pool at its maximum"
    return Addresses(pools, spare, f"one for each of {pools} pools, which upgrade side by side; {source} (B40)")


def _admin_addresses(env: Environment, admin: AdminCluster, before: Standing, move: Move) -> Addresses | None:
    if move.act is Act.MIGRATION and move.feature is Feature.NON_HA_ADMIN:
        return Addresses(4, None, "3 control plane nodes and a new VIP: see the migration's page")
    if Feature.NON_HA_ADMIN not in before.admins[admin.name].features:
        return None  # three nodes keep their three addresses (A48)
    inside = [user for user in before.users_of(admin.name) if Feature.KUBECEPTION in user.features]
    taken = ADDONS + sum(_replicas(env, user.name) for user in inside)
    held = sum(len(block) for block in admin.node_addresses)
    return Addresses(1, held - taken, f"one temporary node; node_addresses has {held}, {taken} of them in use (A48)")
