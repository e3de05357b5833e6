"""What docs/rules.md says no file can break, held against the whole program of every environment."""

from __future__ import annotations

import re

import pytest

from model.rules.construction import HELD
from operations.record import Recorded
from tests.program.programs import ENVIRONMENTS, at, recorded

USER_CLUSTER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
ADMIN_CLUSTER = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
ONPREM_POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
GKE_CLUSTER = "gcp:container/cluster:Cluster"
GKE_POOL = "gcp:container/nodePool:NodePool"
MEMBERSHIP = "gcp:gkehub/membership:Membership"
FEATURE = "gcp:gkehub/feature:Feature"


def every(token: str) -> list[Recorded]:
    """Return the resources of a type in all environments; there are some."""
    found = [resource for name in ENVIRONMENTS for resource in recorded(name).of_type(token)]
    assert found, f"no environment has a {token}"
    return found


def a40() -> None:
    for name in ENVIRONMENTS:
        clusters = [*recorded(name).of_type(USER_CLUSTER), *recorded(name).of_type(ADMIN_CLUSTER)]
        assert len({(at(each, "project"), at(each, "location")) for each in clusters}) == 1


def b36() -> None:
    for pool in every(ONPREM_POOL):
        assert "hostGroups" not in str(pool.inputs)


def b37() -> None:
    for cluster in every(USER_CLUSTER):
        assert at(cluster, "networkConfig.staticIpConfig.ipBlocks.0.ips")
        assert "dhcpIpConfig" not in str(cluster.inputs)


def b51() -> None:
    for cluster in every(USER_CLUSTER):
        for key in ("podAddressCidrBlocks", "serviceAddressCidrBlocks"):
            blocks = at(cluster, f"networkConfig.{key}")
            assert isinstance(blocks, tuple)
            assert len(blocks) == 1
        assert at(cluster, "enableControlPlaneV2") is True
        assert at(cluster, "networkConfig.controlPlaneV2Config.controlPlaneIpBlock.ips")


def b53() -> None:
    for name in ENVIRONMENTS:
        for cluster in recorded(name).of_type(USER_CLUSTER):
            account = f"varde-{name}-apply@varde-seed-0001.iam.gserviceaccount.com"
            assert at(cluster, "authorization.adminUsers") == ({"username": account},)


def c3() -> None:
    for cluster in every(GKE_CLUSTER):
        policy = at(cluster, "ipAllocationPolicy")
        assert isinstance(policy, dict | type(cluster.inputs))
        assert {"clusterSecondaryRangeName", "servicesSecondaryRangeName"} <= set(policy)
        assert not {"clusterIpv4CidrBlock", "servicesIpv4CidrBlock"} & set(policy)
        assert "clusterIpv4Cidr" not in cluster.inputs
        assert at(cluster, "networkingMode") == "VPC_NATIVE"


def c5() -> None:
    for cluster in every(GKE_CLUSTER):
        assert at(cluster, "binaryAuthorization.evaluationMode")
        assert "enabled" not in str(at(cluster, "binaryAuthorization"))


def c6() -> None:
    for cluster in every(GKE_CLUSTER):
        assert at(cluster, "releaseChannel.channel") != "UNSPECIFIED"
        assert not {"minMasterVersion", "nodeVersion"} & set(cluster.inputs)
    for pool in every(GKE_POOL):
        assert "version" not in pool.inputs
        assert at(pool, "management") == {"autoRepair": True, "autoUpgrade": True}


def c8() -> None:
    for cluster in every(GKE_CLUSTER):
        assert at(cluster, "workloadIdentityConfig.workloadPool") == f"{at(cluster, 'project')}.svc.id.goog"
    for pool in every(GKE_POOL):
        assert at(pool, "nodeConfig.workloadMetadataConfig.mode") == "GKE_METADATA"


def e3() -> None:
    for membership in every(MEMBERSHIP):
        assert re.fullmatch(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?", str(at(membership, "membershipId")))
        assert at(membership, "location") != "global"
        assert str(at(membership, "authority.issuer")).startswith("https://")


def e4() -> None:
    for name in ENVIRONMENTS:
        (cluster,) = recorded(name).of_type(USER_CLUSTER)
        servers = [str(each.inputs) for each in recorded(name).of_type("pulumi:providers:kubernetes")]
        assert any(f"/memberships/{at(cluster, 'name')}" in server for server in servers)


def e5() -> None:
    for name in ENVIRONMENTS:
        features = recorded(name).of_type(FEATURE)
        assert {str(at(each, "location")) for each in features} == {"global"}
        assert len({str(at(each, "name")) for each in features}) == len(features)


def none_of(*words: str) -> None:
    types = {resource.type for name in ENVIRONMENTS for resource in recorded(name).resources}
    assert types
    assert not [kind for kind in types for word in words if word in kind]


def f5() -> None:
    none_of("CustomRole")


def f8() -> None:
    none_of("cloudidentity/group:")


def f9() -> None:
    none_of("cloudidentity/groupMembership:")


def f13() -> None:
    none_of("cloudidentity/")


PROOFS = {
    "A40": a40, "B36": b36, "B37": b37, "B51": b51, "B53": b53, "C3": c3, "C5": c5, "C6": c6, "C8": c8,
    "E3": e3, "E4": e4, "E5": e5, "F5": f5, "F8": f8, "F9": f9, "F13": f13,
}  # fmt: skip


def test_each_rule_that_is_said_to_hold_has_its_proof() -> None:
    assert {held.number for held in HELD} == PROOFS.keys()


@pytest.mark.parametrize("number", PROOFS)
def test_it_holds_in_every_environment(number: str) -> None:
    PROOFS[number]()
