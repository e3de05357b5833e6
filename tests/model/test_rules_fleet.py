"""The fleet: each rule with the edit that breaks it."""

from __future__ import annotations

import pytest

from tests.model.cases import DEV, PROD, TEST, edited, of_rule, refused, second_generation

MEMBERS = "members: {onp1-dev-user-cluster: MANAGEMENT_MANUAL}"
BUNDLES = "bundles: [policy-essentials-v2022]"

REFUSED = {
    "a display name that is too short": ("E1", {"display_name: varde-dev": "display_name: dev"}, "has 3 characters"),
    "a display name that is too long": (
        "E1",
        {"display_name: varde-dev": f"display_name: {'v' * 31}"},
        "has 31 characters",
    ),
    "a display name with other characters": (
        "E1",
        {"display_name: varde-dev": "display_name: varde_dev"},
        "has _ in it",
    ),
    "a mesh member that is no cluster": (
        "E8",
        {MEMBERS: "members: {onp1-dev-user-clustr: MANAGEMENT_MANUAL}"},
        "did you mean 'onp1-dev-user-cluster'",
    ),
    "an admin cluster in the mesh": (
        "E8",
        {MEMBERS: "members: {onp1-dev-admin: MANAGEMENT_MANUAL}"},
        "no cluster that runs workloads has it",
    ),
    "a managed mesh on-prem": (
        "E8",
        {MEMBERS: "members: {onp1-dev-user-cluster: MANAGEMENT_AUTOMATIC}"},
        "manages the mesh of GKE clusters only",
    ),
    "a negative audit interval": ("E10", {BUNDLES: f"{BUNDLES}\n        audit_interval_seconds: -1"}, "-1 seconds"),
    "Policy Controller without a bundle": ("E10", {BUNDLES: "bundles: []"}, "without a policy bundle"),
    "a bundle that stands twice": (
        "E10",
        {BUNDLES: "bundles: [policy-essentials-v2022, policy-essentials-v2022]"},
        "twice in bundles",
    ),
}


@pytest.mark.parametrize(("rule", "replace", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_dev_stack_is_refused_for(rule: str, replace: dict[str, str], saying: str) -> None:
    refused(rule, edited(DEV, replace), saying=saying)


def test_google_may_manage_the_mesh_of_a_gke_cluster() -> None:
    assert of_rule("E8", edited(DEV, {MEMBERS: "members: {gcp1-dev: MANAGEMENT_AUTOMATIC}"})) == []


def test_one_membership_for_clusters_of_two_environments_is_refused_in_the_later_file() -> None:
    edit = edited(PROD, {"        id: onp1-prod-user-cluster\n": "        id: onp1-dev-user-cluster\n"})
    found = refused("E2", edit, saying="belongs to user cluster onp1-dev of dev and to user cluster onp1-prod of prod")
    assert found.file == PROD


def test_one_membership_for_two_kinds_of_cluster_is_refused() -> None:
    refused("E2", edited(TEST, {"      - name: gcp1-test\n": "      - name: onp1-test-admin\n"}), saying="GKE cluster")


def test_two_generations_have_different_memberships() -> None:
    assert of_rule("E2", second_generation()) == []
