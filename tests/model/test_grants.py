"""Every grant that follows from the files: what teams and the platform get, what waits, and what ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config.access import ClusterRole, Target
from model.estate import Environment
from model.planning.access.quotas import shares
from model.planning.access.words import directory_slug
from model.planning.grants import ClusterGrantPlan, IamGrant, grants, local_part, principal_kind, short_role
from tests.model.cases import ORGANISATION, PROD, edited, environment, estate, sample

ENVIRONMENTS = ("sandbox", "dev", "test", "prod")
SKRED = "stacks/teams/skred.yaml"


def of_group(env: Environment, group: str) -> set[tuple[str, str]]:
    """Return (role, resource) of every IAM grant of a group."""
    member = f"group:{group}@fjellverket.example"
    return {(each.role, each.resource) for each in grants(env).iam if each.member == member}


def in_clusters(env: Environment, principal: str) -> set[tuple[str, str | None, str]]:
    """Return (cluster, namespace, role) of every cluster grant of a principal."""
    found = (each for each in grants(env).clusters if local_part(each.principal) == principal)
    return {(each.cluster, each.namespace, each.role) for each in found}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_grant_has_a_name_of_its_own(name: str) -> None:
    found = grants(environment(name))
    keys = [each.key for each in found.iam]
    assert len(keys) == len(set(keys))
    cluster_keys = [each.key for each in found.clusters]
    assert len(cluster_keys) == len(set(cluster_keys))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_iam_is_granted_to_groups_and_own_deploy_accounts_alone_and_never_a_basic_role(name: str) -> None:
    env = environment(name)
    found = grants(env).iam
    assert found
    own = {
        f"serviceAccount:{team.deploy.sa}@{here.project}.iam.gserviceaccount.com" for team, here in env.members.values()
    }
    assert {each.member for each in found if not each.member.startswith("group:")} == own
    assert not {each.role for each in found} & {"roles/owner", "roles/editor", "roles/viewer"}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_grants_touch_only_the_environments_own_projects_and_the_billing_account(name: str) -> None:
    env = environment(name)
    own = {env.facts.projects.cluster.id, env.facts.projects.network.id}
    own |= {here.project for _, here in env.members.values()}
    for grant in grants(env).iam:
        assert grant.resource in own or grant.target is Target.BILLING_ACCOUNT


def test_a_team_gets_the_profile_of_the_environment() -> None:
    cluster, own = "varde-k8s-dev-5e6f", "stier-dev-1c3e"
    assert of_group(environment("dev"), "varde-team-stier") == {
        ("roles/gkehub.viewer", cluster),
        ("roles/gkehub.gatewayEditor", cluster),
        ("roles/container.clusterViewer", cluster),
        ("roles/browser", own),
        ("roles/logging.viewer", own),
        ("roles/monitoring.viewer", own),
        ("roles/cloudsql.viewer", own),
        ("roles/storage.objectViewer", own),
        ("roles/secretmanager.viewer", own),
    }


def test_in_production_a_team_reads_and_no_more() -> None:
    cluster, own = "varde-k8s-prod-3a4b", "stier-prod-b7a9"
    assert of_group(environment("prod"), "varde-team-stier") == {
        ("roles/gkehub.viewer", cluster),
        ("roles/gkehub.gatewayReader", cluster),
        ("roles/browser", own),
        ("roles/logging.viewer", own),
        ("roles/monitoring.viewer", own),
    }


def test_no_product_team_is_in_sandbox() -> None:
    found = grants(environment("sandbox"))
    assert found.namespaces == ()
    assert not [group for group in found.groups if group.startswith("varde-team-") and "plattform" not in group]


def test_a_team_has_its_role_in_its_own_namespaces_of_its_own_clusters() -> None:
    assert in_clusters(environment("test"), "varde-team-innsyn") == {
        (cluster, f"{prefix}-main", ClusterRole.EDIT)
        for cluster in ("onp1-test", "gcp1-test")
        for prefix in ("innsyn", "innsynapi")
    }


def test_a_team_of_the_cloud_alone_has_nothing_on_prem_and_nothing_in_test() -> None:
    assert {cluster for cluster, _, _ in in_clusters(environment("prod"), "varde-team-innsikt")} == {"gcp1-prod"}
    assert in_clusters(environment("test"), "varde-team-innsikt") == set()
    assert of_group(environment("test"), "varde-team-innsikt") == set()


def test_the_platform_sees_every_cluster_and_rules_sandbox() -> None:
    assert in_clusters(environment("prod"), "varde-team-plattform") == {
        ("onp1-prod", None, ClusterRole.VIEW),
        ("gcp1-prod", None, ClusterRole.VIEW),
    }
    assert {role for _, _, role in in_clusters(environment("sandbox"), "varde-team-plattform")} == {
        ClusterRole.CLUSTER_ADMIN
    }


def test_security_reads_every_project_of_production_those_of_teams_too() -> None:
    env = environment("prod")
    expected = {env.facts.projects.cluster.id, env.facts.projects.network.id}
    expected |= {here.project for _, here in env.members.values()}
    assert {resource for _, resource in of_group(env, "varde-role-sikkerhet")} == expected


def test_the_billing_account_is_granted_once_for_all_environments() -> None:
    billing = [
        each
        for env in sample().environments.values()
        for each in grants(env).iam
        if each.target is Target.BILLING_ACCOUNT
    ]
    assert sorted(each.role for each in billing) == ["roles/billing.costsManager", "roles/billing.viewer"]
    assert {each.resource for each in billing} == {"0A1B2C-3D4E5F-6A7B8C"}


def test_a_grant_with_a_last_day_ends_at_midnight_where_the_organisation_is() -> None:
    audit = [each for each in grants(environment("prod")).iam if each.member.startswith("group:varde-role-revisjon@")]
    assert len(audit) == 6
    expressions = {each.condition.expression for each in audit if each.condition}
    assert expressions == {'request.time < timestamp("2027-03-31T22:00:00Z")'}
    assert {each.condition.title for each in audit if each.condition} == {"until-2027-03-31"}


def test_a_last_day_in_winter_ends_an_hour_later_in_utc() -> None:
    env = estate(edited(PROD, {'expires: "2027-03-31"': 'expires: "2027-01-31"'})).environments["prod"]
    found = {each.condition.expression for each in grants(env).iam if each.condition}
    assert found == {'request.time < timestamp("2027-01-31T23:00:00Z")'}


def test_a_pending_team_is_withheld_and_becoming_active_adds_exactly_its_grants() -> None:
    env = estate(edited(SKRED, {"  state: active": "  state: pending"})).environments["prod"]
    waiting, full = grants(env), grants(environment("prod"))
    mine = "varde-team-skred@fjellverket.example"
    assert set(full.iam) - set(waiting.iam) == {each for each in full.iam if each.member == f"group:{mine}"}
    assert set(full.clusters) - set(waiting.clusters) == {each for each in full.clusters if each.principal == mine}
    assert set(waiting.iam) <= set(full.iam)
    assert set(waiting.clusters) <= set(full.clusters)
    assert {each.group for each in waiting.withheld} == {mine}
    assert waiting.namespaces == full.namespaces


def test_a_pending_platform_group_is_withheld_too() -> None:
    edit = edited(
        ORGANISATION,
        {'kind: role, use: "auditors, read only"': 'kind: role, state: pending, use: "auditors, read only"'},
    )
    found = grants(estate(edit).environments["prod"])
    mine = "varde-role-revisjon@fjellverket.example"
    assert mine not in found.groups
    assert [each.group for each in found.withheld] == [mine]


def test_the_order_of_teams_and_grants_in_files_changes_nothing() -> None:
    env = environment("prod")
    turned = Environment(
        env.name,
        env.source,
        env.organisation,
        dict(sorted(env.teams.items(), reverse=True)),
        env.today,
        dict(sorted(env.sections.items(), reverse=True)),
    )
    assert grants(turned).iam == grants(env).iam
    assert grants(turned).clusters == grants(env).clusters


def test_service_accounts_are_users_of_a_cluster_and_everything_else_a_group() -> None:
    found: tuple[ClusterGrantPlan, ...] = grants(environment("dev")).clusters
    kinds = {(local_part(each.principal), each.kind) for each in found if each.namespace is None}
    assert ("varde-dev-apply", "User") in kinds
    assert ("varde-team-plattform", "Group") in kinds
    assert principal_kind("x@y.iam.gserviceaccount.com") == "User"


@given(st.from_regex(r"roles/[a-zA-Z0-9.]{1,30}", fullmatch=True))
def test_a_role_is_named_without_its_collection(role: str) -> None:
    assert f"roles/{short_role(role)}" == role


def test_every_grant_says_why() -> None:
    found: list[IamGrant] = [each for env in sample().environments.values() for each in grants(env).iam]
    assert all(each.reason for each in found)


def test_an_approver_who_is_not_there_yet_is_left_out_and_without_any_the_entitlement_waits() -> None:
    on_call = {'kind: role, use: "platform on-call': 'kind: role, state: pending, use: "platform on-call'}
    found = grants(estate(edited(ORGANISATION, on_call)).environments["prod"])
    by_key = {each.key: each for each in found.entitlements}
    assert "platform-platform-admin" not in by_key  # on-call is its first level alone
    assert by_key["skred-secret-admin"].levels == (("varde-team-skred@fjellverket.example",),)
    assert {each.group for each in found.withheld} == {"varde-role-plattform-vakt@fjellverket.example"}
    assert "platform-platform-admin" in {each.key for each in grants(environment("prod")).entitlements}


def test_a_deviation_adds_to_the_profile_and_ends_by_itself() -> None:
    more = """\
    deviations:
      load-test:
        team_project: [roles/monitoring.editor]
        rbac: edit
        reason: load test before the season
        expires: 2026-12-01
