"""The choices of C63: what each one is good for, and why it does not suit where it does not.

Sources: https://cloud.google.com/kubernetes-engine/docs/concepts/service-networking (the choices on GKE),
https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api (gateway classes),
https://istio.io/latest/docs/concepts/traffic-management/ (the mesh).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from model.config.onprem_balancer import LoadBalancerKind
from model.planning.traffic.need import Need, Offer, Protocol, Source


class Choice(StrEnum):
    """A way for traffic to reach a service."""

    CLUSTER_IP = "cluster-ip"
    MESH = "mesh"
    MULTI_CLUSTER_SERVICE = "multi-cluster-service"
    INTERNAL_LOAD_BALANCER = "internal-load-balancer"
    INTERNAL_GATEWAY = "internal-gateway"
    NETWORK_LOAD_BALANCER = "network-load-balancer"
    EXTERNAL_GATEWAY = "external-gateway"
    INGRESS = "ingress"
    INGRESS_CONTROLLER = "ingress-controller"
    MESH_INGRESS = "mesh-ingress"
    MULTI_CLUSTER_GATEWAY = "multi-cluster-gateway"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a choice suits, and every reason against it; where it suits, what speaks for it."""

    choice: Choice
    suits: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Traits:
    """What a choice can do. `sources` are those it serves; a layer-4 choice sees connections and no requests."""

    what: str
    sources: frozenset[Source]
    layer: int
    on_google: bool = False
    off_google: bool = False
    identity: bool = False
    several: bool = False
    udp: bool = False


_ANYWHERE: Final = {"on_google": True, "off_google": True}
_OUTSIDE: Final = frozenset({Source.INTERNET, Source.INTERNAL})

TRAITS: Final[dict[Choice, _Traits]] = {
    Choice.CLUSTER_IP: _Traits(
        "a virtual address inside the cluster; costs nothing", frozenset({Source.CLUSTER}), 4, udp=True, **_ANYWHERE
    ),
    Choice.MESH: _Traits(
        "sidecars with mutual TLS, retries, shares and failover between clusters",
        frozenset({Source.CLUSTER, Source.CLUSTERS}), 7, identity=True, several=True, **_ANYWHERE,
    ),
    Choice.MULTI_CLUSTER_SERVICE: _Traits(
        "a ServiceExport that other GKE clusters of the fleet can name", frozenset({Source.CLUSTERS}), 4,
        on_google=True, several=True, udp=True,
    ),
    Choice.INTERNAL_LOAD_BALANCER: _Traits(
        "an internal address for connections", frozenset({Source.INTERNAL}), 4, udp=True, **_ANYWHERE
    ),
    Choice.INTERNAL_GATEWAY: _Traits(
        "Google's internal application load balancer, straight to pods (container-native)",
        frozenset({Source.INTERNAL}), 7, on_google=True,
    ),
    Choice.NETWORK_LOAD_BALANCER: _Traits(
        "an external address for connections", frozenset({Source.INTERNET}), 4, udp=True, **_ANYWHERE
    ),
    Choice.EXTERNAL_GATEWAY: _Traits(
        "Google's global external application load balancer, straight to pods (container-native)",
        frozenset({Source.INTERNET}), 7, on_google=True,
    ),
    Choice.INGRESS: _Traits(
        "the same load balancers by the older Ingress object", _OUTSIDE, 7, on_google=True
    ),
    Choice.INGRESS_CONTROLLER: _Traits(
        "a controller of one's own behind a load balancer for connections", _OUTSIDE, 7, **_ANYWHERE
    ),
    Choice.MESH_INGRESS: _Traits(
        "the mesh's gateway behind a load balancer for connections; one way on every cluster",
        _OUTSIDE, 7, identity=True, several=True, **_ANYWHERE,
    ),
    Choice.MULTI_CLUSTER_GATEWAY: _Traits(
        "one global address for several GKE clusters", _OUTSIDE, 7, on_google=True, several=True
    ),
}  # fmt: skip
"""What each choice can do; the first that suits is the one to take."""

