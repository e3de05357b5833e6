"""How much room an address plan leaves: what each range must hold, and how many more of each thing fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network

from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.problems import Place
from model.config.types import AddressRange
from model.estate import Environment, Estate
from model.planning.entries import Entry, Kind, Plane
from model.planning.register import gke_range, register, ring_order
from model.rules.addresses_cloud import nodes_at_most, pod_block
from model.rules.addresses_onprem import workers_at_most

KEPT_BY_GOOGLE = 4
"""Addresses of a subnet that no machine gets: network, gateway, and the last two."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something more that one may want: what it is, what one takes, and how many fit in what is free."""

    what: str
    takes: int
    fits: int


@dataclass(frozen=True, slots=True)
class Room:
    """A range, what it must hold at the most, and how often one more of something fits.

    `unit` is what `capacity` and `need` count; `rule` is the number of the rule that refuses more need than capacity.
    """

    what: str
    range: str
    environment: str | None
    unit: str
    capacity: int
    need: int
    rule: str
    steps: tuple[Step, ...]
    place: Place

    @property
    def left(self) -> int:
        """How much of the capacity is not needed."""
        return self.capacity - self.need


def rooms(estate: Estate) -> tuple[Room, ...]:
    """Return the room in every range that has to hold something, shared ranges first, then by environment."""
    entries = register(estate)
    found = list(_shared(estate, entries))
    by_environment: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.environment is not None:
            by_environment.setdefault(entry.environment, []).append(entry)
    for env in ring_order(estate):
        found += [*_blocks(env, by_environment.get(env.name, [])), *_gke(env), *_onprem(env)]
    return tuple(found)


