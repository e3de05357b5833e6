"""What each side tells the other over BGP, derived from the address plan and never written by hand.

The Cloud Router advertises in custom mode: ALL_SUBNETS would follow every new subnet to the sites, and would leave out
the ranges of Google's services (RouterPeer.advertise_mode). Pod ranges of GKE clusters are among them where the sites
see the pods' own addresses, and only there (C30); on-prem pods hide behind their nodes and are not. The sources of DNS
forwarding are among them where the VPC itself asks the sites' name servers.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from model.config.gke import GkeCluster, PodAddressing
from model.estate import Environment
from model.planning.register import gke_range

RESTRICTED: Final = IPv4Network("199.36.153.4/30")
"""The addresses of restricted.googleapis.com, which answer only for what VPC Service Controls guards."""
PRIVATE: Final = IPv4Network("199.36.153.8/30")
"""The addresses of private.googleapis.com (https://docs.cloud.google.com/vpc/docs/configure-private-google-access)."""


def google_host(access: IPv4Network) -> str:
    """Return the name of Google's addresses for hosts without public ones."""
    return "restricted.googleapis.com" if access == RESTRICTED else "private.googleapis.com"


@dataclass(frozen=True, slots=True, order=True)
class Advertised:
    """A range that the Cloud Router advertises, and why."""

    range: IPv4Network
    description: str


def _pods(env: Environment, cluster: GkeCluster) -> Advertised | None:
    pods = gke_range(env, cluster, cluster.pods)
    if pods is None or cluster.pod_addressing is not PodAddressing.ROUTABLE:
        return None
    return Advertised(pods, f"pods of {cluster.name}")


def _without_repeats(found: list[Advertised]) -> tuple[Advertised, ...]:
    first: dict[IPv4Network, Advertised] = {}
    for each in sorted(found):
        first.setdefault(each.range, each)
    return tuple(first.values())


def advertised(env: Environment) -> tuple[Advertised, ...]:
    """Return what every session of the environment advertises, sorted by range, each range once."""
    space = env.organisation.addresses
    pods = [found for cluster in env.gke.clusters if (found := _pods(env, cluster)) is not None]
    forwards = env.network.dns.forward_from is None
    asking = [Advertised(space.dns_forwarding_sources, "sources of Cloud DNS forwarding")] if forwards else []
    google = Advertised(space.private_google_access, google_host(space.private_google_access))
    return _without_repeats([Advertised(env.network.cloud, "subnets"), *pods, *asking, google])


def advertised_by(env: Environment, tunnel: str) -> tuple[Advertised, ...]:
    """Return what the session of one tunnel advertises: the common ranges and the tunnel's own."""
    extra = [Advertised(each, f"only over {tunnel}") for each in env.vpn.tunnels[tunnel].advertise]
    common = advertised(env)
    known = {each.range for each in common}
    return _without_repeats([*common, *(each for each in extra if each.range not in known)])


def learned(env: Environment) -> tuple[IPv4Network, ...]:
    """Return what the sites advertise to the environment: its own on-prem block and the shared services."""
    return tuple(sorted({env.network.on_prem, env.organisation.addresses.shared_services}))
