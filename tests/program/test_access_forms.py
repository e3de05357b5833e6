"""Forms of access that the organisation's own files do not have, as they are registered: scopes, logs, leavers.

What the clouds make of them is seen in `tests/engine`, what a cluster answers in `tests/apiserver`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias, cast

from infra.environment import build
from model.estate import Environment, Estate
from model.planning.access.app_projects import app_projects
from model.planning.access.logs import team_logs
from model.planning.access.plans import Kind
from model.planning.members import MemberKind, workload_members
from model.planning.questions.asked import asked
from model.planning.questions.matrix import matrix
from model.planning.questions.targets import spots
from model.planning.questions.who import who_can
from operations.access.page import without_team
from operations.record import Recording, record
from tests.model import access_forms as forms
from tests.model.cases import environment, estate
from tests.program.granted import Granted, granted, objects, texts
from tests.program.programs import LOOKUPS, at, items, recorded_with, text, void, waits_for
from tests.program.synced import synced
from tests.program.test_access_report import reported

BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
EVERYWHERE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
FEATURE = "gcp:gkehub/feature:Feature"
MEMBER = "gcp:projects/iAMMember:IAMMember"
SCOPED = "gcp1-sandbox"
BY_PROGRAM = "onp1-sandbox"
GROUP = "varde-team-stier@fjellverket.example"
MEMBERS = "      members:\n"

Json: TypeAlias = dict[str, Any]


def with_everything() -> Recording:
    """Return the sandbox with every form at once."""
    return recorded_with("sandbox", forms.sandbox(), forms.stier())


@cache
def model() -> Estate:
    """Return the estate whose sandbox is recorded."""
    return estate(forms.sandbox(), forms.stier())


def env() -> Environment:
    """Return the sandbox that is recorded."""
    return model().environments["sandbox"]


def otherwise() -> Recording:
    """Return the sandbox with logs of scopes, teams that serve themselves, and a team that waits for the directory."""
    switches = {"    team_scopes:\n": "    team_scopes:\n      logs: MOVE\n      self_service: true\n"}
    admins = f"        admins: {{group: {forms.ADMINS}, role: admin, reason: a try}}\n"
    waiting = {
        "  state: active": "  state: pending",
        "    logs: {retention_days: 14}\n": "",
        MEMBERS: f"{MEMBERS}{admins}",
    }
    return recorded_with("sandbox", forms.sandbox(switches), forms.stier(waiting))


@cache
def left() -> Estate:
    """Return the estate when the team's record is gone and another team has taken over."""
    return without_team(estate(forms.sandbox(), forms.stier(), forms.retired()), "stier")


@cache
def after_the_team() -> Recording:
    """Return the sandbox when the team's record is gone."""
    gone = left().environments["sandbox"]
    return record(lambda: void(build(gone)), stack="sandbox", answers=LOOKUPS)


