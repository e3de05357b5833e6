"""A node pool of a GKE cluster, and what all nodes have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pulumi
from pulumi_gcp import container

from components.setting import Setting
from model.config.gke import NodePool
from model.estate import Environment
from model.planning.protection import Kind

TIMEOUTS: Final = pulumi.CustomTimeouts(create="1h", update="4h", delete="1h")
"""An upgrade waits up to an hour for the disruption budgets of each node (C45)."""

OAUTH_SCOPES: Final = ("https://www.googleapis.com/auth/cloud-platform",)
"""Scopes are the old way to limit a node; the roles of its service account do it now."""

VERSION: Final = "version"
"""GKE upgrades nodes within the release channel; a version of ours would fight it (C6)."""

SIZE: Final = ("initialNodeCount", "nodeCount")
"""Where a pool scales, the autoscaler writes its size, and a changed initial size would replace the pool (C2)."""


def autoscales(pool: NodePool) -> bool:
    """Say whether the pool scales: a minimum equal to the maximum is a fixed size."""
    return pool.nodes_per_zone.min < pool.nodes_per_zone.max


def ignored(pool: NodePool) -> list[str]:
    """Return the inputs of `pool` that GKE writes."""
    return [VERSION, *SIZE] if autoscales(pool) else [VERSION]


def make_node_pool(
    name: str,
    *,
    environment: Environment,
    cluster: container.Cluster,
    service_account: pulumi.Input[str],
    labels: Mapping[str, str],
    pool: NodePool,
    tags: list[str] | None = None,
    opts: pulumi.ResourceOptions,
) -> container.NodePool:
    """Register `pool` of `cluster`; `labels` go on its machines, for cost, `tags` for routes."""
    zone = pool.nodes_per_zone
    scaling = autoscales(pool)
    return container.NodePool(
        name,
        name=pool.name,
        project=environment.facts.projects.cluster.id,
        location=environment.organisation.region,
        cluster=cluster.name,
        node_locations=sorted(environment.organisation.zones),
        initial_node_count=zone.min if scaling else None,
        node_count=None if scaling else zone.min,
        autoscaling=container.NodePoolAutoscalingArgs(
            min_node_count=zone.min,
            max_node_count=zone.max,
            # Spot machines come from wherever there are any; the others stay spread over the zones.
            location_policy="ANY" if pool.spot else "BALANCED",
        )
        if scaling
        else None,
        max_pods_per_node=pool.max_pods_per_node,
        management=container.NodePoolManagementArgs(auto_repair=True, auto_upgrade=True),
        upgrade_settings=container.NodePoolUpgradeSettingsArgs(
            strategy="SURGE", max_surge=pool.max_surge, max_unavailable=pool.max_unavailable
        ),
        network_config=container.NodePoolNetworkConfigArgs(enable_private_nodes=True),
        node_config=container.NodePoolNodeConfigArgs(
            machine_type=pool.machine_type,
            disk_size_gb=pool.disk_gib,
            disk_type=pool.disk_type,
            image_type=pool.image_type,
            spot=pool.spot,
            service_account=service_account,
            oauth_scopes=list(OAUTH_SCOPES),
            labels=dict(sorted(pool.labels.items())),
            taints=[
                container.NodePoolNodeConfigTaintArgs(key=taint.key, value=taint.value, effect=taint.effect.value)
                for taint in sorted(pool.taints, key=lambda taint: (taint.key, taint.value, taint.effect))
            ],
            # GKE sets it on every pool; left out, it would show as a change that replaces the pool.
            metadata={"disable-legacy-endpoints": "true"},
            resource_labels=dict(labels),
            tags=tags,
            shielded_instance_config=container.NodePoolNodeConfigShieldedInstanceConfigArgs(
                enable_secure_boot=True, enable_integrity_monitoring=True
            ),
            workload_metadata_config=container.NodePoolNodeConfigWorkloadMetadataConfigArgs(mode="GKE_METADATA"),
            kubelet_config=container.NodePoolNodeConfigKubeletConfigArgs(
                insecure_kubelet_readonly_port_enabled="FALSE"
            ),
        ),
        deletion_policy=Setting.of(environment).deletion_policy(Kind.GKE_NODE_POOL),
        opts=opts,
    )
