"""What it takes to take a cluster off what newer versions no longer run: addresses, steps, time, interruptions.

Kubeception becomes Controlplane V2, one admin node becomes three, an integrated F5 becomes manual load balancing,
Seesaw becomes MetalLB, Calico becomes Dataplane V2. gkectl carries it out; no client of the API can. Sources, all of
https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs: `concepts/migrate-recommended-features`,
`how-to/migrate-user-cluster-recommended-features`, `how-to/migrate-admin-cluster-recommended-features`,
`how-to/migrate-admin-cluster-ha`, `how-to/migrate-seesaw-metallb`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.config.catalogue import Feature
from model.config.onprem_cluster import AdminCluster, IpMode, UserCluster
from model.config.types import AddressRange
from model.estate import Environment
from model.planning import migration_admin, migration_user
from model.planning.admin_block import HIGHLY_AVAILABLE
from model.planning.entries import Plane
from model.planning.free import free_run
from model.planning.migration_shapes import Migration, Wanted
from model.planning.outdated import outdated
from model.planning.register import entries_of


def migration(env: Environment, cluster: str) -> Migration | None:
    """Return the migration of a cluster by its name, None where there is nothing to take it off.

    Raises `KeyError` for a cluster that the environment does not have.
    """
    clusters = (*env.onprem.admin_clusters, *env.onprem.user_clusters)
    found = next((each for each in clusters if each.name == cluster), None)
    if found is None:
        raise KeyError(cluster)
    features = outdated(found)
    if not features:
        return None
    if isinstance(found, AdminCluster):
        wanted = tuple(_admin_addresses(env, found, features))
        steps = tuple(migration_admin.steps(env, found, features, wanted))
        return Migration(cluster, "admin cluster", features, wanted, tuple(_remarks(env, found, wanted)), steps)
    wanted = tuple(_user_addresses(env, found, features))
    steps = tuple(migration_user.steps(env, found, features, wanted))
    return Migration(cluster, "user cluster", features, wanted, tuple(_remarks(env, found, wanted)), steps)


def migrations(env: Environment) -> tuple[Migration, ...]:
    """Return every migration of an environment in the order to carry them out.

    User clusters go first: those of kubeception run in the admin cluster until then.
    """
    users = sorted(each.name for each in env.onprem.user_clusters)
    admins = sorted(each.name for each in env.onprem.admin_clusters)
    found = (migration(env, name) for name in (*users, *admins))
    return tuple(each for each in found if each is not None)


def _user_addresses(env: Environment, cluster: UserCluster, features: Iterable[Feature]) -> Iterator[Wanted]:
    """Give the addresses of a control plane of the cluster's own, and spares that its workers lack (B40, B41)."""
    free = _Free(env, cluster.network)
    if Feature.KUBECEPTION in features:
        nodes = cluster.control_plane.replicas
        yield free.want("control plane nodes", nodes, "control_plane.addresses")
        yield free.want("control plane VIP", 1, "control_plane.vip")
    if cluster.ip_mode is IpMode.STATIC:
        held = sum(len(block) for block in cluster.worker_addresses)
        short = sum(pool.nodes.max + 1 for pool in cluster.node_pools) - held
        if short > 0:
            yield free.want("spare workers, one for each pool", short, "worker_addresses")


def _admin_addresses(env: Environment, cluster: AdminCluster, features: Iterable[Feature]) -> Iterator[Wanted]:
    """Give the addresses of a control plane of three, made beside the one there is, behind a VIP of its own (A29)."""
    if Feature.NON_HA_ADMIN in features:
        free = _Free(env, cluster.network)
        yield free.want("control plane nodes", HIGHLY_AVAILABLE, "control_plane.addresses")
        yield free.want("control plane VIP", 1, "control_plane.vip")


class _Free:
    """Hands out the free addresses of a network, each once. What is kept free on purpose stays so."""

    def __init__(self, env: Environment, network: str) -> None:
        self._name = network
        self._range = env.onprem.networks[network].range
        whole = AddressRange.of(self._range)
        on_prem = (entry.range for entry in entries_of(env) if entry.plane is Plane.ON_PREM)
        self._taken = [held for held in on_prem if not (held.first <= whole.first and whole.last <= held.last)]

    def want(self, use: str, count: int, field: str) -> Wanted:
        """Return a need with the first free run of addresses for it."""
        free = free_run(self._range, count, self._taken)
        if free is not None:
            self._taken.append(free)
        return Wanted(use, count, self._name, field, free)


def _remarks(env: Environment, cluster: AdminCluster | UserCluster, wanted: Iterable[Wanted]) -> Iterator[str]:
    for each in wanted:
        if each.free is None:
            yield f"network {each.network} has no {each.count} free addresses in a row for {each.use}: make room first"
    if isinstance(cluster, UserCluster) and cluster.ip_mode is IpMode.DHCP:
        yield f"DHCP serves network {cluster.network}: keep the addresses above out of what it gives out"
    if isinstance(cluster, AdminCluster):
        hosted = [each.name for each in env.onprem.user_clusters if each.admin_cluster == cluster.name]
        later = [name for name in sorted(hosted) if (found := migration(env, name)) and _moves(found)]
        if later:
            yield f"migrate {', '.join(later)} first: their control planes run in this cluster until then"


def _moves(found: Migration) -> bool:
    return Feature.KUBECEPTION in found.features
