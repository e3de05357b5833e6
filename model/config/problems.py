"""Problems in the reviewed files: what is wrong, where, which rule says so, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_RED: Final = "31"
_YELLOW: Final = "33"
_BOLD: Final = "1"
_DIM: Final = "2"
_INDENT: Final = "    "


class Severity(StrEnum):
    """How bad a problem is: an error stops the run, a warning is shown and the run goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file. `file` is relative to the project root; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


NOWHERE: Final = Place("(not read from a file)", 0, 0)
"""The place of a value that was made by code and not read from a file."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong, in the order file, line, column.

    `rule` is the number of the rule that is broken ("B46"), "format" for the shape of a file or "yaml" for its text.
    `message` says what is wrong and why it matters, `remedy` what to do. `source` is the public page that the rule
    comes from, empty for a rule of this project's own file format.
    """

    file: str
    line: int
    column: int
    rule: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    source: str = ""

    @classmethod
    def at(
        cls,
        place: Place,
        *,
        rule: str,
        message: str,
        remedy: str,
        severity: Severity = Severity.ERROR,
        source: str = "",
    ) -> Problem:
        """Return a problem at `place`."""
        return cls(place.file, place.line, place.column, rule, message, remedy, severity, source)

    def text(self, *, colour: bool = False) -> str:
        """Return the problem for a person: what and where, what to do, and the rule, on two or three lines.

        With `colour`, the place, the severity and the rule carry terminal colours. Control characters that come from a
        file are shown as escapes, so a file can not write to the terminal.
        """

        def paint(text: str, code: str) -> str:
            return f"\x1b[{code}m{text}\x1b[0m" if colour else text

        place = paint(_printable(f"{self.file}:{self.line}:{self.column}"), _BOLD)
        severity = paint(self.severity.value, _RED if self.severity is Severity.ERROR else _YELLOW)
        rule = _printable(f"[{self.rule}: {self.source}]" if self.source else f"[{self.rule}]")
        first = f"{place}  {severity}  {_printable(self.message)}"
        if not self.source:
            first = f"{first}  {paint(rule, _DIM)}"
        lines = [first]
        if self.remedy:
            lines.append(f"{_INDENT}-> {_printable(self.remedy)}")
        if self.source:
            lines.append(f"{_INDENT}{paint(rule, _DIM)}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, str | int]:
        """Return the problem for a machine: the keys are a documented, stable shape."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "rule": self.rule,
            "message": self.message,
            "remedy": self.remedy,
            "severity": self.severity.value,
        }


def _printable(text: str) -> str:
    """Return `text` on one line, every character that does not print written as its escape."""
    joined = " ".join(text.split())
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in joined)
