"""What some of the VPN's tunnels carry, and which of them a drill leaves. `bgp.proof` plays every loss."""

from __future__ import annotations

from collections.abc import Collection

from model.estate import Environment
from model.planning.names import Names


def capacity(env: Environment, tunnels: Collection[str]) -> int:
    """Return what `tunnels` carry together, in kpps: those of the best priority do the work (D13, D16)."""
    priorities = [env.vpn.tunnels[name].priority for name in tunnels]
    return sum(env.organisation.vpn.kpps_per_tunnel for each in priorities if each == min(priorities))


def site_of(env: Environment, tunnel: str) -> str | None:
    """Return the site where the tunnel ends, or None when its peer is unknown."""
    device = env.organisation.vpn.peers.get(env.vpn.tunnels[tunnel].peer)
    return device.site if device is not None else None


def enabled_in_drill(env: Environment) -> tuple[str, ...]:
    """Return the tunnels whose session is not switched off by the drill block."""
    return tuple(name for name in env.vpn.tunnels if Names.peer(name) not in env.vpn.drill.disabled_peers)
