"""What the simulated providers say of a change."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.check import DEFAULTS_KEY
from rehearsal.diff import Difference, diff
from rehearsal.facts import Catalogue, ResourceFacts
from rehearsal.values import UNKNOWN, Properties, Secret, Value

ROUTER = "gcp:compute/router:Router"
CLUSTER = "gcp:container/cluster:Cluster"
SECRET_MEMBER = "gcp:secretmanager/secretIamMember:SecretIamMember"  # noqa: S105  a resource type
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"


def facts_of(token: str) -> ResourceFacts:
    facts = Catalogue.load(token.partition(":")[0]).resource(token)
    assert facts is not None
    return facts


def changed(token: str, old: Properties, new: Properties, outputs: Properties | None = None, **how: Any) -> Difference:
    """Compare, over a state that was read: it has an output of the provider's own."""
    state: Properties = {**old, "selfLink": "https://example.com"} if outputs is None else outputs
    return diff(facts_of(token), old, state, new, **how)


def router(**bgp: Any) -> Properties:
    return {"name": "vpn", "network": "varde-dev", "bgp": {"asn": 64602, **bgp}}


def ranges(*names: str) -> Properties:
    return router(advertisedIpRanges=[{"range": name} for name in names])


def test_nothing_changed_is_no_difference() -> None:
    assert changed(ROUTER, router(), router()) == Difference({}, (), delete_before_replace=False)


def test_a_field_that_can_change_is_updated_at_its_place() -> None:
    found = changed(ROUTER, router(), router(keepaliveInterval=30))
    assert found.changes == {"bgp.keepaliveInterval": "add"}
    assert found.replaces == ()


def test_a_field_that_can_not_change_replaces_and_a_named_object_goes_first() -> None:
    found = changed(ROUTER, router(), {**router(), "network": "other"})
    assert found == Difference({"network": "update-replace"}, ("network",), delete_before_replace=True)


def test_an_object_that_was_named_after_its_resource_goes_last() -> None:
    old: Properties = {**router(), DEFAULTS_KEY: ["name"]}
    found = changed(ROUTER, old, {**old, "network": "other"})
    assert found.replaces == ("network",)
    assert not found.delete_before_replace


def test_an_object_without_a_name_of_its_own_goes_last() -> None:
    old: Properties = {"secretId": "psk", "role": "roles/secretmanager.secretAccessor", "member": "group:a@example.com"}
    assert not changed(SECRET_MEMBER, old, {**old, "secretId": "other"}).delete_before_replace


def test_an_instance_template_goes_last_where_its_name_changes_too() -> None:
    token = "gcp:compute/instanceTemplate:InstanceTemplate"  # noqa: S105  a resource type
    old: Properties = {"name": "a", "machineType": "e2-small"}
    assert changed(token, old, {**old, "machineType": "e2-medium"}).delete_before_replace
    assert not changed(token, old, {"name": "b", "machineType": "e2-medium"}).delete_before_replace


def test_a_member_of_a_project_always_goes_first() -> None:
    old: Properties = {"project": "p", "role": "roles/viewer", "member": "group:a@example.com"}
    assert changed("gcp:projects/iAMMember:IAMMember", old, {**old, "role": "roles/editor"}).delete_before_replace


def test_a_value_that_is_not_known_yet_counts_as_changed() -> None:
    found = changed(ROUTER, router(), {**router(), "network": UNKNOWN, "description": UNKNOWN})
    assert found.changes == {"network": "update-replace", "description": "add"}


def test_what_the_server_added_is_no_change() -> None:
    state: Properties = {**router(), "description": "from the server", "selfLink": "https://example.com"}
    assert not changed(ROUTER, router(), router(), state).changes


def test_what_somebody_changed_by_hand_is_changed_back() -> None:
    state: Properties = {**router(asn=64999), "selfLink": "https://example.com"}
    assert changed(ROUTER, router(), router(), state).changes == {"bgp.asn": "update"}


def test_an_input_that_is_taken_away_is_deleted() -> None:
    old: Properties = {**router(), "description": "x"}
    assert changed(ROUTER, old, router()).changes == {"description": "delete"}
    assert changed(ROUTER, router(keepaliveInterval=30), router()).changes == {"bgp.keepaliveInterval": "delete"}


def test_an_input_that_the_provider_fills_in_itself_stays_when_it_is_taken_away() -> None:
    assert not changed(ROUTER, {**router(), "region": "europe-north1"}, router()).changes


def test_the_order_of_a_set_means_nothing() -> None:
    assert not changed(ROUTER, ranges("10.1.0.0/16", "10.2.0.0/16"), ranges("10.2.0.0/16", "10.1.0.0/16")).changes


def test_a_changed_member_of_a_set_is_changed_at_its_place() -> None:
    found = changed(ROUTER, ranges("10.1.0.0/16", "10.2.0.0/16"), ranges("10.2.0.0/16", "10.3.0.0/16"))
    assert found.changes == {"bgp.advertisedIpRanges[1].range": "update"}


def test_members_of_a_set_come_and_go() -> None:
    one, two = ranges("10.1.0.0/16"), ranges("10.2.0.0/16", "10.1.0.0/16")
    assert changed(ROUTER, one, two).changes == {"bgp.advertisedIpRanges[0]": "add"}
    assert changed(ROUTER, two, one).changes == {"bgp.advertisedIpRanges[1]": "delete"}


def test_the_order_of_a_list_means_something() -> None:
    old, new = router(advertisedGroups=["A", "B"]), router(advertisedGroups=["B", "A"])
    assert set(changed(ROUTER, old, new).changes) == {"bgp.advertisedGroups[0]", "bgp.advertisedGroups[1]"}


