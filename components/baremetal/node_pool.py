"""Node pools of bare-metal clusters: machines, named one by one."""

from __future__ import annotations

import pulumi
from pulumi_gcp import gkeonprem

from components.baremetal.nodes import ordered_nodes, ordered_taints
from components.setting import Setting
from model.config.baremetal_nodes import MachinePool
from model.estate import Environment
from model.planning.protection import Kind

LINUX = "LINUX"
"""The only operating system that the API knows."""


def make_node_pool(
    name: str,
    *,
    environment: Environment,
    cluster: pulumi.Input[str],
    pool: MachinePool,
    opts: pulumi.ResourceOptions,
) -> gkeonprem.BareMetalNodePool:
    """Register `pool` of the bare-metal cluster whose id is `cluster`."""
    setting = Setting.of(environment)
    return gkeonprem.BareMetalNodePool(
        name,
        name=pool.name,
        project=setting.cluster_project,
        location=setting.region,
        bare_metal_cluster=cluster,
        display_name=pool.name,
        node_pool_config=gkeonprem.BareMetalNodePoolNodePoolConfigArgs(
            operating_system=LINUX,
            node_configs=[
                gkeonprem.BareMetalNodePoolNodePoolConfigNodeConfigArgs(node_ip=address, labels=labels)
                for address, labels in ordered_nodes(pool.nodes)
            ],
            labels=dict(sorted(pool.labels.items())),
            taints=[
                gkeonprem.BareMetalNodePoolNodePoolConfigTaintArgs(key=key, value=value, effect=effect)
                for key, value, effect in ordered_taints(pool.taints)
            ],
        ),
        annotations=dict(setting.labels),
        deletion_policy=setting.deletion_policy(Kind.ONPREM_NODE_POOL),
        opts=opts,
    )