class TestScopes:
    """E14-E16: in the clusters of a scope the fleet makes the team's roles, in the others the program does."""

    def test_the_report_says_what_program_and_fleet_make_together(self) -> None:
        recording = with_everything()
        rights = [each for each in matrix(env()).rights if each.made_here and each.kind is not Kind.ARGO_CD]
        fleet: set[Granted] = {
            (
                f"group:{each['subjects'][0]['name']}",
                each["roleRef"]["name"],
                member.cluster,
                each["metadata"]["namespace"],
                "",
            )
            for member in workload_members(env())
            for each in synced(recording, member)
        }
        program = set(granted(recording))
        assert len(fleet) == 9
        assert fleet & program == set()
        assert {reported(each) for each in rights} == program | fleet

    def test_a_team_has_no_binding_of_the_programs_where_its_scope_is(self) -> None:
        clusters = {
            each.name.split("-stiportal", 1)[0].split("-ruteplan", 1)[0]
            for each in with_everything().of_type(BINDING)
            if GROUP in str(each.inputs["subjects"])
        }
        assert clusters == {BY_PROGRAM}

    def test_the_namespaces_and_their_quotas_are_the_programs_in_both(self) -> None:
        recording = with_everything()
        quotas = {each.name for each in recording.resources if each.type.endswith(":ResourceQuota")}
        assert quotas == {
            "gcp1-sandbox-quota-ruteplan-main",
            "gcp1-sandbox-quota-stiportal-main",
            "gcp1-sandbox-quota-stiportal-review",
            "onp1-sandbox-quota-ruteplan-main",
            "onp1-sandbox-quota-stiportal-main",
        }

    def test_a_member_is_bound_where_its_membership_is_and_not_before(self) -> None:
        recording = with_everything()
        bound = recording.one("gcp:gkehub/membershipBinding:MembershipBinding", "stier-member-gcp1-sandbox")
        membership = recording.one("gcp:gkehub/membership:Membership", "gcp1-sandbox-membership")
        assert at(bound, "location") == at(membership, "location")
        assert at(bound, "membershipId") == at(membership, "membershipId")
        assert f"{membership.type} {membership.name}" in waits_for(recording, bound)

    def test_a_custom_role_is_there_allowed_and_bound_by_the_fleet_alone(self) -> None:
        recording = with_everything()
        allowed = recording.one(FEATURE, "fleet-rbacrolebindingactuation")
        assert at(allowed, "spec.rbacrolebindingactuation.allowedCustomRoles") == ("restarter",)
        roles = [each for each in recording.of_type(CLUSTER_ROLE) if "impersonate" not in each.name]
        assert [each.name for each in roles] == ["gcp1-sandbox-role-restarter"]
        assert [each["verbs"] for each in items(roles[0], "rules")] == [("get", "list", "patch"), ("delete",)]
        bound = recording.one(
            "gcp:gkehub/scopeRbacRoleBinding:ScopeRbacRoleBinding",
            f"stier-role-restarter-{forms.ON_CALL.split('@')[0]}",
        )
        assert at(bound, "role.customRole") == "restarter"
        scope = recording.one("gcp:gkehub/scope:Scope", "stier-scope")
        assert f"{allowed.type} {allowed.name}" in waits_for(recording, scope)

    def test_the_gateways_role_comes_with_the_scope_and_not_twice(self) -> None:
        roles = {
            text(each, "role")
            for each in with_everything().of_type(MEMBER)
            if at(each, "member") == f"group:{GROUP}" and at(each, "project") == "varde-k8s-sandbox-1a2b"
        }
        assert "roles/gkehub.scopeEditorProjectLevel" in roles
        assert not {"roles/gkehub.gatewayEditor", "roles/gkehub.gatewayReader"} & roles
        assert {"roles/gkehub.viewer", "roles/container.clusterViewer"} <= roles

    def test_on_the_scope_itself_nobody_is_more_than_a_viewer_unless_teams_serve_themselves(self) -> None:
        kind = "gcp:gkehub/scopeIamMember:ScopeIamMember"
        assert {text(each, "role") for each in with_everything().of_type(kind)} == {"roles/gkehub.scopeViewer"}
        assert {text(each, "role") for each in otherwise().of_type(kind)} == {
            "roles/gkehub.scopeAdmin",
            "roles/gkehub.scopeViewer",
        }

    def test_logs_of_a_scope_are_read_by_its_groups_through_the_fleets_own_views(self) -> None:
        feature = otherwise().one(FEATURE, "fleet-fleetobservability")
        assert at(feature, "spec.fleetobservability.loggingConfig.fleetScopeLogsConfig.mode") == "MOVE"
        readers = [each for each in otherwise().of_type(MEMBER) if at(each, "role") == "roles/logging.viewAccessor"]
        assert {text(each, "member") for each in readers} == {
            f"group:{group}" for group in (forms.ADMINS, forms.ON_CALL, forms.SECURITY)
        }
        for each in readers:
            expression = text(each, "condition.expression")
            assert "buckets/fleet-o11y-scope-team-stier/views/fleet-o11y-scope-team-stier-k8s_container" in expression
            assert expression.count("resource.name ==") == 2

    def test_a_team_that_waits_for_the_directory_has_nothing_by_its_scope(self) -> None:
        roles = otherwise().of_type("gcp:gkehub/scopeRbacRoleBinding:ScopeRbacRoleBinding")
        assert {text(each, "group") for each in roles} == {forms.ADMINS, forms.ON_CALL, forms.SECURITY}


