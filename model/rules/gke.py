"""GKE clusters and their node pools: sizes, images and what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.gke import Component, GkeCluster, NodePool
from model.estate import Environment
from model.planning.authorised import authorised
from model.planning.order_sheet import CI_RUNNER
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, repeats

DATAPATHS: Final = ("ADVANCED_DATAPATH", "LEGACY_DATAPATH")
IMAGES: Final = ("COS_CONTAINERD", "UBUNTU_CONTAINERD", "WINDOWS_LTSC_CONTAINERD", "WINDOWS_SAC_CONTAINERD")
MIN_DISK_GIB: Final = 10
MOST_SURGE: Final = 20


def _pools(env: Environment) -> Iterator[tuple[GkeCluster, NodePool]]:
    for cluster in env.gke.clusters:
        for pool in cluster.node_pools:
            yield cluster, pool


@environment_rules.rule(
    "C53", "C50", title="subnets of GKE clusters are shared with the cluster project", source=pages.SHARED_VPC
)
def shared_subnets(env: Environment) -> Iterator[Finding]:
    """Refuse a subnet that the cluster project may not use."""
    for cluster in env.gke.clusters:
        subnet = env.network.subnets.get(cluster.subnet)
        if subnet is not None and not subnet.shared:
            message = (
                f"subnet '{cluster.subnet}' is not shared, so {cluster.name} in the cluster project may not use it"
            )
            yield Finding(subnet.at("shared"), message, "remove shared: false, or use another subnet")


@environment_rules.rule("C26", title="operators may reach the API of GKE clusters", source=pages.AUTHORISED_NETWORKS)
def operators_authorised(env: Environment) -> Iterator[Finding]:
    """Refuse a CI runner outside every authorised network: `pulumi up` would not reach the API's private address."""
    allowed = [block for end in authorised(env) if end.range is not None for block in end.range.networks()]
    for name, network in sorted(env.onprem.networks.items()) if env.gke.clusters else ():
        runner = network.addresses.get(CI_RUNNER)
        if runner is not None and not any(runner in block for block in allowed):
            message = f"the CI runner {runner} in network {name} is in no authorised network of the GKE clusters"
            yield Finding(network.at("addresses", CI_RUNNER), message, "put it into the network of the workstation")


@environment_rules.rule("C22", title="GKE clusters have a range of their own for services", source=pages.GKE_IP_PLAN)
def service_ranges(env: Environment) -> Iterator[Finding]:
    """Refuse two clusters with one secondary range for services."""
    named = (Named((each.subnet, each.services), each, ("services",), each.name) for each in env.gke.clusters)
    for first, again in repeats(named):
        message = f"{again.what} and {first.what} use one secondary range for services, and GKE gives it to one cluster"
        yield Finding(again.place, message, "give each cluster a range of its own")


@environment_rules.rule("C4", title="GKE node pools have names and sizes that can be", source=pages.GKE_NODE_POOL)
def pools(env: Environment) -> Iterator[Finding]:
    """Refuse clusters without pools, pools of one name, sizes that no number is, and disks that are too small."""
    for cluster in env.gke.clusters:
        if not cluster.node_pools:
            message = f"{cluster.name} has no node pool: the default one is removed, so nothing would run"
            yield Finding(cluster.at("node_pools"), message, "add a node pool")
        for first, again in repeats(Named(pool.name, pool, ("name",)) for pool in cluster.node_pools):
            message = f"{cluster.name} has two node pools '{again.name}', the other on line {first.place.line}"
            yield Finding(again.place, message, "rename the new one: another name makes another pool")
    for cluster, pool in _pools(env):
        size, what = pool.nodes_per_zone, f"pool '{pool.name}' of {cluster.name}"
        if size.min < 0 or size.max < 1:
            message = (
                f"{what} has {size.min} to {size.max} nodes in a zone; there are at least 0, and at most 1 or more"
            )
            yield Finding(pool.at("nodes_per_zone"), message, "set min to 0 or more and max to 1 or more")
        elif size.min > size.max:
            message = f"{what} has at least {size.min} and at most {size.max} nodes in a zone, which no number is"
            yield Finding(size.at("min"), message, "set min to max or less")
        if pool.disk_gib < MIN_DISK_GIB:
            message = f"{what} has disks of {pool.disk_gib} GiB; GKE refuses less than {MIN_DISK_GIB}"
            yield Finding(pool.at("disk_gib"), message, f"set disk_gib to {MIN_DISK_GIB} or more")


