"""What depends on a resource: read off the graph of the state, and put into the words of the field.

Only what a resource is made of counts: values of its properties, its provider, what it is deleted with. That it was
made later (`dependsOn`) says nothing about what breaks, except for a provider, which is of no use without its cluster.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from model.estate import Environment
from model.planning.review.words import noun
from model.rules.registry import Unavailable

State = Mapping[str, Any]
"""A resource as the engine's state has it."""

_CLUSTERS: Final = re.compile(r":(VMwareCluster|VmwareAdminCluster|BareMetal\w*Cluster|AttachedCluster|Cluster)$")
_POOLS: Final = re.compile(r":(VMwareNodePool|BareMetalNodePool|NodePool)$")
_PEERS: Final = re.compile(r":(RouterPeer|VPNTunnel|ExternalVpnGateway)$")
_ADDRESS_KEYS: Final = frozenset(
    {"address", "ipAddress", "peerIpAddress", "controlPlaneVip", "ingressVip", "peerIp", "ipCidrRange", "ipRange"}
)
_ADDRESS: Final = re.compile(r"^\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?$")


@dataclass(frozen=True, slots=True)
class Radius:
    """What depends on a resource, itself included: names of clusters, teams and peers, addresses, and how many more."""

    clusters: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()
    others: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> str:
        """All of it on one line; empty where nothing depends on it."""
        parts = [
            f"{title}: {', '.join(names)}"
            for title, names in (
                ("clusters", self.clusters),
                ("teams", self.teams),
                ("addresses", self.addresses),
                ("peers", self.peers),
            )
            if names
        ]
        if self.others:
            parts.append("and " + ", ".join(f"{number} x {what}" for what, number in self.others))
        return "; ".join(parts)


class Graph:
    """The resources of a state, and which are made of which."""

    def __init__(self, resources: Iterable[State]) -> None:
        self._resources = {str(each["urn"]): each for each in resources if not each.get("delete")}
        self._dependents: dict[str, set[str]] = defaultdict(set)
        for urn, each in self._resources.items():
            for needed in _made_of(each):
                self._dependents[needed].add(urn)

    def dependents(self, urn: str) -> frozenset[str]:
        """Return the URNs of everything that depends on a resource, directly or through others."""
        found: set[str] = set()
        waiting = [urn]
        while waiting:
            for each in self._dependents.get(waiting.pop(), ()):
                if each not in found and each != urn:
                    found.add(each)
                    waiting.append(each)
        return frozenset(found)

    def radius(self, urn: str, env: Environment | None) -> Radius:
        """Return the blast radius of a resource; teams are those of the environment's files, where they are given."""
        touched = [self._resources[each] for each in sorted({urn, *self.dependents(urn)}) if each in self._resources]
        here = [each for each in touched if each.get("custom") and not str(each["type"]).startswith("pulumi:")]
        others = [each for each in here if each["urn"] != urn]
        clusters = _cluster_names(here, env)
        counts = Counter(
            noun(str(each["type"]))
            for each in others
            if not _CLUSTERS.search(str(each["type"])) and not _PEERS.search(str(each["type"]))
        )
        return Radius(
            clusters=tuple(sorted(clusters)),
            teams=tuple(sorted(_teams(env, clusters))),
            addresses=tuple(sorted({each for state in here for each in _addresses(state.get("inputs"))})),
            peers=tuple(
                sorted(str(each["urn"]).rpartition("::")[2] for each in here if _PEERS.search(str(each["type"])))
            ),
            others=tuple(sorted(counts.items())),
        )


def _made_of(resource: State) -> Iterator[str]:
    for urns in cast("Mapping[str, Sequence[str] | None]", resource.get("propertyDependencies") or {}).values():
        yield from urns or ()
    if resource.get("deletedWith"):
        yield str(resource["deletedWith"])
    if resource.get("provider"):
        yield str(resource["provider"]).rpartition("::")[0]
    if str(resource["type"]).startswith("pulumi:providers:"):
        yield from cast("Sequence[str]", resource.get("dependencies") or ())


def _cluster_names(resources: Iterable[State], env: Environment | None) -> set[str]:
    """Return the clusters among `resources`, and those whose node pools are, by the names that people use."""
    written: set[str] = set()
    for each in resources:
        inputs = cast("Mapping[str, Any]", each.get("inputs") or {})
        kind = str(each["type"])
        if _CLUSTERS.search(kind):
            written.add(str(inputs.get("name") or each["urn"].rpartition("::")[2]))
        elif _POOLS.search(kind):
            written.add(str(inputs.get("cluster") or inputs.get("vmwareCluster") or "").rpartition("/")[2])
    names = {identity: name for name, identity in _known(env)}
    return {names.get(each, each) for each in written if each}


def _known(env: Environment | None) -> Iterator[tuple[str, str]]:
    """Give each cluster that has an id of its own, with that id."""
    if env is None:
        return
    try:
        for cluster in env.onprem.user_clusters:
            yield cluster.name, cluster.id
    except Unavailable:
        return


def _teams(env: Environment | None, clusters: set[str]) -> set[str]:
    if env is None:
        return set()
    return {slug for slug, (_, here) in env.members.items() if clusters & set(here.clusters)}


def _addresses(value: object, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, each in cast("Mapping[str, object]", value).items():
            yield from _addresses(each, name)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _addresses(each, key)
    elif isinstance(value, str) and key in _ADDRESS_KEYS and _ADDRESS.match(value):
        yield value
