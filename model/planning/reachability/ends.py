"""The ends of a question: `pod@gcp1-dev`, `workstation@dev`, `vcenter`, `10.20.17.10`, `internet`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Final, TypeAlias

from model.config.baremetal import BareMetalAdminCluster, BareMetalCluster
from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.shape import Violation
from model.config.types import AddressRange
from model.config.wording import suggest
from model.estate import Environment, Estate
from model.planning.dns_records import INGRESS_ADDRESS
from model.planning.order_sheet import EAST_WEST_ADDRESS, EAST_WEST_POOL
from model.planning.register import gke_range, ring_order

Cluster: TypeAlias = GkeCluster | AdminCluster | UserCluster | BareMetalAdminCluster | BareMetalCluster


class Where(Enum):
    """On which side an end is."""

    CLOUD = "a VPC"
    SITES = "the sites"
    GOOGLE = "Google's APIs"
    INTERNET = "the internet"
    GATEWAY = "Google's VPN gateway"
    NOWHERE = "nowhere"


class What(StrEnum):
    """What an end is; the first word of its name in a question."""

    POD = "pod"
    NODE = "node"
    API = "api"
    INGRESS = "ingress"
    EAST_WEST = "eastwest"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end. `ranges` are its addresses: what holds has to hold for all of them. Empty: Google gives them out."""

    name: str
    where: Where
    ranges: tuple[AddressRange, ...]
    environment: str | None = None
    cluster: str | None = None
    what: What = What.OTHER

    @property
    def text(self) -> str:
        """The addresses as a network engineer would write them."""
        return ", ".join(written(each) for each in self.ranges) or "an address that Google gives out"


class UnknownEndError(ValueError):
    """An end that no file knows; the message says what there is."""


OF_CLUSTERS: Final = (What.POD, What.NODE, What.API, What.INGRESS, What.EAST_WEST)
OF_ENVIRONMENTS: Final = ("workstation", "forwarding", "gateway")
SHARED: Final = ("vcenter", "dns", "ntp", "syslog", "registry", "googleapis", "internet")
FORMS: Final = (
    "pod@, node@, api@, ingress@ or eastwest@<cluster>; workstation@, forwarding@ or gateway@<environment>; "
    "vcenter, dns, ntp, syslog, registry, googleapis, internet; an address or a range"
)


def written(block: AddressRange) -> str:
    """Write a range as a network where it is one."""
    networks = block.networks()
    return str(networks[0]) if len(networks) == 1 and len(block) > 1 else str(block)


def clusters(estate: Estate) -> dict[str, tuple[Environment, Cluster]]:
    """Return every cluster of a plan with addresses, by its short name."""
    found: dict[str, tuple[Environment, Cluster]] = {}
    for env in ring_order(estate):
        for cluster in (
            *env.gke.clusters,
            *env.onprem.admin_clusters,
            *env.onprem.user_clusters,
            *env.baremetal.admin_clusters,
            *env.baremetal.clusters,
        ):
            found[cluster.name] = (env, cluster)
    return found


def end(estate: Estate, text: str) -> Endpoint:
    """Return the end that `text` names; raises `UnknownEndError`."""
    kind, at, name = text.partition("@")
    if at and kind in OF_CLUSTERS:
        known = clusters(estate)
        if name not in known:
            raise UnknownEndError(f"there is no cluster '{name}'; {suggest(name, list(known))}")
        return _of_cluster(*known[name], What(kind))
    if at and kind in OF_ENVIRONMENTS:
        if name not in estate.environments:
            raise UnknownEndError(f"there is no environment '{name}'; {suggest(name, list(estate.environments))}")
        return _of_environment(estate.environments[name], kind)
    if text in SHARED:
        return _shared(estate, text)
    try:
        return _of_addresses(estate, AddressRange.parse(text))
    except Violation:
        raise UnknownEndError(f"'{text}' is no end of a question. Write {FORMS}") from None


def _of_cluster(env: Environment, cluster: Cluster, what: What) -> Endpoint:
    found = _gke(env, cluster, what) if isinstance(cluster, GkeCluster) else _on_prem(env, cluster, what)
    if not found:
        raise UnknownEndError(f"{cluster.name} has no {what} that the files know an address of")
    where = Where.CLOUD if isinstance(cluster, GkeCluster) else Where.SITES
    return Endpoint(f"{what}@{cluster.name}", where, found, env.name, cluster.name, what)


def _gke(env: Environment, cluster: GkeCluster, what: What) -> tuple[AddressRange, ...]:
    subnet = env.network.subnets.get(cluster.subnet)
    uses = {What.INGRESS: INGRESS_ADDRESS, What.EAST_WEST: EAST_WEST_ADDRESS}
    if what is What.POD:
        blocks: tuple[IPv4Network | IPv4Address | None, ...] = (gke_range(env, cluster, cluster.pods),)
    elif what is What.NODE:
        blocks = (subnet.range if subnet is not None else None,)
    elif what is What.API:
        blocks = (cluster.control_plane,)
    else:
        every = (each for _, each in sorted(env.network.subnets.items()))
        blocks = tuple(each.addresses[uses[what]] for each in every if uses[what] in each.addresses)
    return tuple(AddressRange.of(each) for each in blocks if each is not None)


