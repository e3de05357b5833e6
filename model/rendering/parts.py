"""Sections that are rendered alike for admin clusters and for user clusters."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address
from typing import Final

from model.config.onprem import SiteNetwork
from model.config.onprem_balancer import F5, LoadBalancerKind
from model.config.onprem_cluster import AdminCluster, ControlPlane, UserCluster
from model.config.organisation import Host
from model.config.source import Data
from model.estate import Environment
from model.planning.hosts import control_plane_hosts
from model.planning.versions import Minor
from model.rendering.files import CREDENTIALS, Account, key_of, on_workstation

VCENTER_ENTRY: Final = "vCenter"
REGISTRY_ENTRY: Final = "private-registry"
BALANCER_KINDS: Final = {
    LoadBalancerKind.METAL_LB: "MetalLB",
    LoadBalancerKind.MANUAL: "ManualLB",
    LoadBalancerKind.F5: "F5BigIP",
    LoadBalancerKind.SEESAW: "Seesaw",
}
_ONLY_ADVANCED: Final = Minor(1, 33)


def f5_entry(cluster: AdminCluster | UserCluster) -> str:
    """Return the entry in the credentials file of a cluster's BIG-IP."""
    return f"f5-{cluster.name}"


def file_reference(entry: str) -> dict[str, Data]:
    """Return a reference to an entry of the credentials file (A9)."""
    return {"fileRef": {"path": on_workstation(CREDENTIALS), "entry": entry}}


def is_advanced(cluster: AdminCluster | UserCluster, minor: Minor) -> bool:
    """Say whether the cluster is an advanced one in a version: as it is marked, and always from 1.33 on (B65)."""
    return cluster.advanced or minor >= _ONLY_ADVANCED


def addresses(hosts: Iterable[Host]) -> list[Data]:
    """Return the addresses of shared services in their numerical order, whatever the file's."""
    return [str(address) for address in sorted(host.address for host in hosts)]


def host_config(env: Environment) -> dict[str, Data]:
    """Return the name servers, time servers and search domain of nodes (A28)."""
    services = env.organisation.services
    return {
        "dnsServers": addresses(services.dns),
        "ntpServers": addresses(services.ntp),
        "searchDomainsForDNS": [env.organisation.dns.search],
    }


def control_plane_block(network: SiteNetwork, nodes: ControlPlane) -> dict[str, Data]:
    """Return the addresses of control plane nodes with their host names (A29, B41)."""
    return {
        "netmask": str(network.range.netmask),
        "gateway": str(network.gateway),
        "ips": [{"ip": str(host.address), "hostname": host.name} for host in control_plane_hosts(nodes)],
    }


def ip_block(network: SiteNetwork, hosts: Iterable[tuple[IPv4Address, str]]) -> dict[str, Data]:
    """Return an IP block file of addresses with host names; an empty name leaves the VM's own (A46)."""
    ips: list[Data] = [
        {"ip": str(address), "hostname": name} if name else {"ip": str(address)} for address, name in hosts
    ]
    block: Data = {"netmask": str(network.range.netmask), "gateway": str(network.gateway), "ips": ips}
    return {"blocks": [block]}


def big_ip(cluster: AdminCluster | UserCluster, wanted: F5) -> dict[str, Data]:
    """Return the section of a BIG-IP that the cluster drives itself (A34)."""
    section: dict[str, Data] = {
        "address": wanted.address,
        "credentials": file_reference(f5_entry(cluster)),
        "partition": wanted.partition,
    }
    if wanted.snat_pool is not None:
        section["snatPoolName"] = wanted.snat_pool
    return section


def google(env: Environment, cluster: AdminCluster | UserCluster, minor: Minor) -> dict[str, Data]:
    """Return the sections about Google Cloud, in one project and one region (A40-A42).

    An advanced cluster sends its audit logs with the key of its logs (A41).
    """
    project, region, name = env.facts.projects.cluster.id, env.organisation.region, cluster.name
    logging = on_workstation(key_of(Account.LOGGING, name))
    audit = logging if is_advanced(cluster, minor) else on_workstation(key_of(Account.AUDIT, name))
    return {
        "gkeConnect": {
            "projectID": project,
            "location": region,
            "registerServiceAccountKeyPath": on_workstation(key_of(Account.REGISTER, name)),
        },
        "gkeOnPremAPI": {"enabled": True, "location": region},
        "stackdriver": {
            "projectID": project,
            "clusterLocation": region,
            "serviceAccountKeyPath": logging,
            "disableVsphereResourceMetrics": False,
        },
        "cloudAuditLogging": {"projectID": project, "clusterLocation": region, "serviceAccountKeyPath": audit},
    }
