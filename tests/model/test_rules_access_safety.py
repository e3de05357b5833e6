"""Nobody let in and nobody locked out: each rule of that kind with the edit that breaks it."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from model.config.problems import Severity
from tests.model.cases import DEV, ORGANISATION, PROD, ROOT, SANDBOX, edited, of_rule, problems, refused, warned

SKRED = "stacks/teams/skred.yaml"
STIER = "stacks/teams/stier.yaml"
BUDGET = "    budget_eur: 2500\n"
GRANTS = "    grants:\n"
DOMAIN = "fjellverket.example"
DEPLOY = "  roles: [roles/storage.admin, roles/secretmanager.admin, roles/cloudsql.admin]"
DEPLOY_CLUSTER = "cluster_roles: [roles/container.clusterViewer, roles/gkehub.viewer, roles/gkehub.gatewayReader]"
PLATFORM_ADMIN = (
    "roles: [roles/container.admin, roles/gkehub.admin, roles/gkehub.gatewayAdmin, roles/gkeonprem.admin, "
    "roles/logging.admin, roles/monitoring.admin]"
)
TWO_LEVELS = f"levels: [[varde-role-plattform-vakt@{DOMAIN}], [varde-role-vaktleder@{DOMAIN}]]\n        max: 1h\n"
TWO_LEVELS_HERE = f"levels: [[varde-role-plattform-vakt@{DOMAIN}], [varde-role-vaktleder@{DOMAIN}]], max: 1h"
SKRED_PROD = "    pam:\n      cloudsql-user: {levels: [["
RULED = "        role: cluster-admin\n        reason: the platform"
FORMER = f"taken_over_by: varde-team-stier@{DOMAIN}, on: 2026-10-01, kept: [state], state: {{dev: fjord-dev-0001}}"
FJORD = (
    f'  varde-team-fjord@{DOMAIN}: {{entra_object_id: 00000000-0000-4000-8000-000000000098, kind: team, use: "x"}}\n'
)
CLAIM = "    authoritative:\n      - {target: network-project, role: roles/compute.networkViewer, reason: a try}\n"
VPN_ROLE = "roles/compute.networkAdmin"
MANY_REPOSITORIES = ", ".join(f"fjellverket/a-repository-with-a-longer-name-{number}" for number in range(90))
IMAGES = "    image_repositories:"


def skred(addition: str) -> dict[str, str]:
    """Return the record of skred with something more in production."""
    return edited(SKRED, {BUDGET: f"{BUDGET}{addition}"})


def deviation(text: str, **changes: str) -> dict[str, str]:
    """Return skred's record with a deviation of one line, and what replaces its reason and last day."""
    reason, expires = changes.get("reason", "load test"), changes.get("expires", "2026-12-01")
    return skred(f"    deviations:\n      more: {{{text}, reason: {reason}, expires: {expires}}}\n")


def share(text: str, group: str = f"varde-team-innsikt@{DOMAIN}") -> dict[str, str]:
    """Return skred's record with a share."""
    line = f"group: {group}, roles: [roles/storage.objectViewer], reason: statistics, expires: 2026-12-31{text}"
    return skred(f"    shares:\n      statistics: {{{line}}}\n")


def granted(line: str) -> dict[str, str]:
    """Return the prod stack with one more grant."""
    return edited(PROD, {GRANTS: f"{GRANTS}      more: {{{line}, reason: a try}}\n"})


def claimed(line: str) -> dict[str, str]:
    """Return the prod stack with a claimed role."""
    return edited(PROD, {IMAGES: f"    authoritative:\n      - {{{line}, reason: a try}}\n{IMAGES}"})


def organisation(old: str, new: str) -> dict[str, str]:
    """Return the organisation with one text replaced."""
    return edited(ORGANISATION, {old: new})


CONSENT = f", consent: {{by: varde-role-skred-leder@{DOMAIN}, on: 2026-10-01}}"

