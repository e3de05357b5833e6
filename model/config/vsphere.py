"""vSphere in a stack file: what is there, and what the program makes around the clusters."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address

from model.config.shape import Shape
from model.config.types import HostName, Label, SecretReference


class Shares(StrEnum):
    """Share levels of a resource pool."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class ResourcePool(Shape):
    """The resource pool that holds all VMs of the environment."""

    name: str
    """Its name, below the compute cluster's own pool."""
    shares: Shares = Shares.NORMAL
    """CPU and memory shares."""
    memory_limit_mib: int | None = None
    """The most memory its VMs may use, in MiB; unlimited when absent."""
    memory_reservation_mib: int = 0
    """Memory kept for it, in MiB."""


class Datastore(Shape):
    """A datastore. It exists."""

    name: str
    """Its name."""
    capacity_gib: int | None = None
    """Its size in GiB."""


class Datastores(Shape):
    """Datastores by use."""

    nodes: Datastore
    """Disks of nodes."""
    backup: Datastore
    """Automatic backup of the admin cluster's etcd (A43)."""
    images: Datastore
    """Templates and images."""


class EsxiHost(Shape):
    """An ESXi host. It exists."""

    name: HostName
    """Its name in vCenter."""
    address: IPv4Address
    """Its management address."""
    rack: Label | None = None
    """Its rack, where racks are modelled."""


class HostSize(Shape):
    """The size of every host of the compute cluster."""

    cores: int
    """CPU cores."""
    memory_gib: int
    """Memory in GiB."""


class VcenterAccess(Shape):
    """How the program and the clusters log in to vCenter. References only."""

    account: str
    """The account that applies."""
    credentials: SecretReference
    """Its user name and password."""
    plan_account: str
    """The read-only account that previews."""
    plan_credentials: SecretReference
    """Its user name and password."""
    ca: SecretReference
    """vCenter's CA certificate (I7)."""


class AntiAffinity(Shape):
    """Virtual machines of ours that must not share a host. Never node VMs: the clusters place those themselves."""

    virtual_machines: tuple[str, ...]
    """Their names in the environment's folder, at least two."""
    mandatory: bool = False
    """Whether a VM stays off rather than break the rule."""


class Vsphere(Shape):
    """The vSphere surroundings of the environment's clusters."""

    datacenter: str
    """The datacenter. It exists."""
    compute_cluster: str
    """The compute cluster with DRS and HA. It exists."""
    switch: str
    """The distributed switch. It exists."""
    hosts: tuple[EsxiHost, ...]
    """Its hosts (I1)."""
    host_size: HostSize
    """Their size."""
    datastores: Datastores
    """Datastores by use."""
    resource_pool: ResourcePool
    """The resource pool. The program makes it."""
    folder: str
    """The VM folder. The program makes it."""
    tag_category: str
    """The tag category; per environment, since all share one vCenter. The program makes it."""
    tags: tuple[Label, ...]
    """Its tags. The program makes them."""
    host_groups: dict[Label, tuple[HostName, ...]] = {}
    """DRS host groups by name, for VMs of ours. The program makes them."""
    anti_affinity: dict[Label, AntiAffinity] = {}
    """Rules that keep VMs of ours apart, by name. The program makes them."""
    access: VcenterAccess
    """How to log in."""
