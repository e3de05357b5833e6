"""The kubernetes provider: which cluster answers, what it accepts, what replaces, what is adopted."""

from __future__ import annotations

import json
import re

import pytest

from rehearsal.interception import ProviderError
from rehearsal.providers.base import Made, Session
from rehearsal.providers.kubernetes.kinds import built_in, sdk_tokens
from rehearsal.values import UNKNOWN, Properties, Secret, Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, REGION, Hands

NAMESPACE = "kubernetes:core/v1:Namespace"
CONFIG_MAP = "kubernetes:core/v1:ConfigMap"
SECRET = "kubernetes:core/v1:Secret"  # noqa: S105  a type
ROLE_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
DEFINITION = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
GATEWAY = f"https://{REGION}-connectgateway.googleapis.com/v1/projects/100/locations/{REGION}"


def kubeconfig(server: str, **cluster: str) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "here",
            "contexts": [{"name": "here", "context": {"cluster": "it", "user": "me"}}],
            "clusters": [{"name": "it", "cluster": {"server": server, **cluster}}],
        }
    )


def connected(hands: Hands, membership: str = "gkeMemberships/gcp1", **settings: Value) -> Hands:
    """Return hands on one cluster, through a provider instance of its own."""
    session = Session("k", {"kubeconfig": kubeconfig(f"{GATEWAY}/{membership}"), **settings})
    other = Hands(hands.world)
    other.session = session
    other.provider(NAMESPACE).configure(session)
    return other


@pytest.fixture
def clouds() -> Hands:
    hands = the.hands()
    the.cluster(hands)
    return hands


@pytest.fixture
def hands(clouds: Hands) -> Hands:
    return connected(clouds)


def namespace(hands: Hands, name: str = "team") -> Made:
    return hands.make(NAMESPACE, metadata={"name": name})


def config_map(hands: Hands, name: str = "settings", **data: Value) -> Made:
    return hands.make(CONFIG_MAP, metadata={"name": name, "namespace": "team"}, data=data)


# Which cluster answers


def test_a_cluster_answers_through_its_membership(hands: Hands) -> None:
    assert namespace(hands).id == "team"
    [record] = hands.world.objects(NAMESPACE)
    assert record.place == f"projects/{CLUSTERS}/locations/{REGION}/clusters/gcp1"


@pytest.mark.parametrize("membership", ["gkeMemberships/other", "memberships/bare"])
def test_a_membership_that_is_missing_or_has_no_cluster_does_not_answer(clouds: Hands, membership: str) -> None:
    clouds.make(the.MEMBERSHIP, membershipId="bare", **the.PLACE)
    hands = connected(clouds, membership)
    with pytest.raises(ProviderError, match="configured Kubernetes cluster is unreachable: unable to load schema"):
        namespace(hands)


def test_no_other_server_is_ever_reached(clouds: Hands) -> None:
    session = Session("k", {"kubeconfig": kubeconfig("https://192.0.2.250")})
    clouds.session = session
    clouds.provider(NAMESPACE).configure(session)
    with pytest.raises(ProviderError, match="no such host"):
        namespace(clouds)


def test_the_cluster_is_asked_once(clouds: Hands) -> None:
    early = connected(clouds, "memberships/onp1-user")
    the.admin(clouds)
    the.user(clouds)
    with pytest.raises(ProviderError, match="unreachable"):
        namespace(early)
    namespace(connected(clouds, "memberships/onp1-user"))


def test_an_unreachable_cluster_still_previews(clouds: Hands) -> None:
    hands = connected(clouds, "memberships/none")
    made = hands.preview(NAMESPACE, metadata={"name": "team"})
    assert made.outputs["metadata"] == {"name": "team"}


