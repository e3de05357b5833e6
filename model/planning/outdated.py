"""What a cluster still has that newer versions no longer run, and which of it stands in the way of a version.

The version catalogue says what each version refuses (A33, B3, B66).
"""

from __future__ import annotations

from model.config.catalogue import Feature, OnPremRelease
from model.config.onprem_cluster import AdminCluster, Mode, UserCluster
from model.planning.upgrades.sequence import MIGRATED_IN_ORDER
from model.planning.upgrades.standing import admin_features, user_features
from model.planning.versions import Minor, Version


def outdated(cluster: AdminCluster | UserCluster) -> tuple[Feature, ...]:
    """Return what the cluster has of it, in the order in which it is migrated away."""
    found = admin_features(cluster) if isinstance(cluster, AdminCluster) else user_features(cluster)
    return tuple(feature for feature in MIGRATED_IN_ORDER if feature in found)


def is_there(cluster: AdminCluster | UserCluster, minor: Minor) -> bool:
    """Say whether a version would be an upgrade of a cluster that exists, rather than a new cluster of it."""
    return cluster.mode is Mode.ADOPT or Version.parse(cluster.version).minor < minor


def in_the_way(cluster: AdminCluster | UserCluster, minor: Minor, release: OnPremRelease) -> tuple[Feature, ...]:
    """Return what of the cluster's the release refuses: in an upgrade to it, or in a new cluster."""
    refused = {*release.blockers} if is_there(cluster, minor) else {*release.refused_when_new, *release.blockers}
    return tuple(feature for feature in outdated(cluster) if feature in refused)
