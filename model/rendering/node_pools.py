"""The node pools of `user-cluster.yaml` (B30-B38)."""

from __future__ import annotations

from typing import Final

from model.config.onprem_pool import ImageType, NodePool, TaintEffect
from model.config.source import Data
from model.estate import Environment

EFFECTS: Final = {
    TaintEffect.NO_SCHEDULE: "NoSchedule",
    TaintEffect.PREFER_NO_SCHEDULE: "PreferNoSchedule",
    TaintEffect.NO_EXECUTE: "NoExecute",
}
"""The effects of taints as Kubernetes writes them; the API has words of its own (B34)."""


def node_pool(env: Environment, pool: NodePool) -> dict[str, Data]:
    """Return one node pool. A pool without a version of its own follows the cluster's (B38)."""
    return {
        "name": pool.name,
        **({"gkeOnPremVersion": pool.version} if pool.version is not None else {}),
        "cpus": pool.cpus,
        "memoryMB": pool.memory_mib,
        "replicas": pool.nodes.start,
        "bootDiskSizeGB": pool.boot_disk_gib,
        "osImageType": pool.image_type.value,
        **({"osImage": pool.image} if pool.image_type is ImageType.WINDOWS and pool.image is not None else {}),
        **_scheduling(pool),
        **_vsphere(env, pool),
        **_scaling(pool),
        "enableLoadBalancer": pool.load_balancer,
    }


def _scheduling(pool: NodePool) -> dict[str, Data]:
    taints: list[Data] = [
        {"key": taint.key, "value": taint.value, "effect": EFFECTS[taint.effect]}
        for taint in sorted(pool.taints, key=lambda taint: (taint.key, taint.value, taint.effect))
    ]
    return {
        **({"labels": dict(sorted(pool.labels.items()))} if pool.labels else {}),
        **({"taints": taints} if taints else {}),
    }


def _vsphere(env: Environment, pool: NodePool) -> dict[str, Data]:
    """Return where a pool's VMs go and how they are tagged; a pool without a datastore has the cluster's (B36)."""
    groups: list[Data] = [*sorted(pool.host_groups)]
    tags: list[Data] = [{"category": env.onprem.vsphere.tag_category, "name": tag} for tag in sorted(pool.tags)]
    section: dict[str, Data] = {
        **({"datastore": pool.datastore} if pool.datastore is not None else {}),
        **({"hostgroups": groups} if groups else {}),
        **({"tags": tags} if tags else {}),
    }
    return {"vsphere": section} if section else {}


def _scaling(pool: NodePool) -> dict[str, Data]:
    """Return the limits of a pool that scales; a minimum equal to the maximum is a fixed size (B33)."""
    nodes = pool.nodes
    return {"autoscaling": {"minReplicas": nodes.min, "maxReplicas": nodes.max}} if nodes.min < nodes.max else {}
