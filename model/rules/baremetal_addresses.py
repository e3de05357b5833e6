"""Addresses of bare-metal clusters: in their networks, in ranges of an allowed size, and not all drained at once.

That no address has two uses is the address register's part, over all environments and kinds of cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from model.config.baremetal import BareMetalCluster
from model.config.baremetal_balancer import BareMetalBalancerKind
from model.config.problems import Place
from model.estate import Environment
from model.rules import pages
from model.rules.baremetal import Cluster, clusters
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest

FEWEST_PODS: Final = 32
MOST_PODS: Final = 250
FEWEST_PODS_OF_ONE: Final = 64
"""The fewest pods a node of an admin cluster with a single machine must take."""
POD_RANGE: Final = (18, 8)
"""The smallest and the largest pod range, as prefix lengths."""
SERVICE_RANGE: Final = (24, 12)
"""The smallest and the largest service range, as prefix lengths."""


def networks(env: Environment) -> dict[str, IPv4Network]:
    """Return every network that machines can be in: those of bare metal, and those shared with VMs."""
    return {name: each.range for name, each in {**env.onprem.networks, **env.baremetal.networks}.items()}


def _misplaced(address: IPv4Address, what: str, name: str, block: IPv4Network, place: Place) -> Iterator[Finding]:
    """Refuse an address outside the network `name`, and its first and last one."""
    first, last = block.network_address + 1, block.broadcast_address - 1
    if not first <= address <= last:
        message = f"{what} {address} is no address of network {name}, {block}"
        yield Finding(place, message, f"use an address from {first} to {last}")


@environment_rules.rule(
    "BM8", title="machines and their VIPs are in the networks of the site", source=pages.BARE_METAL_NETWORK
)
def in_networks(env: Environment) -> Iterator[Finding]:
    """Refuse unknown networks, one name for two networks, and addresses outside the cluster's network.

    VIPs announced by layer 2 are in the network too; those of a manual load balancer or of BGP are routed.
    """
    for name, network in env.baremetal.networks.items():
        if name in env.onprem.networks:
            message = f"'{name}' is a network of hybrid:onprem too, and clusters know networks by name"
            yield Finding(env.baremetal.at("networks", name), message, "rename it, or use that one and remove this")
        yield from _misplaced(network.gateway, "gateway", name, network.range, network.at("gateway"))
    known = networks(env)
    for cluster in clusters(env):
        block = known.get(cluster.network)
        if block is None:
            message = f"{cluster.name} is in network '{cluster.network}', and there is none such"
            yield Finding(cluster.at("network"), message, suggest(cluster.network, known, lead="Networks"))
            continue
        for what, address, place in _addresses(cluster):
            yield from _misplaced(address, what, cluster.network, block, place)


def _addresses(cluster: Cluster) -> Iterator[tuple[str, IPv4Address, Place]]:
    """Give every address of a cluster that has to be in its network."""
    control_plane = cluster.control_plane
    for node in control_plane.nodes:
        yield f"control plane node of {cluster.name}", node.address, node.at("address")
    if not isinstance(cluster, BareMetalCluster):
        yield f"control plane VIP of {cluster.name}", control_plane.vip, control_plane.at("vip")
        return
    balancer = cluster.load_balancer
    own = balancer.balancer_nodes.nodes if balancer.balancer_nodes is not None else ()
    for node in (*own, *(node for pool in cluster.node_pools for node in pool.nodes)):
        yield f"node of {cluster.name}", node.address, node.at("address")
    if balancer.kind is BareMetalBalancerKind.METAL_LB:
        yield f"control plane VIP of {cluster.name}", control_plane.vip, control_plane.at("vip")
        yield f"ingress VIP of {cluster.name}", balancer.ingress_vip, balancer.at("ingress_vip")
        for name, pool in balancer.pools.items():
            for position, held in enumerate(pool.addresses):
                yield f"pool {name} of {cluster.name}", held.first, pool.at("addresses", position)
                yield f"pool {name} of {cluster.name}", held.last, pool.at("addresses", position)


def block_of(max_pods: int) -> int:
    """Return the prefix length of a node's block of the pod range: twice as many addresses as pods, rounded up."""
    return 32 - max(2 * max_pods - 1, 1).bit_length()


def _count(cluster: Cluster) -> int:
    """Return how many nodes a cluster has."""
    nodes = len(cluster.control_plane.nodes)
    if isinstance(cluster, BareMetalCluster):
        nodes += sum(len(pool.nodes) for pool in cluster.node_pools)
        balancer_nodes = cluster.load_balancer.balancer_nodes
        nodes += len(balancer_nodes.nodes) if balancer_nodes is not None else 0
    return nodes


@environment_rules.rule(
    "BM9", title="pod and service ranges of bare metal hold all nodes", source=pages.BARE_METAL_NETWORK
)
def ranges(env: Environment) -> Iterator[Finding]:
    """Refuse ranges of another size than allowed, numbers of pods that no node takes, and too few blocks."""
    for cluster in clusters(env):
        sized = (("pods", cluster.pods, POD_RANGE), ("services", cluster.services, SERVICE_RANGE))
        for field, block, (smallest, largest) in sized:
            if not largest <= block.prefixlen <= smallest:
                message = f"the range of {field} of {cluster.name}, {block}, has the wrong size"
                remedy = f"use a range from /{smallest} to /{largest}; it can never be changed afterwards"
                yield Finding(cluster.at(field), message, remedy)
        single_admin = not isinstance(cluster, BareMetalCluster) and len(cluster.control_plane.nodes) == 1
        fewest = FEWEST_PODS_OF_ONE if single_admin else FEWEST_PODS
        if not fewest <= cluster.max_pods_per_node <= MOST_PODS:
            message = (
                f"nodes of {cluster.name} take {cluster.max_pods_per_node} pods; {fewest} to {MOST_PODS} is allowed"
            )
            yield Finding(cluster.at("max_pods_per_node"), message, f"write a number from {fewest} to {MOST_PODS}")
            continue
        prefix, need = block_of(cluster.max_pods_per_node), _count(cluster)
        have = 2 ** max(prefix - cluster.pods.prefixlen, 0) if cluster.pods.prefixlen <= prefix else 0
        if have < need:
            message = (
                f"pod range {cluster.pods} of {cluster.name} holds {have} nodes at a /{prefix} each, and the cluster "
                f"has {need}: the last ones would get no pods"
            )
            remedy = f"use a /{prefix - (need - 1).bit_length()} or larger, or lower max_pods_per_node"
            yield Finding(cluster.at("pods"), message, remedy)


@environment_rules.rule("BM10", title="maintenance leaves the control plane its majority", source=pages.BARE_METAL)
def maintenance(env: Environment) -> Iterator[Finding]:
    """Refuse to drain more than one control plane node at once, and ranges that hold no node."""
    for cluster in env.baremetal.clusters:
        masters = [node.address for node in cluster.control_plane.nodes]
        drained = [each for each in masters if any(each in block for block in cluster.maintenance)]
        if len(drained) > 1 or (drained and len(masters) == 1):
            message = (
                f"maintenance of {cluster.name} drains {len(drained)} of {len(masters)} control plane nodes at once"
            )
            yield Finding(cluster.at("maintenance"), message, "drain one at a time, and none where there is only one")
        every = [address for what, address, _ in _addresses(cluster) if " node " in f" {what} "]
        for number, block in enumerate(cluster.maintenance):
            if not any(address in block for address in every):
                message = f"maintenance range {block} holds no node of {cluster.name}"
                yield Finding(cluster.at("maintenance", number), message, "write the address of the node, as a /32")