"""
    edit = edited(SKRED, {"    budget_eur: 2500\n": f"    budget_eur: 2500\n{more}"})
    env = estate(edit).environments["prod"]
    added = set(grants(env).iam) - set(grants(environment("prod")).iam)
    assert {(each.role, each.resource) for each in added} == {("roles/monitoring.editor", "skred-prod-c4d5")}
    assert [each.condition.title for each in added if each.condition] == ["until-2026-12-01"]
    assert in_clusters(env, "varde-team-skred") >= {
        ("onp1-prod", "varsel-main", ClusterRole.VIEW),
        ("onp1-prod", "varsel-main", ClusterRole.EDIT),
    }
    (grant,) = added
    assert (grant.place.file, grant.team) == (SKRED, "skred")


def test_a_share_is_given_on_the_owners_project_alone() -> None:
    share = """\
    shares:
      statistics:
        group: varde-team-innsikt@fjellverket.example
        roles: [roles/storage.objectViewer]
        reason: yearly statistics
        consent: {by: varde-role-skred-leder@fjellverket.example, on: 2026-10-01}
        expires: 2026-12-31
"""
    edit = edited(SKRED, {"    budget_eur: 2500\n": f"    budget_eur: 2500\n{share}"})
    env = estate(edit).environments["prod"]
    (added,) = set(grants(env).iam) - set(grants(environment("prod")).iam)
    assert (added.member, added.resource) == ("group:varde-team-innsikt@fjellverket.example", "skred-prod-c4d5")
    assert added.condition is not None


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_grant_says_the_part_of_a_file_that_it_follows_from(name: str) -> None:
    found = grants(environment(name))
    every = (*found.iam, *found.clusters, *found.resources, *found.entitlements, *found.denials, *found.federation)
    assert every
    assert {each.place.file.split("/")[0] for each in (*every, *found.argo, *found.bootstrap)} == {"stacks"}
    assert all(each.place.line > 1 for each in every)


def test_a_team_has_its_actions_in_delivery_by_its_object_in_the_directory() -> None:
    by_project = {each.project: each for each in grants(environment("prod")).argo}
    assert by_project["hytter"].actions == ("get", "sync", "logs")
    assert by_project["hytter"].group_id == "00000000-0000-4000-8000-000000000013"
    assert {each.actions for each in grants(environment("dev")).argo} == {("get", "sync", "logs", "action")}
    assert not grants(environment("sandbox")).argo


def test_the_programs_own_accounts_are_listed_and_reached_as_the_files_say() -> None:
    found = grants(environment("prod"))
    own = {each.key: each for each in found.federation if not each.made_here}
    pool = "iam.googleapis.com/projects/410000000001/locations/global/workloadIdentityPools/github"
    assert own["program-plan"].members == (f"principalSet://{pool}/attribute.repository_id/20000001",)
    subject = "subject/repo:fjellverket/varde-platform:environment:prod"
    assert own["program-apply"].members == (f"principal://{pool}/{subject}",)
    assert {each.resource for each in found.bootstrap} == {
        "folders/900000000140",
        "billingAccounts/0A1B2C-3D4E5F-6A7B8C",
        "gs://varde-seed-0001-state-prod",
        "projects/varde-seed-0001/locations/europe-north1/keyRings/pulumi/cryptoKeys/prod",
    }
    assert len({each.key for each in found.bootstrap}) == len(found.bootstrap) > 30


@given(st.integers(0, 10**6), st.integers(1, 50))
def test_shares_add_up_and_differ_by_one_at_most(total: int, number: int) -> None:
    parts = shares(total, number)
    assert (len(parts), sum(parts)) == (number, total)
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("VARDE - TEAM - Snø og skred", "varde-team-sno-og-skred"),
        ("VARDE - ROLE - Ærlig Måling", "varde-role-aerlig-maaling"),
        ("VARDE - TEAM - Stier", "varde-team-stier"),
    ],
)
def test_a_display_name_becomes_an_address_as_the_directory_makes_it(name: str, slug: str) -> None:
    assert directory_slug(name) == slug
