"""What an environment's virtual machines need of the site at their maximum, and what the site has (A92-A95, I1).

Sizes of nodes are those of the files; what the files do not say is the documentation's: disks of control planes,
template, etcd, observability and, for control planes in the admin cluster, its add-on nodes (A92, A93:
https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/concepts/cpu-ram-storage). Every pool
counts one node more than its maximum, since an upgrade adds one to each of them before it takes one away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.vsphere import Vsphere
from model.estate import Environment
from model.planning.hosts import hosted_by

MIB: Final = 1024
ADD_ON_NODES: Final = 2
ADD_ON: Final = (4, 16384, 40)
"""An add-on node of an admin cluster that user control planes run in: vCPU, MiB, GiB (A93)."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Disks in GiB that the files do not say (A92, A93)."""

    admin_node: int
    user_control_plane_node: int
    template: int
    etcd: int
    admin_observability: int
    user_observability: int


ORDINARY: Final = Storage(40, 60, 40, 25, 240, 120)
"""Clusters as the API manages them (A92)."""
ADVANCED: Final = Storage(50, 50, 50, 25, 20, 20)
"""Advanced clusters (A92)."""
HOSTING_ETCD_GIB: Final = 100
"""etcd of an admin cluster that user control planes run in (A93)."""
HOSTING_METRICS_GIB: Final = 506
"""Prometheus of such an admin cluster (A93)."""
HOSTED_DISKS_GIB: Final = 10 + 5 + 5
"""What a hosted user control plane adds: etcd's data and events, and its audit logs (A93)."""


@dataclass(frozen=True, slots=True)
class Machines:
    """Virtual machines of one size: how many at most, and where they are.

    `in_pool` says whether they are in the environment's resource pool, `on_hosts` whether on its compute cluster.
    """

    what: str
    count: int
    vcpus: int
    memory_mib: int
    disk_gib: int
    datastore: str
    on_hosts: bool = True
    in_pool: bool = True


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk beside those that machines start from, in GiB."""

    what: str
    gib: int
    datastore: str


class Resource(StrEnum):
    """What runs out, with its unit."""

    VCPU = "vCPU"
    MEMORY = "memory GiB"
    STORAGE = "storage GiB"


class Where(StrEnum):
    """What is to hold it."""

    HOSTS = "hosts"
    """All hosts of the compute cluster."""
    ONE_LOST = "one host lost"
    """All but one of them."""
    LIMIT = "limit"
    """The limit of the resource pool."""
    RESERVATION = "reservation"
    """What the resource pool keeps for itself, against all hosts but one."""
    DATASTORE = "datastore"
    """A datastore, without the part that is to stay free."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: what is needed of a resource in one place, and what there is."""

    resource: Resource
    where: Where
    place: str
    """The place in words: `3 hosts`, `datastore ds-1`."""
    need: float
    have: float | None
    """None where the files do not say."""

    @property
    def free(self) -> float | None:
        """What is left; negative where it is too little."""
        return None if self.have is None else self.have - self.need

    @property
    def tight(self) -> bool:
        """Whether there is too little."""
        return self.free is not None and self.free < 0


@dataclass(frozen=True, slots=True)
class Capacity:
    """What an environment needs and has."""

    machines: tuple[Machines, ...]
    disks: tuple[Disk, ...]
    lines: tuple[Line, ...]

    @property
    def vcpus(self) -> int:
        """Virtual CPUs of all machines."""
        return sum(each.count * each.vcpus for each in self.machines)

    @property
    def memory_gib(self) -> float:
        """Memory of all machines, in GiB."""
        return sum(each.count * each.memory_mib for each in self.machines) / MIB


def capacity(env: Environment) -> Capacity:
    """Return the table of an environment: every machine at its maximum, one node more for each pool."""
    machines, disks = tuple(_machines(env)), tuple(_disks(env))
    return Capacity(machines, disks, tuple(_lines(env.onprem.vsphere, machines, disks)))


def _machines(env: Environment) -> Iterator[Machines]:
    workstation, nodes = env.onprem.workstation, env.onprem.vsphere.datastores.nodes.name
    yield Machines(
        f"workstation {workstation.name}",
        1,
        workstation.cpus,
        workstation.memory_mib,
        workstation.disk_gib,
        nodes,
    )
    for cluster in env.onprem.admin_clusters:
        yield from _admin_machines(env, cluster)
    for cluster in env.onprem.user_clusters:
        yield from _user_machines(env, cluster)


def _admin_machines(env: Environment, cluster: AdminCluster) -> Iterator[Machines]:
    nodes, store = cluster.control_plane, env.onprem.vsphere.datastores.nodes.name
    disk = _storage(cluster).admin_node
    what = f"admin cluster {cluster.name}"
    yield Machines(f"{what}, control plane", nodes.replicas, nodes.cpus, nodes.memory_mib, disk, store)
    hosted = hosted_by(env, cluster)
    if hosted:
        # The one more is there while the admin cluster is upgraded (A48).
        yield Machines(f"{what}, add-on nodes", ADD_ON_NODES + 1, *ADD_ON, store)
    for user in hosted:
        inner = user.control_plane
        boot = _storage(user).user_control_plane_node
        yield Machines(
            f"{what}, control plane of {user.name}", inner.replicas, inner.cpus, inner.memory_mib, boot, store
        )


