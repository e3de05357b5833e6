"""What a change asks for, before and after: nodes, virtual CPUs, memory, licences, budgets. No prices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.estate import Environment
from model.planning.capacity import capacity

_VCPUS: Final = re.compile(r"^[a-z0-9]+-[a-z]+-(\d+)")
_CUSTOM: Final = re.compile(r"custom-(\d+)-\d+")
_SHARED: Final = {"e2-micro": 2, "e2-small": 2, "e2-medium": 2, "f1-micro": 1, "g1-small": 1}
"""Machine types that share a core (https://docs.cloud.google.com/compute/docs/general-purpose-machines)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure before and after; `most` is the limit that the files set, None where there is none."""

    what: str
    before: float
    after: float
    most: float | None = None

    @property
    def words(self) -> str:
        """The figure as a sentence."""
        difference = f"{self.after - self.before:+g}"
        limit = "" if self.most is None else f", of {self.most:g}"
        return f"{self.what}: {self.before:g} to {self.after:g} ({difference}){limit}"


def machine_vcpus(machine_type: str) -> int | None:
    """Return the virtual CPUs of a Compute Engine machine type, as its name says them; None where it does not."""
    if machine_type in _SHARED:
        return _SHARED[machine_type]
    found = _CUSTOM.search(machine_type) or _VCPUS.match(machine_type)
    return int(found[1]) if found else None


def size(old: Environment, new: Environment) -> tuple[Figure, ...]:
    """Return the figures that differ. Raises `Unavailable` where a part of the files could not be read."""
    before, after = dict(_figures(old)), dict(_figures(new))
    licences = {"licensed on-prem nodes at most": new.onprem.licensed_nodes}
    return tuple(
        Figure(what, before.get(what, 0), after.get(what, 0), licences.get(what))
        for what in sorted({*before, *after})
        if round(before.get(what, 0), 3) != round(after.get(what, 0), 3)
    )


def _figures(env: Environment) -> Iterator[tuple[str, float]]:
    table = capacity(env)
    yield "on-prem vCPU at most", table.vcpus
    yield "on-prem memory GiB at most", round(table.memory_gib, 1)
    yield (
        "licensed on-prem nodes at most",
        sum(pool.nodes.max for cluster in env.onprem.user_clusters for pool in cluster.node_pools),
    )
    for line in table.lines:
        if line.place.startswith("datastore"):
            yield f"{line.resource.value} on {line.place}", round(line.need, 1)
    zones = len(env.organisation.zones)
    nodes = vcpus = 0
    for cluster in env.gke.clusters:
        for pool in cluster.node_pools:
            most = pool.nodes_per_zone.max * zones
            nodes += most
            vcpus += most * (machine_vcpus(pool.machine_type) or 0)
    yield "GKE nodes at most", nodes
    yield "GKE vCPU at most", vcpus
    yield "VPN tunnels", len(env.vpn.tunnels)
    yield "reserved public addresses", len(env.network.nat.egress) + len(env.network.ingress)
    for slug, (_, here) in env.members.items():
        yield f"monthly budget of {slug}, EUR", here.budget_eur
    if env.facts.budget is not None:
        yield "monthly budget of the platform's projects, EUR", env.facts.budget.eur
