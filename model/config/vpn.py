"""`hybrid:vpn` of a stack file: the redundant link between the sites and the VPC."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from model.config.interconnect import Interconnect
from model.config.organisation import Cipher
from model.config.shape import Shape
from model.config.types import Email, Label, SecretReference


class Redundancy(StrEnum):
    """How many addresses the peer has (D2)."""

    SINGLE_IP = "SINGLE_IP_INTERNALLY_REDUNDANT"
    TWO_IPS = "TWO_IPS_REDUNDANCY"
    FOUR_IPS = "FOUR_IPS_REDUNDANCY"


class TrafficMode(StrEnum):
    """How traffic spreads over tunnels (D13)."""

    ACTIVE_ACTIVE = "active-active"
    """Equal priorities: every tunnel carries traffic."""
    ACTIVE_PASSIVE = "active-passive"
    """Standby tunnels carry traffic only when the others are down."""


class KeySource(StrEnum):
    """Where a pre-shared key comes from (D8)."""

    GENERATED = "generated"
    """Made by the program, kept in its encrypted state and in Secret Manager."""
    REFERENCED = "referenced"
    """Put into Secret Manager by someone else; whoever previews must be allowed to read it."""


class PreSharedKey(Shape):
    """The pre-shared key of one tunnel (D8), or the MD5 key of its session (D15)."""

    secret: SecretReference
    """Where it is kept."""
    source: KeySource = KeySource.GENERATED
    """Who makes it."""
    generation: int | None = None
    """Which key it is, counted from 1. A higher number makes a new generated key, of this tunnel alone; of a referenced
    one it is the version in Secret Manager, the latest unless given."""


class Peer(Shape):
    """One address of the on-prem side. Its key names a device of the organisation file."""

    interface: int
    """Its number in the external gateway, from 0 (D2)."""
    address: IPv4Address
    """Its public address."""


class ExternalGateway(Shape):
    """The cloud's picture of some devices: of one more site, or of the same ones at new addresses (D2, D4)."""

    redundancy: Redundancy
    """How many addresses it has (D2)."""
    peers: dict[Label, Peer]
    """Its addresses by device."""


class Link(Shape):
    """One tunnel with its BGP session. Its key is its name and never changes."""

    gateway_interface: int
    """The interface of our gateway, 0 or 1 (D1)."""
    range: IPv4Network
    """The link-local /30 of the session (D10)."""
    google_address: IPv4Address
    """Our end of it, the first usable address."""
    peer_address: IPv4Address
    """The other end, the second usable address."""
    pre_shared_key: PreSharedKey
    """Its key."""
    priority: int = 100
    """The MED we advertise; lower wins (D13)."""
    advertise: tuple[IPv4Network, ...] = ()
    """Ranges advertised on this session beyond those that follow from the address plan (D12)."""
    learn: tuple[IPv4Network, ...] = ()
    """Ranges that the router takes to be behind this session while it is up, though nobody announces them."""
    learn_priority: int | None = None
    """The MED of those ranges, 0 to 65535; 100 unless given."""
    cipher: Cipher | None = None
    """Its own cipher suite, for a device that lacks the organisation's (D7)."""
    md5: PreSharedKey | None = None
    """The key with which both ends sign their BGP messages (D15)."""
    import_policies: tuple[Label, ...] = ()
    """Route policies on what is heard, in this order."""
    export_policies: tuple[Label, ...] = ()
    """Route policies on what is told, in this order."""


class Tunnel(Link):
    """A tunnel to a device of the sites."""

    peer: Label
    """The device at the other end."""
    external_gateway: Label | None = None
    """Which of `external_gateways` has the device's address; that of `peers` unless given."""


class CloudPeer(Shape):
    """Another HA VPN gateway in Google Cloud: a partner's VPC, or one of ours in another project (D5)."""

    gateway: str
    """It, in full: projects/<project>/regions/<region>/vpnGateways/<name>, in our region."""
    asn: int
    """The ASN of its router (D9)."""
    learned: tuple[IPv4Network, ...] = ()
    """What it announces to us."""
    tunnels: dict[Label, Link]
    """Tunnels by name; each joins the same interface number of both gateways (D3)."""


