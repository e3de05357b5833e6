"""`hybrid:network` of a stack file: the VPC, its ranges, egress and names."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated

from pydantic import Field

from model.config.alerts import Alerts
from model.config.resolution import Dns
from model.config.shape import Shape
from model.config.types import Label


class Purpose(StrEnum):
    """What a subnet is for."""

    PRIVATE = "PRIVATE"
    """Machines and internal load balancers."""
    PROXY_ONLY = "REGIONAL_MANAGED_PROXY"
    """Google's proxies for regional load balancers (C62)."""


class LogInterval(StrEnum):
    """How long packets are gathered (Subnetwork.log_config.aggregation_interval)."""

    SECONDS_5 = "INTERVAL_5_SEC"
    SECONDS_30 = "INTERVAL_30_SEC"
    MINUTE_1 = "INTERVAL_1_MIN"
    MINUTES_5 = "INTERVAL_5_MIN"
    MINUTES_10 = "INTERVAL_10_MIN"
    MINUTES_15 = "INTERVAL_15_MIN"


class FlowLogs(Shape):
    """VPC flow logs of a subnet."""

    sampling: Annotated[float, Field(gt=0, le=1)]
    """The share of packets recorded, above 0 and at most 1."""
    interval: LogInterval = LogInterval.SECONDS_5
    """How long packets of one flow are gathered into one record."""


class Subnet(Shape):
    """A subnet of the VPC in the environment's region."""

    range: IPv4Network
    """Its primary range."""
    purpose: Purpose = Purpose.PRIVATE
    """What it is for."""
    secondary: dict[Label, IPv4Network] = {}
    """Secondary ranges by name: pods and services of clusters (C22)."""
    addresses: dict[Label, IPv4Address] = {}
    """Addresses of the primary range that are spoken for, by use."""
    shared: bool = True
    """Whether the cluster project may use it."""


class Nat(Shape):
    """Cloud NAT, on a router of its own (C24)."""

    egress: dict[Label, IPv4Address | None]
    """The egress addresses by name. Partners allow-list them, so each is reserved and kept; Google picks the address,
    which is written down here once it is known."""
    min_ports_per_vm: int = 128
    """Ports for each VM, a power of two."""


class NatInstance(Shape):
    """The machine behind which pods of clusters with `pod_addressing: nat_vm` hide from the sites (C29)."""

    subnet: Label
    """The subnet it is in."""
    address: IPv4Address
    """Its address, the only one of those clusters that the sites see."""
    zone: str
    """Its zone."""
    machine_type: str = "n2d-standard-2"
    """Its Compute Engine machine type: its bandwidth is all that those clusters have towards the sites."""
    image: str = "projects/debian-cloud/global/images/family/debian-12"
    """Its boot image, of a Linux with iptables and systemd."""


class Network(Shape):
    """The environment's network on both sides."""

    on_prem: IPv4Network
    """All on-prem networks of the environment."""
    cloud: IPv4Network
    """All subnets of the VPC."""
    mtu: int = 1460
    """The VPC's MTU; what fits through the VPN gateway (D18)."""
    routing_mode: str = "GLOBAL"
    """GLOBAL lets clusters of another region use the VPN's routes (D21)."""
    subnets: dict[Label, Subnet]
    """Subnets by name; the cloud's own name is <platform>-<environment>-<name>."""
    private_service_access: IPv4Network
    """The range for Google's managed services."""
    flow_logs: FlowLogs | None = None
    """Flow logs of the subnets that machines use."""
    nat: Nat
    """Egress to the internet."""
    nat_instance: NatInstance | None = None
    """The machine of clusters whose pods hide behind one."""
    dns: Dns = Dns()
    """Names in both directions, beyond the internal zone that is forwarded to the sites."""
    alerts: Alerts | None = None
    """Who is told when the link or the way out fails; nobody unless said."""
    ingress: dict[Label, IPv4Address | None] = {}
    """External ingress addresses that are reserved, by name."""
    allow_from: dict[Label, tuple[IPv4Network, ...]] = {}
    """Further sources that may reach the nodes over TCP 443, each by its reason; normally empty."""
