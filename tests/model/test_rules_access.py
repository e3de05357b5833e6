"""Who may do what: each rule with the edit that breaks it. Roles that clusters give are tested on a real API server."""

from __future__ import annotations

from datetime import date

import pytest

from tests.model.cases import DEV, ORGANISATION, PROD, SANDBOX, edited, of_rule, problems, refused, warned

NETWORK = "        group: varde-role-nettverk@fjellverket.example\n"
AUDIT = "roles: [roles/browser, roles/iam.securityReviewer, roles/logging.viewer]"
PLATFORM_CLUSTER = """\
      platform:
        principal: varde-team-plattform@fjellverket.example
        role: view
        reason: the platform team sees every namespace
"""
PLAN = "        principal: varde-prod-plan@varde-seed-0001.iam.gserviceaccount.com\n"
APPLY = "        principal: varde-prod-apply@varde-seed-0001.iam.gserviceaccount.com\n        role: cluster-admin\n"
PLATFORM_ROLES = (
    "roles: [roles/gkehub.viewer, roles/gkehub.gatewayReader, roles/container.viewer, roles/gkeonprem.viewer"
)


def group(address: str) -> dict[str, str]:
    """Return the replacement that grants the network role to another principal."""
    return {NETWORK: f"        group: {address}\n"}


REFUSED = {
    "a person": ("F1", group("someone@fjellverket.example"), "only groups are granted anything, never a person"),
    "a group with a slip of the pen": (
        "F1",
        group("varde-role-netverk@fjellverket.example"),
        "did you mean 'varde-role-nettverk@fjellverket.example'",
    ),
    "a break-glass account": ("F1", group("bg-1@fjellverket.example"), "outside this program"),
    "a group of another domain": ("E34", group("varde-role-nettverk@annet.example"), "is outside fjellverket.example"),
    "a product area": ("F11", group("varde-area-kartdata@fjellverket.example"), "a parent for cost alone"),
    "everyone": ("format", group("allUsers"), "e-mail address"),
    "everyone with an account": ("format", group("allAuthenticatedUsers"), "e-mail address"),
    "a person by type": ("format", group("user:someone@fjellverket.example"), "e-mail address"),
    "a person in the clusters": (
        "F1",
        {
            PLATFORM_CLUSTER: PLATFORM_CLUSTER
            + PLATFORM_CLUSTER.replace("platform:", "more:").replace("varde-team-plattform", "someone")
        },
        "there is no group someone@fjellverket.example",
    ),
    "the owner role": ("F7", {AUDIT: "roles: [roles/owner]"}, "roles/owner is a basic role"),
    "the editor role": ("F7", {AUDIT: "roles: [roles/browser, roles/editor]"}, "roles/editor is a basic role"),
    "the viewer role": ("F7", {AUDIT: "roles: [roles/viewer]"}, "roles/viewer is a basic role"),
    "standing streaming access": (
        "E31",
        {PLATFORM_ROLES: PLATFORM_ROLES.replace("gatewayReader", "gatewayAdmin")},
        "exec into every pod of production",
    ),
    "the identity of another environment": (
        "F18",
        {PLAN: PLAN.replace("prod", "dev")},
        "varde-dev-plan@varde-seed-0001.iam.gserviceaccount.com is not an account",
    ),
    "a grant without a role": ("F19", {AUDIT: "roles: []"}, "gives nothing"),
    "a role that stands twice in a grant": (
        "F19",
        {AUDIT: "roles: [roles/browser, roles/browser]"},
        "roles/browser' stands twice",
    ),
    "a grant without a reason": (
        "F19",
        {"reason: the yearly audit, read only": 'reason: ""'},
        "grant 'auditors' has no reason",
    ),
    "one role granted twice": (
        "F2",
        {
            AUDIT: "roles: [roles/browser, roles/iam.securityReviewer]",
            "group: varde-role-revisjon": "group: varde-role-sikkerhet",
        },
        "twice, by auditors and security",
    ),
    "one cluster role granted twice": (
        "F2",
        {PLATFORM_CLUSTER: PLATFORM_CLUSTER + PLATFORM_CLUSTER.replace("platform:", "again:")},
        "'platform' and 'again' grant one cluster role",
    ),
    "what the profile of a team gives already": (
        "F2",
        {AUDIT: "roles: [roles/gkehub.viewer]", "group: varde-role-revisjon": "group: varde-team-stier"},
        "by auditors and team stier, profile operate",
    ),
    "an unknown profile": ("F18", {"team_profile: operate": "team_profile: operat"}, "did you mean 'operate'"),
    "teams without any access": (
        "F18",
        {"    team_profile: operate\n": ""},
        "team stier is in prod, where product teams have no access",
    ),
    "the platform team without its grant": (
        "E30",
        {PLATFORM_ROLES: "roles: [roles/gkehub.gatewayReader"},
        "lock-out: in prod nothing lets varde-team-plattform@fjellverket.example, the platform team, find a cluster",
    ),
    "the platform team without the gateway": (
        "E30",
        {PLATFORM_ROLES: PLATFORM_ROLES.replace("roles/gkehub.gatewayReader, ", "")},
        "reach a cluster through the Connect gateway",
    ),
    "the platform team without a cluster role": ("E30", {PLATFORM_CLUSTER: ""}, "has no role in the clusters of prod"),
    "a platform team whose grant ends": (
        "E30",
        {"reason: the platform team reads routes and tunnels": 'reason: a try\n        expires: "2027-03-31"'},
        "see routes and tunnels",
    ),
    "the plan account without a role": ("E30", {PLAN: PLAN.replace("plan", "plann")}, "which previews, has no role"),
    "the apply account without its role": (
        "E30",
        {APPLY: APPLY.replace("cluster-admin", "edit")},
        "which applies, is not cluster-admin",
    ),
    "a cluster role without the way there": (
        "E30",
        {
            PLATFORM_CLUSTER: PLATFORM_CLUSTER
            + PLATFORM_CLUSTER.replace("platform:", "audit:").replace("team-plattform", "role-revisjon")
        },
        "roles/gkehub.viewer and roles/gkehub.gatewayReader is missing",
    ),
}


