"""The address register: every range and every single address of all environments and sites, in one list.

Rules look for what collides in it, and a network plan prints it. It holds what the files say, not what is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final
from weakref import WeakKeyDictionary

from model.config.baremetal import BareMetalAdminCluster, BareMetalCluster
from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.organisation import Organisation
from model.config.problems import Place
from model.config.types import AddressRange
from model.estate import Environment, Estate
from model.planning.entries import Entry, Kind, Plane
from model.planning.hosts import hosted_by, without
from model.rules.registry import Unavailable


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes entries of one environment, or of all when `environment` is absent."""

    environment: str | None
    plane: Plane

    def entry(
        self,
        kind: Kind,
        block: IPv4Network | IPv4Address | AddressRange,
        owner: str,
        place: Place,
        cluster: str | None = None,
    ) -> Entry:
        held = block if isinstance(block, AddressRange) else AddressRange.of(block)
        return Entry(kind, held, owner, self.environment, self.plane, place, cluster)


def _organisation(organisation: Organisation) -> Iterator[Entry]:
    shared = _Writer(None, Plane.ON_PREM)
    space, services = organisation.addresses, organisation.services
    for reserved in space.reserved:
        yield shared.entry(Kind.RESERVED, reserved.range, f"the organisation: {reserved.why}", reserved.at("range"))
    yield shared.entry(Kind.SHARED, space.shared_services, "shared services", space.at("shared_services"))
    yield shared.entry(Kind.SHARED, services.esxi_management, "ESXi management", services.at("esxi_management"))
    singles = [
        services.vcenter,
        services.backup_storage,
        *services.dns,
        *services.ntp,
        services.syslog,
        services.registry,
    ]
    for host in singles:
        yield shared.entry(Kind.SERVICE, host.address, host.name, host.at("address"))


def _network(env: Environment) -> Iterator[Entry]:
    network = env.network
    on_prem, cloud = _Writer(env.name, Plane.ON_PREM), _Writer(env.name, Plane.CLOUD)
    inside, public = _Writer(env.name, Plane.CLUSTER_INTERNAL), _Writer(env.name, Plane.PUBLIC)
    yield on_prem.entry(Kind.BLOCK, network.on_prem, f"{env.name} on-prem", network.at("on_prem"))
    yield cloud.entry(Kind.BLOCK, network.cloud, f"{env.name} in the cloud", network.at("cloud"))
    service_access = network.private_service_access
    yield cloud.entry(Kind.SERVICE_ACCESS, service_access, env.name, network.at("private_service_access"))
    for name, subnet in network.subnets.items():
        owner = f"{name} of {env.name}"
        yield cloud.entry(Kind.SUBNET, subnet.range, owner, subnet.at("range"))
        services = _service_ranges(env, name)
        for label, secondary in subnet.secondary.items():
            kind = Kind.GKE_SERVICES if label in services else Kind.GKE_PODS
            yield inside.entry(kind, secondary, f"{label} of subnet {owner}", subnet.at("secondary", label))
        for use, address in subnet.addresses.items():
            yield cloud.entry(Kind.INTERNAL_ADDRESS, address, f"{use} in subnet {owner}", subnet.at("addresses", use))
    for name, address in network.nat.egress.items():
        if address is not None:
            yield public.entry(Kind.EGRESS, address, f"{name} of {env.name}", network.nat.at("egress", name))
    for name, address in network.ingress.items():
        if address is not None:
            yield public.entry(Kind.INGRESS, address, f"{name} of {env.name}", network.at("ingress", name))


def _service_ranges(env: Environment, subnet: str) -> frozenset[str]:
    """Return the secondary ranges of a subnet that clusters use for services."""
    try:
        return frozenset(cluster.services for cluster in env.gke.clusters if cluster.subnet == subnet)
    except Unavailable:
        return frozenset()


def _gke(env: Environment) -> Iterator[Entry]:
    cloud = _Writer(env.name, Plane.CLOUD)
    for cluster in env.gke.clusters:
        place = cluster.at("control_plane")
        yield cloud.entry(Kind.GKE_CONTROL_PLANE, cluster.control_plane, cluster.name, place, cluster.name)


def _cluster_ranges(env: Environment, cluster: AdminCluster | UserCluster) -> Iterator[Entry]:
    inside, on_prem = _Writer(env.name, Plane.CLUSTER_INTERNAL), _Writer(env.name, Plane.ON_PREM)
    name, nodes = cluster.name, cluster.control_plane
    yield inside.entry(Kind.PODS, cluster.pods, name, cluster.at("pods"), name)
    yield inside.entry(Kind.SERVICES, cluster.services, name, cluster.at("services"), name)
    yield on_prem.entry(Kind.NODES, nodes.addresses, name, nodes.at("addresses"), name)
    yield on_prem.entry(Kind.VIP, nodes.vip, name, nodes.at("vip"), name)


