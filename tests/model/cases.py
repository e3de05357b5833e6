"""The project's own stack files with an edit, and the problems that the edit makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from model.check import CheckResult, check
from model.config.problems import Problem, Severity
from model.estate import Environment, Estate

ROOT: Final = Path(__file__).parents[2]
SANDBOX: Final = "stacks/Pulumi.sandbox.yaml"
DEV: Final = "stacks/Pulumi.dev.yaml"
TEST: Final = "stacks/Pulumi.test.yaml"
PROD: Final = "stacks/Pulumi.prod.yaml"
ORGANISATION: Final = "stacks/organisation.yaml"
VERSIONS: Final = "stacks/versions.yaml"


def edited(file: str, replace: Mapping[str, str], *, times: int = 1) -> dict[str, str]:
    """Return the text of `file` with each old text replaced; each has to stand in it exactly `times` times."""
    text = (ROOT / file).read_text(encoding="utf-8")
    for old, new in replace.items():
        found = text.count(old)
        assert found == times, f"{old!r} stands {found} times in {file}, not {times}"
        text = text.replace(old, new)
    return {file: text}


def second_generation(replace: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the dev stack with its commented-out second cluster brought up, and further replacements."""
    text = edited(DEV, replace or {})[DEV]
    commented = "#     "
    assert sum(line.startswith(commented) for line in text.splitlines()) > 30
    lines = [f" {line[1:]}" if line.startswith(commented) else line for line in text.splitlines()]
    return {DEV: "\n".join(lines) + "\n"}


def checked(*edits: Mapping[str, str], today: date | None = None) -> CheckResult:
    """Return the check of the project's own files with `edits`, of different files."""
    texts: dict[str, str] = {}
    for edit in edits:
        assert not texts.keys() & edit.keys(), "edit a file once"
        texts.update(edit)
    return check(ROOT, today=today, texts=texts)


def problems(*edits: Mapping[str, str], today: date | None = None) -> tuple[Problem, ...]:
    """Return the problems of the project's own files with `edits`."""
    return checked(*edits, today=today).problems


def of_rule(rule: str, *edits: Mapping[str, str], today: date | None = None) -> list[Problem]:
    """Return the problems that `rule` finds in the project's own files with `edits`."""
    return [problem for problem in problems(*edits, today=today) if problem.rule == rule]


def refused(rule: str, *edits: Mapping[str, str], saying: str = "", today: date | None = None) -> Problem:
    """Return the error of `rule` that `edits` make; its message or remedy has to hold `saying`."""
    return _found(rule, Severity.ERROR, saying, of_rule(rule, *edits, today=today))


def warned(rule: str, *edits: Mapping[str, str], saying: str = "", today: date | None = None) -> Problem:
    """Return the warning of `rule` that `edits` make, none of its findings being an error."""
    found = of_rule(rule, *edits, today=today)
    assert all(problem.severity is Severity.WARNING for problem in found), [problem.text() for problem in found]
    return _found(rule, Severity.WARNING, saying, found)


def _found(rule: str, severity: Severity, saying: str, found: list[Problem]) -> Problem:
    fitting = [each for each in found if each.severity is severity and saying in f"{each.message} -> {each.remedy}"]
    assert fitting, f"no {severity.value} of {rule} that says {saying!r} in {[problem.text() for problem in found]}"
    return fitting[0]


def estate(*edits: Mapping[str, str]) -> Estate:
    """Return the estate of the project's own files with `edits`."""
    loaded = checked(*edits).loaded
    assert loaded.estate is not None
    return loaded.estate


@cache
def sample() -> Estate:
    """Return the estate of the project's own files as they are."""
    return estate()


def environment(name: str) -> Environment:
    """Return an environment of the project's own files as they are."""
    return sample().environments[name]
