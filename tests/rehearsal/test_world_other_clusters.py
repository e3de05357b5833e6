"""Attached clusters and clusters on bare metal: what is computed, what is refused, and who reaches them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

import pytest
import yaml

from rehearsal.case import mapping, sequence
from rehearsal.interception import ProviderError
from rehearsal.providers.base import Made, Session
from rehearsal.values import UNKNOWN, Properties, Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, INVENTORY, REGION, Hands
from tests.rehearsal.test_kubernetes import NAMESPACE, connected, kubeconfig

ATTACHED = "gcp:container/attachedCluster:AttachedCluster"
ADMIN = "gcp:gkeonprem/bareMetalAdminCluster:BareMetalAdminCluster"
METAL = "gcp:gkeonprem/bareMetalCluster:BareMetalCluster"
POOL = "gcp:gkeonprem/bareMetalNodePool:BareMetalNodePool"
MANIFEST = "gcp:container/getAttachedInstallManifest:getAttachedInstallManifest"
VERSIONS = "gcp:container/getAttachedVersions:getAttachedVersions"
GLOBAL = "https://connectgateway.googleapis.com/v1/projects/100/locations/global"
STORAGE: Value = {
    "lvpNodeMountsConfig": {"path": "/mnt/disk", "storageClass": "local-disks"},
    "lvpShareConfig": {"lvpConfig": {"path": "/mnt/share", "storageClass": "local-shared"}},
}
ISLAND: Value = {
    "islandModeCidr": {"podAddressCidrBlocks": ["100.96.0.0/16"], "serviceAddressCidrBlocks": ["100.97.0.0/20"]}
}
ATTACH: dict[str, Value] = {
    "name": "aks1",
    "distribution": "aks",
    "platformVersion": "1.34.0-gke.1",
    "oidcConfig": {"issuerUrl": "https://oidc.example/1"},
    "fleet": {"project": "projects/100"},
    **the.PLACE,
}


@pytest.fixture
def hands() -> Hands:
    hands = the.hands()
    here = INVENTORY.projects[CLUSTERS]
    more = replace(here, services=(*here.services, "gkemulticloud.googleapis.com"))
    hands.world.seed(replace(INVENTORY, projects={**INVENTORY.projects, CLUSTERS: more}))
    return hands


def through(hands: Hands, member: str) -> Hands:
    """Return hands on a cluster whose membership is global."""
    session = Session("k", {"kubeconfig": kubeconfig(f"{GLOBAL}/gkeMemberships/{member}")})
    other = Hands(hands.world)
    other.session = session
    other.provider(NAMESPACE).configure(session)
    return other


def nodes(*addresses: str) -> Value:
    return {"nodePoolConfig": {"nodeConfigs": [{"nodeIp": address} for address in addresses]}}


def balancer(vip: str, **more: Value) -> Value:
    return {
        "vipConfig": {"controlPlaneVip": vip, **more},
        "portConfig": {"controlPlaneLoadBalancerPort": 443},
    }


def admin(hands: Hands) -> Made:
    return hands.make(
        ADMIN,
        name="bm-admin",
        bareMetalVersion="1.32.300-gke.41",
        networkConfig=ISLAND,
        controlPlane={"controlPlaneNodePoolConfig": nodes("10.30.0.6")},
        loadBalancer=balancer("10.30.0.5"),
        storage=STORAGE,
        **the.PLACE,
    )


def metal_inputs(**more: Value) -> dict[str, Value]:
    pools: Value = {"addressPools": [{"pool": "a", "addresses": ["10.30.0.30-10.30.0.39"]}]}
    wanted = cast("Mapping[str, Value]", balancer("10.30.0.10", ingressVip="10.30.0.30"))
    return {
        "name": "bm1",
        "adminClusterMembership": f"projects/{CLUSTERS}/locations/{REGION}/memberships/bm-admin",
        "bareMetalVersion": "1.32.300-gke.41",
        "networkConfig": ISLAND,
        "controlPlane": {"controlPlaneNodePoolConfig": nodes("10.30.0.11", "10.30.0.12", "10.30.0.13")},
        "loadBalancer": {**wanted, "metalLbConfig": pools},
        "storage": STORAGE,
        **the.PLACE,
        **more,
    }


def pool_inputs(*addresses: str, **more: Value) -> dict[str, Value]:
    return {"name": "general", "bareMetalCluster": "bm1", **the.PLACE, **_pool(*addresses), **more}


def _pool(*addresses: str) -> dict[str, Value]:
    return {"nodePoolConfig": {"nodeConfigs": [{"nodeIp": address} for address in addresses]}}


class TestAttached:
    """A registration of somebody else's cluster."""

    def test_it_runs_as_a_global_member_of_its_fleet_and_is_at_rest(self, hands: Hands) -> None:
        made = hands.make(ATTACHED, **ATTACH)
        assert made.id == f"projects/{CLUSTERS}/locations/{REGION}/attachedClusters/aks1"
        assert (made.outputs["state"], made.outputs["kubernetesVersion"]) == ("RUNNING", "1.34.3")
        member = "projects/100/locations/global/memberships/aks1"
        assert mapping(made.outputs["fleet"]) == {"project": "projects/100", "membership": member}
        [identity] = sequence(made.outputs["workloadIdentityConfigs"])
        assert mapping(identity)["issuerUri"] == "https://oidc.example/1"
        assert mapping(identity)["workloadPool"] == f"{CLUSTERS}.svc.id.goog"
        assert hands.unsettled(ATTACHED, made, **ATTACH) == []
        foreseen = hands.preview(ATTACHED, **{**ATTACH, "name": "aks2"})
        assert mapping(foreseen.outputs["fleet"])["membership"] is UNKNOWN

    def test_it_is_reached_through_the_gateway_until_it_leaves_the_fleet_and_what_it_holds_stays(
        self, hands: Hands
    ) -> None:
        made = hands.make(ATTACHED, **ATTACH)
        through(hands, "aks1").make(NAMESPACE, metadata={"name": "team"})
        hands.remove(ATTACHED, made.id)
        assert hands.world.objects(the.MEMBERSHIP) == []
        assert [record.place for record in hands.world.objects(NAMESPACE)] == [made.id]
        with pytest.raises(ProviderError, match="unreachable"):
            through(hands, "aks1").make(NAMESPACE, metadata={"name": "other"})

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"fleet": {"project": "projects/999"}}, "fleet host project 'projects/999' was not found"),
            ({"fleet": {"project": f"projects/{CLUSTERS}"}}, "is not projects/<number>"),
            ({"fleet": {"project": "projects/300"}}, "GKE Hub API has not been used in project 300"),
            ({"oidcConfig": {"issuerUrl": "http://oidc.example/1"}}, "must be an https URL"),
            ({"platformVersion": "1.20.0-gke.1"}, "'1.20.0-gke.1' is not supported; supported: 1.36.0-gke.2"),
            ({"platformVersion": "1.34"}, "'1.34' is not supported"),
            ({"distribution": "k3s"}, "'k3s' is not one of eks, aks, generic"),
            ({"authorization": {"adminUsers": [f"u{n}@example.org" for n in range(11)]}}, "11 given, at most 10"),
            ({"project": "bare-1", "fleet": {"project": "projects/100"}}, "GKE Multi-Cloud API has not been used"),
        ],
    )
    def test_what_can_not_be_attached_is_refused(self, hands: Hands, changed: dict[str, Value], reason: str) -> None:
        assert reason in hands.refusal(ATTACHED, **{**ATTACH, **changed})

    def test_its_name_is_alone_in_the_fleet(self, hands: Hands) -> None:
        hands.make(ATTACHED, **ATTACH)
        again = hands.refusal(ATTACHED, **{**ATTACH, "location": "europe-west1"})
        assert "memberships/aks1' already exists" in again

    def test_its_platform_goes_one_minor_forward(self, hands: Hands) -> None:
        made = hands.make(ATTACHED, **ATTACH)
        for wanted in ("1.33.0-gke.1", "1.36.0-gke.1"):
            assert "cannot go" in hands.unchangeable(ATTACHED, made.id, **{**ATTACH, "platformVersion": wanted})
        upgraded = hands.change(ATTACHED, made.id, **{**ATTACH, "platformVersion": "1.35.0-gke.1"})
        assert upgraded["kubernetesVersion"] == "1.35.3"

    def test_the_install_manifest_is_an_agent_for_this_cluster(self, hands: Hands) -> None:
        asked: dict[str, Value] = {"clusterId": "aks1", "location": REGION, "project": CLUSTERS}
        found = hands.ask(MANIFEST, platformVersion="1.34.0-gke.1", **asked)
        objects = list(yaml.safe_load_all(str(found["manifest"])))
        assert [each["kind"] for each in objects] == ["Namespace", "ServiceAccount", "ClusterRoleBinding", "Deployment"]
        [container] = objects[-1]["spec"]["template"]["spec"]["containers"]
        assert f"--cluster=projects/{CLUSTERS}/locations/{REGION}/attachedClusters/aks1" in container["args"]
        with pytest.raises(ProviderError, match=r"'1\.20\.0-gke\.1' is not supported"):
            hands.ask(MANIFEST, platformVersion="1.20.0-gke.1", **asked)
        with pytest.raises(ProviderError, match="GKE Multi-Cloud API has not been used in project 300"):
            hands.ask(MANIFEST, platformVersion="1.34.0-gke.1", **{**asked, "project": "bare-1"})
        offered = sequence(hands.ask(VERSIONS, location=REGION, project=CLUSTERS)["validVersions"])
        assert "1.34.0-gke.1" in offered


