"""The openings that the platform needs between the sites and the cloud, as an order for the sites' firewalls.

One row is one sentence for a network engineer: from whom, to whom, which ports, what for. A row whose target is a
machine, an internal load balancer or a control plane in the VPC is also a rule of the VPC's firewall policy
(`firewall.py`). Google APIs and VPN gateways are not behind VPC firewall rules, which guard the interfaces of machines:
https://docs.cloud.google.com/firewall/docs/firewalls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from model.config.baremetal import BareMetalCluster
from model.config.gke import PodAddressing
from model.config.network import Purpose
from model.config.onprem_cluster import UserCluster
from model.config.types import AddressRange
from model.estate import Environment
from model.planning.advertised import google_host
from model.planning.register import gke_range

EAST_WEST_POOL: Final = "eastwest"
"""The address pool of an on-prem cluster whose first address its east-west gateway has."""
EAST_WEST_ADDRESS: Final = "east-west"
"""The address of a subnet that the GKE clusters' east-west gateway has."""
_NODES: Final = "GKE nodes, subnet "
CI_RUNNER: Final = "ci-runner"
"""The address of an on-prem network that the CI runner has."""


class Side(StrEnum):
    """Whose firewall has to let the traffic in."""

    ON_PREM = "on-prem"
    """The sites' firewalls only."""
    BOTH = "both"
    """The sites' firewalls on the way out, the VPC's policy on the way in."""


@dataclass(frozen=True, slots=True, order=True)
class End:
    """One end of an opening. `range` is None for an address that the cloud gives out when the thing is made."""

    name: str
    range: AddressRange | None

    @classmethod
    def of(cls, name: str, block: IPv4Network | IPv4Address | AddressRange) -> End:
        """Return the end that a network, an address or a range is."""
        return cls(name, block if isinstance(block, AddressRange) else AddressRange.of(block))


@dataclass(frozen=True, slots=True)
class Traffic:
    """A protocol with its ports; no ports means all of them, or a protocol that has none."""

    protocol: str
    ports: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write `tcp 443`, or the protocol alone."""
        return f"{self.protocol} {', '.join(self.ports)}" if self.ports else self.protocol


@dataclass(frozen=True, slots=True)
class Flow:
    """Targets and what may reach them."""

    targets: tuple[End, ...]
    traffic: tuple[Traffic, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """One row of the order sheet."""

    number: int
    """Its number on the sheet, which network engineers quote."""
    key: str
    """Its name, which never changes."""
    sources: tuple[End, ...]
    flows: tuple[Flow, ...]
    purpose: str
    side: Side


TCP_443: Final = (Traffic("tcp", ("443",)),)
MESH: Final = (Traffic("tcp", ("15443",)),)
DNS: Final = (Traffic("tcp", ("53",)), Traffic("udp", ("53",)))
MEMBERS: Final = (Traffic("tcp", ("7946",)), Traffic("udp", ("7946",)))
TUNNELS: Final = (Traffic("udp", ("500", "4500")), Traffic("esp"))


def _networks(env: Environment, names: Iterable[str]) -> tuple[End, ...]:
    known = {**env.onprem.networks, **env.baremetal.networks}
    found = {name: known[name] for name in names if name in known}
    return tuple(End.of(f"network {name} (VLAN {each.vlan})", each.range) for name, each in sorted(found.items()))


def _clusters(env: Environment) -> tuple[UserCluster | BareMetalCluster, ...]:
    """Return the clusters at the sites that run workloads."""
    return (*env.onprem.user_clusters, *env.baremetal.clusters)


def admin_networks(env: Environment) -> tuple[End, ...]:
    """Return the networks of the workstation and of the admin clusters."""
    admins = (*env.onprem.admin_clusters, *env.baremetal.admin_clusters)
    return _networks(env, [env.onprem.workstation.network, *(each.network for each in admins)])


def node_networks(env: Environment) -> tuple[End, ...]:
    """Return the networks of the user clusters."""
    return _networks(env, [cluster.network for cluster in _clusters(env)])


def gke_nodes(env: Environment) -> tuple[End, ...]:
    """Return the subnets of GKE nodes."""
    names = {cluster.subnet for cluster in env.gke.clusters}
    subnets = env.network.subnets
    return tuple(End.of(f"{_NODES}{name}", subnets[name].range) for name in sorted(names) if name in subnets)


def gke_pods(env: Environment) -> tuple[End, ...]:
    """Return the pod ranges of GKE clusters."""
    ranges = ((cluster.name, gke_range(env, cluster, cluster.pods)) for cluster in env.gke.clusters)
    return tuple(sorted(End.of(f"GKE pods of {name}", pods) for name, pods in ranges if pods is not None))


def gke_seen(env: Environment) -> tuple[End, ...]:
    """Return what the sites see of GKE clusters: nodes and pods, nodes alone, or the NAT instance (C29)."""
    by: dict[PodAddressing, set[str]] = {}
    for cluster in env.gke.clusters:
        by.setdefault(cluster.pod_addressing, set()).add(cluster.name)
    behind = by.pop(PodAddressing.NAT_VM, set())
    subnets = {each.subnet for each in env.gke.clusters if each.name not in behind}
    pods = {f"GKE pods of {name}" for name in by.get(PodAddressing.ROUTABLE, ())}
    nodes = tuple(end for end in gke_nodes(env) if end.name.removeprefix(_NODES) in subnets)
    instance = env.network.nat_instance
    nat = (End.of(f"NAT instance of {', '.join(sorted(behind))}", instance.address),) if behind and instance else ()
    return (*nodes, *(end for end in gke_pods(env) if end.name in pods), *nat)


def gke_control_planes(env: Environment) -> tuple[End, ...]:
    """Return the control plane ranges of GKE clusters."""
    return tuple(sorted(End.of(f"control plane of {each.name}", each.control_plane) for each in env.gke.clusters))


def user_vips(env: Environment) -> tuple[End, ...]:
    """Return the addresses of the user clusters' Kubernetes APIs."""
    clusters = _clusters(env)
    return tuple(sorted(End.of(f"control plane VIP of {each.name}", each.control_plane.vip) for each in clusters))


