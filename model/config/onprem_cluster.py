"""Admin and user clusters on vSphere in a stack file."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from model.config.onprem_balancer import F5, LoadBalancer, LoadBalancerKind
from model.config.onprem_pool import ImageType, NodePool
from model.config.shape import Shape
from model.config.types import Email, Label, OnPremVersion, Range, SecretReference


class Mode(StrEnum):
    """Whether the program makes a thing or takes over one that exists."""

    CREATE = "create"
    ADOPT = "adopt"


class Provisioner(StrEnum):
    """Who makes and changes a cluster."""

    API = "api"
    """This program, through the GKE On-Prem API."""
    GKECTL = "gkectl"
    """gkectl on the workstation, from the files that `./hybrid render` writes."""


class IpMode(StrEnum):
    """How worker nodes get their addresses (B37)."""

    STATIC = "static"
    DHCP = "dhcp"


class VcenterOverride(Shape):
    """Where a user cluster's VMs go, if not where the admin cluster's are (B4)."""

    address: str | None = None
    """Another vCenter; then everything here is to be given."""
    datacenter: str | None = None
    """Another datacenter; then network, datastore or policy, and cluster or pool too."""
    compute_cluster: str | None = None
    """Another compute cluster."""
    resource_pool: str | None = None
    """Another resource pool, as `<compute cluster>/Resources/<pool>`."""
    datastore: str | None = None
    """Another datastore."""
    storage_policy: str | None = None
    """A storage policy instead of a datastore."""
    folder: str | None = None
    """Another VM folder."""
    ca: SecretReference | None = None
    """The CA certificate of another vCenter."""


class Oidc(Shape):
    """Log-in of people by OpenID Connect, as a ClientConfig of GKE Identity Service (B80, B81)."""

    name: Label
    """The name people choose at `gkectl login`."""
    issuer: str
    """The issuer's https address."""
    client_id: str
    """The application's id at the issuer."""
    client_secret: SecretReference | None = None
    """Its secret, where the issuer asks for one."""
    scopes: tuple[str, ...] = ("openid", "email", "offline_access")
    """Scopes; `offline_access` gives a refresh token (B81)."""
    user_claim: str = "email"
    """The claim that names the user."""
    user_prefix: str = "-"
    """Before each user name; "-" is none."""
    groups_claim: str | None = None
    """The claim that lists groups; RBAC by group needs it (B81)."""
    group_prefix: str = ""
    """Before each group name."""
    kubectl_redirect: str = "http://localhost:1025/callback"
    """Where the issuer sends `gkectl login` back to."""


class AdminBalancer(Shape):
    """How the admin cluster's API gets its address (A33, A34)."""

    kind: LoadBalancerKind = LoadBalancerKind.METAL_LB
    """The kind."""
    control_plane_node_port: int | None = None
    """Node port of the Kubernetes API, for kind manual without high availability."""
    f5: F5 | None = None
    """The BIG-IP, for kind f5."""


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
    provisioner: Provisioner = Provisioner.API
    """Who makes it. What gkectl makes is only rendered until it is enrolled in the API and adopted."""
    node_addresses: tuple[Range, ...] = ()
    """Addresses of add-on nodes, of one more for upgrades, and of control planes that run in it (A48)."""
    load_balancer: AdminBalancer = AdminBalancer()
    """How its API gets its address."""
    pods: IPv4Network
    """Pod range, /18 to /8 (A31)."""
    services: IPv4Network
    """Service range, /24 to /12 (A31)."""
    image_type: ImageType = ImageType.UBUNTU_CGV2
    """The image of its nodes (A44)."""
    platform_version: OnPremVersion | None = None
    """The version that its platform holds for user clusters, where that is above its own (A65)."""
    anti_affinity: bool = True
    """Spread the nodes over hosts (A37)."""
    auto_repair: bool = True
    """Replace broken nodes."""
    advanced: bool = False
    """Advanced clusters can not be managed through the API (B64, B65)."""


class Approval(Shape):
    """Who allowed a new cluster in production, so that machines do not multiply unasked (J201)."""

    by: Email
    """The group that allowed it."""
    on: date
    """When."""


class SkippedValidations(Shape):
    """Preflight checks that are left out (B54)."""

    names: tuple[str, ...]
    """Their names in the API."""
    reason: str
    """Why."""


class UserCluster(Shape):
    """A user cluster: driven through the GKE On-Prem API, or by gkectl."""

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
    provisioner: Provisioner = Provisioner.API
    """Who makes it; a control plane in the admin cluster is gkectl's alone (B20)."""
    registered: bool = False
    """For a cluster of gkectl's: it exists, is in the fleet, and its Connect gateway knows the account that applies.
    Before that the program gives no access in it, since nothing would answer."""
    approval: Approval | None = None
    """Who allowed it; asked of clusters that are new in production (J201)."""
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
    ip_mode: IpMode = IpMode.STATIC
    """How worker nodes get addresses (B37)."""
    worker_addresses: tuple[Range, ...] = ()
    """Addresses of worker nodes, where they are static (B40)."""
    worker_hostnames: str = ""
    """Host names of worker nodes, where addresses are static; {octet} is the last number of the address."""
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
    vcenter: VcenterOverride | None = None
    """Where its VMs go, if not where the admin cluster's are (B4)."""
    vsphere_csi: bool = True
    """Deploy the vSphere storage driver (B55)."""
    advanced_networking: bool = False
    """Egress NAT gateway and BGP load balancing; needs Dataplane V2 (B8)."""
    multiple_network_interfaces: bool = False
    """More than one interface a pod; gkectl's alone (B6)."""
    control_plane_auto_resize: bool = False
    """Let the API enlarge control plane nodes as the cluster grows."""
    authentication: Oidc | None = None
    """Log-in of people by OpenID Connect (B80)."""
