"""Who drives an on-prem cluster, and what each version and each driver can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.onprem_cluster import AdminCluster, Mode, Provisioner, UserCluster
from model.config.problems import Severity
from model.estate import Environment
from model.planning.members import made_here
from model.planning.versions import ADMIN_FIRST, Minor, Version
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

CONTROL_PLANE_V2: Final = Minor(1, 30)
"""From here on a new cluster has Controlplane V2 (B3)."""
DATAPLANE_V2: Final = Minor(1, 31)
"""From here on no cluster runs without Dataplane V2 (B3)."""
ADVANCED: Final = Minor(1, 32)
"""From here on a cluster may be advanced for good (A22)."""
LEGACY_ENDS: Final = Minor(1, 32)
"""What stops an upgrade to here: kubeception, integrated F5, Seesaw (B66)."""


def exists(cluster: UserCluster) -> bool:
    """Say whether a cluster was there before: adopted, or made by gkectl and registered."""
    return cluster.mode is Mode.ADOPT or cluster.registered


def _minor(cluster: AdminCluster | UserCluster) -> Minor:
    return Version.parse(cluster.version).minor


@environment_rules.rule(
    "B3",
    "B20",
    title="new user clusters have Controlplane V2, and those of the API's always",
    source=pages.CREATE_USER_CLUSTER,
)
def version_two(env: Environment) -> Iterator[Finding]:
    """Refuse control planes in the admin cluster where gkectl does not drive them, and new ones from 1.30 on.

    What a version does not even run, made or upgraded, is the version catalogue's to say.
    """
    for cluster in env.onprem.user_clusters:
        minor, place = _minor(cluster), cluster.at("control_plane_v2")
        what = f"user cluster {cluster.name} is without Controlplane V2"
        if minor >= LEGACY_ENDS:
            continue
        if not cluster.control_plane_v2 and minor >= CONTROL_PLANE_V2 and not exists(cluster):
            message = f"{what}: new clusters from {CONTROL_PLANE_V2} must have it"
            remedy = "set control_plane_v2: true; an existing cluster is migrated with gkectl first"
            yield Finding(place, message, remedy)
        elif not cluster.control_plane_v2 and cluster.provisioner is Provisioner.API:
            message = f"{what}: its control plane runs in the admin cluster, and only gkectl can manage that"
            remedy = "set provisioner: gkectl, or control_plane_v2: true after a migration with gkectl"
            yield Finding(place, message, remedy, rule="B20")


@environment_rules.rule(
    "B65", "A22", "B3", "B64", title="advanced clusters are gkectl's, from 1.32 on", source=pages.UPGRADE_OVERVIEW
)
def advanced(env: Environment) -> Iterator[Finding]:
    """Refuse advanced clusters that the API would have to manage, that are too old, or whose other half is not."""
    onprem = env.onprem
    clusters: tuple[AdminCluster | UserCluster, ...] = (*onprem.admin_clusters, *onprem.user_clusters)
    for cluster in clusters:
        if not cluster.advanced:
            continue
        what = f"{'admin' if isinstance(cluster, AdminCluster) else 'user'} cluster {cluster.name}"
        place = cluster.at("advanced")
        if made_here(cluster):
            message = f"{what} is advanced, which no client of the API manages"
            yield Finding(place, message, "remove advanced: true, or run this cluster with gkectl alone")
        elif _minor(cluster) < ADVANCED:
            message = f"{what} is advanced and on {_minor(cluster)}: 1.31 has that as a preview and earlier ones not"
            yield Finding(place, message, "remove advanced: true until it is on 1.32", rule="A22")
        elif isinstance(cluster, UserCluster) and not cluster.control_plane_v2:
            message = f"{what} is advanced and without Controlplane V2, which advanced clusters have"
            yield Finding(cluster.at("control_plane_v2"), message, "migrate it with gkectl first", rule="B3")
    admins = {cluster.name for cluster in onprem.admin_clusters if cluster.advanced}
    for cluster in onprem.user_clusters:
        if cluster.admin_cluster in admins and not cluster.advanced:
            message = (
                f"{cluster.admin_cluster} is advanced and its user cluster {cluster.name} is not: both are or none"
            )
            yield Finding(cluster.at("advanced"), message, "set advanced: true, and provisioner: gkectl", rule="B3")


@environment_rules.rule("A42", title="the API drives user clusters of an enrolled admin cluster", source=pages.ENROLL)
def enrolled(env: Environment) -> Iterator[Finding]:
    """Refuse user clusters through the API below an admin cluster that the API does not know."""
    admins = {cluster.name: cluster for cluster in env.onprem.admin_clusters}
    for cluster in env.onprem.user_clusters:
        admin = admins.get(cluster.admin_cluster)
        if admin is not None and cluster.provisioner is Provisioner.API and not made_here(admin):
            message = (
                f"user cluster {cluster.name} is driven through the API, and its admin cluster {admin.name} is "
                "gkectl's and not enrolled in it"
            )
            remedy = (
                f"enroll {admin.name} (gcloud container vmware admin-clusters enroll) and give its import_id, "
                "or set provisioner: gkectl here"
            )
            yield Finding(cluster.at("admin_cluster"), message, remedy)


@environment_rules.rule("B5", title="only clusters of gkectl's are said to be registered", source=pages.USER_CLUSTER)
def registered(env: Environment) -> Iterator[Finding]:
    """Refuse `registered` of clusters that the API registers by itself."""
    for cluster in env.onprem.user_clusters:
        if cluster.registered and cluster.provisioner is Provisioner.API:
            message = f"user cluster {cluster.name} is made through the API, which registers it in the fleet by itself"
            yield Finding(cluster.at("registered"), message, "remove registered: true")


@environment_rules.rule("A65", title="the platform holds the version of its user clusters", source=pages.ADMIN_CLUSTER)
def platform_version(env: Environment) -> Iterator[Finding]:
    """Refuse user clusters through the API on a version that their admin cluster's platform does not hold.

    From 1.31 on the admin cluster itself is first (B61); up to 1.30 its platform is, ahead of its own version.
    """
    for admin in env.onprem.admin_clusters:
        own = Version.parse(admin.version)
        held = Version.parse(admin.platform_version) if admin.platform_version is not None else own
        if held < own:
            message = f"the platform of {admin.name} is asked for {held}, below the cluster's own {own}"
            yield Finding(admin.at("platform_version"), message, f"remove it, or name a version from {own} on")
        for cluster in env.onprem.user_clusters:
            version = Version.parse(cluster.version)
            behind = cluster.provisioner is Provisioner.API and version > max(held, own)
            if cluster.admin_cluster == admin.name and behind and version.minor < ADMIN_FIRST:
                message = f"user cluster {cluster.name} is on {version}, and the platform of {admin.name} holds {held}"
                remedy = f"set platform_version: {version} of {admin.name} and run `pulumi up` before this"
                yield Finding(cluster.at("version"), message, remedy)


@environment_rules.rule("B8", title="advanced networking has Dataplane V2", source=pages.CREATE_USER_CLUSTER)
def advanced_networking(env: Environment) -> Iterator[Finding]:
    """Refuse the egress gateway and BGP without Dataplane V2."""
    for cluster in env.onprem.user_clusters:
        if cluster.advanced_networking and not cluster.dataplane_v2:
            message = f"user cluster {cluster.name} asks for advanced networking, which is part of Dataplane V2"
            yield Finding(cluster.at("advanced_networking"), message, "set dataplane_v2: true, or remove it")


@environment_rules.rule("B6", title="what only gkectl can set is asked of gkectl", source=pages.USER_CLUSTER_FILE)
def gkectl_only(env: Environment) -> Iterator[Finding]:
    """Refuse several interfaces a pod through the API, which has no field for them."""
    for cluster in env.onprem.user_clusters:
        if cluster.multiple_network_interfaces and cluster.provisioner is Provisioner.API:
            message = (
                f"user cluster {cluster.name} asks for several interfaces a pod, and the API has no field for that"
            )
            yield Finding(cluster.at("multiple_network_interfaces"), message, "set provisioner: gkectl, or remove it")


@environment_rules.rule("A44", title="admin nodes run Linux", source=pages.ADMIN_CLUSTER_FILE)
def admin_image(env: Environment) -> Iterator[Finding]:
    """Refuse Windows for the nodes of an admin cluster."""
    for cluster in env.onprem.admin_clusters:
        if cluster.image_type.value == "windows":
            message = f"admin cluster {cluster.name} has Windows nodes, and only workers can run Windows"
            yield Finding(cluster.at("image_type"), message, "use ubuntu_cgv2")


@environment_rules.rule(
    "B66", title="what stops the upgrade to 1.32 is known", source=pages.UPGRADE_OVERVIEW, severity=Severity.WARNING
)
def legacy(env: Environment) -> Iterator[Finding]:
    """Warn of clusters that have to be migrated before 1.32: kubeception, and the old dataplane."""
    for cluster in env.onprem.user_clusters:
        if cluster.provisioner is Provisioner.GKECTL and not cluster.control_plane_v2 and _minor(cluster) < LEGACY_ENDS:
            message = f"the control plane of {cluster.name} runs in {cluster.admin_cluster}, which 1.32 no longer has"
            yield Finding(cluster.at("control_plane_v2"), message, "plan its migration to Controlplane V2")
        if not cluster.dataplane_v2 and _minor(cluster) < DATAPLANE_V2:
            message = f"user cluster {cluster.name} is without Dataplane V2, which 1.31 and later require"
            yield Finding(cluster.at("dataplane_v2"), message, "plan its change to Dataplane V2 before 1.31")
