"""What the nodes of an on-prem pool run, and which hosts they are on."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.onprem_pool import ImageType
from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest


@environment_rules.rule("B32", title="Windows nodes have an image, and others none", source=pages.USER_NODE_POOL)
def pool_image(env: Environment) -> Iterator[Finding]:
    """Refuse Windows nodes without the template they are made from, and a template for other nodes."""
    for cluster in env.onprem.user_clusters:
        for pool in cluster.node_pools:
            what, windows = f"pool '{pool.name}' in {cluster.name}", pool.image_type is ImageType.WINDOWS
            if windows and not pool.image:
                message = f"{what} has Windows nodes, and no VM template that they are made from"
                yield Finding(pool.at("image_type"), message, "add image: with the template's name in vCenter")
            elif pool.image is not None and not windows:
                message = f"{what} names VM template {pool.image}, and only Windows nodes are made from one"
                yield Finding(pool.at("image"), message, "remove image, or set image_type: windows")


@environment_rules.rule("B32", title="Windows nodes have what they need of their cluster", source=pages.WINDOWS_NODES)
def windows_clusters(env: Environment) -> Iterator[Finding]:
    """Refuse Windows nodes without Dataplane V2, and clusters of nothing else."""
    for cluster in env.onprem.user_clusters:
        windows = [pool for pool in cluster.node_pools if pool.image_type is ImageType.WINDOWS]
        if windows and not cluster.dataplane_v2:
            message = f"{cluster.name} has Windows nodes and not Dataplane V2, which they need"
            yield Finding(windows[0].at("image_type"), message, "set dataplane_v2: true")
        if windows and len(windows) == len(cluster.node_pools):
            message = f"every node pool of {cluster.name} runs Windows, and the cluster's own workloads need Linux"
            yield Finding(windows[0].at("image_type"), message, "add a pool with another image_type")


@environment_rules.rule("B36", title="host groups exist, and all pools have them or none", source=pages.HOST_AFFINITY)
def host_groups(env: Environment) -> Iterator[Finding]:
    """Refuse unknown host groups, pools without any beside those with some, one group for all, advanced clusters."""
    known = env.onprem.vsphere.host_groups
    for cluster in env.onprem.user_clusters:
        bound = [pool for pool in cluster.node_pools if pool.host_groups]
        for pool in bound:
            for number, group in enumerate(pool.host_groups):
                if group not in known:
                    message = f"there is no host group '{group}' for the nodes of pool '{pool.name}' in {cluster.name}"
                    yield Finding(pool.at("host_groups", number), message, suggest(group, known, lead="Host groups"))
        if not bound:
            continue
        for pool in cluster.node_pools:
            if not pool.host_groups:
                message = (
                    f"pool '{pool.name}' in {cluster.name} has no host group and pool '{bound[0].name}' has: its nodes "
                    "could go to the hosts of any"
                )
                yield Finding(pool.at("host_groups"), message, "give every pool host groups, or none")
        if len({group for pool in bound for group in pool.host_groups}) == 1:
            message = f"all pools of {cluster.name} are on one host group, so losing its hosts loses all nodes"
            yield Finding(bound[0].at("host_groups"), message, "plan two host groups or more")
        if cluster.advanced:
            message = f"{cluster.name} is advanced, and advanced clusters know no host groups"
            yield Finding(bound[0].at("host_groups"), message, "remove host_groups")
