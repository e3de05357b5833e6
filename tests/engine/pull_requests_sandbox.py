"""Pull requests over the sandbox, the smallest environment: whatever does not need another one is here."""

from __future__ import annotations

import re
from typing import Final

from model.planning.review.gates import Kind
from operations.project import ROOT
from tests.engine.pull_requests_edits import PullRequest, cut, put, swapped

SANDBOX: Final = "Pulumi.sandbox.yaml"
ORGANISATION: Final = "organisation.yaml"
_PATCH: Final = "version: 1.32.300-gke.41"
_KEY: Final = "{secret: sm://varde-net-sandbox-3c4d/vpn-psk-1"


def _leapt(text: str) -> str:
    return text.replace(_PATCH, "version: 1.34.100-gke.93")


def _user_cluster_first(text: str) -> str:
    """Return the text with the user cluster a minor further, and workstation and admin cluster where they are."""
    place = text.index("user_clusters:")
    return text[:place] + text[place:].replace(_PATCH, "version: 1.33.0-gke.799", 1)


def _without_admins(text: str) -> str:
    return re.sub(r"^ {6}(platform|apply):\n {8}principal:.*\n(?: {8}.*\n)+", "", text, flags=re.MULTILINE)


def _like_sandbox() -> str:
    return (ROOT / "stacks" / SANDBOX).read_text(encoding="utf-8").replace("sandbox", "staging")


_HALF: Final = """\
# yaml-language-server: $schema=schema/stack.json
config:
  hybrid:environment:
    name: staging
    ring: 1
    purpose: rehearsals of releases
"""