def free_blocks(parent: IPv4Network, prefix: int, taken: Iterable[AddressRange]) -> int:
    """Count the blocks of length `prefix` in `parent` that share no address with `taken`."""
    if prefix < parent.prefixlen:
        return 0
    size = 2 ** (32 - prefix)
    begin, end, count = int(parent.network_address), int(parent.broadcast_address) + 1, 0
    for held in [*sorted(taken), None]:
        gap_end = end if held is None else min(int(held.first), end)
        first = -(-begin // size) * size
        count += max(0, (gap_end - first) // size)
        if held is not None:
            begin = max(begin, int(held.last) + 1)
    return count


def _step(what: str, takes: int, left: int) -> Step:
    return Step(what, takes, max(0, left // takes) if takes else 0)


def _shared(estate: Estate, entries: Iterable[Entry]) -> Iterator[Room]:
    """Say how many more environments the aggregates hold, like the largest that is there."""
    space = estate.organisation.addresses
    held = list(entries)
    for name, whole, plane in (("on_prem", space.on_prem, Plane.ON_PREM), ("cloud", space.cloud, Plane.CLOUD)):
        kinds = {Kind.BLOCK, Kind.RESERVED}
        taken = [each.range for each in held if each.kind in kinds and each.range.inside(whole)]
        blocks = [len(each.range) for each in held if each.kind is Kind.BLOCK and each.plane is plane]
        step = _environment_step(whole, blocks, taken)
        need = sum(len(each) for each in taken)
        place = space.at(name)
        yield Room(f"{plane} aggregate", str(whole), None, "addresses", whole.num_addresses, need, "X6", step, place)
    whole = space.cluster_internal
    inside = [each for each in held if each.plane is Plane.CLUSTER_INTERNAL and each.range.inside(whole)]
    pods = [len(each.range) for each in inside if each.kind in {Kind.PODS, Kind.GKE_PODS}]
    steps: tuple[Step, ...] = ()
    if pods:
        prefix = 33 - max(pods).bit_length()
        taken = [each.range for each in inside]
        steps = (Step(f"one more pod range, /{prefix}", max(pods), free_blocks(whole, prefix, taken)),)
    need = sum(len(each.range) for each in inside)
    place = space.at("cluster_internal")
    yield Room(
        "cluster-internal aggregate", str(whole), None, "addresses", whole.num_addresses, need, "X6", steps, place
    )


def _environment_step(whole: IPv4Network, blocks: list[int], taken: list[AddressRange]) -> tuple[Step, ...]:
    if not blocks:
        return ()
    prefix = 33 - max(blocks).bit_length()
    return (Step(f"one more environment, /{prefix}", max(blocks), free_blocks(whole, prefix, taken)),)


def _blocks(env: Environment, entries: list[Entry]) -> Iterator[Room]:
    """Say how many more networks and subnets an environment's own blocks hold, like the largest that is there."""
    network = env.network
    cloud_kinds = {Kind.SUBNET, Kind.SERVICE_ACCESS, Kind.GKE_CONTROL_PLANE}
    for name, whole, kinds, what in (
        ("on_prem", network.on_prem, {Kind.NETWORK}, "on-prem network"),
        ("cloud", network.cloud, cloud_kinds, "subnet"),
    ):
        inside = [each for each in entries if each.kind in kinds and each.range.inside(whole)]
        taken = [each.range for each in inside]
        sizes = [len(each.range) for each in inside if each.kind in {Kind.NETWORK, Kind.SUBNET}]
        steps: tuple[Step, ...] = ()
        if sizes:
            prefix = 33 - max(sizes).bit_length()
            steps = (Step(f"one more {what}, /{prefix}", max(sizes), free_blocks(whole, prefix, taken)),)
        need = sum(len(each) for each in taken)
        label = f"{what}s of {env.name}"
        yield Room(label, str(whole), env.name, "addresses", whole.num_addresses, need, "X6", steps, network.at(name))


def _gke(env: Environment) -> Iterator[Room]:
    for name, subnet in env.network.subnets.items():
        clusters = [cluster for cluster in env.gke.clusters if cluster.subnet == name]
        if not clusters:
            continue
        need = sum(_nodes(env, cluster) for cluster in clusters)
        capacity = subnet.range.num_addresses - KEPT_BY_GOOGLE - len(subnet.addresses)
        steps = tuple(_gke_steps(env, clusters, capacity - need, lambda _: 1))
        what = f"nodes in subnet {name}"
        place = subnet.at("range")
        yield Room(what, str(subnet.range), env.name, "nodes", capacity, need, "C21", steps, place)
        for label in dict.fromkeys(cluster.pods for cluster in clusters):
            sharing = [cluster for cluster in clusters if cluster.pods == label]
            pods = gke_range(env, sharing[0], label)
            if pods is not None:
                yield _gke_pods(env, sharing, pods, subnet.at("secondary", label))


def _gke_pods(env: Environment, clusters: list[GkeCluster], pods: IPv4Network, place: Place) -> Room:
    need = sum(
        nodes_at_most(env, pool) * pod_block(pool.max_pods_per_node)
        for cluster in clusters
        for pool in cluster.node_pools
    )
    steps = tuple(_gke_steps(env, clusters, pods.num_addresses - need, pod_block))
    names = ", ".join(cluster.name for cluster in clusters)
    return Room(f"pods of {names}", str(pods), env.name, "addresses", pods.num_addresses, need, "C20", steps, place)


def _nodes(env: Environment, cluster: GkeCluster) -> int:
    return sum(nodes_at_most(env, pool) for pool in cluster.node_pools)


def _gke_steps(env: Environment, clusters: list[GkeCluster], left: int, takes: Callable[[int], int]) -> Iterator[Step]:
    """One more of the largest pool, and one more of the largest cluster; `takes` is what a node takes by its pods."""
    costs = {
        (cluster.name, pool.name): nodes_at_most(env, pool) * takes(pool.max_pods_per_node)
        for cluster in clusters
        for pool in cluster.node_pools
    }
    if not costs:
        return
    (cluster_name, pool_name), cost = max(costs.items(), key=lambda item: (item[1], item[0]))
    yield _step(f"one more pool like {pool_name} of {cluster_name}", cost, left)
    whole = {
        cluster.name: sum(cost for (name, _), cost in costs.items() if name == cluster.name) for cluster in clusters
    }
    name = max(whole, key=lambda each: (whole[each], each))
    yield _step(f"one more cluster like {name}", whole[name], left)


def _onprem(env: Environment) -> Iterator[Room]:
    for name, network in env.onprem.networks.items():
        clusters = [each for each in (*env.onprem.admin_clusters, *env.onprem.user_clusters) if each.network == name]
        held = [network.gateway, *network.addresses.values()]
        spare = len(network.spare) if network.spare is not None else 0
        takes = {cluster.name: _cluster_addresses(cluster) for cluster in clusters}
        station = env.onprem.workstation
        need = len(set(held)) + spare + sum(takes.values()) + int(station.network == name)
        capacity = network.range.num_addresses - 2
        steps: list[Step] = []
        if takes:
            like = max(takes, key=lambda each: (takes[each], each))
            steps.append(_step(f"one more cluster like {like}", takes[like], capacity - need))
        what = f"addresses of network {name}"
        place = network.at("range")
        yield Room(what, str(network.range), env.name, "addresses", capacity, need, "B45", tuple(steps), place)
    for cluster in env.onprem.user_clusters:
        yield from _user_cluster(env, cluster)


def _user_cluster(env: Environment, cluster: UserCluster) -> Iterator[Room]:
    workers = workers_at_most(cluster.node_pools)
    pool = max(cluster.node_pools, key=lambda each: (each.nodes.max, each.name), default=None)
    more = f"one more pool like {pool.name}" if pool is not None else ""
    takes = pool.nodes.max + 1 if pool is not None else 0
    if cluster.worker_addresses:
        capacity = sum(len(block) for block in cluster.worker_addresses)
        steps = (_step(more, takes, capacity - workers),) if pool is not None else ()
        blocks = ", ".join(str(block) for block in cluster.worker_addresses)
        place = cluster.at("worker_addresses")
        yield Room(f"workers of {cluster.name}", blocks, env.name, "nodes", capacity, workers, "B40", steps, place)
    nodes = 2 ** max(24 - cluster.pods.prefixlen, 0)
    need = workers + cluster.control_plane.replicas
    steps = (_step(more, takes, nodes - need),) if pool is not None else ()
    pods, place = str(cluster.pods), cluster.at("pods")
    yield Room(f"pods of {cluster.name}", pods, env.name, "nodes at a /24", nodes, need, "B42", steps, place)


def _cluster_addresses(cluster: AdminCluster | UserCluster) -> int:
    """Count what a cluster has in its network: control plane nodes and VIP, other nodes, pools of the load balancer."""
    held = [cluster.control_plane.addresses]
    if isinstance(cluster, UserCluster):
        held += cluster.worker_addresses
        held += [block for pool in cluster.load_balancer.pools.values() for block in pool.addresses]
    else:
        held += cluster.node_addresses
    return sum(len(block) for block in held) + 1
