"""Where scripted pull requests are reviewed: a clone of the reviewed files with one commit, the base of all of them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from model.planning.review.page import Review
from operations.project import ROOT
from operations.review import one, run
from operations.review.one import Done, Task
from operations.review.run import Wanted, review
from rehearsal.engine.acquire import Engine
from tests.engine.pull_requests_edits import PullRequest

_GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Desk:
    """A clone of the project, the bases that are up, and what the engine said of files that it has previewed before.

    A preview knows neither the moment nor the acknowledgements, so pull requests that differ in those alone share one.
    """

    project: Path
    engine: Engine
    seen: dict[tuple[str, str], Done] = field(default_factory=dict[tuple[str, str], Done])

    @classmethod
    def made(cls, folder: Path, engine: Engine) -> Desk:
        """Lay out the clone below `folder`."""
        project = folder / "project"
        shutil.copytree(ROOT / "stacks", project / "stacks")
        shutil.copy(ROOT / "Pulumi.yaml", project / "Pulumi.yaml")
        for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "as it is"]):
            subprocess.run([*_GIT, *words], cwd=project, check=True, capture_output=True)
        return cls(project, engine)

    def review(self, pull_request: PullRequest) -> Review:
        """Return the review of a pull request; the clone is then as it was."""
        stacks = self.project / "stacks"
        try:
            for name, edit in pull_request.edits.items():
                path = stacks / name
                if edit is None:
                    path.unlink()
                else:
                    text = path.read_text(encoding="utf-8") if path.is_file() else ""
                    path.write_text(edit(text), encoding="utf-8")
            wanted = Wanted(
                self.project,
                self.project.parent / "bases",
                "HEAD",
                (pull_request.environment,),
                pull_request.at,
            )
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(run, "side_by_side", self._previewed)
                return review(wanted, self.engine)
        finally:
            shutil.rmtree(stacks)
            shutil.copytree(ROOT / "stacks", stacks)

    def _previewed(self, tasks: Sequence[Task]) -> tuple[Done, ...]:
        return tuple(self._once(task) for task in tasks)

    def _once(self, task: Task) -> Done:
        files = sorted(path for path in (task.root / "stacks").rglob("*.yaml") if path.name != "acknowledgements.yaml")
        read = hashlib.sha256(b"\0".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()
        key = (task.environment, read)
        if key not in self.seen:
            self.seen[key] = one.do(task)
        return self.seen[key]
