"""Load balancing of bare-metal clusters in a stack file."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address

from model.config.baremetal_nodes import Machine, MachineTaint
from model.config.onprem_balancer import AddressPool
from model.config.shape import Shape
from model.config.types import Label


class BareMetalBalancerKind(StrEnum):
    """Load balancers of bare-metal clusters."""

    METAL_LB = "metallb"
    """MetalLB in the cluster, on one layer 2 network."""
    MANUAL = "manual"
    """A load balancer of one's own in front of the cluster."""
    BGP = "bgp"
    """The cluster announces its addresses to routers by BGP."""


class BgpPeer(Shape):
    """A router that the cluster announces its addresses to."""

    address: IPv4Address
    """Its address."""
    asn: int
    """Its autonomous system number, another than the cluster's."""
    control_plane_nodes: tuple[IPv4Address, ...] = ()
    """Control plane nodes that have a session with it; all of them when empty."""


class KubeletConfig(Shape):
    """How load balancer nodes pull images."""

    registry_pulls_per_second: int = 5
    """Pulls a second; 0 is no limit."""
    registry_burst: int = 10
    """Pulls that may come at once above that."""
    parallel_pulls: bool = False
    """Pull several images at a time."""


class BalancerNodes(Shape):
    """Machines that carry load balancing apart from the control plane."""

    nodes: tuple[Machine, ...]
    """The machines, in one layer 2 network."""
    labels: dict[str, str] = {}
    """Kubernetes labels of these nodes."""
    taints: tuple[MachineTaint, ...] = ()
    """Taints of these nodes."""
    kubelet: KubeletConfig | None = None
    """How they pull images, for kind bgp; the API has no field for it elsewhere."""


class BareMetalBalancer(Shape):
    """How services of the cluster get addresses."""

    kind: BareMetalBalancerKind = BareMetalBalancerKind.METAL_LB
    """The kind."""
    ingress_vip: IPv4Address
    """The address of the ingress, in exactly one pool."""
    pools: dict[Label, AddressPool] = {}
    """Address pools by name, for kinds metallb and bgp."""
    balancer_nodes: BalancerNodes | None = None
    """Machines of its own; the control plane's when absent."""
    asn: int | None = None
    """The cluster's autonomous system number, for kind bgp."""
    peers: dict[Label, BgpPeer] = {}
    """Routers by name, for kind bgp."""
