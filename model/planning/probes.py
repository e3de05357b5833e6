"""What to try out from where, so that a new generation of a cluster is known to reach what the old one reaches.

The matrix is made of the openings of the order sheet, one row for each source, target and port that answers a probe, so
an opening that was ordered and a probe that tests it can not differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.estate import Environment
from model.planning.order_sheet import End, Opening, Traffic, order_sheet

SHARED: Final = "shared"
"""Where the matrix keeps rows that belong to no cluster of a site."""
_ANSWERED_OVER_UDP: Final = frozenset({"53", "123"})
"""What answers a datagram of anybody: DNS and NTP. VPN gateways answer only each other, so tunnels have no probe."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A connection to try: from a machine of the source, to an address (or the first that answers of a range)."""

    opening: str
    source: End
    target: End
    protocol: str
    port: str
    purpose: str

    def as_dict(self) -> dict[str, str]:
        """Return the probe as a stack output."""
        return {
            "opening": self.opening,
            "from": _text(self.source),
            "to": _text(self.target),
            "port": f"{self.port}/{self.protocol}",
            "purpose": self.purpose,
        }


def probe_matrix(env: Environment) -> dict[str, tuple[Probe, ...]]:
    """Return the probes by the on-prem user cluster they are about, and those about none under `shared`.

    A cluster's rows are those whose source or target is in its network; two generations have networks of their own.
    """
    networks = {
        cluster.name: env.onprem.networks[cluster.network].range
        for cluster in env.onprem.user_clusters
        if cluster.network in env.onprem.networks
    }
    found: dict[str, list[Probe]] = {name: [] for name in sorted(networks)}
    rest: list[Probe] = []
    for probe in _probes(env):
        about = [
            name
            for name, network in networks.items()
            if any(end.range is not None and end.range.inside(network) for end in (probe.source, probe.target))
        ]
        for name in about:
            found[name].append(probe)
        if not about:
            rest.append(probe)
    return {**{name: tuple(rows) for name, rows in found.items()}, SHARED: tuple(rest)}


def _probes(env: Environment) -> Iterator[Probe]:
    for opening in order_sheet(env):
        yield from _of(opening)


def _of(opening: Opening) -> Iterator[Probe]:
    for source in opening.sources:
        for flow in opening.flows:
            for target in flow.targets:
                for traffic in flow.traffic:
                    for port in _answering(traffic):
                        yield Probe(opening.key, source, target, traffic.protocol, port, opening.purpose)


def _answering(traffic: Traffic) -> tuple[str, ...]:
    if traffic.protocol == "tcp":
        return traffic.ports
    return tuple(port for port in traffic.ports if traffic.protocol == "udp" and port in _ANSWERED_OVER_UDP)


def _text(end: End) -> str:
    return end.name if end.range is None else f"{end.name} ({end.range})"
