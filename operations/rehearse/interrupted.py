"""An `up` whose runner is lost: engine and program end at once, in the middle of a change of a cloud.

It runs in a process of its own, which ends with it; what it leaves is the world and the engine's state.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from model.config.load import load
from operations.project import ROOT
from operations.rehearse.session import Session, opened
from rehearsal.engine.acquire import acquire
from rehearsal.faults.witness import Witness

_LOST: Final = 137
"""The exit code of a process that was killed, as a shell reports it."""


def lose_runner(environment: str, root: Path, home: Path, change: int) -> bool:
    """Bring `environment` up in `home` until `change` is done and not answered; say whether it came to that."""
    words = [environment, str(root), str(home), str(change)]
    # The folder of the code comes first on the path; the files that the program reads are those of `root`.
    done = subprocess.run([sys.executable, "-m", __name__, *words], cwd=ROOT, capture_output=True, check=False)
    return done.returncode == _LOST


def _run(environment: str, root: Path, home: Path, change: int) -> int:
    estate = load(root).estate
    if estate is None:
        return 1
    sessions: list[Session] = []

    def end() -> None:
        sessions[0].workbench.kill()
        os._exit(_LOST)

    with opened(
        estate.environments[environment],
        acquire(),
        home=home,
        root=root,
        checkpoints=True,
        interceptors=[Witness(change, end)],
    ) as session:
        sessions.append(session)
        return 0 if session.workbench.up().succeeded else 1


if __name__ == "__main__":
    name, files, place, number = sys.argv[1:]
    sys.exit(_run(name, Path(files), Path(place), int(number)))
