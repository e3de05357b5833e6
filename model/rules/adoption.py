"""Create or adopt is one visible choice: an import id where a thing is adopted, of this project, region and name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from model.config.gke import GkeCluster
from model.config.gke import NodePool as GkeNodePool
from model.config.onprem_cluster import AdminCluster, Mode, Provisioner, UserCluster
from model.config.onprem_pool import NodePool
from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding


def parent(env: Environment) -> str:
    """Return what every import id of the environment's clusters begins with."""
    return f"projects/{env.facts.projects.cluster.id}/locations/{env.organisation.region}"


def _adopted(cluster: AdminCluster | UserCluster | GkeCluster, what: str, expected: str) -> Iterator[Finding]:
    if cluster.mode is Mode.ADOPT and cluster.import_id is None:
        message = f"{what} is to be adopted, and nothing says which one that is"
        yield Finding(cluster.at("mode"), message, f"add import_id: {expected}, or set mode: create")
    elif cluster.mode is Mode.CREATE and cluster.import_id is not None:
        message = f"{what} is to be created and has an import id: a thing that exists would be made again"
        yield Finding(cluster.at("import_id"), message, "set mode: adopt, or remove import_id")
    elif cluster.import_id not in {None, expected}:
        yield _other(cluster, what, str(cluster.import_id), expected)


def _other(
    owner: AdminCluster | UserCluster | GkeCluster | NodePool | GkeNodePool, what: str, found: str, expected: str
) -> Finding:
    """Name the first part that differs, since import ids are long."""
    ours, theirs = expected.split("/"), found.split("/")
    differing = next((pair for pair in zip(theirs, ours, strict=False) if pair[0] != pair[1]), None)
    detail = (
        f"'{differing[0]}' stands where '{differing[1]}' belongs" if differing else "it has the wrong number of parts"
    )
    message = f"the import id of {what} is not its own: {detail}, and another thing would be taken over"
    return Finding(owner.at("import_id"), message, f"write {expected}")


@environment_rules.rule(
    "A62", title="admin clusters are created or adopted by their own id", source=pages.ADMIN_CLUSTER
)
def admin_clusters(env: Environment) -> Iterator[Finding]:
    """Refuse import ids of admin clusters that are missing, needless or another cluster's.

    One that gkectl makes has none until it is enrolled in the API (A42).
    """
    for cluster in env.onprem.admin_clusters:
        expected = f"{parent(env)}/vmwareAdminClusters/{cluster.name}"
        if cluster.provisioner is Provisioner.GKECTL and cluster.mode is Mode.CREATE:
            message = f"admin cluster {cluster.name} is gkectl's to make, and mode: create has the program make it"
            yield Finding(
                cluster.at("mode"), message, f"set mode: adopt, with import_id: {expected} once it is enrolled"
            )
        elif cluster.provisioner is Provisioner.API or cluster.import_id is not None:
            yield from _adopted(cluster, f"admin cluster {cluster.name}", expected)


@environment_rules.rule(
    "B50", "A40", title="user clusters are created or adopted by their own id", source=pages.USER_CLUSTER
)
def user_clusters(env: Environment) -> Iterator[Finding]:
    """Refuse import ids of user clusters that are missing, needless or another cluster's, and those of gkectl's."""
    for cluster in env.onprem.user_clusters:
        expected = f"{parent(env)}/vmwareClusters/{cluster.id}"
        if cluster.provisioner is Provisioner.API:
            yield from _adopted(cluster, f"user cluster {cluster.name}", expected)
        elif cluster.mode is Mode.ADOPT or cluster.import_id is not None:
            message = (
                f"user cluster {cluster.name} is gkectl's, and what is adopted is driven through the API from then on"
            )
            field = "import_id" if cluster.import_id is not None else "mode"
            remedy = "set provisioner: api once it is enrolled; until then remove mode and import_id"
            yield Finding(cluster.at(field), message, remedy)


def _adopted_pools(
    owner: UserCluster | GkeCluster, pools: Iterable[NodePool | GkeNodePool], prefix: str
) -> Iterator[Finding]:
    for pool in pools:
        if pool.import_id is None:
            continue
        what = f"node pool '{pool.name}' of {owner.name}"
        if owner.mode is Mode.CREATE:
            message = f"{what} has an import id, and its cluster is created: a new cluster has no node pool to adopt"
            yield Finding(pool.at("import_id"), message, "remove import_id")
        elif pool.import_id != f"{prefix}/{pool.name}":
            yield _other(pool, what, pool.import_id, f"{prefix}/{pool.name}")


@environment_rules.rule(
    "B30", title="node pools are adopted by their own id, with their cluster", source=pages.USER_NODE_POOL
)
def node_pools(env: Environment) -> Iterator[Finding]:
    """Refuse import ids of node pools that are another pool's, or in a cluster that is created."""
    for cluster in env.onprem.user_clusters:
        prefix = f"{parent(env)}/vmwareClusters/{cluster.id}/vmwareNodePools"
        yield from _adopted_pools(cluster, cluster.node_pools, prefix)


@environment_rules.rule(
    "C2", title="GKE node pools are adopted by their own id, with their cluster", source=pages.GKE_NODE_POOL
)
def gke_node_pools(env: Environment) -> Iterator[Finding]:
    """Refuse import ids of GKE node pools that are another pool's, or in a cluster that is created."""
    place = f"{env.facts.projects.cluster.id}/{env.organisation.region}"
    for cluster in env.gke.clusters:
        yield from _adopted_pools(cluster, cluster.node_pools, f"{place}/{cluster.name}")


@environment_rules.rule("C1", title="GKE clusters are created or adopted by their own id", source=pages.GKE_CLUSTER)
def gke_clusters(env: Environment) -> Iterator[Finding]:
    """Refuse import ids of GKE clusters that are missing, needless or another cluster's."""
    for cluster in env.gke.clusters:
        yield from _adopted(cluster, f"GKE cluster {cluster.name}", f"{parent(env)}/clusters/{cluster.name}")
