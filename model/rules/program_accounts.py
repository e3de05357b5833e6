"""The accounts that run this program: one reads, one changes, and neither loses what it needs (E30, F18)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.config.organisation import AccountRoles
from model.estate import Estate
from model.rules import pages
from model.rules.groups import basic
from model.rules.registries import estate_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, repeats

FIELDS: Final = ("folder", "billing", "state", "key")

_READS: Final = re.compile(
    r"roles/(browser|[a-zA-Z]+\.([a-zA-Z]*[vV]iewer|[a-zA-Z]*[rR]eader|[a-zA-Z]*[rR]eviewer|cryptoKeyDecrypter))"
)
"""Roles that change nothing and, but for the state that is encrypted with it, give no secret away."""

NEEDED_TO_APPLY: Final = {
    "folder": {
        "roles/compute.networkAdmin": "network and VPN",
        "roles/compute.xpnAdmin": "sharing the network",
        "roles/container.admin": "GKE clusters",
        "roles/gkehub.admin": "the fleet",
        "roles/gkehub.gatewayEditor": "everything inside clusters",
        "roles/gkeonprem.admin": "on-prem clusters",
        "roles/iam.denyAdmin": "deny policies on state",
        "roles/iam.serviceAccountAdmin": "deploy accounts",
        "roles/iam.workloadIdentityPoolAdmin": "federation",
        "roles/monitoring.editor": "mailboxes of budgets",
        "roles/privilegedaccessmanager.admin": "privileged access",
        "roles/resourcemanager.projectIamAdmin": "every grant of these files",
        "roles/serviceusage.serviceUsageAdmin": "the APIs of projects",
        "roles/storage.admin": "state buckets of teams",
    },
    "billing": {"roles/billing.costsManager": "budgets"},
    "state": {"roles/storage.objectAdmin": "its own state"},
    "key": {"roles/cloudkms.cryptoKeyEncrypterDecrypter": "its own secrets"},
}
"""What the account that applies can not do without, and what for."""

NEEDED_TO_PLAN: Final = {
    "folder": {
        "roles/container.viewer": "GKE clusters",
        "roles/gkehub.gatewayReader": "what is inside clusters",
        "roles/gkehub.viewer": "the fleet",
        "roles/gkeonprem.viewer": "on-prem clusters",
        "roles/iam.denyReviewer": "deny policies on state",
        "roles/iam.securityReviewer": "grants",
        "roles/iam.workloadIdentityPoolViewer": "federation",
        "roles/privilegedaccessmanager.viewer": "privileged access",
        "roles/serviceusage.serviceUsageViewer": "the APIs of projects",
    },
    "billing": {"roles/billing.viewer": "budgets"},
    "state": {"roles/storage.objectViewer": "its own state"},
    "key": {"roles/cloudkms.cryptoKeyDecrypter": "its own secrets"},
}
"""What the account that plans can not do without, and what for."""


LOG_ROLES: Final = frozenset({"roles/logging.admin", "roles/logging.configWriter"})
"""Roles with which log buckets, sinks and views are made."""


def _roles(account: AccountRoles, field: str) -> tuple[str, ...]:
    roles: tuple[str, ...] = getattr(account, field)
    return roles


@estate_rules.rule("E30", title="the accounts that run the program keep their roles", source=pages.PROGRAM_ACCOUNTS)
def kept(estate: Estate) -> Iterator[Finding]:
    """Refuse lists without a role that the next preview or apply would miss halfway through."""
    deployers = estate.organisation.deployers
    wanted = (
        ("plans", deployers.plan_roles, NEEDED_TO_PLAN, "preview"),
        ("applies", deployers.apply_roles, NEEDED_TO_APPLY, "change"),
    )
    for does, account, needed, verb in wanted:
        for field, purposes in needed.items():
            for role in sorted(purposes.keys() - set(_roles(account, field))):
                message = f"lock-out: the account that {does} has no {role}, so it could not {verb} {purposes[role]}"
                yield Finding(account.at(field), message, f"add {role}, and give it before the list is merged")


@estate_rules.rule("E30", "E16", title="whoever makes log buckets may", source=pages.LOG_ROLES)
def log_buckets(estate: Estate) -> Iterator[Finding]:
    """Refuse log buckets of teams where the account that applies has no role to make them.

    The account that plans needs none: a preview reads nothing, and what reads buckets reads every entry too.
    """
    asked = [here for team in estate.teams.values() for here in team.environments.values() if here.logs is not None]
    account = estate.organisation.deployers.apply_roles
    if asked and not LOG_ROLES & set(account.folder):
        message = f"the account that applies has no {' or '.join(sorted(LOG_ROLES))}, and teams ask for log buckets"
        yield Finding(
            account.at("folder"), message, "add roles/logging.configWriter, and give it before that is merged"
        )


@estate_rules.rule("F18", title="the account that plans changes nothing", source=pages.PROGRAM_ACCOUNTS)
def reads(estate: Estate) -> Iterator[Finding]:
    """Refuse any role of the account that plans but those that read: every pull request runs as it."""
    account = estate.organisation.deployers.plan_roles
    for field in FIELDS:
        for number, role in enumerate(_roles(account, field)):
            if not _READS.fullmatch(role):
                message = f"the account that plans has {role}, and any branch runs as it: it could change things"
                yield Finding(account.at(field, number), message, "give it the viewer's or reader's role instead")


@estate_rules.rule("F7", title="the accounts that run the program have no basic roles", source=pages.IAM_GROUPS)
def listed(estate: Estate) -> Iterator[Finding]:
    """Refuse basic roles, and roles that stand twice."""
    for account in (estate.organisation.deployers.plan_roles, estate.organisation.deployers.apply_roles):
        for field in FIELDS:
            roles = _roles(account, field)
            yield from basic(roles, account, field)
            for _, again in repeats(Named(role, account, (field, number)) for number, role in enumerate(roles)):
                yield Finding(again.place, f"{again.name} stands twice", "remove one of them")
