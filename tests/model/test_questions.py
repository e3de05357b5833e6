"""Who can do what, and who has what, asked of the project's own files and of edits of them."""

from __future__ import annotations

from dataclasses import fields

import pytest

from model.planning.access.plans import Kind
from model.planning.grants import Grants
from model.planning.questions.asked import NotAskedError, PermissionAsked, RoleAsked, VerbAsked, asked
from model.planning.questions.rights import GIVERS, NOT_RIGHTS, Right, rights, short
from model.planning.questions.roles import Verdict, cluster_role_verdict, known_roles, role_verdict
from model.planning.questions.targets import UnknownTargetError, spots
from model.planning.questions.what import UnknownPrincipalError, principal_of, what_has
from model.planning.questions.who import Answer, who_can
from tests.model.cases import ORGANISATION, PROD, edited, environment, estate, sample

STATE = "storage.objects.get"
ENVIRONMENTS = ("sandbox", "dev", "test", "prod")


def ask(words: str, target: str | None = None, *environments: str) -> Answer:
    what, own = asked(words)
    where = target or own
    assert where is not None
    return who_can(sample(), what, spots(sample(), where, environments))


def can(answer: Answer, verdict: Verdict = Verdict.YES, *, standing: bool | None = None) -> set[str]:
    """Return who can, by short name."""
    fitting = (way for way in answer.ways if standing is None or way.standing is standing)
    return {short(way.principal) for way in fitting if way.verdict is verdict}


class TestTheQuestionsMissNothing:
    """A list of grants that no question looks at is a hole in every answer."""

    def test_every_list_of_grants_is_asked_or_named_as_no_right(self) -> None:
        assert {field.name for field in fields(Grants)} == GIVERS.keys() | NOT_RIGHTS

    @pytest.mark.parametrize("name", ENVIRONMENTS)
    def test_every_role_that_is_granted_has_an_entry(self, name: str) -> None:
        named = {right.role for right in rights(environment(name)) if right.role.startswith("roles/")}
        known = {*known_roles().iam, *(each.role for each in known_roles().elsewhere)}
        assert named
        assert named - known == set()

    @pytest.mark.parametrize("name", ENVIRONMENTS)
    def test_every_right_of_a_person_says_where_it_is_written(self, name: str) -> None:
        for right in rights(environment(name)):
            if not right.machine:
                assert right.place.file.startswith("stacks/"), right
                assert right.place.line > 0


class TestWhoCanReadTheState:
    """Acceptance question (j)."""

    def test_the_platforms_state_is_read_by_the_accounts_of_its_own_environment_alone(self) -> None:
        answer = ask("read state", "varde-seed-0001-state-prod")
        assert can(answer) == {
            "varde-prod-plan@varde-seed-0001.iam.gserviceaccount.com",
            "varde-prod-apply@varde-seed-0001.iam.gserviceaccount.com",
        }
        assert can(answer, Verdict.UNKNOWN) == set()

    def test_it_is_every_state_bucket_that_is_asked_about(self) -> None:
        buckets = {spot.name for spot in ask("read state").spots}
        assert {f"varde-seed-0001-state-{name}" for name in ENVIRONMENTS} < buckets
        assert "stier-prod-b7a9-tfstate" in buckets

    def test_storage_admin_for_an_hour_does_not_read_a_teams_state(self) -> None:
        answer = ask("read state", "stier-prod-b7a9-tfstate")
        assert "varde-team-stier" not in can(answer)
        denied = [each for each in answer.denied if short(each.principal) == "varde-team-stier"]
        assert {each.right.request.entitlement for each in denied if each.right.request} >= {"storage-admin"}
        assert {each.by.id for each in denied if each.by} == {"stier-state"}

    def test_whoever_may_act_as_the_deploy_account_is_named_with_it(self) -> None:
        answer = ask("read state", "stier-dev-1c3e-tfstate")
        account = "serviceAccount:stier-deploy@stier-dev-1c3e.iam.gserviceaccount.com"
        acting = [each for way in answer.ways if way.principal == account for each in way.acted_as]
        asked_for = {each.principal for each in acting if not each.standing}
        assert asked_for == {"group:varde-team-stier@fjellverket.example"}
        assert any("repo:fjellverket/stiportal:environment:dev" in each.principal for each in acting if each.standing)

    def test_in_production_nobody_acts_as_a_deploy_account_but_workflows(self) -> None:
        answer = ask("read state", "stier-prod-b7a9-tfstate")
        acting = {each.principal for way in answer.ways for each in way.acted_as}
        assert acting
        assert all(principal.startswith("principal://") for principal in acting)


