"""Load balancers of on-prem clusters: their kind, and what each kind needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from model.config.onprem_balancer import LoadBalancer, LoadBalancerKind, ManualPorts
from model.config.onprem_cluster import AdminCluster, Mode, Provisioner, UserCluster
from model.config.problems import Severity
from model.estate import Environment
from model.planning.versions import Minor, Version
from model.rules import pages
from model.rules.onprem_forms import LEGACY_ENDS, exists
from model.rules.registries import environment_rules
from model.rules.registry import Finding

NODE_PORTS: Final = range(30000, 32768)
GONE: Final[Mapping[LoadBalancerKind, Minor]] = {
    LoadBalancerKind.F5: Minor(1, 30),
    LoadBalancerKind.SEESAW: Minor(1, 28),
}
"""Kinds that new clusters no longer have, and since when (A33)."""


def _there_before(cluster: AdminCluster | UserCluster) -> bool:
    return cluster.mode is Mode.ADOPT if isinstance(cluster, AdminCluster) else exists(cluster)


@environment_rules.rule(
    "A33", "B66", title="load balancers are of a kind that still exists", source=pages.CREATE_USER_CLUSTER
)
def load_balancer_kind(env: Environment) -> Iterator[Finding]:
    """Refuse integrated F5 and Seesaw on versions that no longer make them; warn of those that are left."""
    clusters: tuple[AdminCluster | UserCluster, ...] = (*env.onprem.admin_clusters, *env.onprem.user_clusters)
    for cluster in clusters:
        kind, minor = cluster.load_balancer.kind, Version.parse(cluster.version).minor
        if kind not in GONE:
            continue
        place, remedy = cluster.load_balancer.at("kind"), "use metallb, or manual in front of your own"
        what = f"{'admin' if isinstance(cluster, AdminCluster) else 'user'} cluster {cluster.name} on {minor}"
        since = f"refused for new clusters from {GONE[kind]}, and it stops the upgrade to 1.32"
        message = f"{what} has load balancer '{kind}': {since}"
        if minor >= LEGACY_ENDS:
            continue  # the version catalogue says that it no longer runs at all
        if minor >= GONE[kind] and not _there_before(cluster):
            yield Finding(place, message, remedy)
        elif kind is LoadBalancerKind.SEESAW and cluster.provisioner is Provisioner.API:
            message = f"{what} has load balancer 'seesaw', which the API has no field for"
            yield Finding(place, message, "set provisioner: gkectl, or use metallb")
        else:
            yield Finding(place, message, "plan its change to metallb or manual", Severity.WARNING, "B66")


@environment_rules.rule("B52", title="a load balancer has what its kind needs", source=pages.USER_CLUSTER)
def load_balancer_fields(env: Environment) -> Iterator[Finding]:
    """Refuse MetalLB without pools, a manual load balancer without node ports, F5 without a device, and the reverse."""
    for cluster in env.onprem.user_clusters:
        balancer = cluster.load_balancer
        what = f"user cluster {cluster.name}"
        match balancer.kind:
            case LoadBalancerKind.METAL_LB if not balancer.pools:
                message = f"{what} uses MetalLB and has no address pool, so services get no address"
                yield Finding(balancer.at("kind"), message, "add pools: with the range that holds the ingress VIP")
            case LoadBalancerKind.MANUAL if balancer.ports is None:
                message = f"{what} has a manual load balancer and no node ports to send traffic to"
                yield Finding(balancer.at("kind"), message, "add ports: with ingress_http and ingress_https")
            case LoadBalancerKind.F5 if balancer.f5 is None:
                message = f"{what} has an F5 load balancer, and nothing says which device and partition"
                yield Finding(balancer.at("kind"), message, "add f5: with address, partition and credentials")
            case _:
                pass
        yield from _needless(balancer)


def _needless(balancer: LoadBalancer) -> Iterator[Finding]:
    """Refuse fields of another kind than the load balancer's own."""
    kind = balancer.kind
    if balancer.ports is not None and kind is not LoadBalancerKind.MANUAL:
        message = f"node ports are for a load balancer of kind manual; {_said(kind)} does not use them"
        yield Finding(balancer.at("ports"), message, "remove ports:")
    if balancer.pools and kind is not LoadBalancerKind.METAL_LB:
        message = f"address pools are for MetalLB; {_said(kind)} does not use them"
        yield Finding(balancer.at("pools"), message, "remove pools:, or use kind metallb")
    if balancer.f5 is not None and kind is not LoadBalancerKind.F5:
        message = f"a BIG-IP is for a load balancer of kind f5; {_said(kind)} does not use it"
        yield Finding(balancer.at("f5"), message, "remove f5:")


