"""The fleet and the way to each cluster. That the gateway lets a caller through is the engine tests' to show."""

from __future__ import annotations

import json

from operations.record import Secret, Unknown
from operations.record.values import holds
from tests.program.programs import ENVIRONMENTS, at, items, recorded, text, waits_for

FEATURE = "gcp:gkehub/feature:Feature"
MEMBERSHIP = "gcp:gkehub/membership:Membership"
FEATURE_MEMBERSHIP = "gcp:gkehub/featureMembership:FeatureMembership"
PROVIDER = "pulumi:providers:kubernetes"


def test_only_gke_clusters_are_registered_here_and_in_this_way_alone() -> None:
    for name in ENVIRONMENTS:
        (membership,) = recorded(name).of_type(MEMBERSHIP)
        (cluster,) = recorded(name).of_type("gcp:container/cluster:Cluster")
        assert at(membership, "membershipId") == at(cluster, "name")
        assert "fleet" not in cluster.inputs


def test_a_membership_names_its_cluster_and_its_issuer_and_comes_after_the_features() -> None:
    recording = recorded("dev")
    (membership,) = recording.of_type(MEMBERSHIP)
    path = "projects/varde-k8s-dev-5e6f/locations/europe-north1/clusters/gcp1-dev"
    assert at(membership, "endpoint.gkeCluster.resourceLink") == f"//container.googleapis.com/{path}"
    assert at(membership, "authority.issuer") == f"https://container.googleapis.com/v1/{path}"
    assert at(membership, "location") == "europe-north1"
    before = waits_for(recording, membership)
    assert f"{FEATURE} fleet-servicemesh" in before
    assert f"{FEATURE} fleet-policycontroller" in before
    assert "gcp:container/nodePool:NodePool gcp1-dev-general" in before


def test_the_fleet_is_there_before_anything_can_join_it() -> None:
    recording = recorded("dev")
    for token in ("VMwareCluster", "VmwareAdminCluster", "Membership"):
        (resource,) = recording.of_type(token)[:1]
        assert "gcp:gkehub/fleet:Fleet fleet-fleet" in waits_for(recording, resource)


def test_the_mesh_is_managed_by_hand_on_prem_and_is_no_business_of_the_gke_cluster() -> None:
    meshes = [each for each in recorded("prod").of_type(FEATURE_MEMBERSHIP) if "mesh" in each.inputs]
    assert [(at(each, "membership"), at(each, "mesh.management")) for each in meshes] == [
        ("onp1-prod-user-cluster", "MANAGEMENT_MANUAL")
    ]


def test_every_member_has_the_policies_and_leaves_the_same_namespaces_alone() -> None:
    recording = recorded("dev")
    policies = [each for each in recording.of_type(FEATURE_MEMBERSHIP) if "policycontroller" in each.inputs]
    assert {text(each, "membership") for each in policies} == {"onp1-dev-user-cluster", "gcp1-dev"}
    hub = "policycontroller.policyControllerHubConfig"
    for each in policies:
        assert at(each, "location") == "global"
        assert at(each, "membershipLocation") == "europe-north1"
        assert [bundle["bundleName"] for bundle in items(each, f"{hub}.policyContent.bundles")] == [
            "policy-essentials-v2022"
        ]
        assert "kube-system" in str(at(each, f"{hub}.exemptableNamespaces"))


class TestConnectGateway:
    """A provider that is not known at preview makes every object in its cluster look replaced."""

    def test_each_cluster_has_a_provider_whose_inputs_are_known_and_no_secret(self) -> None:
        for name in ENVIRONMENTS:
            providers = recorded(name).of_type(PROVIDER)
            assert len(providers) == 2
            for provider in providers:
                unfit = [key for key, value in provider.inputs.items() if holds(value, Unknown) or holds(value, Secret)]
                assert not unfit

    def test_it_is_identified_by_the_full_name_of_its_membership(self) -> None:
        prefix = "projects/varde-k8s-dev-5e6f/locations/europe-north1/memberships"
        identified = {each.name: at(each, "clusterIdentifier") for each in recorded("dev").of_type(PROVIDER)}
        assert identified == {
            "onp1-dev-kubernetes": f"{prefix}/onp1-dev-user-cluster",
            "gcp1-dev-kubernetes": f"{prefix}/gcp1-dev",
        }

    def test_it_goes_through_the_gateway_with_the_callers_own_token(self) -> None:
        provider = recorded("dev").one(PROVIDER, "onp1-dev-kubernetes")
        config = json.loads(str(at(provider, "kubeconfig")))
        (cluster,) = config["clusters"]
        assert cluster["cluster"] == {
            "server": "https://europe-north1-connectgateway.googleapis.com/v1/projects/410000000201"
            "/locations/europe-north1/memberships/onp1-dev-user-cluster"
        }
        (user,) = config["users"]
        assert user["user"].keys() == {"exec"}
        assert user["user"]["exec"]["command"] == "gke-gcloud-auth-plugin"
        assert config["current-context"] == "connectgateway_varde-k8s-dev-5e6f_europe-north1_onp1-dev-user-cluster"

    def test_it_waits_for_the_cluster_and_for_the_roles_on_the_gateway(self) -> None:
        recording = recorded("dev")
        onprem = waits_for(recording, recording.one(PROVIDER, "onp1-dev-kubernetes"))
        assert "gcp:gkeonprem/vMwareNodePool:VMwareNodePool onp1-dev-general" in onprem
        gke = waits_for(recording, recording.one(PROVIDER, "gcp1-dev-kubernetes"))
        assert f"{MEMBERSHIP} gcp1-dev-membership" in gke
        member = "gcp:projects/iAMMember:IAMMember access-cluster-gkehub.gatewayReader-varde-team-plattform"
        assert member in onprem & gke

    def test_what_goes_into_a_cluster_goes_through_its_own_provider(self) -> None:
        recording = recorded("dev")
        inside = [each for each in recording.resources if each.type.startswith("kubernetes:")]
        assert len(inside) > 10
        for each in inside:
            cluster = each.name.split("-dev-")[0]
            assert each.provider == recording.one(PROVIDER, f"{cluster}-dev-kubernetes").urn
