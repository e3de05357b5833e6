"""What the platform makes in teams' projects, as it is registered. What Google answers to a token is not known here."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp

from components.access.project_access import ProjectAccess
from model.config.access import Target
from model.planning.access.own_roles import OWN_ROLES
from model.planning.access.quotas import quotas
from model.planning.grants import grants
from operations.record import UNKNOWN, Recording
from tests.model.cases import PROD, ROOT, edited, environment, estate
from tests.program.declared import of
from tests.program.programs import ENVIRONMENTS, at, items, recorded, recorded_with, text

ACCOUNT = "gcp:serviceaccount/account:Account"
FEDERATED = "gcp:serviceaccount/iAMMember:IAMMember"
MEMBER = "gcp:projects/iAMMember:IAMMember"
BINDING = "gcp:projects/iAMBinding:IAMBinding"
PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
ENTITLEMENT = "gcp:privilegedaccessmanager/entitlement:entitlement"
BUCKET = "gcp:storage/bucket:Bucket"
BUCKET_MEMBER = "gcp:storage/bucketIAMMember:BucketIAMMember"
TAG = "gcp:tags/locationTagBinding:LocationTagBinding"
DENY = "gcp:iam/denyPolicy:DenyPolicy"
BUDGET = "gcp:billing/budget:Budget"
REPOSITORY = "gcp:artifactregistry/repository:Repository"
REPOSITORY_MEMBER = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
QUOTA = "kubernetes:core/v1:ResourceQuota"
STIER = "stacks/teams/stier.yaml"
HYTTER = "stacks/teams/hytter.yaml"
DOMAIN = "fjellverket.example"
TEAM_PROJECTS = Target.TEAM_PROJECTS


def with_less() -> Recording:
    """Return dev with a record that does not say its project's number, and one without state."""
    return recorded_with(
        "dev",
        edited(STIER, {'    project_number: "410000000211"\n': ""}),
        edited(HYTTER, {"state_bucket: true": "state_bucket: false"}),
    )


class TestDeployers:
    """A workflow acts as its team's account, from named repositories in one environment, and nobody else does."""

    def test_a_provider_takes_tokens_of_the_owners_number_the_teams_repositories_and_the_environment(self) -> None:
        provider = recorded("dev").one(PROVIDER, "stier-provider")
        assert at(provider, "workloadIdentityPoolProviderId") == "github-provider"
        assert at(provider, "oidc.issuerUri") == "https://token.actions.githubusercontent.com"
        assert text(provider, "attributeCondition") == (
            'assertion.repository_owner_id == "10000001" '
            '&& assertion.repository in ["fjellverket/ruteplan-api", "fjellverket/stiportal"] '
            '&& assertion.environment == "dev"'
        )
        assert "google.subject" in str(at(provider, "attributeMapping"))

    def test_each_repository_acts_as_the_account_only_in_its_github_environment(self) -> None:
        pool = "projects/410000000211/locations/global/workloadIdentityPools/stier-deploy-pool"
        members = {
            text(each, "member"): text(each, "role")
            for each in recorded("dev").of_type(FEDERATED)
            if each.name.startswith("stier-")
        }
        assert members == {
            f"principal://iam.googleapis.com/{pool}/subject/repo:fjellverket/{name}:environment:dev": (
                "roles/iam.workloadIdentityUser"
            )
            for name in ("stiportal", "ruteplan-api")
        }

    def test_what_the_model_says_of_federation_is_what_is_registered(self) -> None:
        for name in ENVIRONMENTS:
            wanted = {
                member for plan in grants(environment(name)).federation if plan.made_here for member in plan.members
            }
            made = {text(each, "member") for each in recorded(name).of_type(FEDERATED) if "federated" in each.name}
            assert made == wanted

    def test_without_the_projects_number_the_pool_says_it_when_it_is_made(self) -> None:
        members = [each for each in with_less().of_type(FEDERATED) if each.name.startswith("stier-")]
        assert [at(each, "member") for each in members] == [UNKNOWN, UNKNOWN]

    def test_an_account_is_there_before_it_is_granted_anything(self) -> None:
        recording = recorded("dev")
        accounts = {each.name.removesuffix("-account"): each.urn for each in recording.of_type(ACCOUNT)}
        given = [
            each
            for kind in (MEMBER, BUCKET_MEMBER)
            for each in recording.of_type(kind)
            if "-deploy@" in str(at(each, "member"))
        ]
        assert len(given) > 20
        for each in given:
            slug = text(each, "member").removeprefix("serviceAccount:").split("-deploy@")[0]
            assert accounts[slug] in each.options.depends_on

    def test_no_account_has_a_key(self) -> None:
        for name in ENVIRONMENTS:
            assert not [each for each in recorded(name).resources if each.type.startswith("gcp:serviceaccount/key:")]


