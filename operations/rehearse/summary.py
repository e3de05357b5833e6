"""What exists in a world now, counted in the words of those who run it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rehearsal.values import Value
from rehearsal.world.record import Record
from rehearsal.world.world import World

_CLUSTERS: Final = (
    "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster",
    "gcp:gkeonprem/vMwareCluster:VMwareCluster",
    "gcp:container/cluster:Cluster",
)
_NODE_POOLS: Final = ("gcp:gkeonprem/vMwareNodePool:VMwareNodePool", "gcp:container/nodePool:NodePool")
_TUNNELS: Final = ("gcp:compute/vPNTunnel:VPNTunnel",)
_MEMBERSHIPS: Final = ("gcp:gkehub/membership:Membership",)


@dataclass(frozen=True)
class Summary:
    """What exists, by kind."""

    clusters: int
    node_pools: int
    tunnels: int
    memberships: int
    groups: int
    resources: int


def _subjects(record: Record) -> Iterator[str]:
    member = record.inputs.get("member")
    if isinstance(member, str) and member.startswith("group:"):
        yield member.removeprefix("group:")
    subjects = record.inputs.get("subjects")
    if isinstance(subjects, list):
        for subject in subjects:
            if isinstance(subject, Mapping) and subject.get("kind") == "Group":
                yield _text(subject.get("name"))


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def groups_bound(records: Iterable[Record]) -> frozenset[str]:
    """Return the groups that any object grants something: IAM members and subjects of role bindings."""
    return frozenset(group for record in records for group in _subjects(record) if group)


def summarise(world: World, resources: Counter[str]) -> Summary:
    """Count what is in the world; `resources` is the engine's count by type, components and providers included."""
    records = world.all()
    kinds = Counter(record.type for record in records)

    def count(types: tuple[str, ...]) -> int:
        return sum(kinds[kind] for kind in types)

    return Summary(
        clusters=count(_CLUSTERS),
        node_pools=count(_NODE_POOLS),
        tunnels=count(_TUNNELS),
        memberships=count(_MEMBERSHIPS),
        groups=len(groups_bound(records)),
        resources=sum(resources.values()),
    )
