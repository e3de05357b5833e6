"""An environment as a scene: what there is, in the words of the stack file, in an order that its keys give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import IPv4Address
from typing import Final, Protocol, TypeVar

from model.config.baremetal import BareMetalAdminCluster, BareMetalCluster
from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, Mode, UserCluster
from model.config.vpn import Link as VpnLink
from model.estate import Environment
from model.planning.members import MemberKind, admin_members, planned_members
from model.planning.names import Names
from operations.diagram.scene import Box, Line, Link, Look, Panel, Scene

_LOOKS = {
    MemberKind.ADMIN: Look.ADMIN,
    MemberKind.ONPREM: Look.USER,
    MemberKind.GKE: Look.GKE,
    MemberKind.ATTACHED: Look.OTHER,
    MemberKind.BAREMETAL: Look.OTHER,
}


def described(env: Environment) -> Scene:
    """Return the scene of an environment. Raises `Unavailable` for a section that could not be read."""
    facts, organisation = env.facts, env.organisation
    devices, interfaces, links = _vpn(env)
    return Scene(
        title=f"{organisation.platform} {env.name}",
        subtitle=f"{facts.purpose} · ring {facts.ring} · region {organisation.region}",
        fleet=f"Fleet {env.fleet.display_name} · {facts.projects.cluster.id} · members, reached by Connect gateway",
        members=tuple(_members(env)),
        onprem_title=f"On-prem {env.network.on_prem} · vSphere {env.onprem.vsphere.compute_cluster}",
        onprem=(*_site_networks(env), *_machine_networks(env)),
        cloud_title=f"Google Cloud {env.network.cloud} · {facts.projects.network.id}",
        cloud=(*_vpc(env), *_elsewhere(env)),
        devices=devices,
        interfaces=interfaces,
        links=links,
    )


def _line(key: str, *words: object) -> Line:
    return Line(key, " ".join(str(word) for word in words))


def _members(env: Environment) -> Iterator[Box]:
    mesh = env.fleet.features.servicemesh
    managed = mesh.members if mesh is not None else {}
    for member in (*admin_members(env), *planned_members(env)):
        lines = [_line("kind", _KINDS[member.kind])]
        if member.membership in managed:
            how = managed[member.membership].value.removeprefix("MANAGEMENT_").lower()
            lines.append(_line("mesh", f"service mesh, {how}"))
        yield Box(f"member/{member.cluster}", member.membership, _LOOKS[member.kind], tuple(lines))


_KINDS = {
    MemberKind.ADMIN: "admin cluster",
    MemberKind.ONPREM: "user cluster",
    MemberKind.GKE: "GKE cluster",
    MemberKind.ATTACHED: "attached cluster",
    MemberKind.BAREMETAL: "bare metal cluster",
}


def _site_networks(env: Environment) -> Iterator[Panel]:
    onprem = env.onprem
    for name, network in sorted(onprem.networks.items()):
        boxes: list[Box] = []
        machine = onprem.workstation
        if machine.network == name:
            lines = (_line("version", "gkectl", machine.version), _line("address", "address", machine.address))
            boxes.append(Box(f"workstation/{machine.name}", machine.name, Look.PLAIN, lines))
        boxes += [_admin(each) for each in _by_name(onprem.admin_clusters) if each.network == name]
        boxes += [_user(each) for each in _by_name(onprem.user_clusters) if each.network == name]
        title = f"network {name} · {network.range} · VLAN {network.vlan}"
        yield Panel(f"site/{name}", title, tuple(boxes))


def _machine_networks(env: Environment) -> Iterator[Panel]:
    metal = env.baremetal
    for name, network in sorted(metal.networks.items()):
        clusters: list[BareMetalAdminCluster | BareMetalCluster] = [*metal.admin_clusters, *metal.clusters]
        boxes = tuple(_metal(each) for each in sorted(clusters, key=lambda each: each.name) if each.network == name)
        yield Panel(f"metal/{name}", f"bare metal {name} · {network.range} · VLAN {network.vlan}", boxes)


def _admin(cluster: AdminCluster) -> Box:
    plane = cluster.control_plane
    return Box(
        f"admin/{cluster.name}",
        cluster.name,
        Look.ADMIN,
        (
            _line("kind", "admin cluster", *_adopted(cluster.mode)),
            _line("version", "version", cluster.version),
            _line("plane", plane.replicas, "control plane nodes"),
            _line("vip", "VIP", plane.vip),
        ),
    )


def _adopted(mode: Mode) -> tuple[str, ...]:
    return ("(adopted)",) if mode is Mode.ADOPT else ()


def _user(cluster: UserCluster) -> Box:
    plane = cluster.control_plane
    pools = (
        _line(
            f"pool/{pool.name}",
            f"pool {pool.name}",
            f"{_span(pool.nodes.min, pool.nodes.max)} of {pool.cpus} vCPU {pool.memory_mib / 1024:g} GiB",
            *((pool.version,) if pool.version else ()),
        )
        for pool in _by_name(cluster.node_pools)
    )
    return Box(
        f"user/{cluster.name}",
        cluster.name,
        Look.USER,
        (
            _line("kind", "user cluster", *_adopted(cluster.mode)),
            _line("admin", "managed by", cluster.admin_cluster),
            _line("version", "version", cluster.version),
            _line("plane", plane.replicas, "control plane nodes"),
            _line("vip", "VIP", plane.vip),
            *pools,
            _line("pods", "pods", cluster.pods),
            _line("services", "services", cluster.services),
        ),
    )


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low}-{high}"


def _metal(cluster: BareMetalAdminCluster | BareMetalCluster) -> Box:
    pools = cluster.node_pools if isinstance(cluster, BareMetalCluster) else ()
    kind = "user" if isinstance(cluster, BareMetalCluster) else "admin"
    return Box(
        f"metal/{cluster.name}",
        cluster.name,
        Look.OTHER,
        (
            _line("kind", f"bare metal {kind} cluster"),
            _line("version", "version", cluster.version),
            _line("plane", len(cluster.control_plane.nodes), "control plane nodes"),
            _line("vip", "VIP", cluster.control_plane.vip),
            *(_line(f"pool/{pool.name}", f"pool {pool.name} {len(pool.nodes)}") for pool in _by_name(pools)),
            _line("pods", "pods", cluster.pods),
        ),
    )


def _vpc(env: Environment) -> Iterator[Panel]:
    network = env.network
    for name, subnet in sorted(network.subnets.items()):
        boxes = tuple(_gke(env, each) for each in _by_name(env.gke.clusters) if each.subnet == name)
        if boxes:
            yield Panel(f"subnet/{name}", f"VPC {Names.of(env).vpc} · subnet {name} · {subnet.range}", boxes)
    used = {each.subnet for each in env.gke.clusters}
    others = [
        _line(f"subnet/{name}", f"subnet {name}", each.range)
        for name, each in sorted(network.subnets.items())
        if name not in used
    ]
    others.append(_line("services", "private services", network.private_service_access))
    boxes = [
        Box("subnets", "other ranges", Look.PLAIN, tuple(others)),
        Box("egress", "Cloud NAT", Look.PLAIN, tuple(_addresses(network.nat.egress))),
    ]
    if network.ingress:
        boxes.append(Box("ingress", "ingress from the internet", Look.PLAIN, tuple(_addresses(network.ingress))))
    yield Panel("vpc", f"VPC {Names.of(env).vpc} · around it", tuple(boxes))


def _addresses(values: Mapping[str, IPv4Address | None]) -> Iterator[Line]:
    for name, address in sorted(values.items()):
        yield _line(name, name, address or "not reserved yet")


def _gke(env: Environment, cluster: GkeCluster) -> Box:
    zones = len(env.organisation.zones)
    pools = (
        _line(
            f"pool/{pool.name}",
            f"pool {pool.name}",
            f"{_span(pool.nodes_per_zone.min * zones, pool.nodes_per_zone.max * zones)} of {pool.machine_type}",
        )
        for pool in _by_name(cluster.node_pools)
    )
    subnet = env.network.subnets.get(cluster.subnet)
    ranges = subnet.secondary if subnet is not None else {}
    return Box(
        f"gke/{cluster.name}",
        cluster.name,
        Look.GKE,
        (
            _line("kind", "GKE cluster over", zones, "zones", *_adopted(cluster.mode)),
            _line("version", f"channel {cluster.release_channel}, from {cluster.version_floor}"),
            _line("plane", "control plane", cluster.control_plane),
            *pools,
            _line("pods", "pods", ranges.get(cluster.pods, cluster.pods)),
            _line("services", "services", ranges.get(cluster.services, cluster.services)),
        ),
    )


def _elsewhere(env: Environment) -> Iterator[Panel]:
    boxes = tuple(
        Box(
            f"attached/{each.name}",
            each.name,
            Look.OTHER,
            (
                _line("kind", f"attached {each.distribution}"),
                _line("version", "Kubernetes", each.kubernetes_version),
                _line("state", "registered" if each.manifest_applied else "waits for its owner"),
            ),
        )
        for each in _by_name(env.attached.clusters)
    )
    if boxes:
        yield Panel("attached", "run by others", boxes)


def _vpn(env: Environment) -> tuple[tuple[Box, ...], tuple[Box, ...], tuple[Link, ...]]:
    vpn = env.vpn
    devices: list[Box] = []
    for name, peer in sorted(vpn.peers.items()):
        site = env.organisation.vpn.peers.get(name)
        lines = (_line("address", peer.address), _line("asn", "AS", env.organisation.vpn.on_prem_asn))
        devices.append(Box(f"device/{name}", f"{name} in {site.site}" if site else name, Look.DEVICE, lines))
    for gateway, external in sorted(vpn.external_gateways.items()):
        for name, peer in sorted(external.peers.items()):
            lines = (_line("address", peer.address), _line("asn", "AS", env.organisation.vpn.on_prem_asn))
            devices.append(Box(f"device/{gateway}/{name}", f"{name} of {gateway}", Look.DEVICE, lines))
    links: list[Link] = []
    for name, tunnel in sorted(vpn.tunnels.items()):
        device = "/".join(filter(None, ("device", tunnel.external_gateway, tunnel.peer)))
        links.append(_link(env, name, tunnel, device))
    for name, cloud in sorted(vpn.cloud_peers.items()):
        lines = (_line("asn", "AS", cloud.asn),)
        devices.append(Box(f"device/{name}", f"{name}, another VPC", Look.DEVICE, lines))
        links += [_link(env, key, each, f"device/{name}") for key, each in sorted(cloud.tunnels.items())]
    gateway, ends = Names.of(env).vpn_gateway, sorted({link.interface for link in links})
    asn = (_line("asn", "AS", vpn.asn),)
    interfaces = [Box(end, f"{gateway} · {end.replace('/', ' ')}", Look.DEVICE, asn) for end in ends]
    if vpn.interconnect is not None:
        lines = (_line("asn", "AS", vpn.interconnect.asn),)
        interfaces.append(Box(_INTERCONNECT, f"{vpn.interconnect.kind.value.lower()} interconnect", Look.DEVICE, lines))
        for name, each in sorted(vpn.interconnect.attachments.items()):
            box = Box(
                f"attachment/{name}", name, Look.TUNNEL, (_line("range", each.range, f"priority {each.priority}"),)
            )
            links.append(Link(f"device/{each.peer}", _INTERCONNECT, box))
    return tuple(devices), tuple(interfaces), tuple(links)


_INTERCONNECT: Final = "interconnect"


def _link(env: Environment, name: str, tunnel: VpnLink, device: str) -> Link:
    up = not any(each in {name, f"{name}-bgp"} for each in env.vpn.drill.disabled_peers)
    lines = [_line("range", tunnel.range, f"priority {tunnel.priority}")]
    if not up:
        lines.append(_line("drill", "switched off by a drill"))
    box = Box(f"tunnel/{name}", name, Look.TUNNEL, tuple(lines))
    return Link(device, f"interface/{tunnel.gateway_interface}", box, up)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _by_name(things: Iterable[N]) -> list[N]:
    return sorted(things, key=lambda each: each.name)
