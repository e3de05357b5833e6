"""Node pools of on-prem clusters in a stack file."""

from __future__ import annotations

from enum import StrEnum

from model.config.shape import Shape
from model.config.types import Label, OnPremVersion


class TaintEffect(StrEnum):
    """What a taint does (B34)."""

    NO_SCHEDULE = "NO_SCHEDULE"
    PREFER_NO_SCHEDULE = "PREFER_NO_SCHEDULE"
    NO_EXECUTE = "NO_EXECUTE"


class Taint(Shape):
    """A taint of all nodes of a pool (B34)."""

    key: str
    """The key."""
    value: str
    """The value."""
    effect: TaintEffect
    """What it does."""


class NodeCount(Shape):
    """How many nodes a pool has. Minimum equal to maximum means no autoscaling (B33)."""

    min: int
    """The fewest."""
    start: int
    """How many it is made with; ignored afterwards where the pool scales."""
    max: int
    """The most."""


class ImageType(StrEnum):
    """Node images (B32)."""

    UBUNTU_CGV2 = "ubuntu_cgv2"
    UBUNTU_CONTAINERD = "ubuntu_containerd"
    COS_CGV2 = "cos_cgv2"
    COS = "cos"
    WINDOWS = "windows"


class NodePool(Shape):
    """A node pool of an on-prem user cluster."""

    name: Label
    """Its name (B30)."""
    nodes: NodeCount
    """How many nodes."""
    cpus: int
    """Virtual CPUs of each (B31)."""
    memory_mib: int
    """Memory of each in MiB (B31)."""
    boot_disk_gib: int = 40
    """Boot disk of each in GiB (B31)."""
    image_type: ImageType = ImageType.UBUNTU_CGV2
    """The node image (B32)."""
    load_balancer: bool = False
    """Whether MetalLB speakers run on it (B35)."""
    labels: dict[str, str] = {}
    """Kubernetes labels of its nodes."""
    taints: tuple[Taint, ...] = ()
    """Taints of its nodes."""
    tags: tuple[Label, ...] = ()
    """vSphere tags of its VMs (I4)."""
    datastore: str | None = None
    """The datastore of its VMs; the cluster's when absent (B36)."""
    host_groups: tuple[Label, ...] = ()
    """DRS host groups its VMs are bound to (B36). Empty where anti-affinity spreads them."""
    image: str | None = None
    """The name of the VM template, for Windows alone (B32)."""
    version: OnPremVersion | None = None
    """Its version; the cluster's when absent (B38)."""
    import_id: str | None = None
    """What to adopt, where the cluster is adopted."""