def _said(kind: LoadBalancerKind) -> str:
    said = {LoadBalancerKind.METAL_LB: "MetalLB", LoadBalancerKind.MANUAL: "a manual load balancer"}
    return said.get(kind, f"'{kind}'")


@environment_rules.rule("B48", "A34", title="node ports are in range and distinct", source=pages.CREATE_USER_CLUSTER)
def node_ports(env: Environment) -> Iterator[Finding]:
    """Refuse node ports outside Kubernetes' range, and one port for two uses."""
    for cluster in env.onprem.user_clusters:
        ports = cluster.load_balancer.ports
        if ports is None:
            continue
        first: dict[int, str] = {}
        for use, port in _uses(ports):
            if port not in NODE_PORTS:
                message = f"{use} is {port}; Kubernetes gives node ports from {NODE_PORTS[0]} to {NODE_PORTS[-1]}"
                yield Finding(ports.at(use), message, "choose a port of that range")
            other = first.setdefault(port, use)
            if other != use:
                message = f"{other} and {use} are both on node port {port}, so one of them has no listener"
                yield Finding(ports.at(use), message, f"give {use} a port of its own")
    for admin in env.onprem.admin_clusters:
        port = admin.load_balancer.control_plane_node_port
        if port is not None and port not in NODE_PORTS:
            message = f"control_plane_node_port is {port}; Kubernetes gives node ports from {NODE_PORTS[0]} on"
            yield Finding(admin.load_balancer.at("control_plane_node_port"), message, "choose a port of that range")


def _uses(ports: ManualPorts) -> Iterator[tuple[str, int]]:
    for use in ("ingress_http", "ingress_https", "control_plane", "konnectivity"):
        port = getattr(ports, use)
        if isinstance(port, int):
            yield use, port


@environment_rules.rule(
    "A34", title="node ports of control planes are those that are used", source=pages.ADMIN_CLUSTER_FILE
)
def control_plane_ports(env: Environment) -> Iterator[Finding]:
    """Refuse node ports of control planes where these have their own VIP, and none where gkectl asks for them."""
    for cluster in env.onprem.user_clusters:
        ports = cluster.load_balancer.ports
        if ports is None:
            continue
        for use in ("control_plane", "konnectivity"):
            stated, what = getattr(ports, use) is not None, f"user cluster {cluster.name}"
            if stated and cluster.control_plane_v2:
                message = f"{what} has Controlplane V2, and {use} is a node port of control planes in the admin cluster"
                yield Finding(ports.at(use), message, f"remove {use}")
            elif not stated and not cluster.control_plane_v2:
                message = f"the control plane of {cluster.name} runs in the admin cluster, and {use} names no node port"
                yield Finding(ports.at(use), message, f"add {use}")
    for admin in env.onprem.admin_clusters:
        balancer = admin.load_balancer
        port, manual = balancer.control_plane_node_port, balancer.kind is LoadBalancerKind.MANUAL
        if port is not None and not (manual and admin.control_plane.replicas == 1):
            message = f"admin cluster {admin.name} answers on port 443 of its nodes, and names a node port as well"
            yield Finding(balancer.at("control_plane_node_port"), message, "remove control_plane_node_port")
        elif port is None and manual and admin.control_plane.replicas == 1:
            message = f"admin cluster {admin.name} has one control plane node and no node port for its load balancer"
            yield Finding(balancer.at("kind"), message, "add control_plane_node_port")
        if (balancer.f5 is None) is (balancer.kind is LoadBalancerKind.F5):
            message = f"admin cluster {admin.name} has load balancer '{balancer.kind}', and f5: goes with kind f5 alone"
            yield Finding(balancer.at("kind"), message, "add f5:, or remove it")


@environment_rules.rule(
    "A35",
    title="user clusters have their admin cluster's kind of load balancer",
    source=pages.CREATE_USER_CLUSTER,
)
def load_balancers_agree(env: Environment) -> Iterator[Finding]:
    """Refuse another kind than the admin cluster's through the API; MetalLB below Seesaw is the one exception."""
    admins = {admin.name: admin for admin in env.onprem.admin_clusters}
    for cluster in env.onprem.user_clusters:
        admin = admins.get(cluster.admin_cluster)
        if admin is None or cluster.provisioner is not Provisioner.API:
            continue
        mine, theirs = cluster.load_balancer.kind, admin.load_balancer.kind
        moved = (theirs, mine) == (LoadBalancerKind.SEESAW, LoadBalancerKind.METAL_LB)
        if mine is not theirs and not moved:
            message = (
                f"user cluster {cluster.name} has load balancer '{mine}' and its admin cluster {admin.name} has "
                f"'{theirs}': through the API a user cluster has its admin cluster's kind"
            )
            remedy = f"use {theirs}, set provisioner: gkectl, or take another admin cluster"
            yield Finding(cluster.load_balancer.at("kind"), message, remedy)
