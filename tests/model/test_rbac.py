"""The model's own answers about cluster roles; `tests/apiserver` holds them against a real API server."""

from __future__ import annotations

import pytest

from model.planning.grants import grants
from model.planning.members import MemberKind, workload_members
from model.planning.rbac import EVERYONE, Request, allowed, allowing, role_allows, role_rights, spoken_for
from tests.apiserver.questions import everybody, requests
from tests.model.cases import estate

RBAC = "rbac.authorization.k8s.io"


@pytest.mark.parametrize(
    ("role", "verb", "group", "resource", "answer"),
    [
        ("view", "get", "", "pods", True),
        ("view", "get", "", "pods/exec", False),
        ("view", "get", "", "secrets", False),
        ("view", "delete", "apps", "deployments", False),
        ("view", "get", "wrong.example", "deployments", False),
        ("edit", "get", "", "secrets", True),
        ("edit", "create", "", "pods/exec", True),
        ("edit", "create", RBAC, "rolebindings", False),
        ("admin", "create", RBAC, "rolebindings", True),
        ("admin", "bind", RBAC, "roles", False),
        ("admin", "update", "", "resourcequotas", False),
        ("cluster-admin", "escalate", RBAC, "clusterroles", True),
        ("cluster-admin", "get", "anything.example", "things/part", True),
        (EVERYONE, "create", "authorization.k8s.io", "selfsubjectaccessreviews", True),
        (EVERYONE, "get", "", "pods", False),
    ],
)
def test_a_role_allows_what_kubernetes_documents_of_it(
    role: str, verb: str, group: str, resource: str, *, answer: bool
) -> None:
    assert role_allows(role, verb, group, resource) is answer


def test_a_role_that_is_not_known_is_no_answer() -> None:
    with pytest.raises(KeyError):
        role_rights("owner")


def test_a_role_in_a_namespace_counts_in_that_namespace_alone() -> None:
    env = estate().environments["dev"]
    grant = next(each for each in grants(env).clusters if each.namespace is not None)
    group, listing = (grant.principal,), ("list", "", "pods")
    assert allowed(env, grant.cluster, "somebody", group, Request(*listing, grant.namespace))
    assert not allowed(env, grant.cluster, "somebody", group, Request(*listing, "kube-system"))
    assert not allowed(env, grant.cluster, "somebody", group, Request(*listing))
    assert not allowed(env, "another-cluster", "somebody", group, Request(*listing, grant.namespace))


def test_a_user_who_is_called_like_a_group_is_not_in_it() -> None:
    env = estate().environments["dev"]
    for grant in grants(env).clusters:
        request = Request("list", "", "pods", grant.namespace)
        as_user = allowed(env, grant.cluster, grant.principal, (), request)
        as_group = allowed(env, grant.cluster, "somebody", (grant.principal,), request)
        assert (as_user, as_group) == ((False, True) if grant.kind == "Group" else (True, False))


def test_the_agent_speaks_for_the_account_that_previews_on_prem_and_for_nobody_on_gke() -> None:
    env = estate().environments["dev"]
    kinds = {member.kind: spoken_for(env, member) for member in workload_members(env)}
    assert kinds[MemberKind.GKE] == frozenset()
    assert kinds[MemberKind.ONPREM] == {env.organisation.deployers.plan.format(environment="dev")}


def test_every_yes_of_the_model_names_the_grants_that_it_comes_from() -> None:
    env = estate().environments["prod"]
    cluster = workload_members(env)[-1].cluster
    for who in everybody(env, estate()):
        for request in requests(env, cluster, who):
            if allowed(env, cluster, who.user, who.groups, request) and request.resource != "selfsubjectaccessreviews":
                found = allowing(env, cluster, who.user, who.groups, request)
                assert found
                assert {grant.principal for grant in found} <= {who.user, *who.groups}
