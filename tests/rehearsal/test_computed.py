"""What the providers compute for each kind, in their own formats."""

from __future__ import annotations

import re

import pytest

from rehearsal.case import mapping, sequence
from rehearsal.values import Value, reveal
from tests.rehearsal import platform as the
from tests.rehearsal.hands import APIS, CLUSTERS, HOST, INVENTORY, REGION, Hands

LINK = "https://www.googleapis.com/compute/v1/"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
DOMAIN = r"\.googledomains\.com\."
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
POLICY = f"projects/{HOST}/global/firewallPolicies/fp"
MATCH: Value = {"srcIpRanges": ["10.0.0.0/8", "172.16.0.0/12"], "layer4Configs": [{"ipProtocol": "all"}]}
NAT: dict[str, Value] = {
    "natIpAllocateOption": "AUTO_ONLY",
    "sourceSubnetworkIpRangesToNat": "ALL_SUBNETWORKS_ALL_IP_RANGES",
}


@pytest.fixture
def hands() -> Hands:
    """Have a network, a router, a policy, a key ring and a cluster to refer to."""
    hands = the.hands()
    the.cluster(hands)
    network = f"projects/{HOST}/global/networks/vpc"
    hands.make(the.ROUTER, name="r1", network=network, bgp={"asn": 64601}, **the.HERE)
    hands.make("gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy", name="fp", project=HOST)
    hands.make("gcp:kms/keyRing:KeyRing", name="ring", location=REGION, project=CLUSTERS)
    hands.make("gcp:gkehub/feature:Feature", name="servicemesh", location="global", project=CLUSTERS)
    return hands


@pytest.mark.parametrize(
    ("token", "inputs", "id_", "outputs"),
    [
        (
            "gcp:compute/router:Router",
            {"name": "r2", "network": "vpc", **the.HERE},
            f"projects/{HOST}/regions/{REGION}/routers/r2",
            {"selfLink": f"{LINK}projects/.*/routers/r2", "creationTimestamp": f"{TIME}.000-00:00"},
        ),
        (
            "gcp:compute/routerNat:RouterNat",
            {"name": "nat", "router": "r1", **NAT, **the.HERE},
            f"projects/{HOST}/regions/{REGION}/routers/r1/nat",
            {"minPortsPerVm": "64", "endpointTypes": r"\['ENDPOINT_TYPE_VM'\]"},
        ),
        (
            the.INTERFACE,
            {"name": "lan", "router": "r1", "ipRange": "10.40.0.2/24", **the.HERE},
            f"{REGION}/r1/lan",
            {"ipVersion": "IPV4"},
        ),
        (
            the.EXTERNAL,
            {"name": "fw", "project": HOST, "redundancyType": "SINGLE_IP_INTERNALLY_REDUNDANT", "interfaces": []},
            f"projects/{HOST}/global/externalVpnGateways/fw",
            {"selfLink": f"{LINK}projects/{HOST}/global/externalVpnGateways/fw", "labelFingerprint": "[0-9a-f]{11}="},
        ),
        (
            "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
            {"name": "other", "project": HOST},
            f"projects/{HOST}/global/firewallPolicies/other",
            {
                "networkFirewallPolicyId": r"\d{19}",
                "selfLinkWithId": rf"{LINK}projects/{HOST}/global/firewallPolicies/\d{{19}}",
            },
        ),
        (
            "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
            {"firewallPolicy": "fp", "priority": 7, "action": "allow", "direction": "INGRESS", "match": MATCH,
             "project": HOST},
            f"{POLICY}/rules/7",
            {"kind": "compute#firewallPolicyRule", "ruleTupleCount": "3"},
        ),
        (
            "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
            {"name": "a", "firewallPolicy": POLICY, "attachmentTarget": "vpc", "project": HOST},
            f"{POLICY}/associations/a",
            {"shortName": "fp"},
        ),
        (
            "gcp:servicenetworking/connection:Connection",
            {"network": f"{LINK}projects/{HOST}/global/networks/vpc", "service": "servicenetworking.googleapis.com",
             "reservedPeeringRanges": []},
            f"projects%2F{HOST}%2Fglobal%2Fnetworks%2Fvpc:servicenetworking.googleapis.com",
            {"peering": "servicenetworking-googleapis-com"},
        ),
        (
            "gcp:projects/serviceIdentity:ServiceIdentity",
            {"project": CLUSTERS, "service": "gkehub.googleapis.com"},
            f"projects/{CLUSTERS}/services/gkehub.googleapis.com",
            {
                "email": "service-100@gcp-sa-gkehub.iam.gserviceaccount.com",
                "member": "serviceAccount:service-100@gcp-sa-gkehub.iam.gserviceaccount.com",
            },
        ),
        (
            "gcp:kms/cryptoKey:CryptoKey",
            {"name": "key", "keyRing": f"projects/{CLUSTERS}/locations/{REGION}/keyRings/ring"},
            f"projects/{CLUSTERS}/locations/{REGION}/keyRings/ring/cryptoKeys/key",
            {"primaries": r".*cryptoKeys/key/cryptoKeyVersions/1.*ENABLED.*"},
        ),
        (
            "gcp:dns/managedZone:ManagedZone",
            {"name": "z", "dnsName": "example.org.", "project": HOST},
            f"projects/{HOST}/managedZones/z",
            {"nameServers": rf"\['ns-cloud-([a-e])1{DOMAIN}'(, 'ns-cloud-\1[2-4]{DOMAIN}'){{3}}\]"},
        ),
        (
            "gcp:storage/bucket:Bucket",
            {"name": "backups", "location": "EU", "project": CLUSTERS},
            "backups",
            {"url": "gs://backups", "projectNumber": "100", "selfLink": "https://www.googleapis.com/storage/v1/b/backups"},
        ),
        (
            "gcp:artifactregistry/repository:Repository",
            {"repositoryId": "images", "format": "DOCKER", "location": REGION, "project": CLUSTERS},
            f"projects/{CLUSTERS}/locations/{REGION}/repositories/images",
            {"name": "images", "registryUri": f"{REGION}-docker\\.pkg\\.dev/{CLUSTERS}/images"},
        ),
        (
            "gcp:gkehub/fleet:Fleet",
            {"project": CLUSTERS, "displayName": "dev"},
            f"projects/{CLUSTERS}/locations/global/fleets/default",
            {"uid": UUID, "createTime": f"{TIME}Z", "states": r"\[\{'code': 'READY'\}\]"},
        ),
        (
            "gcp:gkehub/membership:Membership",
            {"membershipId": "edge", "project": CLUSTERS},
            f"projects/{CLUSTERS}/locations/global/memberships/edge",
            {"name": f"projects/{CLUSTERS}/locations/global/memberships/edge", "location": "global"},
        ),
        (
            "gcp:gkehub/feature:Feature",
            {"name": "policycontroller", "location": "global", "project": CLUSTERS},
            f"projects/{CLUSTERS}/locations/global/features/policycontroller",
            {"resourceStates": ".*ACTIVE.*", "states": ".*OK.*"},
        ),
        (
            "gcp:gkehub/scope:Scope",
            {"scopeId": "team", "project": CLUSTERS},
            f"projects/{CLUSTERS}/locations/global/scopes/team",
            {"name": f"projects/{CLUSTERS}/locations/global/scopes/team", "uid": UUID, "states": ".*READY.*"},
        ),
    ],
)  # fmt: skip
def test_ids_and_outputs_have_the_providers_form(
    hands: Hands, token: str, inputs: dict[str, Value], id_: str, outputs: dict[str, str]
) -> None:
    hands.world.seed(
        type(INVENTORY).from_json(
            {
                **INVENTORY.to_json(),
                "projects": {
                    name: {"number": given.number, "services": [*APIS, "artifactregistry.googleapis.com"]}
                    for name, given in INVENTORY.projects.items()
                },
            }
        )
    )
    made = hands.make(token, **inputs)
    assert made.id == id_
    for name, form in outputs.items():
        assert re.fullmatch(form, str(reveal(made.outputs[name]))), (name, made.outputs[name])