def test_what_a_refresh_of_an_unreachable_cluster_does_is_configuration(hands: Hands, clouds: Hands) -> None:
    made = namespace(hands)
    with pytest.raises(ProviderError, match="unreachable"):
        connected(clouds, "memberships/none").look(NAMESPACE, "team", made)
    assert connected(clouds, "memberships/none", deleteUnreachable="true").look(NAMESPACE, "team", made).id == ""
    kept = connected(clouds, "memberships/none", skipUpdateUnreachable=True).look(NAMESPACE, "team", made)
    assert kept.outputs == made.outputs


def test_objects_go_with_their_cluster(hands: Hands, clouds: Hands) -> None:
    namespace(hands)
    [cluster] = clouds.world.objects(the.GKE)
    clouds.remove(the.GKE, cluster.id)
    assert clouds.world.objects(NAMESPACE) == []


# The provider's own configuration


@pytest.mark.parametrize(
    ("old", "new", "replaces"),
    [
        ({"clusterIdentifier": "a", "kubeconfig": "x"}, {"clusterIdentifier": "a", "kubeconfig": "y"}, ()),
        ({"clusterIdentifier": "a"}, {"clusterIdentifier": "a", "kubeconfig": UNKNOWN}, ()),
        ({"clusterIdentifier": "a"}, {"clusterIdentifier": "b"}, ("clusterIdentifier",)),
        ({"kubeconfig": "x"}, {"kubeconfig": UNKNOWN}, ("kubeconfig",)),
        ({"kubeconfig": kubeconfig("https://a")}, {"kubeconfig": kubeconfig("https://b")}, ("kubeconfig",)),
        ({"kubeconfig": kubeconfig("https://a")}, {"kubeconfig": kubeconfig("https://a", proxy="p")}, ()),
        ({"kubeconfig": kubeconfig("https://a")}, {"kubeconfig": kubeconfig("https://a"), "namespace": "n"}, ()),
    ],
)
def test_only_another_cluster_replaces_the_provider(
    hands: Hands, old: Properties, new: Properties, replaces: tuple[str, ...]
) -> None:
    difference = hands.provider(NAMESPACE).diff_config(old, new, "urn")
    assert difference.replaces == replaces
    assert bool(difference.changes) == (old != new)


# What is accepted


def test_the_kinds_are_those_of_the_installed_sdk() -> None:
    assert len(sdk_tokens()) > 500
    role = built_in("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")
    assert role is not None
    assert (role.api_version, role.qualified, role.namespaced) == (
        "rbac.authorization.k8s.io/v1",
        "clusterroles.rbac.authorization.k8s.io",
        False,
    )
    policy = built_in("kubernetes:networking.k8s.io/v1:NetworkPolicy")
    assert policy is not None
    assert policy.plural == "networkpolicies"


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:core/v1:Namespaze",
        "kubernetes:rbac.authorization.k8s.io/v9:Role",
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:core/v1:ConfigMapList",
    ],
)
def test_a_type_that_no_cluster_can_hold_is_refused_by_name(hands: Hands, token: str) -> None:
    [failure] = hands.provider(token).check(hands.call(token, inputs={})).failures
    assert token in failure.reason


def test_a_custom_resource_needs_its_definition(hands: Hands) -> None:
    namespace(hands)
    given: dict[str, Value] = {"metadata": {"name": "app", "namespace": "team"}, "spec": {"project": "default"}}
    error = hands.refusal(APPLICATION, **given)
    assert 'no matches for kind "Application" in version "argoproj.io/v1alpha1"' in error
    spec = {
        "group": "argoproj.io",
        "scope": "Namespaced",
        "names": {"kind": "Application", "plural": "applications"},
        "versions": [{"name": "v1alpha1", "served": True, "storage": True}],
    }
    definition = hands.make(DEFINITION, metadata={"name": "applications.argoproj.io"}, spec=spec)
    assert hands.make(APPLICATION, **given).id == "team/app"
    hands.remove(DEFINITION, definition.id)
    assert hands.world.objects(APPLICATION) == []


