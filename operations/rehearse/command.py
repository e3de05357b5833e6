"""`./hybrid rehearse`: the real engine runs the real program against simulated clouds."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, note, say, say_json

if TYPE_CHECKING:
    from model.estate import Estate
    from operations.rehearse.run import Outcome

EXAMPLE = """\
examples:
  ./hybrid rehearse                     all environments: check, preview, up, a second preview that is empty
  ./hybrid rehearse dev                 one environment
  ./hybrid rehearse up dev              one step, on the world that is there from last time
  ./hybrid rehearse destroy dev         delete what is not protected; --unprotect deletes the rest too
  ./hybrid rehearse --fresh             forget the worlds first
  ./hybrid rehearse serve dev           keep the simulated clouds of dev running for plain `pulumi` commands
  ./hybrid rehearse --json              {"environments": {NAME: {"steps": [{"step", "operations", "seconds"}],
                                        "resources": {TYPE: COUNT}}}}
"""

WORDS = ("preview", "up", "refresh", "destroy", "serve")


@dataclass(frozen=True)
class Asked:
    """What the words of the command line ask for: a step or the whole rehearsal, of these environments."""

    step: str | None
    environments: tuple[str, ...]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "rehearse",
        help="run the program with the real engine against simulated clouds",
        description="Brings environments up in simulated clouds, with no account and no credentials. The worlds stay "
        "between calls. Exit code 0: everything went as it should; 1: something did not; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", metavar="STEP|ENV", help=f"one of {', '.join(WORDS)}, then environments")
    parser.add_argument("--fresh", action="store_true", help="forget the worlds and states of these environments first")
    parser.add_argument("--unprotect", action="store_true", help="with destroy: take Pulumi's protection off first")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    parser.set_defaults(run=run)


def asked(words: Sequence[str]) -> Asked:
    """Sort the words of the command line into a step and environments."""
    step = words[0] if words and words[0] in WORDS else None
    return Asked(step, tuple(words[1:] if step else words))


def run(arguments: argparse.Namespace) -> int:
    """Rehearse; see `add_parser` for the exit codes."""
    wanted = asked(arguments.words)
    if arguments.unprotect and wanted.step != "destroy":
        note("./hybrid rehearse: --unprotect goes with destroy")
        return MISUSED
    if wanted.step == "serve" and len(wanted.environments) != 1:
        note("./hybrid rehearse serve: name one environment, for example: ./hybrid rehearse serve dev")
        return MISUSED
    estate = _checked(wanted)
    if isinstance(estate, int):
        return estate
    names = wanted.environments or tuple(estate.environments)

    from operations.rehearse import run as running
    from operations.rehearse.session import start_over
    from rehearsal.engine.acquire import EngineNotFoundError

    if arguments.fresh:
        for name in names:
            start_over(name)
    try:
        if wanted.step == "serve":
            from operations.rehearse.serve import serve

            return serve(estate.environments[names[0]])
        outcome = running.rehearse(estate, names, wanted.step, unprotect=arguments.unprotect)
    except EngineNotFoundError as error:
        note(str(error))
        return FOUND
    if arguments.json:
        say_json(outcome.as_dict())
    else:
        _say_page(outcome, wanted)
    return FINE if outcome.succeeded else FOUND


def _checked(wanted: Asked) -> Estate | int:
    """Return the estate when the files are right, else the exit code, with the problems shown."""
    from model.check import check
    from model.config.problems import Severity
    from operations.check import summary, unknown_environments
    from operations.project import ROOT

    result = check(ROOT)
    wrong = unknown_environments(result, wanted.environments)
    if wrong:
        steps = f" (steps: {', '.join(WORDS)})" if wanted.step is None else ""
        note(f"./hybrid rehearse: {wrong}{steps}")
        return MISUSED
    errors = [problem for problem in result.problems if problem.severity is Severity.ERROR]
    warnings = len(result.problems) - len(errors)
    note(f"check    {summary(result, (), len(errors), warnings)}")
    if errors or result.loaded.estate is None:
        for problem in errors:
            note(problem.text())
        note("Nothing was rehearsed: mend the files first. ./hybrid check shows this list again.")
        return FOUND
    return result.loaded.estate


def _say_page(outcome: Outcome, wanted: Asked) -> None:
    from operations.rehearse.display import page

    say()
    page(outcome.summaries)
    say()
    say(f"The full report: {outcome.report}")
    for remark in outcome.remarks:
        say(remark)
    say("Next:")
    for command, what in _next(next(iter(outcome.summaries), "dev"), whole=wanted.step is None and outcome.succeeded):
        say(f"  {command:40} {what}")


def _next(name: str, *, whole: bool) -> list[tuple[str, str]]:
    """Return what to try after a rehearsal, with what it does."""
    if not whole:
        return [
            (f"./hybrid rehearse {name}", "the whole of it"),
            (f"./hybrid rehearse --fresh {name}", "start over"),
        ]
    return [
        (f"./hybrid rehearse preview {name}", f"what an edit of stacks/Pulumi.{name}.yaml would do"),
        (f"./hybrid rehearse refresh {name}", "what a refresh sees"),
        (f"./hybrid rehearse serve {name}", "plain `pulumi` against the simulated clouds"),
        ("docs/credentials.md", "the same for real"),
    ]