@pytest.mark.parametrize(("rule", "replace", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_prod_stack_is_refused_for(rule: str, replace: dict[str, str], saying: str) -> None:
    refused(rule, edited(PROD, replace), saying=saying)


ORGANISATION_REFUSED = {
    "a profile without the way to a cluster": (
        "E30",
        {
            (
                "cluster_project: [roles/gkehub.viewer, roles/gkehub.gatewayReader]"
            ): "cluster_project: [roles/gkehub.viewer]"
        },
        "profile 'operate' has no way to a cluster: roles/gkehub.gatewayReader is missing",
    ),
    "a profile with streaming access in production": (
        "E31",
        {
            (
                "cluster_project: [roles/gkehub.viewer, roles/gkehub.gatewayReader]"
            ): "cluster_project: [roles/gkehub.viewer, roles/gkehub.gatewayAdmin]"
        },
        "lets every product team exec into every pod of production",
    ),
    "a group with a cluster role that is not nested": (
        "F10",
        {'kind: team, use: "platform team: view': 'kind: team, nested: false, use: "platform team: view'},
        "varde-team-plattform@fjellverket.example is not nested in gke-security-groups@fjellverket.example",
    ),
}


@pytest.mark.parametrize(("rule", "replace", "saying"), ORGANISATION_REFUSED.values(), ids=ORGANISATION_REFUSED)
def test_an_organisation_is_refused_for(rule: str, replace: dict[str, str], saying: str) -> None:
    refused(rule, edited(ORGANISATION, replace), saying=saying)


def test_streaming_access_outside_production_is_accepted() -> None:
    assert "roles/gkehub.gatewayAdmin" in edited(SANDBOX, {})[SANDBOX]
    assert of_rule("E31") == []


def test_a_dev_stack_may_not_lose_the_platform_team_either() -> None:
    edit = edited(DEV, {PLATFORM_CLUSTER: ""})
    refused("E30", edit, saying="has no role in the clusters of dev")


def test_a_pending_group_is_warned_of_where_it_is_granted_something() -> None:
    edit = edited(
        ORGANISATION,
        {'kind: role, use: "auditors, read only"': 'kind: role, state: pending, use: "auditors, read only"'},
    )
    found = warned("F12", edit, saying="varde-role-revisjon@fjellverket.example is waiting for sync")
    assert found.file == PROD


def test_grants_on_team_projects_where_no_team_is_are_warned_of() -> None:
    edit = edited(
        SANDBOX,
        {"targets: [cluster-project, network-project]": "targets: [cluster-project, network-project, team-projects]"},
    )
    warned("F18", edit, saying="no team is in sandbox")


def test_a_grant_that_has_ended_is_refused() -> None:
    found = refused("F4", today=date(2027, 4, 1), saying="grant 'auditors' ended on 2027-03-31")
    assert "renew" in found.remedy


def test_a_grant_is_warned_of_from_fourteen_days_before_its_last() -> None:
    assert of_rule("F4", today=date(2027, 3, 16)) == []
    assert warned("F4", today=date(2027, 3, 17), saying="14 days from 2027-03-17")
    assert warned("F4", today=date(2027, 3, 31), saying="0 days from 2027-03-31")


def test_other_findings_about_dates_appear_beside_an_ended_grant() -> None:
    rules = {problem.rule for problem in problems(today=date(2027, 4, 1))}
    assert {"F4", "B72", "F19"} <= rules


def test_more_groups_on_a_project_than_its_policy_holds_are_refused() -> None:
    known, granted = "", ""
    for number in range(251):
        known += (
            f"  varde-role-g{number}@fjellverket.example: "
            f"{{entra_object_id: 00000000-0000-4000-8000-000000001{number:03}, kind: role, use: many}}\n"
        )
        granted += (
            f"      g{number}: {{group: varde-role-g{number}@fjellverket.example, targets: [network-project], "
            "roles: [roles/compute.networkViewer], reason: many}\n"
        )
    found = of_rule(
        "F3",
        edited(ORGANISATION, {"\ngroups:\n": f"\ngroups:\n{known}"}),
        edited(DEV, {"    grants:\n": f"    grants:\n{granted}"}),
    )
    assert len(found) == 1
    assert "varde-net-dev-7a8b" in found[0].message
