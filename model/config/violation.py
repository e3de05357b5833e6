"""What a validator of a shape raises when a rule is broken."""

from __future__ import annotations

from model.config.problems import Severity
from model.config.source import KeyPath

FORMAT = "format"
"""The rule that problems with the form of a file are reported under, unless a validator names another."""


class Violation(ValueError):  # noqa: N818  reads as what it is where it is raised: a rule that is broken
    """A value that a validator refuses; `parse` turns it into a problem at the value's place.

    `at` leads from the value to the part to be shown, by the keys of the file: `at=("addresses", 0)` in a whole shape.
    `rule` is the number of the rule and `source` its public page; without them it is a matter of the file's format.
    """

    def __init__(
        self,
        message: str,
        remedy: str,
        *,
        rule: str = FORMAT,
        at: KeyPath = (),
        source: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.rule = rule
        self.at = at
        self.source = source
        self.severity = severity
