"""The BGP network of an environment, derived from the files: its Cloud Router, the sites' devices, their sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import combinations
from typing import Final

from model.estate import Environment
from model.planning.advertised import advertised_by, learned
from model.planning.bgp.network import DEFAULT_PREFERENCE, End, Network, Selection, Session, Speaker
from model.planning.names import Names

PREFERRED: Final = 200
"""The local preference of routes over the tunnels of the best priority, where there are several priorities."""
_STEP: Final = 10


@dataclass(frozen=True, eq=False)
class Topology:
    """An environment's BGP network: `router` is its Cloud Router, `devices` those of the sites, with their sites."""

    network: Network
    router: str
    devices: dict[str, str | None]
    tunnels: tuple[str, ...]
    """The tunnels, each of which is one external session."""


def preference(env: Environment, priority: int) -> int:
    """Return the local preference that a device gives to routes over a tunnel of `priority` (D13).

    It mirrors what the MED tells the device, so that the device's choice holds even where a MED is not compared: 200
    for the lowest priority, 10 less for each further one; with one priority for all, the default.
    """
    levels = sorted({tunnel.priority for tunnel in env.vpn.tunnels.values()})
    return PREFERRED - _STEP * levels.index(priority) if len(levels) > 1 else DEFAULT_PREFERENCE


def inside_session(one: str, other: str) -> str:
    """Return the name of the session between two devices, over the sites' own network."""
    return f"inside-{one}-{other}"


def topology(env: Environment, *, without: Collection[str] = ()) -> Topology:
    """Return the BGP network of `env`; `without` names tunnels whose session is switched off."""
    names, vpn, shared = Names.of(env), env.vpn, env.organisation.vpn
    here = frozenset(learned(env))
    announced = {name: frozenset(each.range for each in advertised_by(env, name)) for name in vpn.tunnels}
    router = names.vpn_router
    found = {tunnel.peer for tunnel in vpn.tunnels.values()}
    devices = {name: shared.peers[name].site if name in shared.peers else None for name in sorted(found)}
    speakers = {
        router: Speaker(
            router, vpn.asn, Selection.STANDARD, frozenset(prefix for each in announced.values() for prefix in each)
        )
    }
    speakers |= {name: Speaker(name, shared.on_prem_asn, Selection.DEVICE, here) for name in devices}
    sessions = {
        name: Session(
            name,
            (
                End(router, tunnel.google_address, announced[name], None, tunnel.priority),
                End(
                    tunnel.peer,
                    tunnel.peer_address,
                    here,
                    announced[name],
                    tunnel.priority,
                    preference(env, tunnel.priority),
                ),
            ),
            tunnel.gateway_interface,
        )
        for name, tunnel in vpn.tunnels.items()
        if name not in without
    }
    sessions |= {session.name: session for session in _inside(env, devices)}
    tunnels = tuple(name for name in vpn.tunnels if name not in without)
    return Topology(Network(speakers, sessions), router, devices, tunnels)


def _inside(env: Environment, devices: Collection[str]) -> Iterator[Session]:
    peers = env.organisation.vpn.peers
    inside: dict[str, IPv4Address] = {
        name: address for name in devices if name in peers and (address := peers[name].inside) is not None
    }
    for one, other in combinations(sorted(inside), 2):
        yield Session(inside_session(one, other), (End(one, inside[one]), End(other, inside[other])))
