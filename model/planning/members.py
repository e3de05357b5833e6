"""The fleet's members: every cluster of an environment, its membership, and how to reach it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, UserCluster
from model.estate import Environment


class MemberKind(StrEnum):
    """What kind of cluster a member is."""

    ADMIN = "admin"
    ONPREM = "onprem"
    GKE = "gke"


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


def _member(env: Environment, cluster: AdminCluster | UserCluster | GkeCluster) -> Member:
    match cluster:
        case AdminCluster():
            kind, membership, generation = MemberKind.ADMIN, cluster.name, 1
        case UserCluster():
            kind, membership, generation = MemberKind.ONPREM, cluster.id, cluster.generation
        case GkeCluster():
            kind, membership, generation = MemberKind.GKE, cluster.name, cluster.generation
    project = env.facts.projects.cluster
    return Member(
        cluster=cluster.name,
        membership=membership,
        location=env.organisation.region,
        kind=kind,
        project=project.id,
        project_number=project.number,
        generation=generation,
    )


def admin_members(env: Environment) -> tuple[Member, ...]:
    """Return the admin clusters, in the order of their names."""
    return tuple(_member(env, cluster) for cluster in sorted(env.onprem.admin_clusters, key=lambda each: each.name))


def workload_members(env: Environment) -> tuple[Member, ...]:
    """Return the clusters that run workloads, in the order of their names: those that people and delivery reach."""
    clusters = [*env.onprem.user_clusters, *env.gke.clusters]
    return tuple(_member(env, cluster) for cluster in sorted(clusters, key=lambda each: each.name))
