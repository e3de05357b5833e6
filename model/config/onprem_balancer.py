"""Load balancing of on-prem clusters in a stack file."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address

from model.config.shape import Shape
from model.config.types import Label, Range, SecretReference


class LoadBalancerKind(StrEnum):
    """Load balancers of on-prem clusters (A33)."""

    METAL_LB = "metallb"
    MANUAL = "manual"
    F5 = "f5"
    SEESAW = "seesaw"


class AddressPool(Shape):
    """A MetalLB address pool (B46, B47)."""

    addresses: tuple[Range, ...]
    """Its addresses, in the cluster's network."""
    avoid_buggy_ips: bool = True
    """Leave out .0 and .255."""
    manual_assign: bool = False
    """Only services that ask for an address of it get one."""


class F5(Shape):
    """A BIG-IP that the cluster drives itself: for clusters before 1.30 alone (A33, A34)."""

    address: str
    """Its management address or name."""
    partition: str
    """The partition that the cluster owns."""
    snat_pool: str | None = None
    """SNAT pool, where one is used."""
    credentials: SecretReference
    """Its user name and password. Only gkectl is given them: the API takes those of the admin cluster."""


class ManualPorts(Shape):
    """Node ports behind a load balancer of one's own (A34, B48)."""

    ingress_http: int
    """Node port of HTTP ingress."""
    ingress_https: int
    """Node port of HTTPS ingress."""
    control_plane: int | None = None
    """Node port of the Kubernetes API, where the control plane runs in the admin cluster (B.2)."""
    konnectivity: int | None = None
    """Node port of the Konnectivity server, where the control plane runs in the admin cluster (B.2)."""


class LoadBalancer(Shape):
    """How services of the cluster get addresses."""

    kind: LoadBalancerKind = LoadBalancerKind.METAL_LB
    """The kind (A33)."""
    ingress_vip: IPv4Address
    """The address of the ingress, in exactly one pool (B46)."""
    pools: dict[Label, AddressPool] = {}
    """MetalLB pools by name."""
    ports: ManualPorts | None = None
    """Node ports, for kind manual."""
    f5: F5 | None = None
    """The BIG-IP, for kind f5."""
