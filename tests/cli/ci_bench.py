"""A runner of one's own: a clone of the project, stand-ins for what jobs call, and the jobs' own commands played there.

Each stand-in writes down how it was called. `pulumi` answers with what the real engine recorded of a change of sandbox,
`gh` keeps comments and issues as GitHub does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from operations.project import ROOT
from tests.cli.running import checkout
from tests.workflows.reading import EXPRESSION, Json, job

RECORDED: Final = ROOT / "tests" / "fixtures" / "ci" / "sandbox.json"
PASSWORD: Final = "made-up-for-this-test"  # noqa: S105  what the stand-in of Secret Manager answers
_STAND_IN: Final = Path(__file__).with_name("ci_stand_in.py")
_GIT: Final = ("git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Played:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def stand_ins(folder: Path) -> None:
    """Put a stand-in for each program that the steps call into a folder for PATH."""
    for name in ("pulumi", "pulumi-language-python", "gh", "gcloud"):
        path = folder / name
        path.write_text(f"#!{sys.executable} -ES\n{_STAND_IN.read_text(encoding='utf-8')}", encoding="utf-8")
        path.chmod(0o755)


class Runner:
    """A machine that runs jobs, `folder` being all that it has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = checkout(folder)
        self.temp = folder / "runner temp"
        self.store = folder / "store"
        for place in (self.temp, self.store, folder / "bin"):
            place.mkdir()
        stand_ins(folder / "bin")
        self.says("preview", RECORDED.read_text(encoding="utf-8"))
        self.git("init", "-q", "-b", "main")
        self.commit("as it is")
        path = self.project / "stacks" / "Pulumi.sandbox.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("shares: low", "shares: normal"), encoding="utf-8")
        self.commit("more of the hosts for sandbox")

    def says(self, name: str, text: str) -> None:
        """Have a stand-in answer with a text."""
        (self.store / f"{name}.json").write_text(text, encoding="utf-8")

    def kept(self, name: str) -> Any:
        """Return what a stand-in keeps."""
        path = self.store / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []

    def calls(self, program: str = "pulumi") -> list[str]:
        """Return the calls of a program so far, a line each, without questions after its version."""
        path = self.store / "calls"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        found = [cast("Mapping[str, Any]", json.loads(line)) for line in lines]
        return [
            " ".join(each["words"]) for each in found if each["program"] == program and each["words"] != ["version"]
        ]

    def given(self) -> list[Mapping[str, str]]:
        """Return the environment that each call of `pulumi` on the stack was given."""
        lines = (self.store / "calls").read_text(encoding="utf-8").splitlines()
        found = [cast("Mapping[str, Any]", json.loads(line)) for line in lines]
        return [each["given"] for each in found if each["program"] == "pulumi" and each["words"] != ["version"]]

    def forget(self) -> None:
        """Begin the record of calls anew."""
        (self.store / "calls").unlink(missing_ok=True)

    def git(self, *words: str) -> str:
        done = subprocess.run([*_GIT, *words], cwd=self.project, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, subject: str) -> str:
        self.git("add", ".")
        self.git("commit", "-qm", subject, "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def play(self, command: str, **given: str) -> Played:
        """Run the text of a step as a runner does, with these variables besides its own."""
        own = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}/usr/bin:/bin",
            "HOME": str(self.folder),
            "HYBRID_HOME": str(self.folder / "cache"),
            "STORE": str(self.store),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_REPOSITORY": "fjellverket/varde-platform",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": "7",
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
        }
        done = subprocess.run(
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=self.project,
            env={**own, **given},
            capture_output=True,
            text=True,
            check=False,
        )
        return Played(done.returncode, done.stdout, done.stderr)

    def step(self, workflow: str, name: str, titled: str, context: Mapping[str, str], **more: str) -> Played:
        """Play one step of a job, its variables worked out from `context`: the value of each expression in them."""
        found = job(workflow, name)
        step = next(each for each in found.steps if each.get("name") == titled)
        said = {**cast("Json", found.says.get("env", {})), **cast("Json", step.get("env", {}))}
        given = {key: EXPRESSION.sub(lambda match: context[match[1]], str(value)) for key, value in said.items()}
        return self.play(str(step["run"]), **given, **more)

    def outputs(self) -> dict[str, str]:
        """Return what steps have given to those after them."""
        lines = (self.temp / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def summary(self) -> str:
        path = self.temp / "summary"
        return path.read_text(encoding="utf-8") if path.exists() else ""
