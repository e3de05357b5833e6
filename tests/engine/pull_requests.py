"""Scripted pull requests over the sample organisation: the edits, and what a review has to say of them.

One more is one more entry, and its page: HYBRID_GOLDEN=write writes tests/fixtures/reviews/<name>.md, to be read before
it is kept. A function edits a file's text, so that what the sample says elsewhere does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from model.planning.review.gates import Kind
from operations.project import ROOT

Edit = Callable[[str], str]


@dataclass(frozen=True)
class PullRequest:
    """Edits of files below stacks/, and the gates that they close.

    None removes a file; the text of one that is not there is "".
    """

    name: str
    environment: str
    edits: Mapping[str, Edit | None]
    closed: frozenset[Kind] = frozenset()
    says: tuple[str, ...] = field(default=())
    """What the page has to hold besides being as it was kept."""


def put(old: str, new: str) -> Edit:
    """Return the edit that replaces `old`, which has to be there once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        return text.replace(old, new)

    return edit


def cut(pattern: str) -> Edit:
    """Return the edit that removes what `pattern` matches, which has to be one thing."""

    def edit(text: str) -> str:
        text, number = re.subn(pattern, "", text, flags=re.MULTILINE)
        assert number == 1, f"{pattern!r} matches {number} times"
        return text

    return edit


def swapped(first: str, second: str, until: str) -> Edit:
    """Return the edit that swaps two neighbouring entries, each beginning with its line; the second ends at `until`."""

    def edit(text: str) -> str:
        one, two = text.index(first), text.index(second)
        end = text.index(until, two)
        return text[:one] + text[two:end] + text[one:two] + text[end:]

    return edit


def _raised(text: str) -> str:
    """Return the text with the workstation and the admin cluster at the next patch: the first of two changes."""
    return text.replace("version: 1.32.200-gke.27", "version: 1.32.300-gke.41", 2)


def _leapt(text: str) -> str:
    return re.sub(r"(version: )1\.32\.300-gke\.41", r"\g<1>1.34.100-gke.93", text)


_WANTED: Final = "acknowledgements:\n" + "".join(
    f"  - {{urn: '{urn}', operation: replace, reason: fw-b moves to another provider, expires: 2026-11-30}}\n"
    for urn in (
        "urn:pulumi:dev::hybrid::hybrid:vpn:Vpn$gcp:compute/externalVpnGateway:ExternalVpnGateway::vpn-external-gateway",
        *(
            "urn:pulumi:dev::hybrid::hybrid:vpn:Vpn$hybrid:vpn:Tunnel$gcp:compute/vPNTunnel:VPNTunnel::"
            f"vpn-{tunnel}-tunnel"
            for tunnel in ("t0-if0-fw-a", "t1-if1-fw-b")
        ),
    )
)


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


SANDBOX: Final = "Pulumi.sandbox.yaml"
DEV: Final = "Pulumi.dev.yaml"
TEST: Final = "Pulumi.test.yaml"

PULL_REQUESTS: Final = (
    PullRequest("comment-only", "sandbox", {SANDBOX: lambda text: f"# Another comment.\n{text}\n# And one here.\n"}),
    PullRequest(
        "reorder",
        "sandbox",
        {SANDBOX: swapped("      t0-if0-fw-a:\n", "      t1-if1-fw-b:\n", "    peak_kpps:")},
    ),
    PullRequest(
        "open-a-firewall-rule",
        "sandbox",
        {SANDBOX: put("    ingress:\n", "    allow_from: {partner: [203.0.113.128/25]}\n    ingress:\n")},
        says=("opens: 203.0.113.128/25 may reach",),
    ),
    PullRequest(
        "rename-a-pool",
        "sandbox",
        {SANDBOX: put("- name: general\n            nodes:", "- name: apps\n            nodes:")},
        says=("deletes on-prem node pool", "depends on it: clusters: onp1-sandbox"),
    ),
    PullRequest(
        "change-a-range",
        "sandbox",
        {SANDBOX: put("control_plane: 10.40.12.0/28", "control_plane: 10.40.12.16/28")},
        says=("replaces GKE cluster", "10.40.12.0/28 becomes 10.40.12.16/28", "C1"),
    ),
    PullRequest(
        "remove-a-tunnel",
        "sandbox",
        {SANDBOX: cut(r"^ {6}t1-if1-fw-b:\n(?: {8}.*\n)+")},
        frozenset({Kind.REDUNDANCY, Kind.ERRORS}),
        ("deletes VPN tunnel", "D1", "routes: t1-if1-fw-b is gone"),
    ),
    PullRequest(
        "acknowledged",
        "dev",
        {DEV: put("address: 203.0.113.20}", "address: 203.0.113.99}"), "acknowledgements.yaml": lambda _: _WANTED},
        says=("[x] **dev** deletes or replaces what is protected", "(acknowledged until 2026-11-30: fw-b moves"),
    ),
    PullRequest(
        "stale-acknowledgement",
        "dev",
        {"acknowledgements.yaml": lambda _: _WANTED},
        frozenset({Kind.STALE}),
    ),
    PullRequest(
        "grow-a-pool",
        "sandbox",
        {SANDBOX: put("nodes: {min: 3, start: 3, max: 4}", "nodes: {min: 3, start: 3, max: 5}")},
        says=("on-prem vCPU at most",),
    ),
    PullRequest("legal-bump", "dev", {DEV: _raised, TEST: _raised}, says=("1.32.200-gke.27 becomes 1.32.300-gke.41",)),
    PullRequest("illegal-bump", "sandbox", {SANDBOX: _leapt}, frozenset({Kind.VERSION, Kind.ERRORS})),
    PullRequest(
        "lock-out",
        "sandbox",
        {SANDBOX: cut(r"^ {6}platform:\n {8}principal:.*\n {8}role:.*\n {8}reason:.*\n")},
        frozenset({Kind.LOCK_OUT}),
        ("loses",),
    ),
    PullRequest(
        "broken-file",
        "sandbox",
        {SANDBOX: put("    peak_kpps: 20\n", "    peak_kpps: many\n")},
        frozenset({Kind.ERRORS, Kind.FAILED}),
        ("stacks/Pulumi.sandbox.yaml:LINE",),
    ),
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
        says=("varde-team-innsikt (and", "deletes bucket innsikt-bucket"),
    ),
    PullRequest(
        "replace-what-is-protected",
        "dev",
        {DEV: put("address: 203.0.113.20}", "address: 203.0.113.99}")},
        frozenset({Kind.PROTECTED}),
        ("replaces external VPN gateway", "acknowledge replace of urn:pulumi:dev"),
    ),
)
