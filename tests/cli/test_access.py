"""The commands about access as a person runs them: answers, forms for machines, and what a wrong question gets."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree as Xml

import pytest

from model.planning.access.plans import Kind
from model.planning.questions.matrix import Matrix
from model.planning.questions.rights import Right
from operations import cli
from operations.access import diff, loading
from operations.access.page import PAGE, pages
from operations.access.report_page import csv_text
from operations.project import ROOT
from tests.cli.running import run
from tests.model.cases import sample

STIER = "stacks/teams/stier.yaml"


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command in this process and return its exit code and what it wrote."""
    try:
        code = cli.main(["access", *words])
    except SystemExit as ended:
        code = int(str(ended.code))
    written = capsys.readouterr()
    return code, written.out, written.err


def data(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    code, out, err = ran(capsys, *words, "--json")
    assert (code, err) == (0, "")
    return cast("dict[str, Any]", json.loads(out))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of its own under git, with the files as they are in its only commit."""
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    for words in (
        ("init", "-q", "-b", "main"),
        ("add", "stacks"),
        ("-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "base"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)  # noqa: S607  git of the person
    monkeypatch.setattr(diff, "ROOT", tmp_path)
    monkeypatch.setattr(loading, "ROOT", tmp_path)
    return tmp_path


def test_the_command_answers_as_a_person_runs_it() -> None:
    done = run("access", "who", "can", "read", "state", "in", "sandbox")
    assert (done.code, done.err) == (0, "")
    assert "sandbox: bucket varde-seed-0001-state-sandbox" in done.out
    assert "varde-sandbox-apply@varde-seed-0001" in done.out
    assert "stacks/organisation.yaml:" in done.out


def test_who_says_standing_on_request_and_who_only_seems_to(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = ran(capsys, "who", "can", "storage.objects.get", "on", "stier", "in", "prod")
    assert "on request (admin), for 1h, approved by varde-role-plattform-vakt, then varde-role-vaktleder" in out
    assert "not group varde-team-stier, in spite of roles/storage.admin" in out
    assert "so has group varde-role-stier-leder in varde-team-stier" in out
    assert "bg-1@fjellverket.example" in out


def test_who_for_a_machine_holds_everything_that_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    answer = data(capsys, "who", "can", "delete", "pods", "on", "onp1-dev/stiportal-main")
    principals = {way["principal"] for way in answer["ways"]}
    assert "group:varde-team-stier@fjellverket.example" in principals
    (way,) = [way for way in answer["ways"] if way["principal"].startswith("group:") and way["standing"]]
    assert [right["role"] for right in way["rights"]] == ["admin", "roles/gkehub.gatewayEditor"]
    assert all(right["written_at"].startswith("stacks/") for right in way["rights"])
    (asked,) = [way for way in answer["ways"] if way["principal"].startswith("group:") and not way["standing"]]
    assert asked["principal"] == "group:varde-role-plattform-admin@fjellverket.example"


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (("who", "can", "read", "state", "in", "porduction"), "no environment 'porduction'"),
        (("who", "can", "storage.objects.get", "on", "stierr"), "nothing is called 'stierr'"),
        (("who", "can", "frobnicate", "on", "stier"), "is no role"),
        (("who", "can", "storage.objects.get"), "needs an 'on'"),
        (("what", "varde-team-stierr"), "there is no group, team or account"),
        (("what", "bg-1@fjellverket.example"), "break-glass"),
        (("report", "porduction"), "no environment"),
        (("diff", "main", "--env", "porduction"), "no environment"),
    ],
)
def test_a_question_that_is_asked_wrongly_gets_a_line_and_exit_code_2(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], saying: str
) -> None:
    code, out, err = ran(capsys, *words)
    assert (code, out) == (2, "")
    assert saying in err
    assert len(err.splitlines()) == 1


def test_what_shows_a_team_by_its_slug_with_what_comes_through_other_groups(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ran(capsys, "what", "varde-role-stier-leder", "in", "dev")
    assert code == 0
    assert "in varde-team-stier" in out
    rights = data(capsys, "what", "stier")["rights"]
    assert {right["environment"] for right in rights} == {"dev", "test", "prod"}


class TestDiff:
    """Against a revision, of effective access."""

    def test_nothing_changed_is_one_line(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert project.is_dir()
        assert ran(capsys, "diff", "main") == (0, "nobody gains or loses anything against main\n", "")

    def test_a_change_of_one_file_is_told_by_environment(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = project / STIER
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("prefixes: [stiportal,", "prefixes: [turkart, stiportal,"), encoding="utf-8")
        code, out, _ = ran(capsys, "diff", "HEAD", "--env", "dev")
        assert code == 0
        told = "group varde-team-stier gains admin in namespace turkart-main of onp1-dev"
        assert f"  {told}, and with it varde-role-stier-leder  [{STIER}:" in out
        assert out.splitlines()[0] == "dev:"
        assert out.splitlines()[-1] == "against HEAD: 2 gains, of 1 principal"
        turns = {change["turn"] for change in data(capsys, "diff", "HEAD")["changes"]}
        assert turns == {"gains"}

    def test_an_unknown_revision_is_one_line_with_what_to_do(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert project.is_dir()
        code, out, err = ran(capsys, "diff", "no-such-branch")
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1
        assert "name a branch, a tag or a commit" in err


class TestReport:
    """The matrix in every form."""

    def test_the_short_form_counts_every_right(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, out, _ = ran(capsys, "report", "sandbox")
        assert code == 0
        assert "group varde-team-plattform" in out
        number = len(data(capsys, "report", "sandbox")["sandbox"]["rights"])
        assert f"sandbox: {number} rights of" in out

    def test_the_table_for_spreadsheets_has_a_line_for_each_right(self, capsys: pytest.CaptureFixture[str]) -> None:
        _, out, _ = ran(capsys, "report", "prod", "--csv")
        rows = list(csv.DictReader(io.StringIO(out)))
        rights = data(capsys, "report", "prod")["prod"]["rights"]
        assert [(row["principal"], row["role"], row["resource"]) for row in rows] == [
            (right["principal"], right["role"], right["resource"]) for right in rights
        ]
        assert {row["entitlement"] for row in rows} >= {"admin", "platform-admin", ""}
        assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "-", "@"}]

    def test_no_cell_is_taken_for_a_formula(self) -> None:
        right = Right("dev", "group:a@b.example", Kind.PROJECT_IAM, "roles/x", "p", reason="=1+1")
        told = csv_text([Matrix("dev", (right.principal,), ("p",), {(right.principal, "p"): (right,)}, (), ())])
        assert [row["reason"] for row in csv.DictReader(io.StringIO(told))] == ["'=1+1"]

    def test_the_page_has_a_row_for_each_right_and_says_what_is_denied(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _, out, _ = ran(capsys, "report", "prod", "--markdown")
        rights = data(capsys, "report", "prod")["prod"]["rights"]
        assert sum(line.startswith("| ") and "| who |" not in line for line in out.splitlines()) == len(rights)
        assert "storage.googleapis.com/objects.get" in out

    def test_the_picture_is_the_same_each_time_and_has_a_row_for_each_principal(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _, first, _ = ran(capsys, "report", "dev", "--svg")
        assert ran(capsys, "report", "dev", "--svg")[1] == first
        root = Xml.fromstring(first)  # noqa: S314  of our own making
        space = {"s": "http://www.w3.org/2000/svg"}
        shown = [title.text or "" for title in root.findall(".//s:rect/s:title", space)]
        rights = data(capsys, "report", "dev")["dev"]["rights"]
        assert len(shown) == len({(right["principal"], right["resource"]) for right in rights})
        assert sum(text.count("\n") + 1 for text in shown) == len(rights)


def test_the_owners_of_a_teams_file_are_its_leads_and_the_platform(capsys: pytest.CaptureFixture[str]) -> None:
    owners = {each["pattern"]: each["owners"] for each in data(capsys, "owners")["owners"]}
    assert owners["/stacks/teams/stier.yaml"] == ["@fjellverket/stier-leder", "@fjellverket/varde-plattform"]
    for path in ("/stacks/organisation.yaml", "/.github/", "/.gitlab-ci.yml", "/operations/ci/"):
        assert owners[path] == ["@fjellverket/varde-plattform", "@fjellverket/varde-sikkerhet"]
    _, out, _ = ran(capsys, "owners", "--codeowners")
    assert out == (ROOT / ".github/CODEOWNERS").read_text(encoding="utf-8")


def test_the_answers_of_the_page_are_those_of_the_commands() -> None:
    fresh = pages(ROOT, sample())[PAGE]
    assert (ROOT / PAGE).read_text(encoding="utf-8") == fresh, "write it again: ./hybrid generate"
    assert fresh.count("<!-- answer: ") >= 10
    assert "```text\n```" not in fresh
