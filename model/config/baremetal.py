"""`hybrid:baremetal` of a stack file: clusters on machines of one's own, driven through the GKE On-Prem API."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from model.config.attached import BinaryAuthorization
from model.config.baremetal_balancer import BareMetalBalancer
from model.config.baremetal_nodes import Machine, MachinePool, MachineTaint, Storage
from model.config.onprem_cluster import Mode
from model.config.shape import Shape
from model.config.types import Label, OnPremVersion


class MachineNetwork(Shape):
    """A network of machines that vSphere does not manage. Its key is what clusters name."""

    range: IPv4Network
    """The subnet."""
    gateway: IPv4Address
    """Its gateway."""
    vlan: int
    """Its VLAN id."""


class UpgradeOrder(StrEnum):
    """How node pools are upgraded."""

    SERIAL = "SERIAL"
    """One after the other."""
    CONCURRENT = "CONCURRENT"
    """Together."""


class BareMetalControlPlane(Shape):
    """The machines that run a cluster's control plane."""

    nodes: tuple[Machine, ...]
    """One machine, or three."""
    vip: IPv4Address
    """The address of the Kubernetes API."""
    port: int = 443
    """The port of the Kubernetes API on that address."""
    labels: dict[str, str] = {}
    """Kubernetes labels of these nodes."""
    taints: tuple[MachineTaint, ...] = ()
    """Taints of these nodes."""
    api_server_args: dict[str, str] = {}
    """Arguments of the Kubernetes API server, without leading dashes; the API takes a few of them only."""


class BareMetalAdminCluster(Shape):
    """An admin cluster on bare metal. `bmctl` makes, upgrades and deletes it; the program adopts it and shows it."""

    name: Label
    """The cluster's id and its membership."""
    import_id: str
    """What to adopt: projects/<project>/locations/<region>/bareMetalAdminClusters/<name>."""
    network: Label
    """The network its machines are in."""
    version: OnPremVersion
    """Its version, which follows what `bmctl upgrade cluster` did."""
    control_plane: BareMetalControlPlane
    """Its machines."""
    pods: IPv4Network
    """Pod range."""
    services: IPv4Network
    """Service range."""
    max_pods_per_node: int = 110
    """The most pods of a node, 32 to 250; a node's block of the pod range follows from it."""
    storage: Storage = Storage()
    """Where local volumes are on its machines."""
    login_user: str = "root"
    """The account that reaches the machines over SSH."""


class BareMetalCluster(Shape):
    """A user cluster on machines of one's own."""

    name: Label
    """Its short name, used for DNS, delivery and team files."""
    id: Label
    """Its id in the API, which its membership carries too."""
    generation: int = 1
    """Which generation of the cluster this is: two can stand side by side."""
    mode: Mode = Mode.CREATE
    """Create, or adopt what exists."""
    import_id: str | None = None
    """What to adopt: projects/<project>/locations/<region>/bareMetalClusters/<id>."""
    admin_cluster: Label
    """The admin cluster of this section that manages it."""
    network: Label
    """The network its machines are in, of this section or of `hybrid:onprem`."""
    version: OnPremVersion
    """Its version; all its nodes have the same."""
    control_plane: BareMetalControlPlane
    """The machines of its control plane."""
    pods: IPv4Network
    """Pod range, seen inside the cluster alone."""
    services: IPv4Network
    """Service range, seen inside the cluster alone."""
    max_pods_per_node: int = 110
    """The most pods of a node, 32 to 250; a node's block of the pod range follows from it."""
    advanced_networking: bool = False
    """Egress NAT gateway and load balancing by BGP, which needs it."""
    load_balancer: BareMetalBalancer
    """How services get addresses."""
    storage: Storage = Storage()
    """Where local volumes are on its machines."""
    node_pools: tuple[MachinePool, ...]
    """Its pools of worker machines."""
    login_user: str = "root"
    """The account that reaches the machines over SSH."""
    package_repository: bool = True
    """Whether the machines take container runtime packages from the vendor's repository when they are prepared."""
    application_logs: bool = False
    """Whether logs and metrics of workloads go to Cloud Logging and Monitoring too; each byte costs."""
    binary_authorization: BinaryAuthorization = BinaryAuthorization.DISABLED
    """Whether images are checked before they run."""
    upgrade_order: UpgradeOrder = UpgradeOrder.SERIAL
    """How node pools are upgraded."""
    maintenance: tuple[IPv4Network, ...] = ()
    """Nodes in these ranges are cordoned and drained for as long as they stand here."""


class BareMetal(Shape):
    """Clusters on machines of one's own. May be left out where there are none."""

    networks: dict[Label, MachineNetwork] = {}
    """Networks of machines by name."""
    admin_clusters: tuple[BareMetalAdminCluster, ...] = ()
    """Admin clusters, adopted."""
    clusters: tuple[BareMetalCluster, ...] = ()
    """User clusters."""