def _onprem(env: Environment) -> Iterator[Entry]:
    onprem, writer = env.onprem, _Writer(env.name, Plane.ON_PREM)
    for host in onprem.vsphere.hosts:
        yield writer.entry(Kind.HOST, host.address, f"ESXi host {host.name}", host.at("address"))
    for name, network in onprem.networks.items():
        owner = f"{name} of {env.name}"
        yield writer.entry(Kind.NETWORK, network.range, owner, network.at("range"))
        yield writer.entry(Kind.GATEWAY, network.gateway, f"network {owner}", network.at("gateway"))
        for use, address in network.addresses.items():
            yield writer.entry(Kind.HOST, address, f"{use} in network {owner}", network.at("addresses", use))
        if network.spare is not None:
            yield writer.entry(Kind.SPARE, network.spare, f"network {owner}", network.at("spare"))
    workstation = onprem.workstation
    if workstation.address is not None:
        yield writer.entry(Kind.WORKSTATION, workstation.address, workstation.name, workstation.at("address"))
    for cluster in onprem.admin_clusters:
        yield from _cluster_ranges(env, cluster)
        for position, block in enumerate(cluster.node_addresses):
            place = cluster.at("node_addresses", position)
            for rest in without(block, (each.control_plane.addresses for each in hosted_by(env, cluster))):
                yield writer.entry(Kind.WORKERS, rest, cluster.name, place, cluster.name)
    for cluster in onprem.user_clusters:
        yield from _cluster_ranges(env, cluster)
        balancer, name = cluster.load_balancer, cluster.name
        for position, block in enumerate(cluster.worker_addresses):
            yield writer.entry(Kind.WORKERS, block, name, cluster.at("worker_addresses", position), name)
        yield writer.entry(Kind.INGRESS_VIP, balancer.ingress_vip, name, balancer.at("ingress_vip"), name)
        for pool_name, pool in balancer.pools.items():
            for position, block in enumerate(pool.addresses):
                place = pool.at("addresses", position)
                yield writer.entry(Kind.POOL, block, f"{pool_name} of {name}", place, name)


def _machines(env: Environment, cluster: BareMetalAdminCluster | BareMetalCluster) -> Iterator[Entry]:
    inside, on_prem = _Writer(env.name, Plane.CLUSTER_INTERNAL), _Writer(env.name, Plane.ON_PREM)
    name, nodes = cluster.name, cluster.control_plane
    yield inside.entry(Kind.PODS, cluster.pods, name, cluster.at("pods"), name)
    yield inside.entry(Kind.SERVICES, cluster.services, name, cluster.at("services"), name)
    yield on_prem.entry(Kind.VIP, nodes.vip, name, nodes.at("vip"), name)
    for node in nodes.nodes:
        yield on_prem.entry(Kind.NODES, node.address, name, node.at("address"), name)


def _baremetal(env: Environment) -> Iterator[Entry]:
    section, writer = env.baremetal, _Writer(env.name, Plane.ON_PREM)
    for name, network in section.networks.items():
        owner = f"{name} of {env.name}"
        yield writer.entry(Kind.NETWORK, network.range, owner, network.at("range"))
        yield writer.entry(Kind.GATEWAY, network.gateway, f"network {owner}", network.at("gateway"))
    for admin in section.admin_clusters:
        yield from _machines(env, admin)
    for cluster in section.clusters:
        yield from _machines(env, cluster)
        balancer, name = cluster.load_balancer, cluster.name
        own = balancer.balancer_nodes.nodes if balancer.balancer_nodes is not None else ()
        for node in (*own, *(node for pool in cluster.node_pools for node in pool.nodes)):
            yield writer.entry(Kind.WORKERS, node.address, name, node.at("address"), name)
        yield writer.entry(Kind.INGRESS_VIP, balancer.ingress_vip, name, balancer.at("ingress_vip"), name)
        for pool_name, pool in balancer.pools.items():
            for position, block in enumerate(pool.addresses):
                place = pool.at("addresses", position)
                yield writer.entry(Kind.POOL, block, f"{pool_name} of {name}", place, name)


def _vpn(env: Environment) -> Iterator[Entry]:
    links, public = _Writer(env.name, Plane.LINK_LOCAL), _Writer(env.name, Plane.PUBLIC)
    known = {peer.address for peer in env.vpn.peers.values()}
    further = [(name, peer) for each in env.vpn.external_gateways.values() for name, peer in each.peers.items()]
    for name, peer in (*env.vpn.peers.items(), *((name, peer) for name, peer in further if peer.address not in known)):
        yield public.entry(Kind.PEER, peer.address, f"{name} of {env.name}", peer.at("address"))
    attachments = env.vpn.interconnect.attachments if env.vpn.interconnect is not None else {}
    for name, tunnel in {**env.vpn.links, **attachments}.items():
        yield links.entry(Kind.LINK, tunnel.range, f"tunnel {name} of {env.name}", tunnel.at("range"))


_SECTIONS: Final[tuple[Callable[[Environment], Iterator[Entry]], ...]] = (
    _network,
    _gke,
    _onprem,
    _baremetal,
    _vpn,
)


def entries_of(env: Environment) -> tuple[Entry, ...]:
    """Return the entries of one environment. A section that could not be read has none."""
    found: list[Entry] = []
    for section in _SECTIONS:
        try:
            found.extend(section(env))
        except Unavailable:
            continue
    return tuple(found)


def ring_order(estate: Estate) -> tuple[Environment, ...]:
    """Return the environments in the order of promotion: the later of two that collide is the one to move."""

    def key(env: Environment) -> tuple[int, str]:
        try:
            return env.facts.ring, env.name
        except Unavailable:
            return len(estate.environments), env.name

    return tuple(sorted(estate.environments.values(), key=key))


_MADE: Final[WeakKeyDictionary[Estate, tuple[Entry, ...]]] = WeakKeyDictionary()
"""Registers by estate: a dozen rules look at the same one."""


def register(estate: Estate) -> tuple[Entry, ...]:
    """Return every entry of the estate: what all share first, then environment by environment in promotion order."""
    made = _MADE.get(estate)
    if made is None:
        shared = tuple(_organisation(estate.organisation))
        made = _MADE[estate] = shared + tuple(entry for env in ring_order(estate) for entry in entries_of(env))
    return made


def gke_range(env: Environment, cluster: GkeCluster, name: str) -> IPv4Network | None:
    """Return a secondary range of the cluster's subnet by name, or None when there is no such range."""
    subnet = env.network.subnets.get(cluster.subnet)
    return subnet.secondary.get(name) if subnet is not None else None
