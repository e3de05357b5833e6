"""Rules of clusters, fleet and Shared VPC, and what the APIs compute for them."""

from __future__ import annotations

import re

import pytest

from rehearsal.case import mapping, sequence
from rehearsal.values import UNKNOWN, Properties
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, HOST, REGION, Hands

FLEET = "gcp:gkehub/fleet:Fleet"
FEATURE = "gcp:gkehub/feature:Feature"
FEATURE_MEMBER = "gcp:gkehub/featureMembership:FeatureMembership"
NAMESPACE = "kubernetes:core/v1:Namespace"


@pytest.fixture
def hands() -> Hands:
    return the.hands()


def deep(properties: Properties, *path: str) -> object:
    found: object = properties
    for step in path:
        found = mapping(found).get(step)  # pyright: ignore[reportArgumentType]  every step is a block of properties
    return found


def test_a_cluster_in_a_shared_network_needs_every_step_before_it(hands: Hands) -> None:
    vpc = the.network(hands)
    sub = the.nodes(hands, vpc)
    inputs = the.cluster_inputs(vpc, sub)
    assert "is not a service project of the Shared VPC host project net-1" in hands.refusal(the.GKE, **inputs)
    hands.make("gcp:compute/sharedVPCHostProject:SharedVPCHostProject", project=HOST)
    hands.make("gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject", hostProject=HOST, serviceProject=CLUSTERS)
    assert "roles/container.hostServiceAgentUser" in hands.refusal(the.GKE, **inputs)
    hands.make(the.MEMBER, project=HOST, role="roles/container.hostServiceAgentUser", member=the.AGENT)
    for member in (the.AGENT, "serviceAccount:100@cloudservices.gserviceaccount.com"):
        error = hands.refusal(the.GKE, **inputs)
        assert "Required 'compute.subnetworks.use' permission" in error
        assert member.partition(":")[2] in error
        hands.make(the.SUBNET_MEMBER, subnetwork=sub.id, role="roles/compute.networkUser", member=member, **the.HERE)
    hands.make(the.GKE, **inputs)


def test_a_service_project_needs_its_host_first(hands: Hands) -> None:
    token = "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject"  # noqa: S105  a type
    assert "net-1 is not a Shared VPC host project" in hands.refusal(token, hostProject=HOST, serviceProject=CLUSTERS)


def test_a_host_project_stays_host_while_it_has_service_projects(hands: Hands) -> None:
    the.cluster(hands)
    assert "active service projects" in hands.stuck("gcp:compute/sharedVPCHostProject:SharedVPCHostProject", HOST)


