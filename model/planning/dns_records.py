"""Names of clusters that the sites' name servers and the public zone have to know, for every cluster there is.

Teams' own names are CNAMEs to a name below a cluster's wildcard, so moving a team to another generation moves one name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Final

from model.config.network import Subnet
from model.config.onprem_cluster import UserCluster
from model.estate import Environment

EXTERNAL_POOL: Final = "external"
"""The address pool of an on-prem cluster whose first address its external ingress has."""
INGRESS_ADDRESS: Final = "ingress"
"""The address of a subnet that the GKE clusters' internal ingress has."""


class Zone(StrEnum):
    """Who looks the name up."""

    INTERNAL = "internal"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """An A record. `behind` is the address behind a firewall's translation; the public one is then the firewall's."""

    name: str
    zone: Zone
    cluster: str
    generation: int
    address: IPv4Address | None
    behind: IPv4Address | None = None

    def as_dict(self) -> dict[str, str | int | None]:
        """Return the record as a stack output."""
        return {
            "name": self.name,
            "type": "A",
            "zone": self.zone.value,
            "cluster": self.cluster,
            "generation": self.generation,
            "address": str(self.address) if self.address else None,
            "behind": str(self.behind) if self.behind else None,
        }


def dns_records(env: Environment) -> tuple[DnsRecord, ...]:
    """Return the records of every cluster, by cluster: both generations of a cluster stand in it side by side."""
    return tuple(sorted(_records(env), key=lambda each: (each.cluster, each.name)))


def _records(env: Environment) -> Iterator[DnsRecord]:
    internal, external = env.organisation.dns.internal, env.organisation.dns.external
    for admin in env.onprem.admin_clusters:
        yield DnsRecord(f"api.{admin.name}.{internal}", Zone.INTERNAL, admin.name, 1, admin.control_plane.vip)
    for cluster in env.onprem.user_clusters:
        name, generation = cluster.name, cluster.generation
        vip, ingress = cluster.control_plane.vip, cluster.load_balancer.ingress_vip
        yield DnsRecord(f"api.{name}.{internal}", Zone.INTERNAL, name, generation, vip)
        yield DnsRecord(f"*.{name}.{internal}", Zone.INTERNAL, name, generation, ingress)
        behind = _external_ingress(cluster)
        if behind is not None:
            yield DnsRecord(f"*.{name}.{external}", Zone.EXTERNAL, name, generation, None, behind)
    inside = [each.addresses[INGRESS_ADDRESS] for each in _subnets(env) if INGRESS_ADDRESS in each.addresses]
    outside = [address for _, address in sorted(env.network.ingress.items())]
    for cluster in env.gke.clusters:
        name, generation = cluster.name, cluster.generation
        for address in inside[:1]:
            yield DnsRecord(f"*.{name}.{internal}", Zone.INTERNAL, name, generation, address)
        for address in outside[:1]:
            yield DnsRecord(f"*.{name}.{external}", Zone.EXTERNAL, name, generation, address)


def _subnets(env: Environment) -> list[Subnet]:
    return [each for _, each in sorted(env.network.subnets.items())]


def _external_ingress(cluster: UserCluster) -> IPv4Address | None:
    pool = cluster.load_balancer.pools.get(EXTERNAL_POOL)
    return pool.addresses[0].first if pool is not None and pool.addresses else None