class TestEntitlements:
    """F16: privileged access ends by itself, is asked for with a reason, and approved as the record says."""

    def test_two_levels_are_two_steps_of_one_approval_each(self) -> None:
        admin = recorded("prod").one(ENTITLEMENT, "stier-entitlement-admin")
        assert at(admin, "parent") == "projects/stier-prod-b7a9"
        assert at(admin, "maxRequestDuration") == "3600s"
        assert at(admin, "eligibleUsers.0.principals") == (f"group:varde-team-stier@{DOMAIN}",)
        steps = items(admin, "approvalWorkflow.manualApprovals.steps")
        assert [each["approvalsNeeded"] for each in steps] == [1, 1]
        assert [each["approvers"] for each in steps] == [
            {"principals": (f"group:varde-role-plattform-vakt@{DOMAIN}",)},
            {"principals": (f"group:varde-role-vaktleder@{DOMAIN}",)},
        ]
        assert at(admin, "approvalWorkflow.manualApprovals.requireApproverJustification") is True

    def test_an_automatic_one_has_no_step_and_every_one_asks_for_a_reason(self) -> None:
        for name in ENVIRONMENTS:
            by_name = {f"{each.team or 'platform'}-{each.id}": each for each in grants(environment(name)).entitlements}
            made = recorded(name).of_type(ENTITLEMENT)
            assert {each.name.replace("-entitlement-", "-") for each in made} == by_name.keys()
            for each in made:
                plan = by_name[each.name.replace("-entitlement-", "-")]
                assert ("approvalWorkflow" in each.inputs) is bool(plan.levels)
                assert "unstructured" in str(at(each, "requesterJustificationConfig"))
                roles = {str(role["role"]) for role in items(each, "privilegedAccess.gcpIamAccess.roleBindings")}
                assert roles == set(plan.roles)

    def test_the_platform_repairs_its_own_projects(self) -> None:
        recording = recorded("prod")
        admin = recording.one(ENTITLEMENT, "platform-entitlement-platform-admin")
        assert at(admin, "parent") == "projects/varde-k8s-prod-3a4b"
        network = recording.one(ENTITLEMENT, "platform-entitlement-network-admin")
        assert at(network, "privilegedAccess.gcpIamAccess.resource") == (
            "//cloudresourcemanager.googleapis.com/projects/varde-net-prod-5c6d"
        )
        assert not recorded("sandbox").of_type(ENTITLEMENT)


class TestState:
    """State is versioned, never public, written by deployments, and read by nobody else."""

    def test_a_bucket_of_state_is_versioned_private_and_outlives_the_record(self) -> None:
        bucket = recorded("dev").one(BUCKET, "hytter-bucket")
        assert at(bucket, "name") == "hytter-dev-6a51-tfstate"
        assert at(bucket, "versioning.enabled") is True
        assert at(bucket, "uniformBucketLevelAccess") is True
        assert at(bucket, "publicAccessPrevention") == "enforced"
        assert at(bucket, "lifecycleRules.0.condition.daysSinceNoncurrentTime") == 90
        assert at(bucket, "labels.cost_center") == "4130"
        assert at(bucket, "labels.team") == "hytter"
        kept = [each for kind in (BUCKET, TAG, DENY) for each in recorded("dev").of_type(kind)]
        assert len(kept) == 18
        assert all(each.options.retain_on_delete for each in kept)

    def test_its_tag_brings_a_deny_policy_into_force_for_all_but_three_accounts(self) -> None:
        recording = recorded("prod")
        assert at(recording.one(TAG, "skred-tag"), "tagValue") == "900000000001/varde-data/state"
        policy = recording.one(DENY, "skred-denial")
        assert at(policy, "parent") == "cloudresourcemanager.googleapis.com%2Fprojects%2Fskred-prod-c4d5"
        rule = "rules.0.denyRule"
        assert at(policy, f"{rule}.deniedPrincipals") == ("principalSet://goog/public:all",)
        assert at(policy, f"{rule}.deniedPermissions") == ("storage.googleapis.com/objects.get",)
        accounts = "principal://iam.googleapis.com/projects/-/serviceAccounts"
        assert at(policy, f"{rule}.exceptionPrincipals") == (
            f"{accounts}/skred-deploy@skred-prod-c4d5.iam.gserviceaccount.com",
            f"{accounts}/varde-prod-apply@varde-seed-0001.iam.gserviceaccount.com",
            f"{accounts}/varde-prod-plan@varde-seed-0001.iam.gserviceaccount.com",
        )
        condition = "resource.matchTag('900000000001/varde-data', 'state')"
        assert at(policy, f"{rule}.denialCondition.expression") == condition

    def test_a_team_without_state_has_neither(self) -> None:
        without = with_less()
        for kind in (BUCKET, TAG, DENY, BUCKET_MEMBER):
            assert not [each for each in without.of_type(kind) if each.name.startswith("hytter-")]
            assert [each for each in recorded("dev").of_type(kind) if each.name.startswith("hytter-")]