def test_the_secondary_ranges_must_be_those_of_the_subnetwork(hands: Hands) -> None:
    vpc = the.network(hands)
    sub = the.nodes(hands, vpc)
    the.shared(hands, sub)
    policy = {"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "servces"}
    error = hands.refusal(the.GKE, **the.cluster_inputs(vpc, sub, ipAllocationPolicy=policy))
    assert 'Secondary range "servces" does not exist in subnetwork "nodes" (there are: pods, services)' in error


def test_a_cluster_comes_up_with_versions_ranges_and_endpoints(hands: Hands) -> None:
    private = {"enablePrivateNodes": True, "enablePrivateEndpoint": True, "masterIpv4CidrBlock": "10.40.12.0/28"}
    endpoints = {"dnsEndpointConfig": {"allowExternalTraffic": True}}
    made = the.cluster(hands, privateClusterConfig=private, controlPlaneEndpointsConfig=endpoints).outputs
    assert re.fullmatch(r"1\.34\.\d+-gke\.\d+", str(made["masterVersion"]))
    assert made["endpoint"] == "10.40.12.2"
    assert made["clusterIpv4Cidr"] == "100.64.0.0/16"
    assert made["nodeLocations"] == [f"{REGION}-{zone}" for zone in "abc"]
    dns = deep(made, "controlPlaneEndpointsConfig", "dnsEndpointConfig", "endpoint")
    assert re.fullmatch(rf"gke-[0-9a-f]+-100\.{REGION}\.gke\.goog", str(dns))
    assert deep(made, "controlPlaneEndpointsConfig", "dnsEndpointConfig", "allowExternalTraffic") is True


def test_what_the_api_computes_inside_a_block_is_unknown_at_preview(hands: Hands) -> None:
    endpoints = {"dnsEndpointConfig": {"allowExternalTraffic": True}}
    vpc = the.network(hands)
    inputs = the.cluster_inputs(vpc, the.nodes(hands, vpc), controlPlaneEndpointsConfig=endpoints)
    foreseen = hands.preview(the.GKE, **inputs).outputs
    assert deep(foreseen, "controlPlaneEndpointsConfig", "dnsEndpointConfig", "endpoint") is UNKNOWN
    assert "privateClusterConfig" not in foreseen or foreseen["privateClusterConfig"] is UNKNOWN


def test_a_control_plane_never_goes_back_to_an_older_channel(hands: Hands) -> None:
    made = the.cluster(hands)
    record = hands.world.get(the.GKE, made.id)
    assert record is not None
    given = {key: value for key, value in record.inputs.items() if key != "__defaults"}
    changed = hands.change(the.GKE, made.id, **{**given, "releaseChannel": {"channel": "STABLE"}})
    assert changed["masterVersion"] == made.outputs["masterVersion"]


def test_a_protected_cluster_stays(hands: Hands) -> None:
    made = the.cluster(hands, deletionProtection=True)
    assert "deletion_protection is set to true" in hands.stuck(the.GKE, made.id)


def test_a_cluster_takes_its_pools_its_membership_and_all_in_it_along(hands: Hands) -> None:
    made = the.cluster(hands)
    pool = hands.make(the.POOL, name="general", cluster=made.id, nodeCount=1, **the.PLACE)
    assert pool.id == f"{made.id}/nodePools/general"
    assert pool.outputs["version"] == made.outputs["masterVersion"]
    assert len(sequence(pool.outputs["managedInstanceGroupUrls"])) == 3
    assert hands.world.get(the.MEMBERSHIP, f"projects/{CLUSTERS}/locations/{REGION}/memberships/gcp1") is not None
    hands.remove(the.GKE, made.id)
    assert hands.world.objects(the.MEMBERSHIP) == []
    assert hands.world.objects(the.POOL) == []


def test_a_pool_needs_its_cluster_and_its_nodes_account(hands: Hands) -> None:
    assert "was not found" in hands.refusal(the.POOL, name="p", cluster="gone", nodeCount=1, **the.PLACE)
    made = the.cluster(hands)
    account = {"serviceAccount": f"gke-nodes@{CLUSTERS}.iam.gserviceaccount.com"}
    given = {"name": "p", "cluster": made.id, "nodeCount": 1, "nodeConfig": account, **the.PLACE}
    assert "does not exist" in hands.refusal(the.POOL, **given)
    hands.make("gcp:serviceaccount/account:Account", accountId="gke-nodes", project=CLUSTERS)
    hands.make(the.POOL, **given)


def test_on_prem_clusters_register_under_their_own_id(hands: Hands) -> None:
    made = the.admin(hands)
    membership = f"projects/{CLUSTERS}/locations/{REGION}/memberships/onp1-admin"
    assert hands.world.get(the.MEMBERSHIP, membership) is not None
    assert made.outputs["fleets"] == [{"membership": f"projects/100/locations/{REGION}/memberships/onp1-admin"}]
    assert made.outputs["state"] == "RUNNING"
    user = the.user(hands)
    assert user.outputs["endpoint"] == "10.20.1.10:443"
    assert "still manages user cluster" in hands.stuck(the.ADMIN, made.id)
    hands.remove(the.USER, user.id)
    hands.remove(the.ADMIN, made.id)
    assert hands.world.objects(the.MEMBERSHIP) == []


def test_a_cluster_can_join_its_fleet_later(hands: Hands) -> None:
    vpc = the.network(hands)
    sub = the.nodes(hands, vpc)
    the.shared(hands, sub)
    inputs = the.cluster_inputs(vpc, sub)
    made = hands.make(the.GKE, **inputs)
    assert hands.world.objects(the.MEMBERSHIP) == []
    changed = hands.change(the.GKE, made.id, **{**inputs, "fleet": {"project": CLUSTERS}})
    assert deep(changed, "fleet", "membershipId") == "gcp1"
    assert [member.text("membershipId") for member in hands.world.objects(the.MEMBERSHIP)] == ["gcp1"]


def test_a_membership_name_that_is_taken_stops_a_cluster(hands: Hands) -> None:
    hands.make(the.MEMBERSHIP, membershipId="onp1-admin", **the.PLACE)
    with pytest.raises(Exception, match="Error 409"):
        the.admin(hands)


def test_a_user_cluster_needs_its_admin_cluster(hands: Hands) -> None:
    with pytest.raises(Exception, match=r"memberships/onp1-admin' was not found"):
        the.user(hands)


def test_a_user_clusters_pools_go_with_it_and_are_never_newer(hands: Hands) -> None:
    the.admin(hands)
    user = the.user(hands)
    given = {"name": "general", "vmwareCluster": "onp1-user", "config": {"imageType": "ubuntu_cgv2"}, **the.PLACE}
    newer = hands.refusal(the.ON_PREM_POOL, **given, onPremVersion="1.32.400-gke.1")
    assert "1.32.400-gke.1 is newer than its cluster's 1.32.300-gke.41" in newer
    pool = hands.make(the.ON_PREM_POOL, **given)
    assert (pool.outputs["onPremVersion"], pool.outputs["state"]) == ("1.32.300-gke.41", "RUNNING")
    hands.remove(the.USER, user.id)
    assert hands.world.objects(the.ON_PREM_POOL) == []


def test_a_project_has_one_fleet_and_it_stays_while_it_has_members(hands: Hands) -> None:
    fleet = hands.make(FLEET, project=CLUSTERS, displayName="dev")
    assert fleet.id == f"projects/{CLUSTERS}/locations/global/fleets/default"
    assert "Error 409" in hands.refusal(FLEET, project=CLUSTERS, displayName="other")
    the.admin(hands)
    assert "has 1 membership(s)" in hands.stuck(FLEET, fleet.id)


def test_a_gke_cluster_is_in_one_fleet_and_there(hands: Hands) -> None:
    link = f"//container.googleapis.com/projects/{CLUSTERS}/locations/{REGION}/clusters/gcp1"
    given = {"membershipId": "m", "endpoint": {"gkeCluster": {"resourceLink": link}}, **the.PLACE}
    assert "was not found" in hands.refusal(the.MEMBERSHIP, **given)
    the.cluster(hands)
    assert "already registered as membership" in hands.refusal(the.MEMBERSHIP, **given)


@pytest.mark.parametrize(
    ("name", "location", "reason"),
    [("servicemsh", "global", "is not known"), ("servicemesh", REGION, "exist in 'global' only")],
)
def test_a_feature_has_a_known_name_and_is_global(hands: Hands, name: str, location: str, reason: str) -> None:
    assert reason in hands.refusal(FEATURE, project=CLUSTERS, name=name, location=location)


def test_a_feature_is_there_once_and_stays_while_members_use_it(hands: Hands) -> None:
    the.cluster(hands)
    given = {"project": CLUSTERS, "name": "servicemesh", "location": "global"}
    feature = hands.make(FEATURE, **given)
    assert "Error 409" in hands.refusal(FEATURE, **given)
    member = {
        "feature": "servicemesh",
        "location": "global",
        "project": CLUSTERS,
        "mesh": {"management": "MANAGEMENT_MANUAL"},
    }
    assert "was not found" in hands.refusal(FEATURE_MEMBER, membership="gone", membershipLocation=REGION, **member)
    made = hands.make(FEATURE_MEMBER, membership="gcp1", membershipLocation=REGION, **member)
    assert made.id == f"{feature.id}/membershipId/gcp1"
    assert "already being used" in hands.stuck(FEATURE, feature.id)
