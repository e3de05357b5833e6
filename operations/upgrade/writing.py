"""`./hybrid upgrade plan --write`: the edits of the next step, made in the stack file and nowhere else in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from model.check import check
from model.config.problems import Problem
from model.estate import Environment
from model.planning.upgrades.edits import EditRefusedError, edited
from model.planning.upgrades.plan import PlannedStep

TOGETHER: Final = "X1"
"""Environments of one ring move in one change: while their files are edited one by one, that does not hold yet."""


def write(root: Path, env: Environment, step: PlannedStep) -> tuple[str, ...]:
    """Make the edits of `step` in the stack file of `env` below `root`; return them, and what else is to be edited.

    Raises `EditRefusedError` where the step has none or is stopped, where the file is not as the plan saw it, or where
    the check would find an error that it did not find before; the file is then as it was.
    """
    if step.stopped_by:
        raise EditRefusedError(f"step {step.number} is stopped: {step.stopped_by[0].message}")
    if not step.edits:
        raise EditRefusedError(
            f"step {step.number} has no edit of a version: it is gkectl's, and its page says what the file says after"
        )
    path = root / env.source.file
    text = path.read_text(encoding="utf-8")
    changed = edited(text, step.edits, path)
    worse = broken(root, texts={env.source.file: changed}) - broken(root)
    refused = sorted(message for rule, message in worse if rule != TOGETHER)
    if refused:
        raise EditRefusedError(f"{path} would break a rule: {refused[0]}")
    path.write_text(changed, encoding="utf-8")
    together = sorted(f"in the same change: {message}" for rule, message in worse if rule == TOGETHER)
    return (*(str(edit) for edit in step.edits), *together)


def broken(root: Path, *, texts: Mapping[str, str] | None = None, today: date | None = None) -> set[tuple[str, str]]:
    """Return the errors of the files below `root`, by rule and message, that a step of an upgrade can be to blame for.

    Not their lines, which an added key moves; and not the end of a version's support, which passing through does not
    make worse: the step itself says it.
    """
    found = check(root, texts=texts, today=today).errors
    return {(problem.rule, problem.message) for problem in found if not _of_the_calendar(problem)}


def _of_the_calendar(problem: Problem) -> bool:
    return problem.rule == "B72" and problem.message.startswith("support of ")
