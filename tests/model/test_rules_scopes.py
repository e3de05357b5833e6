"""Scopes, logs, the platform's budget and roles inside clusters: each rule with the edit that breaks it."""

from __future__ import annotations

from collections.abc import Mapping

from model.config.problems import Severity
from tests.model import access_forms as forms
from tests.model.cases import DEV, ORGANISATION, PROD, edited, of_rule, problems, refused, warned

RIGHT = (forms.sandbox(), forms.stier(), forms.organisation())
MEMBERS = "      members:\n"
RESTARTS = f"restarts: {{group: {forms.ON_CALL}, role: restarter, reason: restarts at night}}"


def member(name: str, group: str, role: str = "view", more: str = "") -> str:
    """Return the line of a further member of a scope."""
    return f"        {name}: {{group: {group}, role: {role}, reason: a try{more}}}\n"


def several(stack: Mapping[str, str], record: Mapping[str, str], *expected: tuple[str, str]) -> None:
    """Require that the files with two edits are refused for each of `expected`, rule and part of what is said."""
    found = problems(forms.sandbox(dict(stack)), forms.stier(dict(record)))
    errors = [each for each in found if each.severity is Severity.ERROR]
    missing = [
        (rule, saying)
        for rule, saying in expected
        if not any(each.rule == rule and saying in f"{each.message} -> {each.remedy}" for each in errors)
    ]
    assert not missing, "\n".join(each.text() for each in errors)


def test_every_form_of_access_together_is_right() -> None:
    errors = [each.text() for each in problems(*RIGHT) if each.severity is Severity.ERROR]
    assert errors == []


def test_a_scope_has_its_teams_clusters_and_namespaces_and_no_others() -> None:
    clusters, namespaces = "      clusters: [gcp1-sandbox]\n", "      namespaces: [stiportal-review]\n"
    several(
        {},
        {
            clusters: "      clusters: [gcp1-sandbox, gcp1-sandbox, gcp1-dev]\n",
            namespaces: "      namespaces: [stiportal-a, stiportal-a, stiportal-main, snodekke-main]\n",
        },
        ("E14", "bound to gcp1-dev, and the team is not there"),
        ("E14", "cluster gcp1-sandbox stands twice"),
        ("E14", "namespace stiportal-a stands twice"),
        ("E14", "is in the scope of stier without being named"),
        ("E14", "'snodekke-main' in the scope of stier is not the team's"),
    )


def test_a_scope_of_no_cluster_or_in_a_fleet_without_scopes_is_refused() -> None:
    record = {"      clusters: [gcp1-sandbox]\n": "      clusters: []\n"}
    several(
        {forms.TEAM_SCOPES.lstrip("\n"): ""}, record, ("E14", "bound to no cluster"), ("E14", "whose fleet has none")
    )


def test_members_of_a_scope_are_known_groups_with_known_roles_once() -> None:
    several(
        {},
        {
            MEMBERS: MEMBERS
            + member("itself", "varde-team-stier@fjellverket.example")
            + member("unknown", "varde-team-stire@fjellverket.example")
            + member("person", "somebody@elsewhere.example")
            + member("admins", forms.ADMINS, "cluster-admin")
            + member("again", forms.SECURITY)
            + member("platform", "varde-team-plattform@fjellverket.example", "cluster-admin")
            + member("others", "varde-team-skred@fjellverket.example")
            + member("consented", forms.ADMINS, "edit", ", consent: {by: " + forms.LEADS + ", on: 2026-10-01}"),
            "reason: restarts at night": 'reason: ""',
        },
        ("E15", "gives stier itself a role in its own scope"),
        ("F1", "did you mean 'varde-team-stier@"),
        ("E34", "is outside fjellverket.example"),
        ("E15", "role 'cluster-admin' in the scope of stier, and there is none"),
        ("E15", "'restarts' in the scope of stier has no reason"),
        ("E16", "give one role to one group in the scope of stier"),
        ("E16", "varde-team-plattform@fjellverket.example has 'cluster-admin' in all clusters"),
        ("F18", "lets varde-team-skred@fjellverket.example, of team skred, into the scope of stier"),
        ("F18", "has a consent, and it reaches beyond no team"),
    )


def test_the_owner_lets_another_team_into_its_scope() -> None:
    consent = f", consent: {{by: {forms.LEADS}, on: 2026-10-01}}"
    record = forms.stier({MEMBERS: MEMBERS + member("others", "varde-team-skred@fjellverket.example", more=consent)})
    assert of_rule("F18", forms.sandbox(), record) == []


def test_a_group_that_clusters_never_hear_of_has_no_role_in_a_scope() -> None:
    kind = 'kind: role, use: "security review'
    organisation = edited(ORGANISATION, {kind: f"nested: false, environments: [prod], {kind}"})
    found = of_rule("E15", forms.sandbox(), forms.stier(), organisation)
    assert ["is not nested in" in each.message for each in found] == [True]
    saying = [each.message for each in of_rule("F18", forms.sandbox(), forms.stier(), organisation)]
    assert any("a group of prod, into sandbox" in each for each in saying)


