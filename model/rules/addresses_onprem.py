"""Addresses of one environment's on-prem side: enough of them, in their networks, in ranges of an allowed size."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from model.config.onprem import SiteNetwork
from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import AdminCluster, IpMode, UserCluster
from model.config.onprem_pool import NodePool
from model.config.problems import Place
from model.config.types import AddressRange
from model.estate import Environment
from model.planning.hosts import control_plane_network, is_hosted
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding


def _clusters(env: Environment) -> tuple[AdminCluster | UserCluster, ...]:
    return (*env.onprem.admin_clusters, *env.onprem.user_clusters)


def _network(env: Environment, cluster: AdminCluster | UserCluster) -> tuple[str, SiteNetwork] | None:
    """Return the cluster's network with its name, or None when there is none of that name."""
    network = env.onprem.networks.get(cluster.network)
    return (cluster.network, network) if network is not None else None


def _misplaced(held: AddressRange, network: tuple[str, SiteNetwork], what: str, place: Place) -> Iterator[Finding]:
    name, block = network[0], network[1].range
    first, last = block.network_address + 1, block.broadcast_address - 1
    if not held.inside(block):
        yield Finding(
            place, f"{what} {held} lies outside network {name}, {block}", f"use an address from {first} to {last}"
        )
    elif held.first < first or held.last > last:
        message = f"{what} {held} holds the network address or the broadcast address of network {name}, {block}"
        yield Finding(place, message, f"use an address from {first} to {last}")


@environment_rules.rule("A47", title="addresses lie in their networks", source=pages.ADMIN_CLUSTER_FILE)
def addresses_in_networks(env: Environment) -> Iterator[Finding]:
    """Refuse gateways and addresses outside the network that they stand in, and its first and last address."""
    workstation = env.onprem.workstation
    network = env.onprem.networks.get(workstation.network)
    if network is not None and workstation.address is not None:
        held, here = AddressRange.of(workstation.address), (workstation.network, network)
        yield from _misplaced(held, here, "workstation address", workstation.at("address"))
    for name, network in env.onprem.networks.items():
        here = (name, network)
        yield from _misplaced(AddressRange.of(network.gateway), here, "gateway", network.at("gateway"))
        for use, address in network.addresses.items():
            yield from _misplaced(AddressRange.of(address), here, f"address {use}", network.at("addresses", use))
        if network.spare is not None:
            yield from _misplaced(network.spare, here, "spare range", network.at("spare"))
    for cluster in env.onprem.user_clusters:
        network = _network(env, cluster)
        if network is not None:
            for position, block in enumerate(cluster.worker_addresses):
                yield from _misplaced(block, network, "worker range", cluster.at("worker_addresses", position))
    for admin in env.onprem.admin_clusters:
        network = _network(env, admin)
        if network is not None:
            for position, block in enumerate(admin.node_addresses):
                yield from _misplaced(block, network, "node range", admin.at("node_addresses", position))


@environment_rules.rule("B22", title="the control plane is in the cluster's network", source=pages.CREATE_USER_CLUSTER)
def control_planes_in_networks(env: Environment) -> Iterator[Finding]:
    """Refuse control plane addresses, and a VIP, outside the network of the cluster, or of the admin it runs in."""
    for cluster in _clusters(env):
        name, nodes = control_plane_network(env, cluster), cluster.control_plane
        if name in env.onprem.networks:
            network = (name, env.onprem.networks[name])
            yield from _misplaced(nodes.addresses, network, "control plane range", nodes.at("addresses"))
            yield from _misplaced(AddressRange.of(nodes.vip), network, "control plane VIP", nodes.at("vip"))


def _counted(cluster: AdminCluster | UserCluster) -> Iterator[Finding]:
    nodes = cluster.control_plane
    if len(nodes.addresses) != nodes.replicas:
        message = (
            f"{cluster.name} has {len(nodes.addresses)} control plane addresses for {nodes.replicas} nodes: "
            "each node keeps one for life, and there is no spare"
        )
        last = nodes.addresses.first + (nodes.replicas - 1)
        yield Finding(nodes.at("addresses"), message, f"write {AddressRange(nodes.addresses.first, last)}")


@environment_rules.rule("A29", title="an address for each admin control plane node", source=pages.ADMIN_CLUSTER_FILE)
def admin_control_plane_addresses(env: Environment) -> Iterator[Finding]:
    """Refuse an admin cluster with more or fewer control plane addresses than nodes."""
    for cluster in env.onprem.admin_clusters:
        yield from _counted(cluster)


