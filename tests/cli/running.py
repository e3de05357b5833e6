"""Running a command as a person does: the launcher, its exit code and both streams."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from operations.project import ROOT


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


def run(*words: str, project: Path = ROOT, cwd: Path | None = None) -> Ran:
    """Run `hybrid` of a project with these words, by default from the project's folder."""
    done = subprocess.run(
        [sys.executable, str(project / "hybrid"), *words],
        cwd=cwd or project,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def checkout(folder: Path) -> Path:
    """Return a copy of the project below `folder` that shares the virtual environment, with a space in its path."""
    project = folder / "a project"
    ignored = shutil.ignore_patterns(".git", ".venv", ".rehearsal", "__pycache__", ".*_cache", ".hypothesis")
    shutil.copytree(ROOT, project, ignore=ignored)
    (project / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    return project
