"""Roles of principals that were deleted, and accounts that come with a service."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rehearsal.rules.members import mark_deleted_groups
from rehearsal.server import Clouds
from rehearsal.values import Value
from tests.rehearsal import platform as the
from tests.rehearsal.hands import CLUSTERS, HOST, Hands

ACCOUNT = "gcp:serviceaccount/account:Account"
READERS = "group:readers@example.org"


@pytest.fixture
def hands() -> Hands:
    return the.hands()


def grant(project: str = CLUSTERS, member: str = READERS, role: str = "roles/logging.viewer") -> dict[str, Value]:
    return {"project": project, "role": role, "member": member}


def group_is(hands: Hands, state: str) -> None:
    groups = {**hands.world.inventory.groups, "readers@example.org": state}
    hands.world.seed(replace(hands.world.inventory, groups=groups))  # pyright: ignore[reportArgumentType]  one of the states


def test_a_deleted_groups_role_stays_in_the_policy_and_is_gone_for_the_program(hands: Hands) -> None:
    made = hands.make(the.MEMBER, **grant())
    group_is(hands, "deleted")
    with Clouds(hands.world, providers=("gcp",)):
        pass
    assert hands.look(the.MEMBER, made.id, made).id == ""
    (kept,) = hands.world.objects(the.MEMBER)
    assert kept.text("member").startswith(f"deleted:{READERS}?uid=")
    hands.remove(the.MEMBER, made.id)
    assert hands.world.objects(the.MEMBER) == [kept]
    assert "Group readers@example.org does not exist." in hands.refusal(the.MEMBER, **grant())


def test_a_new_group_of_a_deleted_ones_name_waits_until_the_old_role_is_taken_away(hands: Hands) -> None:
    hands.make(the.MEMBER, **grant())
    group_is(hands, "deleted")
    mark_deleted_groups(hands.world)
    group_is(hands, "active")
    error = hands.refusal(the.MEMBER, **grant(role="roles/monitoring.viewer"))
    assert "googleapi: Error 400: Principal group:readers@example.org has the name of the deleted principal" in error
    hands.make(the.MEMBER, **grant(project=HOST))
    (kept,) = [record for record in hands.world.objects(the.MEMBER) if record.text("member").startswith("deleted:")]
    hands.world.remove(the.MEMBER, kept.id)
    hands.make(the.MEMBER, **grant())


def test_a_deleted_service_accounts_roles_are_not_inherited_by_its_namesake(hands: Hands) -> None:
    account = hands.make(ACCOUNT, accountId="ci-bot", project=CLUSTERS)
    member = str(account.outputs["member"])
    hands.make(the.MEMBER, **grant(member=member))
    hands.remove(ACCOUNT, account.id)
    (kept,) = hands.world.objects(the.MEMBER)
    assert kept.text("member").startswith(f"deleted:{member}?uid=")
    hands.make(ACCOUNT, accountId="ci-bot", project=CLUSTERS)
    assert "has the name of the deleted principal" in hands.refusal(the.MEMBER, **grant(member=member))


@pytest.mark.parametrize("member", ["deleted:group:readers@example.org?uid=1"])
def test_a_program_can_not_grant_to_a_deleted_principal(hands: Hands, member: str) -> None:
    result = hands.provider(the.MEMBER).check(hands.call(the.MEMBER, inputs=grant(member=member)))
    assert "IAM members for deleted principals are not supported" in result.failures[0].reason


@pytest.mark.parametrize(
    ("service", "member"),
    [
        ("compute.googleapis.com", "serviceAccount:300-compute@developer.gserviceaccount.com"),
        ("container.googleapis.com", "serviceAccount:service-300@container-engine-robot.iam.gserviceaccount.com"),
        ("gkehub.googleapis.com", "serviceAccount:service-300@gcp-sa-gkehub.iam.gserviceaccount.com"),
    ],
)
def test_a_services_own_account_appears_with_its_api(hands: Hands, service: str, member: str) -> None:
    assert "does not exist." in hands.refusal(the.MEMBER, **grant(member=member))
    hands.make("gcp:projects/service:Service", project="bare-1", service=service)
    hands.make(the.MEMBER, **grant(member=member))


def test_an_agent_that_was_asked_for_is_there_without_the_api(hands: Hands) -> None:
    member = "serviceAccount:service-300@gcp-sa-servicemesh.iam.gserviceaccount.com"
    assert "does not exist." in hands.refusal(the.MEMBER, **grant(member=member))
    hands.make("gcp:projects/serviceIdentity:ServiceIdentity", project="bare-1", service="mesh.googleapis.com")
    hands.make(the.MEMBER, **grant(member=member))
