"""The versioned things of an environment, read from the configuration as it is written in a file or a history.

The history of a stack keeps the configuration of each update, which older programs wrote: so nothing here asks for more
than is there, and what is not understood is no thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from model.config.promotion import Promoted
from model.config.source import Data, KeyPath
from model.estate import Environment
from model.planning.versions import Version

_ONPREM: Final = "hybrid:onprem"
_GKE: Final = "hybrid:gke"
_DATED: Final = re.compile(r"(?P<stem>.+)-(?P<number>[0-9]+)")


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """What a thing is in every environment: its kind, and its name with * for the environment's."""

    kind: Promoted
    name: str = ""

    def __str__(self) -> str:
        kind = self.kind.value.replace("-", " ")
        return f"{kind} {self.name}" if self.name else kind


@dataclass(frozen=True, slots=True)
class Thing:
    """What an environment has in a slot. `cluster` is the name of its cluster or machine, `path` leads to its value."""

    slot: Slot
    cluster: str
    value: str
    path: KeyPath


def things(config: Mapping[str, Data], environment: str) -> dict[Slot, Thing]:
    """Return the things that the configuration `config` of an environment states, by slot."""
    return {thing.slot: thing for thing in _things(config, environment)}


def things_of(env: Environment) -> dict[Slot, Thing]:
    """Return the things that the stack file of an environment states, by slot."""
    data = env.source.data
    return things(_mapping(data.get("config")), env.name) if isinstance(data, Mapping) else {}


def _things(config: Mapping[str, Data], environment: str) -> Iterator[Thing]:
    def thing(kind: Promoted, cluster: str, value: Data, path: KeyPath, pool: str = "") -> Iterator[Thing]:
        if isinstance(value, str):
            name = cluster.replace(environment, "*")
            yield Thing(Slot(kind, f"{pool} of {name}" if pool else name), cluster, value, ("config", *path))

    onprem = _mapping(config.get(_ONPREM))
    machine = _mapping(onprem.get("workstation"))
    name = _text(machine.get("name"))
    for kind, key in ((Promoted.WORKSTATION, "version"), (Promoted.IMAGE, "template")):
        yield from thing(kind, name, machine.get(key), (_ONPREM, "workstation", key))
    for number, admin in _entries(onprem.get("admin_clusters")):
        path: KeyPath = (_ONPREM, "admin_clusters", number, "version")
        yield from thing(Promoted.ADMIN_CLUSTER, _text(admin.get("name")), admin.get("version"), path)
    for number, user in _entries(onprem.get("user_clusters")):
        cluster, version = _text(user.get("name")), user.get("version")
        path = (_ONPREM, "user_clusters", number, "version")
        yield from thing(Promoted.USER_CLUSTER, cluster, version, path)
        for index, pool in _entries(user.get("node_pools")):
            own = pool.get("version")
            where = (_ONPREM, "user_clusters", number, "node_pools", index, "version") if own is not None else path
            yield from thing(
                Promoted.NODE_POOL, cluster, own if own is not None else version, where, _text(pool.get("name"))
            )
    for number, gke in _entries(_mapping(config.get(_GKE)).get("clusters")):
        cluster = _text(gke.get("name"))
        for kind, key in ((Promoted.RELEASE_CHANNEL, "release_channel"), (Promoted.VERSION_FLOOR, "version_floor")):
            yield from thing(kind, cluster, gke.get(key), (_GKE, "clusters", number, key))


def compared(slot: Slot, one: str, other: str) -> int | None:
    """Return -1, 0 or 1 where `one` is older than, the same as or newer than `other`; None where that can't be told."""
    if one == other:
        return 0
    left, right = _order(slot, one), _order(slot, other)
    if left is None or right is None or left[0] != right[0]:
        return None
    return (left[1] > right[1]) - (left[1] < right[1])


def _order(slot: Slot, value: str) -> tuple[str, tuple[int, ...]] | None:
    """Return what a value is comparable among, and what it is compared by there."""
    match slot.kind:
        case Promoted.WORKSTATION | Promoted.ADMIN_CLUSTER | Promoted.USER_CLUSTER | Promoted.NODE_POOL:
            try:
                version = Version.parse(value)
            except ValueError:
                return None
            return "", (version.minor.major, version.minor.minor, version.patch, version.build)
        case Promoted.IMAGE:
            match = _DATED.fullmatch(value)
            return (match["stem"], (int(match["number"]),)) if match else None
        case Promoted.RELEASE_CHANNEL | Promoted.VERSION_FLOOR | Promoted.PROGRAM:
            return None


def _mapping(value: Data) -> Mapping[str, Data]:
    return cast("Mapping[str, Data]", value) if isinstance(value, Mapping) else {}


def _entries(value: Data) -> Iterator[tuple[int, Mapping[str, Data]]]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((number, _mapping(each)) for number, each in enumerate(value))


def _text(value: Data) -> str:
    return value if isinstance(value, str) else ""
