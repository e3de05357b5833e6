"""`stacks/organisation.yaml`: what is true for every environment, written once."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from model.config.access import ClusterRole
from model.config.promotion import Promotion
from model.config.shape import Shape
from model.config.types import (
    Email,
    HostName,
    Label,
    ProjectId,
    ProjectNumber,
    Role,
)


class Sample(Shape):
    """Marks an organisation that does not exist. A live one has no such block."""

    today: date
    """The date that every rule about time uses, so that the sample never goes out of date."""
    allow_documentation_ranges: bool
    """Accept public addresses from 192.0.2.0/24, 198.51.100.0/24 and 203.0.113.0/24 (RFC 5737)."""


class SecurityCommandCenterTier(StrEnum):
    """The tier active for the organisation; privileged access with two approvals needs PREMIUM."""

    NONE = "NONE"
    STANDARD = "STANDARD"
    PREMIUM = "PREMIUM"
    ENTERPRISE = "ENTERPRISE"


class Google(Shape):
    """The Google Cloud organisation."""

    organisation_id: ProjectNumber
    """The number of the organisation resource."""
    customer_id: str
    """The Cloud Identity or Workspace customer, C followed by letters and digits."""
    folder: str
    """The folder above the folders of the environments, folders/<number>."""
    billing_account: str
    """The billing account, XXXXXX-XXXXXX-XXXXXX."""
    security_command_center: SecurityCommandCenterTier
    """The Security Command Center tier."""


class SharedProject(Shape):
    """A project that serves all environments. The program references it and never creates it."""

    id: ProjectId
    """The project id."""
    number: ProjectNumber
    """The project number."""


class SharedProjects(Shape):
    """Projects that serve all environments."""

    seed: SharedProject
    """State buckets, the keys of their secrets, and the identities that run this program."""
    logs: SharedProject
    """Audit and platform log buckets."""
    artifacts: SharedProject
    """Artifact Registry, from which nodes pull images."""


class StateTag(Shape):
    """The tag of buckets that hold state, which a deny policy looks for."""

    key: Label
    """The tag key's short name; it belongs to the organisation."""
    value: Label
    """The value's short name."""


class EntraTenant(Shape):
    """The directory that groups come from (F12)."""

    tenant: str
    """The tenant id."""
    issuer: str
    """The OpenID Connect issuer, https."""


class CodeHost(Shape):
    """The GitHub organisation that holds the repositories."""

    organisation: str
    """The organisation's name."""
    owner_id: str
    """Its number. Conditions use numbers: a name can be taken over (F14)."""
    platform_repository: str
    """The repository of this program, <owner>/<name>."""
    platform_repository_id: str
    """Its number."""
    teams: dict[Email, str] = {}
    """GitHub teams of groups, where they are called otherwise than the groups."""


class Host(Shape):
    """A shared service on the sites' network."""

    name: HostName
    """Its DNS name."""
    address: IPv4Address
    """Its address."""


class Registry(Host):
    """The on-prem image registry (A39)."""

    path: str
    """The path below the address where the platform's images are."""
    ca_secret: Label
    """The secret of each cluster project that holds the registry's CA certificate."""


class SharedServices(Shape):
    """What every on-prem cluster uses."""

    vcenter: Host
    """vCenter."""
    backup_storage: Host
    """The NFS server for backups."""
    esxi_management: IPv4Network
    """Where the management addresses of the ESXi hosts are."""
    dns: tuple[Host, ...]
    """Name servers, at most three (A28)."""
    ntp: tuple[Host, ...]
    """Time servers."""
    syslog: Host
    """The log receiver."""
    registry: Registry
    """The image registry."""


class DnsZones(Shape):
    """DNS zones of the platform."""

    internal: HostName
    """The zone on the sites' name servers; each VPC forwards it there."""
    external: HostName
    """The public zone."""
    search: HostName
    """The search domain of on-prem nodes."""


class ReservedRange(Shape):
    """A range that no environment may use."""

    range: IPv4Network
    """The block."""
    why: str
    """What is there."""


