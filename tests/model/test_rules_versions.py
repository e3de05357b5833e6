"""Versions and rings: the order of upgrades inside an environment and between them."""

from __future__ import annotations

from datetime import date

from model.config.problems import Severity
from tests.fixtures import legacy
from tests.model.cases import DEV, PROD, SANDBOX, TEST, VERSIONS, edited, of_rule, problems, refused, warned

PROD_USER = "        network: node\n        version: 1.31.700-gke.24\n"
PROD_ADMIN = "        network: admin\n        version: 1.31.800-gke.32\n"


def user(version: str) -> dict[str, str]:
    """Return the replacement that gives the prod user cluster another version."""
    return {PROD_USER: f"        network: node\n        version: {version}\n"}


def admin(version: str) -> dict[str, str]:
    """Return the replacement that gives the prod admin cluster another version."""
    return {PROD_ADMIN: f"        network: admin\n        version: {version}\n"}


def test_two_minors_at_once_to_an_advanced_only_minor_is_refused_on_every_count() -> None:
    edit = edited(PROD, user("1.33.0-gke.1"))
    refused("B63", edit, saying="2 minors above its admin cluster")
    refused("B65", edit, saying="user cluster onp1-prod is on 1.33, which has only advanced clusters")
    refused("B64", edit, saying="can not handle user cluster onp1-prod")


def test_a_user_cluster_above_its_admin_cluster_is_refused_and_the_order_named() -> None:
    edit = edited(PROD, user("1.32.200-gke.27"))
    found = refused("B61", edit, saying="workstation, admin cluster, user clusters")
    assert "above its admin cluster onp1-prod-admin on 1.31.800-gke.32" in found.message


def test_from_1_31_on_the_patch_counts_too() -> None:
    refused("B61", edited(PROD, user("1.31.900-gke.1")), saying="first bring the admin cluster to 1.31.900-gke.1")


def test_up_to_1_30_the_user_cluster_goes_first() -> None:
    edit = edited(PROD, {**user("1.29.900-gke.1"), **admin("1.30.100-gke.1")})
    refused("B60", edit, saying="first bring the user cluster to 1.30")


def test_up_to_1_30_the_patch_does_not_count() -> None:
    edit = edited(PROD, {**user("1.30.900-gke.1"), **admin("1.30.100-gke.1")})
    assert of_rule("B60", edit) == of_rule("B61", edit) == []


def test_production_ahead_of_dev_and_test_is_refused() -> None:
    version = "1.32.300-gke.41"
    edit = edited(
        PROD, {**user(version), **admin(version), "1.31.800-gke.32\n      data_disk": f"{version}\n      data_disk"}
    )
    messages = [problem.message for problem in of_rule("B73", edit)]
    assert len(messages) == 3, "admin cluster, user cluster and workstation"
    assert all("dev on 1.32.200-gke.27 and test on 1.32.200-gke.27" in message for message in messages)


def test_the_next_legal_step_of_production_is_accepted() -> None:
    version = "1.32.200-gke.27"
    step = {**admin(version), "1.31.800-gke.32\n      data_disk": f"{version}\n      data_disk"}
    assert [each.text() for each in problems(edited(PROD, step)) if each.severity is Severity.ERROR] == []


def test_dev_and_test_may_move_their_admin_clusters_together() -> None:
    line = "        network: admin\n        version: 1.32.200-gke.27\n"
    newer = "        network: admin\n        version: 1.32.300-gke.41\n"
    found = problems(edited(DEV, {line: newer}), edited(TEST, {line: newer}))
    assert [problem.text() for problem in found if problem.severity is Severity.ERROR] == []


def test_one_environment_of_a_ring_may_not_move_alone() -> None:
    line = "        network: admin\n        version: 1.32.200-gke.27\n"
    edit = edited(TEST, {line: "        network: admin\n        version: 1.32.300-gke.41\n"})
    refused("X1", edit, saying="the environments of ring 1 move together")


def test_a_release_channel_faster_than_an_earlier_ring_is_refused() -> None:
    edit = edited(PROD, {"release_channel: STABLE": "release_channel: RAPID"})
    refused("X1", edit, saying="gcp1-dev on REGULAR and gcp1-test on REGULAR")


