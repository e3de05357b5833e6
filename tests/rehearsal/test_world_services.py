"""Projects, identities, secrets, keys and DNS: rules, ids, computed outputs, lookups."""

from __future__ import annotations

import pytest

from rehearsal.computed.formats import documented, id_formats
from rehearsal.facts import Catalogue
from rehearsal.interception import ProviderError
from rehearsal.values import Properties, Secret
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, HOST, REGION, Hands

SERVICE = "gcp:projects/service:Service"
SECRET = "gcp:secretmanager/secret:Secret"  # noqa: S105  a type
VERSION = "gcp:secretmanager/secretVersion:SecretVersion"
SECRET_MEMBER = "gcp:secretmanager/secretIamMember:SecretIamMember"  # noqa: S105  a type
ACCOUNT = "gcp:serviceaccount/account:Account"
RING = "gcp:kms/keyRing:KeyRing"
ZONE = "gcp:dns/managedZone:ManagedZone"
RECORD = "gcp:dns/recordSet:RecordSet"
GET_VERSION = "gcp:secretmanager/getSecretVersion:getSecretVersion"


@pytest.fixture
def hands() -> Hands:
    return the.hands()


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("group:nobody@example.org", "Group nobody@example.org does not exist."),
        ("group:late@example.org", "Group late@example.org does not exist."),
        ("user:stranger@example.org", "User stranger@example.org does not exist."),
        (f"serviceAccount:ci@{CLUSTERS}.iam.gserviceaccount.com", "Service account ci@"),
        ("serviceAccount:service-300@container-engine-robot.iam.gserviceaccount.com", "Service account service-300@"),
        (f"serviceAccount:{CLUSTERS}.svc.id.goog[mesh/agent]", "Identity Pool does not exist (k8s-1.svc.id.goog)"),
    ],
)
def test_a_role_goes_to_nobody_who_does_not_exist(hands: Hands, member: str, reason: str) -> None:
    error = hands.refusal(the.MEMBER, project=CLUSTERS, role="roles/viewer", member=member)
    assert f"googleapi: Error 400: {reason}" in error
    assert 'Error applying IAM policy for "k8s-1"' in error


@pytest.mark.parametrize(
    "member", ["group:readers@example.org", "user:breakglass@example.org", the.AGENT, "domain:example.org"]
)
def test_a_role_goes_to_whoever_exists(hands: Hands, member: str) -> None:
    made = hands.make(the.MEMBER, project=CLUSTERS, role="roles/viewer", member=member)
    assert made.id == f"{CLUSTERS}/roles/viewer/{member}"


def test_a_service_account_can_be_given_a_role_once_it_is_there(hands: Hands) -> None:
    account = hands.make(ACCOUNT, accountId="ci-bot", project=CLUSTERS)
    assert account.outputs["email"] == f"ci-bot@{CLUSTERS}.iam.gserviceaccount.com"
    assert account.id == f"projects/{CLUSTERS}/serviceAccounts/ci-bot@{CLUSTERS}.iam.gserviceaccount.com"
    assert len(str(account.outputs["uniqueId"])) == 21
    hands.make(the.MEMBER, project=CLUSTERS, role="roles/viewer", member=str(account.outputs["member"]))


def test_a_workload_gets_a_role_when_the_project_has_a_cluster(hands: Hands) -> None:
    the.cluster(hands)
    hands.make(
        the.MEMBER, project=CLUSTERS, role="roles/viewer", member=f"serviceAccount:{CLUSTERS}.svc.id.goog[mesh/agent]"
    )


def test_a_condition_is_part_of_the_id_and_refused_on_basic_roles(hands: Hands) -> None:
    given = {
        "project": CLUSTERS,
        "member": "group:readers@example.org",
        "condition": {"title": "t", "expression": "true"},
    }
    assert hands.make(the.MEMBER, role="roles/logging.viewer", **given).id.endswith("/t")
    assert "Conditions can't be set on basic roles" in hands.refusal(the.MEMBER, role="roles/viewer", **given)


def test_an_api_stays_on_unless_the_program_says_otherwise(hands: Hands) -> None:
    kept = hands.make(SERVICE, project="bare-1", service="compute.googleapis.com")
    off = hands.make(SERVICE, project="bare-1", service="dns.googleapis.com", disableOnDestroy=True)
    assert kept.id == "bare-1/compute.googleapis.com"
    hands.remove(SERVICE, kept.id)
    hands.remove(SERVICE, off.id)
    hands.make(the.NETWORK, name="n", project="bare-1")
    assert "Cloud DNS API has not been used in project 300" in hands.refusal(
        ZONE, name="z", dnsName="example.org.", project="bare-1"
    )


def test_turning_an_api_on_twice_is_no_error(hands: Hands) -> None:
    for _ in range(2):
        hands.make(SERVICE, project="bare-1", service="compute.googleapis.com")


def test_an_api_in_use_is_not_turned_off_when_the_program_asked_to_look(hands: Hands) -> None:
    given = {"disableOnDestroy": True, "checkIfServiceHasUsageOnDestroy": True}
    made = hands.make(SERVICE, project="bare-1", service="compute.googleapis.com", **given)
    hands.make(the.NETWORK, name="n", project="bare-1")
    assert "is in use by projects/bare-1/global/networks/n" in hands.stuck(SERVICE, made.id)


