"""Clusters that are neither GKE nor GKE on VMware, wired from the model: attached ones and those on bare metal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components.attached.cluster import AttachedCluster
from components.attached.manifest import InstallManifest
from components.baremetal.admin_cluster import BareMetalAdminCluster
from components.baremetal.user_cluster import BareMetalCluster
from components.network.services import ProjectServices
from infra.providers import Providers, given
from model.config.attached import BinaryAuthorization
from model.estate import Environment
from model.planning.members import admin_members, planned_members


@dataclass(frozen=True, slots=True)
class OtherClusters:
    """Their components by the cluster's short name, and the manifests of clusters that wait for their owners."""

    attached: Mapping[str, AttachedCluster]
    baremetal: Mapping[str, BareMetalCluster]
    manifests: Mapping[str, InstallManifest]

    def reached(self, name: str) -> tuple[pulumi.Resource | None, list[pulumi.Resource]] | None:
        """Return what takes a cluster's objects along when deleted, and what must exist before its API answers.

        None for a cluster of another kind. Nothing takes the objects in an attached cluster along: it keeps running
        when it leaves the fleet, so the roles in it have to be deleted one by one, before it is unregistered (E50).
        """
        if name in self.attached:
            return None, [*self.attached[name].ready]
        if name in self.baremetal:
            return self.baremetal[name].resource, [*self.baremetal[name].ready]
        return None


def other_clusters(
    environment: Environment,
    providers: Providers,
    *,
    after: Sequence[pulumi.Resource],
    at_sites: Sequence[pulumi.Resource],
) -> OtherClusters:
    """Register them. They wait for `after`, the fleet and its APIs, and those at the sites for `at_sites` too."""
    members = {member.cluster: member for member in (*planned_members(environment), *admin_members(environment))}
    services = _services(environment)
    apis = (
        [
            ProjectServices(
                "other-clusters",
                project=environment.facts.projects.cluster.id,
                services=services,
                opts=given(providers.gcp, after=list(after)),
            )
        ]
        if services
        else []
    )
    baremetal = environment.baremetal
    admin_clusters = {
        cluster.name: BareMetalAdminCluster(
            cluster.name,
            environment=environment,
            cluster=cluster,
            member=members[cluster.name],
            after=[*after, *apis],
            opts=given(providers.gcp),
        )
        for cluster in sorted(baremetal.admin_clusters, key=lambda each: each.name)
    }
    user_clusters = {
        cluster.name: BareMetalCluster(
            cluster.name,
            environment=environment,
            cluster=cluster,
            member=members[cluster.name],
            after=[*after, *apis, *at_sites, admin_clusters[cluster.admin_cluster]],
            opts=given(providers.gcp),
        )
        for cluster in sorted(baremetal.clusters, key=lambda each: each.name)
    }
    clusters = sorted(environment.attached.clusters, key=lambda each: each.name)
    return OtherClusters(
        attached={
            cluster.name: AttachedCluster(
                cluster.name,
                environment=environment,
                cluster=cluster,
                member=members[cluster.name],
                after=[*after, *apis],
                opts=given(providers.gcp),
            )
            for cluster in clusters
            if cluster.manifest_applied
        },
        baremetal=user_clusters,
        manifests={
            cluster.name: InstallManifest(
                cluster.name, environment=environment, cluster=cluster, after=apis, opts=given(providers.gcp)
            )
            for cluster in clusters
            if not cluster.manifest_applied
        },
    )


def _services(environment: Environment) -> frozenset[str]:
    """Return the APIs that only these clusters need, without `.googleapis.com`."""
    return frozenset(_needed(environment))


def _needed(environment: Environment) -> Iterator[str]:
    if environment.attached.clusters:
        yield "gkemulticloud"
    clusters = (*environment.attached.clusters, *environment.baremetal.clusters)
    if any(each.binary_authorization is not BinaryAuthorization.DISABLED for each in clusters):
        yield "binaryauthorization"
