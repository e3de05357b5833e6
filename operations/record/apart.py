"""What a program declares, asked of a process of its own: recording replaces the engine for the whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

from operations.project import ROOT


def declared_apart(environment: str, root: Path = ROOT) -> list[dict[str, Any]]:
    """Return the resources that the program of the project at `root` declares, as `python -m operations.record` says.

    Raises `RuntimeError` with the program's own words where it refuses.
    """
    done = subprocess.run(
        [sys.executable, "-m", "operations.record", environment, "--json", "--root", str(root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    recording = cast("dict[str, list[dict[str, Any]]]", json.loads(done.stdout))
    return recording["resources"]
