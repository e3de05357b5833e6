"""Fields that can not change, memberships beside their clusters, and lookups and imports that find nothing."""

from __future__ import annotations

import pytest

from rehearsal.interception import ProviderError
from rehearsal.values import Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, HOST, REGION, Hands

LINK = f"//container.googleapis.com/projects/{CLUSTERS}/locations/{REGION}/clusters/gcp1"


@pytest.fixture
def hands() -> Hands:
    return the.hands()


def test_an_update_of_a_field_that_can_not_change_is_refused(hands: Hands) -> None:
    vpc = the.network(hands)
    the.network(hands, "other")
    sub = the.subnet(hands, vpc)
    given: dict[str, Value] = {"name": "nodes", "ipCidrRange": "10.40.0.0/22", **the.HERE}
    with pytest.raises(
        ProviderError, match=r"Error 400: Invalid value for field 'resource\.network': 'other'.*immutable"
    ):
        hands.change(the.SUBNET, sub.id, **given, network="other")
    hands.change(the.SUBNET, sub.id, **given, network=vpc.id, privateIpGoogleAccess=True)


def test_services_beside_compute_engine_word_it_shorter(hands: Hands) -> None:
    ring = hands.make("gcp:kms/keyRing:KeyRing", name="varde", location=REGION, project=CLUSTERS)
    key = hands.make("gcp:kms/cryptoKey:CryptoKey", name="etcd", keyRing=ring.id)
    with pytest.raises(ProviderError, match=r"Error 400: Field 'purpose' of '.*/cryptoKeys/etcd' is immutable"):
        hands.change("gcp:kms/cryptoKey:CryptoKey", key.id, name="etcd", keyRing=ring.id, purpose="MAC")


@pytest.mark.parametrize("location", [REGION, "global"])
def test_a_membership_is_in_its_clusters_region_or_global(hands: Hands, location: str) -> None:
    vpc = the.network(hands)
    sub = the.nodes(hands, vpc)
    the.shared(hands, sub)
    hands.make(the.GKE, **the.cluster_inputs(vpc, sub))
    given: dict[str, Value] = {
        "membershipId": "m",
        "endpoint": {"gkeCluster": {"resourceLink": LINK}},
        "project": CLUSTERS,
    }
    error = hands.refusal(the.MEMBERSHIP, **given, location="europe-west1")
    assert f"Membership location 'europe-west1' is not allowed for cluster '{LINK.partition('.com/')[2]}'" in error
    hands.make(the.MEMBERSHIP, **given, location=location)


def test_a_cluster_that_is_registered_joins_no_second_fleet(hands: Hands) -> None:
    vpc = the.network(hands)
    sub = the.nodes(hands, vpc)
    the.shared(hands, sub)
    inputs = the.cluster_inputs(vpc, sub)
    cluster = hands.make(the.GKE, **inputs)
    hands.make(the.MEMBERSHIP, membershipId="m", endpoint={"gkeCluster": {"resourceLink": LINK}}, **the.PLACE)
    with pytest.raises(
        ProviderError, match=r"Error 409: Cluster .* is already registered as membership .*/memberships/m'"
    ):
        hands.change(the.GKE, cluster.id, **{**inputs, "fleet": {"project": CLUSTERS}})


@pytest.mark.parametrize(
    ("token", "arguments", "said"),
    [
        ("gcp:compute/getNetwork:getNetwork", {"name": "x", "project": HOST}, f"projects/{HOST}/global/networks/x"),
        (
            "gcp:container/getCluster:getCluster",
            {"name": "x", "location": REGION, "project": CLUSTERS},
            f"projects/{CLUSTERS}/locations/{REGION}/clusters/x",
        ),
        (
            "gcp:gkehub/getMembership:getMembership",
            {"membershipId": "x", "location": REGION, "project": CLUSTERS},
            f"projects/{CLUSTERS}/locations/{REGION}/memberships/x",
        ),
        (
            "gcp:gkehub/getFeature:getFeature",
            {"name": "x", "location": "global", "project": CLUSTERS},
            f"projects/{CLUSTERS}/locations/global/features/x",
        ),
        ("gcp:storage/getBucket:getBucket", {"name": "x"}, "x"),
        ("gcp:organizations/getOrganization:getOrganization", {"organization": "7"}, "organizations/7"),
        ("gcp:organizations/getProject:getProject", {"projectId": "x"}, "projects/x"),
    ],
)
def test_a_lookup_that_finds_nothing_names_what_it_looked_for(
    hands: Hands, token: str, arguments: dict[str, Value], said: str
) -> None:
    with pytest.raises(ProviderError) as refused:
        hands.ask(token, **arguments)
    assert refused.value.message.startswith(f"invoking {token}: 1 error occurred:\n\t* {said} not found")


def test_a_domain_without_an_organisation_and_a_secret_without_versions_have_words_of_their_own(hands: Hands) -> None:
    with pytest.raises(ProviderError, match=r"Organization not found: nope\.example"):
        hands.ask("gcp:organizations/getOrganization:getOrganization", domain="nope.example")
    with pytest.raises(ProviderError, match=r"error retrieving available secret manager secret versions: .*Error 404"):
        hands.ask("gcp:secretmanager/getSecretVersion:getSecretVersion", secret="none", project=HOST)  # noqa: S106  a name


def test_an_import_of_nothing_finds_nothing(hands: Hands) -> None:
    assert hands.look(the.NETWORK, f"projects/{HOST}/global/networks/none").id == ""


def test_an_entry_that_the_program_takes_out_of_a_map_is_gone_and_what_the_provider_computes_stays() -> None:
    hands = the.hands()
    secret = "gcp:secretmanager/secret:Secret"  # noqa: S105  a type token
    given: dict[str, Value] = {"project": HOST, "secretId": "s", "replication": {"auto": {}}}
    made = hands.make(secret, **given, labels={"a": "1", "b": "2"})
    changed = hands.change(secret, made.id, **given, labels={"a": "1"})
    assert changed["labels"] == {"a": "1"}
    assert changed["createTime"] == made.outputs["createTime"]
