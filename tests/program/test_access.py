"""Who gets what: the grants as they are registered. Whether a directory knows a group is not known here."""

from __future__ import annotations

from model.config.access import Target
from model.planning.grants import grants
from operations.record import Recording
from tests.model.cases import edited, environment
from tests.program.programs import ENVIRONMENTS, at, recorded, recorded_with, text

TEAM_STIER = "stacks/teams/stier.yaml"
NAMESPACE = "kubernetes:core/v1:Namespace"
ROLE_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
CLUSTER_ROLE_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
MEMBER = "gcp:projects/iAMMember:IAMMember"


def inside(recording: Recording) -> set[str]:
    return {each.urn for each in recording.resources}


class TestPending:
    """F12: a group that the directory has not synchronised gets nothing, and nothing else changes for it."""

    def test_exactly_what_names_a_pending_group_is_withheld(self) -> None:
        active = recorded_with("dev")
        pending = recorded_with("dev", edited(TEAM_STIER, {"state: active": "state: pending"}))
        gone = inside(active) - inside(pending)
        assert not inside(pending) - inside(active)
        named = {each.urn for each in active.resources if "varde-team-stier@" in str(each.inputs)}
        assert named
        # What had only such children is not there either.
        empty = {urn for urn in gone if "hybrid:access:Entitlements::stier" in urn}
        assert len(empty) == 1
        assert gone == named | empty

    def test_what_stays_is_the_same_but_for_the_order_in_which_it_waits(self) -> None:
        active = recorded_with("dev")
        pending = recorded_with("dev", edited(TEAM_STIER, {"state: active": "state: pending"}))
        before = {each.urn: each for each in active.resources}
        for each in pending.resources:
            assert each.inputs == before[each.urn].inputs
            assert each.provider == before[each.urn].provider

    def test_its_namespaces_stay(self) -> None:
        pending = recorded_with("dev", edited(TEAM_STIER, {"state: active": "state: pending"}))
        assert "onp1-dev-namespace-stiportal-main" in {each.name for each in pending.of_type(NAMESPACE)}


class TestProjects:
    """IAM is additive, on groups, and named after what it grants."""

    def test_every_grant_of_the_model_is_one_member_named_by_its_key(self) -> None:
        for name in ENVIRONMENTS:
            wanted = grants(environment(name)).iam
            made = {
                each.name.removeprefix("access-"): each
                for each in recorded(name).resources
                if each.type.lower().endswith("iammember") and each.name.startswith("access-")
            }
            assert made.keys() == {grant.key for grant in wanted}
            for grant in wanted:
                resource = "billingAccountId" if grant.target is Target.BILLING_ACCOUNT else "project"
                member = made[grant.key]
                assert (at(member, "role"), at(member, "member")) == (grant.role, grant.member)
                assert at(member, resource) == grant.resource

    def test_a_grant_that_ends_carries_its_end(self) -> None:
        member = recorded("prod").one(MEMBER, "access-cluster-browser-varde-role-revisjon")
        assert at(member, "condition.expression") == 'request.time < timestamp("2027-03-31T22:00:00Z")'
        unending = recorded("prod").one(MEMBER, "access-cluster-gkehub.viewer-varde-team-plattform")
        assert "condition" not in unending.inputs

    def test_the_billing_account_is_bound_once_by_prod(self) -> None:
        bound = {name: len(recorded(name).of_type("AccountIamMember")) for name in ENVIRONMENTS}
        assert bound == {"sandbox": 0, "dev": 0, "test": 0, "prod": 2}

    def test_a_team_that_is_only_in_the_cloud_has_nothing_on_prem(self) -> None:
        names = {each.name for each in recorded("dev").resources if each.type.startswith("kubernetes:")}
        assert [name for name in names if name.startswith("gcp1-") and "innsikt" in name]
        assert not [name for name in names if name.startswith("onp1-") and "innsikt" in name]


class TestClusters:
    """Roles and namespaces inside the clusters."""

    def test_a_team_has_its_role_in_its_namespaces_by_its_group(self) -> None:
        binding = recorded("dev").one(ROLE_BINDING, "onp1-dev-varsel-main-admin-varde-team-skred")
        assert at(binding, "metadata.namespace") == "varsel-main"
        assert at(binding, "roleRef") == {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": "admin",
        }
        assert at(binding, "subjects") == (
            {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "Group",
                "name": "varde-team-skred@fjellverket.example",
            },
        )
        namespace = recorded("dev").one(NAMESPACE, "onp1-dev-namespace-varsel-main")
        assert namespace.urn in binding.options.depends_on

    def test_a_namespace_says_whose_it_is_and_who_pays(self) -> None:
        namespace = recorded("dev").one(NAMESPACE, "onp1-dev-namespace-varsel-main")
        assert at(namespace, "metadata.labels") == {
            "managed-by": "pulumi",
            "platform": "varde",
            "environment": "dev",
            "team": "skred",
            "division": "natursikkerhet",
            "cost_center": "4120",
        }

    def test_a_namespace_outlives_its_team_and_a_binding_does_not(self) -> None:
        for name in ENVIRONMENTS:
            recording = recorded(name)
            assert all(each.options.retain_on_delete for each in recording.of_type(NAMESPACE))
            assert not [each for each in recording.of_type(ROLE_BINDING) if each.options.retain_on_delete]

    def test_deleting_a_cluster_takes_along_everything_inside(self) -> None:
        recording = recorded("prod")
        onprem = recording.one("VMwareCluster", "onp1-prod-cluster").urn
        gke = recording.one("gcp:container/cluster:Cluster", "gcp1-prod-cluster").urn
        for each in recording.resources:
            if each.type.startswith("kubernetes:"):
                assert each.options.deleted_with == (onprem if each.name.startswith("onp1-") else gke)

    def test_the_platform_team_rules_in_sandbox_and_only_looks_elsewhere(self) -> None:
        roles = {
            name: {
                text(each, "roleRef.name")
                for each in recorded(name).of_type(CLUSTER_ROLE_BINDING)
                if each.name.endswith("varde-team-plattform")
            }
            for name in ENVIRONMENTS
        }
        assert roles == {"sandbox": {"cluster-admin"}, "dev": {"view"}, "test": {"view"}, "prod": {"view"}}

    def test_the_on_prem_agent_may_speak_for_the_account_that_plans_and_for_nobody_else(self) -> None:
        for name in ENVIRONMENTS:
            (role,) = recorded(name).of_type("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")
            assert role.name.startswith(f"onp1-{name}-")
            assert at(role, "rules.0.verbs") == ("impersonate",)
            assert at(role, "rules.0.resourceNames") == (f"varde-{name}-plan@varde-seed-0001.iam.gserviceaccount.com",)
            bound = recorded(name).one(CLUSTER_ROLE_BINDING, f"onp1-{name}-impersonation-varde-{name}-plan")
            assert at(bound, "subjects.0.name") == "connect-agent-sa"