def _user_machines(env: Environment, cluster: UserCluster) -> Iterator[Machines]:
    nodes, store = cluster.control_plane, _datastore(env, cluster)
    on_hosts, in_pool = _placed(cluster)
    what = f"user cluster {cluster.name}"
    if cluster.control_plane_v2:
        disk = _storage(cluster).user_control_plane_node
        yield Machines(
            f"{what}, control plane", nodes.replicas, nodes.cpus, nodes.memory_mib, disk, store, on_hosts, in_pool
        )
    for pool in cluster.node_pools:
        yield Machines(
            f"{what}, pool {pool.name}",
            pool.nodes.max + 1,
            pool.cpus,
            pool.memory_mib,
            pool.boot_disk_gib,
            pool.datastore or store,
            on_hosts,
            in_pool,
        )


def _disks(env: Environment) -> Iterator[Disk]:
    onprem, nodes = env.onprem, env.onprem.vsphere.datastores.nodes.name
    yield Disk(f"data disk of {onprem.workstation.name}", onprem.workstation.data_disk.size_gib, nodes)
    for cluster in onprem.admin_clusters:
        what, size, hosted = f"admin cluster {cluster.name}", _storage(cluster), hosted_by(env, cluster)
        yield Disk(f"{what}, template", size.template, nodes)
        yield Disk(f"{what}, etcd", HOSTING_ETCD_GIB if hosted else size.etcd, nodes)
        yield Disk(f"{what}, observability", size.admin_observability, nodes)
        if hosted:
            yield Disk(f"{what}, metrics", HOSTING_METRICS_GIB, nodes)
        for user in hosted:
            yield Disk(f"{what}, disks of {user.name}", HOSTED_DISKS_GIB * user.control_plane.replicas, nodes)
    for cluster in onprem.user_clusters:
        yield Disk(
            f"user cluster {cluster.name}, observability",
            _storage(cluster).user_observability,
            _datastore(env, cluster),
        )


def _storage(cluster: AdminCluster | UserCluster) -> Storage:
    return ADVANCED if cluster.advanced else ORDINARY


def _datastore(env: Environment, cluster: UserCluster) -> str:
    """Return the datastore of a user cluster's disks. A storage policy leaves the choice to vCenter: the usual one."""
    override = cluster.vcenter
    named = override.datastore if override is not None else None
    return named or env.onprem.vsphere.datastores.nodes.name


def _placed(cluster: UserCluster) -> tuple[bool, bool]:
    """Say whether a user cluster is on the environment's hosts, and whether in its resource pool (B4)."""
    override = cluster.vcenter
    if override is None:
        return True, True
    on_hosts = override.address is None and override.datacenter is None and override.compute_cluster is None
    return on_hosts, on_hosts and override.resource_pool is None


def _lines(wanted: Vsphere, machines: Iterable[Machines], disks: Iterable[Disk]) -> Iterator[Line]:
    every = tuple(machines)
    here = [each for each in every if each.on_hosts]
    vcpus = sum(each.count * each.vcpus for each in here)
    memory = sum(each.count * each.memory_mib for each in here) / MIB
    count, size, assumed = len(wanted.hosts), wanted.host_size, wanted.assumptions
    cores = size.cores * assumed.vcpus_per_core
    usable = size.memory_gib * (100 - assumed.host_memory_percent) / 100
    for where, hosts in ((Where.HOSTS, count), (Where.ONE_LOST, max(count - 1, 0))):
        place = f"{hosts} hosts" if where is Where.HOSTS else f"{hosts} hosts, one lost"
        yield Line(Resource.VCPU, where, place, vcpus, hosts * cores)
        yield Line(Resource.MEMORY, where, place, memory, hosts * usable)
    pool = wanted.resource_pool
    if pool.memory_reservation_mib:
        place = f"reservation of {pool.name}, one host lost"
        reserved = pool.memory_reservation_mib / MIB
        yield Line(Resource.MEMORY, Where.RESERVATION, place, reserved, max(count - 1, 0) * usable)
    limit = None if pool.memory_limit_mib is None else pool.memory_limit_mib / MIB
    if limit is not None:
        inside = sum(each.count * each.memory_mib for each in here if each.in_pool) / MIB
        yield Line(Resource.MEMORY, Where.LIMIT, f"limit of {pool.name}", inside, limit)
    yield from _datastore_lines(wanted, every, disks)


def _datastore_lines(wanted: Vsphere, machines: Iterable[Machines], disks: Iterable[Disk]) -> Iterator[Line]:
    stores = (wanted.datastores.nodes, wanted.datastores.backup, wanted.datastores.images)
    known = {each.name: each.capacity_gib for each in stores}
    needed: dict[str, float] = {}
    for each in machines:
        # A machine that runs has a swap file as large as its memory beside its disk, unless its memory is reserved.
        held = each.count * (each.disk_gib + each.memory_mib / MIB)
        needed[each.datastore] = needed.get(each.datastore, 0) + held
    for disk in disks:
        needed[disk.datastore] = needed.get(disk.datastore, 0) + disk.gib
    kept = wanted.assumptions.storage_headroom_percent
    for name, need in sorted(needed.items()):
        whole = known.get(name)
        have = None if whole is None else whole * (100 - kept) / 100
        yield Line(Resource.STORAGE, Where.DATASTORE, f"datastore {name}", need, have)
