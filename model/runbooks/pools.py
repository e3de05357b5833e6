"""Node pools: another size, and another shape without an interruption.

Deleting a pool takes its nodes away at once, whatever runs on them, and changing anything but its size makes its nodes
anew in place: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/managing-node-pools
So another shape is a new pool beside the old one, which is drained before it goes.
"""

from __future__ import annotations

import re
from typing import Final

from model.config.onprem_cluster import UserCluster
from model.config.onprem_pool import NodePool
from model.runbooks import checks, takes
from model.runbooks.edits import changed, item_before, values_of, written
from model.runbooks.shape import Kind, Runbook, RunbookError, Step, Takes
from model.runbooks.site import Site
from model.runbooks.sources import DISRUPTIONS, DRAIN, GATEWAY, NODE_POOLS

POOL_LABEL: Final = "cloud.google.com/gke-nodepool"
"""The label that every node carries with the name of its pool."""
_WHO: Final = "an engineer of the platform, with privileged access to the cluster for the drain"
_NUMBER: Final = re.compile(r"-(\d+)$")


def pool_of(cluster: UserCluster, name: str | None) -> NodePool:
    """Return a pool of a cluster. Raises `RunbookError` where it has none of that name, or none is named of several."""
    pools = {pool.name: pool for pool in cluster.node_pools}
    if name is None and len(pools) == 1:
        return next(iter(pools.values()))
    if name is None or name not in pools:
        asked = f"{cluster.name} has no pool '{name}'" if name else "say which pool"
        raise RunbookError(f"{asked}: --pool {' or '.join(sorted(pools))}")
    return pools[name]


def most_workers(site: Site) -> int:
    """Return how many workers all clusters have at every pool's maximum."""
    return sum(pool.nodes.max for cluster in site.env.onprem.user_clusters for pool in cluster.node_pools)


def licences(site: Site, more: int, why: str) -> tuple[Step, ...]:
    """Return the step that lets the licences cover `more` workers, where they do not yet (X10)."""
    onprem = site.env.onprem
    needed = most_workers(site) + more
    if needed <= onprem.licensed_nodes:
        return ()
    return (
        Step(
            kind=Kind.EDIT,
            text=f"The licences cover {onprem.licensed_nodes} workers and {needed} are needed {why} (X10): have "
            "that many, and write the number in the same change. Without more licences: lower the maximum of a "
            "pool first.",
            file=site.stack_file,
            diff=changed(onprem, "licensed_nodes", onprem.licensed_nodes, needed),
            expect=f"./hybrid check {site.env.name} has no error of X10",
            undo=f"back to {onprem.licensed_nodes} when it is over",
        ),
    )


def pool_resize(site: Site, cluster: UserCluster, name: str | None) -> Runbook:
    """Return how a pool grows or shrinks: numbers alone, nothing is made anew."""
    pool = pool_of(cluster, name)
    nodes = pool.nodes
    scales = nodes.min != nodes.max
    bigger = {"min": nodes.min, "start": nodes.start, "max": nodes.max + 1}
    if not scales:
        bigger = dict.fromkeys(bigger, nodes.max + 1)
    what = (
        "The autoscaler keeps the pool between min and max; `start` counts only when the pool is made, and is ignored "
        "from then on (B33)."
        if scales
        else "min, start and max are the same: the pool has that many nodes, without autoscaling (B33)."
    )
    steps = (
        checks.spare_addresses(site, cluster),
        *licences(site, 1, "for one node more"),
        Step(
            kind=Kind.EDIT,
            text=f"Change the numbers of pool {pool.name}, and nothing else of it. {what} Here: one node more.",
            file=site.stack_file,
            diff=changed(pool, "nodes", nodes.model_dump(), bigger),
            expect=f"./hybrid check {site.env.name} has no error: addresses (B40), pod range (B42), licences (X10), "
            "memory of the resource pool (A94)",
            undo=f"nodes: {written(nodes.model_dump())}",
        ),
        Step(
            kind=Kind.UP,
            text="Apply.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"one update, {cluster.name}-{pool.name}, of "
            + ("nodePoolAutoscaling alone" if scales else "config.replicas alone"),
            takes=takes.new_nodes(1),
            undo="the same with the numbers of before; nodes that go are drained first",
        ),
        Step(
            kind=Kind.CHECK,
            text="The nodes are there.",
            commands=(
                site.get_credentials(site.member(cluster).membership),
                site.through_gateway(cluster, f"get nodes --selector {POOL_LABEL}={pool.name} --output wide"),
            ),
            expect="as many as asked for, Ready" + ("; with autoscaling, as many as the pods need" if scales else ""),
        ),
    )
    return Runbook(
        task="pool-resize",
        title=f"Resize pool {pool.name} of {cluster.name}",
        environment=site.env.name,
        subject=f"{cluster.name}/{pool.name}",
        purpose="More or fewer nodes of the same shape, without an interruption: numbers are the only fields of a pool "
        "that change without its nodes being made anew.",
        who="whoever may merge and apply",
        prerequisites=("a smaller pool still has room for what runs on it",),
        steps=steps,
        undo=f"nodes: {written(nodes.model_dump())}, and `pulumi up`",
        sources=(NODE_POOLS,),
        rules=("B33", "B40", "B42", "X10", "A94"),
    )


def next_name(pool: str, taken: set[str]) -> str:
    """Return a name for the pool that takes another's place: `general-2` after `general`, `general-3` after that."""
    match = _NUMBER.search(pool)
    stem, number = (pool[: match.start()], int(match[1])) if match else (pool, 1)
    while True:
        number += 1
        if (name := f"{stem}-{number}") not in taken:
            return name


