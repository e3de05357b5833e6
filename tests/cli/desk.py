"""A project of one's own under git, and the command line over it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from operations import cli
from operations.project import ROOT
from operations.review import command, verify


class Desk:
    """A project of one's own under git, and the command line over it, in this process."""

    def __init__(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.project = project
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        code = cli.main(words)
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def preview(self, *steps: dict[str, object]) -> str:
        """Write a preview of the engine and return its path."""
        path = self.project / "preview.json"
        path.write_text(json.dumps({"steps": list(steps), "diagnostics": []}), encoding="utf-8")
        return str(path)


def laid_out(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Return a desk in `folder`, with one commit of the reviewed files; no tool but the system's own is on PATH."""
    shutil.copytree(ROOT / "stacks", folder / "stacks")
    shutil.copy(ROOT / "Pulumi.yaml", folder / "Pulumi.yaml")
    own = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "as it is"]):
        subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True)  # noqa: S607  git of the machine
    for module in (command, verify):
        monkeypatch.setattr(module, "ROOT", folder)
    monkeypatch.setattr(command, "BASES", folder / "bases")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return Desk(folder, capsys)
