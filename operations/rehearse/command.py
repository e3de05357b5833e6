"""`./hybrid rehearse`: the real engine runs the real program against simulated clouds."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from operations.console import FINE, FOUND, MISUSED, note, say, say_json

if TYPE_CHECKING:
    from model.estate import Estate
    from operations.rehearse.run import Outcome, Wanted

EXAMPLE = """\
examples:
  ./hybrid rehearse                     all environments: check, preview, up, a second preview that is empty
  ./hybrid rehearse dev                 one environment
  ./hybrid rehearse up dev              one step, on the world that is there from last time
  ./hybrid rehearse up dev --timing     how long it would take for real, and what takes the time
  ./hybrid rehearse destroy dev         delete what is not protected; --unprotect deletes the rest too
  ./hybrid rehearse --fresh             forget the worlds first
  ./hybrid rehearse up dev --fail "gcp:compute/vPNTunnel:VPNTunnel create once"
  ./hybrid rehearse up dev --fail "gcp:container/cluster:Cluster create once partial"
  ./hybrid rehearse up dev --as plan    what the preview identity may not do
  ./hybrid rehearse faults sandbox      a fault at every operation in turn, and the same end each time
  ./hybrid rehearse drift dev           what hand edits look like in refresh and preview
  ./hybrid rehearse world dev           what is in the world; --type, --export FILE, --import FILE, --compare OTHER
  ./hybrid rehearse serve dev           keep the simulated clouds of dev running for plain `pulumi` commands
  ./hybrid rehearse --json              {"environments": {NAME: {"steps": [{"step", "operations", "seconds"}],
                                        "resources": {TYPE: COUNT}}}}
