"""What one device of the sites needs for one environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from model.config.interconnect import Attachment, BfdMode
from model.config.organisation import Cipher
from model.config.vpn import Tunnel
from model.estate import Environment
from model.planning.advertised import learned
from model.planning.bgp.links import Link, links
from model.planning.bgp.network import DEFAULT_PREFERENCE
from model.planning.bgp.topology import preference
from model.planning.names import Names
from model.planning.peers.mtu import payload_mtu

HOLD_KEEPALIVES: Final = 3
"""A session is down after so many keepalives without an answer (D14)."""


@dataclass(frozen=True, slots=True)
class Suite:
    """Ciphers that tunnels share. `title` begins the names of what a device makes of them."""

    title: str
    cipher: Cipher


@dataclass(frozen=True, slots=True)
class BfdPlan:
    """How soon a lost link is noticed: what the device sends and takes, in milliseconds, the mirror of Google's (D14).

    A device always begins too, so that it does not matter who is told to.
    """

    transmit: int
    receive: int
    multiplier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """One link with its BGP session as the device sees it.

    `number` tells it apart from every other link of the device, over all environments: the third and fourth octet of
    its link-local network, as a number. `asn` is that of the Cloud Router at the other end. `password` is what both
    ends sign their messages with, as the mark that stands for it (D15).
    """

    name: str
    number: int
    link: IPv4Network
    inner_own: IPv4Address
    inner_google: IPv4Address
    asn: int
    mtu: int
    med: int
    preference: int
    accepted: tuple[IPv4Network, ...]
    password: str | None = None
    bfd: BfdPlan | None = None

    @property
    def prefers(self) -> bool:
        """Whether the link's routes get a local preference of their own (D13)."""
        return self.preference != DEFAULT_PREFERENCE

    @property
    def mss(self) -> int:
        """What a TCP segment may carry: the MTU less 20 octets each of IP and TCP (D18)."""
        return self.mtu - 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TunnelPlan(SessionPlan):
    """One tunnel. `gateway` is Google's address, or what to put there while it is not known; `suite` its ciphers."""

    gateway_interface: int
    gateway: str
    own: IPv4Address
    key: str
    suite: Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentPlan(SessionPlan):
    """One VLAN attachment: a VLAN on a line, without IPsec. `vlan` is a mark where a partner says it."""

    line: str
    vlan: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another device of the sites, with which this one speaks BGP inside."""

    name: str
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """Everything that one device needs for one environment. `label` begins every name: `VARDE-PROD`."""

    environment: str
    region: str
    device: str
    site: str | None
    label: str
    router_id: IPv4Address
    asn: int
    keepalive: int
    announced: tuple[IPv4Network, ...]
    tunnels: tuple[TunnelPlan, ...]
    attachments: tuple[AttachmentPlan, ...]
    inside: IPv4Address | None
    neighbours: tuple[Neighbour, ...]

    @property
    def hold(self) -> int:
        """The hold time in seconds."""
        return HOLD_KEEPALIVES * self.keepalive

    @property
    def sessions(self) -> tuple[SessionPlan, ...]:
        """Every session with a Cloud Router."""
        return (*self.tunnels, *self.attachments)

    @property
    def suites(self) -> tuple[Suite, ...]:
        """The cipher suites that tunnels have, each once."""
        return tuple({tunnel.suite.title: tunnel.suite for tunnel in self.tunnels}.values())

    @property
    def owns(self) -> tuple[IPv4Address, ...]:
        """The device's public addresses, each once; none where no tunnel ends at it."""
        return tuple(dict.fromkeys(tunnel.own for tunnel in self.tunnels))

    @property
    def mss(self) -> int:
        """What a TCP segment may carry through the narrowest tunnel."""
        return min(tunnel.mss for tunnel in self.tunnels)


def placeholder(text: str) -> str:
    """Return the mark where a person puts what `text` names. It is no word of any make's language."""
    return f"<{text}>"


def gateway_mark(env: Environment, interface: int) -> str:
    """Return what stands for Google's address of a gateway interface until it is known."""
    return placeholder(f"address of interface {interface} of {Names.of(env).vpn_gateway}")


def devices(env: Environment) -> tuple[str, ...]:
    """Return the devices at which a tunnel or an attachment of `env` ends, sorted."""
    return tuple(sorted({link.far for link in links(env).values() if link.to_sites}))