def test_a_namespace_comes_before_what_is_in_it_and_takes_it_along(hands: Hands) -> None:
    given: dict[str, Value] = {"metadata": {"name": "settings", "namespace": "team"}, "data": {}}
    assert 'namespaces "team" not found' in hands.refusal(CONFIG_MAP, **given)
    namespace(hands)
    assert config_map(hands).id == "team/settings"
    hands.remove(NAMESPACE, "team")
    assert hands.world.objects(CONFIG_MAP) == []


def test_an_object_gets_its_identity_from_the_server(hands: Hands) -> None:
    made = namespace(hands)
    metadata = made.outputs["metadata"]
    assert isinstance(metadata, dict)
    assert re.fullmatch(r"[0-9a-f-]{36}", str(metadata["uid"]))
    assert metadata["labels"] == {"kubernetes.io/metadata.name": "team"}
    assert metadata["generation"] == 1
    assert made.outputs["status"] == {"phase": "Active"}
    assert made.outputs["apiVersion"] == "v1"


def test_an_update_keeps_the_identity_and_moves_the_version(hands: Hands) -> None:
    namespace(hands)
    before = config_map(hands, key="a").outputs["metadata"]
    after = hands.change(
        CONFIG_MAP, "team/settings", metadata={"name": "settings", "namespace": "team"}, data={"key": "b"}
    )["metadata"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert (after["uid"], after["creationTimestamp"]) == (before["uid"], before["creationTimestamp"])
    assert after["resourceVersion"] != before["resourceVersion"]


def test_an_object_without_a_name_gets_one_and_keeps_it(hands: Hands) -> None:
    provider = hands.provider(CONFIG_MAP)
    first = provider.check(hands.call(CONFIG_MAP, "settings", inputs={"data": {}}, random_seed=b"1")).inputs
    metadata = first["metadata"]
    assert isinstance(metadata, dict)
    assert re.fullmatch(r"settings-[0-9a-f]{8}", str(metadata["name"]))
    assert metadata["namespace"] == "default"
    call = hands.call(CONFIG_MAP, "settings", inputs={"data": {}}, old_inputs=first, random_seed=b"2")
    assert provider.check(call).inputs == first


def test_the_contents_of_a_secret_are_secret_and_not_in_the_world(hands: Hands) -> None:
    namespace(hands)
    made = hands.make(SECRET, metadata={"name": "s", "namespace": "team"}, stringData={"token": "open sesame"})
    assert made.outputs["stringData"] == Secret({"token": "open sesame"})
    assert made.outputs["data"] == Secret({"token": "b3BlbiBzZXNhbWU="})
    assert "open sesame" not in str(hands.world.objects(SECRET))
    assert hands.look(SECRET, "team/s", made).outputs["data"] == made.outputs["data"]


# Adoption


def test_server_side_apply_takes_over_what_agrees(hands: Hands) -> None:
    namespace(hands)
    first = config_map(hands, key="a")
    again = config_map(hands, key="a", more="b")
    assert isinstance(first.outputs["metadata"], dict)
    assert isinstance(again.outputs["metadata"], dict)
    assert again.outputs["metadata"]["uid"] == first.outputs["metadata"]["uid"]
    given: dict[str, Value] = {"metadata": {"name": "settings", "namespace": "team"}, "data": {"key": "other"}}
    error = hands.refusal(CONFIG_MAP, **given)
    assert "Apply failed with 1 conflict(s)" in error
    assert "- .data.key" in error
    forced = {"name": "settings", "namespace": "team", "annotations": {"pulumi.com/patchForce": "true"}}
    hands.make(CONFIG_MAP, metadata=forced, data={"key": "other"})


def test_client_side_apply_refuses_a_name_that_is_taken(clouds: Hands) -> None:
    hands = connected(clouds, enableServerSideApply="false")
    namespace(hands)
    assert 'namespaces "team" already exists' in hands.refusal(NAMESPACE, metadata={"name": "team"})


# Differences


def replaced(hands: Hands, token: str, old: Properties, new: Properties) -> tuple[str, ...]:
    kind = token.rpartition(":")[2]
    call = hands.call(token, old_inputs={"kind": kind, **old}, inputs={"kind": kind, **new})
    return hands.provider(token).diff(call).replaces


@pytest.mark.parametrize(
    ("token", "old", "new", "replaces"),
    [
        (NAMESPACE, {"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}, ("metadata.name",)),
        (NAMESPACE, {"metadata": {"name": "a"}}, {"metadata": {"name": "a", "labels": {"x": "y"}}}, ()),
        (CONFIG_MAP, {"data": {"a": "b"}}, {"data": {"a": "c"}}, ("data.a",)),
        (SECRET, {"type": "Opaque"}, {"type": "x"}, ("type",)),
        (ROLE_BINDING, {"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, ("roleRef.name",)),
        (ROLE_BINDING, {"subjects": [{"name": "a"}]}, {"subjects": [{"name": "b"}]}, ()),
        (CLUSTER_ROLE, {"rules": []}, {"rules": [{"verbs": ["get"]}]}, ()),
        (
            "kubernetes:apps/v1:Deployment",
            {"spec": {"replicas": 1, "selector": {"a": "b"}}},
            {"spec": {"replicas": 2, "selector": {"a": "c"}}},
            ("spec.selector.a",),
        ),
        (
            "kubernetes:apps/v1:StatefulSet",
            {"spec": {"serviceName": "a", "volumeClaimTemplates": [{"x": 1}]}},
            {"spec": {"serviceName": "a", "volumeClaimTemplates": [{"x": 2}]}},
            ("spec.volumeClaimTemplates[0].x",),
        ),
        ("kubernetes:core/v1:Service", {"spec": {"clusterIP": "a"}}, {"spec": {"clusterIP": "b"}}, ("spec.clusterIP",)),
        ("kubernetes:storage.k8s.io/v1:StorageClass", {"provisioner": "a"}, {"provisioner": "b"}, ("provisioner",)),
    ],
)
def test_what_replaces_is_what_the_provider_lists(
    hands: Hands, token: str, old: Properties, new: Properties, replaces: tuple[str, ...]
) -> None:
    assert replaced(hands, token, old, new) == replaces


def test_a_switch_of_the_provider_makes_config_maps_and_secrets_mutable(clouds: Hands) -> None:
    hands = connected(clouds, enableConfigMapMutable="true", enableSecretMutable=True)
    assert replaced(hands, CONFIG_MAP, {"data": {"a": "b"}}, {"data": {"a": "c"}}) == ()
    assert replaced(hands, SECRET, {"data": {"a": "b"}}, {"data": {"a": "c"}}) == ()
    fixed: Properties = {"data": {"a": "c"}, "immutable": True}
    assert replaced(hands, CONFIG_MAP, {"data": {"a": "b"}, "immutable": True}, fixed) == ("data.a",)


def test_an_object_that_keeps_its_name_is_deleted_first(hands: Hands) -> None:
    def first(old: Value, new: Value) -> bool:
        call = hands.call(
            CONFIG_MAP,
            old_inputs={"kind": "ConfigMap", "metadata": old, "data": {"a": "b"}},
            inputs={"kind": "ConfigMap", "metadata": new, "data": {"a": "c"}},
        )
        return hands.provider(CONFIG_MAP).diff(call).delete_before_replace

    assert first({"name": "a"}, {"name": "a", "namespace": "default"})
    assert not first({"name": "a"}, {"name": "b"})
    generated: Value = {"name": "a", "annotations": {"pulumi.com/autonamed": "true"}}
    assert not first(generated, generated)


def test_ignored_and_unknown_changes(hands: Hands) -> None:
    call = hands.call(
        CONFIG_MAP,
        old_inputs={"kind": "ConfigMap", "data": {"a": "b", "c": "d"}},
        inputs={"kind": "ConfigMap", "data": {"a": UNKNOWN, "c": "e"}},
        ignore_changes=("data.c",),
    )
    assert hands.provider(CONFIG_MAP).diff(call).changes == {"data.a": "update-replace"}


def test_a_hand_edit_shows_in_a_refresh(hands: Hands) -> None:
    made = namespace(hands)
    [record] = hands.world.objects(NAMESPACE)
    hands.world.edit(NAMESPACE, "team", ["metadata", "labels", "owner"], "somebody", place=record.place)
    read = hands.look(NAMESPACE, "team", made)
    difference = hands.provider(NAMESPACE).diff(
        hands.call(NAMESPACE, old_inputs=read.inputs, inputs=made.inputs or {"metadata": {"name": "team"}})
    )
    assert "metadata.labels" in difference.changes


# What a refresh takes over


def seen(hands: Hands, token: str, made: Made, inputs: Properties) -> list[str]:
    """Return what the next preview would change after a refresh of an object that somebody edited."""
    read = hands.look(token, made.id, Made(made.id, made.outputs, inputs))
    checked = hands.checked(token, "it", inputs)
    difference = hands.provider(token).diff(
        hands.call(token, id=made.id, inputs=checked, old_inputs=read.inputs, state=read.outputs)
    )
    return list(difference.changes)


@pytest.mark.parametrize(
    ("path", "value", "changes"),
    [
        (["metadata", "annotations", "controller.example/seen"], "yes", []),
        (["metadata", "labels", "other"], "x", []),
        (["metadata", "labels", "team"], "nobody", ["metadata.labels.team"]),
        (["metadata", "labels"], {}, ["metadata.labels.team"]),
    ],
)
def test_a_refresh_sees_only_what_the_program_states(
    hands: Hands, path: list[str], value: Value, changes: list[str]
) -> None:
    metadata: Value = {"name": "team", "labels": {"team": "a"}, "annotations": {"own": "1"}}
    made = hands.make(NAMESPACE, metadata=metadata)
    [record] = hands.world.objects(NAMESPACE)
    inputs = dict(record.inputs)
    hands.world.edit(NAMESPACE, made.id, path, value, place=record.place)
    assert seen(hands, NAMESPACE, made, inputs) == changes


def subject(name: str) -> Value:
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": name}


@pytest.mark.parametrize(
    ("subjects", "changes"),
    [
        (["a", "b", "c"], []),
        (["a", "c"], ["subjects[1].name"]),
        (["a"], ["subjects[1]"]),
        (["c", "a", "b"], ["subjects[0].name", "subjects[1].name"]),
    ],
)
def test_a_list_is_looked_at_as_far_as_the_programs_own_items_go(
    hands: Hands, subjects: list[str], changes: list[str]
) -> None:
    namespace(hands)
    role: Value = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"}
    where: Value = {"name": "rb", "namespace": "team"}
    made = hands.make(ROLE_BINDING, metadata=where, roleRef=role, subjects=[subject("a"), subject("b")])
    [record] = hands.world.objects(ROLE_BINDING)
    inputs = dict(record.inputs)
    hands.world.edit(ROLE_BINDING, made.id, "subjects", [subject(name) for name in subjects], place=record.place)
    assert seen(hands, ROLE_BINDING, made, inputs) == changes


def test_a_secret_that_somebody_changed_is_seen_whole(hands: Hands) -> None:
    namespace(hands)
    where: Value = {"name": "s", "namespace": "team"}
    made = hands.make(SECRET, metadata=where, data=Secret({"a": "MQ=="}))
    [record] = hands.world.objects(SECRET)
    inputs = {**record.inputs, "data": Secret({"a": "MQ=="})}
    assert seen(hands, SECRET, made, inputs) == []
    hands.world.edit(SECRET, made.id, "data", Secret({"a": "Mg=="}), place=record.place)
    assert seen(hands, SECRET, made, inputs) == ["data"]
