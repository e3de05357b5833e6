"""Capacity: whether the site holds every virtual machine at its maximum, also with a host lost, and known limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from model.config.problems import Place, Severity
from model.config.vsphere import Vsphere
from model.estate import Environment
from model.planning.capacity import MIB, Capacity, Line, Resource, Where, capacity
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

MAX_USER_CLUSTERS: Final = 100
"""User clusters of an admin cluster (A95)."""
MAX_NODES: Final = 500
"""Nodes of a user cluster (A95)."""
_SURGE: Final = "all VMs at their maximum, with one more node for each pool while it is upgraded,"


@environment_rules.rule(
    "A94",
    title="the resource pool holds every VM at its maximum",
    source=pages.CAPACITY,
    severity=Severity.WARNING,
)
def pool(env: Environment) -> Iterator[Finding]:
    """Refuse a reservation above the limit or above what the hosts have; warn of a limit below the need."""
    vsphere = env.onprem.vsphere
    wanted, limit = vsphere.resource_pool, vsphere.resource_pool.memory_limit_mib
    reserved = wanted.memory_reservation_mib
    if limit is not None and reserved > limit:
        message = f"resource pool {wanted.name} reserves {reserved} MiB and is limited to {limit}"
        yield Finding(
            wanted.at("memory_reservation_mib"), message, "lower the reservation or raise the limit", Severity.ERROR
        )
    whole = len(vsphere.hosts) * vsphere.host_size.memory_gib * MIB
    if reserved > whole:
        message = (
            f"resource pool {wanted.name} reserves {reserved} MiB and the {len(vsphere.hosts)} hosts have {whole}: "
            "vCenter would refuse it"
        )
        yield Finding(wanted.at("memory_reservation_mib"), message, "lower the reservation", Severity.ERROR)
    for line in capacity(env).lines:
        if line.where is Where.LIMIT and line.tight and limit is not None:
            message = f"{_SURGE} need {round(line.need * MIB)} MiB; resource pool {wanted.name} is limited to {limit}"
            yield Finding(
                wanted.at("memory_limit_mib"), message, "raise the limit, or lower the maximum of a node pool"
            )


@environment_rules.rule(
    "A94",
    "A92",
    "A93",
    "I1",
    title="hosts and datastores hold every VM at its maximum, with a host lost",
    source=pages.CAPACITY,
    severity=Severity.WARNING,
)
def site(env: Environment) -> Iterator[Finding]:
    """Warn of CPU, memory and storage that the site has too little of; one finding for each place."""
    vsphere, table = env.onprem.vsphere, capacity(env)
    for line in table.lines:
        if line.tight and line.have is not None and line.where is not Where.LIMIT:
            # Where all hosts are too few, one lost is no news.
            if line.where is Where.ONE_LOST and _too_little(table, line.resource):
                continue
            message = f"{_words(line)} {line.need:g} {_unit(line)}; {_has(vsphere, line)} {line.have:g}"
            yield Finding(_place(vsphere, line), message, _REMEDIES[line.where])


@environment_rules.rule("A94", title="every VM fits on a host", source=pages.CAPACITY, severity=Severity.WARNING)
def largest(env: Environment) -> Iterator[Finding]:
    """Warn of machines larger than a host, which DRS can place nowhere."""
    size = env.onprem.vsphere.host_size
    for machines in capacity(env).machines:
        if machines.on_hosts and (machines.vcpus > size.cores or machines.memory_mib > size.memory_gib * MIB):
            message = (
                f"{machines.what}: a VM of {machines.vcpus} vCPU and {machines.memory_mib} MiB is larger than a host "
                f"of {size.cores} cores and {size.memory_gib} GiB"
            )
            yield Finding(env.onprem.vsphere.at("host_size"), message, "make it smaller, and take more of them")


@environment_rules.rule("A95", title="clusters stay within their limits", source=pages.SCALABILITY)
def limits(env: Environment) -> Iterator[Finding]:
    """Refuse more user clusters than an admin cluster manages, and more nodes than a user cluster holds."""
    onprem = env.onprem
    managed = Counter(cluster.admin_cluster for cluster in onprem.user_clusters)
    for cluster in onprem.admin_clusters:
        if managed[cluster.name] > MAX_USER_CLUSTERS:
            message = f"admin cluster {cluster.name} manages {managed[cluster.name]} user clusters; it can manage 100"
            yield Finding(cluster.at("name"), message, "spread them over two admin clusters")
    for cluster in onprem.user_clusters:
        nodes = sum(pool.nodes.max for pool in cluster.node_pools)
        if nodes > MAX_NODES:
            message = f"the pools of user cluster {cluster.name} grow to {nodes} nodes; a cluster holds {MAX_NODES}"
            yield Finding(cluster.at("node_pools"), message, "lower a maximum, or make a second cluster")


_REMEDIES: Final = {
    Where.HOSTS: "add hosts, lower the maximum of a node pool, or state what else holds in `assumptions`",
    Where.ONE_LOST: "add a host, or accept that a lost host takes nodes down with it",
    Where.RESERVATION: "lower the reservation, or add a host",
    Where.DATASTORE: "enlarge the datastore, move a pool to another, or lower the maximum of a pool",
}


def _too_little(table: Capacity, resource: Resource) -> bool:
    return any(line.tight for line in table.lines if line.where is Where.HOSTS and line.resource is resource)


def _words(line: Line) -> str:
    return "the resource pool reserves" if line.where is Where.RESERVATION else f"{_SURGE} need"


def _unit(line: Line) -> str:
    return {
        Resource.VCPU: "vCPU",
        Resource.MEMORY: "GiB of memory",
        Resource.STORAGE: "GiB of disks and swap files",
    }[line.resource]


def _has(vsphere: Vsphere, line: Line) -> str:
    """Return the words for what there is, with the assumption that is in it."""
    assumed = vsphere.assumptions
    if line.where is Where.DATASTORE:
        return f"{line.place} has, with {assumed.storage_headroom_percent} % kept free,"
    if line.resource is Resource.VCPU:
        return f"{line.place}, at {assumed.vcpus_per_core:g} to a core, have"
    place = line.place if line.where is not Where.RESERVATION else f"{len(vsphere.hosts) - 1} hosts, one lost"
    return f"{place}, less {assumed.host_memory_percent} % of their own, have"


def _place(vsphere: Vsphere, line: Line) -> Place:
    if line.where is Where.RESERVATION:
        return vsphere.resource_pool.at("memory_reservation_mib")
    if line.where is Where.DATASTORE:
        stores = (vsphere.datastores.nodes, vsphere.datastores.backup, vsphere.datastores.images)
        found = next((each for each in stores if line.place == f"datastore {each.name}"), vsphere.datastores.nodes)
        return found.at("capacity_gib")
    return vsphere.at("hosts")
