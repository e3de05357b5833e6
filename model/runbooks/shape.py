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
    """

    kind: Kind
    text: str
    commands: tuple[str, ...] = ()
    file: str = ""
    diff: str = ""
    expect: str = ""
    takes: Takes | None = None
    undo: str = ""

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
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """A task in one environment, from the first check to the last.

    `subject` is what it is done to, `who` may do it, `undo` the way back from the whole. `sources` are public pages.
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
        }
