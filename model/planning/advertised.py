"""What each side tells the other over BGP, derived from the address plan and never written by hand.

The Cloud Router advertises in custom mode: ALL_SUBNETS would follow every new subnet to the sites, and would leave out
the ranges of Google's services (RouterPeer.advertise_mode). GKE pods are routable, so their ranges are among them
(C30); on-prem pods hide behind their nodes and are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from model.config.gke import GkeCluster
from model.estate import Environment
from model.planning.register import gke_range


@dataclass(frozen=True, slots=True, order=True)
class Advertised:
    """A range that the Cloud Router advertises, and why."""

    range: IPv4Network
    description: str


def _pods(env: Environment, cluster: GkeCluster) -> Advertised | None:
    pods = gke_range(env, cluster, cluster.pods)
    return Advertised(pods, f"pods of {cluster.name}") if pods is not None else None


def _without_repeats(found: list[Advertised]) -> tuple[Advertised, ...]:
    first: dict[IPv4Network, Advertised] = {}
    for each in sorted(found):
        first.setdefault(each.range, each)
    return tuple(first.values())


def advertised(env: Environment) -> tuple[Advertised, ...]:
    """Return what every session of the environment advertises, sorted by range, each range once."""
    space = env.organisation.addresses
    pods = [found for cluster in env.gke.clusters if (found := _pods(env, cluster)) is not None]
    return _without_repeats(
        [
            Advertised(env.network.cloud, "subnets"),
            *pods,
            Advertised(space.dns_forwarding_sources, "sources of Cloud DNS forwarding"),
            Advertised(space.private_google_access, "private.googleapis.com"),
        ]
    )


def advertised_by(env: Environment, tunnel: str) -> tuple[Advertised, ...]:
    """Return what the session of one tunnel advertises: the common ranges and the tunnel's own."""
    extra = [Advertised(each, f"only over {tunnel}") for each in env.vpn.tunnels[tunnel].advertise]
    common = advertised(env)
    known = {each.range for each in common}
    return _without_repeats([*common, *(each for each in extra if each.range not in known)])


def learned(env: Environment) -> tuple[IPv4Network, ...]:
    """Return what the sites advertise to the environment: its own on-prem block and the shared services."""
    return tuple(sorted({env.network.on_prem, env.organisation.addresses.shared_services}))
