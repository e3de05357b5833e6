"""Conditions over the node pools of `user-cluster.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.planning.versions import Version
from model.rendering import pages
from model.rendering.cluster_conditions import advanced
from model.rendering.reading import Part
from model.rendering.schema import Fault, Target

SKEW: Final = 2
"""How many minors a pool may be behind its cluster (B38, B63)."""


def names(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse two pools of one name (B30)."""
    seen: set[str] = set()
    for pool in top.items("nodePools"):
        name = pool.text("name")
        if name is not None and name in seen:
            yield target.fault(pool.get("name").at, f"two node pools are named '{name}'", "rename one", rule="B30")
        seen.add(name or "")


def sizes(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse memory that is no multiple of 4 MiB, and scaling whose ends and beginning do not fit (B31, B33)."""
    for pool in top.items("nodePools"):
        memory = pool.number("memoryMB")
        if memory is not None and memory % 4:
            message = f"memory of {memory} MiB is not a multiple of 4"
            yield target.fault(pool.get("memoryMB").at, message, "round it up", rule="B31")
        scaling = pool.get("autoscaling")
        low, high, start = scaling.number("minReplicas"), scaling.number("maxReplicas"), pool.number("replicas")
        if low is None or high is None:
            continue
        if low > high:
            message = f"the pool scales from {low} to {high}"
            yield target.fault(scaling.at, message, "let maxReplicas be the greater", rule="B33", page=pages.AUTOSCALER)
        elif start is not None and not low <= start <= high:
            message = f"the pool begins with {start} nodes and scales from {low} to {high}"
            yield target.fault(
                pool.get("replicas").at, message, "begin within the limits", rule="B33", page=pages.AUTOSCALER
            )


def speakers(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse MetalLB without a pool for its speakers, and speakers without MetalLB (B35)."""
    marked = [pool for pool in top.items("nodePools") if pool.is_("enableLoadBalancer", value=True)]
    metal = top.is_("loadBalancer.kind", "MetalLB")
    if metal and not marked and any(top.items("nodePools")):
        message = "no node pool runs MetalLB's speakers, so nobody announces the addresses of services"
        remedy = "set enableLoadBalancer: true on one pool"
        yield target.fault(top.get("nodePools").at, message, remedy, rule="B35", page=pages.METAL_LB)
    for pool in marked if not metal and top.has("loadBalancer.kind") else []:
        message = f"the pool runs speakers of MetalLB, and the load balancer is {top.text('loadBalancer.kind')}"
        yield target.fault(pool.get("enableLoadBalancer").at, message, "remove it", rule="B35", page=pages.METAL_LB)


def placement(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse host groups in an advanced cluster, and in some pools only; and two stores for one disk (A24, B36)."""
    every = list(top.items("nodePools"))
    grouped = [pool for pool in every if any(pool.items("vsphere.hostgroups"))]
    for pool in grouped:
        at = pool.get("vsphere.hostgroups").at
        if advanced(target, top):
            message = "advanced clusters can not bind their nodes to host groups"
            yield target.fault(at, message, "remove hostgroups", rule="B36", page=pages.AFFINITY)
        elif len(grouped) != len(every):
            message = "some node pools are bound to host groups and others are not"
            yield target.fault(at, message, "bind all pools, or none", rule="B36", page=pages.AFFINITY)
    for part in (*(pool.get("vsphere") for pool in every), top.get("masterNode.vsphere")):
        if part.has("datastore") and part.has("storagePolicyName"):
            message = "a datastore and a storage policy are named; disks are placed by one of them"
            yield target.fault(part.at, message, "remove one", rule="A24")


def pool_versions(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a pool that is ahead of its cluster, or more than two minors behind (B38)."""
    own = _version(top)
    for pool in top.items("nodePools"):
        theirs = _version(pool)
        if own is None or theirs is None:
            continue
        at = pool.get("gkeOnPremVersion").at
        if theirs > own:
            message = f"the pool's {theirs} is ahead of the cluster's {own}"
            yield target.fault(at, message, f"use {own} or an older one", rule="B38", page=pages.UPGRADE)
        elif own.minor.steps_above(theirs.minor) > SKEW:
            message = f"the pool's {theirs} is more than two minors behind the cluster's {own}"
            yield target.fault(at, message, "upgrade the pool first", rule="B38", page=pages.UPGRADE)


def _version(part: Part) -> Version | None:
    try:
        return Version.parse(part.text("gkeOnPremVersion") or "")
    except ValueError:
        return None


def windows(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a template for Linux nodes, and Windows nodes without one (B32)."""
    for pool in top.items("nodePools"):
        is_windows = pool.is_("osImageType", "windows")
        if is_windows and not pool.has("osImage"):
            message = "Windows nodes have no template"
            yield target.fault(
                pool.get("osImageType").at, message, "name it in osImage", rule="B32", page=pages.WINDOWS
            )
        if pool.has("osImage") and not is_windows:
            message = "osImage names a template of Windows, and the nodes are of Linux"
            yield target.fault(pool.get("osImage").at, message, "remove it", rule="B32", page=pages.WINDOWS)


ALL: Final = (names, sizes, speakers, placement, pool_versions, windows)
