"""What docs/rules.md says no file can break, held against the whole program of every environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import IPv4Network

import pytest

from model.rules.construction import HELD
from operations.record import Recorded
from tests.model.cases import environment
from tests.other_clusters import every_kind
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, text, waits_for

USER_CLUSTER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
ADMIN_CLUSTER = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
ONPREM_POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
ISLAND = "networkConfig.podAddressCidrBlocks"
GKE_CLUSTER = "gcp:container/cluster:Cluster"
GKE_POOL = "gcp:container/nodePool:NodePool"
MEMBERSHIP = "gcp:gkehub/membership:Membership"
FEATURE = "gcp:gkehub/feature:Feature"
FEATURE_MEMBERSHIP = "gcp:gkehub/featureMembership:FeatureMembership"
ATTACHED_CLUSTER = "gcp:container/attachedCluster:AttachedCluster"
BARE_METAL_ADMIN = "gcp:gkeonprem/bareMetalAdminCluster:BareMetalAdminCluster"
BARE_METAL = (
    BARE_METAL_ADMIN,
    "gcp:gkeonprem/bareMetalCluster:BareMetalCluster",
    "gcp:gkeonprem/bareMetalNodePool:BareMetalNodePool",
    "hybrid:baremetal:AdminCluster",
    "hybrid:baremetal:UserCluster",
)


def every(token: str) -> list[Recorded]:
    """Return the resources of a type in all environments; there are some."""
    found = [resource for name in ENVIRONMENTS for resource in recorded(name).of_type(token)]
    assert found, f"no environment has a {token}"
    return found


def a40() -> None:
    for name in ENVIRONMENTS:
        clusters = [*recorded(name).of_type(USER_CLUSTER), *recorded(name).of_type(ADMIN_CLUSTER)]
        assert len({(at(each, "project"), at(each, "location")) for each in clusters}) == 1


def a26() -> None:
    for cluster in every(ADMIN_CLUSTER):
        assert "dataDisk" not in str(cluster.inputs)


def a39() -> None:
    for cluster in every(ADMIN_CLUSTER):
        registry = at(cluster, "privateRegistryConfig")
        assert isinstance(registry, Mapping)
        assert set(registry) == {"address", "caCert"}
        assert "://" not in str(registry["address"])


def a60() -> None:
    for cluster in every(ADMIN_CLUSTER):
        network = at(cluster, "networkConfig")
        assert isinstance(network, Mapping)
        assert len({"staticIpConfig", "dhcpIpConfig"} & set(network)) == 1
        assert all(
            len(str(network[key]).split("/")) == 2 for key in ("podAddressCidrBlocks", "serviceAddressCidrBlocks")
        )
        balancer = at(cluster, "loadBalancer")
        assert isinstance(balancer, Mapping)
        assert len({"metalLbConfig", "manualLbConfig", "f5Config"} & set(balancer)) == 1
        assert at(cluster, "loadBalancer.vipConfig.controlPlaneVip")


def a61() -> None:
    for cluster in every(ADMIN_CLUSTER):
        block = at(cluster, "networkConfig.haControlPlaneConfig.controlPlaneIpBlock")
        assert isinstance(block, Mapping)
        assert {"gateway", "netmask", "ips"} <= set(block)


def a64() -> None:
    for cluster in every(ADMIN_CLUSTER):
        assert cluster.options.retain_on_delete is bool(cluster.options.protect)


def a80() -> None:
    needed = (
        "anthos anthosgke anthosaudit cloudresourcemanager connectgateway container gkeconnect gkehub gkeonprem "
        "kubernetesmetadata serviceusage stackdriver opsconfigmonitoring monitoring logging iam storage compute"
    )
    for name in ENVIRONMENTS:
        services = {
            (at(each, "project"), at(each, "service"))
            for each in recorded(name).of_type("gcp:projects/service:Service")
        }
        for cluster in recorded(name).of_type(USER_CLUSTER):
            project = at(cluster, "project")
            assert {(project, f"{each}.googleapis.com") for each in needed.split()} <= services


def b2() -> None:
    for resource in (*every(USER_CLUSTER), *every(ADMIN_CLUSTER)):
        assert re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+-gke\.[0-9]+", str(at(resource, "onPremVersion")))


def b37() -> None:
    for cluster in every(USER_CLUSTER):
        network = at(cluster, "networkConfig")
        assert isinstance(network, Mapping)
        assert len({"staticIpConfig", "dhcpIpConfig"} & set(network)) == 1
    for pool in every(ONPREM_POOL):
        assert "IpConfig" not in str(pool.inputs)


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


def e42() -> None:
    here = recorded_with("dev", every_kind())
    registered = here.of_type(ATTACHED_CLUSTER)
    assert registered
    assert {each.type for each in here.resources} - {each.type for each in recorded("dev").resources} <= {
        ATTACHED_CLUSTER,
        "hybrid:attached:Cluster",
        "hybrid:attached:InstallManifest",
        *BARE_METAL,
    }
    assert not [each for each in registered if {"nodePools", "kubernetesVersion", "version"} & set(each.inputs)]


def e50() -> None:
    here = recorded_with("dev", every_kind())
    for cluster in here.of_type(ATTACHED_CLUSTER):
        name = text(cluster, "name")
        features = [each for each in here.of_type(FEATURE_MEMBERSHIP) if at(each, "membership") == name]
        provider = here.one("pulumi:providers:kubernetes", f"{name}-kubernetes")
        inside = [each for each in here.resources if each.provider == provider.urn]
        assert features
        assert inside
        for each in (*features, provider):
            assert f"{ATTACHED_CLUSTER} {cluster.name}" in waits_for(here, each)
        assert not [each.name for each in inside if each.options.deleted_with]


def bm13() -> None:
    here = recorded_with("dev", every_kind())
    assert here.of_type(BARE_METAL_ADMIN)
    assert all(each.options.import_id for each in here.of_type(BARE_METAL_ADMIN))


def none_of(*words: str) -> None:
    types = {resource.type for name in ENVIRONMENTS for resource in recorded(name).resources}
    assert types
    assert not [kind for kind in types for word in words if word in kind]


def f5() -> None:
    none_of("CustomRole")


def f6() -> None:
    for name in ENVIRONMENTS:
        policies = recorded(name).of_type("gcp:iam/denyPolicy:DenyPolicy")
        assert len({str(at(each, "parent")) for each in policies}) == len(policies)
        for each in policies:
            assert len(items(each, "rules")) == 1
            excepted = at(each, "rules.0.denyRule.exceptionPrincipals")
            assert isinstance(excepted, tuple)
            assert len(excepted) == 3


def e32() -> None:
    for name in ENVIRONMENTS:
        roles = recorded(name).of_type("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")
        speaking = [each for each in roles if "impersonate" in str(each.inputs)]
        assert speaking
        for each in speaking:
            assert at(each, "rules.0.resources") == ("users",)
            assert at(each, "rules.0.resourceNames") == (f"varde-{name}-plan@varde-seed-0001.iam.gserviceaccount.com",)


def f8() -> None:
    none_of("cloudidentity/group:")


def f9() -> None:
    none_of("cloudidentity/groupMembership:")


def f13() -> None:
    none_of("cloudidentity/")


def i7() -> None:
    for name in ENVIRONMENTS:
        (provider,) = recorded(name).of_type("pulumi:providers:vsphere")
        assert provider.inputs["allowUnverifiedSsl"] == "false"
        for cluster in recorded(name).of_type(ADMIN_CLUSTER):
            assert at(cluster, "vcenter.caCertData") is not None


def b44() -> None:
    for name in ENVIRONMENTS:
        islands = [
            block
            for each in recorded(name).of_type(USER_CLUSTER)
            for block in re.findall(r"[0-9.]+/[0-9]+", str(at(each, ISLAND)))
        ]
        told = str([each.inputs for each in recorded(name).of_type("RouterPeer")])
        assert islands
        assert not [each for each in islands if each in told]


def c25() -> None:
    for cluster in every(GKE_CLUSTER):
        endpoint = at(cluster, "controlPlaneEndpointsConfig.dnsEndpointConfig")
        assert endpoint == {
            "allowExternalTraffic": True,
            "enableK8sTokensViaDns": False,
            "enableK8sCertsViaDns": False,
        }
        assert at(cluster, "controlPlaneEndpointsConfig.ipEndpointsConfig.enabled") is True


def c27() -> None:
    for name in ENVIRONMENTS:
        here = recorded(name)
        for cluster in here.of_type(GKE_CLUSTER):
            block = IPv4Network(text(cluster, "privateClusterConfig.masterIpv4CidrBlock"))
            for peer in here.of_type("RouterPeer"):
                told = [IPv4Network(str(each["range"])) for each in items(peer, "advertisedIpRanges")]
                assert any(block.subnet_of(each) for each in told)


def c51() -> None:
    for name in ENVIRONMENTS:
        here = recorded(name)
        for cluster in here.of_type(GKE_CLUSTER):
            before = {each.rsplit(" ", 1)[-1] for each in waits_for(here, cluster)}
            assert {"network-shared-host", "network-shared-cluster", "network-shared-host-agent-user"} <= before
            assert {"network-services-container", "network-cluster-services-container"} <= before
            assert {"network-shared-nodes-container-agent", "network-shared-nodes-cloud-services"} <= before


def c52() -> None:
    for name in ENVIRONMENTS:
        here, projects = recorded(name), environment(name).facts.projects
        for token in ("HaVpnGateway", "VPNTunnel", "RouterPeer", "RouterNat", "Subnetwork"):
            assert {text(each, "project") for each in here.of_type(token)} == {projects.network.id}
        assert {text(each, "project") for each in here.of_type(GKE_CLUSTER)} == {projects.cluster.id}
        assert projects.network.id != projects.cluster.id


def x5() -> None:
    none_of("StackReference")


PROOFS = {
    "A26": a26, "A39": a39, "A40": a40, "A60": a60, "A61": a61, "A64": a64, "A80": a80, "B2": b2, "B37": b37,
    "B51": b51, "B53": b53, "C3": c3, "C5": c5, "C6": c6, "C8": c8, "E3": e3, "E4": e4, "E5": e5, "F5": f5,
    "BM13": bm13, "E32": e32, "E42": e42, "E50": e50, "F6": f6, "F8": f8, "F9": f9, "F13": f13, "I7": i7,
    "B44": b44, "C25": c25, "C27": c27, "C51": c51, "C52": c52, "X5": x5,
}  # fmt: skip


def test_each_rule_that_is_said_to_hold_has_its_proof() -> None:
    assert {held.number for held in HELD} == PROOFS.keys()


@pytest.mark.parametrize("number", PROOFS)
def test_it_holds_in_every_environment(number: str) -> None:
    PROOFS[number]()
