"""The scripts of the jobs by themselves: what they ask of ./hybrid, in which order, and when they stop."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from model.planning.review.gates import Gate, Kind
from model.planning.review.page import Review
from operations.ci.gates import later, stopping
from operations.project import ROOT

_HYBRID = """\
#!/bin/sh
printf '%s\\n' "$*" >>calls
printf '%s\\n' "$#" >>counts
case "$*" in *"$STOPS_AT "*) exit 1 ;; esac
echo account=the-account
"""
_GCLOUD = """\
#!/bin/sh
printf '%s\\n' "$*" >>calls
"""


class Place:
    """A folder with a stand-in for ./hybrid and for gcloud that write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir()
        for path, text in ((folder / "hybrid", _HYBRID), (folder / "bin" / "gcloud", _GCLOUD)):
            path.write_text(text, encoding="utf-8")
            path.chmod(0o755)

    def run(self, command: str, **given: str) -> subprocess.CompletedProcess[str]:
        inherited = {"PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "ENVIRONMENT": "dev"}
        return subprocess.run(
            ["/bin/bash", "-c", command.replace("CI/", f"{ROOT}/operations/ci/")],
            cwd=self.folder,
            env={"STOPS_AT": "nothing", **inherited, **given},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        path = self.folder / "calls"
        return path.read_text(encoding="utf-8").splitlines() if path.exists() else []

    def file(self, name: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text("", encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize(
    ("changed", "stops_at", "expected"),
    [
        ("true", "", ["ci plan", "verify dev", "ci run", "ci health"]),
        ("true", "verify", ["ci plan", "verify dev"]),
        ("true", "plan", ["ci plan"]),
        ("false", "", []),
    ],
)
def test_apply_goes_on_only_while_nothing_stops_it(
    place: Place, changed: str, stops_at: str, expected: list[str]
) -> None:
    (place.folder / "outputs.env").write_text(f"digest=v1.a\nchanged={changed}\n", encoding="utf-8")
    done = place.run("CI/apply.sh .", STOPS_AT=stops_at or "nothing")
    assert [" ".join(call.split()[:2]) for call in place.calls] == expected
    assert done.returncode == (1 if stops_at else 0)
    assert all("--digest v1.a " in call for call in place.calls if call.startswith("verify"))


def test_apply_without_a_plan_does_nothing(place: Place) -> None:
    assert place.run("CI/apply.sh .").returncode != 0
    assert place.calls == []


def test_the_comment_is_of_every_preview_that_there_is_and_of_the_simulated_one(place: Place) -> None:
    for name in ("previews/preview dev/review.json", "previews/preview-prod/review.json", "offline/offline/review.md"):
        place.file(name)
    assert place.run("CI/comment.sh github previews offline out.md").returncode == 0
    assert place.calls == [
        "ci comment previews/preview dev/ previews/preview-prod/ --out out.md --post github "
        "--simulated offline/offline/review.md"
    ]


def test_the_comment_is_written_without_any_preview_too(place: Place) -> None:
    assert place.run("CI/comment.sh gitlab previews . out.md").returncode == 0
    assert place.calls == ["ci comment --out out.md --post gitlab"]


def test_the_issue_is_of_every_report_that_there_is(place: Place) -> None:
    for name in ("drift/dev.json", "drift/prod.json"):
        place.file(name)
    place.run("CI/drift-issue.sh drift issue.md")
    place.run("CI/drift-issue.sh nothing issue.md")
    assert place.calls == [
        "ci drift-issue drift/dev.json drift/prod.json --out issue.md --post",
        "ci drift-issue --out issue.md --post",
    ]


@pytest.mark.parametrize(("anyone", "last"), [("true", " --anyone"), ("false", ""), ("", "")])
def test_what_was_typed_is_one_word_of_the_command(place: Place, anyone: str, last: str) -> None:
    typed = "dev --anyone; touch gone"
    assert place.run("CI/unlock.sh", CONFIRM=typed, ANYONE=anyone).returncode == 0
    assert place.calls == [f"ci unlock dev --confirm {typed}{last}"]
    assert (place.folder / "counts").read_text(encoding="utf-8").strip() == ("6" if last else "5")
    assert not (place.folder / "gone").exists()


def test_the_base_of_a_merge_request_is_where_its_branch_left(place: Place) -> None:
    assert place.run("CI/offline.sh page.md", CI_MERGE_REQUEST_DIFF_BASE_SHA="abc").returncode == 0
    assert place.calls == ["ci offline --base abc --out page.md"]
    outside = place.run("CI/offline.sh page.md")
    assert outside.returncode != 0
    assert "this is no pull request" in outside.stderr


def test_a_job_on_gitlab_becomes_an_identity_without_a_key(place: Place) -> None:
    login = '. CI/gitlab-login.sh apply && cat "$(dirname "$GOOGLE_APPLICATION_CREDENTIALS")/token" && env'
    done = place.run(login, WORKLOAD_IDENTITY_PROVIDER="projects/1/x", CLOUD_TOKEN="the-token")  # noqa: S106  not a secret
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("the-token")
    assert "CLOUD_TOKEN=" not in done.stdout, "what runs afterwards does not see it"
    settings, login = place.calls
    assert settings == "ci settings dev --as apply"
    assert "create-cred-config projects/1/x --service-account=the-account" in login
    assert "is not set: see docs/ci.md" in place.run(". CI/gitlab-login.sh plan").stderr


def test_only_who_changes_something_is_stopped_by_the_clock() -> None:
    window = Gate(Kind.WINDOW, "prod", "prod: opens on Tuesday")
    freeze, order = Gate(Kind.FREEZE, "prod", "christmas"), Gate(Kind.ORDER, "prod", "ahead of its ring")
    review = Review("a change", (), (window, freeze, order))
    assert stopping(review, any_time=False) == (window, freeze, order)
    assert stopping(review, any_time=True) == (order,)
    assert "prod: opens on Tuesday; christmas" in later(review)
    assert later(Review("a change", (), (order,))) == ""
