"""Load balancers of on-prem user clusters: their kind, and what each kind needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import UserCluster
from model.estate import Environment
from model.planning.versions import Minor, Version
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

NODE_PORTS: Final = range(30000, 32768)


@environment_rules.rule(
    "A33", "B66", title="load balancers are of a kind that still exists", source=pages.CREATE_USER_CLUSTER
)
def load_balancer_kind(env: Environment) -> Iterator[Finding]:
    """Refuse integrated F5 and Seesaw."""
    gone = {LoadBalancerKind.F5: Minor(1, 30), LoadBalancerKind.SEESAW: Minor(1, 28)}
    for cluster in env.onprem.user_clusters:
        kind, minor = cluster.load_balancer.kind, Version.parse(cluster.version).minor
        if kind in gone:
            since = f"refused for new clusters from {gone[kind]}, and it stops the upgrade to 1.32"
            message = f"user cluster {cluster.name} on {minor} has load balancer '{kind}': {since}"
            yield Finding(cluster.load_balancer.at("kind"), message, "use metallb, or manual in front of your own")


@environment_rules.rule("B52", title="a load balancer has what its kind needs", source=pages.USER_CLUSTER)
def load_balancer_fields(env: Environment) -> Iterator[Finding]:
    """Refuse MetalLB without pools, a manual load balancer without node ports, and fields of the other kind."""
    for cluster in env.onprem.user_clusters:
        balancer = cluster.load_balancer
        if balancer.kind is LoadBalancerKind.METAL_LB:
            if not balancer.pools:
                message = (
                    f"user cluster {cluster.name} uses MetalLB and has no address pool, so services get no address"
                )
                yield Finding(balancer.at("kind"), message, "add pools: with the range that holds the ingress VIP")
            if balancer.ports is not None:
                message = "node ports are for a load balancer of kind manual; MetalLB does not use them"
                yield Finding(balancer.at("ports"), message, "remove ports:")
        elif balancer.kind is LoadBalancerKind.MANUAL:
            if balancer.ports is None:
                message = f"user cluster {cluster.name} has a manual load balancer and no node ports to send traffic to"
                yield Finding(balancer.at("kind"), message, "add ports: with ingress_http and ingress_https")
            if balancer.pools:
                message = "address pools are for MetalLB; a manual load balancer does not use them"
                yield Finding(balancer.at("pools"), message, "remove pools:, or use kind metallb")


@environment_rules.rule("B48", "A34", title="node ports are in range and distinct", source=pages.CREATE_USER_CLUSTER)
def node_ports(env: Environment) -> Iterator[Finding]:
    """Refuse node ports outside Kubernetes' range, and one port for two uses."""
    for cluster in env.onprem.user_clusters:
        ports = cluster.load_balancer.ports
        if ports is None:
            continue
        for use, port in (("ingress_http", ports.ingress_http), ("ingress_https", ports.ingress_https)):
            if port not in NODE_PORTS:
                message = f"{use} is {port}; Kubernetes gives node ports from {NODE_PORTS[0]} to {NODE_PORTS[-1]}"
                yield Finding(ports.at(use), message, "choose a port of that range")
        if ports.ingress_http == ports.ingress_https:
            message = f"HTTP and HTTPS are both on node port {ports.ingress_http}, so one of them has no listener"
            yield Finding(ports.at("ingress_https"), message, "give HTTPS a port of its own")


@environment_rules.rule(
    "A35",
    title="user clusters of one admin cluster share their kind of load balancer",
    source=pages.CREATE_USER_CLUSTER,
)
def load_balancers_agree(env: Environment) -> Iterator[Finding]:
    """Refuse two kinds below one admin cluster, whose own load balancer has to be of the same kind."""
    first: dict[str, UserCluster] = {}
    for cluster in env.onprem.user_clusters:
        other = first.setdefault(cluster.admin_cluster, cluster)
        mine, theirs = cluster.load_balancer.kind, other.load_balancer.kind
        if mine is not theirs:
            message = (
                f"user cluster {cluster.name} has load balancer '{mine}' and {other.name} has '{theirs}': "
                f"{cluster.admin_cluster} manages both, and through the API it has the kind of its user clusters"
            )
            yield Finding(cluster.load_balancer.at("kind"), message, f"use {theirs}, or another admin cluster")
