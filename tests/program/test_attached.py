"""Attached clusters of every distribution as the program registers them. What Google makes of it is the engine's."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import cast

import pulumi_gcp as gcp
import pytest

from components.attached.cluster import NOT_SET, AttachedCluster
from components.attached.manifest import InstallManifest
from infra.operator_values import operator_values
from infra.providers import given
from model.planning.grants import grants
from model.planning.members import MemberKind, planned_members, workload_members
from operations.record import Recorded, Recording, record
from rehearsal.facts.catalogue import Catalogue
from tests.model.cases import edited, estate
from tests.other_clusters import every_kind
from tests.program.programs import at, recorded, recorded_with, text, waits_for

CLUSTER = "gcp:container/attachedCluster:AttachedCluster"
FEATURE_MEMBERSHIP = "gcp:gkehub/featureMembership:FeatureMembership"
PROVIDER = "pulumi:providers:kubernetes"


def example() -> Recording:
    """Return the dev program with clusters of every kind."""
    return recorded_with("dev", every_kind())


def cluster_of(name: str) -> Recorded:
    """Return the registration of a cluster."""
    return example().one(CLUSTER, f"{name}-cluster")


def inside(name: str) -> list[Recorded]:
    """Return what goes into a cluster."""
    provider = example().one(PROVIDER, f"{name}-kubernetes").urn
    return [each for each in example().resources if each.provider == provider]


@pytest.mark.parametrize(("name", "distribution"), [("eks1-dev", "eks"), ("aks1-dev", "aks"), ("k8s1-dev", "generic")])
def test_each_distribution_is_registered_in_the_environments_fleet(name: str, distribution: str) -> None:
    cluster = cluster_of(name)
    assert (at(cluster, "name"), at(cluster, "distribution")) == (name, distribution)
    assert at(cluster, "project") == "varde-k8s-dev-5e6f"
    assert at(cluster, "fleet") == {"project": "projects/410000000201"}
    assert at(cluster, "authorization.adminUsers") == ("varde-dev-apply@varde-seed-0001.iam.gserviceaccount.com",)
    assert cast("Mapping[str, str]", at(cluster, "annotations"))["environment"] == "dev"


def test_everything_that_a_file_can_say_reaches_the_registration() -> None:
    cluster = cluster_of("eks1-dev")
    assert at(cluster, "location") == "europe-west1"
    assert at(cluster, "authorization.adminGroups") == (
        "varde-role-nettverk@fjellverket.example",
        "varde-role-plattform-vakt@fjellverket.example",
    )
    assert at(cluster, "loggingConfig.componentConfig.enableComponents") == ("SYSTEM_COMPONENTS", "WORKLOADS")
    assert at(cluster, "monitoringConfig.managedPrometheusConfig.enabled") is True
    assert at(cluster, "binaryAuthorization.evaluationMode") == "PROJECT_SINGLETON_POLICY_ENFORCE"
    assert at(cluster, "proxyConfig.kubernetesSecret") == {"name": "proxy-config", "namespace": "default"}
    assert cast("Mapping[str, str]", at(cluster, "annotations"))["varde.fjellverket.example/contract"] == "a1"
    assert at(cluster, "deletionPolicy") == "DELETE_IGNORE_ERRORS"


def test_every_input_is_set_or_listed_with_its_reason() -> None:
    facts = Catalogue.load("gcp").resource(CLUSTER)
    assert facts is not None
    unset = {name for name in NOT_SET if "." not in name}
    assert set(facts.body.fields) == set(cluster_of("eks1-dev").inputs) | unset
    assert not set(cluster_of("eks1-dev").inputs) & unset
    assert all(NOT_SET.values())


def test_keys_of_a_private_issuer_go_as_bytes() -> None:
    held = at(cluster_of("k8s1-dev"), "oidcConfig")
    assert cast("Mapping[str, str]", held)["issuerUrl"] == "https://kubernetes.default.svc"
    keys = json.loads(base64.b64decode(text(cluster_of("k8s1-dev"), "oidcConfig.jwks")))
    assert [key["kid"] for key in keys["keys"]] == ["a"]


def test_their_apis_are_on_and_the_sample_itself_has_none_of_them() -> None:
    services = {str(at(each, "service")) for each in example().of_type("gcp:projects/service:Service")}
    own = {"gkemulticloud.googleapis.com", "binaryauthorization.googleapis.com"}
    assert own <= services
    assert not own & {str(at(each, "service")) for each in recorded("dev").of_type("gcp:projects/service:Service")}


def test_it_is_a_member_under_its_own_name_in_no_region() -> None:
    """The membership of an attached cluster is global: gcp.container.AttachedCluster `fleet.membership`."""
    members = {each.cluster: each for each in workload_members(estate(every_kind()).environments["dev"])}
    member = members["eks1-dev"]
    assert (member.kind, member.in_cloud, member.generation) == (MemberKind.ATTACHED, True, 2)
    assert not members["k8s1-dev"].in_cloud
    assert member.id == "projects/varde-k8s-dev-5e6f/locations/global/memberships/eks1-dev"
    assert member.context == "connectgateway_varde-k8s-dev-5e6f_global_eks1-dev"
    server = "https://connectgateway.googleapis.com/v1/projects/410000000201/locations/global/memberships/eks1-dev"
    assert member.gateway_url == server
    assert server in text(example().one(PROVIDER, "eks1-dev-kubernetes"), "kubeconfig")


@pytest.mark.parametrize("name", ["eks1-dev", "aks1-dev", "k8s1-dev", "bm1-dev-user-cluster"])
def test_its_policy_is_that_of_every_other_member(name: str) -> None:
    policies = {
        text(each, "membership"): each
        for each in example().of_type(FEATURE_MEMBERSHIP)
        if "policycontroller" in each.inputs
    }
    assert at(policies[name], "policycontroller") == at(policies["gcp1-dev"], "policycontroller")
    location = "europe-north1" if name.startswith("bm") else "global"
    assert at(policies[name], "membershipLocation") == location


@pytest.mark.parametrize("name", ["eks1-dev", "aks1-dev", "k8s1-dev", "bm1-dev"])
def test_its_access_is_that_of_every_other_member(name: str) -> None:
    def granted(cluster: str) -> set[str]:
        names = {each.name.removeprefix(f"{cluster}-") for each in inside(cluster) if "Role" in each.type}
        return {each for each in names if "-main-" not in each}

    assert granted(name) == granted("onp1-dev")
    assert any(each.startswith("impersonate-") for each in granted(name))


def test_a_team_that_names_it_gets_its_namespace_and_its_role_there() -> None:
    team = edited("stacks/teams/innsikt.yaml", {"clusters: [gcp1-dev]": "clusters: [aks1-dev]"})
    here = grants(estate(every_kind(), team).environments["dev"])
    assert {each.cluster for each in here.namespaces if each.team == "innsikt"} == {"aks1-dev"}
    roles = {each.principal for each in here.clusters if each.cluster == "aks1-dev" and each.namespace is not None}
    assert roles == {"varde-team-innsikt@fjellverket.example"}


def test_it_waits_for_its_api_and_the_fleet_and_its_provider_for_it() -> None:
    before = waits_for(example(), cluster_of("aks1-dev"))
    assert "gcp:gkehub/fleet:Fleet fleet-fleet" in before
    assert "gcp:projects/service:Service other-clusters-gkemulticloud" in before
    provider = waits_for(example(), example().one(PROVIDER, "aks1-dev-kubernetes"))
    assert f"{CLUSTER} aks1-dev-cluster" in provider
    assert any(name.startswith("gcp:projects/iAMMember:IAMMember access-cluster-gkehub") for name in provider)


def test_what_is_in_it_is_deleted_before_it_is_unregistered() -> None:
    """The cluster keeps running without Google, so nothing in it goes by itself (E50)."""
    assert inside("aks1-dev")
    assert [each.name for each in inside("aks1-dev") if each.options.deleted_with] == []
    assert any(each.options.deleted_with for each in inside("bm1-dev"))


def test_it_is_protected_where_memberships_are_and_where_it_is_adopted() -> None:
    assert cluster_of("aks1-dev").options.protect is False
    assert cluster_of("eks1-dev").options.protect is True
    assert text(cluster_of("eks1-dev"), "name") in (cluster_of("eks1-dev").options.import_id or "")
    guarded = {"protect: identity": "protect: stateful", "deletion_protection: []": "deletion_protection: [stateful]"}
    dev = estate(every_kind(guarded)).environments["dev"]
    (member,) = [each for each in workload_members(dev) if each.cluster == "eks1-dev"]
    (wanted,) = [each for each in dev.attached.clusters if each.name == "eks1-dev"]

    def program() -> None:
        AttachedCluster(
            "eks1-dev", environment=dev, cluster=wanted, member=member, opts=given(gcp.Provider("gcp", project="p"))
        )

    (cluster,) = record(program, stack="dev").of_type(CLUSTER)
    assert (cluster.options.protect, at(cluster, "deletionPolicy")) == (True, "PREVENT")


class TestManifest:
    """Before its owner has acted, a cluster is handed a manifest and nothing is registered for it."""

    def test_nothing_is_registered_for_it_and_its_manifest_is_an_output(self) -> None:
        assert not [each.name for each in example().resources if "k8s2-dev" in each.name and each.custom]
        assert "hybrid:attached:InstallManifest" in {each.type for each in example().resources}

    def test_the_manifest_is_asked_for_under_the_clusters_own_name(self) -> None:
        dev = estate(every_kind()).environments["dev"]
        (wanted,) = [each for each in dev.attached.clusters if each.name == "k8s2-dev"]
        asked = "gcp:container/getAttachedInstallManifest:getAttachedInstallManifest"
        found: list[str] = []

        def program() -> None:
            made = InstallManifest(
                "k8s2-dev", environment=dev, cluster=wanted, opts=given(gcp.Provider("gcp", project="p"))
            )
            made.manifest.apply(found.append)

        recording = record(
            program, stack="dev", preview=False, answers={asked: lambda _: {"manifest": "kind: Namespace"}}
        )
        assert [(each.token, each.arguments) for each in recording.invokes] == [
            (
                asked,
                {
                    "clusterId": "k8s2-dev",
                    "location": "europe-north1",
                    "platformVersion": "1.35.0-gke.1",
                    "project": "varde-k8s-dev-5e6f",
                },
            )
        ]
        assert found == ["kind: Namespace"]

    def test_it_is_planned_and_no_member_yet(self) -> None:
        dev = estate(every_kind()).environments["dev"]
        assert "k8s2-dev" in {each.cluster for each in planned_members(dev)}
        assert "k8s2-dev" not in {each.cluster for each in workload_members(dev)}


def test_an_operator_is_told_about_it_as_about_the_others() -> None:
    values = operator_values(estate(every_kind()).environments["dev"])
    aks = values["aks1-dev"].as_dict()
    assert (aks["kind"], aks["topology_key"]) == ("attached", "topology.kubernetes.io/zone")
    assert values["k8s1-dev"].topology_key == "kubernetes.io/hostname"
    assert aks["identity_provider"] == (
        "https://gkehub.googleapis.com/projects/varde-k8s-dev-5e6f/locations/global/memberships/aks1-dev"
    )
    assert (aks["control_plane_ranges"], aks["worker_ranges"]) == ([], [])
    assert aks["workload_pool"] == "varde-k8s-dev-5e6f.svc.id.goog"
    assert aks.keys() == values["onp1-dev"].as_dict().keys()
