"""The whole program for all four environments under the strict recorder: what holds of every one of them.

What needs a real `pulumi up` (order in time, replacements, an empty second preview) is in tests/engine.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, cast

import pytest

from infra.environment import build
from model.config.load import load
from model.config.source import Source
from operations.record import Recorded, Recording, Secret, record
from operations.record.values import holds
from tests.model.cases import PROD, ROOT, edited, environment, second_generation
from tests.program.programs import ENVIRONMENTS, LOOKUPS, project, recorded, recorded_with, void, waits_for

EVERY = pytest.mark.parametrize("name", ENVIRONMENTS)


@EVERY
class TestEveryEnvironment:
    """A break of one of these is found by the first `up` at best, and by nobody at worst."""

    def test_everything_is_part_of_a_component(self, name: str) -> None:
        assert not recorded(name).without_parent()
        assert len(recorded(name).resources) > 100

    def test_everything_has_an_explicit_provider(self, name: str) -> None:
        assert not recorded(name).without_explicit_provider()

    def test_every_name_begins_with_its_components(self, name: str) -> None:
        assert not recorded(name).not_named_for_their_component()

    def test_no_name_holds_a_position(self, name: str) -> None:
        env = environment(name)
        templates = env.onprem.vsphere.content_library.templates
        keys = (*env.network.nat.egress, *env.vpn.tunnels, *env.onprem.networks, *templates)
        assert not recorded(name).names_with_positions(keys)

    def test_every_component_reached_its_end(self, name: str) -> None:
        assert not recorded(name).without_outputs()

    def test_no_role_is_granted_twice(self, name: str) -> None:
        assert not recorded(name).duplicate_grants()

    def test_no_place_is_claimed_twice(self, name: str) -> None:
        assert not recorded(name).claimed_twice()

    def test_nothing_that_is_exported_is_secret(self, name: str) -> None:
        outputs = recorded(name).outputs[""]
        assert len(outputs) > 5
        assert not [key for key, value in outputs.items() if holds(value, Secret)]

    def test_every_cloud_resource_names_its_project(self, name: str) -> None:
        """A provider's own project is a default, and defaults move."""
        without = {
            "gcp:billing/accountIamMember:AccountIamMember",  # on the billing account
            "gcp:billing/budget:Budget",
            "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject",  # of two projects
            "gcp:iam/denyPolicy:DenyPolicy",  # its parent is the project
            "gcp:kms/cryptoKey:CryptoKey",  # in its ring
            "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
            "gcp:privilegedaccessmanager/entitlement:entitlement",  # its parent is the project
            "gcp:secretmanager/secretVersion:SecretVersion",  # of its secret
            "gcp:serviceaccount/iAMMember:IAMMember",  # on the account
            "gcp:servicenetworking/connection:Connection",  # of its network
            "gcp:storage/bucketIAMMember:BucketIAMMember",  # on the bucket
            "gcp:tags/locationTagBinding:LocationTagBinding",
        }
        cloud = [each for each in recorded(name).resources if each.type.startswith("gcp:")]
        assert len(cloud) > 80
        assert {each.type for each in cloud if "project" not in each.inputs} <= without


class TestAdoption:
    """Adopt or create is one visible choice, and adoption always protects."""

    def test_prod_adopts_its_on_prem_clusters_with_their_pools_and_makes_everything_else(self) -> None:
        adopted = {each.name: each.options for each in recorded("prod").resources if each.options.import_id}
        cluster = "projects/varde-k8s-prod-3a4b/locations/europe-north1/vmwareClusters/onp1-prod-user-cluster"
        assert {name: options.import_id for name, options in adopted.items()} == {
            "onp1-prod-admin-cluster": (
                "projects/varde-k8s-prod-3a4b/locations/europe-north1/vmwareAdminClusters/onp1-prod-admin"
            ),
            "onp1-prod-cluster": cluster,
            "onp1-prod-general": f"{cluster}/vmwareNodePools/general",
            "onp1-prod-ingress": f"{cluster}/vmwareNodePools/ingress",
        }
        assert all(options.protect for options in adopted.values())

    def test_an_adopted_cluster_is_protected_even_where_the_environment_protects_nothing(self) -> None:
        weak = edited(PROD, {"protect: stateful\n      deletion_protection: [stateful]": "protect: none"})
        protected = {each.name for each in recorded_with("prod", weak).resources if each.options.protect}
        adopted = {"onp1-prod-admin-cluster", "onp1-prod-cluster", "onp1-prod-general", "onp1-prod-ingress"}
        assert protected == adopted | UNDELETABLE

    @pytest.mark.parametrize("name", ["sandbox", "dev", "test"])
    def test_the_others_make_everything(self, name: str) -> None:
        assert not [each for each in recorded(name).resources if each.options.import_id]


