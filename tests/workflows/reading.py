"""The workflows as data, and what their expressions come to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import yaml

from operations.project import ROOT

Json = Mapping[str, Any]

WORKFLOWS: Final = ROOT / ".github" / "workflows"
ACTIONS: Final = ROOT / ".github" / "actions"
EXPRESSION: Final = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@dataclass(frozen=True)
class Job:
    """A job: the workflow that it is in, its name, and what it says."""

    workflow: str
    name: str
    says: Json

    def __str__(self) -> str:
        return f"{self.workflow}: {self.name}"

    @property
    def steps(self) -> list[Json]:
        return cast("list[Json]", self.says.get("steps", []))

    @property
    def calls(self) -> bool:
        """Whether it runs another workflow and has no steps of its own."""
        return "uses" in self.says


def document(path: Path) -> Json:
    """Return a workflow or an action; YAML reads the key `on` as true, so the loader that takes all as text is used."""
    return cast("Json", yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader))  # noqa: S506  BaseLoader makes texts alone


def workflows() -> dict[str, Json]:
    return {path.name: document(path) for path in sorted(WORKFLOWS.glob("*.yml"))}


def actions() -> dict[str, Json]:
    return {path.parent.name: document(path) for path in sorted(ACTIONS.glob("*/action.yml"))}


def jobs() -> list[Job]:
    return [
        Job(name, job, cast("Json", says))
        for name, workflow in workflows().items()
        for job, says in cast("Json", workflow["jobs"]).items()
    ]


def job(workflow: str, name: str) -> Job:
    return next(each for each in jobs() if (each.workflow, each.name) == (workflow, name))


def every_step() -> Iterator[tuple[str, Json]]:
    """Give each step of each job and of each action, with where it is."""
    for each in jobs():
        yield from ((str(each), step) for step in each.steps)
    for name, action in actions().items():
        yield from ((f"action {name}", step) for step in cast("list[Json]", action["runs"]["steps"]))


def needs(says: Json) -> list[str]:
    found = says.get("needs", [])
    return [str(found)] if isinstance(found, str) else [str(each) for each in found]
