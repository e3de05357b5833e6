"""The workflows under the linters that are written for them, each seen to object to what it is there for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from operations.ci.actionlint import ActionlintNotFoundError, acquire
from operations.console import note
from operations.project import ROOT

BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCRIPTS = sorted((ROOT / "operations" / "ci").glob("*.sh"))
UNSAFE = """\
name: unsafe
on: pull_request_target
jobs:
  greet:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: echo ${{ github.event.pull_request.title }}
"""


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """Return actionlint, built within seconds the first time; without it a test is skipped."""
    try:
        return acquire(note)
    except ActionlintNotFoundError as error:
        pytest.skip(str(error))


def run(*words: object, folder: Path = ROOT) -> tuple[int, str]:
    given = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}  # actionlint asks shellcheck there
    done = subprocess.run(
        [str(word) for word in words], cwd=folder, env=given, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def unsafe(folder: Path) -> Path:
    place = folder / ".github" / "workflows"
    place.mkdir(parents=True)
    shutil.copy(ROOT / ".github" / "zizmor.yml", place.parent)
    (place / "unsafe.yml").write_text(UNSAFE, encoding="utf-8")
    return place / "unsafe.yml"


def zizmor(folder: Path) -> tuple[int, str]:
    config = ("--config", folder / ".github" / "zizmor.yml")
    return run(BIN / "zizmor", "--offline", "--persona=pedantic", *config, folder / ".github")


def test_actionlint_has_nothing_to_say(actionlint: Path) -> None:
    assert run(actionlint, *WORKFLOWS) == (0, "")


def test_actionlint_objects_to_text_of_others_in_a_command(actionlint: Path, tmp_path: Path) -> None:
    code, said = run(actionlint, unsafe(tmp_path), folder=tmp_path)
    assert code == 1
    assert "potentially untrusted" in said


def test_zizmor_has_nothing_to_say() -> None:
    code, said = zizmor(ROOT)
    assert code == 0, said


def test_zizmor_objects_to_a_trigger_with_our_rights_and_to_what_moves(tmp_path: Path) -> None:
    unsafe(tmp_path)
    code, said = zizmor(tmp_path)
    assert code != 0
    assert all(audit in said for audit in ("dangerous-triggers", "unpinned-uses", "template-injection"))


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("vendor.github-actions", sorted((ROOT / ".github" / "actions").glob("*/action.yml"))),
        ("vendor.gitlab-ci", [ROOT / ".gitlab-ci.yml"]),
    ],
)
def test_each_file_is_as_the_code_host_publishes_it(schema: str, files: list[Path]) -> None:
    extra = ["--data-transform", "gitlab-ci"] if schema.endswith("gitlab-ci") else []
    assert files
    code, said = run(BIN / "check-jsonschema", "--builtin-schema", schema, *extra, *files)
    assert code == 0, said


def test_the_schema_of_gitlab_objects_to_a_key_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "ci.yml"
    path.write_text("job: {script: [date], resource_groups: one}\n", encoding="utf-8")
    assert run(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", path)[0] == 1


def test_shellcheck_has_nothing_to_say_of_the_scripts() -> None:
    assert SCRIPTS
    assert run(BIN / "shellcheck", *SCRIPTS) == (0, "")


def test_scripts_that_jobs_call_can_be_run() -> None:
    sourced = {"gitlab-login.sh"}
    assert {path.name for path in SCRIPTS if not os.access(path, os.X_OK)} == sourced
