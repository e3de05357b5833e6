"""Rehearse environments one after another, and gather what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model.estate import Environment, Estate
from model.planning.grants import grants
from operations.rehearse import report
from operations.rehearse.display import Progressing
from operations.rehearse.session import FULL, opened
from operations.rehearse.summary import Summary, summarise
from rehearsal.engine.acquire import Engine, acquire
from rehearsal.engine.steps import StepResult


@dataclass(frozen=True)
class Rehearsed:
    """What came of one environment: its steps by name, and what exists now."""

    environment: str
    steps: tuple[tuple[str, StepResult], ...]
    resources: Counter[str]
    summary: Summary
    remarks: tuple[str, ...]
    unexpected: tuple[str, ...]
    """What did not go as it should, beyond steps that failed."""

    @property
    def succeeded(self) -> bool:
        """Whether every step did what it should."""
        return not self.unexpected and all(result.succeeded for _, result in self.steps)

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of all steps."""
        return sum(result.seconds for _, result in self.steps)

    def as_dict(self) -> dict[str, object]:
        """Return the documented shape for machines."""
        steps = [
            {"step": name, "operations": dict(result.operations), "seconds": round(result.seconds, 3)}
            for name, result in self.steps
        ]
        return {"steps": steps, "resources": dict(sorted(self.resources.items()))}


@dataclass(frozen=True)
class Outcome:
    """What came of a rehearsal."""

    rehearsed: tuple[Rehearsed, ...]
    report: Path
    remarks: tuple[str, ...] = field(default=())

    @property
    def succeeded(self) -> bool:
        """Whether everything went as it should."""
        return all(each.succeeded for each in self.rehearsed)

    @property
    def summaries(self) -> Mapping[str, tuple[Summary, float]]:
        """What exists now and how long it took, by environment."""
        return {each.environment: (each.summary, each.seconds) for each in self.rehearsed}

    def as_dict(self) -> dict[str, object]:
        """Return the documented shape for machines."""
        return {"environments": {each.environment: each.as_dict() for each in self.rehearsed}}


def rehearse(estate: Estate, names: Sequence[str], step: str | None, *, unprotect: bool = False) -> Outcome:
    """Take one step, or the whole rehearsal when `step` is None, in each of the environments.

    A step that fails ends its environment and not the others. Raises `EngineNotFoundError`.
    """
    progress = Progressing()
    engine = acquire()
    rehearsed = tuple(
        _environment(estate.environments[name], engine, progress, (step,) if step else FULL, unprotect=unprotect)
        for name in names
    )
    return Outcome(rehearsed, report.write(rehearsed), _remarks(rehearsed))


def _environment(
    env: Environment, engine: Engine, progress: Progressing, steps: Sequence[str], *, unprotect: bool
) -> Rehearsed:
    taken: list[tuple[str, StepResult]] = []
    unexpected: list[str] = []
    with opened(env, engine, watcher=progress.watch) as session:
        if unprotect:
            session.workbench.unprotect_all()
        expected: int | None = sum(session.workbench.resource_counts().values()) or None
        for name in steps:
            with progress.step(env.name, name, expected):
                result = session.take(name)
            progress.result(env.name, result, name)
            taken.append((name, result))
            expected = sum(result.operations.values()) or None
            if not result.succeeded:
                break
            if name == "second-preview" and not result.empty:
                unexpected.append(
                    "the second preview is not empty: " + ", ".join(sorted(each.name for each in result.changes))
                )
        resources = session.workbench.resource_counts()
        summary = summarise(session.world, resources)
        made_up = session.workbench.made_up_secrets
    for line in unexpected:
        progress.console.print(f"{env.name:8} {line}", style="red", markup=False)
    return Rehearsed(
        env.name, tuple(taken), resources, summary, tuple(_environment_remarks(env, made_up)), tuple(unexpected)
    )


def _environment_remarks(env: Environment, made_up: Sequence[str]) -> list[str]:
    remarks = [f"{env.name}: {key} is encrypted for a real KMS; the rehearsal used a made-up value" for key in made_up]
    waiting = sorted({each.group for each in grants(env).withheld})
    return remarks + [f"{env.name}: {group} waits for sync, so nothing is granted to it yet" for group in waiting]


def _remarks(rehearsed: Sequence[Rehearsed]) -> tuple[str, ...]:
    secrets = "Secrets were encrypted with a passphrase of the rehearsal in place of each environment's KMS key."
    return (secrets, *(remark for each in rehearsed for remark in each.remarks))
