"""How long things take: figures of public pages where there are any, else what they were judged by."""

from __future__ import annotations

from typing import Final

from model.config.onprem_cluster import AdminCluster, UserCluster
from model.runbooks.shape import Takes
from model.runbooks.sources import CREATE_ADMIN, JUDGED, UPGRADE, UPGRADE_PRACTICE

MINUTES_PER_NODE: Final = 15
"""An upgrade drains and makes anew one node after another, about 15 minutes each; pools go side by side."""
CREATE_ADMIN_MINUTES: Final = 15
"""The least that the creation of an admin cluster takes."""


def upgrade_of_admin(admin: AdminCluster) -> Takes:
    """Return how long the upgrade of an admin cluster takes: its nodes one after another."""
    return Takes(MINUTES_PER_NODE * max(3, admin.control_plane.replicas), UPGRADE_PRACTICE)


def upgrade_of(cluster: UserCluster) -> Takes:
    """Return how long the upgrade of a user cluster takes: control plane, then its largest pool, others beside it."""
    largest = max((pool.nodes.max for pool in cluster.node_pools), default=0)
    return Takes(MINUTES_PER_NODE * (cluster.control_plane.replicas + largest), UPGRADE_PRACTICE)


def rotation_of(cluster: AdminCluster | UserCluster) -> Takes:
    """Return how long the rotation of CAs takes: every node is restarted more than once, as in two upgrades."""
    once = upgrade_of(cluster) if isinstance(cluster, UserCluster) else upgrade_of_admin(cluster)
    return Takes(2 * once.minutes, "judged: each of its two halves goes through the nodes like an upgrade")


def creation_of_admin() -> Takes:
    """Return how long the creation of an admin cluster takes."""
    return Takes(2 * CREATE_ADMIN_MINUTES, f"{CREATE_ADMIN} says 15 minutes or more; twice that is planned")


def creation_of(cluster: UserCluster) -> Takes:
    """Return how long the creation of a user cluster takes."""
    first = sum(pool.nodes.start for pool in cluster.node_pools)
    return Takes(10 + 5 * cluster.control_plane.replicas + first, "judged: checks, control plane, then machines")


def new_nodes(count: int) -> Takes:
    """Return how long a pool takes to get nodes."""
    return Takes(4 + count, "judged: machines are cloned from a template a few at a time, and start")


def drained(count: int) -> Takes:
    """Return how long it takes to drain nodes, one after another."""
    return Takes(
        10 * count,
        f"judged: a pod that waits longer than 10 minutes to be evicted is what gkectl itself reports ({UPGRADE})",
    )


def reviewed() -> Takes:
    """Return how long a preview takes; the review is people's own time."""
    return Takes(2, JUDGED)
