"""Clusters on bare metal as the program registers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from components.baremetal.admin_cluster import IGNORED
from components.baremetal.user_cluster import NOT_SET
from infra.operator_values import operator_values
from model.planning.members import MemberKind, admin_members, workload_members
from operations.record import Recorded, Recording, Value
from operations.topology import topology
from rehearsal.check import ProviderDefaults, check
from rehearsal.facts.catalogue import Catalogue
from tests.model.cases import estate
from tests.other_clusters import every_kind
from tests.program.programs import at, items, recorded_with, waits_for
from tests.program.test_facts_of_the_program import facts_of, inputs_of, wrong_types

CLUSTER = "gcp:gkeonprem/bareMetalCluster:BareMetalCluster"
POOL = "gcp:gkeonprem/bareMetalNodePool:BareMetalNodePool"
ADMIN = "gcp:gkeonprem/bareMetalAdminCluster:BareMetalAdminCluster"
ATTACHED = "gcp:container/attachedCluster:AttachedCluster"
PLACE = "projects/varde-k8s-dev-5e6f/locations/europe-north1"
MACHINES = "controlPlane.controlPlaneNodePoolConfig.nodePoolConfig"


def example() -> Recording:
    """Return the dev program with clusters of every kind."""
    return recorded_with("dev", every_kind())


def cluster_of(name: str) -> Recorded:
    """Return a user cluster."""
    return example().one(CLUSTER, f"{name}-cluster")


def addresses(resource: Recorded, path: str) -> list[Value]:
    """Return the addresses of machines, as they are listed."""
    return [each["nodeIp"] for each in items(resource, path)]


@pytest.mark.parametrize("token", [CLUSTER, POOL, ADMIN, ATTACHED])
def test_every_input_is_known_of_its_type_and_taken_by_the_provider(token: str) -> None:
    found = example().of_type(token)
    assert found
    for each in found:
        assert wrong_types(facts_of(each), facts_of(each).body, inputs_of(each)) == [], each.name
        result = check(facts_of(each), inputs_of(each), defaults=ProviderDefaults(), urn_name=each.name)
        assert [failure.reason for failure in result.failures] == [], each.name


def leaves(value: object, path: str = "") -> Iterator[str]:
    """Give the paths of everything that is set, without the places in lists."""
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, object]", value).items():
            yield f"{path}.{key}".lstrip(".")
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, tuple):
        for inner in cast("tuple[object, ...]", value):
            yield from leaves(inner, path)


def test_every_input_of_a_cluster_is_set_or_listed_with_its_reason() -> None:
    facts = Catalogue.load("gcp").resource(CLUSTER)
    assert facts is not None
    used = {key for each in example().of_type(CLUSTER) for key in each.inputs}
    assert set(facts.body.fields) - used <= {"proxy"}, "the site has no proxy"
    paths = {path for each in example().of_type(CLUSTER) for path in leaves(each.inputs)}
    assert not paths & {name for name in NOT_SET if not name.endswith("operatingSystem")}
    balancer = {path.removeprefix("loadBalancer.") for path in paths if path.startswith("loadBalancer.")}
    assert {"metalLbConfig", "manualLbConfig", "bgpLbConfig", "vipConfig", "portConfig"} <= balancer


def test_a_cluster_is_made_under_its_admin_cluster_in_island_mode() -> None:
    cluster = cluster_of("bm1-dev")
    assert at(cluster, "name") == "bm1-dev-user-cluster"
    assert at(cluster, "adminClusterMembership") == f"{PLACE}/memberships/bm1-dev-admin"
    assert at(cluster, "bareMetalVersion") == "1.35.100-gke.144"
    assert at(cluster, "networkConfig.islandModeCidr") == {
        "podAddressCidrBlocks": ("100.110.0.0/16",),
        "serviceAddressCidrBlocks": ("100.109.0.0/20",),
    }
    assert addresses(cluster, f"{MACHINES}.nodeConfigs") == ["10.20.20.11", "10.20.20.12", "10.20.20.13"]
    assert at(cluster, "loadBalancer.vipConfig") == {"controlPlaneVip": "10.20.20.10", "ingressVip": "10.20.20.30"}
    assert at(cluster, "loadBalancer.metalLbConfig.addressPools.0.addresses") == ("10.20.20.30-10.20.20.39",)
    account = "varde-dev-apply@varde-seed-0001.iam.gserviceaccount.com"
    assert at(cluster, "securityConfig.authorization.adminUsers") == ({"username": account},)


def test_bgp_machines_and_everything_else_reach_the_cluster_in_a_steady_order() -> None:
    cluster = cluster_of("bm2-dev")
    assert addresses(cluster, f"{MACHINES}.nodeConfigs") == ["10.20.20.51", "10.20.20.52", "10.20.20.53"]
    assert at(cluster, f"{MACHINES}.nodeConfigs.1.labels") == {"rack": "b"}
    assert at(cluster, f"{MACHINES}.taints.0.effect") == "PREFER_NO_SCHEDULE"
    assert at(cluster, "controlPlane.apiServerArgs") == ({"argument": "request-timeout", "value": "2m"},)
    assert at(cluster, "loadBalancer.portConfig.controlPlaneLoadBalancerPort") == 6443
    bgp = "loadBalancer.bgpLbConfig"
    assert at(cluster, f"{bgp}.asn") == 64700
    assert [(each["asn"], each["controlPlaneNodes"]) for each in items(cluster, f"{bgp}.bgpPeerConfigs")] == [
        (64701, ("10.20.20.51", "10.20.20.52")),
        (64702, ("10.20.20.53",)),
    ]
    own = f"{bgp}.loadBalancerNodePoolConfig.nodePoolConfig"
    assert addresses(cluster, f"{own}.nodeConfigs") == ["10.20.20.71", "10.20.20.72"]
    assert at(cluster, f"{own}.kubeletConfig.serializeImagePullsDisabled") is True
    assert at(cluster, "storage.lvpShareConfig.sharedPathPvCount") == 3
    assert at(cluster, "maintenanceConfig.maintenanceAddressCidrBlocks") == ("10.20.20.53/32", "10.20.20.112/32")
    assert at(cluster, "osEnvironmentConfig.packageRepoExcluded") is True
    assert at(cluster, "upgradePolicy.policy") == "CONCURRENT"
    assert at(cluster, "nodeConfig.maxPodsPerNode") == 64


def test_a_pool_names_its_machines_and_goes_with_its_cluster() -> None:
    pool = example().one(POOL, "bm2-dev-general")
    assert addresses(pool, "nodePoolConfig.nodeConfigs") == ["10.20.20.111", "10.20.20.112"]
    assert [each["key"] for each in items(pool, "nodePoolConfig.taints")] == ["a", "b"]
    assert pool.options.deleted_with == cluster_of("bm2-dev").urn
    assert (pool.options.protect, example().one(POOL, "bm1-dev-general").options.protect) == (True, False)


def test_an_admin_cluster_is_adopted_protected_and_never_let_go_of() -> None:
    (admin,) = example().of_type(ADMIN)
    assert admin.options.import_id == f"{PLACE}/bareMetalAdminClusters/bm1-dev-admin"
    assert (admin.options.protect, admin.options.retain_on_delete) == (True, True)
    assert set(admin.options.ignore_changes) == set(IGNORED)
    assert "bareMetalVersion" in IGNORED


def test_a_user_cluster_waits_for_its_admin_cluster_the_vpn_and_the_fleet() -> None:
    before = waits_for(example(), cluster_of("bm1-dev"))
    assert f"{ADMIN} bm1-dev-admin-cluster" in before
    assert "gcp:gkehub/fleet:Fleet fleet-fleet" in before
    assert any(name.startswith("gcp:compute/vPNTunnel") for name in before)
    provider = waits_for(example(), example().one("pulumi:providers:kubernetes", "bm1-dev-kubernetes"))
    assert f"{POOL} bm1-dev-general" in provider


def test_they_are_members_in_the_region_under_their_ids() -> None:
    dev = estate(every_kind()).environments["dev"]
    members = {each.cluster: each for each in workload_members(dev)}
    assert members["bm1-dev"].id == f"{PLACE}/memberships/bm1-dev-user-cluster"
    assert (members["bm1-dev"].kind, members["bm1-dev"].in_cloud) == (MemberKind.BAREMETAL, False)
    assert f"{PLACE}/memberships/bm1-dev-admin" in {each.id for each in admin_members(dev)}


def test_an_operator_is_told_where_their_machines_are() -> None:
    values = operator_values(estate(every_kind()).environments["dev"])["bm2-dev"].as_dict()
    assert values["control_plane_ranges"] == ["10.20.20.51/32", "10.20.20.52/32", "10.20.20.53/32", "10.20.20.50/32"]
    assert values["worker_ranges"] == ["10.20.20.71/32", "10.20.20.72/32", "10.20.20.111/32", "10.20.20.112/32"]
    assert (values["kind"], values["topology_key"]) == ("baremetal", "kubernetes.io/hostname")


def test_the_picture_of_the_environment_shows_them_and_those_that_others_run() -> None:
    picture = topology(estate(every_kind()).environments["dev"])
    for name in ("bm1_dev", "eks1_dev", "aks1_dev", "k8s1_dev"):
        assert f"  fleet --- {name}\n" in picture
    assert "  fleet --- k8s2_dev\n" not in picture
    assert "bm1_dev_admin -.->|manages| bm1_dev" in picture
