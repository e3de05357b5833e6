"""The order of an upgrade: which hops there are, and that no step of one leads where nothing may be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.config.catalogue import Feature
from model.planning.upgrades.moves import Act, Way, applied
from model.planning.upgrades.sequence import NoPlanError
from model.planning.upgrades.standing import Standing
from model.planning.upgrades.walk import unsound
from model.planning.versions import Minor
from tests.model.standings import V, catalogue, standing, steps, told

OLD = "1.29.1000-gke.94"
LAST_OF_THE_OLD = "1.30.600-gke.68"
FIRST_OF_THE_NEW = "1.31.800-gke.32"
NEW = "1.32.200-gke.27"


def test_up_to_1_30_user_clusters_go_before_their_admin_cluster() -> None:
    assert told(steps(standing(OLD, api=False), "1.30.600-gke.68")) == [
        "workstation ws 1.30",
        "user cluster usr 1.30",
        "admin cluster adm 1.30",
    ]


def test_from_1_31_on_the_admin_cluster_goes_first() -> None:
    assert told(steps(standing(LAST_OF_THE_OLD), FIRST_OF_THE_NEW)) == [
        "workstation ws 1.31",
        "admin cluster adm 1.31",
        "user cluster usr 1.31",
    ]


def test_everything_is_on_1_30_before_anything_is_on_1_31() -> None:
    start = standing(LAST_OF_THE_OLD, OLD.replace("1.29", "1.30"), api=False)
    behind = start.with_user(standing(OLD, api=False).users["usr"])
    found = told(steps(behind, FIRST_OF_THE_NEW))
    assert found.index("user cluster usr 1.30") < found.index("admin cluster adm 1.31")


def test_a_patch_moves_in_the_order_of_its_minor() -> None:
    assert told(steps(standing(NEW), "1.32.300-gke.41")) == [
        "workstation ws 1.32",
        "admin cluster adm 1.32",
        "user cluster usr 1.32",
    ]


def test_what_is_there_already_does_not_move() -> None:
    assert steps(standing(NEW), NEW) == ()
    assert told(steps(standing(NEW, FIRST_OF_THE_NEW), NEW)) == ["user cluster usr 1.32"]


def test_on_the_way_a_user_cluster_goes_no_further_than_its_admin_cluster() -> None:
    start = standing("1.31.700-gke.24", LAST_OF_THE_OLD)
    moves = [each.move for each in steps(start, NEW) if each.move.name == "usr"]
    assert [str(move.after) for move in moves] == ["1.31.700-gke.24", NEW]


def test_on_the_way_no_patch_is_taken_that_an_earlier_ring_has_not_had() -> None:
    moves = [each.move.after for each in steps(standing(FIRST_OF_THE_NEW), "1.33.0-gke.799", proven=NEW)]
    assert V(NEW) in moves
    assert V("1.32.300-gke.41") not in moves


def test_pools_that_go_later_trail_by_two_minors_at_most_and_then_jump() -> None:
    taken = steps(standing(OLD, api=False), NEW, pools_later=True)
    assert told(taken) == [
        "workstation ws 1.30",
        "control plane usr 1.30",
        "admin cluster adm 1.30",
        "workstation ws 1.31",
        "admin cluster adm 1.31",
        "control plane usr 1.31",
        "workstation ws 1.32",
        "admin cluster adm 1.32",
        "node pools usr 1.31",
        "control plane usr 1.32",
        "node pools usr 1.32",
    ]
    jump = next(each.move for each in taken if each.move.act is Act.POOLS)
    assert jump.after.minor.steps_above(jump.before.minor) == 2


def test_windows_pools_skip_no_minor() -> None:
    taken = told(steps(standing(OLD, api=False, windows=True), FIRST_OF_THE_NEW, pools_later=True))
    assert taken.index("node pools usr 1.30") < taken.index("control plane usr 1.31")


def test_what_1_32_does_not_run_is_migrated_before_it_user_clusters_first() -> None:
    start = standing(
        FIRST_OF_THE_NEW,
        admin_has=[Feature.NON_HA_ADMIN, Feature.SEESAW],
        user_has=[Feature.KUBECEPTION, Feature.F5],
        api=False,
    )
    assert told(steps(start, NEW)) == [
        "migration usr f5",
        "migration usr kubeception",
        "migration adm seesaw",
        "migration adm non_ha_admin",
        "workstation ws 1.32",
        "admin cluster adm 1.32",
        "user cluster usr 1.32",
    ]


def test_dataplane_v2_comes_before_1_31() -> None:
    found = told(steps(standing(LAST_OF_THE_OLD, user_has=[Feature.DATAPLANE_V1], api=False), FIRST_OF_THE_NEW))
    assert found[0] == "migration usr dataplane_v1"


def test_pools_are_at_their_clusters_version_before_a_migration() -> None:
    start = standing(FIRST_OF_THE_NEW, pools=[LAST_OF_THE_OLD], user_has=[Feature.KUBECEPTION], api=False)
    assert told(steps(start, NEW))[:2] == ["node pools usr 1.31", "migration usr kubeception"]


def test_through_the_api_up_to_1_30_the_platform_holds_the_version_before_the_user_cluster_goes() -> None:
    assert told(steps(standing(OLD), "1.30.600-gke.68")) == [
        "workstation ws 1.30",
        "platform adm 1.30",
        "user cluster usr 1.30",
        "admin cluster adm 1.30",
    ]


def test_the_hop_to_advanced_clusters_is_gkectls_alone_and_takes_a_cluster_whole() -> None:
    taken = steps(standing(NEW, pools=[FIRST_OF_THE_NEW]), "1.33.0-gke.799", pools_later=True)
    assert told(taken) == [
        "workstation ws 1.33",
        "admin cluster adm 1.33 converts",
        "node pools usr 1.32",
        "user cluster usr 1.33 converts",
    ]
    assert [each.move.way for each in taken if each.move.converts] == [Way.GKECTL, Way.GKECTL]


def test_no_plan_upgrades_an_admin_cluster_by_pulumi_up() -> None:
    for target in (NEW, "1.33.0-gke.799"):
        taken = steps(standing(OLD), target, pools_later=True)
        assert {each.move.way for each in taken if each.move.act is Act.ADMIN} == {Way.GKECTL}


@pytest.mark.parametrize(
    ("start", "target", "saying"),
    [
        (standing(NEW), FIRST_OF_THE_NEW, "a cluster never goes back"),
        (standing(NEW), "1.34.0-gke.1", None),
        (standing(NEW), "1.35.0-gke.1", "knows no patch of 1.34"),
        (Standing(V(NEW), {}, {}), NEW, "there is no on-prem cluster"),
    ],
)
def test_a_target_that_can_not_be_reached_is_refused_with_the_reason(
    start: Standing, target: str, saying: str | None
) -> None:
    with pytest.raises(NoPlanError, match=saying or "knows no patch of 1.33|knows no patch of 1.34"):
        steps(start, target)


versions = st.sampled_from(
    [patch for release in catalogue().onprem.values() if not release.advanced_only for patch in release.patches]
)
legacy = st.frozensets(st.sampled_from([Feature.F5, Feature.KUBECEPTION, Feature.DATAPLANE_V1]))


@settings(max_examples=150)
@given(versions, versions, legacy, st.booleans(), st.booleans(), st.booleans())
def test_from_any_sound_standing_every_step_leads_to_a_sound_one_and_the_last_to_the_target(
    first: str, target: str, features: frozenset[Feature], non_ha: bool, api: bool, later: bool
) -> None:
    runs = catalogue().onprem[str(V(first).minor)].blockers
    start = standing(
        first,
        user_has=features - frozenset(runs),
        admin_has=[Feature.NON_HA_ADMIN] if non_ha and Feature.NON_HA_ADMIN not in runs else (),
        api=api and not features,
    )
    if V(target) < V(first):
        return
    now = start
    for each in steps(start, target, pools_later=later):
        assert each.before == now
        now = applied(now, each.move)
        assert list(unsound(now, catalogue())) == []
    assert {cluster.version for cluster in (*now.admins.values(), *now.users.values())} == {V(target)}
    assert {pool.version for pool in now.users["usr"].pools} == {V(target)}


@pytest.mark.parametrize(
    ("wrong", "saying"),
    [
        (standing(NEW, "1.32.300-gke.41"), "B61"),
        (standing(LAST_OF_THE_OLD, OLD), "B60"),
        (standing(NEW, pools=[OLD]), "B63: pool pool0"),
        (standing(FIRST_OF_THE_NEW, pools=[NEW]), "above its cluster"),
        (standing(NEW, user_has=[Feature.KUBECEPTION]), "B66"),
        (standing(NEW, workstation=FIRST_OF_THE_NEW), "B64"),
        (standing(OLD, workstation=NEW), "B64"),
        (standing("1.33.0-gke.799"), "B65"),
    ],
)
def test_an_unsound_standing_is_told(wrong: Standing, saying: str) -> None:
    assert any(saying in line for line in unsound(wrong, catalogue()))


def test_minors_between_start_and_target_are_all_visited() -> None:
    visited = {each.move.after.minor for each in steps(standing(OLD), NEW) if each.move.act is Act.ADMIN}
    assert visited == {Minor(1, 30), Minor(1, 31), Minor(1, 32)}