def device_plan(env: Environment, device: str, gateways: Mapping[int, str] | None = None) -> DevicePlan:
    """Return what `device` needs for `env`. `gateways` are Google's addresses by interface, as far as they are known.

    Raises `KeyError` for a device at which nothing ends.
    """
    if device not in devices(env):
        raise KeyError(device)
    shared = env.organisation.vpn
    known = gateways or {}
    site = shared.peers.get(device)
    inside = site.inside if site else None
    label = f"{env.organisation.platform}-{env.name}".upper()
    every = links(env)
    # A device may end tunnels of several external gateways, each at an address of its own.
    tunnels = [
        _tunnel(env, every[name], tunnel, own=peer.address, gateway=known.get(tunnel.gateway_interface), label=label)
        for name, tunnel in sorted(env.vpn.tunnels.items())
        if tunnel.peer == device and (peer := env.vpn.peer_of(tunnel)) is not None
    ]
    given = env.vpn.interconnect
    attachments = [
        _attachment(env, every[name], attachment, given.asn)
        for name, attachment in sorted(given.attachments.items() if given else ())
        if attachment.peer == device and given is not None
    ]
    if not tunnels and not attachments:
        raise KeyError(device)
    own = tunnels[0].own if tunnels else attachments[0].inner_own
    return DevicePlan(
        environment=env.name,
        region=env.organisation.region,
        device=device,
        site=site.site if site else None,
        label=label,
        router_id=inside or own,
        asn=shared.on_prem_asn,
        keepalive=shared.keepalive_seconds,
        announced=learned(env),
        tunnels=tuple(tunnels),
        attachments=tuple(attachments),
        inside=inside,
        neighbours=tuple(_neighbours(env, device)) if inside else (),
    )


def _number(block: IPv4Network) -> int:
    return int(block.network_address) & 0xFFFF


def _tunnel(
    env: Environment, link: Link, tunnel: Tunnel, *, own: IPv4Address, gateway: str | None, label: str
) -> TunnelPlan:
    interface = tunnel.gateway_interface
    shared = env.organisation.vpn.cipher
    suite = Suite(label, shared) if tunnel.cipher is None else Suite(f"{label}-{link.name.upper()}", tunnel.cipher)
    return TunnelPlan(
        name=link.name,
        number=_number(tunnel.range),
        gateway_interface=interface,
        gateway=gateway or gateway_mark(env, interface),
        own=own,
        link=tunnel.range,
        inner_own=tunnel.peer_address,
        inner_google=tunnel.google_address,
        asn=env.vpn.asn,
        mtu=payload_mtu(suite.cipher.phase2),
        key=placeholder(f"key {tunnel.pre_shared_key.secret}"),
        suite=suite,
        med=tunnel.priority,
        preference=preference(env, tunnel.priority),
        accepted=tuple(sorted(link.tells)),
        password=None if tunnel.md5 is None else placeholder(f"key {tunnel.md5.secret}"),
    )


def _attachment(env: Environment, link: Link, attachment: Attachment, asn: int) -> AttachmentPlan:
    given = attachment.bfd
    timers = BfdPlan(given.min_receive_ms, given.min_transmit_ms, given.multiplier) if given is not None else None
    line = link.line.rpartition("/")[2] if link.line else f"the partner's line in edge domain {link.edge}"
    return AttachmentPlan(
        name=link.name,
        number=_number(attachment.range),
        link=attachment.range,
        inner_own=link.far_address,
        inner_google=link.near_address,
        asn=asn,
        mtu=attachment.mtu,
        line=placeholder(f"interface of {line}"),
        vlan=placeholder(f"VLAN of {link.name}") if attachment.vlan is None else str(attachment.vlan),
        med=attachment.priority,
        preference=preference(env, attachment.priority),
        accepted=tuple(sorted(link.tells)),
        bfd=None if given is None or given.mode is BfdMode.DISABLED else timers,
    )


def _neighbours(env: Environment, device: str) -> Iterator[Neighbour]:
    here = devices(env)
    for name, peer in sorted(env.organisation.vpn.peers.items()):
        if name != device and name in here and peer.inside is not None:
            yield Neighbour(name, peer.inside)
