"""What the program applies to each cluster, on a real API server: every answer is the one that the model gives.

Not covered: what IAM allows on GKE beside RBAC, roles that installed software adds to Kubernetes' own, and what the
Connect gateway checks before a request comes to a cluster (E30, E31).
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import pytest

from model.config.access import ClusterRole
from model.config.load import load
from model.estate import Environment, Estate
from model.planning.grants import grants
from model.planning.members import Member, workload_members
from model.planning.rbac import Request, allowed, role_allows, spoken_for
from tests.apiserver.client import Client, Object, RefusedError, answered
from tests.apiserver.cluster import RBAC, manifests, played
from tests.apiserver.questions import AUTHENTICATED, Somebody, attributes, concerned, everybody, requests
from tests.apiserver.server import AGENT, Server
from tests.model import access_forms as forms
from tests.model.cases import ROOT
from tests.model.cases import estate as model_estate
from tests.program.programs import ENVIRONMENTS, recorded, recorded_with
from tests.program.synced import synced

SHOWN: Final = 20
"""Wrong answers that a failure prints."""


@pytest.fixture(scope="session")
def estate() -> Estate:
    loaded = load(ROOT).estate
    assert loaded is not None
    return loaded


def disagreements(
    env: Environment, cluster: str, answers: Mapping[tuple[Somebody, Request], bool]
) -> list[tuple[str, Request, bool]]:
    """Return the answers that the model gives otherwise, each with who asked and what the API server said."""
    return [
        (who.about, request, answer)
        for (who, request), answer in answers.items()
        if answer != allowed(env, cluster, who.user, who.groups, request)
    ]


def asked(server: Server, questions: Iterable[tuple[Somebody, Request]]) -> dict[tuple[Somebody, Request], bool]:
    def ask(client: Client, question: tuple[Somebody, Request]) -> bool:
        who, request = question
        return client.may(attributes(request), who.user, who.groups)

    return answered(server.client, list(questions), ask)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_in_every_cluster_everybody_may_do_what_the_model_says_and_nothing_else(
    name: str, server: Server, estate: Estate, record_property: Callable[[str, object], None]
) -> None:
    env = estate.environments[name]
    people = list(everybody(env, estate))
    asked_in_all, allowed_in_all, begun = 0, 0, time.monotonic()
    for member in workload_members(env):
        applied = manifests(recorded(name), member.cluster)
        assert applied, f"the program applies nothing to {member.cluster}"
        with played(server, applied):
            questions = [(who, request) for who in people for request in requests(env, member.cluster, who)]
            answers = asked(server, questions)
        wrong = disagreements(env, member.cluster, answers)
        assert not wrong, f"{len(wrong)} of {len(answers)} in {member.cluster}: {wrong[:SHOWN]}"
        yes = sum(answers.values())
        assert 0 < yes < len(answers)
        asked_in_all, allowed_in_all = asked_in_all + len(answers), allowed_in_all + yes
    seconds = time.monotonic() - begun
    record_property(
        "counted",
        f"API server, {name}: {asked_in_all} questions about {len(people)} users in "
        f"{len(workload_members(env))} clusters, {allowed_in_all} allowed, {asked_in_all - allowed_in_all} refused, "
        f"all as the model says ({seconds:.1f} s)",
    )


def test_what_the_fleet_makes_of_a_teams_scope_is_what_the_model_says(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    files = (forms.sandbox(), forms.stier())
    model, recording = model_estate(*files), recorded_with("sandbox", *files)
    env = model.environments["sandbox"]
    (member,) = [each for each in workload_members(env) if list(synced(recording, each))]
    assert member.cluster == "gcp1-sandbox"
    people = [who for who in everybody(env, model) if concerned(env, member.cluster, who)]
    with played(server, [*manifests(recording, member.cluster), *synced(recording, member)]):
        answers = asked(server, [(who, each) for who in people for each in requests(env, member.cluster, who)])
    wrong = disagreements(env, member.cluster, answers)
    assert not wrong, f"{len(wrong)} of {len(answers)} in {member.cluster}: {wrong[:SHOWN]}"
    on_call = (forms.ON_CALL, AUTHENTICATED)
    allowed_to = {request for (who, request), answer in answers.items() if answer and who.groups == on_call}
    assert Request("delete", "", "pods", "ruteplan-main") in allowed_to
    assert Request("delete", "apps", "deployments", "ruteplan-main") not in allowed_to
    record_property("counted", f"API server, a scope in sandbox: {len(answers)} questions, all as the model says")


def test_a_binding_that_the_program_does_not_make_is_seen_in_the_answers(server: Server, estate: Estate) -> None:
    env = estate.environments["prod"]
    member = workload_members(env)[0]
    group = next(each.principal for each in grants(env).clusters if each.cluster == member.cluster and each.namespace)
    stray: Object = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "by-hand"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "edit"},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": group}],
    }
    who = Somebody("a member", "somebody@fjellverket.example", (group, AUTHENTICATED))
    questions = [(who, request) for request in requests(env, member.cluster, who)]
    with played(server, [*manifests(recorded("prod"), member.cluster), stray]):
        answers = asked(server, questions)
    wrong = disagreements(env, member.cluster, answers)
    assert any(request == Request("create", "apps", "deployments", "kube-system") for _, request, _ in wrong)
    assert all(answer for _, _, answer in wrong)


def test_what_one_cluster_was_given_is_gone_when_the_next_one_is_played(server: Server, estate: Estate) -> None:
    env = estate.environments["dev"]
    cluster = workload_members(env)[-1].cluster
    people = [who for who in everybody(env, estate) if concerned(env, cluster, who)]
    with played(server, manifests(recorded("dev"), cluster)):
        pass
    with played(server, []) as admin:
        answers = asked(server, [(who, Request("list", "", "pods", None)) for who in people])
        namespaces = {each["metadata"]["name"] for each in admin.ask("GET", "/api/v1/namespaces")["items"]}
    assert len(answers) > 3
    assert not any(answers.values())
    assert not namespaces & {each.name for each in grants(env).namespaces}


def _agents_clusters(estate: Estate) -> list[tuple[Environment, Member]]:
    return [
        (env, member)
        for env in estate.environments.values()
        for member in workload_members(env)
        if spoken_for(env, member)
    ]


def _refused(server: Server, user: str, *groups: str) -> None:
    with server.client(AGENT).speaking_for(user, groups) as agent, pytest.raises(RefusedError) as refused:
        agent.may_i({"verb": "get", "resource": "pods"})
    assert refused.value.status == http.client.FORBIDDEN


def test_the_connect_agent_speaks_for_those_users_alone_that_the_program_names(
    server: Server, estate: Estate, record_property: Callable[[str, object], None]
) -> None:
    asked_in_all = 0
    clusters = _agents_clusters(estate)
    assert len(clusters) == len(ENVIRONMENTS)
    for env, member in clusters:
        named = spoken_for(env, member)
        with played(server, manifests(recorded(env.name), member.cluster)):
            for who in everybody(env, estate):
                if who.user not in named:
                    _refused(server, who.user)
                    asked_in_all += 1
                    continue
                # The API server adds the group of all who have logged in; no other comes from the agent.
                alone = Somebody(who.about, who.user, (AUTHENTICATED,))
                with server.client(AGENT).speaking_for(who.user) as agent:
                    answers = {
                        (alone, request): agent.may_i(attributes(request))
                        for request in requests(env, member.cluster, alone)
                    }
                assert not disagreements(env, member.cluster, answers)
                asked_in_all += len(answers)
                _refused(server, who.user, "system:masters")
    record_property("counted", f"API server, through the Connect agent's own rights: {asked_in_all} questions")


def test_asking_for_oneself_is_answered_as_asking_about_somebody(
    server: Server, estate: Estate, record_property: Callable[[str, object], None]
) -> None:
    env = estate.environments["dev"]
    cluster = workload_members(env)[-1].cluster
    asked_in_all = 0
    with played(server, manifests(recorded("dev"), cluster)):
        for slug, (team, _) in sorted(env.members.items()):
            who = Somebody(f"a member of {slug}", "somebody@fjellverket.example", (team.groups.google, AUTHENTICATED))
            with server.client().speaking_for(who.user, who.groups) as client:
                answers = {(who, each): client.may_i(attributes(each)) for each in requests(env, cluster, who)}
            assert not disagreements(env, cluster, answers)
            asked_in_all += len(answers)
    record_property("counted", f"API server, dev, as the user in question: {asked_in_all} questions")


@pytest.mark.parametrize("role", [role.value for role in ClusterRole])
def test_a_team_that_administers_its_namespace_passes_on_what_it_has_and_no_more(
    role: str, server: Server, estate: Estate
) -> None:
    env = estate.environments["dev"]
    grant = next(each for each in grants(env).clusters if each.namespace is not None and each.role == ClusterRole.ADMIN)
    passing: Object = {
        "metadata": {"name": "passed-on"},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": RBAC, "kind": "User", "name": "guest@fjellverket.example"}],
    }
    path = f"/apis/{RBAC}/v1/namespaces/{grant.namespace}/rolebindings?dryRun=All"
    with (
        played(server, manifests(recorded("dev"), grant.cluster)),
        server.client().speaking_for("somebody@fjellverket.example", [grant.principal]) as client,
    ):
        may_bind = role_allows(grant.role, "bind", RBAC, "clusterroles")
        if may_bind or role != ClusterRole.CLUSTER_ADMIN.value:
            assert client.ask("POST", path, passing)["roleRef"]["name"] == role
        else:
            with pytest.raises(RefusedError) as refused:
                client.ask("POST", path, passing)
            assert refused.value.status == http.client.FORBIDDEN
