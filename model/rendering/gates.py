"""Which fields, and which of their values, exist only from a version on or only until one.

What is not here holds for every version from 1.29 to 1.33. Each line says which public page it was read on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.source import Data
from model.planning.versions import Minor
from model.rendering import pages
from model.rendering.files import FileKind

OLDEST: Final = Minor(1, 29)
NEWEST: Final = Minor(1, 33)
"""The versions whose files are described here."""

_ADMIN: Final = frozenset({FileKind.ADMIN_CLUSTER})
_USER: Final = frozenset({FileKind.USER_CLUSTER})
_BOTH: Final = _ADMIN | _USER
_UPGRADE: Final = "a cluster is migrated before it is upgraded past it: ./hybrid render ENV --migration"


@dataclass(frozen=True, slots=True)
class Gate:
    """A field, or the values of it in `values`, that versions before `since` or after `until` do not take."""

    kinds: frozenset[FileKind]
    path: str
    page: str
    rule: str
    since: Minor | None = None
    until: Minor | None = None
    values: tuple[str | int | bool, ...] = ()
    remedy: str = ""

    def open(self, minor: Minor) -> bool:
        """Say whether the version takes it."""
        return (self.since is None or self.since <= minor) and (self.until is None or minor <= self.until)

    def holds_for(self, value: Data) -> bool:
        """Say whether it is about this value. A gate without values is about every one; 1 is not true here."""
        return not self.values or any(value == each and type(value) is type(each) for each in self.values)

    @property
    def span(self) -> str:
        """When there is such a thing: `from 1.31 on`, `until 1.31`, `never`."""
        if self.since is not None:
            return f"from {self.since} on"
        return f"until {self.until}" if self.until is not None and self.until >= OLDEST else "no longer"


_ADMIN_PAGE: Final = pages.page(FileKind.ADMIN_CLUSTER, NEWEST)

GATES: Final[tuple[Gate, ...]] = (
    Gate(
        _BOTH,
        "enableAdvancedCluster",
        _ADMIN_PAGE,
        "A22",
        since=Minor(1, 31),
        remedy="leave it out: there are no advanced clusters before 1.31",
    ),
    Gate(
        _BOTH,
        "enableAdvancedCluster",
        _ADMIN_PAGE,
        "A22",
        until=Minor(1, 32),
        values=(False,),
        remedy="set it to true, or leave it out: from 1.33 on every cluster is advanced",
    ),
    Gate(_ADMIN, "infraConfigFilePath", _ADMIN_PAGE, "A45", since=Minor(1, 31), remedy="leave it out"),
    Gate(_ADMIN, "adminMaster.topologyDomains", _ADMIN_PAGE, "A45", since=Minor(1, 31), remedy="leave it out"),
    Gate(_USER, "masterNode.topologyDomains", pages.TOPOLOGY, "A45", since=Minor(1, 31), remedy="leave it out"),
    Gate(_USER, "nodePools[].topologyDomains", pages.TOPOLOGY, "A45", since=Minor(1, 31), remedy="leave it out"),
    Gate(
        frozenset({FileKind.IP_BLOCK}),
        "blocks[].ips[].isControlPlane",
        pages.TOPOLOGY,
        "A45",
        since=Minor(1, 31),
        remedy="leave it out: only topology domains mark control plane nodes",
    ),
    Gate(
        _ADMIN,
        "adminMaster.controlPlaneLoadBalancer",
        _ADMIN_PAGE,
        "A36",
        since=Minor(1, 32),
        remedy="leave it out: loadBalancer.kind decides",
    ),
    Gate(
        _ADMIN,
        "vCenter.dataDisk",
        _ADMIN_PAGE,
        "A26",
        until=Minor(1, 16),
        remedy="leave it out: the disk of the control plane is made by itself",
    ),
    Gate(
        _ADMIN,
        "adminMaster.replicas",
        pages.UPGRADE,
        "B66",
        until=Minor(1, 31),
        values=(1,),
        remedy=f"set it to 3; {_UPGRADE}",
    ),
    Gate(
        _BOTH,
        "loadBalancer.kind",
        pages.UPGRADE,
        "A33",
        until=Minor(1, 31),
        values=("F5BigIP", "Seesaw"),
        remedy=f"use MetalLB or ManualLB; {_UPGRADE}",
    ),
    Gate(_BOTH, "loadBalancer.f5BigIP", _ADMIN_PAGE, "A33", until=Minor(1, 31), remedy="leave it out"),
    Gate(_BOTH, "loadBalancer.seesaw", pages.METAL_LB, "A33", until=Minor(1, 31), remedy="leave it out"),
    Gate(
        _USER,
        "enableControlplaneV2",
        pages.UPGRADE,
        "B66",
        until=Minor(1, 31),
        values=(False,),
        remedy=f"set it to true; {_UPGRADE}",
    ),
    Gate(
        _USER,
        "enableDataplaneV2",
        pages.UPGRADE,
        "B3",
        until=Minor(1, 30),
        values=(False,),
        remedy=f"set it to true; {_UPGRADE}",
    ),
    Gate(
        _USER,
        "loadBalancer.manualLB.konnectivityServerNodePort",
        pages.UPGRADE,
        "B66",
        until=Minor(1, 31),
        remedy="leave it out: the control plane is in the cluster itself",
    ),
    Gate(
        _USER,
        "nodePools[].osImageType",
        pages.WINDOWS,
        "B32",
        until=Minor(1, 32),
        values=("windows",),
        remedy="move its workloads to a pool with Linux",
    ),
    Gate(_USER, "nodePools[].osImage", pages.WINDOWS, "B32", until=Minor(1, 32), remedy="leave it out"),
    Gate(_USER, "enableWindowsDataplaneV2", pages.WINDOWS, "B32", until=Minor(1, 32), remedy="leave it out"),
)


def gates(kind: FileKind, path: str) -> Iterator[Gate]:
    """Give the gates of a field of a kind of file, `[]` in its path standing for every item of a list."""
    return (gate for gate in GATES if kind in gate.kinds and gate.path == path)


def exists(kind: FileKind, path: str, minor: Minor) -> bool:
    """Say whether a version knows the field at all, whatever value it has."""
    return all(gate.open(minor) for gate in gates(kind, path) if not gate.values)
