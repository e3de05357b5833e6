"""What a service needs of its traffic, and what a cluster offers it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from model.config.network import Purpose
from model.config.onprem_balancer import LoadBalancerKind
from model.estate import Environment
from model.planning.members import Member, MemberKind


class Source(StrEnum):
    """Who calls the service."""

    INTERNET = "internet"
    INTERNAL = "internal"
    """The VPC and, over the VPN, the sites."""
    CLUSTER = "cluster"
    """Pods of the same cluster."""
    CLUSTERS = "clusters"
    """Pods of other clusters of the fleet."""


class Protocol(StrEnum):
    """What is spoken."""

    HTTP = "http"
    GRPC = "grpc"
    TCP = "tcp"
    UDP = "udp"

    @property
    def has_routes(self) -> bool:
        """Whether a proxy can tell requests apart by host and path."""
        return self in {Protocol.HTTP, Protocol.GRPC}


@dataclass(frozen=True, slots=True)
class Need:
    """What the service needs.

    `routes` are rules by host or path, or a share of requests; `identity` is mutual TLS with an identity for each
    caller; `several` means that the service runs in several clusters and a caller gets the nearest that is healthy.
    """

    source: Source
    protocol: Protocol
    routes: bool = False
    identity: bool = False
    several: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What a cluster has that choices depend on."""

    cluster: str
    on_google: bool
    """Whether it is a GKE cluster: network endpoint groups and Google's load balancers are for those alone (C64)."""
    balancer: LoadBalancerKind | None
    """What serves `type: LoadBalancer` outside Google Cloud; None on GKE, or where nothing is known."""
    pools: frozenset[str]
    """Its MetalLB pools."""
    proxy_subnet: bool
    """Whether the VPC has a proxy-only subnet, which internal gateways need (C62)."""
    mesh: bool
    """Whether it is in the mesh."""
    multi_cluster: bool
    """Whether the fleet has the features of multi-cluster services and ingress (C60, C61)."""


def offer(env: Environment, member: Member) -> Offer:
    """Return what a cluster of `env` offers."""
    on_google = member.kind is MemberKind.GKE
    own = next((each for each in env.onprem.user_clusters if each.name == member.cluster), None)
    return Offer(
        cluster=member.cluster,
        on_google=on_google,
        balancer=own.load_balancer.kind if own is not None else None,
        pools=frozenset(own.load_balancer.pools) if own is not None else frozenset(),
        proxy_subnet=any(each.purpose is Purpose.PROXY_ONLY for each in env.network.subnets.values()),
        # One mesh spans all clusters of an environment, whoever runs its control plane in each (G1, E8).
        mesh=env.fleet.features.servicemesh is not None,
        # Neither feature is among those that the stack files can switch on: delivery and the mesh serve instead.
        multi_cluster=False,
    )