class TestWhoCanInAProject:
    """IAM on projects, folders and the billing account."""

    def test_a_secret_is_read_on_request_and_the_approvers_are_named(self) -> None:
        answer = ask("secretmanager.versions.access", "skred-prod-c4d5")
        (way,) = [
            each
            for each in answer.ways
            if short(each.principal) == "varde-team-skred" and each.rights[0].role.endswith("secretAccessor")
        ]
        assert not way.standing
        assert way.rights[0].how == (
            "on request (secret-admin), for 1h, approved by varde-team-skred or varde-role-plattform-vakt"
        )
        assert way.rights[0].place.file == "stacks/teams/skred.yaml"

    def test_what_is_granted_on_the_folder_is_had_on_the_projects_in_it_and_not_on_shared_ones(self) -> None:
        apply_account = "varde-prod-apply@varde-seed-0001.iam.gserviceaccount.com"
        assert apply_account in can(ask("container.clusters.delete", "varde-k8s-prod-3a4b"))
        assert apply_account not in can(ask("container.clusters.delete", "varde-seed-0001"))

    def test_whoever_is_in_the_group_has_it_too(self) -> None:
        (way,) = [each for each in ask("roles/browser", "stier-prod-b7a9").ways if "stier" in each.principal]
        lead, team = "varde-role-stier-leder@fjellverket.example", "varde-team-stier@fjellverket.example"
        assert way.inner == ((lead, team),)

    def test_an_end_is_said(self) -> None:
        ways = ask("iam.roles.list", "varde-net-prod-5c6d").ways
        (audit,) = [each for each in ways if short(each.principal) == "varde-role-revisjon"]
        assert audit.rights[0].how == "standing, until 2027-03-31"

    def test_a_role_of_which_nothing_is_known_is_unknown_and_never_a_no(self) -> None:
        assert role_verdict("roles/cloudtasks.admin", STATE) is Verdict.UNKNOWN
        assert role_verdict("roles/bigquery.admin", "bigquery.tables.getData") is Verdict.UNKNOWN
        assert role_verdict("roles/bigquery.admin", STATE) is Verdict.NO
        own = "{roles: [roles/storage.admin], longest: 2h"
        told = edited(ORGANISATION, {own: own.replace("storage.admin", "cloudtasks.admin")})
        made = estate(told)
        answer = who_can(made, PermissionAsked(STATE), spots(made, "stier-prod-b7a9"))
        unknown = [way for way in answer.ways if way.rights[0].role == "roles/cloudtasks.admin"]
        assert unknown
        assert {way.verdict for way in unknown} == {Verdict.UNKNOWN}