def test_a_private_zone_has_no_public_name_server(hands: Hands) -> None:
    given: dict[str, Value] = {
        "visibility": "private",
        "privateVisibilityConfig": {"networks": [{"networkUrl": "vpc"}]},
    }
    made = hands.make("gcp:dns/managedZone:ManagedZone", name="z", dnsName="example.org.", project=HOST, **given)
    assert made.outputs["nameServers"] == ["ns-gcp-private.googledomains.com."]


def test_an_output_follows_the_change_of_the_input_it_comes_from(hands: Hands) -> None:
    vpc = hands.make(the.NETWORK, name="other", project=HOST)
    before = hands.world.get(the.NETWORK, vpc.id)
    changed = hands.change(the.NETWORK, vpc.id, name="other", project=HOST, mtu=1500)
    assert changed["mtu"] == 1500
    assert before is not None
    assert changed["networkId"] == before.outputs["networkId"]


def test_what_a_person_computed_for_the_cloud_stays_through_a_change(hands: Hands) -> None:
    cluster = hands.world.objects(the.GKE)[0]
    hands.world.edit(the.GKE, cluster.id, "nodePools", [{"name": "by-hand"}])
    given = {key: value for key, value in cluster.inputs.items() if key != "__defaults"}
    changed = hands.change(the.GKE, cluster.id, **{**given, "resourceLabels": {"a": "b"}})
    assert [mapping(pool).get("name") for pool in sequence(changed["nodePools"])] == ["by-hand"]
    assert reveal(changed["effectiveLabels"]) == {"goog-pulumi-provisioned": "true", "a": "b"}


def test_the_providers_own_labels_are_added(hands: Hands) -> None:
    other = Hands(hands.world, defaultLabels={"team": "x"}, addPulumiAttributionLabel=False)
    made = other.make("gcp:compute/address:Address", name="a", labels={"b": "c"}, **the.HERE)
    assert reveal(made.outputs["effectiveLabels"]) == {"team": "x", "b": "c"}
