"""What on-prem clusters bring with them that this program did not make: clusters of gkectl's, and objects inside.

A cluster that gkectl made and registered is there before the program runs. Every cluster has the definition of
ClientConfig and one object of it, with its own address in it, to which the log-in of people is added
(https://docs.cloud.google.com/kubernetes-engine/enterprise/identity/setup/per-cluster).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.onprem_cluster import UserCluster
from model.estate import Environment
from model.planning.members import made_here
from rehearsal.inventory import Existing

USER: Final = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
DEFINITION: Final = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
GROUP: Final = "authentication.gke.io"
VERSION: Final = "v2alpha1"
KIND: Final = "ClientConfig"


def brought_along(env: Environment) -> Iterator[Existing]:
    """Give what is there in or beside the on-prem user clusters of `env` before the program touches it."""
    for cluster in env.onprem.user_clusters:
        if cluster.registered and not made_here(cluster):
            yield _made_by_gkectl(env, cluster)
        if cluster.authentication is not None and made_here(cluster):
            yield from _log_in(env, cluster)


def _id(env: Environment, cluster: UserCluster) -> str:
    parent = f"projects/{env.facts.projects.cluster.id}/locations/{env.organisation.region}"
    return f"{parent}/vmwareClusters/{cluster.id}"


def _made_by_gkectl(env: Environment, cluster: UserCluster) -> Existing:
    project, region = env.facts.projects.cluster.id, env.organisation.region
    return Existing(
        USER,
        _id(env, cluster),
        {
            "name": cluster.id,
            "project": project,
            "location": region,
            "adminClusterMembership": f"projects/{project}/locations/{region}/memberships/{cluster.admin_cluster}",
            "onPremVersion": cluster.version,
            "controlPlaneNode": {"replicas": cluster.control_plane.replicas},
            "loadBalancer": {"vipConfig": {"controlPlaneVip": str(cluster.control_plane.vip)}},
        },
    )


def _log_in(env: Environment, cluster: UserCluster) -> Iterator[Existing]:
    place, plural = _id(env, cluster), f"{KIND.lower()}s"
    name = f"{plural}.{GROUP}"
    yield Existing(
        DEFINITION,
        name,
        {
            "metadata": {"name": name},
            "spec": {
                "group": GROUP,
                "names": {"kind": KIND, "plural": plural, "singular": KIND.lower()},
                "scope": "Namespaced",
                "versions": [{"name": VERSION, "served": True, "storage": True}],
            },
        },
        place,
    )
    yield Existing(
        f"kubernetes:{GROUP}/{VERSION}:{KIND}",
        "kube-public/default",
        {
            "metadata": {"name": "default", "namespace": "kube-public"},
            "spec": {"name": cluster.id, "server": f"https://{cluster.control_plane.vip}:443"},
        },
        place,
    )