class TestAnswers:
    """Questions know scopes: what the fleet makes, what a custom role holds, and roles on the scope itself."""

    def test_a_custom_role_lets_its_holder_do_what_it_says_and_no_more(self) -> None:
        on_call = f"group:{forms.ON_CALL}"
        for words, able in (("delete pods", True), ("patch deployments", True), ("delete deployments", False)):
            answer = who_can(model(), asked(words)[0], spots(model(), f"{SCOPED}/stiportal-review"))
            assert (on_call in {way.principal for way in answer.ways}) is able, words

    def test_who_sees_a_scope_is_answered(self) -> None:
        answer = who_can(model(), asked("gkehub.scopes.get")[0], spots(model(), "team-stier"))
        assert f"group:{GROUP}" in {way.principal for way in answer.ways}
        changing = who_can(model(), asked("gkehub.rbacrolebindings.create")[0], spots(model(), "team-stier"))
        assert f"group:{GROUP}" not in {way.principal for way in changing.ways}

    def test_who_reads_what_former_teams_left_is_answered(self) -> None:
        answer = who_can(left(), asked("read state")[0], spots(left(), "stier-sandbox-5b77-tfstate"))
        assert {way.principal for way in answer.ways} == {
            "serviceAccount:varde-sandbox-apply@varde-seed-0001.iam.gserviceaccount.com"
        }


class TestLogs:
    """A team's log bucket holds what its namespaces log, and the team alone reads its view."""

    def test_what_the_teams_prefixes_cover_comes_to_the_bucket(self) -> None:
        sink = with_everything().one("gcp:logging/projectSink:ProjectSink", "stier-sink")
        assert text(sink, "filter").endswith('resource.labels.namespace_name=~"^(ruteplan|stiportal)-"')
        bucket = with_everything().one("gcp:logging/projectBucketConfig:ProjectBucketConfig", "stier-bucket")
        place = "projects/varde-k8s-sandbox-1a2b/locations/europe-north1/buckets/team-stier"
        assert at(sink, "destination") == f"logging.googleapis.com/{place}"
        assert at(bucket, "retentionDays") == 14
        assert bucket.options.retain_on_delete

    def test_the_team_reads_the_view_and_nothing_else_by_that_role(self) -> None:
        (plan,) = team_logs(env())
        (reader,) = [each for each in with_everything().of_type(MEMBER) if "viewAccessor" in text(each, "role")]
        assert at(reader, "member") == f"group:{GROUP}"
        assert at(reader, "condition.expression") == f'resource.name == "{plan.view}"'
        view = with_everything().one("gcp:logging/logView:LogView", "stier-view")
        assert plan.view == f"{text(view, 'bucket')}/views/{text(view, 'name')}"


def test_the_platforms_budget_is_for_its_projects_together_and_tells_a_mailbox_and_a_channel() -> None:
    recording = with_everything()
    budget = recording.one("gcp:billing/budget:Budget", "platform-budget")
    assert at(budget, "budgetFilter.projects") == ("projects/410000000101", "projects/410000000102")
    assert at(budget, "amount.specifiedAmount.units") == "1200"
    rules = [(each["thresholdPercent"], each["spendBasis"]) for each in items(budget, "thresholdRules")]
    assert rules == [(0.75, "CURRENT_SPEND"), (1, "CURRENT_SPEND"), (1, "FORECASTED_SPEND")]
    told = texts(at(budget, "allUpdatesRule.monitoringNotificationChannels"))
    assert told[0] == "projects/varde-k8s-sandbox-1a2b/notificationChannels/1234567890"
    assert len(told) == 2
    mailbox = recording.one("gcp:monitoring/notificationChannel:NotificationChannel", "platform-mailbox")
    assert at(mailbox, "labels.email_address") == "kostnad@fjellverket.example"


