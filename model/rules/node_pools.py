"""Node pools of on-prem user clusters, and the licences that their nodes need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import UserCluster
from model.config.onprem_pool import NodePool, TaintEffect
from model.config.problems import Severity
from model.estate import Environment
from model.rules import pages
from model.rules.onprem import MEMORY_STEP_MIB, MIN_CPUS, MIN_MEMORY_MIB
from model.rules.registries import environment_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, repeats

MIN_DISK_GIB: Final = 40


def _pools(env: Environment) -> Iterator[tuple[UserCluster, NodePool]]:
    for cluster in env.onprem.user_clusters:
        for pool in cluster.node_pools:
            yield cluster, pool


@environment_rules.rule(
    "B30", title="a user cluster has node pools of different names", source=pages.CREATE_USER_CLUSTER
)
def pools_exist(env: Environment) -> Iterator[Finding]:
    """Refuse a cluster without node pools, and two pools of one name."""
    for cluster in env.onprem.user_clusters:
        if not cluster.node_pools:
            message = f"user cluster {cluster.name} has no node pool, and does not become healthy before it has one"
            yield Finding(cluster.at("node_pools"), message, "add a node pool")
        for first, again in repeats(Named(pool.name, pool, ("name",)) for pool in cluster.node_pools):
            message = (
                f"user cluster {cluster.name} has two node pools '{again.name}', the other on line {first.place.line}"
            )
            yield Finding(again.place, message, "rename the new one: a pool's name can not be changed later")


@environment_rules.rule("B31", title="nodes are large enough", source=pages.CREATE_USER_CLUSTER)
def pool_size(env: Environment) -> Iterator[Finding]:
    """Refuse nodes that the API refuses."""
    for cluster, pool in _pools(env):
        what = f"nodes of pool '{pool.name}' in {cluster.name}"
        if pool.cpus < MIN_CPUS:
            message = f"{what} have {pool.cpus} CPUs; the API refuses less than {MIN_CPUS}"
            yield Finding(pool.at("cpus"), message, f"set cpus to {MIN_CPUS} or more")
        if pool.memory_mib < MIN_MEMORY_MIB:
            message = f"{what} have {pool.memory_mib} MiB; the API refuses less than {MIN_MEMORY_MIB}"
            yield Finding(pool.at("memory_mib"), message, f"set memory_mib to {MIN_MEMORY_MIB} or more")
        elif pool.memory_mib % MEMORY_STEP_MIB:
            message = f"memory of {pool.memory_mib} MiB is not a multiple of 4, which vSphere asks for"
            yield Finding(pool.at("memory_mib"), message, "round it up to a multiple of 4")
        if pool.boot_disk_gib < MIN_DISK_GIB:
            message = f"{what} have a disk of {pool.boot_disk_gib} GiB; the API refuses less than {MIN_DISK_GIB}"
            yield Finding(pool.at("boot_disk_gib"), message, f"set boot_disk_gib to {MIN_DISK_GIB} or more")
        if pool.nodes.start < 1:
            message = f"pool '{pool.name}' in {cluster.name} is made with {pool.nodes.start} nodes; it needs at least 1"
            yield Finding(pool.nodes.at("start"), message, "set start to 1 or more")


@environment_rules.rule("B33", title="a pool's size begins and stays within its bounds", source=pages.USER_NODE_POOL)
def pool_bounds(env: Environment) -> Iterator[Finding]:
    """Refuse a minimum below 1 or above the maximum, and a beginning outside the two."""
    for cluster, pool in _pools(env):
        nodes, what = pool.nodes, f"pool '{pool.name}' in {cluster.name}"
        if nodes.min > nodes.max:
            message = f"{what} has at least {nodes.min} and at most {nodes.max} nodes, which no number is"
            yield Finding(nodes.at("min"), message, "set min to max or less")
        elif nodes.min < 1:
            yield Finding(
                nodes.at("min"),
                f"{what} may shrink to {nodes.min} nodes; the API refuses less than 1",
                "set min to 1 or more",
            )
        elif not nodes.min <= nodes.start <= nodes.max:
            message = f"{what} is made with {nodes.start} nodes, outside its own {nodes.min} to {nodes.max}"
            yield Finding(nodes.at("start"), message, f"set start to a number from {nodes.min} to {nodes.max}")


@environment_rules.rule("B34", title="taints are complete and stand once", source=pages.USER_NODE_POOL)
def pool_taints(env: Environment) -> Iterator[Finding]:
    """Refuse taints without key or value, and two of one key and effect."""
    for cluster, pool in _pools(env):
        for number, taint in enumerate(pool.taints):
            if not taint.key or not taint.value:
                missing = "value" if taint.key else "key"
                which = f"taint {number + 1} of pool '{pool.name}' in {cluster.name}"
                message = f"{which} has no {missing}, and the API asks for both"
                yield Finding(pool.at("taints", number), message, f"write its {missing}")
        named = (Named((taint.key, taint.effect), taint) for taint in pool.taints)
        for _, again in repeats(named):
            message = (
                f"pool '{pool.name}' in {cluster.name} has this taint twice, and nodes take one of a key and effect"
            )
            yield Finding(again.place, message, "remove one of them")


@environment_rules.rule("B35", title="MetalLB runs on at least one pool", source=pages.METAL_LB)
def load_balancer_pool(env: Environment) -> Iterator[Finding]:
    """Refuse MetalLB without a pool for its speakers, and such a pool without MetalLB."""
    for cluster in env.onprem.user_clusters:
        if cluster.load_balancer.kind is LoadBalancerKind.METAL_LB:
            if cluster.node_pools and not any(pool.load_balancer for pool in cluster.node_pools):
                message = (
                    f"no node pool of {cluster.name} runs MetalLB's speakers, so nothing answers for its addresses"
                )
                yield Finding(cluster.at("node_pools"), message, "set load_balancer: true on one pool")
            continue
        for pool in cluster.node_pools:
            if pool.load_balancer:
                kind = cluster.load_balancer.kind
                message = (
                    f"pool '{pool.name}' is to run MetalLB's speakers, and {cluster.name} has load balancer '{kind}'"
                )
                yield Finding(pool.at("load_balancer"), message, "remove load_balancer: true")


@environment_rules.rule(
    "B39", title="system workloads have a pool", source=pages.CREATE_USER_CLUSTER, severity=Severity.WARNING
)
def untainted_pool(env: Environment) -> Iterator[Finding]:
    """Warn when every pool keeps system workloads away."""
    barring = {TaintEffect.NO_SCHEDULE, TaintEffect.NO_EXECUTE}
    for cluster in env.onprem.user_clusters:
        open_pools = [pool for pool in cluster.node_pools if not any(taint.effect in barring for taint in pool.taints)]
        if cluster.node_pools and not open_pools:
            message = f"every node pool of {cluster.name} has a taint, so system workloads find no node"
            yield Finding(cluster.at("node_pools"), message, "leave one pool without taints")


@environment_rules.rule("X10", title="licences cover every pool at its maximum", source="")
def licences(env: Environment) -> Iterator[Finding]:
    """Refuse more worker nodes, over all clusters and at every pool's maximum, than licences cover."""
    most = {cluster.name: sum(pool.nodes.max for pool in cluster.node_pools) for cluster in env.onprem.user_clusters}
    total, cap = sum(most.values()), env.onprem.licensed_nodes
    if total > cap:
        pools = [f"{pool.nodes.max} ({cluster.name} {pool.name})" for cluster, pool in _pools(env)]
        message = f"pools can grow to {' + '.join(pools)} = {total} worker nodes, and the licences cover {cap}"
        yield Finding(
            env.onprem.at("licensed_nodes"),
            message,
            f"lower a pool's max, or buy licences and set licensed_nodes to {total}",
        )