def test_the_versions_of_a_secret_count_up_and_its_grants_go_with_it(hands: Hands) -> None:
    secret = hands.make(SECRET, project=HOST, secretId="psk", replication={"auto": {}})
    assert (secret.id, secret.outputs["name"]) == (f"projects/{HOST}/secrets/psk", "projects/200/secrets/psk")
    ids = [hands.make(VERSION, f"v{n}", secret=secret.id, secretData=f"text {n}").id for n in (1, 2)]
    assert ids == [f"projects/200/secrets/psk/versions/{n}" for n in (1, 2)]
    hands.make(
        SECRET_MEMBER,
        project=HOST,
        secretId="psk",
        role="roles/secretmanager.secretAccessor",
        member="group:readers@example.org",
    )
    hands.remove(SECRET, secret.id)
    assert hands.world.objects(VERSION) == []
    assert hands.world.objects(SECRET_MEMBER) == []


def version_of(hands: Hands, name: str) -> Properties:
    return hands.ask(GET_VERSION, project=HOST, secret=name)


def test_a_lookup_reads_what_the_program_wrote_and_what_was_given(hands: Hands) -> None:
    secret = hands.make(SECRET, project=HOST, secretId="psk", replication={"auto": {}})
    hands.make(VERSION, secret=secret.id, secretData="the text")
    assert version_of(hands, "psk")["secretData"] == Secret("the text")
    given = version_of(hands, "psk-given")
    again = the.hands().ask(GET_VERSION, secret=f"projects/{HOST}/secrets/psk-given")
    assert given["secretData"] == again["secretData"] != Secret("")
    with pytest.raises(ProviderError, match=r"Secret \[projects/200/secrets/none\] not found"):
        version_of(hands, "none")


def test_a_grant_on_a_secret_that_is_not_there_is_refused(hands: Hands) -> None:
    given = {"project": HOST, "role": "roles/secretmanager.secretAccessor", "member": "group:readers@example.org"}
    assert "was not found" in hands.refusal(SECRET_MEMBER, secretId="none", **given)
    hands.make(SECRET_MEMBER, secretId="psk-given", **given)


def test_a_key_ring_outlives_its_deletion(hands: Hands) -> None:
    ring = hands.make(RING, name="varde", location=REGION, project=CLUSTERS)
    key = hands.make("gcp:kms/cryptoKey:CryptoKey", name="etcd", keyRing=ring.id)
    assert key.id == f"{ring.id}/cryptoKeys/etcd"
    hands.remove(RING, ring.id)
    assert "already exists" in hands.refusal(RING, name="varde", location=REGION, project=CLUSTERS)


def test_a_zone_with_records_stays(hands: Hands) -> None:
    vpc = the.network(hands)
    visible = {"networks": [{"networkUrl": vpc.id}]}
    zone = hands.make(
        ZONE, name="z", dnsName="example.org.", visibility="private", privateVisibilityConfig=visible, project=HOST
    )
    record = hands.make(
        RECORD, name="a.example.org.", type="A", ttl=300, managedZone="z", rrdatas=["10.0.0.1"], project=HOST
    )
    assert record.id == f"projects/{HOST}/managedZones/z/rrsets/a.example.org./A"
    assert "containerNotEmpty" in hands.stuck(ZONE, zone.id)
    assert "already being used" in hands.stuck(the.NETWORK, vpc.id)


def test_a_lookup_says_what_the_real_one_would(hands: Hands) -> None:
    assert hands.ask("gcp:organizations/getProject:getProject", projectId=HOST)["number"] == "200"
    assert hands.ask("gcp:organizations/getProject:getProject", projectId="100")["projectId"] == CLUSTERS
    with pytest.raises(ProviderError, match="projects/nope not found or not in ACTIVE state"):
        hands.ask("gcp:organizations/getProject:getProject", projectId="nope")
    vpc = the.network(hands)
    sub = the.nodes(hands, vpc)
    found = hands.ask("gcp:compute/getNetwork:getNetwork", name="vpc", project=HOST)
    assert found["id"] == vpc.id
    assert found["subnetworksSelfLinks"] == [sub.outputs["selfLink"]]
    with pytest.raises(ProviderError, match=f"projects/{HOST}/regions/{REGION}/subnetworks/none not found"):
        hands.ask("gcp:compute/getSubnetwork:getSubnetwork", name="none", project=HOST)
    versions = hands.ask("gcp:container/getEngineVersions:getEngineVersions", location=REGION, versionPrefix="1.33.")
    offered = versions["validMasterVersions"]
    assert isinstance(offered, list)
    assert [str(version)[:5] for version in offered] == ["1.33."]


def test_a_lookup_of_a_cluster_gives_its_blocks_as_lists(hands: Hands) -> None:
    the.cluster(hands)
    found = hands.ask("gcp:container/getCluster:getCluster", name="gcp1", location=REGION, project=CLUSTERS)
    assert found["releaseChannels"] == [{"channel": "RAPID"}]
    assert found["masterVersion"]


def test_an_unknown_lookup_or_argument_is_refused_by_name(hands: Hands) -> None:
    with pytest.raises(ProviderError, match="gcp:nothing/getNothing:getNothing"):
        hands.ask("gcp:nothing/getNothing:getNothing")
    with pytest.raises(ProviderError, match="unknown argument 'nmae'"):
        hands.ask("gcp:compute/getNetwork:getNetwork", nmae="x")
    with pytest.raises(ProviderError, match="is not simulated"):
        hands.ask("gcp:projects/getProject:getProject", filter="x")


def test_the_id_formats_are_those_of_the_installed_sdk() -> None:
    assert dict(id_formats()) == documented(Catalogue.load("gcp").tokens), "run python -m rehearsal.computed.formats"