def admin_vips(env: Environment) -> tuple[End, ...]:
    """Return the addresses of the admin clusters' Kubernetes APIs."""
    clusters = (*env.onprem.admin_clusters, *env.baremetal.admin_clusters)
    return tuple(sorted(End.of(f"admin VIP of {each.name}", each.control_plane.vip) for each in clusters))


def ingress_vips(env: Environment) -> tuple[End, ...]:
    """Return the ingress addresses of the user clusters."""
    clusters = _clusters(env)
    return tuple(sorted(End.of(f"ingress VIP of {each.name}", each.load_balancer.ingress_vip) for each in clusters))


def onprem_east_west(env: Environment) -> tuple[End, ...]:
    """Return the east-west gateways of the user clusters."""
    found: list[End] = []
    for cluster in _clusters(env):
        pool = cluster.load_balancer.pools.get(EAST_WEST_POOL)
        if pool is not None and pool.addresses:
            found.append(End.of(f"east-west gateway of {cluster.name}", pool.addresses[0].first))
    return tuple(sorted(found))


def _subnet_addresses(env: Environment, use: str, label: str) -> tuple[End, ...]:
    subnets = sorted(env.network.subnets.items())
    return tuple(
        End.of(f"{label}, subnet {name}", each.addresses[use]) for name, each in subnets if use in each.addresses
    )


def gke_east_west(env: Environment) -> tuple[End, ...]:
    """Return the east-west gateways of the GKE clusters; none where there are no clusters behind the address."""
    return _subnet_addresses(env, EAST_WEST_ADDRESS, "GKE east-west gateway") if env.gke.clusters else ()


def operators(env: Environment) -> tuple[End, ...]:
    """Return where the program and gkectl run: CI runners and the workstation."""
    networks = sorted(env.onprem.networks.items())
    runners = [
        End.of(f"CI runner, network {name}", each.addresses[CI_RUNNER])
        for name, each in networks
        if CI_RUNNER in each.addresses
    ]
    return (*runners, *_workstation(env))


def _workstation(env: Environment) -> tuple[End, ...]:
    """Return the workstation, or the network that DHCP gives it an address of."""
    workstation = env.onprem.workstation
    name = f"workstation {workstation.name}"
    if workstation.address is not None:
        return (End.of(name, workstation.address),)
    network = env.onprem.networks.get(workstation.network)
    return () if network is None else (End.of(f"{name} (DHCP)", network.range),)


