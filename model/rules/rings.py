"""Promotion: an environment is never ahead of those that go before it, and keeps step with those of its ring."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from model.config.gke import ReleaseChannel
from model.config.onprem import OnPrem
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.config.promotion import Promoted
from model.estate import Environment, Estate
from model.planning.promotion.things import Slot, Thing, compared, things_of
from model.planning.versions import Version
from model.rules import pages
from model.rules.registries import estate_rules
from model.rules.registry import Finding
from model.rules.repeats import readable

PACE: Final = {
    ReleaseChannel.RAPID: 0,
    ReleaseChannel.REGULAR: 1,
    ReleaseChannel.STABLE: 2,
    ReleaseChannel.EXTENDED: 3,
}
"""Channels from the one that gets a version first to the one that gets it last."""

PARTS: Final = frozenset({Promoted.WORKSTATION, Promoted.NODE_POOL, Promoted.IMAGE})
"""What has a version beside the clusters themselves."""

Cluster = AdminCluster | UserCluster


def _generation(cluster: Cluster) -> int:
    return cluster.generation if isinstance(cluster, UserCluster) else 1


def _newest(clusters: tuple[Cluster, ...]) -> Version | None:
    return max((Version.parse(cluster.version) for cluster in clusters), default=None)


def _kinds(onprem: OnPrem) -> dict[str, tuple[Cluster, ...]]:
    return {"admin cluster": onprem.admin_clusters, "user cluster": onprem.user_clusters}


@estate_rules.rule("B73", "X1", title="no cluster is ahead of an earlier ring", source=pages.ROLLOUT)
def ring_order(estate: Estate) -> Iterator[Finding]:
    """Refuse an on-prem version that an earlier ring has not had yet, and name every environment it is ahead of."""
    sides = list(readable(estate, lambda env: (env.facts.ring, _kinds(env.onprem))))
    for env, (ring, kinds) in sides:
        for kind, clusters in kinds.items():
            before = [(other.name, _newest(theirs[kind])) for other, (rank, theirs) in sides if rank < ring]
            for cluster in clusters:
                version = Version.parse(cluster.version)
                behind = [f"{name} on {newest}" for name, newest in before if newest is not None and newest < version]
                if behind:
                    message = (
                        f"{kind} {cluster.name} of {env.name} is on {version}, ahead of {' and '.join(behind)}: "
                        "a version proves itself in the earlier rings first"
                    )
                    yield Finding(cluster.at("version"), message, "bring the earlier environments to it, and wait")


@estate_rules.rule(
    "B73", "X1", title="no workstation, node pool or image is ahead of an earlier ring", source=pages.ROLLOUT
)
def ring_order_of_parts(estate: Estate) -> Iterator[Finding]:
    """Refuse a version of a workstation or node pool, or a template image, that an earlier ring has not had yet."""
    sides = list(readable(estate, lambda env: (env.facts.ring, _parts(env))))
    for env, (ring, parts) in sides:
        for slot, part in parts.items():
            if slot.kind is Promoted.NODE_POOL and "node_pools" not in part.path:
                continue  # it has its cluster's version, which is judged with the cluster
            earlier = [(other.name, theirs[slot]) for other, (rank, theirs) in sides if rank < ring and slot in theirs]
            behind = [
                f"{name} on {each.value}" for name, each in earlier if compared(slot, part.value, each.value) == 1
            ]
            if behind:
                message = (
                    f"{slot} of {env.name} is on {part.value}, ahead of {' and '.join(behind)}: a version proves "
                    "itself in the earlier rings first"
                )
                yield Finding(env.source.place(part.path), message, "bring the earlier environments to it, and wait")


def _parts(env: Environment) -> dict[Slot, Thing]:
    """Return what has a version beside the clusters, of an environment whose on-prem section could be read."""
    return {slot: thing for slot, thing in things_of(env).items() if slot.kind in PARTS and env.onprem.workstation}


@estate_rules.rule("X1", title="environments of one ring have one version", source=pages.ROLLOUT)
def ring_together(estate: Estate) -> Iterator[Finding]:
    """Refuse different versions, in clusters of one generation, between environments of one ring."""
    sides = list(readable(estate, lambda env: (env.facts.ring, _kinds(env.onprem))))
    for (one, (ring, mine)), (other, (rank, theirs)) in combinations(sides, 2):
        if ring != rank:
            continue
        for kind, clusters in mine.items():
            versions = {_generation(cluster): cluster.version for cluster in clusters}
            for cluster in theirs[kind]:
                version = versions.get(_generation(cluster), cluster.version)
                if version != cluster.version:
                    message = (
                        f"{kind} {cluster.name} of {other.name} is on {cluster.version} and that of {one.name} on "
                        f"{version}: the environments of ring {ring} move together"
                    )
                    yield Finding(cluster.at("version"), message, "bring both to one version, in one change")


@estate_rules.rule("X1", title="no release channel is faster than an earlier ring's", source=pages.GKE_CHANNELS)
def ring_channels(estate: Estate) -> Iterator[Finding]:
    """Refuse a GKE cluster whose channel gets versions before those of an earlier ring do."""
    sides = list(readable(estate, lambda env: (env.facts.ring, env.gke.clusters)))
    for env, (ring, clusters) in sides:
        for cluster in clusters:
            slower = sorted(
                f"{theirs.name} on {theirs.release_channel}"
                for _, (rank, others) in sides
                for theirs in others
                if rank < ring and PACE[theirs.release_channel] > PACE[cluster.release_channel]
            )
            if slower:
                message = (
                    f"GKE cluster {cluster.name} of {env.name} is on channel {cluster.release_channel} and gets "
                    f"versions before {' and '.join(slower)}, which should meet them first"
                )
                yield Finding(cluster.at("release_channel"), message, "use the same channel or a slower one")