def test_custom_roles_give_what_they_say() -> None:
    several(
        {
            "        restarter:\n": (
                '        view: {rules: [], reason: ""}\n'
                "        more: {reason: a try, rules: [{groups: [], resources: ['*'], verbs: [get, escalate]}]}\n"
                "        restarter:\n"
            )
        },
        {},
        ("E15", "is called like one of Kubernetes' own"),
        ("E15", "custom role 'view' has no reason"),
        ("E15", "custom role 'view' allows nothing"),
        ("E15", "its list 'groups' is empty"),
        ("E15", "has resources '*'"),
        ("E15", "has verbs 'escalate'"),
    )


def test_logs_are_kept_once_and_for_a_time() -> None:
    several(
        {"    team_scopes:\n": "    team_scopes:\n      logs: COPY\n"},
        {"logs: {retention_days: 14}": "logs: {retention_days: 3651}"},
        ("E16", "(COPY), and logs asks for another"),
        ("E16", "kept for 3651 days"),
    )


def test_log_buckets_are_made_by_an_account_that_may() -> None:
    refused("E30", forms.sandbox(), forms.stier(), saying="and teams ask for log buckets")


def test_teams_serve_themselves_nowhere_in_production_and_elsewhere_with_a_warning() -> None:
    switch = "    team_scopes: {self_service: true}\n"
    refused(
        "E16", edited(PROD, {"  hybrid:fleet:\n": f"  hybrid:fleet:\n{switch}"}), saying="makes namespaces of any name"
    )
    warned("E16", edited(DEV, {"  hybrid:fleet:\n": f"  hybrid:fleet:\n{switch}"}), saying="unreviewed")


def test_a_budget_has_an_amount_thresholds_and_somebody_who_is_told() -> None:
    budget = forms.BUDGET.lstrip("\n")
    several(
        {budget: "    budget: {eur: 0, spent_percent: [0, 50, 50], forecast_percent: []}\n"},
        {},
        ("X10", "0 EUR a month"),
        ("X10", "a message at 0 %"),
        ("X10", "50 % stands twice"),
        ("X10", "tells nobody"),
    )
    channels = ", ".join(f"projects/varde-k8s-sandbox-1a2b/notificationChannels/{number}" for number in range(6))
    quiet = f"    budget: {{eur: 9, spent_percent: [], forecast_percent: [], channels: [{channels}]}}\n"
    several({budget: quiet}, {}, ("X10", "has no threshold"), ("X10", "tells 6 channels"))


class TestInside:
    """E30: whoever is cluster-admin inside has asked for it, and somebody has approved in production."""

    def test_a_role_inside_clusters_needs_a_way_to_them(self) -> None:
        gateway = "roles/gkehub.gatewayAdmin, roles/gkeonprem.admin"
        several(
            {f"roles/gkehub.admin, {gateway}": "roles/gkeonprem.admin"},
            {},
            ("E30", "no way to them: roles/gkehub.viewer and roles/gkehub.gatewayReader is missing"),
        )
        target = "        target: cluster-project\n        roles: [roles/con"
        several({target: target.replace("cluster", "network", 1)}, {}, ("E30", "which are in the cluster project"))

    def test_whoever_passes_the_gateway_at_any_time_is_not_let_in_by_it(self) -> None:
        platform = "varde-team-plattform@fjellverket.example"
        several(
            {f"requesters: [{forms.ADMINS}]": f"requesters: [{platform}]"},
            {},
            ("E30", "passes the Connect gateway at any time by grant 'platform'"),
            ("F2", "is cluster-admin inside clusters by 'platform' already"),
        )

    def test_membership_of_a_group_that_passes_the_gateway_counts(self) -> None:
        use = 'kind: role, use: "may request'
        within = f"nested: false, member_of: [varde-team-plattform@fjellverket.example], {use}"
        found = problems(forms.sandbox(), forms.stier(), edited(ORGANISATION, {use: within}))
        assert any(each.rule == "E30" and "through varde-team-plattform@" in each.message for each in found)
        assert any(each.rule == "F2" and "no cluster ever sees the group" in each.message for each in found)

    def test_in_production_somebody_approves(self) -> None:
        text = edited(PROD, {})[PROD]
        begin = text.index("      platform-admin:")
        end = text.index("      network-admin:", begin)
        entitlement = text[begin:end]
        assert "levels: [[" in entitlement
        lines = [line for line in entitlement.splitlines() if "levels:" not in line]
        stack = (
            text[:begin] + "\n".join([*lines, "        levels: []", "        inside: cluster-admin", ""]) + text[end:]
        )
        refused("E30", {PROD: stack}, saying="inside production with nobody's approval")
