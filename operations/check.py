"""`./hybrid check`: every stack and team file together, without an engine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, colours, counted, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.check import CheckResult
    from model.config.problems import Problem

EXAMPLE = """\
examples:
  ./hybrid check                every file
  ./hybrid check dev prod       what concerns these environments
  ./hybrid check --json         {"problems": [{"file", "line", "column", "rule", "message", "remedy", "severity"}]}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "check",
        help="check every stack and team file, without an engine",
        description="Reads every file under stacks/ and reports every problem of all of them in one run. Exit code 0: "
        "no errors (warnings are allowed); 1: errors; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments to report on; all by default")
    parser.add_argument("--json", action="store_true", help="print the problems for a machine")
    parser.add_argument("--date", type=date.fromisoformat, metavar="YYYY-MM-DD", help="judge dates as of this day")
    parser.set_defaults(run=run)


def concerning(problems: Sequence[Problem], result: CheckResult, environments: Sequence[str]) -> list[Problem]:
    """Return the problems that concern `environments`: those in no other environment's stack file."""
    estate = result.loaded.estate
    if not environments or estate is None:
        return list(problems)
    others = {each.source.file for name, each in estate.environments.items() if name not in environments}
    return [problem for problem in problems if problem.file not in others]


def unknown_environments(result: CheckResult, environments: Sequence[str]) -> str | None:
    """Return what to say when an environment is named that has no stack file, None when all have one."""
    from model.config.wording import suggest

    estate = result.loaded.estate
    if estate is None:
        return None
    for name in environments:
        if name not in estate.environments:
            return f"no environment '{name}'; {suggest(name, list(estate.environments))}"
    return None


def run(arguments: argparse.Namespace) -> int:
    """Check and report; see `add_parser` for the exit codes."""
    from model.check import check
    from model.config.problems import Severity

    environments: list[str] = arguments.environments
    result = check(ROOT, today=arguments.date)
    wrong = unknown_environments(result, environments)
    if wrong:
        note(f"./hybrid check: {wrong}")
        return MISUSED
    problems = concerning(result.problems, result, environments)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    if arguments.json:
        say_json({"problems": [problem.as_dict() for problem in problems]})
        return FOUND if errors else FINE
    colour = colours(sys.stdout)
    for problem in problems:
        say(problem.text(colour=colour))
        say()
    say(summary(result, environments, errors, len(problems) - errors))
    return FOUND if errors else FINE


def summary(result: CheckResult, environments: Sequence[str], errors: int, warnings: int) -> str:
    """Return the closing line: what was checked, as of which day, and what was found."""
    estate = result.loaded.estate
    found = f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"
    if estate is None:
        return f"{found}; stacks/organisation.yaml could not be read, so no rule has run"
    names = ", ".join(environments or estate.environments)
    day = f"dates judged as of {estate.today.isoformat()}"
    if estate.organisation.sample is not None and estate.today == estate.organisation.sample.today:
        day += ", the sample's own day"
    text = f"{names} and {counted(len(estate.teams), 'team file')}: {found} ({day})"
    if result.not_run:
        text += f"\n{counted(len(result.not_run), 'rule')} not run, since a section they need could not be read"
    return text
