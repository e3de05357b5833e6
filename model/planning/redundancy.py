"""What the VPN still carries when a part of it is lost."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from model.estate import Environment
from model.planning.names import Names


@dataclass(frozen=True, slots=True)
class Loss:
    """A part that is lost, the tunnels left, and what they carry."""

    what: str
    left: tuple[str, ...]
    kpps: int
    """Thousands of packets a second, both directions summed."""


def capacity(env: Environment, tunnels: Collection[str]) -> int:
    """Return what `tunnels` carry together, in kpps: those of the best priority do the work (D13, D16)."""
    priorities = [env.vpn.tunnels[name].priority for name in tunnels]
    return sum(env.organisation.vpn.kpps_per_tunnel for each in priorities if each == min(priorities))


def site_of(env: Environment, tunnel: str) -> str | None:
    """Return the site where the tunnel ends, or None when its peer is unknown."""
    device = env.organisation.vpn.peers.get(env.vpn.tunnels[tunnel].peer)
    return device.site if device is not None else None


def losses(env: Environment) -> Iterator[Loss]:
    """Give every loss that the VPN must survive: a gateway interface, a peer, a site; each where there are two."""
    tunnels = env.vpn.tunnels
    groups: tuple[tuple[str, dict[str, object]], ...] = (
        ("gateway interface", {name: each.gateway_interface for name, each in tunnels.items()}),
        ("peer", {name: each.peer for name, each in tunnels.items()}),
        ("site", {name: site_of(env, name) for name in tunnels}),
    )
    for what, belongs in groups:
        parts = sorted({part for part in belongs.values() if part is not None}, key=str)
        for part in parts if len(parts) > 1 else []:
            left = tuple(name for name in tunnels if belongs[name] != part)
            yield Loss(f"{what} {part}", left, capacity(env, left))


def enabled_in_drill(env: Environment) -> tuple[str, ...]:
    """Return the tunnels whose session is not switched off by the drill block."""
    return tuple(name for name in env.vpn.tunnels if Names.peer(name) not in env.vpn.drill.disabled_peers)
