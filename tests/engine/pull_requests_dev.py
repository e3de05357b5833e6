"""Pull requests over dev: teams, and what the environment protects, with and without an acknowledgement."""

from __future__ import annotations

import re
from typing import Final

from model.planning.review.gates import Kind
from operations.project import ROOT
from tests.engine.pull_requests_edits import Edit, PullRequest, put, swapped

DEV: Final = "Pulumi.dev.yaml"
TEST: Final = "Pulumi.test.yaml"
ACKNOWLEDGEMENTS: Final = "acknowledgements.yaml"

_URNS: Final = (
    "urn:pulumi:dev::hybrid::hybrid:vpn:Vpn$gcp:compute/externalVpnGateway:ExternalVpnGateway::vpn-external-gateway",
    *(
        f"urn:pulumi:dev::hybrid::hybrid:vpn:Vpn$hybrid:vpn:Tunnel$gcp:compute/vPNTunnel:VPNTunnel::vpn-{tunnel}-tunnel"
        for tunnel in ("t0-if0-fw-a", "t1-if1-fw-b")
    ),
)
_ANOTHER_PEER: Final = put("address: 203.0.113.20}", "address: 203.0.113.99}")


def _acknowledged(operation: str = "replace", expires: str = "2026-11-30") -> Edit:
    entries = [
        f"  - urn: {urn}\n    operation: {operation}\n"
        f"    reason: fw-b moves to another provider\n    expires: {expires}\n"
        for urn in _URNS
    ]
    return lambda _: "acknowledgements:\n" + "".join(entries)


def _raised(text: str) -> str:
    """Return the text with the workstation and the admin cluster at the next patch: the first of two changes."""
    return text.replace("version: 1.32.200-gke.27", "version: 1.32.300-gke.41", 2)


def _ahead(text: str) -> str:
    """Return the text with the workstation a minor further than sandbox's."""
    return text.replace("version: 1.32.200-gke.27", "version: 1.33.0-gke.799", 1)


def _fjord(text: str) -> str:
    """Return what is written of the team innsikt, as of a team fjord."""
    text = text.replace("innsikt", "fjord").replace("Innsikt dataplattform", "Fjord").replace("Innsikt", "Fjord")
    text = text.replace("000000000016", "000000000091").replace("000000000036", "000000000092")
    return text.replace("2f6a", "0f0f").replace("410000000216", "410000000291")


def _new_team() -> str:
    text = (ROOT / "stacks" / "teams" / "innsikt.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^  prod:\n(?: {4}.*\n)+", "", text, flags=re.MULTILINE)
    return _fjord(text).replace("environments: {dev: dev, prod: prod}", "environments: {dev: dev}")


def _with_its_groups(text: str) -> str:
    lines = text.splitlines(keepends=True)
    groups = [line for line in lines if re.match(r"  varde-(team|role)-innsikt", line)]
    assert len(groups) == 2, groups
    place = lines.index(groups[-1]) + 1
    return "".join([*lines[:place], *map(_fjord, groups), *lines[place:]])


_TAKEN_OVER: Final = """\
former_teams:
  innsikt:
    taken_over_by: varde-team-stier@fjellverket.example
    on: 2026-11-02
    kept: [projects, state, images, namespaces]
    state: {dev: innsikt-dev-2f6a, prod: innsikt-prod-9c35}
"""

PULL_REQUESTS: Final = (
    # Teams.
    PullRequest(
        "add-a-team",
        "dev",
        {"teams/fjord.yaml": lambda _: _new_team(), "organisation.yaml": _with_its_groups},
        says=("varde-team-fjord (and varde-role-fjord-leder in it) gains", "monthly budget of fjord, EUR"),
    ),
    PullRequest(
        "remove-a-team",
        "dev",
        {"teams/innsikt.yaml": None},
        frozenset({Kind.ERRORS}),
        says=("varde-team-innsikt (and", "lets go of bucket innsikt-bucket", "it stays in the cloud"),
    ),
    PullRequest(
        "hand-a-team-over",
        "dev",
        {
            "teams/innsikt.yaml": None,
            "organisation.yaml": put("\n# Every group that", f"\n{_TAKEN_OVER}\n# Every group that"),
        },
        says=("lets go of bucket innsikt-bucket", "deletes workload identity pool innsikt-pool"),
    ),
    PullRequest(
        "swap-two-teams",
        "dev",
        {
            "organisation.yaml": swapped(
                "  varde-team-stier@", "  varde-team-skred@", "  varde-team-hytter@fjellverket.example: "
            )
        },
        empty=True,
    ),
    # What is protected, and what is said of that beforehand.
    PullRequest(
        "replace-what-is-protected",
        "dev",
        {DEV: _ANOTHER_PEER},
        frozenset({Kind.PROTECTED}),
        ("replaces external VPN gateway", "acknowledge replace of urn:pulumi:dev"),
    ),
    PullRequest(
        "acknowledged",
        "dev",
        {DEV: _ANOTHER_PEER, ACKNOWLEDGEMENTS: _acknowledged()},
        says=("[x] **dev** deletes or replaces what is protected", "(acknowledged until 2026-11-30: fw-b moves"),
    ),
    PullRequest(
        "acknowledged-for-another-operation",
        "dev",
        {DEV: _ANOTHER_PEER, ACKNOWLEDGEMENTS: _acknowledged("delete")},
        frozenset({Kind.PROTECTED, Kind.STALE}),
    ),
    PullRequest(
        "acknowledged-too-long-ago",
        "dev",
        {DEV: _ANOTHER_PEER, ACKNOWLEDGEMENTS: _acknowledged(expires="2026-11-01")},
        frozenset({Kind.PROTECTED, Kind.EXPIRED}),
    ),
    PullRequest(
        "protect-less",
        "dev",
        {DEV: put("protect: identity", "protect: none")},
        says=("Pulumi protects 'none' from now on, and 'identity' before",),
    ),
    PullRequest("stale-acknowledgement", "dev", {ACKNOWLEDGEMENTS: _acknowledged()}, frozenset({Kind.STALE})),
    # Versions.
    PullRequest("legal-bump", "dev", {DEV: _raised, TEST: _raised}, says=("1.32.200-gke.27 becomes 1.32.300-gke.41",)),
    PullRequest("ahead-of-its-ring", "dev", {DEV: _ahead}, frozenset({Kind.ORDER}), ("B73",)),
)