REFUSED = {
    # Roles that nobody is given
    "a basic role by a deviation": ("F7", deviation("team_project: [roles/editor]"), "roles/editor is a basic role"),
    "a basic role by a share": (
        "F7",
        {SKRED: share(CONSENT)[SKRED].replace("roles: [roles/storage.objectViewer]", "roles: [roles/viewer]")},
        "roles/viewer is a basic role",
    ),
    "a basic role by an entitlement": (
        "F7",
        edited(PROD, {PLATFORM_ADMIN: PLATFORM_ADMIN.replace("roles/logging.admin", "roles/owner")}),
        "roles/owner is a basic role",
    ),
    "a person who acts as deploy accounts": (
        "F14",
        granted(
            f"group: varde-role-nettverk@{DOMAIN}, targets: [team-projects], roles: [roles/iam.serviceAccountUser]"
        ),
        "act as the project's service accounts",
    ),
    "a deploy account that makes keys of others": (
        "F14",
        edited(STIER, {DEPLOY: "  roles: [roles/iam.serviceAccountKeyAdmin]"}),
        "the deploy account of stier lets",
    ),
    "acting as the deploy account in production, even for an hour": (
        "F14",
        organisation(
            "    delivery: [get, sync, logs]\n    entitlements: [cloudsql-user",
            "    delivery: [get, sync, logs]\n    entitlements: [deploy-sa-user, cloudsql-user",
        )
        | edited(SKRED, {SKRED_PROD: f"    pam:\n      deploy-sa-user: {{{TWO_LEVELS_HERE}}}\n{SKRED_PROD[9:]}"}),
        "entitlement 'deploy-sa-user' lets product teams act",
    ),
    "somebody who gives away roles": (
        "F2",
        granted(
            f"group: varde-role-nettverk@{DOMAIN}, targets: [network-project], "
            "roles: [roles/resourcemanager.projectIamAdmin]"
        ),
        "give away any role on the project",
    ),
    "a role of one of Google's agents": (
        "F17",
        granted(
            f"group: varde-role-nettverk@{DOMAIN}, targets: [network-project], roles: [roles/container.serviceAgent]"
        ),
        "is for one of Google's own agents",
    ),
    "a deploy account that streams": (
        "E31",
        edited(STIER, {DEPLOY_CLUSTER: DEPLOY_CLUSTER.replace("gatewayReader", "gatewayAdmin")}),
        "could exec into every pod of",
    ),
    "a deviation that streams in production": (
        "E31",
        deviation("cluster_project: [roles/gkehub.gatewayAdmin]"),
        "deviation 'more' of skred lets",
    ),
    "privileged streaming that nobody approves": (
        "E31",
        edited(PROD, {TWO_LEVELS: "levels: []\n        max: 1h\n"}),
        "with nobody's approval",
    ),
    "a deploy account that administers the clusters": (
        "F18",
        edited(STIER, {DEPLOY_CLUSTER: "cluster_roles: [roles/container.admin]"}),
        "where every team's workloads are",
    ),
    "a team that is cluster-admin of its namespaces": (
        "F18",
        deviation("rbac: cluster-admin"),
        "makes skred cluster-admin",
    ),
    "a profile that makes teams cluster-admin": (
        "F18",
        organisation("    rbac: edit\n", "    rbac: cluster-admin\n"),
        "makes every product team cluster-admin",
    ),
    # Exceptions
    "a deviation that has ended": (
        "F4",
        deviation("rbac: edit", expires="2026-11-01"),
        "deviation 'more' of skred ended on 2026-11-01",
    ),
    "a deviation without a reason": ("F19", deviation("rbac: edit", reason='""'), "has no reason"),
    "a deviation without a last day": (
        "format",
        skred("    deviations:\n      more: {rbac: edit, reason: load test}\n"),
        "expires",
    ),
    "a deviation for good": ("F19", deviation("rbac: edit", expires="2028-01-01"), "more than a year"),
    "a deviation that gives nothing": ("F19", deviation("team_project: []"), "gives nothing"),
    "a deviation that gives what is there": ("F19", deviation("rbac: view"), "which it has already"),
    # Beyond one's own
    "a share without the owner's consent": ("F18", share(""), "its owner has not consented"),
    "a share that another one consents to": (
        "F18",
        share(CONSENT.replace("skred-leder", "innsikt-leder")),
        "which consents, is not its owner",
    ),
    "a consent of tomorrow": ("F18", share(CONSENT.replace("2026-10-01", "2026-11-03")), "which is not yet"),
    "a share with an unknown group": ("F1", share(CONSENT, f"someone@{DOMAIN}"), "there is no group someone"),
    "a share with the team itself": ("F18", share(CONSENT, f"varde-team-skred@{DOMAIN}"), "with the team itself"),
    "a product team on every team's project": (
        "F18",
        granted(f"group: varde-team-skred@{DOMAIN}, targets: [team-projects], roles: [roles/browser]"),
        "on the projects of all teams",
    ),
    "a product team beyond its profile without consent": (
        "F18",
        granted(f"group: varde-team-skred@{DOMAIN}, targets: [network-project], roles: [roles/compute.networkViewer]"),
        "roles beyond its profile",
    ),
    "a group of another environment": (
        "F18",
        organisation(
            'kind: role, use: "auditors, read only"', 'kind: role, environments: [dev], use: "auditors, read only"'
        ),
        "a group of dev, roles in prod",
    ),
    "a consent that nobody needs": (
        "F18",
        edited(
            PROD,
            {
                "        reason: budgets and invoices\n": (
                    "        reason: budgets and invoices\n"
                    f"        consent: {{by: varde-team-plattform@{DOMAIN}, on: 2026-10-01}}\n"
                )
            },
        ),
        "reaches beyond no team",
    ),
    # Claimed roles
    "a claimed role of an agent": (
        "F2",
        claimed("target: network-project, role: roles/container.serviceAgent"),
        "its service would stop",
    ),
    "a claimed role of the program": (
        "F2",
        claimed("target: network-project, role: roles/compute.networkAdmin"),
        "the accounts that run this program have it",
    ),
    "a claimed role of the nodes": (
        "F2",
        claimed("target: cluster-project, role: roles/logging.logWriter"),
        "this program gives it to machines",
    ),
    "a claimed way in of the platform team": (
        "F2",
        claimed("target: cluster-project, role: roles/container.developer"),
        "how the platform team gets in",
    ),
    "a claimed role of the billing account": (
        "F2",
        claimed("target: billing-account, role: roles/billing.costsManager"),
        "of every project that the billing account pays for",
    ),
    "a claimed role that nobody has": (
        "F2",
        claimed("target: network-project, role: roles/dns.peer"),
        "everybody would lose it",
    ),
    # Lock-out
    "a platform team that is pending": (
        "E30",
        organisation('kind: team, use: "platform team', 'kind: team, state: pending, use: "platform team'),
        "so everything granted to it in",
    ),
    "an environment that nobody can repair": (
        "E30",
        edited(PROD, {PLATFORM_ADMIN: "roles: [roles/logging.admin]"}),
        "in prod nobody is, or can ask to be, admin",
    ),
    "platform admins who are not there": (
        "E30",
        organisation('kind: role, use: "may request', 'kind: role, state: pending, use: "may request'),
        "nobody who is there can ask",
    ),
    "a sandbox whose admins are gone": (
        "E30",
        edited(
            SANDBOX,
            {RULED: RULED.replace("cluster-admin", "view")},
        ),
        "in sandbox nobody is, or can ask to be, admin",
    ),
    "an apply account without a role": (
        "E30",
        organisation("      - roles/gkeonprem.admin\n", ""),
        "the account that applies has no roles/gkeonprem.admin",
    ),
    "a plan account without a role": (
        "E30",
        organisation("      - roles/iam.securityReviewer\n", ""),
        "so it could not preview grants",
    ),
    "a plan account that writes": (
        "F18",
        organisation("      - roles/dns.reader\n", "      - roles/dns.admin\n"),
        "the account that plans has roles/dns.admin",
    ),
    "a plan account that reads secrets": (
        "F18",
        organisation("      - roles/secretmanager.viewer\n", "      - roles/secretmanager.secretAccessor\n"),
        "it could change things",
    ),
    "an apply account that is an owner": (
        "F7",
        organisation("      - roles/dns.admin\n", "      - roles/owner\n"),
        "roles/owner is a basic role",
    ),
    # Privileged access
    "an unknown entitlement": (
        "F16",
        edited(STIER, {"      deploy-sa-user:": "      deploy-sa-usr:"}),
        "did you mean 'deploy-sa-user'",
    ),
    "an entitlement that the profile does not offer": (
        "F16",
        edited(
            "stacks/teams/innsikt.yaml",
            {
                "    pam:\n      cloudsql-user: {levels: [[varde-team-innsikt": (
                    "    pam:\n      deploy-sa-user: {levels: [], max: 1h}\n"
                    "      cloudsql-user: {levels: [[varde-team-innsikt"
                )
            },
        ),
        "where profile 'operate' does not",
    ),
    "an entitlement that lasts too long": (
        "F16",
        edited(
            "stacks/teams/hytter.yaml",
            {"deploy-sa-user: {levels: [], max: 1h}": "deploy-sa-user: {levels: [], max: 2h}"},
        ),
        "1h is the longest",
    ),
    "an entitlement with too few approvals": (
        "F16",
        edited(
            STIER,
            {f"secret-admin: {{levels: [[varde-team-stier@{DOMAIN}]], max": "secret-admin: {levels: [], max"},
        ),
        "takes 0 approvals in prod; 1 is the least",
    ),
    "platform access to team projects": (
        "F16",
        edited(DEV, {"        target: network-project\n": "        target: team-projects\n"}),
        "the platform's own are on its projects alone",
    ),
    "platform access that nobody may ask for": (
        "F16",
        edited(DEV, {f"requesters: [varde-role-nettverk@{DOMAIN}]": "requesters: []"}),
        "has 0 groups that may ask",
    ),
    "platform access of a person": (
        "F1",
        edited(DEV, {f"requesters: [varde-role-nettverk@{DOMAIN}]": f"requesters: [someone@{DOMAIN}]"}),
        "there is no group someone",
    ),
    "platform access that nobody is awake to approve": (
        "F16",
        edited(
            PROD,
            {
                f"levels: [[varde-role-plattform-vakt@{DOMAIN}]]\n        max: 2h\n": (
                    f"levels: [[varde-role-vaktleder@{DOMAIN}]]\n        max: 2h\n"
                )
            },
        ),
        "'network-admin' of the platform has no on-call approver",
    ),
    "platform access for a year": (
        "F16",
        edited(DEV, {"        levels: []\n        max: 2h\n": "        levels: []\n        max: 8760h\n"}),
        "'network-admin' of the platform in dev lasts 8760h",
    ),
    "a catalogue that relaxes towards production": (
        "F16",
        organisation("approvals: {production: 2, elsewhere: 1}", "approvals: {production: 0, elsewhere: 1}"),
        "fewer approvals in production",
    ),
    "a profile that offers what is not there": (
        "F16",
        organisation(
            "entitlements: [cloudsql-user, storage-admin, secret-admin, deploy-sa-user, admin]",
            "entitlements: [cloudsql-user, storage-admn, secret-admin, deploy-sa-user, admin]",
        ),
        "did you mean 'storage-admin'",
    ),
    # Groups and names
    "groups in a circle": (
        "F11",
        organisation(
            'use: "product area, used for cost only", nested: false}\n  varde-area-natursikkerhet',
            f'use: "product area, used for cost only", nested: false, member_of: [varde-area-friluftsliv@{DOMAIN}]}}\n'
            "  varde-area-natursikkerhet",
        ),
        "is a member of itself",
    ),
    "a group in an unknown one": (
        "F11",
        organisation(f"member_of: [varde-team-stier@{DOMAIN}]", f"member_of: [varde-team-stien@{DOMAIN}]"),
        "did you mean 'varde-team-stier@",
    ),
    "an area inside a team": (
        "F11",
        organisation(
            'use: "product area, used for cost only", nested: false}\n  varde-area-digitale',
            f'use: "product area, used for cost only", nested: false, member_of: [varde-team-skred@{DOMAIN}]}}\n'
            "  varde-area-digitale",
        ),
        "everybody below it would have its grants",
    ),
    "an address that is not the display name's": (
        "F12",
        edited(SKRED, {"VARDE - TEAM - Skred": "VARDE - TEAM - Skråd"}),
        "becomes varde-team-skraad@",
    ),
    "a day of waiting that is not yet": (
        "F12",
        edited(SKRED, {"  state: active\n": "  state: pending\n  pending_since: 2026-11-03\n"}),
        "which is not yet",
    ),
    # Federation, images, offboarding
    "a subject that is too long": (
        "F14",
        edited(STIER, {"[fjellverket/stiportal,": f"[fjellverket/{'s' * 95},"}),
        "a subject of 128 bytes",
    ),
    "a repository of two teams": (
        "F14",
        edited(STIER, {"[fjellverket/stiportal,": "[fjellverket/booking,"}),
        "one could act as both",
    ),
    "a team without a repository": (
        "F14",
        edited(STIER, {"[fjellverket/stiportal, fjellverket/ruteplan-api]": "[]"}),
        "names no repository",
    ),
    "two stacks that make the image repositories": (
        "F18",
        edited(DEV, {"    entitlements:\n": "    image_repositories: {writers: dev}\n    entitlements:\n"}),
        "each would undo the other",
    ),
    "no stack that makes the image repositories": (
        "F18",
        edited(PROD, {"    image_repositories: {writers: dev}\n": ""}),
        "no stack makes them",
    ),
    "images from an environment that a team is not in": (
        "F18",
        edited(PROD, {"image_repositories: {writers: dev}": "image_repositories: {writers: test}"}),
        "nothing could ever push to it",
    ),
    "a project number of another project": (
        "F18",
        edited(STIER, {'project_number: "410000000211"': 'project_number: "410000000201"'}),
        "is that of varde-k8s-dev-5e6f already",
    ),
    "a former team with a record": (
        "F19",
        organisation(
            "\ngroups:\n",
            f"\nformer_teams:\n  skred: {{{FORMER}}}\ngroups:\n",
        ),
        "is a former team, and it has a record",
    ),
    "a slug that grants are named with": (
        "H2",
        {
            "stacks/teams/network.yaml": (ROOT / STIER)
            .read_text(encoding="utf-8")
            .replace("slug: stier", "slug: network")
        },
        "slug 'network'",
    ),
    # The rest of each rule
    "a claim without a reason": (
        "F2",
        edited(PROD, {IMAGES: f"{CLAIM}{IMAGES}".replace("reason: a try", 'reason: ""')}),
        "is claimed without a reason",
    ),
    "a role that is claimed twice": (
        "F2",
        edited(PROD, {IMAGES: f"{CLAIM}{CLAIM.splitlines()[1]}\n{IMAGES}"}),
        "is claimed twice",
    ),
    "a cluster role of a group of another environment": (
        "F18",
        organisation('kind: team, use: "platform team', 'kind: team, environments: [dev], use: "platform team'),
        "a group of dev, a role in clusters",
    ),
    "a team's group that is kept to another environment": (
        "F18",
        organisation('kind: team, use: "product team skred"', 'kind: team, environments: [dev], use: "skred"'),
        "is kept to dev, and skred is in",
    ),
    "a condition that is too long": (
        "F14",
        edited(STIER, {"[fjellverket/stiportal,": f"[{MANY_REPOSITORIES},"}),
        "and the condition that names them has",
    ),
    "a repository that stands twice": (
        "F14",
        edited(STIER, {"[fjellverket/stiportal,": "[fjellverket/ruteplan-api,"}),
        "stands twice for stier",
    ),
    "images from an unknown environment": (
        "F18",
        edited(PROD, {"image_repositories: {writers: dev}": "image_repositories: {writers: dve}"}),
        "did you mean 'dev'",
    ),
    "a group nested in the security group twice": (
        "F11",
        organisation(f"member_of: [varde-team-stier@{DOMAIN}]", f"member_of: [gke-security-groups@{DOMAIN}]"),
        "which nested: true says already",
    ),
    "a take-over of nothing": (
        "F19",
        organisation("\ngroups:\n", f"\nformer_teams:\n  fjord: {{{FORMER}}}\ngroups:\n".replace("[state]", "[]")),
        "nothing is said to be kept of fjord",
    ),
    "state that is kept nobody knows where": (
        "F19",
        organisation(
            "\ngroups:\n",
            f"\nformer_teams:\n  fjord: {{{FORMER}}}\ngroups:\n".replace("{dev: fjord-dev-0001}", "{}"),
        ),
        "nothing says where",
    ),
    "state in another team's project": (
        "F19",
        organisation(
            "\ngroups:\n",
            f"\nformer_teams:\n  fjord: {{{FORMER}}}\ngroups:\n".replace("fjord-dev-0001", "stier-dev-1c3e"),
        ),
        "the project of stier",
    ),
    "state in no environment": (
        "F19",
        organisation(
            "\ngroups:\n", f"\nformer_teams:\n  fjord: {{{FORMER}}}\ngroups:\n".replace("{dev: fjord", "{dve: fjord")
        ),
        "no such environment",
    ),
    "a take-over of tomorrow": (
        "F19",
        organisation(
            "\ngroups:\n", f"\nformer_teams:\n  fjord: {{{FORMER}}}\ngroups:\n".replace("2026-10-01", "2026-11-03")
        ),
        "until then it needs its record",
    ),
    "platform access without a reason": (
        "F16",
        edited(DEV, {"reason: repairing the VPN when review is too slow": 'reason: ""'}),
        "entitlement 'network-admin' has no reason",
    ),
    "platform access with a role twice": (
        "F16",
        edited(DEV, {"        roles: [roles/compute.networkAdmin]": f"        roles: [{', '.join([VPN_ROLE] * 2)}]"}),
        "stands twice in entitlement 'network-admin'",
    ),
    "a catalogue with an unreadable duration": (
        "F16",
        organisation("longest: 4h", "longest: 4 hours"),
        "which is no duration",
    ),
    "a catalogue that gives nothing": (
        "F16",
        organisation("roles: [roles/storage.admin], longest", "roles: [], longest"),
        "entitlement 'storage-admin' has 0 roles",
    ),
    "a role of the apply account that stands twice": (
        "F7",
        organisation("      - roles/dns.admin\n", "      - roles/dns.admin\n      - roles/dns.admin\n"),
        "roles/dns.admin stands twice",
    ),
    "a quota of fewer pods than namespaces": (
        "X10",
        edited(STIER, {"quota: {cpu: 6, memory_gib: 24, pods: 120}": "quota: {cpu: 6, memory_gib: 24, pods: 1}"}),
        "divided among 2 namespaces",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_it_is_refused(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def test_the_break_glass_accounts_are_named_by_no_grant_of_the_project_as_it_is() -> None:
    for file in sorted((ROOT / "stacks").rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        assert text.count("bg-1@") == (1 if file.name == "organisation.yaml" else 0)


class TestDays:
    """What ends is warned of before it does, and what waits says for how long."""

    def test_a_deviation_is_warned_of_two_weeks_before_its_last_day(self) -> None:
        edit = deviation("rbac: edit", expires="2026-11-16")
        assert warned("F4", edit, saying="14 days from 2026-11-02").file == SKRED
        assert of_rule("F4", deviation("rbac: edit", expires="2026-11-17")) == []

    def test_a_group_that_waits_says_how_long(self) -> None:
        edit = edited(SKRED, {"  state: active\n": "  state: pending\n  pending_since: 2026-10-30\n"})
        warned("F12", edit, saying="is waiting for sync for 3 days: team skred")
        assert not [each for each in problems(edit) if each.severity is Severity.ERROR]

    def test_a_group_that_is_there_waits_for_nothing(self) -> None:
        edit = edited(SKRED, {"  state: active\n": "  state: active\n  pending_since: 2026-10-30\n"})
        warned("F12", edit, saying="pending_since says that it waits")

    def test_a_share_with_its_owners_consent_is_accepted_until_it_ends(self) -> None:
        edit = share(CONSENT)
        assert not [each for each in problems(edit) if each.severity is Severity.ERROR]
        refused("F4", edit, saying="share 'statistics' of skred ended", today=date(2027, 1, 1))


def test_deep_nesting_is_warned_of() -> None:
    areas = ("friluftsliv", "natursikkerhet", "kartdata", "digitale-tjenester", "data-og-analyse")
    nested = 'use: "product area, used for cost only", nested: false'
    text = edited(ORGANISATION, {})[ORGANISATION]
    for inner, outer in itertools.pairwise(areas):
        line = next(each for each in text.splitlines() if f"varde-area-{inner}@{DOMAIN}: " in each)
        text = text.replace(line, line.replace(nested, f"{nested}, member_of: [varde-area-{outer}@{DOMAIN}]"))
    warned("F11", {ORGANISATION: text}, saying="groups above it")


class TestOffboarding:
    """A record that goes leaves its data, and somebody has to answer for it."""

    def test_a_team_group_without_a_record_is_asked_for_its_successor(self) -> None:
        edit = organisation("\ngroups:\n", f"\ngroups:\n{FJORD}")
        found = refused("F19", edit, saying="varde-team-fjord@")
        assert "former_teams.fjord" in found.remedy

    def test_a_successor_settles_it(self) -> None:
        former = f"\nformer_teams:\n  fjord: {{{FORMER}}}\n"
        assert of_rule("F19", organisation("\ngroups:\n", f"{former}\ngroups:\n{FJORD}")) == []