@environment_rules.rule("C43", title="surge upgrades can go on", source=pages.GKE_NODE_POOL)
def surge(env: Environment) -> Iterator[Finding]:
    """Refuse upgrade settings that leave no room to move, or more than GKE moves at once."""
    for cluster, pool in _pools(env):
        what, both = f"pool '{pool.name}' of {cluster.name}", pool.max_surge + pool.max_unavailable
        if pool.max_surge < 0 or pool.max_unavailable < 0:
            message = (
                f"{what} has max_surge {pool.max_surge} and max_unavailable {pool.max_unavailable}; neither is negative"
            )
            yield Finding(pool.at("max_surge"), message, "set both to 0 or more, and one of them to 1 or more")
        elif both == 0:
            message = f"{what} has neither a node to spare nor one that may be away, so an upgrade can not begin"
            yield Finding(pool.at("max_surge"), message, "set max_surge to 1")
        elif both > MOST_SURGE:
            message = f"{what} would upgrade {both} nodes at once; GKE does {MOST_SURGE}"
            yield Finding(pool.at("max_surge"), message, f"lower max_surge or max_unavailable to {MOST_SURGE} together")


@environment_rules.rule("C73", title="GKE nodes have an image that exists", source=pages.GKE_NODE_POOL)
def images(env: Environment) -> Iterator[Finding]:
    """Refuse node images that GKE does not have, those with Docker among them."""
    for cluster, pool in _pools(env):
        if pool.image_type not in IMAGES:
            message = f"there is no node image '{pool.image_type}' for pool '{pool.name}' of {cluster.name}"
            yield Finding(pool.at("image_type"), message, suggest(pool.image_type, IMAGES, lead="Images"))


@environment_rules.rule("C11", "C12", title="the datapath is one that GKE has", source=pages.GKE_CLUSTER)
def datapath(env: Environment) -> Iterator[Finding]:
    """Refuse unknown datapaths."""
    for cluster in env.gke.clusters:
        if cluster.datapath not in DATAPATHS:
            message = f"there is no datapath '{cluster.datapath}' for {cluster.name}"
            yield Finding(cluster.at("datapath"), message, suggest(cluster.datapath, DATAPATHS, lead="Datapaths"))


@environment_rules.rule(
    "C10", "H70", title="what is logged and measured begins with the system components", source=pages.GKE_CLUSTER
)
def components(env: Environment) -> Iterator[Finding]:
    """Refuse components without SYSTEM_COMPONENTS, and ones that GKE can not measure."""
    for cluster in env.gke.clusters:
        for field, chosen in (("logging", cluster.logging), ("monitoring", cluster.monitoring)):
            if chosen and Component.SYSTEM_COMPONENTS not in chosen:
                message = (
                    f"{field} of {cluster.name} has {', '.join(chosen)} without SYSTEM_COMPONENTS, which GKE asks for"
                )
                yield Finding(cluster.at(field), message, "add SYSTEM_COMPONENTS, or leave the list empty")
            for _, again in repeats(Named(item, cluster, (field, number)) for number, item in enumerate(chosen)):
                yield Finding(
                    again.place, f"{again.name} stands twice in {field} of {cluster.name}", "remove one of them"
                )
        if Component.WORKLOADS in cluster.monitoring:
            place = cluster.at("monitoring", cluster.monitoring.index(Component.WORKLOADS))
            message = f"monitoring of {cluster.name} has WORKLOADS, which GKE removed in 1.24"
            yield Finding(place, message, "remove it; managed_prometheus measures workloads")
