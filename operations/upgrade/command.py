"""`./hybrid upgrade`: what an upgrade of the on-prem side takes, step by step, and its rehearsal."""

from __future__ import annotations

import argparse
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from operations.console import FINE, FOUND, MISUSED, example, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.estate import Estate

EXAMPLE = """\
examples:
  ./hybrid upgrade plan prod --onprem 1.32                   every step to the newest proven patch of a minor
  ./hybrid upgrade plan dev --onprem 1.32.300-gke.41         to a version
  ./hybrid upgrade plan prod --onprem 1.32 --pools later     control planes first, pools as late as they may
  ./hybrid upgrade plan prod --onprem 1.32 --write           make the edits of the next step in the stack file
  ./hybrid upgrade plan prod --onprem 1.32 --markdown        every step in full
  ./hybrid upgrade check prod --base origin/main             is what the stack file asks for one legal hop?
  ./hybrid upgrade rehearse prod --onprem 1.32               carry the plan out in the simulated clouds
"""
CODES = "Exit code 0: fine; 1: a step is stopped, a hop is illegal, or a rehearsal was not as planned; 2: used wrongly."


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "upgrade",
        help="plan, check and rehearse an upgrade of the on-prem clusters",
        description=f"Gives the legal steps of an upgrade on-prem, says who takes each, and rehearses them. {CODES}",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words = parser.add_subparsers(title="what to do", metavar="WORD", required=True, dest="word")
    planning = _word(words, "plan", "the steps to a version, each with its rule, edit or commands, time and addresses")
    rehearsing = _word(words, "rehearse", "carry the plan out step by step in the simulated clouds")
    for each in (planning, rehearsing):
        each.add_argument("--onprem", required=True, metavar="VERSION", help="1.32.200-gke.27, or a minor: 1.32")
        each.add_argument(
            "--pools", choices=("with", "later"), default="with", help="pools with their cluster, or later"
        )
    planning.add_argument("--at", type=datetime.fromisoformat, metavar="TIME", help="judge windows from this moment")
    planning.add_argument("--write", action="store_true", help="make the edits of the next step in the stack file")
    planning.add_argument("--markdown", action="store_true", help="print every step in full")
    rehearsing.add_argument("--fresh", action="store_true", help="do not begin from the world of ./hybrid rehearse")
    checking = _word(words, "check", "whether the versions of the stack file are one legal hop from another revision")
    checking.add_argument("--base", default="HEAD", metavar="REV", help="the revision to compare with; HEAD by default")
    parser.set_defaults(run=run)


def _word(
    words: argparse._SubParsersAction[argparse.ArgumentParser],  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    name: str,
    what: str,
) -> argparse.ArgumentParser:
    parser = words.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}. {CODES}",
        epilog=example(EXAMPLE, f"upgrade {name}"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", metavar="ENV", help="the environment")
    parser.add_argument("--json", action="store_true", help="print the result for a machine")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Do it; see `add_parser` for the exit codes."""
    from model.planning.upgrades.sequence import NoPlanError
    from model.rules.registry import Unavailable

    estate = _read(arguments.environment)
    if isinstance(estate, int):
        return estate
    try:
        match arguments.word:
            case "plan":
                return _plan(arguments, estate)
            case "check":
                return _check(arguments, estate)
            case _:
                return _rehearse(arguments, estate)
    except NoPlanError as error:
        note(f"./hybrid upgrade {arguments.word}: {error}")
        return MISUSED
    except Unavailable as reason:
        note(f"./hybrid upgrade {arguments.word}: {reason}; ./hybrid check says why")
        return FOUND


def _read(environment: str) -> Estate | int:
    from model.config.load import load
    from model.config.wording import suggest

    estate = load(ROOT).estate
    if estate is None:
        note("./hybrid upgrade: stacks/organisation.yaml can not be read; ./hybrid check says why")
        return FOUND
    if environment not in estate.environments:
        note(f"./hybrid upgrade: no environment '{environment}'; {suggest(environment, list(estate.environments))}")
        return MISUSED
    return estate


def _plan(arguments: argparse.Namespace, estate: Estate) -> int:
    from model.planning.upgrades.edits import EditRefusedError
    from model.planning.upgrades.plan import plan
    from operations.upgrade.page import as_dict, markdown
    from operations.upgrade.terminal import show
    from operations.upgrade.writing import write

    name, at = arguments.environment, arguments.at
    if at is not None and at.tzinfo is None:
        from zoneinfo import ZoneInfo

        at = at.replace(tzinfo=ZoneInfo(estate.organisation.time_zone))
    made = plan(estate, name, arguments.onprem, pools_later=arguments.pools == "later", at=at)
    if arguments.write:
        if not made.steps:
            note(f"{name}: everything on-prem is on {made.target} or later; there is nothing to write")
            return FINE
        try:
            done = write(ROOT, estate.environments[name], made.steps[0])
        except EditRefusedError as error:
            note(f"./hybrid upgrade plan --write: {error}; nothing was written")
            return FOUND
        if arguments.json:
            say_json({"written": list(done)})
        for line in () if arguments.json else done:
            say(line)
        return FINE
    if arguments.json:
        say_json(as_dict(made))
    elif arguments.markdown:
        say(markdown(made).rstrip())
    else:
        show(made)
    return FOUND if made.stopped else FINE


def _check(arguments: argparse.Namespace, estate: Estate) -> int:
    from model.config.problems import Severity
    from model.planning.upgrades.changes import illegal_hops
    from operations.upgrade.base import RevisionError, loaded_at

    name = arguments.environment
    with tempfile.TemporaryDirectory(prefix="hybrid-base-") as folder:
        try:
            base = loaded_at(ROOT, arguments.base, Path(folder)).estate
        except RevisionError as error:
            note(f"./hybrid upgrade check: {error}")
            return MISUSED
    old = base.environments.get(name) if base is not None else None
    if old is None:
        note(f"./hybrid upgrade check: {name} is not in {arguments.base}, so there is no hop to judge")
        return FINE
    problems = illegal_hops(old, estate.environments[name])
    if arguments.json:
        say_json({"problems": [problem.as_dict() for problem in problems]})
    else:
        for problem in problems:
            say(problem.text())
        say(f"{name} against {arguments.base}: {'a legal change' if not problems else f'{len(problems)} found'}")
    return FOUND if any(problem.severity is Severity.ERROR for problem in problems) else FINE


def _rehearse(arguments: argparse.Namespace, estate: Estate) -> int:
    from operations.rehearse.session import folder
    from operations.upgrade.rehearsal import rehearse_upgrade
    from rehearsal.engine.acquire import EngineNotFoundError
    from rehearsal.world import WorldError

    name = arguments.environment
    try:
        done = rehearse_upgrade(
            estate,
            name,
            arguments.onprem,
            pools_later=arguments.pools == "later",
            world=None if arguments.fresh else folder(name),
            tell=note,
        )
    except (EngineNotFoundError, WorldError) as error:
        note(str(error))
        return FOUND
    if arguments.json:
        say_json(done.as_dict())
    else:
        for line in done.lines():
            say(line)
    return FINE if done.succeeded else FOUND
