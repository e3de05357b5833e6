"""Two revisions of a stack file: which changes of versions are legal, and what else an upgrade may not hold."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from model.config.problems import Problem, Severity
from model.estate import Environment
from model.planning.upgrades.changes import change_rules, illegal_hops
from tests.fixtures import legacy
from tests.model.cases import DEV, PROD, edited, environment, second_generation
from tests.model.standings import read

USER = "        network: node\n        version: 1.31.700-gke.24\n"
ADMIN = "        network: admin\n        version: 1.31.800-gke.32\n"
WORKSTATION = "      version: 1.31.800-gke.32\n      data_disk"
GENERAL = "          - name: general\n            nodes"


def prod(edits: Mapping[str, str] | None = None) -> Environment:
    return read(edited(PROD, edits or {})).environments["prod"]


def user(version: str) -> dict[str, str]:
    return {USER: USER.replace("1.31.700-gke.24", version)}


def admin(version: str) -> dict[str, str]:
    return {ADMIN: ADMIN.replace("1.31.800-gke.32", version)}


def errors(old: Environment, new: Environment) -> dict[str, Problem]:
    """Return the errors of a change by their rule."""
    found = illegal_hops(old, new)
    assert all(each.file in {PROD, DEV} and each.line > 1 and each.remedy for each in found)
    return {each.rule: each for each in found if each.severity is Severity.ERROR}


def test_no_change_and_the_next_hop_are_legal() -> None:
    assert illegal_hops(prod(), prod()) == ()
    moved = {**admin("1.32.200-gke.27"), WORKSTATION: WORKSTATION.replace("1.31.800-gke.32", "1.32.200-gke.27")}
    assert illegal_hops(prod(), prod(moved)) == ()
    assert illegal_hops(prod(moved), prod({**moved, **user("1.32.200-gke.27")})) == ()


def test_two_minors_in_one_change_are_refused() -> None:
    found = errors(prod({**admin("1.29.1000-gke.94"), **user("1.29.1000-gke.94")}), prod())
    assert "2 minors in one change" in found["B63"].message
    assert "go to 1.30 first" in found["B63"].remedy
    assert "B62" in found


def test_a_step_back_is_refused() -> None:
    assert "would go back" in errors(prod(), prod(user("1.31.600-gke.1")))["B63"].message


def test_admin_and_user_cluster_in_one_change_are_refused_from_1_31_on() -> None:
    found = errors(prod(), prod({**admin("1.32.200-gke.27"), **user("1.32.200-gke.27")}))
    assert "its admin cluster onp1-prod-admin was on 1.31.800-gke.32 before this change" in found["B61"].message


def test_up_to_1_30_an_admin_cluster_waits_for_a_change_after_its_user_clusters() -> None:
    old = {**admin("1.29.1000-gke.94"), **user("1.29.1000-gke.94")}
    assert "B60" in errors(prod(old), prod({**admin("1.30.600-gke.68"), **user("1.30.600-gke.68")}))
    assert errors(prod(old), prod({**admin("1.29.1000-gke.94"), **user("1.30.600-gke.68")})) == {}


def test_a_pool_that_jumps_three_minors_is_refused() -> None:
    def pool(version: str) -> dict[str, str]:
        return {GENERAL: GENERAL.replace("general\n", f"general\n            version: {version}\n")}

    newer = {**admin("1.32.300-gke.41"), **user("1.32.300-gke.41")}
    assert "B63" in errors(prod({**newer, **pool("1.29.1000-gke.94")}), prod(newer))
    assert errors(prod({**newer, **pool("1.30.600-gke.68")}), prod(newer)) == {}


def test_a_windows_pool_skips_no_minor() -> None:
    windows = "          - name: general\n            image_type: windows\n            version: {}\n            nodes"
    newer = {**admin("1.32.300-gke.41"), **user("1.32.300-gke.41")}
    old = prod({**newer, GENERAL: windows.format("1.30.600-gke.68")})
    assert "B63" in errors(old, prod({**newer, GENERAL: windows.format("1.32.300-gke.41")}))
    assert errors(old, prod({**newer, GENERAL: windows.format("1.31.800-gke.32")})) == {}


def test_the_api_converts_no_cluster_and_gkectl_only_with_its_own_version() -> None:
    before = {**admin("1.33.0-gke.799"), **user("1.32.300-gke.41")}
    found = errors(prod(before), prod({**before, **user("1.33.0-gke.799")}))
    assert "which no API client can do" in found["B65"].message
    assert "with gkectl 1.31.800-gke.32, which must be the same" in found["B64"].message


@pytest.mark.parametrize(
    ("also", "named"),
    [
        ({"          cpus: 6\n": "          cpus: 8\n"}, "control_plane"),
        ({"nodes: {min: 9, start: 9, max: 12}": "nodes: {min: 9, start: 9, max: 11}"}, "node_pools"),
        ({"worker_addresses: [10.20.49.100-10.20.49.199]": "worker_addresses: [10.20.49.100-10.20.49.198]"}, "worker"),
    ],
)
def test_an_upgrade_with_another_change_of_the_same_cluster_is_refused(also: Mapping[str, str], named: str) -> None:
    ready = admin("1.32.200-gke.27")
    found = errors(prod(ready), prod({**ready, **user("1.32.200-gke.27"), **also}))
    assert named in found["B68"].message
    assert errors(prod(ready), prod({**ready, **also})) == {}


def test_pools_in_another_order_are_no_second_kind_of_change() -> None:
    ready = admin("1.32.200-gke.27")
    new = prod({**ready, **user("1.32.200-gke.27")})
    pools = new.onprem.user_clusters[0].node_pools
    swapped = new.onprem.user_clusters[0].model_copy(update={"node_pools": tuple(reversed(pools))})
    onprem = new.onprem.model_copy(update={"user_clusters": (swapped,)})
    other = read(edited(PROD, {**ready, **user("1.32.200-gke.27")})).environments["prod"]
    object.__setattr__(other, "sections", {**other.sections, "hybrid:onprem": onprem})
    assert "B68" not in errors(prod(ready), other)


def test_another_change_of_a_cluster_beside_it_is_warned_of() -> None:
    moved = {**admin("1.32.200-gke.27"), "          cpus: 6\n": "          cpus: 8\n"}
    found = illegal_hops(prod(), prod(moved))
    assert [(each.rule, each.severity) for each in found] == [("B68", Severity.WARNING)]


def test_a_kubeception_cluster_does_not_become_controlplane_v2_through_the_api() -> None:
    old = legacy.files()[PROD]
    flipped = old.replace("        provisioner: gkectl\n        control_plane_v2: false\n", "")
    before, after = (read({PROD: each}).environments["prod"] for each in (old, flipped))
    assert "B21" in errors(before, after)
    kept = old.replace("        control_plane_v2: false\n", "")
    assert "B21" not in errors(before, read({PROD: kept}).environments["prod"])


def test_a_new_cluster_has_nothing_that_its_version_refuses_when_new() -> None:
    before = environment("dev")
    assert "B3" not in errors(before, read(second_generation()).environments["dev"])
    text = second_generation()[DEV]
    line = "      - name: onp2-dev\n"
    assert text.count(line) == 1
    old_kind = {DEV: text.replace(line, f"{line}        control_plane_v2: false\n")}
    assert "kubeception" in errors(before, read(old_kind).environments["dev"])["B3"].message


def test_every_rule_over_a_change_is_in_the_reference_with_its_page() -> None:
    numbers = {number for rule in change_rules for number in rule.numbers}
    assert numbers == {"B63", "X3", "B38", "B61", "B62", "B60", "B64", "B65", "B68", "B21", "B3", "A33"}