def test_whoever_repairs_the_platform_is_an_administrator_inside_where_iam_is_not_asked() -> None:
    bound = [each.name for each in with_everything().of_type(EVERYWHERE) if forms.ADMINS in str(each.inputs)]
    expected = [each.cluster for each in workload_members(env()) if each.kind is not MemberKind.GKE]
    assert bound == [f"{cluster}-cluster-admin-varde-role-plattform-admin" for cluster in expected]
    assert bound == ["onp1-sandbox-cluster-admin-varde-role-plattform-admin"]
    for words in ("delete pods", "exec pods"):
        ways = who_can(model(), asked(words)[0], spots(model(), BY_PROGRAM)).ways
        (way,) = [each for each in ways if each.principal == f"group:{forms.ADMINS}"]
        assert not way.standing, f"{words} without asking"


class TestLeaving:
    """F19: a team's record goes, and what keeps its state from being read stays and is looked after."""

    def test_what_denies_reading_its_state_stays_the_same_thing_without_its_account(self) -> None:
        before = with_everything().one("gcp:iam/denyPolicy:DenyPolicy", "stier-denial")
        after = after_the_team().one("gcp:iam/denyPolicy:DenyPolicy", "stier-denial")
        assert after.urn == before.urn
        assert (at(after, "name"), at(after, "parent")) == (at(before, "name"), at(before, "parent"))
        assert after.options.retain_on_delete
        (rule,) = items(after, "rules")
        (denied,) = objects(rule["denyRule"])
        assert {each.rsplit("/", 1)[-1].split("@")[0] for each in texts(denied["exceptionPrincipals"])} == {
            "varde-sandbox-apply",
            "varde-sandbox-plan",
        }

    def test_everything_else_of_the_team_leaves_the_program(self) -> None:
        left = {
            each.name
            for each in after_the_team().resources
            if not each.type.startswith("hybrid:") and ("stier" in each.name or "stiportal" in each.name)
        }
        assert left == {"stier-denial"}


class TestAppProjects:
    """H1, H3, H5: what a team's project in Argo CD allows is what its record and its profile say."""

    def test_a_role_reaches_the_applications_of_its_environments_clusters_alone(self) -> None:
        roles = {role["name"]: role for role in projects("dev", "prod")["stier"]["roles"]}
        assert set(roles) == {"dev", "prod"}
        assert "p, proj:stier:prod, applications, sync, stier/onp1-prod-*, allow" in roles["prod"]["policies"]
        assert not [line for line in roles["prod"]["policies"] if "action/" in line or "-dev" in line]
        assert "p, proj:stier:dev, applications, action/*, stier/gcp1-dev-*, allow" in roles["dev"]["policies"]
        for role in roles.values():
            assert role["groups"] == ["00000000-0000-4000-8000-000000000011"]
            assert {len(line.split(", ")) for line in role["policies"]} == {6}

    def test_a_project_delivers_from_its_own_repositories_into_its_own_prefixes(self) -> None:
        found = projects("dev")
        assert set(found) == set(environment("dev").members)
        for slug, spec in found.items():
            team, here = environment("dev").members[slug]
            places = {(each["name"], each["namespace"]) for each in spec["destinations"]}
            assert places == {(cluster, f"{prefix}-*") for cluster in here.clusters for prefix in team.prefixes}
            assert spec["clusterResourceWhitelist"] == []
            assert all(each.startswith("https://github.com/fjellverket/") for each in spec["sourceRepos"])


def projects(*names: str) -> dict[str, Json]:
    """Return what the projects of environments specify, by team."""
    found = app_projects([environment(name) for name in names])
    return {cast("Json", each["metadata"])["name"]: cast("Json", each["spec"]) for each in found}