class TestBudgets:
    """X10: whoever spends hears of it before the money is gone."""

    def test_a_budget_is_the_teams_amount_on_its_project_with_its_thresholds(self) -> None:
        budget = recorded("prod").one(BUDGET, "innsyn-budget")
        assert at(budget, "amount.specifiedAmount") == {"currencyCode": "EUR", "units": "1500"}
        assert at(budget, "budgetFilter.projects") == ("projects/410000000415",)
        thresholds = [(each["thresholdPercent"], each["spendBasis"]) for each in items(budget, "thresholdRules")]
        assert thresholds == [(0.75, "CURRENT_SPEND"), (1.0, "CURRENT_SPEND"), (1.0, "FORECASTED_SPEND")]

    def test_every_team_of_an_environment_has_one_and_a_mailbox(self) -> None:
        for name in ENVIRONMENTS:
            teams = set(environment(name).members)
            found = {each.name.removesuffix("-budget") for each in recorded(name).of_type(BUDGET)}
            assert found == {*teams, "platform"}
            boxes = recorded(name).of_type("gcp:monitoring/notificationChannel:NotificationChannel")
            mine = {text(each, "labels.email_address") for each in boxes if each.name.endswith("-mailbox")}
            assert {f"{slug}@{DOMAIN}" for slug in teams} <= mine


class TestImages:
    """Images exist once for all environments."""

    def test_prod_alone_makes_the_repositories_and_dev_writes_them(self) -> None:
        assert not [each for name in ("sandbox", "dev", "test") for each in recorded(name).of_type(REPOSITORY)]
        repositories = {str(at(each, "repositoryId")) for each in recorded("prod").of_type(REPOSITORY)}
        assert repositories == {"stier", "skred", "kartfliser", "innsyn", "innsikt"}
        writer = recorded("prod").one(REPOSITORY_MEMBER, "innsikt-artifactregistry.writer-innsikt-deploy")
        assert at(writer, "project") == "varde-artifacts-0001"
        assert at(writer, "member") == "serviceAccount:innsikt-deploy@innsikt-dev-2f6a.iam.gserviceaccount.com"
        assert all(each.options.retain_on_delete for each in recorded("prod").of_type(REPOSITORY))


class TestQuotas:
    """A team's quota in a cluster is divided among its namespaces there."""

    def test_the_quotas_of_a_teams_namespaces_add_up_to_the_records(self) -> None:
        for name in ENVIRONMENTS:
            env = environment(name)
            made = {each.name: at(each, "spec.hard") for each in recorded(name).of_type(QUOTA)}
            plans = quotas(env, grants(env).namespaces)
            assert made == {
                f"{plan.namespace.cluster}-quota-{plan.namespace.name}": {
                    "requests.cpu": f"{plan.milli_cpu}m",
                    "requests.memory": f"{plan.memory_mib}Mi",
                    "pods": str(plan.pods),
                }
                for plan in plans
            }
            for slug, (_, here) in env.members.items():
                for cluster in here.clusters:
                    mine = [each for each in plans if (each.namespace.team, each.namespace.cluster) == (slug, cluster)]
                    assert sum(each.milli_cpu for each in mine) == here.quota.cpu * 1000
                    assert sum(each.memory_mib for each in mine) == here.quota.memory_gib * 1024
                    assert sum(each.pods for each in mine) == here.quota.pods


