"""Files that are wrong in one way each, and the check that one rule says so at the right line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.config.problems import Severity
from tests.model.cases import DEV, edited, problems


@dataclass(frozen=True)
class Wrong:
    """What is replaced by what; the number of the rule, how the line it points at begins, and what it says of it."""

    rule: str
    at: str
    says: str
    replace: Mapping[str, str]
    file: str = DEV


def after(anchor: str, lines: str) -> dict[str, str]:
    """Return the edit that puts `lines` behind `anchor`."""
    return {anchor: f"{anchor}{lines}"}


def refused_by_one_rule(case: Wrong) -> None:
    """Require that the errors of the edited file are all of the case's rule, and one of them at the case's line."""
    edit = edited(case.file, case.replace)
    errors = [problem for problem in problems(edit) if problem.severity is Severity.ERROR]
    assert {problem.rule for problem in errors} == {case.rule}, "\n".join(problem.text() for problem in errors)
    lines = edit[case.file].splitlines()
    found = [(each.file, lines[each.line - 1].strip()) for each in errors if case.says in each.message]
    assert found, [problem.text() for problem in errors]
    file, line = found[0]
    assert file == case.file
    assert line.startswith(case.at), line
