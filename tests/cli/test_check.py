"""`./hybrid check` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.check import check
from operations.project import ROOT
from tests.cli.running import checkout, run


def edited(project: Path, file: str, old: str, new: str) -> None:
    """Replace `old`, once, in a file below stacks/."""
    path = project / "stacks" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


WRONG_PROD = (
    ("name: rp-varde-prod", "name: rp-varde-prod\n        colour: blue"),
    ("range: 10.40.48.0/22", "range: 10.40.48.1/22"),
    ("asn: 64604", "asn: 65010"),
    ("fw-b: {interface: 1, address: 203.0.113.40}", "fw-b: {interface: 1, address: 10.1.2.3}"),
    ("range: 169.254.40.4/30", "range: 169.254.20.4/30"),
    ("google_address: 169.254.40.9", "google_address: 169.254.40.10"),
    ("sm://varde-net-prod-5c6d/vpn-psk-3", "sm://varde-net-prod-5c6d/vpn-psk-2"),
    ("nodes: {min: 9, start: 9, max: 12}", "nodes: {min: 9, start: 9, max: 16}"),
    ("worker_addresses: [10.20.49.100-10.20.49.199]", "worker_addresses: [10.20.49.100-10.20.49.109]"),
    ("ingress_vip: 10.20.49.30", "ingress_vip: 10.20.49.70"),
    ("tags: [node-general, no-image-backup]", "tags: [node-generol, no-image-backup]"),
    ("admin_cluster: onp1-prod-admin", "admin_cluster: onp1-prod-adm"),
    ("version: 1.31.700-gke.24", "version: 1.32.200-gke.27"),
    ("pods: 100.102.0.0/16", "pods: 100.100.0.0/16"),
    ("control_plane: 10.40.60.0/28", "control_plane: 10.40.60.0/27"),
    ('recurrence: "FREQ=WEEKLY;BYDAY=TU,WE,TH"', 'recurrence: "FREQ=WEEKLY;BYDAY=TU,WE"'),
    ("subnet: nodes", "subnet: node"),
    ("display_name: varde-prod", "display_name: vp"),
    ("group: varde-role-revisjon@fjellverket.example", "group: varde-role-revision@fjellverket.example"),
    ("roles: [roles/browser, roles/iam.securityReviewer, roles/logging.viewer]", "roles: [roles/viewer]"),
    ("protect: stateful", "protect: none"),
    ("folder: folders/900000000140", "folder: folders/900000000140\n    colour: blue"),
)


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Return a project whose prod stack holds more than twenty mistakes."""
    project = checkout(tmp_path)
    for old, new in WRONG_PROD:
        edited(project, "Pulumi.prod.yaml", old, new)
    edited(project, "teams/hytter.yaml", "autosync: false", "autosynk: false")
    return project


def test_the_reviewed_files_have_no_errors() -> None:
    ran = run("check")
    assert ran.code == 0, ran.out
    assert "0 errors" in ran.out


def test_the_warnings_of_the_sample_are_those_it_speaks_of() -> None:
    problems = check(ROOT).problems
    assert all(problem.severity.value == "warning" for problem in problems), "\n".join(p.text() for p in problems)
    assert {problem.file for problem in problems} <= {
        "stacks/Pulumi.sandbox.yaml",
        "stacks/Pulumi.dev.yaml",
        "stacks/Pulumi.test.yaml",
        "stacks/Pulumi.prod.yaml",
        "stacks/organisation.yaml",
        "stacks/teams/innsikt.yaml",
    }


def test_more_than_twenty_mistakes_are_told_in_one_run(wrong: Path) -> None:
    ran = run("check", "--json", project=wrong)
    assert ran.code == 1, ran.err
    problems = json.loads(ran.out)["problems"]
    errors = [problem for problem in problems if problem["severity"] == "error"]
    assert len({problem["message"] for problem in errors}) >= 20
    assert len({problem["rule"] for problem in errors}) >= 15


def test_each_mistake_is_told_at_its_line(wrong: Path) -> None:
    problems = json.loads(run("check", "--json", project=wrong).out)["problems"]
    lines = (wrong / "stacks/Pulumi.prod.yaml").read_text(encoding="utf-8").splitlines()
    told = {problem["line"] for problem in problems if problem["file"] == "stacks/Pulumi.prod.yaml"}
    for mistake in ("asn: 65010", "node-generol", "licensed_nodes: 18", "onp1-prod-adm"):
        numbers = {number for number, line in enumerate(lines, 1) if mistake in line}
        assert numbers & told, f"nothing is said about {mistake!r}"


def test_every_problem_has_the_documented_keys_and_says_what_to_do(wrong: Path) -> None:
    for problem in json.loads(run("check", "--json", project=wrong).out)["problems"]:
        assert list(problem) == ["file", "line", "column", "rule", "message", "remedy", "severity"]
        assert problem["message"], problem
        assert problem["remedy"], problem
        assert problem["line"] >= 1, problem
        assert problem["column"] >= 1, problem


def test_an_unknown_key_is_told_with_the_nearest_known_one(wrong: Path) -> None:
    out = run("check", project=wrong).out
    assert "autosynk" in out
    assert "did you mean 'autosync'" in out


def test_a_named_environment_leaves_the_others_out(wrong: Path) -> None:
    ran = run("check", "dev", "--json", project=wrong)
    assert {problem["file"] for problem in json.loads(ran.out)["problems"]}.isdisjoint({"stacks/Pulumi.prod.yaml"})


def test_an_unknown_environment_is_a_wrong_use_and_names_the_nearest() -> None:
    ran = run("check", "prodd")
    assert ran.code == 2
    assert "did you mean 'prod'" in ran.err


def test_it_works_from_any_directory(tmp_path: Path) -> None:
    assert run("check", cwd=tmp_path).code == 0


def test_a_file_that_is_no_yaml_is_told_with_its_line_and_the_others_are_checked(tmp_path: Path) -> None:
    project = checkout(tmp_path)
    edited(project, "Pulumi.dev.yaml", "    ring: 1\n", "    ring: [1\n")
    edited(project, "teams/stier.yaml", "rbac: admin", "rbac: owner")
    problems = json.loads(run("check", "--json", project=project).out)["problems"]
    assert {"stacks/Pulumi.dev.yaml", "stacks/teams/stier.yaml"} <= {problem["file"] for problem in problems}


def test_the_date_can_be_set_and_an_expired_grant_is_refused_then() -> None:
    ran = run("check", "--date", "2027-04-01", "--json")
    assert ran.code == 1
    assert any("varde-role-revisjon" in problem["message"] for problem in json.loads(ran.out)["problems"])