"""

STEPS = ("preview", "up", "refresh", "destroy")
OTHERS = ("serve", "faults", "drift", "world")
WORDS = (*STEPS, *OTHERS)
_OPTIONS = {"identity": "as", "import_": "import"}
"""Options whose names are words of Python."""


class _Report(Protocol):
    """What every other word than a step comes to."""

    def as_dict(self) -> dict[str, object]: ...

    def lines(self) -> list[str]: ...


class MisusedError(Exception):
    """The command line asks for something that is not to be had; the text is one line."""


@dataclass(frozen=True)
class Asked:
    """What the words of the command line ask for: a word of `WORDS` or the whole rehearsal, of these environments."""

    word: str | None
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
    parser.add_argument(
        "--timing",
        action="store_true",
        help="predict how long a real up would take, with a picture; show what the simulated clouds cost",
    )
    parser.add_argument("--as", choices=("plan", "apply"), default="", dest="identity", help="who calls the clouds")
    parser.add_argument(
        "--pace", default="none", metavar="P", help="let time pass: none, real, or 60 for 60 times faster"
    )
    parser.add_argument("--fail", action="append", default=[], metavar="RULE", help="make operations fail by this rule")
    parser.add_argument("--long", action="store_true", help="with faults: one fault at a time over all operations too")
    parser.add_argument("--seed", type=int, metavar="N", help="with faults: decides what is drawn by chance (1)")
    parser.add_argument("--type", metavar="TYPE", help="with world: only objects of this type")
    parser.add_argument("--export", type=Path, metavar="FILE", help="with world: keep a copy in a file")
    parser.add_argument("--import", type=Path, metavar="FILE", dest="import_", help="with world: bring a copy back")
    parser.add_argument("--compare", metavar="OTHER", help="with world: compare with another environment's or a file")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    parser.set_defaults(run=run)


def asked(words: Sequence[str]) -> Asked:
    """Sort the words of the command line into a word of `WORDS` and environments."""
    word = words[0] if words and words[0] in WORDS else None
    return Asked(word, tuple(words[1:] if word else words))


def run(arguments: argparse.Namespace) -> int:
    """Rehearse; see `add_parser` for the exit codes."""
    from rehearsal.engine.acquire import EngineNotFoundError
    from rehearsal.faults.rule import BadRuleError
    from rehearsal.world import WorldError

    wanted = asked(arguments.words)
    try:
        _refuse_misuse(arguments, wanted)
        match wanted.word:
            case "world":
                return _world(arguments, wanted.environments[0])
            case "serve" | "faults" | "drift":
                return _other(arguments, wanted)
            case _:
                return _rehearse(arguments, wanted)
    except (MisusedError, BadRuleError) as error:
        note(f"./hybrid rehearse: {error}")
        return MISUSED
    except (EngineNotFoundError, WorldError) as error:
        note(str(error))
        return FOUND
    except OSError as error:
        note(f"./hybrid rehearse: {error.strerror}: {error.filename}; the worlds are as they were before")
        return FOUND


def _refuse_misuse(arguments: argparse.Namespace, wanted: Asked) -> None:
    """Refuse options that go with another word, and a word that lacks its environment."""
    alone: dict[str, tuple[str | None, ...]] = {
        "unprotect": ("destroy",),
        "long": ("faults",),
        "type": ("world",),
        "export": ("world",),
        "import_": ("world",),
        "compare": ("world",),
        "timing": ("up", None),
        "seed": ("faults",),
        "fail": (*STEPS, None),
        "fresh": (*STEPS, None),
        "identity": (*STEPS, None),
    }
    for option, words in alone.items():
        if _is_given(getattr(arguments, option)) and wanted.word not in words:
            named = [word for word in words if word]
            raise MisusedError(f"--{_OPTIONS.get(option, option)} goes with {', '.join(named)}")
    if wanted.word in {"serve", "world", "drift"} and len(wanted.environments) != 1:
        raise MisusedError(f"{wanted.word} takes one environment, for example: ./hybrid rehearse {wanted.word} dev")
    if wanted.word == "faults" and not wanted.environments:
        raise MisusedError("faults takes environments, for example: ./hybrid rehearse faults sandbox")


def _is_given(value: object) -> bool:
    """Say whether an option was given; a seed of 0 is one too."""
    return value is not None and value is not False and value not in ("", [])


def _wanted(arguments: argparse.Namespace, word: str | None) -> Wanted:
    """Return how to rehearse; raises `BadRuleError` for a fault rule and `MisusedError` for a pace."""
    from operations.rehearse.run import Wanted
    from rehearsal.latency import compression

    try:
        pace = compression(arguments.pace)
    except ValueError as error:
        raise MisusedError(f"--pace: {error}") from error
    wanted = Wanted(word, arguments.unprotect, tuple(arguments.fail), pace, arguments.timing, arguments.identity)
    wanted.interceptors()
    return wanted


def _rehearse(arguments: argparse.Namespace, asked_for: Asked) -> int:
    wanted = _wanted(arguments, asked_for.word)
    estate = _checked(asked_for)
    if isinstance(estate, int):
        return estate
    names = asked_for.environments or tuple(estate.environments)

    from operations.rehearse.run import rehearse
    from operations.rehearse.session import start_over

    if arguments.fresh:
        for name in names:
            start_over(name)
    outcome = rehearse(estate, names, wanted)
    if arguments.json:
        say_json(outcome.as_dict())
    else:
        _say_page(outcome, asked_for)
    return FINE if outcome.succeeded else FOUND


def _other(arguments: argparse.Namespace, wanted: Asked) -> int:
    estate = _checked(wanted)
    if isinstance(estate, int):
        return estate
    environments = [estate.environments[name] for name in wanted.environments]
    match wanted.word:
        case "serve":
            from operations.rehearse.serve import serve

            return serve(environments[0])
        case "faults":
            from operations.rehearse.faults import run_faults

            seed = 1 if arguments.seed is None else arguments.seed
            reports = [run_faults(env, long=arguments.long, seed=seed) for env in environments]
            return _reported(arguments, reports, [report.succeeded for report in reports])
        case _:
            from operations.project import REHEARSALS
            from operations.rehearse.drift import run_drift
            from operations.rehearse.session import folder

            drift = run_drift(environments[0], folder(environments[0].name))
            (REHEARSALS / f"drift-{environments[0].name}.md").write_text(drift.page(), encoding="utf-8")
            return _reported(arguments, [drift], [drift.succeeded])


def _reported(arguments: argparse.Namespace, reports: Sequence[_Report], succeeded: Sequence[bool]) -> int:
    if arguments.json:
        found = [report.as_dict() for report in reports]
        say_json(found[0] if len(found) == 1 else found)
    else:
        for report in reports:
            for line in report.lines():
                say(line)
    return FINE if all(succeeded) else FOUND


def _world(arguments: argparse.Namespace, name: str) -> int:
    from operations.rehearse import worlds

    try:
        if arguments.export or arguments.import_:
            move: Callable[[str, Path], str] = worlds.export if arguments.export else worlds.import_
            done = move(name, arguments.export or arguments.import_)
            if arguments.json:
                say_json({"done": done})
            else:
                say(done)
            return FINE
        if arguments.compare:
            compared = worlds.compare(name, arguments.compare)
            return _reported(arguments, [compared], [compared.same])
        return _reported(arguments, [worlds.show(name, arguments.type)], [True])
    except worlds.UnknownEnvironmentError as error:
        raise MisusedError(str(error)) from error


def _checked(wanted: Asked) -> Estate | int:
    """Return the estate when the files are right, else the exit code, with the problems shown."""
    from model.check import check
    from model.config.problems import Severity
    from operations.check import summary, unknown_environments
    from operations.project import ROOT

    result = check(ROOT)
    wrong = unknown_environments(result, wanted.environments)
    if wrong:
        steps = f" (or a step: {', '.join(WORDS)})" if wanted.word is None else ""
        raise MisusedError(f"{wrong}{steps}")
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
    from operations.project import REHEARSALS
    from operations.rehearse.display import page

    say()
    page(outcome.summaries)
    say()
    for each in outcome.rehearsed:
        if each.timing is not None:
            for line in each.timing.lines():
                say(line)
            say(f"The picture: {REHEARSALS / f'timing-{each.environment}.svg'}")
            if each.clouds is not None:
                say(each.clouds.line())
            say()
    say(f"The full report: {outcome.report}")
    for remark in outcome.remarks:
        say(remark)
    say("Next:")
    for command, what in _next(next(iter(outcome.summaries), "dev"), whole=wanted.word is None and outcome.succeeded):
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
        (f"./hybrid rehearse drift {name}", "what hand edits look like"),
        (f"./hybrid rehearse serve {name}", "plain `pulumi` against the simulated clouds"),
        ("docs/credentials.md", "the same for real"),
    ]