PULL_REQUESTS: Final = (
    # What changes nothing.
    PullRequest(
        "comment-only",
        "sandbox",
        {SANDBOX: lambda text: f"# Another comment.\n{text}\n# And one here.\n"},
        empty=True,
    ),
    PullRequest(
        "reorder",
        "sandbox",
        {SANDBOX: swapped("      t0-if0-fw-a:\n", "      t1-if1-fw-b:\n", "    peak_kpps:")},
        empty=True,
    ),
    # Network and VPN.
    PullRequest(
        "open-a-firewall-rule",
        "sandbox",
        {SANDBOX: put("    ingress:\n", "    allow_from: {partner: [203.0.113.128/25]}\n    ingress:\n")},
        says=("opens: 203.0.113.128/25 may reach",),
    ),
    PullRequest(
        "change-a-range",
        "sandbox",
        {SANDBOX: put("control_plane: 10.40.12.0/28", "control_plane: 10.40.12.16/28")},
        says=("replaces GKE cluster", "10.40.12.0/28 becomes 10.40.12.16/28", "C1"),
    ),
    PullRequest(
        "change-a-name-server",
        "sandbox",
        {ORGANISATION: put("address: 10.20.255.11}", "address: 10.20.255.12}")},
        says=("10.20.255.11",),
    ),
    PullRequest(
        "remove-a-tunnel",
        "sandbox",
        {SANDBOX: cut(r"^ {6}t1-if1-fw-b:\n(?: {8}.*\n)+")},
        frozenset({Kind.REDUNDANCY, Kind.ERRORS}),
        ("deletes VPN tunnel", "D1", "routes: t1-if1-fw-b is gone"),
    ),
    PullRequest(
        "rotate-a-key",
        "sandbox",
        {SANDBOX: put(_KEY, f"{_KEY}, generation: 2")},
        hides=("becomes (secret)", "4dabf18193072939515e22adb298388d"),
    ),
    PullRequest("another-secret", "sandbox", {SANDBOX: put(_KEY, _KEY.replace("psk-1", "psk-9"))}),
    # Clusters.
    PullRequest(
        "rename-a-pool",
        "sandbox",
        {SANDBOX: put("- name: general\n            nodes:", "- name: apps\n            nodes:")},
        says=("deletes on-prem node pool", "depends on it: clusters: onp1-sandbox"),
    ),
    PullRequest(
        "grow-a-pool",
        "sandbox",
        {SANDBOX: put("nodes: {min: 3, start: 3, max: 4}", "nodes: {min: 3, start: 3, max: 5}")},
        says=("on-prem vCPU at most",),
    ),
    PullRequest(
        "another-pod-range",
        "sandbox",
        {SANDBOX: put("        pods: 100.96.0.0/16\n", "        pods: 100.120.0.0/16\n")},
        frozenset({Kind.FIXED}),
    ),
    PullRequest(
        "another-release-channel",
        "sandbox",
        {SANDBOX: put("release_channel: RAPID", "release_channel: REGULAR")},
        says=("release channel of GKE cluster gcp1-sandbox: RAPID becomes REGULAR",),
    ),
    PullRequest(
        "label-everything",
        "sandbox",
        {ORGANISATION: put('cost_center: "1000"}', 'cost_center: "1000", division: platform}')},
    ),
    PullRequest("illegal-bump", "sandbox", {SANDBOX: _leapt}, frozenset({Kind.VERSION, Kind.ERRORS})),
    PullRequest(
        "user-cluster-before-its-admin",
        "sandbox",
        {SANDBOX: _user_cluster_first},
        frozenset({Kind.VERSION, Kind.ERRORS}),
        ("B61",),
    ),
    # Access.
    PullRequest(
        "lock-out",
        "sandbox",
        {SANDBOX: cut(r"^ {6}platform:\n {8}principal:.*\n {8}role:.*\n {8}reason:.*\n")},
        frozenset({Kind.LOCK_OUT}),
        ("loses",),
    ),
    PullRequest(
        "no-platform-admin-left",
        "sandbox",
        {SANDBOX: _without_admins},
        frozenset({Kind.LOCK_OUT}),
    ),
    PullRequest(
        "give-a-role",
        "sandbox",
        {SANDBOX: put("roles: [roles/compute.networkAdmin]", "roles: [roles/compute.networkAdmin, roles/dns.reader]")},
        says=("varde-role-nettverk gains roles/dns.reader on varde-net-sandbox-3c4d",),
    ),
    PullRequest(
        "give-a-person-a-role",
        "sandbox",
        {SANDBOX: put("group: varde-role-nettverk@fjellverket.example", "group: somebody@fjellverket.example")},
        frozenset({Kind.ERRORS}),
        ("somebody gains roles/compute.networkAdmin",),
    ),
    PullRequest(
        "expired-grant",
        "sandbox",
        {
            SANDBOX: put(
                "        reason: security reviews access and reads private logs\n",
                "        reason: security reviews access and reads private logs\n        expires: 2026-10-31\n",
            )
        },
        frozenset({Kind.ERRORS}),
    ),
    # Files.
    PullRequest(
        "broken-file",
        "sandbox",
        {SANDBOX: put("    peak_kpps: 20\n", "    peak_kpps: many\n")},
        frozenset({Kind.ERRORS, Kind.FAILED}),
        ("stacks/Pulumi.sandbox.yaml:LINE",),
    ),
    PullRequest(
        "section-gone",
        "sandbox",
        {SANDBOX: cut(r"^  hybrid:fleet:\n(?:(?: {4}.*)?\n)+")},
        frozenset({Kind.ERRORS, Kind.FAILED}),
        ("hybrid:fleet",),
    ),
    PullRequest(
        "environment-gone",
        "sandbox",
        {SANDBOX: None},
        frozenset({Kind.ORDER, Kind.FAILED}),
    ),
    PullRequest(
        "new-environment",
        "staging",
        {"Pulumi.staging.yaml": lambda _: _like_sandbox()},
        frozenset({Kind.ERRORS, Kind.ORDER}),
        ("+ HA VPN gateway vpn-gateway", "+ user cluster onp1-staging-cluster"),
    ),
    PullRequest(
        "half-an-environment",
        "staging",
        {"Pulumi.staging.yaml": lambda _: _HALF},
        frozenset({Kind.ERRORS, Kind.FAILED}),
        ("staging",),
    ),
)