def drain_steps(site: Site, cluster: UserCluster, selector: str, count: int) -> tuple[Step, ...]:
    """Return the steps that empty nodes: no new pods, then every pod moves, as its disruption budget allows."""
    drain = (
        f"drain --selector {selector} --ignore-daemonsets --delete-emptydir-data --grace-period=-1 "
        f"--timeout={10 * count}m"
    )
    return (
        checks.disruptions(site, cluster),
        Step(
            kind=Kind.COMMAND,
            text="No new pods on the old nodes.",
            commands=(
                site.through_gateway(cluster, f"get nodes --selector {selector}"),
                site.through_gateway(cluster, f"cordon --selector {selector}"),
            ),
            expect="each of them says SchedulingDisabled",
            undo=site.through_gateway(cluster, f"uncordon --selector {selector}"),
        ),
        Step(
            kind=Kind.COMMAND,
            text="Move the pods, one node after another. A pod that may not go is tried again every five seconds: read "
            "its name, let its team add a replica or take the budget back, and run the command again; it goes on where "
            "it was. Data in emptyDir volumes is lost; a pod without a controller stops the drain and is its team's.",
            commands=(site.through_gateway(cluster, drain),),
            expect="every node is drained",
            takes=takes.drained(count),
            undo=site.through_gateway(cluster, f"uncordon --selector {selector}")
            + ": pods come back as they are scheduled",
        ),
        Step(
            kind=Kind.CHECK,
            text="Nothing but daemon sets is left on them, and nothing waits for a node.",
            commands=(
                site.through_gateway(cluster, f"{drain} --dry-run=server"),
                site.through_gateway(cluster, "get pods --all-namespaces --field-selector status.phase=Pending"),
            ),
            expect="no pod to evict, and none Pending",
        ),
    )


def pool_replace(site: Site, cluster: UserCluster, name: str | None) -> Runbook:
    """Return how a pool gets another shape without an interruption: a new one beside it, drain, the old one goes."""
    pool = pool_of(cluster, name)
    new = next_name(pool.name, {each.name for each in cluster.node_pools})
    values = {**values_of(pool), "name": new}
    values.pop("import_id", None)
    first = min(cluster.node_pools, key=lambda each: each.at().line)
    speakers = (
        " It runs MetalLB's speakers: the new one has `load_balancer: true` too (B35)." if pool.load_balancer else ""
    )
    steps = (
        checks.spare_addresses(site, cluster),
        *licences(site, pool.nodes.max, "while both pools stand"),
        Step(
            kind=Kind.EDIT,
            text=f"Add pool {new} beside {pool.name}, in the shape that is wanted: this copies the old one, change "
            f"cpus, memory_mib, disk or image here. Labels and taints stay, so that pods fit on both.{speakers}",
            file=site.stack_file,
            diff=item_before(first, values),
            expect=f"./hybrid check {site.env.name} has no error",
            undo="take it out again",
        ),
        Step(
            kind=Kind.UP,
            text="Apply.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"one creation, {cluster.name}-{new}, and nothing else",
            takes=takes.new_nodes(pool.nodes.start),
            undo=f"take {new} out and apply: one deletion. Nothing runs on it yet that cannot run elsewhere",
        ),
        Step(
            kind=Kind.CHECK,
            text="The new nodes are ready to take what comes.",
            commands=(
                site.get_credentials(site.member(cluster).membership),
                site.through_gateway(
                    cluster,
                    f"wait nodes --selector {POOL_LABEL}={new} --for=condition=Ready --timeout=15m",
                ),
            ),
            expect=f"{pool.nodes.start} nodes meet the condition",
        ),
        *drain_steps(site, cluster, f"{POOL_LABEL}={pool.name}", pool.nodes.max),
        Step(
            kind=Kind.EDIT,
            text=f"Take pool {pool.name} out ({pool.at()}), in a change of its own, and put licensed_nodes back "
            "where it was raised. Where the environment protects pools: first a change of `protection`, applied.",
            file=site.stack_file,
            expect=f"./hybrid check {site.env.name} has no error",
            undo="put it back: one creation",
        ),
        Step(
            kind=Kind.UP,
            text="Apply.",
            commands=(f"pulumi preview -s {site.env.name} --diff", f"pulumi up -s {site.env.name}"),
            expect=f"one deletion, {cluster.name}-{pool.name}, and nothing else",
            takes=Takes(1 + pool.nodes.start, "judged: empty nodes go one after another"),
            undo="put it back and apply: a new pool of the old shape",
        ),
    )
    return Runbook(
        task="pool-replace",
        title=f"Replace pool {pool.name} of {cluster.name} by {new}",
        environment=site.env.name,
        subject=f"{cluster.name}/{pool.name}",
        purpose="Another size of machine, disk or image without an interruption: add, cordon and drain, remove. Three "
        "changes, each with a preview of one line.",
        who=_WHO,
        prerequisites=(
            f"the vSphere cluster has room for {pool.nodes.start} more machines while both stand (A94)",
            "every workload on the pool has more than one replica, or its team knows the hour",
        ),
        steps=steps,
        undo=f"until {pool.name} is removed: uncordon it, and take {new} out",
        sources=(NODE_POOLS, DRAIN, DISRUPTIONS, GATEWAY),
        rules=("B35", "B38", "B40", "X10", "A94"),
    )
