"""The fleet's members: every cluster of an environment, its membership, and how to reach it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from model.config.attached import AttachedCluster
from model.config.baremetal import BareMetalAdminCluster, BareMetalCluster
from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, Mode, Provisioner, UserCluster
from model.estate import Environment


class MemberKind(StrEnum):
    """What kind of cluster a member is."""

    ADMIN = "admin"
    ONPREM = "onprem"
    GKE = "gke"
    ATTACHED = "attached"
    BAREMETAL = "baremetal"


GLOBAL: Final = "global"
"""Where the membership of an attached cluster is, whatever region manages it (gcp.container.AttachedCluster fleet)."""

Cluster: TypeAlias = (
    AdminCluster | UserCluster | GkeCluster | AttachedCluster | BareMetalAdminCluster | BareMetalCluster
)


@dataclass(frozen=True)
class Member:
    """A cluster in the fleet.

    The Connect gateway's URL is made of the project number and the membership's name, both plain configuration, so a
    preview knows it before the cluster exists (B59).
    """

    cluster: str
    membership: str
    location: str
    kind: MemberKind
    project: str
    project_number: str
    generation: int
    in_cloud: bool = False
    """Whether it stands in somebody's cloud, where data that must stay on-prem may not be (J003)."""

    @property
    def id(self) -> str:
        """The membership's full name."""
        return f"projects/{self.project}/locations/{self.location}/memberships/{self.membership}"

    @property
    def gateway_url(self) -> str:
        """Where the Connect gateway serves the cluster's Kubernetes API."""
        host = "connectgateway" if self.location == "global" else f"{self.location}-connectgateway"
        collection = "gkeMemberships" if self.kind is MemberKind.GKE else "memberships"
        return (
            f"https://{host}.googleapis.com/v1/projects/{self.project_number}"
            f"/locations/{self.location}/{collection}/{self.membership}"
        )

    @property
    def context(self) -> str:
        """The name of the kubeconfig context, as gcloud writes it (E4)."""
        return f"connectgateway_{self.project}_{self.location}_{self.membership}"


def _member(env: Environment, cluster: Cluster) -> Member:
    location, in_cloud = env.organisation.region, False
    match cluster:
        case AdminCluster() | BareMetalAdminCluster():
            kind, membership, generation = MemberKind.ADMIN, cluster.name, 1
        case UserCluster():
            kind, membership, generation = MemberKind.ONPREM, cluster.id, cluster.generation
        case GkeCluster():
            kind, membership, generation = MemberKind.GKE, cluster.name, cluster.generation
            in_cloud = True
        case AttachedCluster():
            kind, membership, generation = MemberKind.ATTACHED, cluster.name, cluster.generation
            location, in_cloud = GLOBAL, not cluster.on_premises
        case BareMetalCluster():
            kind, membership, generation = MemberKind.BAREMETAL, cluster.id, cluster.generation
    project = env.facts.projects.cluster
    return Member(
        cluster=cluster.name,
        membership=membership,
        location=location,
        kind=kind,
        project=project.id,
        project_number=project.number,
        generation=generation,
        in_cloud=in_cloud,
    )


def admin_members(env: Environment) -> tuple[Member, ...]:
    """Return the admin clusters, in the order of their names."""
    clusters = [*env.onprem.admin_clusters, *env.baremetal.admin_clusters]
    return tuple(_member(env, cluster) for cluster in sorted(clusters, key=lambda each: each.name))


def planned_members(env: Environment) -> tuple[Member, ...]:
    """Return the clusters that run workloads, in the order of their names, those that are not members yet too."""
    clusters = [*env.onprem.user_clusters, *env.gke.clusters, *env.attached.clusters, *env.baremetal.clusters]
    return tuple(_member(env, cluster) for cluster in sorted(clusters, key=lambda each: each.name))


def workload_members(env: Environment) -> tuple[Member, ...]:
    """Return the clusters that run workloads, in the order of their names: those that people and delivery reach.

    A cluster that gkectl makes is none of them until the file says that it is registered: before that nothing answers
    at its membership. Nor is a cluster to be attached before its owner has applied the install manifest (E41).
    """
    waiting = {cluster.id for cluster in env.onprem.user_clusters if not (made_here(cluster) or cluster.registered)}
    waiting |= {cluster.name for cluster in env.attached.clusters if not cluster.manifest_applied}
    return tuple(each for each in planned_members(env) if each.membership not in waiting)


def made_here(cluster: AdminCluster | UserCluster) -> bool:
    """Say whether the program manages the cluster through the API, by making it or by adopting it.

    gkectl's user clusters it never does. An admin cluster of gkectl's is adopted once it is enrolled in the API, which
    its import id says (A42).
    """
    if cluster.provisioner is Provisioner.API:
        return True
    return isinstance(cluster, AdminCluster) and cluster.mode is Mode.ADOPT and cluster.import_id is not None
