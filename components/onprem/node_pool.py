"""A node pool of a user cluster (B30-B38)."""

from __future__ import annotations

from typing import Final

import pulumi
from pulumi_gcp import gkeonprem

from components.onprem.vcenter import datastore
from components.setting import Setting
from model.config.onprem_cluster import UserCluster
from model.config.onprem_pool import NodePool
from model.estate import Environment
from model.planning.protection import Kind

IGNORED: Final = (
    # Echoed as the image that the cluster's version brings under that name; an upgrade changes it (B56).
    "config.imageType",
    # Echoed with the datastore that the pool inherits from its cluster, and with the tags in an order of its own (B56).
    "config.vsphereConfig",
)
REPLICAS: Final = "config.replicas"
"""Where a pool scales, the autoscaler writes the number of nodes (B33)."""


def autoscales(pool: NodePool) -> bool:
    """Say whether the pool scales: a minimum equal to the maximum is a fixed size, without an autoscaling block."""
    return pool.nodes.min < pool.nodes.max


def ignored(pool: NodePool) -> list[str]:
    """Return the inputs of `pool` that others write or that the API echoes differently."""
    return [*IGNORED, REPLICAS] if autoscales(pool) else list(IGNORED)


def make_node_pool(
    name: str,
    *,
    environment: Environment,
    owner: UserCluster,
    cluster: pulumi.Input[str],
    pool: NodePool,
    opts: pulumi.ResourceOptions,
) -> gkeonprem.VMwareNodePool:
    """Register `pool` of the user cluster `owner`, whose id is `cluster`."""
    category = environment.onprem.vsphere.tag_category
    return gkeonprem.VMwareNodePool(
        name,
        name=pool.name,
        project=environment.facts.projects.cluster.id,
        location=environment.organisation.region,
        vmware_cluster=cluster,
        display_name=pool.name,
        # Unset means the cluster's version, so that one upgrade of the cluster carries its pools along (B38, B68).
        on_prem_version=pool.version,
        config=gkeonprem.VMwareNodePoolConfigArgs(
            replicas=pool.nodes.start,
            cpus=pool.cpus,
            memory_mb=pool.memory_mib,
            boot_disk_size_gb=pool.boot_disk_gib,
            image_type=pool.image_type.value,
            image=pool.image,
            enable_load_balancer=pool.load_balancer,
            labels=dict(sorted(pool.labels.items())),
            taints=[
                gkeonprem.VMwareNodePoolConfigTaintArgs(key=taint.key, value=taint.value, effect=taint.effect.value)
                for taint in sorted(pool.taints, key=lambda taint: (taint.key, taint.value, taint.effect))
            ],
            vsphere_config=gkeonprem.VMwareNodePoolConfigVsphereConfigArgs(
                datastore=pool.datastore or datastore(environment, owner),
                host_groups=sorted(pool.host_groups) or None,
                tags=[
                    gkeonprem.VMwareNodePoolConfigVsphereConfigTagArgs(category=category, tag=tag)
                    for tag in sorted(pool.tags)
                ],
            ),
        ),
        node_pool_autoscaling=gkeonprem.VMwareNodePoolNodePoolAutoscalingArgs(
            min_replicas=pool.nodes.min, max_replicas=pool.nodes.max
        )
        if autoscales(pool)
        else None,
        deletion_policy=Setting.of(environment).deletion_policy(Kind.ONPREM_NODE_POOL),
        opts=opts,
    )
