"""What a change gives and takes: effective access of two sets of files compared."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from model.planning.questions.difference import Change, Turn, access_difference
from model.planning.questions.rights import short
from model.planning.questions.words import change
from tests.model.cases import ORGANISATION, PROD, ROOT, edited, estate, sample

STIER, SKRED = "stacks/teams/stier.yaml", "stacks/teams/skred.yaml"
TEAM = "group:varde-team-stier@fjellverket.example"


def changes(*edits: Mapping[str, str], environment: str | None = None) -> tuple[Change, ...]:
    found = access_difference(sample(), estate(*edits), [environment] if environment else ())
    return found.changes


def said(*edits: Mapping[str, str], environment: str | None = None) -> list[str]:
    return [change(each) for each in changes(*edits, environment=environment)]


def test_the_same_files_change_nothing_for_anybody() -> None:
    assert not access_difference(sample(), estate())


def test_the_order_of_lists_and_keys_changes_nothing_for_anybody() -> None:
    turned = edited(STIER, {"prefixes: [stiportal, ruteplan]": "prefixes: [ruteplan, stiportal]"})
    text = (ROOT / ORGANISATION).read_text(encoding="utf-8")
    groups = [line for line in text.splitlines() if line.startswith("  varde-team-s")]
    first, second = groups[:2]
    swapped = text.replace(first, "@").replace(second, first).replace("@\n", f"{second}\n")
    assert swapped != text
    assert not access_difference(sample(), estate(turned, {ORGANISATION: swapped}))


def test_a_prefix_gives_the_team_its_role_in_the_namespace_and_says_who_is_in_the_group() -> None:
    edit = edited(STIER, {"prefixes: [stiportal, ruteplan]": "prefixes: [stiportal, ruteplan, turkart]"})
    assert said(edit, environment="dev") == [
        f"group varde-team-stier gains admin in namespace turkart-main of {cluster}, and with it varde-role-stier-leder"
        for cluster in ("gcp1-dev", "onp1-dev")
    ]


def test_a_role_in_a_profile_reaches_every_team_that_has_it_and_nobody_else() -> None:
    operate = "    team_project: [roles/browser, roles/logging.viewer, roles/monitoring.viewer]\n"
    edit = edited(ORGANISATION, {operate: operate.replace("]", ", roles/cloudsql.viewer]")})
    found = changes(edit)
    assert {each.environment for each in found} == {"prod"}
    assert {each.turn for each in found} == {Turn.GAINS}
    teams = {team.groups.google for team in sample().teams.values()}
    assert {each.principal for each in found} == {f"group:{group}" for group in teams}


def test_a_group_that_is_nested_gains_what_the_outer_one_has_and_through_which() -> None:
    auditors = "varde-role-revisjon@fjellverket.example: {"
    edit = edited(ORGANISATION, {auditors: f"{auditors}member_of: [varde-role-okonomi@fjellverket.example], "})
    found = changes(edit)
    assert {each.principal for each in found} == {"group:varde-role-revisjon@fjellverket.example"}
    assert change(found[0]).endswith("through varde-role-okonomi")


def test_a_last_day_that_moves_is_other_terms_of_the_same_right() -> None:
    found = changes(edited(PROD, {'expires: "2027-03-31"': 'expires: "2027-05-31"'}))
    assert {each.turn for each in found} == {Turn.CHANGES}
    assert "until 2027-05-31; it was standing, until 2027-03-31" in change(found[0])


def test_an_approval_that_goes_is_said_with_what_it_was() -> None:
    approval = "secret-admin: {levels: [[varde-team-stier@fjellverket.example]], max: 1h}"
    (first, *_) = said(edited(STIER, {approval: "secret-admin: {levels: [], max: 1h}"}), environment="prod")
    assert "on request (secret-admin), for 1h, at once; it was on request (secret-admin), for 1h, approved by" in first


def test_a_group_that_becomes_pending_loses_what_it_has_and_nobody_else_anything() -> None:
    found = changes(edited(SKRED, {"  state: active": "  state: pending"}), environment="prod")
    losing = {short(each.principal) for each in found if each.turn is Turn.LOSES}
    assert losing == {"varde-team-skred"}
    assert not [each for each in found if each.turn is Turn.GAINS]


def test_a_team_that_leaves_takes_its_deny_rule_along() -> None:
    removed = estate()
    gone = type(removed)(
        removed.organisation,
        {
            name: type(env)(
                *(env.name, env.source, env.organisation),
                {slug: team for slug, team in env.teams.items() if slug != "hytter"},
                *(env.today, env.sections, env.versions),
            )
            for name, env in removed.environments.items()
        },
        {slug: team for slug, team in removed.teams.items() if slug != "hytter"},
        removed.today,
    )
    found = access_difference(sample(), gone, ["prod"])
    assert {each.turn for each in found.changes} == {Turn.LOSES}
    assert all("hytter" in f"{each.principal} {each.right.resource}" for each in found.changes)
    assert [each.before.id for each in found.denials if each.before and each.after is None] == ["hytter-state"]


def test_an_environment_that_is_new_gains_everything_in_it() -> None:
    old = estate()
    without = type(old)(
        old.organisation, {name: env for name, env in old.environments.items() if name != "prod"}, old.teams, old.today
    )
    found = access_difference(without, sample())
    assert {each.environment for each in found.changes} == {"prod"}
    assert {each.turn for each in found.changes} == {Turn.GAINS}


@pytest.mark.parametrize(("old", "new", "turn"), [(0, 1, Turn.GAINS), (1, 0, Turn.LOSES)])
def test_gains_one_way_are_losses_the_other(old: int, new: int, turn: Turn) -> None:
    edit = edited(STIER, {"prefixes: [stiportal, ruteplan]": "prefixes: [stiportal, ruteplan, turkart]"})
    both = (sample(), estate(edit))
    assert {each.turn for each in access_difference(both[old], both[new]).changes} == {turn}
