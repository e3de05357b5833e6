"""The organisation file: each rule with the edit that breaks it."""

from __future__ import annotations

import pytest

from tests.model.cases import ORGANISATION, edited, of_rule, problems, refused

ON_CALL = "  on_call: varde-role-plattform-vakt@fjellverket.example"
BREAK_GLASS = "break_glass: [bg-1@fjellverket.example, bg-2@fjellverket.example]"
OPERATE = "    cluster_project: [roles/gkehub.viewer, roles/gkehub.gatewayReader]"
AREA = 'kind: area, use: "product area, used for cost only", nested: false'

REFUSED = {
    "a folder that is none": ("format", {"folder: folders/900000000100": 'folder: "900000000100"'}, "is no folder"),
    "a customer that is none": (
        "format",
        {"customer_id: C0fjell01": "customer_id: fjell01"},
        "'fjell01' is no customer id",
    ),
    "a billing account that is none": ("format", {"0A1B2C-3D4E5F-6A7B8C": "0A1B2C-3D4E5F"}, "is no billing account"),
    "an unknown time zone": (
        "format",
        {"\ntime_zone: Europe/Oslo": "\ntime_zone: Europe/Osloo"},
        "no time zone 'Europe/Osloo'",
    ),
    "a label that Google refuses": (
        "format",
        {"labels: {managed-by: pulumi": "labels: {Managed-By: pulumi"},
        "label Managed-By: pulumi",
    ),
    "a zone of another region": (
        "C1",
        {"europe-north1-c]": "europe-north2-c]"},
        "zone europe-north2-c is not in region europe-north1",
    ),
    "a zone that stands twice": ("C1", {"europe-north1-c]": "europe-north1-a]"}, "zone europe-north1-a stands twice"),
    "no zone": ("C1", {"zones: [europe-north1-a, europe-north1-b, europe-north1-c]": "zones: []"}, "no zone is named"),
    "backups in the region that is lost": (
        "C1",
        {"backup_region: europe-west1": "backup_region: europe-north1"},
        "the region whose loss they are for",
    ),
    "another security group": (
        "C9",
        {"security_group: gke-security-groups@": "security_group: kubernetes-groups@"},
        "GKE looks for gke-security-groups@fjellverket.example alone",
    ),
    "a group outside the organisation": (
        "E34",
        {"varde-role-okonomi@fjellverket.example:": "varde-role-okonomi@annet.example:"},
        "outside fjellverket.example",
    ),
    "an unknown state": (
        "F12",
        {'kind: role, use: "billing and budgets"': 'kind: role, state: pendng, use: "billing and budgets"'},
        "did you mean 'pending'",
    ),
    "an object id that is none": (
        "F12",
        {"00000000-0000-4000-8000-000000000027": "00000000-0000-4000-8000-27"},
        "is no object id",
    ),
    "one object id for two groups": (
        "F12",
        {"00000000-0000-4000-8000-000000000027": "00000000-0000-4000-8000-000000000028"},
        "have one object id",
    ),
    "an on-call group that is unknown": (
        "F1",
        {ON_CALL: "  on_call: varde-role-plattform-vakta@fjellverket.example"},
        "did you mean 'varde-role-plattform-vakt@fjellverket.example'",
    ),
    "one break-glass account": (
        "F1",
        {BREAK_GLASS: "break_glass: [bg-1@fjellverket.example]"},
        "fewer than two break-glass accounts",
    ),
    "a break-glass account elsewhere": (
        "F1",
        {BREAK_GLASS: "break_glass: [bg-1@annet.example, bg-2@fjellverket.example]"},
        "bg-1@annet.example is outside",
    ),
    "a break-glass account among the groups": (
        "F1",
        {"  varde-role-okonomi@fjellverket.example:": "  bg-1@fjellverket.example:"},
        "is listed as a group",
    ),
    "a basic role in a profile": (
        "F7",
        {OPERATE: "    cluster_project: [roles/viewer, roles/gkehub.viewer, roles/gkehub.gatewayReader]"},
        "roles/viewer is a basic role",
    ),
    "a role that stands twice in a profile": (
        "F7",
        {OPERATE: "    cluster_project: [roles/gkehub.viewer, roles/gkehub.viewer, roles/gkehub.gatewayReader]"},
        "stands twice in profile 'operate'",
    ),
    "one account for all environments": (
        "F18",
        {"apply: varde-{environment}-apply@": "apply: varde-apply@"},
        "is one for all environments: dev could change prod",
    ),
    "an account of another project": (
        "F18",
        {"{environment}-apply@varde-seed-0001": "{environment}-apply@varde-log-0001"},
        "is not in varde-seed-0001",
    ),
    "one account for plan and apply": (
        "F18",
        {"{environment}-apply@": "{environment}-plan@"},
        "one account plans and applies",
    ),
    "an issuer without https": ("F14", {"issuer: https://": "issuer: http://"}, "is not https"),
    "an owner by name": ("F14", {'owner_id: "10000001"': "owner_id: fjellverket"}, "a name can be taken over"),
    "a project id of two uses": (
        "F18",
        {"logs: {id: varde-log-0001": "logs: {id: varde-seed-0001"},
        "project varde-seed-0001 is the shared project 'seed' already",
    ),
}


@pytest.mark.parametrize(("rule", "replace", "saying"), REFUSED.values(), ids=REFUSED)
def test_an_organisation_is_refused_for(rule: str, replace: dict[str, str], saying: str) -> None:
    refused(rule, edited(ORGANISATION, replace), saying=saying)


def test_a_product_area_in_the_security_group_is_refused() -> None:
    text = edited(ORGANISATION, {})[ORGANISATION]
    refused(
        "F11",
        {ORGANISATION: text.replace(AREA, AREA.removesuffix(", nested: false"), 1)},
        saying="product area varde-area",
    )


def test_a_pattern_of_an_account_with_an_unknown_field_is_a_problem_and_no_crash() -> None:
    edit = edited(ORGANISATION, {"plan: varde-{environment}-plan@": "plan: varde-{env}-plan@"})
    refused("F18", edit, saying="write {environment} where")


def test_the_sample_breaks_no_rule_about_the_organisation() -> None:
    # D23 is about the VPNs of all environments together, and stands here for want of a file of theirs.
    assert [each.text() for each in problems() if each.file == ORGANISATION and each.rule != "D23"] == []
    assert of_rule("F1") == []