PREFERENCE: Final = (
    Choice.CLUSTER_IP,
    Choice.MESH,
    Choice.MESH_INGRESS,
    Choice.INTERNAL_GATEWAY,
    Choice.EXTERNAL_GATEWAY,
    Choice.INTERNAL_LOAD_BALANCER,
    Choice.NETWORK_LOAD_BALANCER,
    Choice.MULTI_CLUSTER_GATEWAY,
    Choice.MULTI_CLUSTER_SERVICE,
    Choice.INGRESS_CONTROLLER,
    Choice.INGRESS,
)
"""Simple before rich; one way on every cluster before Google's own; what is current before what it replaces."""


def select(need: Need, offered: Offer) -> tuple[Verdict, ...]:
    """Judge every choice, those that suit first and each group in order of preference."""
    verdicts = [_judge(choice, need, offered) for choice in PREFERENCE]
    return tuple(sorted(verdicts, key=lambda each: not each.suits))


def _judge(choice: Choice, need: Need, offered: Offer) -> Verdict:
    traits = TRAITS[choice]
    against = [reason for judge in _JUDGES for reason in judge(choice, traits, need, offered)]
    return Verdict(choice, not against, tuple(against) or (traits.what,))


def _by_source(_: Choice, traits: _Traits, need: Need, __: Offer) -> Iterator[str]:
    if need.source not in traits.sources:
        served = " and ".join(sorted(traits.sources))
        yield f"it serves callers from {served}, and these come from {need.source}"


def _by_protocol(_: Choice, traits: _Traits, need: Need, __: Offer) -> Iterator[str]:
    if need.protocol is Protocol.UDP and not traits.udp:
        yield "it proxies requests, and UDP has none"
    if need.protocol is Protocol.TCP and traits.layer == 7 and not traits.identity:
        yield "it proxies HTTP, and this is plain TCP"
    if need.routes and not need.protocol.has_routes:
        yield f"rules by host or path need HTTP or gRPC, and this is {need.protocol}"
    elif need.routes and traits.layer == 4:
        yield "it sees connections, not requests, so it can have no rules by host or path"


def _by_place(choice: Choice, traits: _Traits, _: Need, offered: Offer) -> Iterator[str]:
    if offered.on_google and not traits.on_google:
        yield "it is not for GKE clusters"
    if not offered.on_google and not traits.off_google:
        reason = "network endpoint groups and Google's load balancers are not for it (C64)"
        yield f"{offered.cluster} is no GKE cluster: {reason}"
    behind_balancer = {
        Choice.INTERNAL_LOAD_BALANCER: "internal",
        Choice.NETWORK_LOAD_BALANCER: "external",
        Choice.INGRESS_CONTROLLER: None,
        Choice.MESH_INGRESS: None,
    }
    if not offered.on_google and choice in behind_balancer:
        pool = behind_balancer[choice]
        if offered.balancer is None:
            yield f"nothing is known that would give {offered.cluster} a load balancer"
        elif offered.balancer is LoadBalancerKind.METAL_LB and pool is not None and pool not in offered.pools:
            yield f"{offered.cluster} has no MetalLB pool '{pool}' to take an address from"


def _by_feature(choice: Choice, traits: _Traits, need: Need, offered: Offer) -> Iterator[str]:
    if choice is Choice.INTERNAL_GATEWAY and offered.on_google and not offered.proxy_subnet:
        yield "the VPC has no proxy-only subnet (C62)"
    if choice in {Choice.MESH, Choice.MESH_INGRESS} and not offered.mesh:
        yield f"{offered.cluster} is not in the mesh"
    if choice in {Choice.MULTI_CLUSTER_SERVICE, Choice.MULTI_CLUSTER_GATEWAY} and not offered.multi_cluster:
        yield "the fleet feature that it needs is off (C60, C61): delivery and the mesh serve several clusters here"
    if need.identity and not traits.identity:
        yield "it does not know who calls: mutual TLS with identities is the mesh's"
    if need.several and not traits.several:
        yield "it knows one cluster alone"


_JUDGES: Final[tuple[Callable[[Choice, _Traits, Need, Offer], Iterator[str]], ...]] = (
    _by_source,
    _by_protocol,
    _by_place,
    _by_feature,
)
