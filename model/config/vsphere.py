"""vSphere in a stack file: what is there, and what the program makes around the clusters."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from model.config.shape import Shape
from model.config.types import HostName, Label, VsphereVersion
from model.config.vsphere_access import Owner, Permissions, VcenterAccess


class License(StrEnum):
    """vSphere editions that the clusters can run on (A91)."""

    ENTERPRISE_PLUS = "enterprise-plus"
    STANDARD = "standard"
    """Without DRS, and without resource pools of one's own."""


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


class Firmware(StrEnum):
    """What starts a virtual machine; a clone has to have that of its template."""

    BIOS = "bios"
    EFI = "efi"


ImageSource: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^https://[^\s@?#]+\.(ova|ovf)$"),
    Field(json_schema_extra={"meaning": "the https address of an OVA or OVF, without a log-in"}),
]
"""Where an image is imported from."""


class Template(Shape):
    """A template of the content library."""

    source: ImageSource | None = None
    """The OVA or OVF to import, an https address; none where the item is there already."""
    disk_gib: int = 40
    """The size of its disk; a clone's is no smaller."""
    firmware: Firmware = Firmware.BIOS
    """Its firmware."""


class ContentLibrary(Shape):
    """The content library that virtual machines of ours are cloned from, on the datastore of images."""

    name: str
    """Its name."""
    owner: Owner = Owner.PROGRAM
    """Who makes it."""
    templates: dict[Label, Template]
    """Its templates by name. A new image is a new name: an item is never changed."""


class StoragePolicy(Shape):
    """A storage policy by tag, in the place of a datastore: vCenter picks one that carries the tags (A24)."""

    name: str
    """Its name."""
    owner: Owner = Owner.VCENTER
    """Who makes it. The tags themselves are on datastores, which are never the program's."""
    tag_category: str | None = None
    """The category of the tags, where the program makes the policy."""
    tags: tuple[str, ...] = ()
    """The tags that a datastore must carry, where the program makes the policy."""


class Assumptions(Shape):
    """What capacity is reckoned with (A94). vSphere allows more than this; the reckoning warns before it has to."""

    vcpus_per_core: float = 2.0
    """Virtual CPUs that share a core when all nodes are at their maximum."""
    host_memory_percent: int = 5
    """Memory of a host that ESXi and the machines' overhead take, in percent."""
    storage_headroom_percent: int = 20
    """What is kept free on a datastore, in percent."""


class AntiAffinity(Shape):
    """Virtual machines of ours that must not share a host. Never node VMs: the clusters place those themselves."""

    virtual_machines: tuple[str, ...]
    """Their names in the environment's folder, at least two."""
    mandatory: bool = False
    """Whether a VM stays off rather than break the rule."""


class Vsphere(Shape):
    """The vSphere surroundings of the environment's clusters."""

    version: VsphereVersion
    """The version of vCenter and the hosts, such as 8.0 U2 (A90)."""
    license: License
    """The licence of the hosts (A91)."""
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
    content_library: ContentLibrary
    """The content library of templates."""
    storage_policy: StoragePolicy | None = None
    """A storage policy that the admin clusters' nodes and the workstation use instead of a datastore."""
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
    permissions: Permissions = Permissions()
    """Who gives the clusters' account its privileges (I6)."""
    assumptions: Assumptions = Assumptions()
    """What capacity is reckoned with."""