KEYS: Final = (("KeyRing", "etcd-ring"), ("CryptoKey", "etcd-key"))
UNDELETABLE: Final = {name for _, name in KEYS}
"""What Google keeps for ever, so that a wiped environment has to keep it too."""


class TestProtection:
    """Restrictive by default; each environment says how far."""

    def test_sandbox_protects_nothing_that_can_be_made_again_since_it_is_wiped_every_month(self) -> None:
        resources = recorded("sandbox").resources
        assert {each.name for each in resources if each.options.protect} == UNDELETABLE
        assert not [each.urn for each in resources if each.options.retain_on_delete]
        guards = [each.inputs.get("deletionPolicy") for each in resources]
        assert "PREVENT" not in guards
        assert "DELETE" in guards

    def test_what_stays_when_sandbox_is_wiped_keeps_no_network(self) -> None:
        recording = recorded("sandbox")
        kept = set[str]().union(*(waits_for(recording, recording.one(kind, name)) for kind, name in KEYS))
        assert kept
        assert not [each for each in kept if "Service " not in each and "keyRing" not in each]

    def test_dev_protects_what_others_have_written_down_and_no_cluster(self) -> None:
        protected = {each.type for each in recorded("dev").resources if each.options.protect}
        assert "gcp:gkehub/fleet:Fleet" in protected
        assert "gcp:compute/haVpnGateway:HaVpnGateway" in protected
        assert not [token for token in protected if "luster" in token]

    def test_prod_protects_every_cluster_pool_membership_and_key(self) -> None:
        kinds = (
            "Cluster",
            "VMwareCluster",
            "NodePool",
            "VMwareNodePool",
            "Membership",
            "Fleet",
            "KeyRing",
            "CryptoKey",
        )
        found = [each for kind in kinds for each in recorded("prod").of_type(kind) if each.custom]
        assert len(found) > 8
        assert all(each.options.protect for each in found)


class TestOrder:
    """The files' order is for readers."""

    @EVERY
    def test_turning_every_list_round_changes_nothing(self, name: str, tmp_path: Path) -> None:
        root = project(tmp_path)
        for path in root.glob("stacks/**/*.yaml"):
            source, _ = Source.read(path, None, root=root)
            assert source is not None
            path.write_text(json.dumps(_turned(source.data)), encoding="utf-8")
        as_written, turned = _build_of(ROOT, name), _build_of(root, name)
        assert not as_written.differences(turned)

    def test_turning_round_turns_something(self) -> None:
        assert _turned({"a": ["1", "2"], "b": {"c": "3", "d": "4"}}) == {"b": {"d": "4", "c": "3"}, "a": ["2", "1"]}
        assert list(cast("dict[str, object]", _turned({"a": "1", "b": "2"}))) == ["b", "a"]


def _turned(value: object) -> object:
    """Return YAML data with every list and every mapping the other way round."""
    if isinstance(value, dict):
        pairs = cast("dict[object, object]", value).items()
        # Approvals are given one after the other: the only list whose order says something.
        return {key: each if key == "levels" else _turned(each) for key, each in reversed(list(pairs))}
    if isinstance(value, list):
        return [_turned(each) for each in reversed(cast("list[object]", value))]
    return value


