"""`hybrid:gke` of a stack file: the GKE clusters."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network

from model.config.onprem_cluster import Mode
from model.config.onprem_pool import Taint
from model.config.shape import Shape
from model.config.types import Label, MinorVersion


class ReleaseChannel(StrEnum):
    """Release channels (C11)."""

    RAPID = "RAPID"
    REGULAR = "REGULAR"
    STABLE = "STABLE"
    EXTENDED = "EXTENDED"


class Window(Shape):
    """When GKE may upgrade, in UTC because the API takes no time zone (C40, C41)."""

    start: datetime
    """The start of the first window."""
    end: datetime
    """Its end."""
    recurrence: str
    """An RFC 5545 rule: FREQ=WEEKLY;BYDAY=TU,WE,TH."""


class ExclusionScope(StrEnum):
    """What an exclusion keeps out (C42)."""

    NO_UPGRADES = "NO_UPGRADES"
    NO_MINOR_UPGRADES = "NO_MINOR_UPGRADES"
    NO_MINOR_OR_NODE_UPGRADES = "NO_MINOR_OR_NODE_UPGRADES"


class Exclusion(Shape):
    """A time without upgrades (C42)."""

    start: datetime
    """Its start."""
    end: datetime
    """Its end."""
    scope: ExclusionScope = ExclusionScope.NO_MINOR_OR_NODE_UPGRADES
    """What it keeps out."""


class Maintenance(Shape):
    """When GKE may upgrade."""

    window: Window | None = None
    """The recurring window; any time when absent."""
    exclusions: dict[Label, Exclusion] = {}
    """Times without upgrades, by name."""


class NodesPerZone(Shape):
    """How many nodes a pool has in each zone (C4)."""

    min: int
    """The fewest."""
    max: int
    """The most."""


class NodePool(Shape):
    """A node pool of a GKE cluster."""

    name: Label
    """Its name."""
    machine_type: str
    """The Compute Engine machine type of its nodes."""
    nodes_per_zone: NodesPerZone
    """How many nodes in each zone."""
    disk_gib: int = 100
    """Boot disk in GiB."""
    disk_type: str = "pd-balanced"
    """Boot disk type."""
    image_type: str = "COS_CONTAINERD"
    """The node image (C73)."""
    max_pods_per_node: int = 110
    """Pods on a node, which fixes the block of addresses a node gets (C20)."""
    max_surge: int = 1
    """Extra nodes in an upgrade (C43)."""
    max_unavailable: int = 0
    """Nodes that may be away in an upgrade (C43)."""
    labels: dict[str, str] = {}
    """Kubernetes labels of its nodes."""
    taints: tuple[Taint, ...] = ()
    """Taints of its nodes."""
    spot: bool = False
    """Spot machines: cheap, and gone at any time."""
    import_id: str | None = None
    """What to adopt, where the cluster is adopted: <project>/<region>/<cluster>/<name>."""


class Component(StrEnum):
    """What GKE itself logs or measures (C10)."""

    SYSTEM_COMPONENTS = "SYSTEM_COMPONENTS"
    WORKLOADS = "WORKLOADS"
    APISERVER = "APISERVER"
    CONTROLLER_MANAGER = "CONTROLLER_MANAGER"
    SCHEDULER = "SCHEDULER"


class PodAddressing(StrEnum):
    """Which address the sites see of a pod (C29)."""

    ROUTABLE = "routable"
    """The pod's own; the pod range is advertised."""
    NODE_MASQUERADE = "node_masquerade"
    """Its node's, put on by the nodes; the pod range is not advertised."""
    NAT_VM = "nat_vm"
    """That of `nat_instance`; neither pods nor nodes of the cluster are seen."""


class GkeCluster(Shape):
    """A private regional GKE cluster."""

    name: Label
    """Its name, which its membership carries too."""
    generation: int = 1
    """Which generation of the cluster this is."""
    mode: Mode = Mode.CREATE
    """Create, or adopt what exists."""
    import_id: str | None = None
    """What to adopt: projects/<project>/locations/<region>/clusters/<name>."""
    release_channel: ReleaseChannel
    """The release channel; GKE chooses the version within it."""
    version_floor: MinorVersion
    """The lowest minor that the rest of the platform supports. Asserted, never set."""
    subnet: Label
    """The subnet of its nodes."""
    pods: Label
    """The secondary range of its pods."""
    services: Label
    """The secondary range of its services."""
    pod_addressing: PodAddressing = PodAddressing.ROUTABLE
    """Which address the sites see of its pods (C29)."""
    default_snat: bool = True
    """Whether nodes put their own address on what pods send beyond the private ranges; false leaves all as it is
    (C28, Cluster.default_snat_status)."""
    control_plane: IPv4Network
    """The /28 of its control plane (C23)."""
    datapath: str = "ADVANCED_DATAPATH"
    """Dataplane V2 (C11)."""
    maintenance: Maintenance = Maintenance()
    """When GKE may upgrade."""
    logging: tuple[Component, ...] = (Component.SYSTEM_COMPONENTS,)
    """What is logged to Cloud Logging; each byte costs."""
    monitoring: tuple[Component, ...] = (Component.SYSTEM_COMPONENTS,)
    """What is measured in Cloud Monitoring; each sample costs (H70)."""
    managed_prometheus: bool = False
    """Google's managed Prometheus (H70)."""
    backup_agent: bool = True
    """The agent of Backup for GKE (C70)."""
    node_pools: tuple[NodePool, ...]
    """Its node pools; the default pool is removed."""


class Gke(Shape):
    """The environment's GKE side."""

    clusters: tuple[GkeCluster, ...]
    """GKE clusters."""
