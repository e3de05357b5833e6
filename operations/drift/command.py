"""The command line of `./hybrid drift`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from operations.console import FINE, FOUND, MISUSED, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.estate import Environment

EXAMPLE: Final = """\
examples:
  pulumi refresh --preview-only --json -s prod > refresh.json; ./hybrid drift prod --from refresh.json
  pulumi refresh --preview-only --json -s prod | ./hybrid drift prod --from -
  ./hybrid drift prod --from events.jsonl --json        an engine event log (PULUMI_DEBUG_COMMANDS, --event-log)
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "drift",
        help="sort what a refresh found into hand edits, with what to do, and known echoes",
        description="Reads what a previewed refresh printed, and says which differences are hand edits, who would "
        "care, and how to keep or revert each. Changes nothing and asks no cloud. Exit code 0: no hand edit; 1: there "
        "is one, or the refresh did not finish; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument("--from", dest="source", required=True, metavar="FILE", help="what was printed; - for stdin")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do it; see `add_parser` for the exit codes."""
    from pulumi import RunError

    from model.config.load import load
    from model.config.wording import suggest
    from operations.drift.display import as_dict, lines
    from operations.drift.judging import Kind, judged
    from operations.drift.reading import NoRefreshError, read
    from operations.record.environment import record_environment

    name, source = arguments.environment, arguments.source
    where = "what came in" if source == "-" else source
    estate = load(ROOT).estate
    environments: Mapping[str, Environment] = estate.environments if estate is not None else {}
    if name not in environments:
        note(
            f"./hybrid drift: no environment '{name}'; {suggest(name, list(environments)) or './hybrid check says why'}"
        )
        return MISUSED
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
        refresh = read(text)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        note(f"./hybrid drift: {where} can not be read: {reason}")
        return MISUSED
    except NoRefreshError as error:
        note(f"./hybrid drift: {where}: {error}")
        return MISUSED
    if refresh.stack not in {"", name}:
        note(f"./hybrid drift: {where} is of stack {refresh.stack}, and {name} was asked for")
        return MISUSED
    try:
        recording = record_environment(name)
    except RunError as error:
        note(f"./hybrid drift: the program refuses {name}, so nobody can say what it states: {error}")
        return FOUND
    report = judged(refresh, environments[name], recording)
    if arguments.json:
        say_json(as_dict(report))
    else:
        for line in lines(report):
            say(line)
    return FOUND if report.of(Kind.INCIDENT) or refresh.failures else FINE
