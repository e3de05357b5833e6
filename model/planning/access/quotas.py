"""What a team may use of a cluster, divided among the namespaces that the program makes for it there (J212).

Kubernetes knows quotas of a namespace alone. The shares of a team's namespaces add up to its quota exactly, whatever
its number; a container that asks for nothing is taken to ask for its part of one pod's share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from model.config.team import Quota
from model.estate import Environment
from model.planning.access.plans import TeamNamespace

MILLI: Final = 1000
"""Thousandths of a CPU in one."""
MIB: Final = 1024
"""MiB in a GiB."""


@dataclass(frozen=True)
class QuotaPlan:
    """What one namespace may use."""

    namespace: TeamNamespace
    milli_cpu: int
    memory_mib: int
    pods: int

    @property
    def milli_cpu_by_default(self) -> int:
        """What a container is taken to ask for where it says nothing, in thousandths of a CPU."""
        return max(self.milli_cpu // max(self.pods, 1), 1)

    @property
    def memory_mib_by_default(self) -> int:
        """What a container is taken to ask for where it says nothing, in MiB."""
        return max(self.memory_mib // max(self.pods, 1), 1)


def shares(total: int, number: int) -> list[int]:
    """Divide `total` into `number` whole parts that differ by one at most; the larger ones come first."""
    each, over = divmod(total, number)
    return [each + 1 if place < over else each for place in range(number)]


def _divided(quota: Quota, namespaces: Sequence[TeamNamespace]) -> list[QuotaPlan]:
    number = len(namespaces)
    parts = zip(
        namespaces,
        shares(quota.cpu * MILLI, number),
        shares(quota.memory_gib * MIB, number),
        shares(quota.pods, number),
        strict=True,
    )
    return [QuotaPlan(*part) for part in parts]


def quotas(env: Environment, namespaces: Sequence[TeamNamespace]) -> tuple[QuotaPlan, ...]:
    """Return the quota of every namespace of `namespaces`, by cluster and name."""
    by_team: dict[tuple[str, str], list[TeamNamespace]] = {}
    for each in sorted(namespaces, key=lambda each: (each.cluster, each.name)):
        by_team.setdefault((each.cluster, each.team), []).append(each)
    found: list[QuotaPlan] = []
    for (_, slug), several in by_team.items():
        found += _divided(env.members[slug][1].quota, several)
    return tuple(sorted(found, key=lambda each: (each.namespace.cluster, each.namespace.name)))