def _on_prem(
    env: Environment, cluster: AdminCluster | UserCluster | BareMetalAdminCluster | BareMetalCluster, what: What
) -> tuple[AddressRange, ...]:
    networks = {**env.onprem.networks, **env.baremetal.networks}
    if what is What.POD:
        return (AddressRange.of(cluster.pods),)
    if what is What.NODE:
        return (AddressRange.of(networks[cluster.network].range),) if cluster.network in networks else ()
    if what is What.API:
        return (AddressRange.of(cluster.control_plane.vip),)
    if isinstance(cluster, AdminCluster | BareMetalAdminCluster):
        return ()
    if what is What.INGRESS:
        return (AddressRange.of(cluster.load_balancer.ingress_vip),)
    pool = cluster.load_balancer.pools.get(EAST_WEST_POOL)
    return (AddressRange.of(pool.addresses[0].first),) if pool is not None and pool.addresses else ()


def _of_environment(env: Environment, kind: str) -> Endpoint:
    name = f"{kind}@{env.name}"
    if kind == "gateway":
        return Endpoint(name, Where.GATEWAY, (), env.name)
    if kind == "forwarding":
        sources = AddressRange.of(env.organisation.addresses.dns_forwarding_sources)
        return Endpoint(name, Where.CLOUD, (sources,), env.name)
    workstation = env.onprem.workstation
    network = env.onprem.networks.get(workstation.network)
    block = workstation.address or (network.range if network is not None else None)
    if block is None:
        raise UnknownEndError(f"the workstation of {env.name} has no address in the files")
    return Endpoint(name, Where.SITES, (AddressRange.of(block),), env.name)


def _shared(estate: Estate, name: str) -> Endpoint:
    services, space = estate.organisation.services, estate.organisation.addresses
    if name == "internet":
        return Endpoint(name, Where.INTERNET, ())
    if name == "googleapis":
        return Endpoint(name, Where.GOOGLE, (AddressRange.of(space.private_google_access),))
    hosts: Mapping[str, tuple[IPv4Address, ...]] = {
        "vcenter": (services.vcenter.address,),
        "dns": tuple(each.address for each in services.dns),
        "ntp": tuple(each.address for each in services.ntp),
        "syslog": (services.syslog.address,),
        "registry": (services.registry.address,),
    }
    return Endpoint(name, Where.SITES, tuple(AddressRange.of(each) for each in hosts[name]))


def _of_addresses(estate: Estate, block: AddressRange) -> Endpoint:
    """Return whose addresses these are, the narrowest first: pods among them may be translated."""
    return next(_owners(estate, block))


def _owners(estate: Estate, block: AddressRange) -> Iterator[Endpoint]:
    name, space, services = written(block), estate.organisation.addresses, estate.organisation.services

    def owned(
        where: Where, env: Environment | None = None, cluster: str | None = None, what: What = What.OTHER
    ) -> Endpoint:
        return Endpoint(name, where, (block,), env.name if env is not None else None, cluster, what)

    for cluster_name, (env, cluster) in clusters(estate).items():
        if isinstance(cluster, GkeCluster):
            subnet = env.network.subnets.get(cluster.subnet)
            pods, nodes = gke_range(env, cluster, cluster.pods), subnet.range if subnet is not None else None
            mine = {What.POD: pods, What.API: cluster.control_plane, What.NODE: nodes}
        else:
            mine = {What.POD: cluster.pods}
        where = Where.CLOUD if isinstance(cluster, GkeCluster) else Where.SITES
        for what, held in mine.items():
            if held is not None and block.inside(held):
                yield owned(where, env, cluster_name, what)
    for env in ring_order(estate):
        peers = {peer.address for peer in env.vpn.peers.values()}
        if block.inside(env.network.on_prem) or (len(block) == 1 and block.first in peers):
            yield owned(Where.SITES, env)
        if block.inside(env.network.cloud):
            yield owned(Where.CLOUD, env)
    if block.inside(space.dns_forwarding_sources):
        raise UnknownEndError(f"{name} is where every VPC forwards from: write forwarding@<environment>")
    at_sites = (space.on_prem, space.shared_services, services.esxi_management)
    if any(block.inside(each) for each in at_sites) or block.first == services.vcenter.address:
        yield owned(Where.SITES)
    if block.inside(space.private_google_access):
        yield owned(Where.GOOGLE)
    yield owned(Where.INTERNET if block.first.is_global else Where.NOWHERE)
