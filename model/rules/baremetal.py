"""Clusters on bare metal: names, the admin cluster that manages them, versions, machines, volumes, adoption."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from model.config.baremetal import BareMetalAdminCluster, BareMetalCluster
from model.config.onprem_cluster import Mode
from model.estate import Environment
from model.planning.names import LIMIT_ONPREM
from model.planning.versions import Minor, Version
from model.rules import pages
from model.rules.adoption import parent
from model.rules.other_versions import Versioned, supported
from model.rules.registries import environment_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, repeats

CONTROL_PLANES: Final = (1, 3)
MOST_BEHIND: Final = 2
"""How many minors a user cluster may be below its admin cluster, from 1.30 on."""

Cluster = BareMetalAdminCluster | BareMetalCluster


def clusters(env: Environment) -> tuple[Cluster, ...]:
    """Return every bare-metal cluster, admin clusters first."""
    return (*env.baremetal.admin_clusters, *env.baremetal.clusters)


@environment_rules.rule("BM1", title="ids of bare-metal clusters and pools are short", source=pages.BARE_METAL)
def ids(env: Environment) -> Iterator[Finding]:
    """Refuse ids that the API refuses, and two pools of one name."""
    section = env.baremetal
    named = [
        *((each.name, each, "name", "admin cluster") for each in section.admin_clusters),
        *((each.id, each, "id", "cluster") for each in section.clusters),
        *((pool.name, pool, "name", f"pool of {each.name}") for each in section.clusters for pool in each.node_pools),
    ]
    for name, owner, field, what in named:
        if len(name) > LIMIT_ONPREM:
            message = f"the id of bare-metal {what} '{name}' has {len(name)} characters; the API takes {LIMIT_ONPREM}"
            yield Finding(owner.at(field), message, "write a shorter one: it can not be changed later")
    for cluster in section.clusters:
        for first, again in repeats(Named(pool.name, pool, ("name",)) for pool in cluster.node_pools):
            message = f"{cluster.name} has two node pools '{again.name}', the other on line {first.place.line}"
            yield Finding(again.place, message, "rename the new one: a pool's name can not be changed later")


@environment_rules.rule(
    "BM2", title="a bare-metal cluster is near the version of its admin cluster", source=pages.BARE_METAL_UPGRADE
)
def skew(env: Environment) -> Iterator[Finding]:
    """Refuse unknown admin clusters, clusters ahead of theirs, and clusters more than two minors behind."""
    admins = {cluster.name: Version.parse(cluster.version) for cluster in env.baremetal.admin_clusters}
    for cluster in env.baremetal.clusters:
        admin, version = admins.get(cluster.admin_cluster), Version.parse(cluster.version)
        if admin is None:
            message = (
                f"{cluster.name} names admin cluster '{cluster.admin_cluster}', and hybrid:baremetal has none such"
            )
            remedy = suggest(cluster.admin_cluster, admins, lead="Admin clusters")
            yield Finding(cluster.at("admin_cluster"), message, remedy)
        elif version > admin:
            message = f"{cluster.name} is on {version}, above its admin cluster {cluster.admin_cluster} on {admin}"
            remedy = f"upgrade the admin cluster with bmctl first, or stay on {admin}"
            yield Finding(cluster.at("version"), message, remedy)
        elif (behind := admin.minor.steps_above(version.minor)) > MOST_BEHIND:
            message = f"{cluster.name} is on {version.minor}, {behind} minors below its admin cluster on {admin.minor}"
            target = Minor(version.minor.major, version.minor.minor + 1)
            yield Finding(cluster.at("version"), message, f"bring it to {target}, one minor at a time")


@environment_rules.rule(
    "BM3", title="bare-metal versions are in the catalogue and supported", source=pages.BARE_METAL_VERSIONS
)
def catalogued(env: Environment) -> Iterator[Finding]:
    """Refuse minors that the catalogue does not know or whose support has ended; warn when the end is near."""
    uses = [
        Versioned(f"bare-metal cluster {cluster.name}", Version.parse(cluster.version), cluster, "version")
        for cluster in clusters(env)
    ]
    upgrade = "plan the next minor: the admin cluster with bmctl, then the user clusters here"
    yield from supported(env, env.catalogue.baremetal, "baremetal", uses, upgrade)


@environment_rules.rule(
    "BM4", "X8", title="a bare-metal control plane has one machine or three", source=pages.BARE_METAL_FIELDS
)
def control_planes(env: Environment) -> Iterator[Finding]:
    """Refuse other numbers of machines, and a single one in production."""
    for cluster in clusters(env):
        nodes, count = cluster.control_plane, len(cluster.control_plane.nodes)
        place = nodes.at("nodes")
        if count not in CONTROL_PLANES:
            message = f"the control plane of {cluster.name} has {count} machines; etcd keeps a majority with 1 or 3"
            yield Finding(place, message, "name one machine, or three")
        elif env.facts.production and count == 1:
            message = f"{cluster.name} is in production with one control plane machine: losing it stops the cluster"
            yield Finding(place, message, "name three machines", rule="X8")


@environment_rules.rule("BM5", title="a bare-metal cluster has machines to work on", source=pages.BARE_METAL_POOL)
def workers(env: Environment) -> Iterator[Finding]:
    """Refuse clusters without a pool, pools without machines, and taints that are incomplete or stand twice."""
    for cluster in env.baremetal.clusters:
        if not cluster.node_pools:
            message = f"{cluster.name} has no node pool, and its control plane runs no workloads"
            yield Finding(cluster.at("node_pools"), message, "add a node pool")
        for pool in cluster.node_pools:
            if not pool.nodes:
                message = f"pool '{pool.name}' of {cluster.name} has no machine, and nothing makes one"
                yield Finding(pool.at("nodes"), message, "name a machine, or remove the pool")
        own = cluster.load_balancer.balancer_nodes
        for group in (*cluster.node_pools, cluster.control_plane, *([own] if own is not None else [])):
            for number, taint in enumerate(group.taints):
                if not taint.key or not taint.value:
                    missing = "value" if taint.key else "key"
                    message = f"a taint of {cluster.name} has no {missing}"
                    yield Finding(group.at("taints", number), message, f"write its {missing}")
            for _, again in repeats(Named((taint.key, taint.effect), taint) for taint in group.taints):
                message = f"{cluster.name} has this taint twice, and nodes take one of a key and effect"
                yield Finding(again.place, message, "remove one of them")


@environment_rules.rule("BM6", title="local volumes have folders and classes of their own", source=pages.BARE_METAL)
def volumes(env: Environment) -> Iterator[Finding]:
    """Refuse relative paths, one path or class for folders and disks alike, and no folders at all."""
    for cluster in clusters(env):
        shared, disks = cluster.storage.shared, cluster.storage.disks
        for each in (shared, disks):
            if not each.path.startswith("/") or ".." in each.path.split("/"):
                message = f"{cluster.name} keeps volumes in '{each.path}', which is no absolute path"
                yield Finding(each.at("path"), message, "write the path on the machines, such as /mnt/localpv-disk")
        one, other = PurePosixPath(shared.path), PurePosixPath(disks.path)
        if one == other or one in other.parents or other in one.parents:
            message = f"{cluster.name} keeps folders in {one} and disks in {other}: each would take the other's"
            yield Finding(disks.at("path"), message, "give them folders apart")
        if shared.storage_class == disks.storage_class:
            message = f"{cluster.name} has one storage class '{shared.storage_class}' for folders and disks"
            yield Finding(disks.at("storage_class"), message, "give disks a class of their own")
        if shared.volumes < 1:
            message = f"{cluster.name} makes {shared.volumes} folders on each machine; it makes at least 1"
            yield Finding(shared.at("volumes"), message, "set volumes to 1 or more")


@environment_rules.rule(
    "BM7", title="bare-metal clusters are created or adopted by their own id", source=pages.BARE_METAL_ENROLL
)
def adopted(env: Environment) -> Iterator[Finding]:
    """Refuse import ids that are missing, needless or another thing's; admin clusters are always adopted."""
    for admin in env.baremetal.admin_clusters:
        expected = f"{parent(env)}/bareMetalAdminClusters/{admin.name}"
        if admin.import_id != expected:
            message = f"the import id of bare-metal admin cluster {admin.name} is not its own"
            yield Finding(admin.at("import_id"), message, f"write {expected}")
    for cluster in env.baremetal.clusters:
        expected, what = f"{parent(env)}/bareMetalClusters/{cluster.id}", f"bare-metal cluster {cluster.name}"
        if cluster.mode is Mode.ADOPT and cluster.import_id is None:
            message = f"{what} is to be adopted, and nothing says which one that is"
            yield Finding(cluster.at("mode"), message, f"add import_id: {expected}, or set mode: create")
        elif cluster.mode is Mode.CREATE and cluster.import_id is not None:
            message = f"{what} is to be created and has an import id: a thing that exists would be made again"
            yield Finding(cluster.at("import_id"), message, "set mode: adopt, or remove import_id")
        elif cluster.import_id not in {None, expected}:
            message = f"the import id of {what} is not its own, and another cluster would be taken over"
            yield Finding(cluster.at("import_id"), message, f"write {expected}")
        for pool in cluster.node_pools:
            own = f"{expected}/bareMetalNodePools/{pool.name}"
            if pool.import_id is not None and cluster.mode is Mode.CREATE:
                message = f"pool '{pool.name}' of {cluster.name} has an import id, and its cluster is created"
                yield Finding(pool.at("import_id"), message, "remove import_id")
            elif pool.import_id not in {None, own}:
                message = f"the import id of pool '{pool.name}' of {cluster.name} is not its own"
                yield Finding(pool.at("import_id"), message, f"write {own}")
