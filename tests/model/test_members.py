"""The fleet's members: their memberships, and how each is reached."""

from __future__ import annotations

from model.planning.members import MemberKind, admin_members, workload_members
from tests.model.cases import environment, estate, sample, second_generation


def test_an_on_prem_member_carries_the_id_of_its_cluster_and_a_gke_member_its_name() -> None:
    gke, onprem = workload_members(environment("dev"))
    assert (gke.cluster, gke.membership, gke.kind) == ("gcp1-dev", "gcp1-dev", MemberKind.GKE)
    assert (onprem.cluster, onprem.membership, onprem.kind) == ("onp1-dev", "onp1-dev-user-cluster", MemberKind.ONPREM)


def test_the_gateway_is_addressed_by_project_number_and_knows_gke_members_by_another_name() -> None:
    gke, onprem = workload_members(environment("dev"))
    host = "https://europe-north1-connectgateway.googleapis.com/v1/projects/410000000201/locations/europe-north1"
    assert gke.gateway_url == f"{host}/gkeMemberships/gcp1-dev"
    assert onprem.gateway_url == f"{host}/memberships/onp1-dev-user-cluster"


def test_names_of_members_are_those_that_gcloud_writes() -> None:
    member = workload_members(environment("prod"))[1]
    assert member.id == "projects/varde-k8s-prod-3a4b/locations/europe-north1/memberships/onp1-prod-user-cluster"
    assert member.context == "connectgateway_varde-k8s-prod-3a4b_europe-north1_onp1-prod-user-cluster"


def test_admin_clusters_are_members_of_their_own_kind() -> None:
    found = [member for env in sample().environments.values() for member in admin_members(env)]
    assert {member.kind for member in found} == {MemberKind.ADMIN}
    assert sorted(member.membership for member in found) == [
        "onp1-dev-admin",
        "onp1-prod-admin",
        "onp1-sandbox-admin",
        "onp1-test-admin",
    ]


def test_two_generations_are_two_members() -> None:
    members = workload_members(estate(second_generation()).environments["dev"])
    assert [(member.cluster, member.generation) for member in members] == [
        ("gcp1-dev", 1),
        ("onp1-dev", 1),
        ("onp2-dev", 2),
    ]
