"""An upgrade of prod carried out in the simulated clouds, and the ways in which a step can be other than planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from model.planning.upgrades.moves import Act, Move, Way
from model.planning.upgrades.plan import PlannedStep, plan
from operations.rehearse.hand_edits import ADMIN_CLUSTER, ONPREM_POOL, USER_CLUSTER
from operations.upgrade.judging import unexpected
from operations.upgrade.rehearsal import rehearse_upgrade
from rehearsal.engine.acquire import Engine
from rehearsal.engine.steps import Change, Diagnostic, StepResult
from tests.fixtures import legacy
from tests.model.cases import sample
from tests.model.standings import V


def test_prod_goes_from_1_31_to_1_32_step_by_step(engine: Engine, worlds_of: Callable[[str], Path]) -> None:
    told: list[str] = []
    world = worlds_of("prod") / "prod"
    done = rehearse_upgrade(sample(), "prod", "1.32", world=world, engine=engine, tell=told.append)
    assert done.succeeded, "\n".join(done.lines())
    assert [(run.step.move.act, run.how) for run in done.runs] == [
        (Act.WORKSTATION, "engine"),
        (Act.ADMIN, "engine"),
        (Act.USER, "engine"),
    ]
    # Nothing but the version of the user cluster is the program's to change.
    assert [run.operations for run in done.runs] == [(), (), ("update onp1-prod-cluster: onPremVersion",)]
    assert all(run.seconds > 0 for run in done.runs)
    assert len(told) == 3
    assert "about 4 h 45 min for real" in done.lines()[-1]
    assert done.as_dict()["succeeded"] is True


def test_clusters_of_gkectls_are_walked_in_the_model_with_every_condition_asked() -> None:
    done = rehearse_upgrade(legacy.estate(), "prod", "1.32")
    assert done.succeeded, "\n".join(done.lines())
    assert {run.how for run in done.runs} == {"model"}
    assert len(done.runs) == 11
    assert any("migrate onp1-prod to Controlplane V2" in line for line in done.lines())


def test_a_step_that_does_not_hold_makes_the_whole_fail() -> None:
    done = rehearse_upgrade(legacy.estate(), "prod", "1.33.0-gke.799")
    assert not done.succeeded
    assert any("B73" in complaint for run in done.runs for complaint in run.complaints)
    assert any("NOT AS PLANNED" in line for line in done.lines())


def result(*changes: Change, succeeded: bool = True) -> StepResult:
    said = () if succeeded else (Diagnostic("error", "", "googleapi: Error 400: not yet"),)
    return StepResult("up", {}, 1.0, changes, said, succeeded)


def change(type_: str, operation: str, *keys: str) -> Change:
    return Change("urn", type_, "onp1-prod-cluster", operation, keys)


def step(act: Act) -> PlannedStep:
    made = plan(sample(), "prod", "1.32", pools_later=act in {Act.CONTROL_PLANE, Act.POOLS})
    if act is Act.PLATFORM:
        found = made.steps[1]
        move = Move(act, found.move.name, V("1.31.800-gke.32"), V("1.32.200-gke.27"), Way.PULUMI)
        return replace(found, move=move)
    return next(each for each in made.steps if each.move.act is act)


def test_the_version_of_one_user_cluster_and_nothing_else_is_as_planned() -> None:
    version = change(USER_CLUSTER, "update", "onPremVersion")
    assert unexpected(result(version), step(Act.USER)) == []
    assert unexpected(result(change(USER_CLUSTER, "update", "onPremVersion", "upgradePolicy")), step(Act.USER)) == []
    assert unexpected(result(change(ADMIN_CLUSTER, "update", "platformConfig")), step(Act.PLATFORM)) == []


def test_pools_that_go_later_are_pools_and_the_policy_of_their_cluster() -> None:
    pools = [change(ONPREM_POOL, "update", "onPremVersion")] * 2
    policy = change(USER_CLUSTER, "update", "upgradePolicy")
    assert unexpected(result(*pools, policy), step(Act.POOLS)) == []
    assert unexpected(result(pools[0], policy), step(Act.POOLS)) == ["1 pools changed their version, not 2"]


def test_a_pool_that_is_told_the_version_it_has_stays_and_one_that_moves_with_its_control_plane_does_not() -> None:
    version = change(USER_CLUSTER, "update", "onPremVersion", "upgradePolicy")
    pool = change(ONPREM_POOL, "update", "onPremVersion")
    same, other = (replace(pool, new={"onPremVersion": each}) for each in ("1.31.700-gke.24", "1.32.200-gke.27"))
    assert unexpected(result(version, same), step(Act.CONTROL_PLANE)) == []
    assert unexpected(result(version, other), step(Act.CONTROL_PLANE)) != []


def test_anything_else_is_told() -> None:
    version = change(USER_CLUSTER, "update", "onPremVersion")
    for other, words in (
        (change(USER_CLUSTER, "replace", "onPremVersion"), "replace of onp1-prod-cluster"),
        (change(USER_CLUSTER, "update", "controlPlaneNode"), "not planned: update onp1-prod-cluster: controlPlaneNode"),
        (change(ADMIN_CLUSTER, "update", "onPremVersion"), "not planned: update"),
        (change("gcp:container/cluster:Cluster", "update", "labels"), "not planned: update"),
    ):
        assert any(line.startswith(words) for line in unexpected(result(version, other), step(Act.USER)))
    assert unexpected(result(), step(Act.USER)) == ["0 user clusters changed their version, not 1"]
    failed = unexpected(result(succeeded=False), step(Act.USER))
    assert failed == ["up failed: googleapi: Error 400: not yet"]
