"""The model's tables of Kubernetes' own roles, against the API server's."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from model.planning.questions.roles import Verdict, known_roles
from model.planning.rbac import FILE, role_rights
from tests.apiserver.client import Client
from tests.apiserver.roles import READ, page, real_rights
from tests.apiserver.server import Server

SAID = {Verdict.YES: True, Verdict.NO: False}


@pytest.fixture
def admin(server: Server) -> Generator[Client]:
    with server.client() as client:
        yield client


def test_the_roles_that_the_model_knows_allow_what_the_api_servers_do(admin: Client) -> None:
    for role in READ:
        assert role_rights(role) == real_rights(admin, role)


def test_the_file_of_roles_is_as_the_api_server_writes_it(admin: Client) -> None:
    written = page({role: real_rights(admin, role) for role in READ})
    assert FILE.read_text(encoding="utf-8") == written, "run `python -m tests.apiserver.roles`"


def test_what_the_questions_know_of_cluster_roles_is_true_of_the_api_servers(admin: Client) -> None:
    kubernetes = known_roles().kubernetes
    verbs = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "impersonate")
    wrong: list[str] = []
    for role in kubernetes.roles:
        held: dict[str, frozenset[str]] = {}
        for (_, resource), allowed in real_rights(admin, role).items():
            held[resource] = held.get(resource, frozenset()) | allowed
        every = held.get("*", frozenset[str]())
        for resource in kubernetes.known | held.keys() - {"*"}:
            real = held.get(resource, frozenset[str]()) | every
            for verb in verbs:
                said = SAID.get(kubernetes.verdict(role, verb, resource))
                if said is not None and said != (verb in real or "*" in real):
                    wrong.append(f"{role} {verb} {resource}: said {said}")
    assert not wrong