def test_a_node_pool_above_its_cluster_is_refused() -> None:
    edit = edited(
        SANDBOX,
        {
            "          - name: general\n            nodes": (
                "          - name: general\n            version: 1.32.400-gke.1\n            nodes"
            )
        },
    )
    refused("B63", edit, saying="nodes never run ahead of their control plane")


def test_a_node_pool_two_minors_behind_is_accepted_and_three_refused() -> None:
    def pool(version: str) -> dict[str, str]:
        first = "          - name: general\n"
        return edited(
            SANDBOX, {f"{first}            nodes": f"{first}            version: {version}\n            nodes"}
        )

    assert of_rule("B63", pool("1.30.0-gke.1")) == []
    refused("B63", pool("1.29.0-gke.1"), saying="more than 2 minors behind")


def test_gkectl_may_be_two_minors_above_a_cluster_and_no_more() -> None:
    def workstation(version: str) -> dict[str, str]:
        return edited(PROD, {"1.31.800-gke.32\n      data_disk": f"{version}\n      data_disk"})

    assert of_rule("B64", workstation("1.33.0-gke.1")) == []
    refused("B64", workstation("1.34.0-gke.1"), saying="3 minors above admin cluster onp1-prod-admin")
    refused("B64", workstation("1.30.0-gke.1"), saying="upgrade the workstation to 1.31.800-gke.32 first")


def test_a_minor_outside_the_catalogue_is_refused_with_what_there_is() -> None:
    edit = edited(VERSIONS, {'  "1.31":\n    kubernetes: "1.31"': '  "1.28":\n    kubernetes: "1.28"'})
    found = refused("B72", edit, saying="use a minor of the catalogue (1.28, 1.29, 1.30, 1.32, 1.33)")
    assert "minor 1.31 is not in the version catalogue" in found.message


def test_a_patch_that_the_catalogue_does_not_know_is_warned_of() -> None:
    edit = edited(VERSIONS, {"patches: [1.31.700-gke.24, 1.31.800-gke.32]": "patches: [1.31.800-gke.32]"})
    assert warned("B72", edit, saying="user cluster onp1-prod is on 1.31.700-gke.24, a patch").file == PROD


def test_a_cluster_of_a_later_version_has_nothing_that_this_version_no_longer_runs() -> None:
    old = legacy.files()[PROD]
    newer = {PROD: old.replace(legacy.VERSION, "1.32.200-gke.27")}
    messages = [problem.message for problem in of_rule("B66", newer)]
    assert any("admin cluster onp1-prod-admin is on 1.32.200-gke.27 with one control plane node" in m for m in messages)
    assert any("user cluster onp1-prod is on 1.32.200-gke.27 with its control plane in the" in m for m in messages)
    still = {PROD: old.replace(legacy.VERSION, "1.31.800-gke.32")}
    assert not [problem for problem in of_rule("B66", still) if "is on 1.31.800-gke.32 with" in problem.message]


def test_gkectls_own_cluster_may_be_on_an_advanced_minor_when_it_says_so() -> None:
    line = "        network: node\n        version: 1.31.700-gke.24\n"
    driven = f"        provisioner: gkectl\n{line.replace('1.31.700-gke.24', '1.33.0-gke.799')}"
    silent = edited(PROD, {line: driven})
    refused("B65", silent, saying="and is not said to be one -> write advanced: true")
    said = edited(PROD, {line: f"        advanced: true\n{driven}"})
    assert not [problem for problem in of_rule("B65", said) if "is not said to be one" in problem.message]


def test_the_end_of_support_is_warned_of_once_for_an_environment() -> None:
    found = of_rule("B72")
    assert [(each.file, each.severity) for each in found] == [(PROD, Severity.WARNING)]
    assert "90 days from 2026-11-02" in found[0].message
    assert "user cluster onp1-prod" in found[0].message


def test_support_that_has_ended_is_refused() -> None:
    refused("B72", today=date(2027, 2, 1), saying="support of 1.31 ended on 2027-01-31")


def test_the_warning_begins_where_the_catalogue_says() -> None:
    edit = edited(VERSIONS, {"warn_days: 120": "warn_days: 89"})
    assert of_rule("B72", edit) == []
    assert warned("B72", today=date(2026, 10, 3), saying="120 days from")
    assert of_rule("B72", today=date(2026, 10, 2)) == []
