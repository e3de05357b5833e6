"""Who may be given a role: IAM refuses a principal that does not exist (or is not synced yet)."""

from __future__ import annotations

import re
from typing import Final

from rehearsal.case import Case, text
from rehearsal.computed.services import AGENTS
from rehearsal.interception import ProviderError
from rehearsal.rules.projects import is_enabled
from rehearsal.rules.registry import rule

ACCOUNT: Final = "gcp:serviceaccount/account:Account"
_BASIC: Final = frozenset({"roles/owner", "roles/editor", "roles/viewer"})
_MEMBER: Final = re.compile(r"I[aA][mM]Member$")
_AGENT: Final = re.compile(r"^service-(\d+)@([a-z0-9-]+)\.iam\.gserviceaccount\.com$")
_DEFAULT: Final = re.compile(r"^(\d+)(?:-compute)?@(cloudservices|developer)\.gserviceaccount\.com$")
_OWN: Final = re.compile(r"^[a-z0-9-]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com$")
_POOL: Final = re.compile(r"^([a-z0-9-]+)\.svc\.id\.goog\[([^/\]]+)/([^\]]+)\]$")
_SERVICE_OF: Final = {domain: service for service, domain in AGENTS.items()}


@rule("create")
def member_exists(case: Case) -> None:
    """Refuse a member that nobody knows."""
    if not case.type.startswith("gcp:") or not _MEMBER.search(case.kind):
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
def condition_is_allowed(case: Case) -> None:
    """Refuse a condition on a basic role (https://cloud.google.com/iam/docs/conditions-overview)."""
    role = case.text("role")
    if not case.type.startswith("gcp:") or not _MEMBER.search(case.kind):
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
        return "" if case.inventory.project_id(default[1]) else missing
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
