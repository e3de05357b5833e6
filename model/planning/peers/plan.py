"""What one device of the sites needs for one environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

from model.config.organisation import Cipher
from model.config.vpn import Tunnel
from model.estate import Environment
from model.planning.advertised import advertised_by, learned
from model.planning.bgp.network import DEFAULT_PREFERENCE
from model.planning.bgp.topology import preference
from model.planning.names import Names
from model.planning.peers.mtu import payload_mtu

HOLD_KEEPALIVES: Final = 3
"""A session is down after so many keepalives without an answer (D14)."""


@dataclass(frozen=True, slots=True)
class TunnelPlan:
    """One tunnel as the device sees it.

    `number` tells it apart from every other tunnel of the device, over all environments: the third and fourth octet of
    its link-local network, as a number. `gateway` is Google's address, or what to put there while it is not known.
    """

    name: str
    number: int
    gateway_interface: int
    gateway: str
    own: IPv4Address
    link: IPv4Network
    inner_own: IPv4Address
    inner_google: IPv4Address
    key: str
    med: int
    preference: int
    accepted: tuple[IPv4Network, ...]

    @property
    def prefers(self) -> bool:
        """Whether the tunnel's routes get a local preference of their own (D13)."""
        return self.preference != DEFAULT_PREFERENCE


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another device of the sites, with which this one speaks BGP inside."""

    name: str
    address: IPv4Address


@dataclass(frozen=True, slots=True)
class DevicePlan:
    """Everything that one device needs for one environment. `label` begins every name: `VARDE-PROD`."""

    environment: str
    device: str
    site: str | None
    label: str
    own: IPv4Address
    router_id: IPv4Address
    asn: int
    cloud_asn: int
    keepalive: int
    mtu: int
    cipher: Cipher
    announced: tuple[IPv4Network, ...]
    tunnels: tuple[TunnelPlan, ...]
    inside: IPv4Address | None
    neighbours: tuple[Neighbour, ...]

    @property
    def hold(self) -> int:
        """The hold time in seconds."""
        return HOLD_KEEPALIVES * self.keepalive

    @property
    def mss(self) -> int:
        """What a TCP segment may carry: the MTU less 20 octets each of IP and TCP (D18)."""
        return self.mtu - 40


def placeholder(text: str) -> str:
    """Return the mark where a person puts what `text` names. It is no word of any make's language."""
    return f"<{text}>"


def gateway_mark(env: Environment, interface: int) -> str:
    """Return what stands for Google's address of a gateway interface until it is known."""
    return placeholder(f"address of interface {interface} of {Names.of(env).vpn_gateway}")


def devices(env: Environment) -> tuple[str, ...]:
    """Return the devices at which a tunnel of `env` ends, sorted."""
    return tuple(sorted({tunnel.peer for tunnel in env.vpn.tunnels.values()}))


def device_plan(env: Environment, device: str, gateways: Mapping[int, str] | None = None) -> DevicePlan:
    """Return what `device` needs for `env`. `gateways` are Google's addresses by interface, as far as they are known.

    Raises `KeyError` for a device at which no tunnel ends.
    """
    if device not in devices(env):
        raise KeyError(device)
    shared = env.organisation.vpn
    known = gateways or {}
    site = shared.peers.get(device)
    inside = site.inside if site else None
    # A device may end tunnels of several external gateways, each at an address of its own.
    tunnels = [
        _tunnel(env, name, tunnel, peer.address, known)
        for name, tunnel in sorted(env.vpn.tunnels.items())
        if tunnel.peer == device and (peer := env.vpn.peer_of(tunnel)) is not None
    ]
    if not tunnels:
        raise KeyError(device)
    own = tunnels[0].own
    return DevicePlan(
        environment=env.name,
        device=device,
        site=site.site if site else None,
        label=f"{env.organisation.platform}-{env.name}".upper(),
        own=own,
        router_id=inside or own,
        asn=shared.on_prem_asn,
        cloud_asn=env.vpn.asn,
        keepalive=shared.keepalive_seconds,
        mtu=payload_mtu(shared.cipher.phase2),
        cipher=shared.cipher,
        announced=learned(env),
        tunnels=tuple(tunnels),
        inside=inside,
        neighbours=tuple(_neighbours(env, device)) if inside else (),
    )


def _tunnel(env: Environment, name: str, tunnel: Tunnel, own: IPv4Address, known: Mapping[int, str]) -> TunnelPlan:
    interface = tunnel.gateway_interface
    return TunnelPlan(
        name=name,
        number=int(tunnel.range.network_address) & 0xFFFF,
        gateway_interface=interface,
        gateway=known.get(interface, gateway_mark(env, interface)),
        own=own,
        link=tunnel.range,
        inner_own=tunnel.peer_address,
        inner_google=tunnel.google_address,
        key=placeholder(f"key {tunnel.pre_shared_key.secret}"),
        med=tunnel.priority,
        preference=preference(env, tunnel.priority),
        accepted=tuple(sorted(each.range for each in advertised_by(env, name))),
    )


def _neighbours(env: Environment, device: str) -> Iterator[Neighbour]:
    here = devices(env)
    for name, peer in sorted(env.organisation.vpn.peers.items()):
        if name != device and name in here and peer.inside is not None:
            yield Neighbour(name, peer.inside)