@environment_rules.rule("B41", title="an address for each user control plane node", source=pages.CREATE_USER_CLUSTER)
def user_control_plane_addresses(env: Environment) -> Iterator[Finding]:
    """Refuse a user cluster with more or fewer control plane addresses than nodes."""
    for cluster in env.onprem.user_clusters:
        yield from _counted(cluster)


def _sized(network: IPv4Network, smallest: int, largest: int, what: str, place: Place) -> Iterator[Finding]:
    if not largest <= network.prefixlen <= smallest:
        message = f"{what} {network} has the wrong size: /{smallest} is the smallest and /{largest} the largest allowed"
        yield Finding(place, message, f"use a range from /{smallest} to /{largest}; it can never be changed afterwards")


@environment_rules.rule("A31", title="admin cluster ranges have an allowed size", source=pages.ADMIN_CLUSTER_FILE)
def admin_range_sizes(env: Environment) -> Iterator[Finding]:
    """Refuse pod ranges other than /18 to /8 and service ranges other than /24 to /12 of an admin cluster."""
    for cluster in env.onprem.admin_clusters:
        yield from _sized(cluster.pods, 18, 8, f"pod range of {cluster.name}", cluster.at("pods"))
        yield from _sized(cluster.services, 24, 12, f"service range of {cluster.name}", cluster.at("services"))


@environment_rules.rule(
    "B43", title="user cluster service ranges have an allowed size", source=pages.CREATE_USER_CLUSTER
)
def user_service_range_sizes(env: Environment) -> Iterator[Finding]:
    """Refuse service ranges other than /24 to /12."""
    for cluster in env.onprem.user_clusters:
        yield from _sized(cluster.services, 24, 12, f"service range of {cluster.name}", cluster.at("services"))


def workers_at_most(pools: tuple[NodePool, ...]) -> int:
    """Return how many workers can exist at once: every pool at its maximum, and one spare for each.

    Pools upgrade in parallel, and a node is replaced by a new one beside it.
    """
    return sum(pool.nodes.max + 1 for pool in pools)


@environment_rules.rule(
    "B37", "B51", title="nodes have static addresses or DHCP, not both", source=pages.CREATE_USER_CLUSTER
)
def ip_modes(env: Environment) -> Iterator[Finding]:
    """Refuse worker addresses and host names where DHCP gives them out."""
    for cluster in env.onprem.user_clusters:
        if cluster.ip_mode is not IpMode.DHCP:
            continue
        for field, what in (("worker_addresses", "worker addresses"), ("worker_hostnames", "worker host names")):
            if getattr(cluster, field):
                message = f"{cluster.name} gets its workers' addresses by DHCP, and states {what} that nobody would use"
                yield Finding(cluster.at(field), message, f"remove {field}, or set ip_mode: static")


@environment_rules.rule(
    "A48",
    title="control planes in the admin cluster have addresses of its block",
    source=pages.ADMIN_CLUSTER_FILE,
)
def hosted_control_planes(env: Environment) -> Iterator[Finding]:
    """Refuse control planes that run in the admin cluster with addresses outside its node addresses."""
    admins = {admin.name: admin for admin in env.onprem.admin_clusters}
    for cluster in env.onprem.user_clusters:
        admin = admins.get(cluster.admin_cluster)
        if not is_hosted(cluster) or admin is None:
            continue
        held = cluster.control_plane.addresses
        if not all(any(each in block for block in admin.node_addresses) for each in held):
            message = (
                f"the control plane of {cluster.name} runs in {admin.name}, and {held} is not among the node addresses "
                f"of {admin.name}: gkectl gives it addresses of that block alone"
            )
            remedy = f"add {held} to node_addresses of {admin.name}"
            yield Finding(cluster.control_plane.at("addresses"), message, remedy)


@environment_rules.rule("B40", title="enough worker addresses", source=pages.CREATE_USER_CLUSTER)
def worker_addresses(env: Environment) -> Iterator[Finding]:
    """Refuse fewer static worker addresses than all pools at their maximum, with one spare for each pool."""
    for cluster in env.onprem.user_clusters:
        if cluster.ip_mode is IpMode.DHCP:
            continue
        have, need = sum(len(block) for block in cluster.worker_addresses), workers_at_most(cluster.node_pools)
        if have < need:
            pools = len(cluster.node_pools)
            message = (
                f"{cluster.name} has {have} worker addresses and needs {need}: {need - pools} nodes at most, and one "
                f"spare for each of {pools} pools, which an upgrade or a repair takes"
            )
            remedy = f"add {need - have} or more addresses to worker_addresses, or lower a pool's maximum"
            yield Finding(cluster.at("worker_addresses"), message, remedy)


