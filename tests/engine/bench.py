"""A project of its own for a test: a copy of the reviewed files to edit, and worlds that start where another ended."""

from __future__ import annotations

import shutil
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from model.config.load import load
from model.estate import Environment
from operations.project import ROOT
from operations.rehearse.session import Session, opened
from rehearsal.engine.acquire import Engine
from rehearsal.engine.steps import StepResult
from rehearsal.interception import Interceptor


@dataclass(frozen=True)
class Bench:
    """A copy of the project's files in a folder of the test's own, and a home for its worlds."""

    root: Path
    home: Path
    engine: Engine

    @classmethod
    def made(cls, folder: Path, engine: Engine, *, worlds: Path | None = None) -> Bench:
        """Lay out a bench in `folder`; `worlds` is where another bench left its own, to go on from there."""
        root = folder / "project"
        root.mkdir()
        shutil.copytree(ROOT / "stacks", root / "stacks")
        shutil.copy(ROOT / "Pulumi.yaml", root / "Pulumi.yaml")
        home = folder / "worlds"
        if worlds is None:
            home.mkdir()
        else:
            shutil.copytree(worlds, home, symlinks=True)
        return cls(root, home, engine)

    def edit(self, file: str, old: str, new: str, *, times: int = 1) -> None:
        """Replace `old`, which must be there `times` times, in a file below `stacks/`."""
        path = self.root / "stacks" / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == times, f"{file} has {old!r} {text.count(old)} times and not {times}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def environment(self, name: str) -> Environment:
        """Return an environment as the bench's files describe it."""
        loaded = load(self.root)
        assert loaded.estate is not None, "\n".join(problem.text() for problem in loaded.problems)
        return loaded.estate.environments[name]

    @contextmanager
    def opened(
        self,
        name: str,
        *,
        checkpoints: bool = False,
        interceptors: Sequence[Interceptor] = (),
        identity: str = "",
    ) -> Generator[Session]:
        """Open the world of an environment; `identity` is who calls the clouds."""
        with opened(
            self.environment(name),
            self.engine,
            home=self.home / name,
            root=self.root,
            checkpoints=checkpoints,
            interceptors=interceptors,
            identity=identity,
        ) as session:
            yield session

    def take(self, name: str, step: str) -> StepResult:
        """Take one step in an environment and return what it did."""
        with self.opened(name) as session:
            return session.take(step)


def explained(result: StepResult) -> str:
    """Return why a step is not what a test expected: its errors and its changes."""
    errors = [f"{each.urn.rpartition('::')[2]}: {each.message}" for each in result.errors]
    changes = [f"{each.operation} {each.name} ({each.type}): {', '.join(each.keys)}" for each in result.changes]
    return "\n".join([f"{result.step}: {dict(result.operations)}", *errors, *changes])


def operations(result: StepResult) -> set[tuple[str, str]]:
    """Return (operation, name) of everything that does not stay as it is, components aside."""
    assert result.succeeded, explained(result)
    return {(each.operation, each.name) for each in result.changes if not each.type.startswith("hybrid:")}