class PolicyKind(StrEnum):
    """Which way the routes go that a policy looks at."""

    IMPORT = "import"
    """From the peer."""
    EXPORT = "export"
    """To the peer."""


class PolicyTerm(Shape):
    """One step of a route policy, in the Common Expression Language."""

    priority: int
    """Lower ones come first."""
    match: str
    """Which routes: `destination == '10.9.0.0/16'`."""
    actions: tuple[str, ...]
    """What becomes of them: `drop()`, `med.set(200)`."""


class RoutePolicy(Shape):
    """What the router does to routes of the sessions that name it (https://docs.cloud.google.com/network-connectivity/docs/router/concepts/bgp-route-policies-overview)."""

    kind: PolicyKind
    """Which way the routes go."""
    terms: tuple[PolicyTerm, ...]
    """Its steps."""


class DrillApproval(Shape):
    """Who allowed a drill in production."""

    by: Email
    """The group that allowed it."""
    on: date
    """When."""


class Drill(Shape):
    """Sessions switched off on purpose, for a while (D20)."""

    disabled_peers: tuple[str, ...] = ()
    """BGP peers, <tunnel>-bgp."""
    expires: date | None = None
    """The last day; required while a peer is disabled."""
    approval: DrillApproval | None = None
    """Who allowed it; required in production."""


class Rotation(Shape):
    """The one tunnel that may be replaced now (D4)."""

    tunnel: Label
    """Its protection, and that of its key, are lifted. All other tunnels keep theirs."""
    expires: date
    """The last day."""


class Vpn(Shape):
    """The HA VPN of the environment."""

    asn: int
    """The ASN of our router (D9)."""
    redundancy: Redundancy = Redundancy.TWO_IPS
    """How many addresses `peers` has (D2)."""
    mode: TrafficMode = TrafficMode.ACTIVE_ACTIVE
    """How traffic spreads (D13)."""
    peers: dict[Label, Peer] = {}
    """The other side's addresses by device, of one external gateway."""
    external_gateways: dict[Label, ExternalGateway] = {}
    """Further external gateways: more sites, or new addresses of the same devices."""
    tunnels: dict[Label, Tunnel]
    """Tunnels to the sites by name."""
    cloud_peers: dict[Label, CloudPeer] = {}
    """Other HA VPN gateways in Google Cloud, by name (D5)."""
    interconnect: Interconnect | None = None
    """VLAN attachments, the other kind of link to the sites (D24)."""
    policies: dict[Label, RoutePolicy] = {}
    """Route policies by name, for sessions to use."""
    peak_kpps: int
    """The planned peak, in thousands of packets a second, both directions summed (D17)."""
    drill: Drill = Drill()
    """Sessions switched off for a drill."""
    rotation: Rotation | None = None
    """The tunnel that may be replaced now; none, unless a rotation is under way."""

    @property
    def gateways(self) -> dict[str, ExternalGateway]:
        """Every external gateway by its key; the one of `peers` has the key ""."""
        first = {"": ExternalGateway(redundancy=self.redundancy, peers=self.peers)} if self.peers else {}
        return {**first, **self.external_gateways}

    def peer_of(self, tunnel: Tunnel) -> Peer | None:
        """Return the address at which `tunnel` ends, None where there is none of its name."""
        gateway = self.gateways.get(tunnel.external_gateway or "")
        return gateway.peers.get(tunnel.peer) if gateway is not None else None

    @property
    def links(self) -> dict[str, Link]:
        """Every tunnel by name, those to the sites and those to other gateways in the cloud."""
        others = {name: link for peer in self.cloud_peers.values() for name, link in peer.tunnels.items()}
        return {**others, **self.tunnels}
