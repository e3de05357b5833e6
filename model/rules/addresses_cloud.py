"""Addresses of one environment's VPC: ranges that clusters name, and room for every node and pod."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from model.config.gke import GkeCluster, NodePool
from model.config.network import Purpose, Subnet
from model.estate import Environment
from model.planning.register import gke_range
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest


def nodes_at_most(env: Environment, pool: NodePool) -> int:
    """Return how many nodes of a pool can exist at once: its maximum in every zone, and the surge of an upgrade."""
    return len(env.organisation.zones) * pool.nodes_per_zone.max + pool.max_surge


def pod_block(max_pods: int) -> int:
    """Return how many pod addresses a node takes: the power of two that is at least twice its pods (C20)."""
    return 1 << (2 * max_pods - 1).bit_length()


@environment_rules.rule("C22", title="clusters name ranges that exist", source=pages.SUBNETWORK)
def ranges_exist(env: Environment) -> Iterator[Finding]:
    """Refuse a cluster in a subnet that does not exist or is not for machines, or with unknown secondary ranges."""
    for cluster in env.gke.clusters:
        subnet = env.network.subnets.get(cluster.subnet)
        if subnet is None:
            remedy = suggest(cluster.subnet, env.network.subnets)
            yield Finding(cluster.at("subnet"), f"no subnet '{cluster.subnet}' for {cluster.name}", remedy)
            continue
        if subnet.purpose is not Purpose.PRIVATE:
            message = f"subnet {cluster.subnet} is for Google's proxies, and {cluster.name} wants its nodes in it"
            yield Finding(cluster.at("subnet"), message, "name a subnet with purpose PRIVATE")
        for field, name in (("pods", cluster.pods), ("services", cluster.services)):
            if name not in subnet.secondary:
                message = f"subnet {cluster.subnet} has no secondary range '{name}' for the {field} of {cluster.name}"
                yield Finding(cluster.at(field), message, suggest(name, subnet.secondary))
        if cluster.pods == cluster.services:
            message = f"{cluster.name} has one secondary range, '{cluster.pods}', for pods and services"
            yield Finding(cluster.at("services"), message, "name one range for each")


@environment_rules.rule("C20", title="GKE pod ranges hold all nodes", source=pages.GKE_POD_BLOCKS)
def pods_fit(env: Environment) -> Iterator[Finding]:
    """Refuse a pod range that is too small for all nodes of its clusters, and pods per node that GKE does not know."""
    clusters: defaultdict[tuple[str, str], list[GkeCluster]] = defaultdict(list)
    for cluster in env.gke.clusters:
        clusters[cluster.subnet, cluster.pods].append(cluster)
        for pool in cluster.node_pools:
            if not 8 <= pool.max_pods_per_node <= 256:
                message = f"pool {pool.name} of {cluster.name} has {pool.max_pods_per_node} pods per node"
                yield Finding(pool.at("max_pods_per_node"), message, "use 8 to 256; 110 is the default")
    for sharing in clusters.values():
        pods = gke_range(env, sharing[0], sharing[0].pods)
        if pods is None:
            continue
        pools = [pool for cluster in sharing for pool in cluster.node_pools]
        need = sum(nodes_at_most(env, pool) * pod_block(pool.max_pods_per_node) for pool in pools)
        if need > pods.num_addresses:
            nodes = sum(nodes_at_most(env, pool) for pool in pools)
            names = ", ".join(cluster.name for cluster in sharing)
            message = f"pod range {pods} has {pods.num_addresses} addresses, and {nodes} nodes of {names} take {need}"
            largest = 32 - (need - 1).bit_length()
            remedy = f"use a /{largest} or larger, or fewer nodes or fewer pods per node"
            yield Finding(env.network.subnets[sharing[0].subnet].at("secondary", sharing[0].pods), message, remedy)


@environment_rules.rule("C21", title="GKE subnets hold all nodes", source=pages.GKE_IP_PLAN)
def nodes_fit(env: Environment) -> Iterator[Finding]:
    """Refuse a subnet with fewer free addresses than nodes; Google keeps four, others may be spoken for."""
    for name, subnet in env.network.subnets.items():
        pools = [pool for cluster in env.gke.clusters if cluster.subnet == name for pool in cluster.node_pools]
        need = sum(nodes_at_most(env, pool) for pool in pools)
        have = subnet.range.num_addresses - 4 - len(subnet.addresses)
        if need > have:
            message = f"subnet {name} has room for {have} nodes, and {need} can exist: surge nodes of upgrades count"
            yield Finding(subnet.at("range"), message, "use a larger range, or lower a pool's maximum")


@environment_rules.rule("C21", title="internal addresses can be given out", source=pages.SUBNETS)
def addresses_usable(env: Environment) -> Iterator[Finding]:
    """Refuse internal addresses outside their subnet, among the four that Google keeps, or with two uses."""
    for name, subnet in env.network.subnets.items():
        uses: dict[object, str] = {}
        for use, address in subnet.addresses.items():
            place = subnet.at("addresses", use)
            remedy = f"use an address from {subnet.range[2]} to {subnet.range[-3]}"
            if address not in subnet.range:
                yield Finding(place, f"address {address} for {use} lies outside subnet {name}, {subnet.range}", remedy)
            elif not 2 <= int(address) - int(subnet.range[0]) < subnet.range.num_addresses - 2:
                message = f"address {address} for {use} is one of the first two and last two, which Google keeps"
                yield Finding(place, message, remedy)
            if address in uses:
                message = f"address {address} of subnet {name} is for {uses[address]} and for {use}"
                yield Finding(place, message, "give each use an address of its own")
            uses.setdefault(address, use)


@environment_rules.rule("C62", title="one proxy-only subnet", source=pages.PROXY_ONLY_SUBNETS)
def proxy_only_subnet(env: Environment) -> Iterator[Finding]:
    """Refuse anything but one proxy-only subnet of /26 or larger, used for nothing else, where there are clusters."""
    found = {name: each for name, each in env.network.subnets.items() if each.purpose is Purpose.PROXY_ONLY}
    if not found and env.gke.clusters:
        message = "there is no proxy-only subnet: internal gateways of GKE clusters get no proxies"
        yield Finding(env.network.at("subnets"), message, "add one with purpose REGIONAL_MANAGED_PROXY, /26 or larger")
    for name in list(found)[1:]:
        message = f"{' and '.join(found)} are proxy-only subnets, and a VPC has one active in a region"
        yield Finding(found[name].at("purpose"), message, "keep one")
    for name, subnet in found.items():
        yield from _proxies_only(name, subnet)


def _proxies_only(name: str, subnet: Subnet) -> Iterator[Finding]:
    if subnet.range.prefixlen > 26:
        message = f"proxy-only subnet {name} has {subnet.range.num_addresses} addresses, and proxies need 64"
        yield Finding(subnet.at("range"), message, "use a /26 or larger; a /23 is advised")
    for field, held in (("secondary", subnet.secondary), ("addresses", subnet.addresses)):
        if held:
            message = f"proxy-only subnet {name} has {field}, and is for Google's proxies alone"
            yield Finding(subnet.at(field), message, "put them in another subnet")
