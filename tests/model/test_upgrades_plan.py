"""Whole plans: what each step says, and that the plans of the documentation hold at every step."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from model.config.catalogue import Feature
from model.config.problems import Problem
from model.planning.upgrades import walk
from model.planning.upgrades.moves import Act, Way
from model.planning.upgrades.opening import opening
from model.planning.upgrades.plan import NoPlanError, Plan, plan, rings_before, target
from model.planning.upgrades.walk import walked
from operations.upgrade.page import markdown
from tests.fixtures import legacy
from tests.fixtures.upgrade_page import page
from tests.model.cases import PROD, ROOT, edited, environment, sample
from tests.model.standings import V, catalogue, read

OSLO = ZoneInfo("Europe/Oslo")


def numbers(made: Plan) -> list[set[str]]:
    return [{reason.rule for reason in step.reasons} for step in made.steps]


def test_the_plan_of_the_sample_is_workstation_admin_cluster_by_gkectl_and_user_cluster_by_up() -> None:
    made = plan(sample(), "prod", "1.32")
    assert str(made.target) == "1.32.200-gke.27"
    assert [(step.move.act, step.move.way) for step in made.steps] == [
        (Act.WORKSTATION, Way.GKECTL),
        (Act.ADMIN, Way.GKECTL),
        (Act.USER, Way.PULUMI),
    ]
    assert numbers(made) == [{"B61", "B64"}, {"B61", "A66", "B63", "B68"}, {"B61", "B63", "B68"}]
    assert not made.stopped


def test_twelve_nodes_of_the_largest_pool_take_three_hours_after_the_control_plane() -> None:
    step = plan(sample(), "prod", "1.32").steps[2]
    assert step.duration.minutes == 3 * 15 + 12 * 15
    assert "12 nodes of pool general, the largest" in step.duration.how
    assert step.addresses is not None
    assert (step.addresses.needed, step.addresses.present) == (2, 100 - 15)


def test_a_step_names_backups_and_checks_before_the_commands_with_the_rendered_files() -> None:
    admin, user = plan(sample(), "prod", "1.32").steps[1:]
    assert [command.rule for command in admin.commands.before] == ["", "B70", "B70", "B69", "B71"]
    lines = [command.line for command in admin.commands.step]
    assert lines[-1] == (
        "gkectl upgrade admin --kubeconfig onp1-prod-admin-kubeconfig --config onp1-prod-admin/admin-cluster.yaml"
    )
    assert "gke-onprem-vsphere-1.32.200-gke.27-full.tgz" in lines[-2]
    assert [command.line for command in user.commands.step] == ["pulumi preview -s prod --diff", "pulumi up -s prod"]


def test_a_minor_means_the_newest_patch_that_every_earlier_ring_has_had() -> None:
    assert str(plan(sample(), "prod", "1.32").target) == "1.32.200-gke.27"
    assert str(target("1.32", catalogue())) == "1.32.300-gke.41"
    with pytest.raises(NoPlanError, match=r"knows 1.29, 1.30, 1.31, 1.32, 1.33"):
        target("1.40", catalogue())
    with pytest.raises(NoPlanError, match="is no version such as"):
        target("latest", catalogue())


def test_ahead_of_the_earlier_rings_the_step_is_stopped_with_each_of_them_named() -> None:
    made = plan(sample(), "prod", "1.32.300-gke.41")
    assert [sorted({each.rule for each in step.stopped_by}) for step in made.steps] == [[], ["B73"], ["B73"]]
    assert "dev on 1.32.200-gke.27 and test on 1.32.200-gke.27" in made.steps[1].stopped_by[0].message


def test_a_plan_to_1_33_says_what_only_gkectl_can_do() -> None:
    made = plan(sample(), "prod", "1.33")
    converting = [step for step in made.steps if step.move.converts]
    assert [(step.move.name, step.move.way) for step in converting] == [
        ("onp1-prod-admin", Way.GKECTL),
        ("onp1-prod", Way.GKECTL),
    ]
    for step in converting:
        lines = [command.line for command in step.commands.step]
        assert any(line.startswith("gkectl prepare") and line.endswith("--advanced-cluster") for line in lines)
        assert not any("pulumi up" in line for line in lines)
        assert any("cert-manager 1.18" in note for note in step.notes)
    assert any(command.line.startswith("pulumi state delete") for command in converting[1].commands.step)
    assert any("`provisioner: gkectl`" in note for note in converting[1].notes)
    assert any("advanced: true" in note for note in converting[0].notes)


def test_a_plan_tells_what_the_minors_after_it_ask_for() -> None:
    assert any("1.33 has only advanced clusters" in line for line in plan(sample(), "prod", "1.32").beyond)
    short = plan(legacy.estate(), "prod", "1.30")
    assert any(line.startswith("1.32: onp1-prod has its control plane in the admin cluster") for line in short.beyond)


def test_from_1_29_kubeception_and_one_control_plane_node_are_cleared_before_1_32() -> None:
    made = plan(legacy.estate(), "prod", "1.32")
    moves = [step.move for step in made.steps]
    migrations = [(move.name, move.feature) for move in moves if move.act is Act.MIGRATION]
    assert migrations == [(legacy.USER, Feature.KUBECEPTION), (legacy.ADMIN, Feature.NON_HA_ADMIN)]
    assert [move.act for move in moves[:3]] == [Act.WORKSTATION, Act.USER, Act.ADMIN]
    assert [move.act for move in moves[3:6]] == [Act.WORKSTATION, Act.ADMIN, Act.USER]
    assert {move.way for move in moves} == {Way.GKECTL}
    assert not made.stopped


def test_the_migration_names_the_rendered_page_and_the_addresses_it_needs() -> None:
    made = plan(legacy.estate(), "prod", "1.32")
    step = next(each for each in made.steps if each.move.feature is Feature.KUBECEPTION)
    assert "migration.md" in step.commands.step[0].why
    assert step.addresses is not None
    assert step.addresses.needed == 4
    assert step.api_away


def test_entering_1_31_saves_deletes_and_brings_back_network_policies() -> None:
    made = plan(legacy.estate(), "prod", "1.32")
    entering = [step for step in made.steps if any(command.rule == "B67" for command in step.commands.before)]
    assert [(step.move.act, str(step.move.after.minor)) for step in entering] == [(Act.USER, "1.31")]
    words = [command.line.split()[3] for command in entering[0].commands.before if command.rule == "B67"]
    assert words == ["get", "delete"]
    assert "apply --filename" in next(each.line for each in entering[0].commands.after if each.rule == "B67")


def test_an_admin_cluster_with_one_node_is_away_and_needs_one_more_address() -> None:
    step = next(each for each in plan(legacy.estate(), "prod", "1.30").steps if each.move.act is Act.ADMIN)
    assert step.api_away
    assert step.addresses is not None
    assert (step.addresses.needed, step.addresses.present) == (1, 6 - 2 - 3)
    assert step.duration.minutes == (1 + 2 + 3) * 15


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("wanted", ["1.30", "1.31", "1.32"])
def test_the_plan_from_1_29_holds_at_every_step_when_it_is_walked(wanted: str, later: bool) -> None:
    old = legacy.estate()
    made = plan(old, "prod", wanted, pools_later=later)
    env = old.environments["prod"]
    taken = walked(env, made, rings_before(old, env))
    assert [complaint for each in taken for complaint in each.complaints] == []
    assert len(taken) == len(made.steps)
    assert taken[-1].after.admins[legacy.ADMIN].version == made.target


def test_a_plan_with_its_steps_exchanged_does_not_hold() -> None:
    old = legacy.estate()
    made = plan(old, "prod", "1.30")
    swapped = Plan("prod", made.target, made.start, made.end, made.steps[::-1], ())
    env = old.environments["prod"]
    complaints = [complaint for each in walked(env, swapped, {}) for complaint in each.complaints]
    assert any(complaint.startswith("B60") for complaint in complaints)
    assert any(complaint.startswith("B64") for complaint in complaints)
    assert any("from another standing" in complaint for complaint in complaints)


def test_what_may_not_be_is_told_after_a_step_even_where_nothing_was_said_before_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def silent(*_: object) -> tuple[Problem, ...]:
        return ()

    monkeypatch.setattr(walk, "attempt", silent)
    old = legacy.estate()
    made = plan(old, "prod", "1.30")
    swapped = Plan("prod", made.target, made.start, made.end, made.steps[::-1], ())
    complaints = [each.complaints for each in walked(old.environments["prod"], swapped, {})]
    assert any(line.startswith("B60") for line in complaints[0])


def test_what_is_planned_from_the_middle_is_the_rest_of_the_plan() -> None:
    whole = plan(sample(), "prod", "1.32")
    edit = {"      version: 1.31.800-gke.32\n      data_disk": "      version: 1.32.200-gke.27\n      data_disk"}
    rest = plan(read(edited(PROD, edit)), "prod", "1.32")
    assert [step.move for step in rest.steps] == [step.move for step in whole.steps[1:]]


def test_a_window_that_is_closed_says_when_it_opens_and_whether_the_step_fits() -> None:
    prod = environment("prod")
    monday = opening(prod, datetime(2026, 11, 2, 12, tzinfo=OSLO), 225)
    assert (monday.now, monday.fits) == (False, True)
    assert monday.start == datetime(2026, 11, 3, 18, tzinfo=OSLO)
    inside = opening(prod, datetime(2026, 11, 3, 19, tzinfo=OSLO), 240)
    assert (inside.now, inside.fits) == (True, True)
    late = opening(prod, datetime(2026, 11, 3, 21, tzinfo=OSLO), 225)
    assert (late.now, late.fits) == (True, False)
    assert "do not fit" in late.words


def test_an_exclusion_keeps_the_window_shut_and_no_window_is_always_open() -> None:
    christmas = opening(environment("prod"), datetime(2026, 12, 20, 12, tzinfo=OSLO), 60)
    assert christmas.start is not None
    assert christmas.start.date().isoformat() == "2027-01-05"
    assert opening(environment("sandbox"), datetime(2026, 12, 20, 12, tzinfo=OSLO), 60).now


def test_every_step_says_how_it_is_undone_and_stands_in_the_page() -> None:
    made = plan(legacy.estate(), "prod", "1.32")
    text = markdown(made)
    for step in made.steps:
        assert f"## {step.number}. " in text
        assert step.undo in text
        assert step.reasons


def test_the_page_of_the_documentation_is_fresh() -> None:
    assert (ROOT / "docs/upgrades.md").read_text(encoding="utf-8") == page(), (
        "out of date: python -m tests.fixtures.upgrade_page > docs/upgrades.md"
    )


def test_an_environment_on_the_newest_patch_has_nothing_to_do() -> None:
    assert plan(sample(), "sandbox", "1.32").steps == ()
    assert V("1.32.300-gke.41") == plan(sample(), "sandbox", "1.32").target