class TestAuthoritative:
    """F2: additive, but where a file claims a role for those whom it names."""

    def test_nothing_is_authoritative_unless_a_file_says_so(self) -> None:
        for name in ENVIRONMENTS:
            kinds = {each.type.rsplit(":", 1)[-1].lower() for each in recorded(name).resources}
            assert not {kind for kind in kinds if kind.endswith(("iambinding", "iampolicy"))}

    def test_every_role_that_the_program_gives_by_itself_is_one_that_no_file_may_claim(self) -> None:
        given = {
            text(each, "role")
            for name in ENVIRONMENTS
            for each in recorded(name).of_type(MEMBER)
            if not each.name.startswith("access-")
        }
        assert given
        assert given <= OWN_ROLES

    def test_a_claimed_role_is_one_binding_of_all_its_members_and_no_member_beside_it(self) -> None:
        choice = (
            "    authoritative:\n"
            "      - {target: network-project, role: roles/iam.securityReviewer, reason: auditors count who reads}\n"
        )
        edit = edited(PROD, {"    image_repositories:": f"{choice}    image_repositories:"})
        wanted = [each for each in grants(estate(edit).environments["prod"]).iam if each.target is not TEAM_PROJECTS]

        def program() -> None:
            ProjectAccess("access", grants=wanted, opts=pulumi.ResourceOptions(providers=[gcp.Provider("gcp")]))

        claimed = of(program)
        bindings = {each.name: at(each, "members") for each in claimed.of_type(BINDING)}
        assert bindings == {
            "access-all-varde-net-prod-5c6d-iam.securityReviewer": (f"group:varde-role-sikkerhet@{DOMAIN}",),
            "access-all-varde-net-prod-5c6d-iam.securityReviewer-until-2027-03-31": (
                f"group:varde-role-revisjon@{DOMAIN}",
            ),
        }
        beside = {each.name for each in claimed.of_type(MEMBER)}
        assert not [name for name in beside if name.startswith("access-network-iam.securityReviewer")]
        assert "access-cluster-iam.securityReviewer-varde-role-sikkerhet" in beside


class TestOneTeam:
    """A record touches its own team's things and nobody else's."""

    def new_team(self) -> dict[str, str]:
        changes = {
            "stier": "fjord",
            "Stier og ruteplanlegger": "Fjord",
            "VARDE - TEAM - Stier": "VARDE - TEAM - Fjord",
            "000000000011": "000000000099",
            "stiportal": "fjordportal",
            "ruteplan": "fjordplan",
            "4100000002": "4100000012",
        }
        record = (ROOT / STIER).read_text(encoding="utf-8")
        for old, new in changes.items():
            record = record.replace(old, new)
        return {"stacks/teams/fjord.yaml": record}

    def test_a_new_team_adds_its_own_things_and_changes_nothing(self) -> None:
        before, after = recorded_with("dev"), recorded_with("dev", self.new_team())
        added = urns(after) - urns(before)
        assert len(added) > 30
        assert not urns(before) - urns(after)
        assert not [urn for urn in added if "fjord" not in urn]
        assert unchanged(before, after)

    def test_a_team_that_goes_leaves_its_data_and_takes_its_access(self) -> None:
        before = recorded("dev")
        mine = [each for each in before.resources if each.name.startswith("hytter-") or "booking-main" in each.name]
        kept = {each.type for each in mine if each.options.retain_on_delete}
        assert kept == {BUCKET, TAG, DENY, "kubernetes:core/v1:Namespace"}
        gone = {each.type for each in mine} - kept
        assert {ACCOUNT, PROVIDER, ENTITLEMENT, BUDGET, FEDERATED, BUCKET_MEMBER} <= gone


def urns(recording: Recording) -> set[str]:
    return {each.urn for each in recording.resources}


def unchanged(before: Recording, after: Recording) -> bool:
    """Say whether everything that was there before has the inputs that it had."""
    now = {each.urn: each for each in after.resources}
    return all(now[each.urn].inputs == each.inputs for each in before.resources)


def test_dev_and_prod_share_no_principal_that_the_program_makes() -> None:
    """F18: no stack grants anything to another environment's accounts, but for the images that are built in one."""
    accounts = {
        name: {plan.account for plan in grants(environment(name)).federation if plan.made_here} for name in ENVIRONMENTS
    }
    for name in ENVIRONMENTS:
        members = {each.member.split(":", 1)[-1] for each in grants(environment(name)).iam}
        for other in ENVIRONMENTS:
            assert other == name or not members & accounts[other]
