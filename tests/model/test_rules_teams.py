"""Team records: each rule with the edit that breaks it."""

from __future__ import annotations

from datetime import date

import pytest

from model.config.problems import Severity
from tests.model.cases import ORGANISATION, PROD, ROOT, edited, of_rule, problems, refused, warned

STIER = "stacks/teams/stier.yaml"
SKRED = "stacks/teams/skred.yaml"
HYTTER = "stacks/teams/hytter.yaml"
KARTFLISER = "stacks/teams/kartfliser.yaml"
INNSYN = "stacks/teams/innsyn.yaml"
INNSIKT = "stacks/teams/innsikt.yaml"
ON_CALL = "varde-role-plattform-vakt@fjellverket.example"
ENTITLEMENT = (
    "      secret-admin: {levels: [[varde-team-skred@fjellverket.example, "
    "varde-role-plattform-vakt@fjellverket.example]], max: 1h}\n"
)


def prefixes(text: str) -> dict[str, str]:
    """Return the record of stier with other prefixes."""
    return edited(STIER, {"prefixes: [stiportal, ruteplan]": f"prefixes: [{text}]"})


REFUSED = {
    "a prefix of another team": (
        "H2",
        prefixes("stiportal, booking"),
        "belongs to hytter already (stacks/teams/hytter.yaml:",
    ),
    "a reserved prefix": ("H2", prefixes("istio"), "reaches into 'istio', which is reserved"),
    "a prefix below a reserved one": ("H2", prefixes("kube-x"), "reaches into 'kube'"),
    "a prefix above a reserved one": ("H2", prefixes("cert"), "reaches into 'cert-manager'"),
    "a team without a prefix": ("H2", prefixes(""), "owns no namespace"),
    "a prefix that leaves no room": ("H2", prefixes("s" * 59), "would have 64 characters"),
    "an unknown environment": (
        "F18",
        edited(INNSIKT, {"  dev:\n    clusters: [gcp1-dev]": "  devv:\n    clusters: [gcp1-dev]"}),
        "did you mean 'dev'",
    ),
    "a cluster of another environment": (
        "F18",
        edited(STIER, {"clusters: [onp1-dev, gcp1-dev]": "clusters: [onp1-prod, gcp1-dev]"}),
        "'onp1-prod' is a cluster of prod, not of dev",
    ),
    "a cluster with a slip of the pen": (
        "F18",
        edited(STIER, {"clusters: [onp1-dev, gcp1-dev]": "clusters: [onp1-dve, gcp1-dev]"}),
        "did you mean 'onp1-dev'",
    ),
    "no cluster at all": (
        "F18",
        edited(STIER, {"clusters: [onp1-dev, gcp1-dev]": "clusters: []"}),
        "in none of its clusters",
    ),
    "a cluster that stands twice": (
        "F18",
        edited(STIER, {"clusters: [onp1-dev, gcp1-dev]": "clusters: [onp1-dev, onp1-dev]"}),
        "stands twice for stier",
    ),
    "personal data in the cloud": (
        "J003",
        edited(HYTTER, {"clusters: [onp1-prod]": "clusters: [onp1-prod, gcp1-prod]"}),
        "class 'personal', which stays on-prem",
    ),
    "petabytes in the cloud": (
        "J003",
        edited(KARTFLISER, {"clusters: [onp1-prod]": "clusters: [onp1-prod, gcp1-prod]"}),
        "class 'petabyte', which stays on-prem",
    ),
    "another role than the environment gives": (
        "F19",
        edited(STIER, {"rbac: view": "rbac: admin"}),
        "'admin' in prod, where product teams have 'view'",
    ),
    "autosync of a 24x7 team in production": (
        "H12",
        edited(
            INNSYN,
            {"    rbac: view\n    autosync: false": "    rbac: view\n    autosync: true"},
        ),
        "innsyn answers at all hours",
    ),
    "an unknown owner": (
        "F1",
        edited(STIER, {"varde-role-stier-leder@": "varde-role-stier-leiar@"}),
        "did you mean 'varde-role-stier-leder@fjellverket.example'",
    ),
    "a break-glass account that approves": (
        "F1",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("varde-team-skred", "bg-1")}),
        "break-glass account",
    ),
    "an object id that the organisation does not have": (
        "F12",
        edited(STIER, {"000000000011": "000000000099"}),
        "delivery would answer to another group",
    ),
    "the group of another team": (
        "F12",
        edited(STIER, {"  google: varde-team-stier@": "  google: varde-team-skred@"}),
        "is the group of skred already",
    ),
    "a quota of nothing": (
        "X10",
        edited(STIER, {"quota: {cpu: 6,": "quota: {cpu: 0,"}),
        "quota cpu of stier in dev is 0",
    ),
    "a budget of nothing": ("X10", edited(STIER, {"budget_eur: 300": "budget_eur: 0"}), "0 EUR a month"),
    "a basic role of a deploy account": (
        "F7",
        edited(STIER, {"  roles: [roles/storage.admin,": "  roles: [roles/editor,"}),
        "roles/editor is a basic role",
    ),
    "a deploy account with a long id": (
        "A81",
        edited(STIER, {"sa: stier-deploy": f"sa: {'s' * 31}"}),
        "has 31 characters",
    ),
    "a deploy account with a short id": ("A81", edited(STIER, {"sa: stier-deploy": "sa: stier"}), "has 5 characters"),
    "a pool with a long id": (
        "F14",
        edited(STIER, {"pool: stier-deploy-pool": f"pool: {'s' * 33}"}),
        "has 33 characters",
    ),
    "a pool with a reserved id": (
        "F14",
        edited(STIER, {"pool: stier-deploy-pool": "pool: gcp-stier"}),
        "begins with gcp-",
    ),
    "a repository of somebody else": (
        "F14",
        edited(STIER, {"apps_repo: fjellverket/": "apps_repo: annen/"}),
        "annen/stier-apps is not a repository of fjellverket",
    ),
    "two manifest repositories of one name": (
        "F14",
        edited(
            INNSYN,
            {
                "repo: fjellverket/innsyn-monolitt-manifests}": (
                    "repo: fjellverket/innsyn-monolitt-manifests}\n  - {name: monolitt, repo: fjellverket/annet}"
                )
            },
        ),
        "two manifest repositories 'monolitt'",
    ),
    "a GitHub environment where the team is not": (
        "F14",
        edited(INNSIKT, {"environments: {dev: dev, prod: prod}": "environments: {dev: dev, test: test, prod: prod}"}),
        "where innsikt has nothing",
    ),
    "an environment without a GitHub environment": (
        "F14",
        edited(INNSIKT, {"environments: {dev: dev, prod: prod}": "environments: {dev: dev}"}),
        "innsikt is in prod and has no GitHub environment",
    ),
    "a project of another team": (
        "F18",
        edited(STIER, {"project: stier-dev-1c3e": "project: skred-dev-7f10"}),
        "the project of skred in dev already",
    ),
    "no on-call among the approvers of a 24x7 team": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace(f", {ON_CALL}", "")}),
        f"add {ON_CALL} to the first level",
    ),
    "on-call in the second level only": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace(f", {ON_CALL}]", f"], [{ON_CALL}]")}),
        "has no on-call approver",
    ),
    "a duration that is none": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("max: 1h", "max: one hour")}),
        "'one hour', which is no duration",
    ),
    "a duration that is too short": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("max: 1h", "max: 29m")}),
        "lasts 29m",
    ),
    "a duration that is too long": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("max: 1h", "max: 169h")}),
        "lasts 169h",
    ),
    "an entitlement with a short id": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("secret-admin", "sec")}),
        "has an id of 3 characters",
    ),
    "three levels of approval": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("]]", f"], [{ON_CALL}], [{ON_CALL}]]")}),
        "has 3 levels of approval",
    ),
    "a level without an approver": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("]]", "], []]")}),
        "level 2 of 'secret-admin'",
    ),
    "twenty-one approvers": (
        "F16",
        edited(SKRED, {ENTITLEMENT: ENTITLEMENT.replace("]]", f"{f', {ON_CALL}' * 19}]]")}),
        "has 21 approvers",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_record_is_refused_for(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def new_team(slug: str, prefix: str) -> dict[str, str]:
    """Return a further team with one prefix."""
    text = (ROOT / STIER).read_text(encoding="utf-8")
    text = text.replace("prefixes: [stiportal, ruteplan]", f"prefixes: [{prefix}]").replace(
        "slug: stier", f"slug: {slug}"
    )
    return {f"stacks/teams/{slug}.yaml": text}


def test_a_prefix_that_begins_with_another_teams_prefix_and_a_hyphen_names_both_files() -> None:
    found = refused("H2", new_team("a", "sti"), new_team("b", "sti-plan"), saying="'sti-*' of a (stacks/teams/a.yaml:")
    assert found.file == "stacks/teams/b.yaml"
    assert "'sti-plan-x' of b" in found.message


def test_a_prefix_that_another_only_begins_with_is_accepted() -> None:
    assert of_rule("H2", new_team("a", "sti")) == []


def test_the_sample_warns_of_autosync_in_production_of_an_office_team_alone() -> None:
    found = of_rule("H12")
    assert [(each.file, each.severity) for each in found] == [(INNSIKT, Severity.WARNING)]
    assert "prune is off" in found[0].message


def test_a_pending_team_is_warned_of_and_nothing_else() -> None:
    edit = edited(SKRED, {"  state: active": "  state: pending"})
    warned("F12", edit, saying="varde-team-skred@fjellverket.example is waiting for sync: team skred gets nothing")
    assert {each for each in problems(edit) if each.rule != "F12"} == set(problems())


@pytest.mark.parametrize("tier", ["NONE", "STANDARD"])
def test_two_levels_below_premium_are_refused_with_every_record_named(tier: str) -> None:
    edit = edited(ORGANISATION, {"security_command_center: PREMIUM": f"security_command_center: {tier}"})
    found = [each for each in of_rule("F16", edit) if f"Security Command Center {tier} does not have" in each.message]
    assert {each.file for each in found} == {PROD, STIER, SKRED, HYTTER, KARTFLISER, INNSYN, INNSIKT}


def test_enterprise_has_two_levels_too() -> None:
    edit = edited(ORGANISATION, {"security_command_center: PREMIUM": "security_command_center: ENTERPRISE"})
    assert of_rule("F16", edit) == []


def test_a_record_is_to_be_reviewed_the_day_after_its_day() -> None:
    assert of_rule("F19", today=date(2027, 3, 31)) == []
    found = warned("F19", today=date(2027, 4, 1), saying="the record of hytter was to be reviewed by 2027-03-31")
    assert found.file == HYTTER


def test_a_group_of_a_team_that_is_not_nested_is_refused() -> None:
    edit = edited(
        ORGANISATION, {'kind: team, use: "product team skred"': 'kind: team, nested: false, use: "product team skred"'}
    )
    refused("F10", edit, saying="skred would be nobody in the clusters")


def test_an_unknown_key_of_a_record_is_refused_with_the_known_one() -> None:
    edit = edited(INNSIKT, {"    autosync: true\n    budget_eur: 2000": "    autosynk: true\n    budget_eur: 2000"})
    found = refused("format", edit, saying="did you mean 'autosync'")
    assert found.line == 44


def test_a_team_in_the_cloud_alone_and_in_two_environments_is_accepted() -> None:
    assert [each for each in problems() if each.file == INNSIKT and each.rule != "H12"] == []