def test_items_are_added_and_deleted_at_the_end_of_a_list() -> None:
    short, long = router(advertisedGroups=["A"]), router(advertisedGroups=["A", "B"])
    assert changed(ROUTER, short, long).changes == {"bgp.advertisedGroups[1]": "add"}
    assert changed(ROUTER, long, short).changes == {"bgp.advertisedGroups[1]": "delete"}


def test_labels_are_compared_key_by_key_and_the_servers_own_are_left() -> None:
    bucket: Properties = {"name": "b", "location": "EU", "labels": {"env": "dev", "old": "1"}}
    state: Properties = {**bucket, "labels": {"env": "dev", "old": "1", "goog-managed": "x"}, "selfLink": "s"}
    new: Properties = {**bucket, "labels": {"env": "prod", "new": "1"}}
    assert changed("gcp:storage/bucket:Bucket", bucket, new, state).changes == {
        "labels.env": "update",
        "labels.new": "add",
        "labels.old": "delete",
    }


def test_a_name_and_a_link_to_the_same_object_are_the_same() -> None:
    link = "https://www.googleapis.com/compute/v1/projects/varde-net-dev-7a8b/global/networks/varde-dev"
    for written in ("varde-dev", "projects/varde-net-dev-7a8b/global/networks/varde-dev", link):
        assert not changed(
            ROUTER, router(), {**router(), "network": written}, {**router(), "network": link, "selfLink": "s"}
        ).changes
    other = link.replace("varde-dev", "varde-test")
    assert changed(
        ROUTER, router(), {**router(), "network": other}, {**router(), "network": link, "selfLink": "s"}
    ).replaces


def test_case_does_not_matter_where_the_provider_writes_capitals() -> None:
    bucket: Properties = {"name": "b", "location": "europe-north1"}
    state: Properties = {**bucket, "location": "EUROPE-NORTH1", "selfLink": "s"}
    assert not changed("gcp:storage/bucket:Bucket", bucket, bucket, state).changes


def test_a_secret_is_compared_by_its_value() -> None:
    old: Properties = {"name": "t0", "sharedSecret": Secret("a")}
    assert not changed(TUNNEL, old, {"name": "t0", "sharedSecret": "a"}).changes
    assert changed(TUNNEL, old, {"name": "t0", "sharedSecret": Secret("b")}).changes == {
        "sharedSecret": "update-replace"
    }


@pytest.mark.parametrize(
    ("new", "kind"),
    [("10.40.0.0/21", "update"), ("10.40.0.0/23", "update-replace"), ("10.50.0.0/16", "update-replace")],
)
def test_a_range_of_a_subnetwork_grows_in_place_and_is_replaced_otherwise(new: str, kind: str) -> None:
    old: Properties = {"name": "nodes", "network": "n", "ipCidrRange": "10.40.0.0/22"}
    assert changed(SUBNETWORK, old, {**old, "ipCidrRange": new}).changes == {"ipCidrRange": kind}


def test_a_switch_that_can_not_be_set_back_replaces_when_it_is() -> None:
    off: Properties = {"name": "gcp1", "enableL4IlbSubsetting": False}
    on: Properties = {**off, "enableL4IlbSubsetting": True}
    assert not changed(CLUSTER, off, on).replaces
    assert changed(CLUSTER, on, off).replaces == ("enableL4IlbSubsetting",)


def test_a_cluster_that_was_read_is_updated_and_one_that_nobody_read_is_replaced() -> None:
    old: Properties = {"name": "gcp1", "location": "europe-north1", "deletionProtection": True}
    new: Properties = {**old, "deletionProtection": False}
    assert changed(CLUSTER, old, new).changes == {"deletionProtection": "update"}
    unread = changed(CLUSTER, old, new, dict(old))
    assert set(unread.replaces) == facts_of(CLUSTER).filled
    assert unread.delete_before_replace
    assert not changed(CLUSTER, old, dict(old), dict(old)).changes


def test_a_field_that_stays_inside_its_block_is_no_change_when_it_is_taken_away() -> None:
    addons: dict[str, Value] = {"httpLoadBalancing": {"disabled": False}, "gkeBackupAgentConfig": {"enabled": True}}
    old: Properties = {"name": "gcp1", "addonsConfig": addons}
    new: Properties = {"name": "gcp1", "addonsConfig": {"httpLoadBalancing": {"disabled": False}}}
    assert not changed(CLUSTER, old, new).changes


@pytest.mark.parametrize("path", ["bgp", "bgp.asn", "bgp.advertisedIpRanges[0].range", "bgp.advertisedIpRanges[*]"])
def test_ignored_paths_and_all_below_them_are_no_change(path: str) -> None:
    old, new = ranges("10.1.0.0/16"), ranges("10.2.0.0/16")
    new["bgp"] = {"asn": 64999, "advertisedIpRanges": [{"range": "10.2.0.0/16"}]}
    found = changed(ROUTER, old, new, ignore_changes=[path])
    left = {"bgp.asn", "bgp.advertisedIpRanges[0].range"}
    gone = {place for place in left if place.startswith(path.replace("[*]", ""))}
    assert gone
    assert set(found.changes) == left - gone


def test_an_empty_list_is_the_same_as_none() -> None:
    assert not changed(ROUTER, router(), router(advertisedGroups=[])).changes
    assert not changed(ROUTER, router(advertisedGroups=[]), router()).changes


def test_an_empty_block_is_not_the_same_as_none() -> None:
    found = changed(CLUSTER, {"name": "gcp1"}, {"name": "gcp1", "dnsConfig": {}})
    assert found.changes == {"dnsConfig": "add"}
