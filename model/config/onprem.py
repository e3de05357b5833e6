"""`hybrid:onprem` of a stack file: vSphere, the admin cluster and the user clusters."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from model.config.shape import Shape
from model.config.types import HostName, Label, OnPremVersion, Range, SecretReference


class Mode(StrEnum):
    """Whether the program makes a thing or takes over one that exists."""

    CREATE = "create"
    ADOPT = "adopt"


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


class ControlPlane(Shape):
    """The control plane nodes of an on-prem cluster."""

    replicas: int = 3
    """1 or 3 (A29, B7)."""
    cpus: int = 4
    """Virtual CPUs of each."""
    memory_mib: int = 8192
    """Memory of each in MiB."""
    addresses: Range
    """One address for each (A29, B41)."""
    vip: IPv4Address
    """The address of the Kubernetes API, outside that range and every pool (B22, B46)."""
    hostnames: str
    """Host names of the nodes; {n} counts from 1."""


class AdminCluster(Shape):
    """The admin cluster. API clients can create or adopt it; upgrades are gkectl's (A65, A66)."""

    name: Label
    """The cluster's id and its membership."""
    mode: Mode = Mode.ADOPT
    """Adopt by default: creation needs a bootstrap cluster on the workstation (A63)."""
    import_id: str | None = None
    """What to adopt: projects/<project>/locations/<region>/vmwareAdminClusters/<name>."""
    network: Label
    """The network its nodes are in."""
    version: OnPremVersion
    """Its version."""
    control_plane: ControlPlane
    """Its nodes."""
    pods: IPv4Network
    """Pod range, /18 to /8 (A31)."""
    services: IPv4Network
    """Service range, /24 to /12 (A31)."""
    anti_affinity: bool = True
    """Spread the nodes over hosts (A37)."""
    advanced: bool = False
    """Advanced clusters can not be managed through the API (B64, B65)."""


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


class ManualPorts(Shape):
    """Node ports behind a load balancer of one's own (A34, B48)."""

    ingress_http: int
    """Node port of HTTP ingress."""
    ingress_https: int
    """Node port of HTTPS ingress."""


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
    version: OnPremVersion | None = None
    """Its version; the cluster's when absent (B38)."""
    import_id: str | None = None
    """What to adopt, where the cluster is adopted."""


class SkippedValidations(Shape):
    """Preflight checks that are left out (B54)."""

    names: tuple[str, ...]
    """Their names in the API."""
    reason: str
    """Why."""


class UserCluster(Shape):
    """A user cluster, driven through the GKE On-Prem API."""

    name: Label
    """Its short name, used for DNS, delivery and team files."""
    id: Label
    """Its id in the API, which its membership carries too (B1)."""
    generation: int = 1
    """Which generation of the cluster this is: two can stand side by side."""
    mode: Mode = Mode.CREATE
    """Create, or adopt what exists."""
    import_id: str | None = None
    """What to adopt: projects/<project>/locations/<region>/vmwareClusters/<id>."""
    admin_cluster: Label
    """The admin cluster that manages it."""
    network: Label
    """The network its nodes are in."""
    version: OnPremVersion
    """Its version (B60-B63)."""
    control_plane_v2: bool = True
    """Control plane nodes in the cluster itself; required for new clusters (B3)."""
    dataplane_v2: bool = True
    """Dataplane V2; required from 1.31 (B3)."""
    advanced: bool = False
    """Advanced clusters can not be managed through the API (B64, B65)."""
    control_plane: ControlPlane
    """Its control plane nodes."""
    pods: IPv4Network
    """Pod range (B42)."""
    services: IPv4Network
    """Service range (B43)."""
    worker_addresses: tuple[Range, ...]
    """Addresses of worker nodes (B40)."""
    worker_hostnames: str
    """Host names of worker nodes; {octet} is the last number of the address."""
    load_balancer: LoadBalancer
    """How services get addresses."""
    node_pools: tuple[NodePool, ...]
    """Its node pools (B30)."""
    anti_affinity: bool = True
    """Spread nodes over hosts (A37)."""
    auto_repair: bool = True
    """Replace broken nodes."""
    vm_tracking: bool = True
    """Report VMs for licences."""
    bundled_ingress: bool = False
    """The bundled ingress gateway; the mesh has its own."""
    skip_validations: SkippedValidations | None = None
    """Preflight checks that are left out (B54)."""


class OnPrem(Shape):
    """The environment's side in the data centre."""

    vsphere: Vsphere
    """vSphere."""
    networks: dict[Label, SiteNetwork]
    """On-prem networks by name."""
    workstation: Workstation
    """The admin workstation."""
    licensed_nodes: int
    """The most worker nodes that the licences cover (X10)."""
    admin_clusters: tuple[AdminCluster, ...]
    """Admin clusters."""
    user_clusters: tuple[UserCluster, ...]
    """User clusters."""
