"""Forms of access that the organisation's own files do not have, all in one sandbox with one team in it."""

from __future__ import annotations

from typing import Final

from tests.model.cases import ORGANISATION, SANDBOX, edited

STIER: Final = "stacks/teams/stier.yaml"
LEADS: Final = "varde-role-stier-leder@fjellverket.example"
SECURITY: Final = "varde-role-sikkerhet@fjellverket.example"
ADMINS: Final = "varde-role-plattform-admin@fjellverket.example"
ON_CALL: Final = "varde-role-plattform-vakt@fjellverket.example"

TEAM_SCOPES: Final = """
    team_scopes:
      custom_roles:
        restarter:
          rules:
            - {groups: [apps], resources: [deployments], verbs: [get, list, patch]}
            - {groups: [""], resources: [pods], verbs: [delete]}
          reason: restarts without anything else
"""
SCOPE: Final = f"""
    scope:
      clusters: [gcp1-sandbox]
      namespaces: [stiportal-review]
      members:
        restarts: {{group: {ON_CALL}, role: restarter, reason: restarts at night}}
        review: {{group: {SECURITY}, role: view, reason: looks at what runs}}
"""
HERE: Final = f"""environments:
  sandbox:
    clusters: [onp1-sandbox, gcp1-sandbox]
    project: stier-sandbox-5b77
    project_number: "410000000199"
    rbac: admin
    autosync: true
    budget_eur: 50
    quota: {{cpu: 4, memory_gib: 16, pods: 60}}
    pam: {{}}
    logs: {{retention_days: 14}}
{SCOPE.strip(chr(10))}
"""
INSIDE: Final = f"""
    entitlements:
      platform-admin:
        target: cluster-project
        roles: [roles/container.admin, roles/gkehub.admin, roles/gkehub.gatewayAdmin, roles/gkeonprem.admin]
        requesters: [{ADMINS}]
        reason: repairing clusters
        inside: cluster-admin
        levels: [[{ON_CALL}]]
        max: 1h
"""
OWN_BUDGET: Final = (
    "    budget: {eur: 1200, channels: [projects/varde-net-sandbox-3c4d/notificationChannels/90000000000000000109]}\n"
)
BUDGET: Final = """
    budget:
      eur: 1200
      mailbox: kostnad@fjellverket.example
      channels: [projects/varde-k8s-sandbox-1a2b/notificationChannels/1234567890]
"""


def sandbox(replace: dict[str, str] | None = None) -> dict[str, str]:
    """Return the sandbox's stack with everything on that its own does not have."""
    text = edited(
        SANDBOX,
        {
            "    display_name: varde-sandbox\n": f"    display_name: varde-sandbox\n{TEAM_SCOPES.lstrip(chr(10))}",
            "  hybrid:access:\n": f"  hybrid:access:\n    team_profile: develop\n{INSIDE.lstrip(chr(10))}",
            OWN_BUDGET: BUDGET.lstrip("\n"),
        },
    )[SANDBOX]
    return {SANDBOX: replaced(text, replace or {})}


def stier(replace: dict[str, str] | None = None) -> dict[str, str]:
    """Return the record of a team that is in the sandbox too, with a scope and a log bucket."""
    text = edited(STIER, {"environments:\n  dev:\n": f"{HERE}  dev:\n", "{dev: dev,": "{sandbox: sandbox, dev: dev,"})
    return {STIER: replaced(text[STIER], replace or {})}


def organisation(replace: dict[str, str] | None = None) -> dict[str, str]:
    """Return the organisation whose program may make log buckets."""
    last = "      - roles/serviceusage.serviceUsageAdmin\n"
    text = edited(ORGANISATION, {last: f"{last}      - roles/logging.configWriter\n"})[ORGANISATION]
    return {ORGANISATION: replaced(text, replace or {})}


def retired(kept: str = "[projects, state], state: {sandbox: stier-sandbox-5b77}") -> dict[str, str]:
    """Return the organisation in which another team has taken over from stier what is `kept`."""
    taken = (
        "former_teams:\n  stier: {taken_over_by: varde-team-skred@fjellverket.example, on: 2026-11-01, "
        f"kept: {kept}}}\n"
    )
    anchor = "\n# Every group that a file may name."
    return organisation({anchor: f"\n{taken}{anchor}"})


def replaced(text: str, replace: dict[str, str]) -> str:
    """Return `text` with each old text, which stands in it once, replaced."""
    for old, new in replace.items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text