def dns_entry_points(env: Environment) -> tuple[End, ...]:
    """Return where Cloud DNS answers the sites, in the subnets that have an entry point; none unless they may ask.

    Cloud DNS makes one in every subnet but those of proxies
    (https://docs.cloud.google.com/dns/docs/server-policies-overview). Until one is written down it can lie anywhere in
    its subnet, so the order is for the whole subnet.
    """
    inbound = env.network.dns.inbound
    if inbound is None:
        return ()
    subnets = {name: each for name, each in env.network.subnets.items() if each.purpose is Purpose.PRIVATE}
    known = {name: inbound.addresses.get(name) for name in subnets}
    return tuple(
        End.of(f"Cloud DNS in subnet {name}", address if address is not None else subnets[name].range)
        for name, address in sorted(known.items())
        if not inbound.addresses or name in inbound.addresses
    )


def _rows(env: Environment) -> Iterator[Opening]:
    space, services = env.organisation.addresses, env.organisation.services
    nodes, on_prem = node_networks(env), (*admin_networks(env), *node_networks(env))
    gke = gke_seen(env)
    vcenter = End.of(services.vcenter.name, services.vcenter.address)
    dns = tuple(End.of(host.name, host.address) for host in services.dns)
    ntp = tuple(End.of(host.name, host.address) for host in services.ntp)
    syslog = End.of(services.syslog.name, services.syslog.address)
    registry = End.of(services.registry.name, services.registry.address)
    google_apis = End.of(google_host(space.private_google_access), space.private_google_access)
    asks = env.network.dns.forward_from is None
    forwarding = (End.of("Cloud DNS forwarding", space.dns_forwarding_sources),) if asks else ()
    ends = {(name, peer.address) for gateway in env.vpn.gateways.values() for name, peer in gateway.peers.items()}
    peers = tuple(End.of(name, address) for name, address in sorted(ends))
    gateway = tuple(End(f"Google VPN gateway, interface {number}", None) for number in (0, 1))

    def row(number: int, key: str, sources: tuple[End, ...], flows: tuple[Flow, ...], purpose: str) -> Opening:
        side = Side.BOTH if key in _INTO_THE_VPC else Side.ON_PREM
        return Opening(number, key, sources, tuple(flow for flow in flows if flow.targets), purpose, side)

    def to(targets: tuple[End, ...], traffic: tuple[Traffic, ...]) -> tuple[Flow, ...]:
        return (Flow(targets, traffic),)

    yield row(1, "google-apis", on_prem, to((google_apis,), TCP_443), "Google APIs")
    yield row(2, "istiod-to-onprem-api", gke, to(user_vips(env), TCP_443), "istiod endpoint discovery")
    yield row(3, "istiod-to-gke-api", nodes, to(gke_control_planes(env), TCP_443), "istiod endpoint discovery")
    yield row(4, "mesh-to-onprem", gke, to(onprem_east_west(env), MESH), "mesh")
    yield row(5, "mesh-to-gke", nodes, to(gke_east_west(env), MESH), "mesh")
    yield row(6, "dns-forwarding", forwarding, to(dns, DNS), "DNS forwarding")
    flows = (
        Flow(dns, DNS),
        Flow(ntp, (Traffic("udp", ("123",)),)),
        Flow((syslog,), (Traffic("tcp", ("6514",)),)),
        Flow((registry,), TCP_443),
    )
    yield row(7, "shared-services", on_prem, flows, "DNS, NTP, syslog, registry")
    machines = _networks(env, env.baremetal.networks)
    virtual = tuple(end for end in on_prem if end not in machines)
    yield row(8, "vcenter", virtual, to((vcenter,), TCP_443), "vSphere API, CSI")
    yield row(9, "grafana-queries", gke, to(ingress_vips(env), TCP_443), "Grafana queries")
    for name in sorted({cluster.network for cluster in _clusters(env)}):
        network = _networks(env, [name])
        yield row(10, f"metallb-members-{name}", network, to(network, MEMBERS), "MetalLB members")
    apis = (vcenter, *admin_vips(env), *user_vips(env))
    yield row(11, "operators", operators(env), to(apis, TCP_443), "Pulumi, gkectl")
    yield row(12, "tunnels", peers, to(gateway, TUNNELS), "tunnels")
    yield row(13, "dns-inbound", dns, to(dns_entry_points(env), DNS), "conditional forwarders")


_INTO_THE_VPC: Final = frozenset({"istiod-to-gke-api", "mesh-to-gke"})


def order_sheet(env: Environment) -> tuple[Opening, ...]:
    """Return the rows to order from whoever runs the sites' firewalls, by number.

    A row without a source or a target is left out: an environment without GKE needs nothing from GKE.
    """
    return tuple(row for row in _rows(env) if row.sources and row.flows)