@environment_rules.rule("B42", title="user cluster pod ranges hold all nodes", source=pages.CREATE_USER_CLUSTER)
def pod_ranges_hold_nodes(env: Environment) -> Iterator[Finding]:
    """Refuse a pod range with fewer blocks of /24 than nodes: each node takes one."""
    for cluster in env.onprem.user_clusters:
        blocks = 2 ** max(24 - cluster.pods.prefixlen, 0) if cluster.pods.prefixlen <= 24 else 0
        own = 0 if is_hosted(cluster) else cluster.control_plane.replicas
        need = workers_at_most(cluster.node_pools) + own
        if blocks < need:
            message = (
                f"pod range {cluster.pods} of {cluster.name} holds {blocks} nodes at a /24 each, and {need} can exist: "
                "the last ones would get no pods"
            )
            largest = 24 - (need - 1).bit_length()
            remedy = f"use a /{largest} or larger; it can never be changed afterwards"
            yield Finding(cluster.at("pods"), message, remedy)


@environment_rules.rule("B46", title="the ingress VIP is in one pool", source=pages.METAL_LB)
def ingress_vip_in_one_pool(env: Environment) -> Iterator[Finding]:
    """Refuse pools outside the cluster's network, and an ingress VIP that is in no pool or in several."""
    for cluster in env.onprem.user_clusters:
        balancer = cluster.load_balancer
        network = _network(env, cluster)
        if balancer.kind is not LoadBalancerKind.METAL_LB:
            continue
        for name, pool in balancer.pools.items():
            for position, block in enumerate(pool.addresses):
                if network is not None:
                    yield from _misplaced(block, network, f"pool {name}", pool.at("addresses", position))
        vip = balancer.ingress_vip
        holding = [name for name, pool in balancer.pools.items() if any(vip in block for block in pool.addresses)]
        if len(holding) != 1:
            where = f"in pools {', '.join(holding)}" if holding else "in no address pool"
            message = f"ingress VIP {vip} of {cluster.name} is {where}: MetalLB announces it from exactly one"
            firsts = [str(block.first) for pool in balancer.pools.values() for block in pool.addresses[:1]]
            remedy = f"take an address of one pool, such as {firsts[0]}" if firsts else "add a pool that holds it"
            yield Finding(balancer.at("ingress_vip"), message, remedy)


@environment_rules.rule("B47", title="no VIP on an address that MetalLB leaves out", source=pages.METAL_LB)
def buggy_addresses(env: Environment) -> Iterator[Finding]:
    """Refuse an ingress VIP, or a pool of nothing but addresses, that end in .0 or .255 where those are left out."""
    for cluster in env.onprem.user_clusters:
        for name, pool in cluster.load_balancer.pools.items():
            if not pool.avoid_buggy_ips:
                continue
            remedy = "take another address, or set avoid_buggy_ips: false if the network's devices are new enough"
            vip = cluster.load_balancer.ingress_vip
            if _buggy(int(vip)) and any(vip in block for block in pool.addresses):
                message = f"ingress VIP {vip} ends in .0 or .255, and pool {name} leaves such addresses out"
                yield Finding(cluster.load_balancer.at("ingress_vip"), message, remedy)
            if pool.addresses and all(_buggy(int(each)) for block in pool.addresses for each in block):
                message = f"pool {name} leaves out addresses that end in .0 or .255, and has no others"
                yield Finding(pool.at("addresses"), message, remedy)


def _buggy(address: int) -> bool:
    return address & 0xFF in {0, 255}


@environment_rules.rule("B45", title="ESXi hosts are in the management network", source=pages.METAL_LB)
def esxi_addresses(env: Environment) -> Iterator[Finding]:
    """Refuse a host address outside the network that is kept for ESXi management."""
    management = env.organisation.services.esxi_management
    for host in env.onprem.vsphere.hosts:
        if host.address not in management:
            message = f"ESXi host {host.name} has {host.address}, outside the management network {management}"
            yield Finding(host.at("address"), message, f"use its address in {management}, which nothing else may use")