class TestWhoCanInACluster:
    """Kubernetes' roles inside, and the Connect gateway before them (E30, E31)."""

    def test_a_team_deletes_pods_in_dev_and_reads_them_in_production(self) -> None:
        team = "varde-team-stier"
        assert team in can(ask("delete pods", "onp1-dev/stiportal-main"))
        assert team not in can(ask("delete pods", "onp1-prod/stiportal-main"))
        assert team in can(ask("get pods", "onp1-prod/stiportal-main"))
        assert team not in can(ask("get pods", "onp1-prod/varsel-main"))

    def test_the_role_in_the_cluster_is_nothing_without_a_way_there(self) -> None:
        answer = ask("exec pods", "onp1-dev/stiportal-main")
        team = "varde-team-stier"
        assert team not in can(answer) | can(answer, Verdict.UNKNOWN)
        assert [each.why for each in answer.denied if short(each.principal) == team] == [
            "nothing gives it gkehub.gateway.stream"
        ]

    def test_nobody_execs_into_a_pod_of_production_without_asking(self) -> None:
        for cluster in ("onp1-prod", "gcp1-prod"):
            assert can(ask("exec pods", cluster), standing=True) == set()
        assert can(ask("exec pods", "gcp1-prod")) == {"varde-role-plattform-admin"}

    def test_the_platform_team_execs_in_its_own_playground(self) -> None:
        assert "varde-team-plattform" in can(ask("exec pods", "onp1-sandbox"), standing=True)

    def test_gke_asks_iam_where_its_own_roles_say_no_and_an_on_prem_cluster_does_not(self) -> None:
        viewer = "varde-team-plattform"
        assert viewer in can(ask("list nodes", "gcp1-prod"))
        assert viewer not in can(ask("list nodes", "onp1-prod"))

    @pytest.mark.parametrize(
        ("words", "verdict"),
        [
            ("get pods", Verdict.YES),
            ("get deployments/scale", Verdict.YES),
            ("update deployments/scale", Verdict.NO),
            ("get pods/proxy", Verdict.NO),
            ("exec pods", Verdict.NO),
            ("get secrets", Verdict.NO),
            ("get pods/ephemeralcontainers", Verdict.UNKNOWN),
        ],
    )
    def test_what_reads_gke_through_iam_reads_no_more_than_its_permissions(self, words: str, verdict: Verdict) -> None:
        what, _ = asked(words)
        assert isinstance(what, VerbAsked)
        assert what.in_gke("roles/container.viewer") is verdict

    def test_view_reads_no_secret(self) -> None:
        assert can(ask("get secrets", "onp1-prod"), standing=True) == {
            "varde-prod-apply@varde-seed-0001.iam.gserviceaccount.com"
        }

    def test_a_custom_resource_is_unknown_to_the_roles_that_it_may_be_added_to(self) -> None:
        assert cluster_role_verdict("view", "get", "certificates") is Verdict.UNKNOWN
        assert cluster_role_verdict("view", "get", "nodes") is Verdict.NO
        assert cluster_role_verdict("cluster-admin", "get", "certificates") is Verdict.YES

    def test_a_prefix_covers_namespaces_that_the_program_does_not_make(self) -> None:
        assert [spot.name for spot in spots(sample(), "stiportal-feature", ["dev"])] == ["gcp1-dev", "onp1-dev"]

    @pytest.mark.parametrize(
        ("role", "verb", "resource", "verdict"),
        [
            ("view", "get", "pods", Verdict.YES),
            ("view", "get", "secrets", Verdict.NO),
            ("view", "create", "pods", Verdict.NO),
            ("edit", "get", "secrets", Verdict.YES),
            ("edit", "create", "pods/exec", Verdict.YES),
            ("edit", "create", "rolebindings", Verdict.NO),
            ("admin", "create", "rolebindings", Verdict.YES),
            ("admin", "delete", "namespaces", Verdict.NO),
            ("admin", "create", "resourcequotas", Verdict.NO),
            ("cluster-admin", "delete", "namespaces", Verdict.YES),
        ],
    )
    def test_cluster_roles_hold_what_kubernetes_says(
        self, role: str, verb: str, resource: str, verdict: Verdict
    ) -> None:
        assert cluster_role_verdict(role, verb, resource) is verdict


class TestHowAQuestionIsRead:
    """Words of people become what can be asked."""

    def test_roles_permissions_and_verbs_are_told_apart(self) -> None:
        assert asked("roles/storage.admin") == (RoleAsked("roles/storage.admin"), None)
        assert asked("storage.objects.get") == (PermissionAsked(STATE), None)
        assert asked("read state") == (PermissionAsked(STATE), "state")
        assert asked("delete pods") == (VerbAsked("delete", "pods"), None)
        assert asked("exec pods") == (VerbAsked("create", "pods/exec"), None)
        assert asked("logs pods") == (VerbAsked("get", "pods/log"), None)

    @pytest.mark.parametrize("words", ["storage", "remove pods", "delete all the pods", ""])
    def test_what_is_none_of_them_is_refused_with_an_example(self, words: str) -> None:
        with pytest.raises(NotAskedError, match=r"no (verb|role)"):
            asked(words)

    def test_an_unknown_target_is_refused_with_the_nearest_name(self) -> None:
        with pytest.raises(UnknownTargetError, match="stier"):
            spots(sample(), "stierr")
        with pytest.raises(UnknownTargetError, match="it is in prod"):
            spots(sample(), "stier-prod-b7a9", ["dev"])

    def test_letter_case_of_a_permission_does_not_matter(self) -> None:
        assert role_verdict("roles/storage.admin", "Storage.Objects.GET") is Verdict.YES


