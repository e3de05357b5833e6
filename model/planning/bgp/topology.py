"""The BGP network of an environment, derived from the files: Cloud Routers, the sites' devices, other gateways."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations
from typing import Final

from model.estate import Environment
from model.planning.advertised import learned
from model.planning.bgp.links import Link, links, other_router
from model.planning.bgp.network import DEFAULT_PREFERENCE, End, Network, Selection, Session, Speaker
from model.planning.names import Names

PREFERRED: Final = 200
"""The local preference of routes over the links of the best priority, where there are several priorities."""
_STEP: Final = 10


@dataclass(frozen=True, eq=False)
class Topology:
    """An environment's BGP network.

    `routers` are its Cloud Routers, the VPN's first; `devices` those of the sites, with their sites; `others` the
    routers behind other gateways of the cloud, by the gateway's key. Each of `links` is one external session.
    """

    network: Network
    routers: tuple[str, ...]
    devices: dict[str, str | None]
    others: dict[str, str]
    links: dict[str, Link]


def preference(env: Environment, priority: int) -> int:
    """Return the local preference that a device gives to routes over a link of `priority` (D13).

    It mirrors what the MED tells the device, so that the device's choice holds even where a MED is not compared, as
    between a tunnel and an attachment, whose routers are two autonomous systems: 200 for the lowest priority, 10 less
    for each further one; with one priority for all, the default.
    """
    attachments = env.vpn.interconnect.attachments if env.vpn.interconnect is not None else {}
    levels = sorted({each.priority for each in (*env.vpn.tunnels.values(), *attachments.values())})
    return PREFERRED - _STEP * levels.index(priority) if len(levels) > 1 else DEFAULT_PREFERENCE


def inside_session(one: str, other: str) -> str:
    """Return the name of the session between two devices, over the sites' own network."""
    return f"inside-{one}-{other}"


def topology(env: Environment, *, without: Collection[str] = ()) -> Topology:
    """Return the BGP network of `env`; `without` names links whose session is switched off."""
    names, shared = Names.of(env), env.organisation.vpn
    up = {name: link for name, link in links(env).items() if name not in without}
    interconnect = env.vpn.interconnect
    asns = {names.vpn_router: env.vpn.asn}
    if interconnect is not None:
        asns[names.interconnect_router] = interconnect.asn
    devices = {
        name: shared.peers[name].site if name in shared.peers else None
        for name in sorted({link.far for link in up.values() if link.to_sites})
    }
    others = {key: other_router(key) for key in sorted(env.vpn.cloud_peers)}
    speakers = {
        router: Speaker(router, asn, Selection.STANDARD, _told_by(router, up.values())) for router, asn in asns.items()
    }
    here = frozenset(learned(env))
    speakers |= {
        name: Speaker(name, shared.on_prem_asn, Selection.DEVICE, here | _taken_behind(name, up.values()))
        for name in devices
    }
    for key, name in others.items():
        behind = frozenset(env.vpn.cloud_peers[key].learned) | _taken_behind(name, up.values())
        speakers[name] = Speaker(name, env.vpn.cloud_peers[key].asn, Selection.STANDARD, behind)
    sessions = {name: _session(env, link) for name, link in up.items()}
    sessions |= {session.name: session for session in _inside(env, devices)}
    return Topology(Network(speakers, sessions), tuple(asns), devices, others, up)


def _told_by(router: str, up: Collection[Link]) -> frozenset[IPv4Network]:
    return frozenset(prefix for link in up if link.router == router for prefix in link.tells)


def _taken_behind(far: str, up: Collection[Link]) -> frozenset[IPv4Network]:
    return frozenset(prefix for link in up if link.far == far for prefix in link.taken)


def _session(env: Environment, link: Link) -> Session:
    preferred = preference(env, link.priority) if link.to_sites else DEFAULT_PREFERENCE
    return Session(
        link.name,
        (
            End(link.router, link.near_address, link.tells, None, link.priority),
            End(
                link.far,
                link.far_address,
                link.hears,
                link.tells,
                link.priority,
                preferred,
                link.taken,
                link.taken_priority,
            ),
        ),
        link.task,
    )


def _inside(env: Environment, devices: Collection[str]) -> Iterator[Session]:
    peers = env.organisation.vpn.peers
    inside: dict[str, IPv4Address] = {
        name: address for name in devices if name in peers and (address := peers[name].inside) is not None
    }
    for one, other in combinations(sorted(inside), 2):
        yield Session(inside_session(one, other), (End(one, inside[one]), End(other, inside[other])))
