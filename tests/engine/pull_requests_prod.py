"""Pull requests over prod: the times at which it may change, and what nobody may do to it by mistake."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from model.planning.review.gates import Kind
from tests.engine.pull_requests_edits import PullRequest, put

PROD: Final = "Pulumi.prod.yaml"
TEAM: Final = "teams/innsikt.yaml"
_RAISED: Final = {TEAM: put("budget_eur: 2000", "budget_eur: 2500")}
_OFF: Final = "drill: {disabled_peers: []}"


def _unprotected(text: str) -> str:
    text = put("protect: stateful", "protect: none")(text)
    return put("deletion_protection: [stateful]", "deletion_protection: []")(text)


def _off(*tunnels: str) -> str:
    """Return a drill that somebody has allowed."""
    peers = ", ".join(f"{each}-bgp" for each in tunnels)
    allowed = "{by: varde-role-nettverk@fjellverket.example, on: 2026-11-02}"
    return f"drill: {{disabled_peers: [{peers}], expires: 2026-11-06, approval: {allowed}}}"


PULL_REQUESTS: Final = (
    # One change at three moments.
    PullRequest("raise-a-budget", "prod", _RAISED, says=("monthly budget of innsikt, EUR: 2000 to 2500",)),
    PullRequest(
        "outside-the-window",
        "prod",
        _RAISED,
        frozenset({Kind.WINDOW}),
        at=datetime.fromisoformat("2026-11-05T11:00:00+01:00"),
    ),
    PullRequest(
        "in-a-freeze",
        "prod",
        _RAISED,
        frozenset({Kind.FREEZE}),
        ("christmas",),
        at=datetime.fromisoformat("2026-12-22T19:00:00+01:00"),
    ),
    PullRequest(
        "replace-a-user-cluster",
        "prod",
        {
            PROD: lambda text: text.replace("id: onp1-prod-user-cluster", "id: onp1-prod-second").replace(
                "{onp1-prod-user-cluster:", "{onp1-prod-second:"
            )
        },
        frozenset({Kind.PROTECTED, Kind.ERRORS}),
        ("replaces user cluster", "depends on it: clusters: onp1-prod; teams: hytter", "8 x namespace"),
    ),
    PullRequest(
        "one-tunnel-off",
        "prod",
        {PROD: put(_OFF, _off("t1-if0-fw-b"))},
        says=("t1-if0-fw-b-bgp switched off until 2026-11-06",),
    ),
    PullRequest(
        "every-tunnel-off",
        "prod",
        {PROD: put(_OFF, _off("t0-if0-fw-a", "t1-if0-fw-b", "t2-if1-fw-a", "t3-if1-fw-b"))},
        frozenset({Kind.ERRORS}),
        ("that is an outage and no drill",),
    ),
    PullRequest(
        "widen-a-team",
        "prod",
        {TEAM: put("clusters: [gcp1-prod]", "clusters: [gcp1-prod, onp1-prod]")},
        says=("onp1-prod/innsikt-main",),
    ),
    PullRequest(
        "unprotect",
        "prod",
        {PROD: _unprotected},
        frozenset({Kind.ERRORS}),
        (
            "Pulumi protects 'none' from now on, and 'stateful' before",
            "the providers refuse to delete: nothing from now on, and stateful before",
        ),
    ),
)
