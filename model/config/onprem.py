"""`hybrid:onprem` of a stack file: vSphere, networks, the workstation, admin clusters and user clusters."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.shape import Shape
from model.config.types import Label, OnPremVersion, Range
from model.config.vsphere import Vsphere


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


class Workstation(Shape):
    """The admin workstation, from which gkectl is run."""

    name: Label
    """The VM's name."""
    network: Label
    """The network it is in (A8)."""
    address: IPv4Address
    """Its address."""
    version: OnPremVersion
    """The version of gkectl on it (B64)."""
    cpus: int = 4
    """Virtual CPUs (A4)."""
    memory_mib: int = 8192
    """Memory in MiB (A4)."""
    disk_gib: int = 100
    """Boot disk in GiB (A3)."""


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
