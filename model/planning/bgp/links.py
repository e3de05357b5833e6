"""Every link of an environment, whatever its kind: what it joins, what is told over it, what it carries.

A tunnel to a device of the sites, a tunnel to another HA VPN gateway of the cloud, a VLAN attachment: each is one BGP
session between a Cloud Router of ours and whoever is at the other end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Final, TypeAlias

from model.config.interconnect import Attachment, InterconnectKind
from model.config.vpn import Link as LinkFile
from model.estate import Environment
from model.planning.advertised import learned
from model.planning.names import Names
from model.planning.told import told

KPPS_PER_GBPS: Final = 125
"""What an attachment carries: 1.25 million packets a second with 10 Gbps, 6.25 with 50
(https://docs.cloud.google.com/network-connectivity/docs/interconnect/quotas)."""
_DEFAULT_BANDWIDTH: Final = {InterconnectKind.DEDICATED: "BPS_10G", InterconnectKind.PARTNER: "BPS_50M"}
"""Of an attachment that names none: the provider's default on a line of one's own (gcp.compute.InterconnectAttachment
bandwidth). A partner decides it, so the least that there is counts."""
_BANDWIDTH: Final = re.compile(r"BPS_(\d+)([MG])")
DEFAULT_PRIORITY: Final = 100
"""The MED of ranges that a session is taken to lead to (gcp.compute.RouterPeer custom_learned_route_priority)."""


class LinkKind(StrEnum):
    """What a link is."""

    TUNNEL = "tunnel"
    """A tunnel to a device of the sites."""
    CLOUD = "tunnel to another gateway"
    """A tunnel to another HA VPN gateway of the cloud (D5)."""
    ATTACHMENT = "attachment"
    """A VLAN attachment (D24)."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Where an attachment meets Google: the metropolitan area, "" where none is named, and its availability domain."""

    metro: str
    domain: int

    def __str__(self) -> str:
        """Return `2 of osl`, or `2` where no area is named."""
        return f"{self.domain} of {self.metro}" if self.metro else str(self.domain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link.

    `router`      the Cloud Router that holds its session, `task` which of the router's two tasks does.
    `far`         who speaks at the other end: a device, or another gateway's router.
    `near_address`, `far_address`  both ends of the session, ours first.
    `tells`       what we announce; `hears` what the other end does.
    `taken`       what is taken to be behind the link though nobody announces it, with the MED `taken_priority`.
    `priority`    the MED, on both sides (D13).
    `kpps`        what it carries, in thousands of packets a second, both directions summed (D16).
    `interface`   of the VPN gateway, None for an attachment. `edge`, `line` of an attachment, None for a tunnel; `line`
                  is also None where a partner's is not named.
    """

    name: str
    kind: LinkKind
    router: str
    far: str
    near_address: IPv4Address
    far_address: IPv4Address
    tells: frozenset[IPv4Network]
    hears: frozenset[IPv4Network]
    priority: int
    kpps: int
    task: int
    taken: frozenset[IPv4Network] = frozenset()
    taken_priority: int = DEFAULT_PRIORITY
    interface: int | None = None
    edge: Edge | None = None
    line: str | None = None

    @property
    def to_sites(self) -> bool:
        """Whether it leads to a device of the sites."""
        return self.kind is not LinkKind.CLOUD


def other_router(peer: str) -> str:
    """Return what the router behind another gateway is called here; no device can have the name."""
    return f"{peer}'s router"


def ends(block: IPv4Network) -> tuple[IPv4Address, IPv4Address]:
    """Return Google's end of a session and the other one: the first two addresses behind the network's own."""
    return block.network_address + 1, block.network_address + 2


def attachment_kpps(attachment: Attachment, kind: InterconnectKind) -> int:
    """Return what an attachment carries, in kpps; 0 where its bandwidth is no capacity."""
    match = _BANDWIDTH.fullmatch(attachment.bandwidth or _DEFAULT_BANDWIDTH[kind])
    if match is None:
        return 0
    return KPPS_PER_GBPS * int(match[1]) // (1000 if match[2] == "M" else 1)


def links(env: Environment) -> dict[str, Link]:
    """Return every link of `env` by name: tunnels to the sites, then attachments, then tunnels to other gateways."""
    tells = {name: frozenset(each.range for each in ranges) for name, ranges in told(env).items()}
    found = (*_tunnels(env, tells), *_attachments(env, tells), *_to_other_gateways(env, tells))
    return {link.name: link for link in found}


_Tells: TypeAlias = Mapping[str, frozenset[IPv4Network]]


def _tunnels(env: Environment, tells: _Tells) -> Iterator[Link]:
    hears = frozenset(learned(env))
    for name, tunnel in env.vpn.tunnels.items():
        yield _tunnel(env, name, tunnel, LinkKind.TUNNEL, far=tunnel.peer, tells=tells[name], hears=hears)


def _to_other_gateways(env: Environment, tells: _Tells) -> Iterator[Link]:
    for key, peer in env.vpn.cloud_peers.items():
        far, hears = other_router(key), frozenset(peer.learned)
        for name, tunnel in peer.tunnels.items():
            yield _tunnel(env, name, tunnel, LinkKind.CLOUD, far=far, tells=tells[name], hears=hears)


def _tunnel(
    env: Environment,
    name: str,
    tunnel: LinkFile,
    kind: LinkKind,
    *,
    far: str,
    tells: frozenset[IPv4Network],
    hears: frozenset[IPv4Network],
) -> Link:
    return Link(
        name=name,
        kind=kind,
        router=Names.of(env).vpn_router,
        far=far,
        near_address=tunnel.google_address,
        far_address=tunnel.peer_address,
        tells=tells,
        hears=hears,
        taken=frozenset(tunnel.learn),
        taken_priority=DEFAULT_PRIORITY if tunnel.learn_priority is None else tunnel.learn_priority,
        priority=tunnel.priority,
        kpps=env.organisation.vpn.kpps_per_tunnel,
        task=tunnel.gateway_interface,
        interface=tunnel.gateway_interface,
    )


def _attachments(env: Environment, tells: _Tells) -> Iterator[Link]:
    given = env.vpn.interconnect
    if given is None:
        return
    hears = frozenset(learned(env))
    for name, attachment in given.attachments.items():
        near, far = ends(attachment.range)
        yield Link(
            name=name,
            kind=LinkKind.ATTACHMENT,
            router=Names.of(env).interconnect_router,
            far=attachment.peer,
            near_address=near,
            far_address=far,
            tells=tells[name],
            hears=hears,
            priority=attachment.priority,
            kpps=attachment_kpps(attachment, given.kind),
            # A router's two tasks are spread over the edge availability domains.
            task=attachment.edge_domain - 1,
            edge=Edge(attachment.metro or "", attachment.edge_domain),
            line=attachment.interconnect,
        )
