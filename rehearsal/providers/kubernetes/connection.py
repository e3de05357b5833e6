"""Which cluster a provider instance talks to, and whether it answers.

The program reaches every cluster through the Connect gateway, whose URL names a fleet membership
(https://cloud.google.com/kubernetes-engine/fleet-management/docs/connect-gateway). So a cluster answers when that
membership exists in the same world, together with the cluster behind it. A GKE cluster's own endpoint works as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

from rehearsal.case import bare, mapping, text
from rehearsal.values import Properties, reveal
from rehearsal.world import World

MEMBERSHIP: Final = "gcp:gkehub/membership:Membership"
CLUSTERS: Final = {
    "gcp:container/cluster:Cluster",
    "gcp:gkeonprem/vMwareCluster:VMwareCluster",
    "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster",
    "gcp:gkeonprem/bareMetalCluster:BareMetalCluster",
    "gcp:gkeonprem/bareMetalAdminCluster:BareMetalAdminCluster",
    "gcp:container/attachedCluster:AttachedCluster",
}
GKE: Final = "gcp:container/cluster:Cluster"
SERVICE: Final = "gcp:projects/service:Service"
_GATEWAY: Final = re.compile(
    r"^https://(?:(?P<region>[a-z0-9-]+)-)?connectgateway\.googleapis\.com/v1(?:beta1|alpha1)?"
    r"/projects/(?P<project>[^/]+)/locations/(?P<location>[^/]+)/(?:gkeM|m)emberships/(?P<name>[^/]+)/?$"
)


@dataclass(frozen=True, slots=True)
class ActiveCluster:
    """The part of a kubeconfig that decides which cluster is meant; empty where the kubeconfig does not say."""

    server: str = ""
    certificate: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where an instance's calls go: `place` is the cluster's id; `problem` says why nobody answers there."""

    place: str
    problem: str = ""


def active_cluster(settings: Properties) -> ActiveCluster:
    """Return the cluster that the kubeconfig, with the provider's `context` and `cluster`, selects."""
    config = _kubeconfig(settings)
    context_name = _setting(settings, "context") or str(config.get("current-context", ""))
    context = _named(config.get("contexts"), context_name).get("context", {})
    cluster_name = _setting(settings, "cluster") or str(context.get("cluster", ""))
    cluster = _named(config.get("clusters"), cluster_name).get("cluster", {})
    certificate = str(cluster.get("certificate-authority-data", ""))
    return ActiveCluster(str(cluster.get("server", "")), certificate, cluster_name)


def connect(world: World, settings: Properties) -> Connection:
    """Return where an instance with these settings gets to."""
    server = active_cluster(settings).server
    if not server:
        return Connection(
            "", "unable to load Kubernetes client configuration from kubeconfig file: no cluster is selected"
        )
    gateway = _GATEWAY.match(server)
    if gateway is None:
        return _direct(world, server)
    project = world.inventory.project_id(gateway["project"]) or gateway["project"]
    name = f"projects/{project}/locations/{gateway['location']}/memberships/{gateway['name']}"
    answer = "unable to load schema information from the API server: the server could not find the requested resource"
    if world.get(
        SERVICE, f"{project}/connectgateway.googleapis.com"
    ) is None and "connectgateway.googleapis.com" not in (
        world.inventory.projects[project].services if project in world.inventory.projects else ()
    ):
        return Connection("", f"{answer} (Connect Gateway API is not enabled in project {project})")
    membership = world.get(MEMBERSHIP, name)
    if membership is None:
        return Connection("", f"{answer} (membership {name} not found)")
    cluster = cluster_of(membership.outputs)
    if not any(world.get(kind, cluster) for kind in CLUSTERS):
        return Connection(cluster, f"{answer} (no agent of membership {name} is connected to the gateway)")
    return Connection(cluster)


def cluster_of(membership: Properties) -> str:
    """Return the id of the cluster behind a membership, empty if it names none."""
    endpoint = mapping(membership.get("endpoint"))
    for kind in ("gkeCluster", "onPremCluster", "multiCloudCluster"):
        link = text(mapping(endpoint.get(kind)).get("resourceLink"))
        if link:
            return bare(link)
    return ""


def _direct(world: World, server: str) -> Connection:
    host = server.removeprefix("https://").partition(":")[0].partition("/")[0]
    for record in world.objects(GKE):
        if record.text("endpoint") == host:
            return Connection(record.id)
    return Connection("", f"unable to load schema information from the API server: Get \"{server}/openapi/v2\": "
                              f"dial tcp: lookup {host}: no such host")  # fmt: skip


def _kubeconfig(settings: Properties) -> dict[str, Any]:
    # A path is not followed, nor is the person's own kubeconfig read: a rehearsal never touches a real cluster.
    given = reveal(settings.get("kubeconfig"))
    if not isinstance(given, str):
        return {}
    try:
        config = yaml.safe_load(given)
    except yaml.YAMLError:
        return {}
    return cast("dict[str, Any]", config) if isinstance(config, dict) else {}


def _setting(settings: Properties, name: str) -> str:
    value = reveal(settings.get(name))
    return value if isinstance(value, str) else ""


def _named(entries: object, name: str) -> dict[str, Any]:
    for entry in cast("list[dict[str, Any]]", entries) if isinstance(entries, list) else []:
        if entry.get("name") == name:
            return entry
    return {}