class AddressSpace(Shape):
    """Where addresses come from."""

    on_prem: IPv4Network
    """All networks of the sites."""
    cloud: IPv4Network
    """All subnets of the VPCs."""
    cluster_internal: IPv4Network
    """Pod and service ranges."""
    shared_services: IPv4Network
    """The sites' shared services, advertised to every environment."""
    private_google_access: IPv4Network
    """The addresses that googleapis names resolve to on-prem (private.googleapis.com, 199.36.153.8/30)."""
    dns_forwarding_sources: IPv4Network
    """Where Cloud DNS forwards from (35.199.192.0/19)."""
    reserved: tuple[ReservedRange, ...]
    """Ranges that nothing may overlap."""


class PhaseOne(Shape):
    """IKE phase 1 (D7)."""

    encryption: tuple[str, ...]
    """Ciphers, authenticated ones first."""
    integrity: tuple[str, ...] = ()
    """Integrity algorithms; an authenticated cipher needs none."""
    prf: tuple[str, ...]
    """Pseudo-random functions."""
    dh: tuple[str, ...]
    """Diffie-Hellman groups."""


class PhaseTwo(Shape):
    """IKE phase 2 (D7)."""

    encryption: tuple[str, ...]
    """Ciphers, authenticated ones first."""
    integrity: tuple[str, ...] = ()
    """Integrity algorithms; an authenticated cipher needs none."""
    pfs: tuple[str, ...]
    """Groups of perfect forward secrecy."""


class Cipher(Shape):
    """The cipher suite of every tunnel (D7)."""

    phase1: PhaseOne
    """IKE phase 1."""
    phase2: PhaseTwo
    """IKE phase 2."""


class PeerSite(Shape):
    """A VPN device of ours on-prem."""

    site: Label
    """Where it stands; losing a site loses its devices."""
    inside: IPv4Address | None = None
    """Its address on the sites' network, from which it speaks BGP with the other devices; with two such addresses, a
    device that has lost its tunnels sends what it gets to another one."""


class SharedVpn(Shape):
    """What all environments' VPNs have in common."""

    on_prem_asn: int
    """The ASN of the on-prem devices (D9)."""
    ike_version: int = 2
    """The IKE version (D6)."""
    keepalive_seconds: int = 20
    """The BGP keepalive interval, 20 to 60; the hold time is three times it (D14)."""
    kpps_per_tunnel: int = 250
    """What one tunnel carries, in thousands of packets a second, both directions summed (D16)."""
    cipher: Cipher
    """The cipher suite."""
    peers: dict[Label, PeerSite]
    """The on-prem devices by name."""


class GroupKind(StrEnum):
    """What a group is for."""

    TEAM = "team"
    ROLE = "role"
    AREA = "area"


class Group(Shape):
    """A group of the directory. The program references groups and never creates or edits one (F12)."""

    entra_object_id: str
    """The object id in Entra."""
    use: str
    """What it is for."""
    kind: GroupKind
    """A product area is a parent for cost and never appears in a grant."""
    state: str = "active"
    """`active`, or `pending` while the directory has not synchronised it (F12)."""
    nested: bool = True
    """Nested in the security group of the clusters (F10)."""
    member_of: tuple[Email, ...] = ()
    """The groups that it is a member of, whose grants its members therefore have too (F11)."""
    environments: tuple[Label, ...] | None = None
    """Where it may be granted anything; everywhere unless said (F18)."""
    pending_since: date | None = None
    """The day from which it has been waiting for the directory."""


class PlatformGroups(Shape):
    """Groups of the platform that rules know by what they are for."""

    team: Email
    """The platform team; no environment may lock it out."""
    on_call: Email
    """The platform's on-call, who approves privileged access of teams that answer at all hours."""
    security: Email | None = None
    """Who looks at every change of the platform's own access beside the platform team; nobody unless said."""


class DeliveryAction(StrEnum):
    """What a team may do with its applications in Argo CD."""

    GET = "get"
    SYNC = "sync"
    LOGS = "logs"
    ACTION = "action"


class TeamProfile(Shape):
    """What membership of a product team gives in an environment, everywhere. Role names are written in full."""

    cluster_project: tuple[Role, ...]
    """Roles on the cluster project: seeing the fleet and reaching clusters through the Connect gateway (E30)."""
    team_project: tuple[Role, ...]
    """Roles on the team's own project."""
    rbac: ClusterRole
    """The cluster role in the team's namespaces."""
    delivery: tuple[DeliveryAction, ...]
    """What the team may do with its applications."""
    entitlements: tuple[Label, ...]
    """Privileged access that a record may offer."""


