"""Machines of bare-metal clusters in a stack file: nodes, pools of them, and the volumes on their disks."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address

from model.config.shape import Shape
from model.config.types import Label


class MachineTaintEffect(StrEnum):
    """What a taint does. The provider knows these two (gcp.gkeonprem.BareMetalNodePool node_pool_config.taints)."""

    PREFER_NO_SCHEDULE = "PREFER_NO_SCHEDULE"
    NO_EXECUTE = "NO_EXECUTE"


class MachineTaint(Shape):
    """A taint of all nodes of a pool."""

    key: str
    """The key."""
    value: str
    """The value."""
    effect: MachineTaintEffect
    """What it does."""


class Machine(Shape):
    """A machine that is a node."""

    address: IPv4Address
    """Its address, for SSH and as a node."""
    labels: dict[str, str] = {}
    """Kubernetes labels of this node alone."""


class MachinePool(Shape):
    """A node pool: machines that are named one by one, since nothing makes them."""

    name: Label
    """Its name."""
    nodes: tuple[Machine, ...]
    """Its machines."""
    labels: dict[str, str] = {}
    """Kubernetes labels of its nodes."""
    taints: tuple[MachineTaint, ...] = ()
    """Taints of its nodes."""
    import_id: str | None = None
    """What to adopt, where the cluster is adopted."""


class SharedVolumes(Shape):
    """Local volumes that are folders of one file system."""

    path: str = "/mnt/localpv-share"
    """The folder on each machine."""
    storage_class: Label = "local-shared"
    """The storage class of the volumes."""
    volumes: int = 5
    """How many folders are made on each machine."""


class DiskVolumes(Shape):
    """Local volumes that are disks of their own, formatted and mounted by whoever runs the machines."""

    path: str = "/mnt/localpv-disk"
    """The folder below which they are mounted."""
    storage_class: Label = "local-disks"
    """The storage class of the volumes."""


class Storage(Shape):
    """Local volumes; a class for folders and one for disks, both always there."""

    shared: SharedVolumes = SharedVolumes()
    """Folders of one file system."""
    disks: DiskVolumes = DiskVolumes()
    """Mounted disks."""