def _build_of(root: Path, name: str) -> Recording:
    estate = load(root).estate
    assert estate is not None
    return record(lambda: void(build(estate.environments[name])), stack=name, answers=LOOKUPS)


class TestSecondGeneration:
    """Two generations of a cluster stand side by side while teams move."""

    CAP: Final = {"licensed_nodes: 12": "licensed_nodes: 16"}
    GROWS: Final = {"gcp1-dev-cluster", "network-firewall-rule-istiod-to-gke-api", "network-firewall-rule-mesh-to-gke"}
    """What has to let the new cluster in (C26): the other cluster's API and the firewall."""

    def both(self) -> tuple[Recording, Recording]:
        return recorded_with("dev"), recorded_with("dev", second_generation(self.CAP))

    def test_it_takes_nothing_away_and_changes_only_what_has_to_let_it_in(self) -> None:
        before, after = self.both()
        now = {each.urn: each for each in after.resources}
        assert {each.urn for each in before.resources} <= now.keys()
        changed = {each.name for each in before.resources if now[each.urn].inputs != each.inputs}
        assert changed == self.GROWS
        firewall_or_cluster = {each.type for each in before.resources if each.name in changed}
        assert firewall_or_cluster == {
            "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
            "gcp:container/cluster:Cluster",
        }

    def test_the_new_cluster_is_whole(self) -> None:
        before, after = self.both()
        known = {each.urn for each in before.resources}
        new = {each.type for each in after.resources if each.urn not in known}
        assert {
            "gcp:gkeonprem/vMwareCluster:VMwareCluster",
            "gcp:gkeonprem/vMwareNodePool:VMwareNodePool",
            "gcp:gkehub/featureMembership:FeatureMembership",
            "pulumi:providers:kubernetes",
            "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding",
            "vsphere:index/distributedPortGroup:DistributedPortGroup",
        } <= new


class TestTokens:
    """State is keyed by the type token of a component."""

    PINNED: Final = {
        "hybrid:access:Budget",
        "hybrid:access:ClusterAccess",
        "hybrid:access:Deployer",
        "hybrid:access:Entitlements",
        "hybrid:access:ImageRepository",
        "hybrid:access:PlatformBudget",
        "hybrid:access:ProjectAccess",
        "hybrid:access:StateBucket",
        "hybrid:fleet:ConnectGateway",
        "hybrid:fleet:Fleet",
        "hybrid:fleet:MemberFeatures",
        "hybrid:fleet:Membership",
        "hybrid:gke:Cluster",
        "hybrid:gke:EtcdKey",
        "hybrid:gke:NodeIdentity",
        "hybrid:network:Alerting",
        "hybrid:network:Egress",
        "hybrid:network:Firewall",
        "hybrid:network:Ingress",
        "hybrid:network:Network",
        "hybrid:network:PrivateServices",
        "hybrid:network:ProjectServices",
        "hybrid:network:Resolution",
        "hybrid:network:SharedVpc",
        "hybrid:onprem:AdminCluster",
        "hybrid:onprem:ContentLibrary",
        "hybrid:onprem:HostGroups",
        "hybrid:onprem:Placement",
        "hybrid:onprem:PortGroups",
        "hybrid:onprem:Surroundings",
        "hybrid:onprem:Tags",
        "hybrid:onprem:UserCluster",
        "hybrid:onprem:Workstation",
        "hybrid:vpn:Tunnel",
        "hybrid:vpn:TunnelKey",
        "hybrid:vpn:Vpn",
    }
    """A token that changes replaces everything below it: give the component an alias, then change it here."""

    def test_the_tokens_in_use_are_the_ones_that_states_hold(self) -> None:
        used = {each.type for name in ENVIRONMENTS for each in recorded(name).resources if not each.custom}
        assert used == self.PINNED


def test_recordings_tell_resources_apart() -> None:
    """The positive control of every comparison here: two environments are not the same recording."""
    differing: tuple[str, ...] = recorded("dev").differences(recorded("test"))
    assert len(differing) > 100
    assert isinstance(recorded("dev").resources[0], Recorded)