class Approvals(Shape):
    """How many approvals one after the other an entitlement needs at least."""

    production: int
    """In production."""
    elsewhere: int
    """Before it."""


class TeamEntitlement(Shape):
    """Privileged access that product teams have on their own projects, while a grant lasts (F16)."""

    roles: tuple[Role, ...]
    """What it gives."""
    longest: str
    """How long at most, such as 1h; a record may say less."""
    approvals: Approvals
    """What a record may not go below."""


class FormerTeam(Shape):
    """A team whose record is gone, and who has taken over what stays: projects, state, images, namespaces."""

    taken_over_by: Email
    """The group that answers for it now."""
    on: date
    """Since when."""
    kept: tuple[str, ...]
    """What is kept, thing by thing."""
    state: dict[Label, ProjectId]
    """By environment the project whose state bucket still holds the team's state: the rule that denies reading it is
    looked after there, and nobody but the program is excepted. `{}` once the successor has deleted bucket and rule."""


class AccountRoles(Shape):
    """Roles of an account that runs this program, given before it first runs. Role names are written in full."""

    folder: tuple[Role, ...]
    """On the environment's folder, so on all of its projects."""
    billing: tuple[Role, ...]
    """On the billing account."""
    state: tuple[Role, ...]
    """On the environment's state bucket."""
    key: tuple[Role, ...]
    """On the key of the environment's secrets."""


class Deployers(Shape):
    """Service accounts that run this program."""

    plan: str
    """The account that previews, with `{environment}` in it."""
    apply: str
    """The account that applies, with `{environment}` in it."""
    pool: Label
    """The workload identity pool of the seed project that both are reached through."""
    plan_roles: AccountRoles
    """What the account that previews has; it reads."""
    apply_roles: AccountRoles
    """What the account that applies has."""


class Organisation(Shape):
    """The organisation and what its environments share."""

    name: str
    """The organisation's name."""
    platform: Label
    """The platform's short name; it begins every name that the program gives."""
    domain: HostName
    """The organisation's domain; groups outside it are refused (E34)."""
    time_zone: str
    """The time zone of people and windows."""
    sample: Sample | None = None
    """Present only in an organisation that does not exist."""
    region: Label
    """The region of everything regional."""
    zones: tuple[Label, ...]
    """The zones of the region that clusters use."""
    backup_region: Label
    """Where prod's backups go."""
    google: Google
    """The Google Cloud organisation."""
    projects: SharedProjects
    """Projects that serve all environments."""
    labels: dict[str, str]
    """Labels on everything that takes labels."""
    security_group: Email
    """The group that all groups used in clusters are nested in (C9, F10)."""
    entra: EntraTenant
    """Where groups come from."""
    github: CodeHost
    """Where code is."""
    sites: dict[Label, str]
    """On-prem sites and what is there."""
    services: SharedServices
    """Shared services of the sites."""
    dns: DnsZones
    """DNS zones."""
    addresses: AddressSpace
    """Where addresses come from."""
    vpn: SharedVpn
    """What all VPNs have in common."""
    deployers: Deployers
    """Who runs the program."""
    platform_groups: PlatformGroups
    """The platform's own groups."""
    break_glass: tuple[Email, ...]
    """Accounts for the worst day, bound outside this program. No file may name one in a grant."""
    reserved_prefixes: tuple[Label, ...]
    """Namespace prefixes that no team may take."""
    state_tag: StateTag
    """How buckets with state are told apart."""
    team_profiles: dict[Label, TeamProfile]
    """What a product team gets, by profile; a stack names the profile that holds there."""
    entitlements: dict[Label, TeamEntitlement]
    """Privileged access that product teams may have, by id."""
    former_teams: dict[Label, FormerTeam] = {}
    """Teams whose record is gone, by slug."""
    groups: dict[Email, Group]
    """Every group that any file may name."""
    promotion: Promotion | None = None
    """How a change goes from environment to environment. Without it, rings come in order and nothing waits."""
