"""The steps of the workflows beside planning and applying: comments and issues posted, drift, locks, set-up."""

from __future__ import annotations

import getpass
import http.server
import json
import os
import re
import shlex
import threading
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from model.planning.access.bootstrap import bootstrap_grants, program_federations
from operations import cli
from operations.ci import github
from operations.ci.drift_issue import MARK as DRIFT
from operations.ci.drift_issue import body, reports, settle
from operations.ci.errors import CiError, WrongUseError
from operations.ci.places import output
from operations.ci.settings import environments
from operations.drift.display import as_dict
from operations.drift.judging import Finding, Kind, Report
from operations.drift.reading import Moved, Refresh
from operations.project import ROOT
from tests.cli.ci_bench import stand_ins
from tests.workflows.reading import every_step

RUN = "https://github.com/o/r/actions/runs/7"
SANDBOX = "gs://varde-seed-0001-state-sandbox/.pulumi/locks/organization/hybrid/sandbox/"


class Terminal:
    """The command line in this process, over stand-ins that keep things in a folder."""

    def __init__(self, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store = store
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        code = cli.main(["ci", *words])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def says(self, name: str, value: object) -> None:
        (self.store / f"{name}.json").write_text(json.dumps(value), encoding="utf-8")

    def kept(self, name: str) -> list[dict[str, Any]]:
        return json.loads((self.store / f"{name}.json").read_text(encoding="utf-8"))

    def calls(self, program: str) -> list[str]:
        path = self.store / "calls"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [" ".join(each["words"]) for each in map(json.loads, lines) if each["program"] == program]


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    store, folder = tmp_path / "store", tmp_path / "bin"
    for each in (store, folder):
        each.mkdir()
    stand_ins(folder)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin:/bin")
    given = {"STORE": str(store), "HYBRID_HOME": str(tmp_path / "cache"), "GITHUB_REPOSITORY": "o/r", "GH_TOKEN": "t"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "VSPHERE_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return Terminal(store, capsys)


# The comment on GitHub


def test_the_comment_is_written_once_and_edited_from_then_on(terminal: Terminal, tmp_path: Path) -> None:
    os.environ["PULL_REQUEST"] = "12"
    quoting = {"id": 7, "user": {"login": "somebody"}, "body": "<!-- hybrid:review -->\nmine"}
    terminal.says("comments", [quoting])
    for _ in range(2):
        assert terminal.run("comment", "--out", str(tmp_path / "c.md"), "--post", "github", "--link", RUN)[0] == 0
    theirs, ours = terminal.kept("comments")
    assert theirs == quoting, "a comment of somebody else is left alone, whatever is in it"
    assert ours["body"] == (tmp_path / "c.md").read_text(encoding="utf-8")
    changing = [call for call in terminal.calls("gh") if "--method" in call]
    assert [call.split()[2] for call in changing] == ["POST", "PATCH"]
    assert not [call for call in changing if "no preview" in call], "the text goes by standard input, not by a word"


@pytest.mark.parametrize("number", ["", "12; date", "../issues", "-1"])
def test_what_is_no_number_of_a_pull_request_never_becomes_part_of_an_address(number: str, terminal: Terminal) -> None:
    with pytest.raises(CiError):
        github.number(number)


def test_a_refusal_of_github_names_the_rights_of_the_job(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "bin" / "gh").write_text("#!/bin/sh\necho 'gh: Resource not accessible' >&2; exit 1\n")
    os.environ["PULL_REQUEST"] = "12"
    code, _, err = terminal.run("comment", "--out", str(tmp_path / "c.md"), "--post", "github")
    assert code == 1
    assert "Resource not accessible; see `permissions` of the job" in err


# The note on GitLab


class GitLab(http.server.BaseHTTPRequestHandler):
    """Keeps the notes of one merge request, for whoever has the token."""

    notes: list[dict[str, Any]]
    methods: list[str]

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        fields = cast("dict[str, Any]", json.loads(self.rfile.read(length) or b"{}"))
        self.methods.append(self.command)
        code, value = 200, {"id": 5}
        if self.headers["PRIVATE-TOKEN"] != "t":
            code = 401
        elif self.command == "GET" and "/notes" in self.path:
            value = self.notes
        elif self.command == "POST":
            self.notes.append({"id": 1, "author": {"id": 5}, **fields})
            value = self.notes[-1]
        elif self.command == "PUT":
            self.notes[-1].update(fields)
            value = self.notes[-1]
        self.send_response(code)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    do_GET = do_POST = do_PUT = answer  # noqa: N815  names of the base class

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  name of the base class
        """Keep quiet."""


@pytest.fixture
def gitlab() -> Generator[type[GitLab]]:
    handler = type(
        "Own", (GitLab,), {"notes": [{"id": 9, "author": {"id": 1}, "body": "<!-- hybrid:review -->"}], "methods": []}
    )
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    given = {
        "CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}",
        "CI_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_IID": "4",
    }
    os.environ.update({**given, "GITLAB_NOTE_TOKEN": "t", "CI_PIPELINE_URL": "https://gitlab.example/pipelines/1"})
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_note_is_written_once_and_edited_from_then_on(
    terminal: Terminal, tmp_path: Path, gitlab: type[GitLab]
) -> None:
    for _ in range(2):
        assert terminal.run("comment", "--out", str(tmp_path / "c.md"), "--post", "gitlab")[0] == 0
    assert [each for each in gitlab.methods if each != "GET"] == ["POST", "PUT"]
    theirs, ours = gitlab.notes
    assert theirs["body"] == "<!-- hybrid:review -->"
    assert "https://gitlab.example/pipelines/1" in ours["body"]


def test_a_token_that_gitlab_refuses_is_said_and_not_printed(
    terminal: Terminal, tmp_path: Path, gitlab: type[GitLab]
) -> None:
    os.environ["GITLAB_NOTE_TOKEN"] = "another-one"  # noqa: S105  not a secret
    code, _, err = terminal.run("comment", "--out", str(tmp_path / "c.md"), "--post", "gitlab")
    assert code == 1
    assert "GitLab answers 401" in err
    assert "another-one" not in err


# Drift


def report(name: str, *edits: str, complete: bool = True) -> Mapping[str, Any]:
    """Return what `./hybrid drift --json` prints of these hand edits."""
    moved = [Moved(f"urn:pulumi:{name}::hybrid::gcp:a/b:C::{each}", gone=True) for each in edits]
    refresh = Refresh(name, 100, tuple(moved), () if complete else ("no answer",))
    found = [
        Finding(each, Kind.INCIDENT, ("network",), ("gone",), adopt=("its file", "pulumi refresh"), revert="pulumi up")
        for each in moved
    ]
    return as_dict(Report(name, refresh, tuple(found)))


def test_the_nightly_look_only_looks_and_writes_a_report(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("refresh", {"steps": [{"op": "refresh", "urn": "urn:pulumi:sandbox::hybrid::gcp:a/b:C::d"}]})
    out = tmp_path / "reports" / "sandbox.json"
    code, said, _ = terminal.run("drift", "sandbox", "--as", "plan", "--out", str(out))
    assert code == 0
    assert said.startswith("sandbox: 0 hand edits")
    assert body(reports([out]), ["sandbox"]) == ""
    assert [call for call in terminal.calls("pulumi") if call != "version"] == [
        "refresh --preview-only --json --non-interactive --stack sandbox"
    ]


def test_a_refresh_that_says_nothing_is_no_clean_night(terminal: Terminal, tmp_path: Path) -> None:
    terminal.says("refresh", [])
    code, _, err = terminal.run("drift", "sandbox", "--as", "plan", "--out", str(tmp_path / "sandbox.json"))
    assert code == 1
    assert "`pulumi refresh` of sandbox failed" in err
    assert not (tmp_path / "sandbox.json").exists()


def test_one_issue_is_opened_edited_and_closed(terminal: Terminal) -> None:
    names = ["prod", "dev"]
    clean = {name: report(name) for name in names}
    assert body(clean, names) == ""
    assert settle("") == "no drift, and no issue"
    first = body({**clean, "dev": report("dev", "a-tunnel")}, names, RUN)
    assert settle(first).startswith("opened")
    assert settle(body({**clean, "prod": report("prod", "a-rule")}, names, RUN)) == "issue #1 says what there is now"
    (issue,) = terminal.kept("issues")
    assert "a-rule" in issue["body"]
    assert "a-tunnel" not in issue["body"]
    assert settle("", RUN) == "closed issue #1"
    assert terminal.kept("issues") == []
    assert RUN in terminal.kept("comments")[0]["body"]


def test_an_environment_that_could_not_be_looked_at_keeps_the_issue_open() -> None:
    assert "## prod: not looked at" in body({"dev": report("dev")}, ["prod", "dev"], RUN)
    assert "the refresh did not finish: no answer" in body({"dev": report("dev", complete=False)}, ["dev"])


def test_what_somebody_wrote_in_a_cloud_can_not_write_an_issue() -> None:
    text = body({"dev": report("dev", "@all <b> [x](y)\n# big")}, ["dev"])
    assert text.startswith(DRIFT)
    assert not [sign for sign in ("@all", "<b>", "[x]", "\n# big") if sign in text]


# Locks


def lock(user: str) -> dict[str, object]:
    return {"pid": 4711, "username": user, "hostname": "runner-3", "timestamp": "2026-11-02T03:00:00Z"}


def test_the_lock_of_a_runner_is_shown_and_broken(terminal: Terminal) -> None:
    terminal.says("locks", [lock(getpass.getuser())])
    pending = {"type": "creating", "resource": {"urn": "urn:pulumi:sandbox::hybrid::x::y"}}
    terminal.says("state", {"deployment": {"pending_operations": [pending]}})
    code, out, _ = terminal.run("unlock", "sandbox", "--confirm", "sandbox")
    assert code == 0
    assert f"sandbox is locked by {getpass.getuser()} on runner-3, process 4711" in out
    assert "creating urn:pulumi:sandbox::hybrid::x::y" in out
    assert "cancel --yes --non-interactive --stack sandbox" in terminal.calls("pulumi")
    assert f"storage ls {SANDBOX}**" in terminal.calls("gcloud")


def test_the_lock_of_a_person_is_left_alone_until_it_is_said_that_it_may_go(terminal: Terminal) -> None:
    terminal.says("locks", [lock("kari")])
    code, out, _ = terminal.run("unlock", "sandbox", "--confirm", "sandbox")
    assert code == 1
    assert "NOT BROKEN: kari is no runner of ours" in out
    assert terminal.calls("pulumi") == []
    assert terminal.run("unlock", "sandbox", "--confirm", "sandbox", "--anyone")[0] == 0
    assert "cancel --yes --non-interactive --stack sandbox" in terminal.calls("pulumi")


def test_without_a_lock_nothing_is_broken(terminal: Terminal) -> None:
    code, out, _ = terminal.run("unlock", "sandbox", "--confirm", "sandbox")
    assert (code, out.splitlines()[0]) == (0, "nothing holds the lock of sandbox")
    assert not [call for call in terminal.calls("pulumi") if call.startswith("cancel")]


@pytest.mark.parametrize("typed", ["", "dev", "SANDBOX"])
def test_a_lock_is_broken_only_by_typing_the_name(terminal: Terminal, typed: str) -> None:
    terminal.says("locks", [lock(getpass.getuser())])
    assert terminal.run("unlock", "sandbox", "--confirm", typed)[0] == 2
    assert terminal.calls("pulumi") == terminal.calls("gcloud") == []


# Health


def test_an_environment_that_would_change_again_or_is_half_done_is_not_healthy(terminal: Terminal) -> None:
    recorded = ROOT / "tests" / "fixtures" / "ci" / "sandbox.json"
    terminal.says("preview", json.loads(recorded.read_text(encoding="utf-8")))
    terminal.says("state", {"deployment": {"pending_operations": [{"type": "creating", "resource": {"urn": "u"}}]}})
    terminal.says("outputs", {"clusters": {}, "contexts": {"a": "b"}, "vpn_gateway": {"0": "c"}})
    code, out, _ = terminal.run("health", "sandbox", "--as", "plan")
    assert code == 1
    assert [line.split(": ")[1].split()[0] for line in out.splitlines()] == ["the", "pending", "the"]
    assert "would update urn:pulumi:sandbox" in out
    assert "the output clusters is empty" in out


# Commands, set-up


def spoken() -> list[list[str]]:
    """Return every call of ./hybrid in workflows, scripts and .gitlab-ci.yml, as words."""
    texts = [str(step["run"]) for _, step in every_step() if "run" in step]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "operations" / "ci").glob("*.sh")]
    texts += [(ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8")]
    said = [re.sub(r"(?m)^\s*#.*$", "", text) for text in texts]
    joined = [re.sub(r"\\\n\s*|\n\s+(?=--)", " ", text) for text in said]
    found = [match[1] for text in joined for match in re.finditer(r"(?:^|[\s(])\./hybrid ([^\n|)]*)", text)]
    return [
        shlex.split(
            each.replace("$ENVIRONMENT", "dev")
            .replace("$IDENTITY", "plan")
            .replace("$host", "github")
            .replace('"${anyone[@]}"', "")
        )
        for each in found
    ]


def test_every_call_of_the_workflows_is_one_that_the_command_line_knows() -> None:
    calls = [words for words in spoken() if words[0] != "setup"]
    assert len(calls) > 12
    for words in calls:
        chosen = cli.parser().parse_args([word.replace("$1", "plan") for word in words if word != "${simulated[@]}"])
        assert callable(chosen.run), words


def test_a_command_keeps_its_own_options(terminal: Terminal) -> None:
    words = ["ci", "run", "--as", "apply", "dev", "pulumi", "up", "--yes", "--stack", "dev"]
    assert cli.parser().parse_args(words).words == words[5:]
    assert terminal.run("run", "--as", "plan", "dev", "pulumi", "cancel", "--yes", "--stack", "dev")[0] == 0
    assert terminal.calls("pulumi")[-1] == "cancel --yes --stack dev"


@pytest.mark.parametrize(
    ("words", "code", "saying"),
    [
        (("settings", "prodd", "--as", "plan"), 2, "did you mean 'prod'"),
        (("run", "--as", "plan", "dev"), 2, "say which command"),
        (("run", "--as", "plan", "dev", "no-such-program"), 1, "no `no-such-program` on PATH"),
        (("setup", "--gitlab", "nowhere"), 2, "give group/project"),
    ],
)
def test_wrong_use_is_one_line_with_the_remedy(
    terminal: Terminal, words: tuple[str, ...], code: int, saying: str
) -> None:
    found, _, err = terminal.run(*words)
    assert found == code
    assert saying in err
    assert len(err.splitlines()) == 1


def test_settings_are_lines_that_no_value_can_add_to(terminal: Terminal, tmp_path: Path) -> None:
    os.environ["GITHUB_OUTPUT"] = str(tmp_path / "output")
    assert terminal.run("settings", "prod", "--as", "apply")[0] == 0
    lines = (tmp_path / "output").read_text(encoding="utf-8").splitlines()
    assert [line.partition("=")[0] for line in lines] == ["account", "provider", "backend"]
    assert "varde-prod-apply@" in lines[0]
    with pytest.raises(CiError, match="line break"):
        output({"account": "a\nb=c"})


def test_set_up_gives_each_identity_exactly_what_the_report_on_access_says(terminal: Terminal) -> None:
    code, out, _ = terminal.run("setup")
    assert code == 0
    lines = out.splitlines()
    for env in environments().values():
        for each in program_federations(env):
            bound = [line for line in lines if f"service-accounts add-iam-policy-binding {each.account} " in line]
            assert len(bound) == 1
            assert bound[0].endswith(f"--member={each.members[0]}")
        for grant in bootstrap_grants(env):
            where = (
                grant.resource.split("/", 1)[1]
                if grant.resource.startswith(("folders/", "billing"))
                else grant.resource
            )
            wanted = f"--member={grant.member} --role={grant.role}"
            assert [line for line in lines if f" {where} " in line and line.endswith(wanted)], grant
        assert [line for line in lines if f"environments/{env.name}/deployment-branch-policies -f name=main" in line]
    assert len([line for line in lines if "prevent_self_review" in line]) == 1, "reviewers where the ring has any"
    assert all(shlex.split(line) for line in lines if line and not line.startswith("#"))


def test_set_up_on_gitlab_lets_only_protected_environments_apply(terminal: Terminal) -> None:
    code, out, _ = terminal.run("setup", "--gitlab", "group/project")
    assert code == 0
    applies = [line for line in out.splitlines() if "-apply@" in line and "workloadIdentityUser" in line]
    assert len(applies) == len(environments())
    assert all(re.search(r"attribute\.deploys/(sandbox|dev|test|prod)$", line) for line in applies)
    assert "environment_protected" in out


def test_wrong_use_is_told_apart_from_what_a_cloud_refuses() -> None:
    assert issubclass(WrongUseError, CiError)
