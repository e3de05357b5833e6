"""`hybrid:onprem` of a stack file: vSphere, networks, the workstation, admin clusters and user clusters."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.shape import Shape
from model.config.types import Label, Range
from model.config.vsphere import Vsphere
from model.config.workstation import Workstation


class SiteNetwork(Shape):
    """An on-prem network. Its key is what clusters name."""

    range: IPv4Network
    """The subnet."""
    gateway: IPv4Address
    """Its gateway."""
    vlan: int
    """Its VLAN id (I3)."""
    port_group: str
    """Its port group, the network name in vCenter. The program makes it."""
    addresses: dict[Label, IPv4Address] = {}
    """Addresses that are spoken for, by use."""
    spare: Range | None = None
    """Addresses kept free on purpose."""


class Proxy(Shape):
    """An HTTP proxy between the site and the internet, for the workstation and every cluster (A38)."""

    url: str
    """Its address, with the port."""
    no_proxy: tuple[str, ...]
    """What is reached without it."""


class OnPrem(Shape):
    """The environment's side in the data centre."""

    vsphere: Vsphere
    """vSphere."""
    networks: dict[Label, SiteNetwork]
    """On-prem networks by name."""
    workstation: Workstation
    """The admin workstation."""
    proxy: Proxy | None = None
    """The HTTP proxy, where there is one."""
    licensed_nodes: int
    """The most worker nodes that the licences cover (X10)."""
    admin_clusters: tuple[AdminCluster, ...]
    """Admin clusters."""
    user_clusters: tuple[UserCluster, ...]
    """User clusters."""
