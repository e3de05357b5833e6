"""What stops a step of an upgrade: each condition with the step that breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from model.config.catalogue import Feature
from model.config.problems import Severity
from model.estate import Environment
from model.planning.upgrades import attempts
from model.planning.upgrades.commands import Command, Commands
from model.planning.upgrades.moves import Act, Move, Way
from model.planning.upgrades.plan import attempt
from model.planning.upgrades.standing import Standing, standing
from tests.model.cases import PROD, edited, environment
from tests.model.standings import V, read

ADMIN, USER = "onp1-prod-admin", "onp1-prod"
NOW, NEXT = "1.31.700-gke.24", "1.32.200-gke.27"


def move(act: Act, after: str = NEXT, *, before: str = NOW, way: Way | None = None, converts: bool = False) -> Move:
    name = {Act.ADMIN: ADMIN, Act.WORKSTATION: "onp1-prod-ws"}.get(act, USER)
    usual = Way.GKECTL if act in {Act.ADMIN, Act.WORKSTATION, Act.MIGRATION} else Way.PULUMI
    return Move(act, name, V(before), V(after), way or usual, converts=converts)


def prod(**changes: object) -> Standing:
    """Return prod with gkectl and the admin cluster on 1.32 already, the user cluster ready to follow, and changes."""
    held = standing(environment("prod"))
    held = replace(held, workstation=V(NEXT)).with_admin(replace(held.admins[ADMIN], version=V(NEXT)))
    user = {key: value for key, value in changes.items() if key in {"version", "pools", "features", "api"}}
    held = held.with_user(replace(held.users[USER], **user))  # pyright: ignore[reportArgumentType]  fields by name
    admin = {key.removeprefix("admin_"): value for key, value in changes.items() if key.startswith("admin_")}
    held = held.with_admin(replace(held.admins[ADMIN], **admin))  # pyright: ignore[reportArgumentType]  as above
    workstation = changes.get("workstation")
    return replace(held, workstation=workstation) if isinstance(workstation, type(held.workstation)) else held


def rules(
    before: Standing,
    wanted: Move,
    earlier: Mapping[str, Standing] | None = None,
    env: Environment | None = None,
) -> set[str]:
    found = attempt(env or environment("prod"), before, wanted, earlier or {})
    assert all(problem.file == PROD and problem.line > 1 and problem.remedy for problem in found)
    return {problem.rule for problem in found if problem.severity is Severity.ERROR}


def test_the_next_step_of_the_sample_is_stopped_by_nothing() -> None:
    assert rules(prod(), move(Act.USER)) == set()


@pytest.mark.parametrize(
    ("before", "wanted", "rule"),
    [
        (prod(version=V("1.30.600-gke.68")), move(Act.USER, before="1.30.600-gke.68"), "B63"),
        (prod(), move(Act.USER, "1.31.600-gke.1"), "B63"),
        (prod(admin_version=V("1.31.800-gke.32")), move(Act.USER), "B61"),
        (prod(workstation=V("1.31.800-gke.32")), move(Act.USER), "B64"),
        (prod(workstation=V("1.34.0-gke.1")), move(Act.USER), "B64"),
        (prod(features=frozenset({Feature.KUBECEPTION})), move(Act.USER), "B66"),
        (prod(features=frozenset({Feature.F5})), move(Act.CONTROL_PLANE), "B66"),
        (prod(admin_features=frozenset({Feature.NON_HA_ADMIN})), move(Act.ADMIN), "B66"),
        (prod(), move(Act.ADMIN, way=Way.PULUMI), "A66"),
        (prod(api=False), move(Act.USER), "B20"),
        (prod(), move(Act.MIGRATION, way=Way.PULUMI), "B65"),
        (prod(), move(Act.USER, "1.35.0-gke.1", before="1.34.0-gke.1"), "B72"),
    ],
)
def test_a_step_that_breaks_a_rule_is_stopped_by_it(before: Standing, wanted: Move, rule: str) -> None:
    assert rule in rules(before, wanted)


def test_an_admin_cluster_up_to_1_30_waits_for_its_user_clusters() -> None:
    old = "1.29.1000-gke.94"
    before = prod(version=V(old), admin_version=V(old), workstation=V("1.30.600-gke.68"))
    assert "B60" in rules(before, move(Act.ADMIN, "1.30.600-gke.68", before=old))


def test_nothing_enters_1_31_while_a_cluster_is_below_1_30() -> None:
    before = prod(version=V("1.29.1000-gke.94"), admin_version=V("1.30.600-gke.68"), workstation=V("1.31.800-gke.32"))
    assert "B62" in rules(before, move(Act.ADMIN, "1.31.800-gke.32", before="1.30.600-gke.68"))


def test_pools_that_would_trail_three_minors_stop_their_control_plane() -> None:
    pools = tuple(replace(each, version=V("1.29.1000-gke.94")) for each in prod().users[USER].pools)
    assert "B63" in rules(prod(pools=pools), move(Act.CONTROL_PLANE))


def test_a_conversion_asks_for_the_very_gkectl_and_for_the_whole_cluster_after_its_admin_cluster() -> None:
    to = "1.33.0-gke.799"
    before = prod(version=V(NEXT), pools=tuple(replace(p, version=V(NOW)) for p in prod().users[USER].pools))
    found = rules(before, move(Act.USER, to, before=NEXT, way=Way.GKECTL, converts=True))
    assert {"B64", "B3"} <= found
    assert "B65" in rules(before, move(Act.USER, to, before=NEXT, converts=True))
    ready = prod(version=V(NEXT), admin_version=V(to), admin_advanced=True, workstation=V(to))
    ready = ready.with_user(
        replace(ready.users[USER], pools=tuple(replace(p, version=V(NEXT)) for p in ready.users[USER].pools))
    )
    assert rules(ready, move(Act.USER, to, before=NEXT, way=Way.GKECTL, converts=True)) == set()


def test_the_api_does_not_take_a_user_cluster_where_the_platform_does_not_hold_it() -> None:
    old, to = "1.29.1000-gke.94", "1.30.600-gke.68"
    before = prod(version=V(old), admin_version=V(old), workstation=V(to))
    assert "A65" in rules(before, move(Act.USER, to, before=old))
    assert "A65" not in rules(
        prod(version=V(old), admin_version=V(old), admin_platform=V(to), workstation=V(to)),
        move(Act.USER, to, before=old),
    )


def test_a_version_that_an_earlier_ring_has_not_had_stops_a_step() -> None:
    earlier = {"dev": prod(version=V(NOW), admin_version=V(NOW))}
    assert "B73" in rules(prod(), move(Act.USER), earlier)
    assert "B73" not in rules(prod(), move(Act.USER), {"dev": prod(version=V(NEXT))})


def edited_prod(old: str, new: str) -> Environment:
    return read(edited(PROD, {old: new})).environments["prod"]


def test_a_small_disk_stops_the_workstation() -> None:
    env = edited_prod("      data_disk: {path: varde-prod", "      disk_gib: 50\n      data_disk: {path: varde-prod")
    assert rules(prod(), move(Act.WORKSTATION), env=env) == {"A3"}


def test_without_a_spare_address_nothing_is_replaced_and_with_one_for_two_pools_it_is_said() -> None:
    block = "worker_addresses: [10.20.49.100-10.20.49.199]"
    none = edited_prod(block, "worker_addresses: [10.20.49.100-10.20.49.114]")
    assert rules(prod(), move(Act.USER), env=none) == {"B40"}
    one = edited_prod(block, "worker_addresses: [10.20.49.100-10.20.49.115]")
    found = attempt(one, prod(), move(Act.USER), {})
    assert [(each.rule, each.severity) for each in found] == [("B40", Severity.WARNING)]
    assert rules(prod(), move(Act.CONTROL_PLANE), env=none) == set()


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (move(Act.USER), "B70"),
        (move(Act.USER), "B69"),
        (move(Act.USER), "B71"),
        (move(Act.USER, "1.31.800-gke.32", before="1.30.600-gke.68"), "B67"),
    ],
)
def test_a_step_that_does_not_name_what_is_looked_at_before_is_stopped(
    wanted: Move, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rule not in rules(prod(version=wanted.before), wanted)

    def forgetful(*_: object) -> Commands:
        return Commands((), (Command("the step", "pulumi up"),), ())

    monkeypatch.setattr(attempts, "commands", forgetful)
    assert rule in rules(prod(version=wanted.before), wanted)


def test_every_condition_is_in_the_reference_with_its_page() -> None:
    assert {number for rule in attempts.attempt_rules for number in rule.numbers} >= {
        *("A3", "A33", "A65", "A66", "B20", "B3", "B38", "B40"),
        *("B60", "B61", "B62", "B63", "B64", "B65", "B66", "B67", "B69", "B70", "B71", "B72", "B73", "X1", "X3", "X4"),
    }
    assert all(rule.source.startswith("https://") for rule in attempts.attempt_rules)