class TestWhatAGroupHas:
    """Everything of one principal, its own and what comes with the groups around it."""

    def test_the_leads_have_what_their_team_has_through_it(self) -> None:
        lead = principal_of(sample(), "varde-role-stier-leder")
        holding = what_has(sample(), lead, ["prod"])
        team = what_has(sample(), principal_of(sample(), "stier"), ["prod"])
        assert {each.right for each in holding.having} == {each.right for each in team.having}
        assert {each.chain[1:] for each in holding.having} == {("varde-team-stier@fjellverket.example",)}

    def test_a_team_has_a_request_with_its_approvers_and_no_standing_change_in_production(self) -> None:
        having = [each.right for each in what_has(sample(), principal_of(sample(), "stier"), ["prod"]).having]
        asked_for = {each.request.entitlement for each in having if each.request}
        assert asked_for == {"cloudsql-user", "storage-admin", "secret-admin", "admin"}
        standing = {each.role for each in having if each.request is None and each.kind is Kind.PROJECT_IAM}
        assert not {role for role in standing if role.lower().endswith(("admin", "editor"))}

    def test_a_group_that_waits_has_nothing_and_is_said_to_wait(self) -> None:
        waiting = estate(edited("stacks/teams/skred.yaml", {"  state: active": "  state: pending"}))
        holding = what_has(waiting, principal_of(waiting, "skred"), ["prod"])
        assert holding.having == ()
        assert {each.group for _, each in holding.withheld} == {"varde-team-skred@fjellverket.example"}

    def test_a_break_glass_account_is_said_to_be_outside(self) -> None:
        with pytest.raises(UnknownPrincipalError, match="outside this program"):
            principal_of(sample(), "bg-1@fjellverket.example")

    def test_a_nested_group_brings_the_outer_ones_rights_however_deep(self) -> None:
        auditors, money = "varde-role-revisjon@fjellverket.example", "varde-role-okonomi@fjellverket.example"
        security = "varde-role-sikkerhet@fjellverket.example"
        nested = {
            f"{auditors}: {{": f"{auditors}: {{member_of: [{money}], ",
            f"{money}: {{": f"{money}: {{member_of: [{security}], ",
        }
        made = estate(edited(ORGANISATION, nested))
        chains = {each.chain for each in what_has(made, f"group:{auditors}", ["prod"]).having}
        assert chains == {(), (auditors, money), (auditors, money, security)}

    def test_groups_in_a_circle_are_asked_once(self) -> None:
        money, security = "varde-role-okonomi@fjellverket.example", "varde-role-sikkerhet@fjellverket.example"
        circle = {
            f"{security}: {{": f"{security}: {{member_of: [{money}], ",
            f"{money}: {{": f"{money}: {{member_of: [{security}], ",
        }
        made = estate(edited(ORGANISATION, circle))
        having = [each.right for each in what_has(made, f"group:{money}", ["prod"]).having]
        assert len(having) == len(set(having))
        assert {right.principal for right in having} == {f"group:{money}", f"group:{security}"}


def test_two_questions_of_one_environment_are_answered_from_one_list() -> None:
    env = environment("dev")
    assert rights(env) is rights(env)


def test_an_expiry_ends_a_right_and_another_one_is_another_right() -> None:
    later = estate(edited(PROD, {'expires: "2027-03-31"': 'expires: "2027-05-31"'}))

    def audit(found: tuple[Right, ...]) -> set[Right]:
        return {right for right in found if "revisjon" in right.principal}

    before, after = audit(rights(environment("prod"))), audit(rights(later.environments["prod"]))
    assert before
    assert before.isdisjoint(after)
