"""`./hybrid runbook` as a person runs it."""

from __future__ import annotations

import json

from model.runbooks.tasks import TASKS, Group
from tests.cli.running import run


def test_the_list_names_every_task_with_its_options() -> None:
    ran = run("runbook", "--list")
    assert ran.code == 0
    lines = [line.strip() for line in ran.out.splitlines() if line.startswith("  ")]
    assert [line.split()[0] for line in lines] == list(TASKS)
    assert "--to" in next(line for line in lines if line.startswith("admin-upgrade"))
    assert ran.out.startswith(f"{Group.WRONG.value}:\n"), "who looks at night looks at the first lines"


def test_a_runbook_is_a_page_of_markdown_and_the_same_for_a_machine() -> None:
    words = ("runbook", "dev", "admin-upgrade", "--to", "1.32.300-gke.41")
    page, data = run(*words), run(*words, "--json")
    assert (page.code, data.code) == (0, 0)
    assert page.out.startswith("# Upgrade admin cluster onp1-dev-admin from 1.32.200-gke.27 to 1.32.300-gke.41\n")
    steps = json.loads(data.out)["steps"]
    assert page.out.count("\n## ") == len(steps)
    assert any("gkectl upgrade admin" in command for step in steps for command in step["commands"])


def test_what_can_not_be_done_is_refused_with_what_to_do_instead() -> None:
    ran = run("runbook", "prod", "admin-upgrade", "--to", "1.32.200-gke.27")
    assert (ran.code, ran.out) == (1, "")
    assert "./hybrid runbook prod workstation-upgrade --to 1.32.200-gke.27" in ran.err


def test_wrong_use_names_what_there_is() -> None:
    assert run("runbook", "dev").code == 2
    unknown = run("runbook", "dv", "admin-backup")
    assert unknown.code == 2
    assert "did you mean 'dev'" in unknown.err
    ran = run("runbook", "--help")
    assert ran.code == 0
    assert "examples:" in ran.out


def test_import_files_go_with_adopt_alone() -> None:
    assert run("runbook", "sandbox", "lock-held", "--imports", "x").code == 2
    ran = run("runbook", "sandbox", "adopt", "--only", "network-vpc")
    assert ran.code == 2
    assert "--imports FOLDER goes with adopt" in ran.err


def test_a_page_for_the_night_says_first_what_is_wrong_and_what_to_type() -> None:
    ran = run("runbook", "prod", "up-interrupted")
    assert ran.code == 0
    assert ran.out.splitlines()[2].endswith("First: `pulumi cancel -s prod`")
