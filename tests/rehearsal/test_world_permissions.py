"""The account in use: what it may do, and how the clouds refuse what it may not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.facts import Catalogue
from rehearsal.interception import ProviderError
from rehearsal.inventory import READ_ONLY, ComputeCluster, Datacenter, Host, Identity, Inventory, VSphere
from rehearsal.rules.permissions import permission
from rehearsal.server import Clouds
from rehearsal.values import Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, HOST, INVENTORY, REGION, Hands

PLAN = "plan@example.org"
APPLY = "apply@example.org"
NARROW = "narrow@example.org"
IDENTITIES = {PLAN: READ_ONLY, APPLY: Identity(), NARROW: Identity(denied=("compute.vpnTunnels.create",))}
NAMESPACE = "kubernetes:core/v1:Namespace"
POOL = "vsphere:index/resourcePool:ResourcePool"
GIVEN: dict[str, Value] = {"secret": "psk-given", "project": HOST}
GET_VERSION = "gcp:secretmanager/getSecretVersion:getSecretVersion"


@pytest.fixture
def hands() -> Hands:
    hands = the.hands()
    hands.world.seed(replace(INVENTORY, identities=IDENTITIES))
    return hands


def acting(hands: Hands, account: str) -> Hands:
    """Return hands in the same world that act as `account`."""
    other = Hands(hands.world)
    for token in (the.NETWORK, POOL, NAMESPACE):
        other.provider(token).account = account
    return other


def test_a_read_only_account_may_preview_and_refresh_and_change_nothing(hands: Hands) -> None:
    vpc = the.network(hands)
    plan = acting(hands, PLAN)
    assert plan.preview(the.NETWORK, name="other", project=HOST).outputs["name"] == "other"
    assert plan.look(the.NETWORK, vpc.id, vpc).id == vpc.id
    denied = f"permission for 'projects/{HOST}/global/networks/"
    assert (
        f"Error creating Network: googleapi: Error 403: Required 'compute.networks.create' {denied}other', forbidden"
        in (plan.refusal(the.NETWORK, name="other", project=HOST))
    )
    with pytest.raises(ProviderError, match=r"Error updating Network .*Required 'compute\.networks\.update'"):
        plan.change(the.NETWORK, vpc.id, name="vpc", project=HOST, autoCreateSubnetworks=False, mtu=1500)
    assert f"Required 'compute.networks.delete' {denied}vpc'" in plan.stuck(the.NETWORK, vpc.id)
    assert [record.id for record in hands.world.objects(the.NETWORK)] == [vpc.id]
    acting(hands, APPLY).remove(the.NETWORK, vpc.id)


def test_one_permission_can_be_missing(hands: Hands) -> None:
    ends = the.vpn(hands, the.network(hands))
    given: dict[str, Value] = {"name": "t", "vpnGatewayInterface": 0, "peerExternalGatewayInterface": 0, **ends}
    error = acting(hands, NARROW).refusal(the.TUNNEL, **given)
    assert f"'compute.vpnTunnels.create' permission for 'projects/{HOST}/regions/{REGION}/vpnTunnels/t'" in error
    acting(hands, APPLY).make(the.TUNNEL, **given)


def test_other_services_word_it_in_their_own_way(hands: Hands) -> None:
    plan = acting(hands, PLAN)
    error = plan.refusal("gcp:gkehub/fleet:Fleet", project=CLUSTERS, displayName="dev")
    assert "Permission 'gkehub.fleet.create' denied on resource '//gkehub.googleapis.com/projects/k8s-1/" in error
    error = plan.refusal(the.GKE, name="c", initialNodeCount=1, **the.PLACE)
    assert 'Required "container.clusters.create" permission(s) for "projects/k8s-1/locations/' in error
    error = plan.refusal(the.MEMBER, project=CLUSTERS, role="roles/viewer", member="group:readers@example.org")
    assert "Permission 'resourcemanager.projects.setIamPolicy' denied" in error


def test_reading_takes_a_permission_too(hands: Hands) -> None:
    vpc = the.network(hands)
    hands.world.seed(replace(INVENTORY, identities={NARROW: Identity(denied=("compute.networks.get", "*.access"))}))
    narrow = acting(hands, NARROW)
    with pytest.raises(ProviderError, match=r"Error when reading or editing Network: .*'compute\.networks\.get'"):
        narrow.look(the.NETWORK, vpc.id, vpc)
    with pytest.raises(ProviderError, match=r"Required 'compute\.networks\.get' permission for 'vpc'"):
        narrow.ask("gcp:compute/getNetwork:getNetwork", name="vpc", project=HOST)
    with pytest.raises(ProviderError, match=r"Permission 'secretmanager\.versions\.access' denied"):
        narrow.ask(GET_VERSION, **GIVEN)
    assert acting(hands, "").ask(GET_VERSION, **GIVEN)["secretData"]


def test_a_preview_may_read_the_secrets_that_it_looks_up(hands: Hands) -> None:
    assert acting(hands, PLAN).ask(GET_VERSION, **GIVEN)["secretData"]


def test_an_impersonated_account_counts_and_has_to_be_there(hands: Hands) -> None:
    plan = Hands(hands.world, impersonateServiceAccount=PLAN)
    plan.provider(the.NETWORK).account = APPLY
    assert "Error 403" in plan.refusal(the.NETWORK, name="n", project=HOST)
    ghost = Hands(hands.world, impersonateServiceAccount="ghost@example.org")
    assert "Gaia id not found for email ghost@example.org" in ghost.refusal(the.NETWORK, name="n", project=HOST)


def test_vcenter_refuses_without_a_name_of_the_privilege(hands: Hands) -> None:
    given = replace(
        INVENTORY, identities=IDENTITIES, vsphere=VSphere((Datacenter("dc", (ComputeCluster("cl", (Host("h"),)),)),))
    )
    hands.world.seed(given)
    plan = acting(hands, PLAN)
    root = plan.ask("vsphere:index/getComputeCluster:getComputeCluster", name="cl")["resourcePoolId"]
    error = plan.refusal(POOL, name="rp", parentResourcePoolId=root)
    assert "ServerFaultCode: Permission to perform this operation was denied." in error
    made = hands.make(POOL, name="rp", parentResourcePoolId=root)
    assert plan.look(POOL, made.id, made).id == made.id
    assert "Permission to perform this operation was denied" in plan.stuck(POOL, made.id)


def in_cluster(hands: Hands, account: str) -> Hands:
    """Return hands that act as `account` in the GKE cluster of `hands`."""
    server = f"https://{REGION}-connectgateway.googleapis.com/v1/projects/100/locations/{REGION}/gkeMemberships/gcp1"
    config: Value = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": server}}],
    }
    found = Hands(hands.world, kubeconfig=str(config).replace("'", '"'))
    found.provider(NAMESPACE).account = account
    found.provider(NAMESPACE).configure(found.session)
    return found


def test_a_cluster_refuses_as_its_api_server_does(hands: Hands) -> None:
    the.cluster(hands)
    made = in_cluster(hands, APPLY).make(NAMESPACE, metadata={"name": "team"})
    plan = in_cluster(hands, PLAN)
    assert plan.look(NAMESPACE, made.id, made).id == "team"
    refused = f'is forbidden: User "{PLAN}" cannot %s resource "namespaces" in API group "" at the cluster scope'
    assert f'namespaces "other" {refused % "patch"}' in plan.refusal(NAMESPACE, metadata={"name": "other"})
    with pytest.raises(ProviderError, match=r'namespaces "team" is forbidden.* cannot patch'):
        plan.change(NAMESPACE, "team", metadata={"name": "team", "labels": {"a": "b"}})
    assert refused % "delete" in plan.stuck(NAMESPACE, "team")
    role = plan.refusal("kubernetes:rbac.authorization.k8s.io/v1:Role", metadata={"name": "r", "namespace": "team"})
    assert 'in API group "rbac.authorization.k8s.io" in the namespace "team"' in role


def test_an_account_that_the_inventory_does_not_have_is_refused(hands: Hands) -> None:
    with pytest.raises(
        ValueError, match=r"no account nobody@example\.org in the inventory; there are plan@example\.org"
    ):
        Clouds(hands.world, identity="nobody@example.org")


def test_accounts_survive_the_worlds_file() -> None:
    given = Inventory(identities=IDENTITIES)
    assert Inventory.from_json(given.to_json()) == given


@pytest.mark.parametrize(
    ("token", "action", "needed"),
    [
        ("gcp:compute/haVpnGateway:HaVpnGateway", "create", "compute.vpnGateways.create"),
        ("gcp:compute/routerPeer:RouterPeer", "delete", "compute.routers.update"),
        ("gcp:compute/subnetworkIAMMember:SubnetworkIAMMember", "create", "compute.subnetworks.setIamPolicy"),
        ("gcp:container/nodePool:NodePool", "create", "container.clusters.update"),
        ("gcp:gkeonprem/vMwareCluster:VMwareCluster", "update", "gkeonprem.vmwareClusters.update"),
        ("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "get", "cloudkms.cryptoKeys.getIamPolicy"),
        ("gcp:projects/service:Service", "create", "serviceusage.services.enable"),
        ("gcp:secretmanager/secretIamMember:SecretIamMember", "create", "secretmanager.secrets.setIamPolicy"),
        ("gcp:serviceaccount/iAMMember:IAMMember", "create", "iam.serviceAccounts.setIamPolicy"),
        ("gcp:storage/bucketIAMMember:BucketIAMMember", "create", "storage.buckets.setIamPolicy"),
    ],
)
def test_a_permission_is_named_as_iam_names_it(token: str, action: str, needed: str) -> None:
    assert permission(token, action) == needed  # pyright: ignore[reportArgumentType]  each is one of the actions


def test_every_type_has_permissions_and_reading_never_needs_more_than_reading() -> None:
    for token in Catalogue.load("gcp").tokens:
        assert len(permission(token, "create").split(".")) == 3, token
        assert READ_ONLY.may(permission(token, "get")), token
        assert not READ_ONLY.may(permission(token, "create")), token