class TestBareMetal:
    """User clusters and pools on machines of one's own."""

    def test_they_run_registered_and_are_at_rest(self, hands: Hands) -> None:
        admin(hands)
        inputs = metal_inputs()
        made = hands.make(METAL, **inputs)
        assert (made.outputs["endpoint"], made.outputs["state"]) == ("10.30.0.10:443", "RUNNING")
        member = f"projects/100/locations/{REGION}/memberships/bm1"
        assert [mapping(each)["membership"] for each in sequence(made.outputs["fleets"])] == [member]
        assert hands.unsettled(METAL, made, **inputs) == []
        pool = hands.make(POOL, **pool_inputs("10.30.0.101"))
        assert pool.id == f"{made.id}/bareMetalNodePools/general"
        assert hands.unsettled(POOL, pool, **pool_inputs("10.30.0.101")) == []
        inside = connected(hands, "memberships/bm1")
        inside.make(NAMESPACE, metadata={"name": "team"})
        hands.remove(METAL, made.id)
        assert hands.world.objects(POOL) == hands.world.objects(NAMESPACE) == []
        assert [record.id.rpartition("/")[2] for record in hands.world.objects(the.MEMBERSHIP)] == ["bm-admin"]

    def test_a_user_cluster_needs_its_admin_cluster(self, hands: Hands) -> None:
        assert "memberships/bm-admin' was not found" in hands.refusal(METAL, **metal_inputs())
        the.admin(hands)
        other = f"projects/{CLUSTERS}/locations/{REGION}/memberships/onp1-admin"
        wrong = hands.refusal(METAL, **metal_inputs(adminClusterMembership=other))
        assert "is not the membership of an enrolled bare metal admin cluster" in wrong
        admin(hands)
        newer = hands.refusal(METAL, **metal_inputs(bareMetalVersion="1.33.100-gke.1"))
        assert "its admin cluster is at 1.32.300-gke.41" in newer
        hands.make(METAL, **metal_inputs())
        [held] = hands.world.objects(ADMIN)
        assert "still manages user cluster" in hands.stuck(ADMIN, held.id)

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            (balancer("10.30.0.5", ingressVip="10.30.0.30"), "10.30.0.5 of bm1 is in use: it is the controlPlaneVip"),
            (balancer("10.30.0.11", ingressVip="10.30.0.30"), "is the address of one of its nodes"),
            (balancer("10.30.0.31", ingressVip="10.30.0.30"), "holds the control plane VIP 10.30.0.31"),
            (balancer("10.30.0.10", ingressVip="10.30.0.40"), "the ingress VIP 10.30.0.40 is in no"),
            (balancer("10.30.0.6", ingressVip="10.30.0.30"), "is the address of node 10.30.0.6"),
        ],
    )
    def test_its_addresses_are_its_own(self, hands: Hands, changed: Properties, reason: str) -> None:
        admin(hands)
        inputs = metal_inputs()
        held = mapping(inputs["loadBalancer"])
        assert reason in hands.refusal(METAL, **{**inputs, "loadBalancer": {**held, **changed}})

    def test_a_machine_is_a_node_once(self, hands: Hands) -> None:
        admin(hands)
        wrong: Value = {"controlPlaneNodePoolConfig": nodes("10.30.0.6")}
        assert "10.30.0.6" in hands.refusal(METAL, **metal_inputs(controlPlane=wrong))
        hands.make(METAL, **metal_inputs())
        assert "machine 10.30.0.11 of general is a node of" in hands.refusal(POOL, **pool_inputs("10.30.0.11"))
        assert "names a machine twice: 10.30.0.101" in hands.refusal(POOL, **pool_inputs("10.30.0.101", "10.30.0.101"))
        pool = hands.make(POOL, **pool_inputs("10.30.0.101"))
        more = pool_inputs("10.30.0.101", "10.30.0.12")
        assert "machine 10.30.0.12" in hands.unchangeable(POOL, pool.id, **more)

    def test_it_goes_one_minor_forward_behind_its_admin_cluster(self, hands: Hands) -> None:
        admin(hands)
        made = hands.make(METAL, **metal_inputs(bareMetalVersion="1.31.100-gke.1"))
        back = hands.unchangeable(METAL, made.id, **metal_inputs(bareMetalVersion="1.30.100-gke.1"))
        assert "cannot go from 1.31.100-gke.1 to 1.30.100-gke.1" in back
        ahead = hands.unchangeable(METAL, made.id, **metal_inputs(bareMetalVersion="1.33.100-gke.1"))
        assert "upgrade the admin cluster first" in ahead
        hands.change(METAL, made.id, **metal_inputs())
