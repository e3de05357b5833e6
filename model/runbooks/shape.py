"""The shape of a runbook, and why one cannot be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FOREVER: Final = "there is no way back"
"""What `undo` says of a step that cannot be undone."""


class RunbookError(Exception):
    """There is no such runbook for this environment; the text says why and what to do instead."""


class Kind(StrEnum):
    """What a step asks of the reader."""

    CHECK = "check"
    """Look at something, and stop when it is not as expected."""
    COMMAND = "command"
    """Run commands."""
    EDIT = "edit"
    """Change a file under review."""
    UP = "up"
    """Preview, compare, `pulumi up`."""
    WAIT = "wait"
    """Wait until something is done."""
    DECIDE = "decide"
    """Choose, or do what no command does."""


@dataclass(frozen=True, slots=True)
class Takes:
    """How long a step takes: minutes, and where that figure comes from (a public page, or what it was judged by)."""

    minutes: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a runbook.

    `commands`  lines for a shell, in order; each is complete and may be copied.
    `file`      what an edit changes, below the project's root; `diff` is the edit, as context, `-` and `+` lines.
    `expect`    how the reader knows that the step went well.
    `undo`      the way back from this step, empty where there is nothing to undo.
    `rehearsed` whether a test has the real engine carry out these very commands in the simulated clouds.
    """

    kind: Kind
    text: str
    commands: tuple[str, ...] = ()
    file: str = ""
    diff: str = ""
    expect: str = ""
    takes: Takes | None = None
    undo: str = ""
    rehearsed: bool = False

    def as_dict(self) -> dict[str, object]:
        """Return the step for machines; minutes as a number."""
        return {
            "kind": self.kind.value,
            "text": self.text,
            "commands": list(self.commands),
            "file": self.file,
            "diff": self.diff,
            "expect": self.expect,
            "minutes": self.takes.minutes if self.takes else None,
            "minutes_from": self.takes.source if self.takes else "",
            "undo": self.undo,
            "rehearsed": self.rehearsed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """A task in one environment, from the first check to the last.

    `subject` is what it is done to, `who` may do it, `undo` the way back from the whole. `sources` are public pages.
    `symptom` is what somebody sees who needs it, where something is wrong; empty for work that is planned.
    """

    task: str
    title: str
    environment: str
    subject: str
    purpose: str
    who: str
    prerequisites: tuple[str, ...]
    steps: tuple[Step, ...]
    undo: str
    sources: tuple[str, ...]
    rules: tuple[str, ...] = field(default=())
    symptom: str = ""

    @property
    def first_command(self) -> str:
        """The first command of all; empty where the page has none."""
        return next((command for step in self.steps for command in step.commands), "")

    @property
    def rehearsed(self) -> tuple[int, ...]:
        """The numbers of the steps that have been rehearsed, from 1."""
        return tuple(number for number, step in enumerate(self.steps, start=1) if step.rehearsed)

    @property
    def minutes(self) -> float:
        """How long it takes in all, people's own time left out."""
        return sum(step.takes.minutes for step in self.steps if step.takes)

    def as_dict(self) -> dict[str, object]:
        """Return the runbook for machines."""
        return {
            "task": self.task,
            "title": self.title,
            "environment": self.environment,
            "subject": self.subject,
            "purpose": self.purpose,
            "who": self.who,
            "prerequisites": list(self.prerequisites),
            "minutes": self.minutes,
            "steps": [step.as_dict() for step in self.steps],
            "undo": self.undo,
            "sources": list(self.sources),
            "rules": list(self.rules),
            "symptom": self.symptom,
            "first_command": self.first_command,
            "rehearsed": list(self.rehearsed),
        }
