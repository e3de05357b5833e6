"""`./hybrid upgrade` as a person runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from operations import cli
from operations.project import ROOT
from operations.upgrade import command, writing
from tests.cli.running import run

PROD = "stacks/Pulumi.prod.yaml"
NEXT = "1.32.200-gke.27"


class Desk:
    """A project of one's own under git, and the command line over it: in this process, since a start costs a second."""

    def __init__(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = project / PROD
        self._capsys = capsys

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def upgrade(self, *words: str) -> tuple[int, str, str]:
        code = cli.main(["upgrade", *words])
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    own = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "stacks"], ["commit", "-qm", "as it is"]):
        subprocess.run(["git", *own, *words], cwd=tmp_path, check=True, capture_output=True)  # noqa: S607  git of the machine
    monkeypatch.setattr(command, "ROOT", tmp_path)
    return Desk(tmp_path, capsys)


def test_the_command_gives_every_step_for_a_machine_with_rules_edits_commands_time_and_addresses() -> None:
    ran = run("upgrade", "plan", "prod", "--onprem", "1.32", "--json")
    plan = json.loads(ran.out)
    assert (ran.code, plan["target"]) == (0, NEXT)
    step = plan["steps"][2]
    assert (step["by"], step["what"], step["minutes"]) == ("pulumi up", "user cluster", 225)
    assert step["edits"][0] == {
        "file": PROD,
        "line": step["edits"][0]["line"],
        "what": "user cluster onp1-prod",
        "old": "1.31.700-gke.24",
        "new": NEXT,
    }
    assert step["addresses"]["needed"] == 2
    assert {"rule", "why"} == set(step["rules"][0])
    assert step["workloads"][0]["pool"] == "general"


def test_a_plan_shows_the_steps_and_the_next_one_in_full(desk: Desk) -> None:
    code, out, _ = desk.upgrade("plan", "prod", "--onprem", "1.32")
    assert code == 0
    assert "3 steps, about" in out
    assert "Next: workstation onp1-prod-ws" in out
    assert f"{PROD}:" in out
    _, page, _ = desk.upgrade("plan", "prod", "--onprem", "1.32", "--markdown")
    assert page.startswith(f"# prod to {NEXT}\n")


def test_windows_are_judged_from_the_moment_that_is_asked_for(desk: Desk) -> None:
    _, out, _ = desk.upgrade("plan", "prod", "--onprem", "1.32", "--at", "2026-11-03T19:00")
    assert "the window of gcp1-prod is open" in out


def test_a_stopped_plan_ends_with_1_and_says_how_to_clear_it(desk: Desk) -> None:
    code, out, _ = desk.upgrade("plan", "prod", "--onprem", "1.32.300-gke.41")
    assert code == 1
    assert "bring the earlier environments there first" in out


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("plan", "prodd", "--onprem", "1.32"), "did you mean 'prod'"),
        (("plan", "prod", "--onprem", "1.30"), "a cluster never goes back"),
        (("plan", "prod", "--onprem", "newest"), "is no version such as"),
        (("check", "prod", "--base", "no-such-revision"), "fatal"),
        (("check", "prod", "--base=--help"), "fatal"),
    ],
)
def test_wrong_use_ends_in_2_with_the_reason(desk: Desk, words: tuple[str, ...], saying: str) -> None:
    code, out, err = desk.upgrade(*words)
    assert (code, out) == (2, "")
    assert saying in err


def test_a_plan_without_a_version_is_a_wrong_use(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        desk.upgrade("plan", "prod")
    assert left.value.code == 2
    assert "--onprem" in capsys.readouterr().err


def test_writing_step_by_step_leads_to_the_target_and_changes_nothing_else(desk: Desk) -> None:
    before = desk.text.splitlines()
    for number in (1, 2, 3):
        assert desk.upgrade("plan", "prod", "--onprem", "1.32", "--write")[0] == 0
        differing = [(old, new) for old, new in zip(before, desk.text.splitlines(), strict=True) if old != new]
        assert len(differing) == number
        assert all(new.strip() == f"version: {NEXT}" for _, new in differing)
        # Against what was committed, admin and user cluster have moved in one change in the end.
        assert desk.upgrade("check", "prod")[0] == (0 if number < 3 else 1)
    assert "nothing to write" in desk.upgrade("plan", "prod", "--onprem", "1.32", "--write")[2]


def test_a_stopped_step_is_not_written(desk: Desk) -> None:
    workstation = ("1.31.800-gke.32\n      data_disk", "1.32.300-gke.41\n      data_disk")
    assert desk.text.count(workstation[0]) == 1
    before = desk.text.replace(*workstation)
    desk.file.write_text(before, encoding="utf-8")
    code, _, err = desk.upgrade("plan", "prod", "--onprem", "1.32.300-gke.41", "--write")
    assert code == 1
    assert "step 1 is stopped" in err
    assert desk.text == before


def test_an_edit_that_breaks_a_rule_is_not_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = desk.text

    def worse(_: Path, *, texts: Mapping[str, str] | None = None) -> set[tuple[str, str]]:
        return {("B64", "gkectl is too new")} if texts else set()

    monkeypatch.setattr(writing, "broken", worse)
    code, _, err = desk.upgrade("plan", "prod", "--onprem", "1.32", "--write")
    assert code == 1
    assert "would break a rule: gkectl is too new; nothing was written" in err
    assert desk.text == before


def test_passing_through_a_version_whose_support_has_ended_is_written(desk: Desk) -> None:
    text = desk.text.replace("version: 1.31.700-gke.24", "version: 1.29.1000-gke.94")
    desk.file.write_text(text.replace("version: 1.31.800-gke.32", "version: 1.30.600-gke.68"), encoding="utf-8")
    assert desk.upgrade("plan", "prod", "--onprem", "1.32", "--write")[0] == 0
    assert "version: 1.29.1000-gke.94" not in desk.text


def test_an_environment_that_moves_together_with_another_is_written_and_the_other_named(desk: Desk) -> None:
    words = ("plan", "dev", "--onprem", "1.32.300-gke.41", "--write")
    assert desk.upgrade(*words)[0] == 0  # the workstation
    code, out, _ = desk.upgrade(*words)
    assert code == 0
    assert "in the same change: admin cluster onp1-test-admin of test is on 1.32.200-gke.27" in out


def test_a_change_that_is_two_hops_is_refused_against_its_base(desk: Desk) -> None:
    assert "a legal change" in desk.upgrade("check", "prod")[1]
    desk.file.write_text(desk.text.replace("1.31.700-gke.24", "1.33.0-gke.799"), encoding="utf-8")
    code, out, _ = desk.upgrade("check", "prod", "--json")
    problems = json.loads(out)["problems"]
    assert code == 1
    assert {"B63", "B61", "B65"} <= {problem["rule"] for problem in problems}
    assert {problem["file"] for problem in problems} == {PROD}
