"""Who may be given a role: IAM refuses a principal that does not exist (or is not synced yet)."""

from __future__ import annotations

import re
from typing import Final

from rehearsal.case import Case, last, text
from rehearsal.computed.ids import gcp_id as identified
from rehearsal.computed.services import AGENTS
from rehearsal.interception import ProviderError
from rehearsal.rules.projects import is_enabled
from rehearsal.rules.registry import rule
from rehearsal.world import Index, Record, World

ACCOUNT: Final = "gcp:serviceaccount/account:Account"
_BASIC: Final = frozenset({"roles/owner", "roles/editor", "roles/viewer"})
_MEMBER: Final = re.compile(r"I[aA][mM]Member$")
_AGENT: Final = re.compile(r"^service-(\d+)@([a-z0-9-]+)\.iam\.gserviceaccount\.com$")
_DEFAULT: Final = re.compile(r"^(\d+)(?:-compute)?@(cloudservices|developer)\.gserviceaccount\.com$")
_DELETED: Final = "deleted:"
_OWN: Final = re.compile(r"^[a-z0-9-]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com$")
_POOL: Final = re.compile(r"^([a-z0-9-]+)\.svc\.id\.goog\[([^/\]]+)/([^\]]+)\]$")
_MEMBERS: Final = Index(lambda record: (record.text("member").partition("?")[0],))
"""Grants by their member; one that was deleted is found under its name without its number."""
_SERVICE_OF: Final = {domain: service for service, domain in AGENTS.items()}


@rule("create")
def member_exists(case: Case) -> None:
    """Refuse a member that nobody knows."""
    if not is_grant(case.type):
        return
    kind, _, who = case.text("member").partition(":")
    problem = {
        "group": _group_problem,
        "user": _user_problem,
        "serviceAccount": _account_problem,
    }.get(kind, _no_problem)(case, who.partition("?")[0])
    if problem:
        raise ProviderError(f"googleapi: Error 400: {problem}, badRequest")


@rule("create")
def name_is_not_a_deleted_ones(case: Case) -> None:
    """Refuse a member whose namesake was deleted while it had a role in the same policy.

    The policy keeps the old one as `deleted:group:...?uid=...` for some thirty days, so that a new principal of the
    same name does not inherit its roles (https://cloud.google.com/iam/docs/principal-identifiers, deleted principals).
    """
    if not is_grant(case.type):
        return
    wanted, place = case.text("member"), _policy_of(case)
    for record in case.world.found(_MEMBERS, case.type, f"{_DELETED}{wanted}"):
        member = record.text("member")
        if record.id.startswith(place):
            raise ProviderError(
                f"googleapi: Error 400: Principal {wanted} has the name of the deleted principal {member}, which still "
                "has a role in this policy. Remove that role first., badRequest"
            )


@rule("deleted", ACCOUNT)
def grants_of_the_account_stay(case: Case) -> None:
    """Keep what a deleted service account was granted, under the mark of deleted principals."""
    mark_deleted(case.world, f"serviceAccount:{last(case.id)}")


def is_grant(token: str) -> bool:
    """Say whether a type is a role of one member."""
    return token.startswith("gcp:") and bool(_MEMBER.search(token))


def mark_deleted_groups(world: World) -> None:
    """Do what IAM does when groups are deleted: their roles stay, and belong to nobody."""
    for group, state in world.inventory.groups.items():
        if state == "deleted":
            mark_deleted(world, f"group:{group}")


def mark_deleted(world: World, member: str) -> None:
    """Give the roles of a deleted principal the mark `deleted:` and its number, so that nobody else has them."""
    gone = f"{_DELETED}{member}?uid={world.number('principal', member, digits=21)}"
    for token in filter(is_grant, world.types()):
        for record in world.found(_MEMBERS, token, member):
            with world.held():
                world.remove(record.type, record.id)
                inputs, outputs = ({**values, "member": gone} for values in (record.inputs, record.outputs))
                world.put(Record(record.type, record.id.replace(member, gone), inputs, outputs))


def _policy_of(case: Case) -> str:
    """Return how the ids of all grants in this grant's policy begin."""
    return identified(case).partition("/roles/")[0] + "/roles/"


@rule("create")
def condition_is_allowed(case: Case) -> None:
    """Refuse a condition on a basic role (https://cloud.google.com/iam/docs/conditions-overview)."""
    role = case.text("role")
    if not is_grant(case.type):
        return
    if role in _BASIC and text(case.block("condition").get("title")):
        raise ProviderError(f"googleapi: Error 400: Conditions can't be set on basic roles such as {role}., badRequest")


def _no_problem(case: Case, who: str) -> str:
    del case, who
    return ""


def _group_problem(case: Case, email: str) -> str:
    return "" if case.inventory.groups.get(email) == "active" else f"Group {email} does not exist."


def _user_problem(case: Case, email: str) -> str:
    return "" if email in case.inventory.users else f"User {email} does not exist."


def _account_problem(case: Case, email: str) -> str:
    missing = f"Service account {email} does not exist."
    if email in case.inventory.service_accounts:
        return ""
    if pool := _POOL.match(email):
        return "" if _has_pool(case, pool[1]) else f"Identity Pool does not exist ({pool[1]}.svc.id.goog)."
    if default := _DEFAULT.match(email):
        project = case.inventory.project_id(default[1])
        # The nodes' default account comes with Compute Engine; that of Google's own services is there from the start.
        there = project and (default[2] == "cloudservices" or is_enabled(case.world, project, "compute.googleapis.com"))
        return "" if there else missing
    if agent := _AGENT.match(email):
        project = case.inventory.project_id(agent[1])
        return "" if project and _has_agent(case, project, agent[2]) else missing
    if own := _OWN.match(email):
        return "" if case.world.get(ACCOUNT, f"projects/{own[1]}/serviceAccounts/{email}") else missing
    return missing


def _has_agent(case: Case, project: str, domain: str) -> bool:
    """Say whether a service has its agent: that comes with its API, or with a service identity that was asked for."""
    service = _SERVICE_OF.get(domain) or f"{domain.removeprefix('gcp-sa-')}.googleapis.com"
    return (
        service == "storage.googleapis.com"
        or is_enabled(case.world, project, service)
        or (
            case.world.get("gcp:projects/serviceIdentity:ServiceIdentity", f"projects/{project}/services/{service}")
            is not None
        )
    )


def _has_pool(case: Case, project: str) -> bool:
    """Say whether a project has its workload identity pool: that comes with its first cluster, GKE or fleet member."""
    for token in ("gcp:container/cluster:Cluster", "gcp:gkehub/membership:Membership"):
        if any(record.id.startswith(f"projects/{project}/") for record in case.world.objects(token)):
            return True
    return False
