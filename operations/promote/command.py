"""The command line of `./hybrid promote`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from operations.console import FINE, FOUND, MISUSED, example, note, say, say_json
from operations.project import REHEARSALS, ROOT

if TYPE_CHECKING:
    from model.estate import Estate
    from model.planning.promotion.history import History
    from model.planning.promotion.status import Status

EXAMPLE: Final = """\
examples:
  ./hybrid promote status                                      by the history of the backend that pulumi is logged in to
  ./hybrid promote status --history sandbox=sandbox.json       a history that `pulumi stack history --json` printed
  ./hybrid promote status --rehearsed                          by what was rehearsed on this machine
  ./hybrid promote status --at 2026-12-22T19:00                judged at another moment, local time
  ./hybrid promote next                                        what may go on now, and the edits that it takes
  ./hybrid promote next --write                                make the edits
"""
CODES: Final = (
    "Exit code 0: fine; 1: something is ahead of its ring, or for `next`, nothing may go on though something is "
    "behind; 2: used wrongly."
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "promote",
        help="where each environment stands, and what may go on to the next ring",
        description="Says for every versioned thing where each environment stands, since when, what may go on now and "
        f"what keeps the rest; see docs/promotion.md. {CODES}",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words = parser.add_subparsers(title="what to do", metavar="WORD", required=True, dest="word")
    status, coming = (
        words.add_parser(
            name,
            help=what,
            description=f"{what[0].upper()}{what[1:]}. {CODES}",
            epilog=example(EXAMPLE, f"promote {name}"),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for name, what in (
            ("status", "everything, environment by environment"),
            ("next", "what may go on now, and its edits"),
        )
    )
    for each in (status, coming):
        each.add_argument("--at", "--date", metavar="TIME", help="judge at this moment, local time; a date means noon")
        each.add_argument("--history", metavar="ENV=FILE", action="append", default=[], help="a history in a file")
        each.add_argument("--rehearsed", action="store_true", help="by the rehearsals of this machine")
        each.add_argument("--json", action="store_true", help="print the result for a machine")
    coming.add_argument("environment", nargs="?", metavar="ENV", help="for the ring of this environment")
    coming.add_argument("--write", action="store_true", help="make the edits in the stack files")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Do it; see `add_parser` for the exit codes."""
    from model.config.load import load
    from model.config.wording import suggest
    from model.planning.promotion.status import clock, status
    from model.rules.registry import Unavailable
    from operations.promote.history import HistoryError

    estate = load(ROOT).estate
    if estate is None:
        note("./hybrid promote: stacks/organisation.yaml can not be read; ./hybrid check says why")
        return FOUND
    wanted = arguments.environment if arguments.word == "next" else None
    if wanted is not None and wanted not in estate.environments:
        note(f"./hybrid promote next: no environment '{wanted}'; {suggest(wanted, list(estate.environments))}")
        return MISUSED
    try:
        now = _moment(arguments.at, estate) if arguments.at else clock(estate)
        histories = _histories(arguments.history, estate, rehearsed=arguments.rehearsed)
    except (HistoryError, ValueError, OSError) as error:
        note(f"./hybrid promote {arguments.word}: {error}")
        return MISUSED
    try:
        found = status(estate, histories, now)
    except Unavailable as reason:
        note(f"./hybrid promote {arguments.word}: {reason}; ./hybrid check says why")
        return FOUND
    if arguments.word == "status":
        return _status(found, estate, as_json=arguments.json)
    return _next(found, estate, wanted, write_it=arguments.write, as_json=arguments.json)


def _moment(text: str, estate: Estate) -> datetime:
    from zoneinfo import ZoneInfo

    from model.planning.upgrades.plan import NOON

    at = datetime.fromisoformat(text)
    if len(text) == len("2026-11-02"):
        at = datetime.combine(at.date(), NOON)
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(estate.organisation.time_zone))


def _histories(given: Sequence[str], estate: Estate, *, rehearsed: bool) -> dict[str, History]:
    from model.config.wording import suggest
    from operations.promote.history import HistoryError, of_backend, of_rehearsal, parsed

    found: dict[str, History] = {}
    for each in given:
        name, equals, file = each.partition("=")
        if not equals or name not in estate.environments:
            raise ValueError(f"--history {each}: say ENV=FILE; {suggest(name, list(estate.environments))}")
        try:
            found[name] = parsed(Path(file).read_text(encoding="utf-8"))
        except HistoryError as error:
            raise HistoryError(f"{file}: {error}") from error
    for name in estate.environments:
        if name not in found:
            # With histories at hand nobody asks a backend that may have others.
            found[name] = of_rehearsal(name, REHEARSALS / name) if rehearsed else _else(name, given, of_backend)
    return found


def _else(name: str, given: Sequence[str], ask: Callable[[str], History]) -> History:
    from model.planning.promotion.history import History

    return History(missing=f"no --history {name}=FILE was given") if given else ask(name)


def _status(found: Status, estate: Estate, *, as_json: bool) -> int:
    from model.planning.promotion.status import State, promotion_of
    from operations.promote.display import as_dict, lines

    zone = estate.organisation.time_zone
    if as_json:
        say_json(as_dict(found, zone))
    else:
        for line in lines(found, promotion_of(estate), zone):
            say(line)
    return FOUND if any(row.state is State.AHEAD for row in found.rows) else FINE


def _next(found: Status, estate: Estate, wanted: str | None, *, write_it: bool, as_json: bool) -> int:
    from model.planning.promotion.status import State
    from model.planning.upgrades.edits import EditRefusedError
    from operations.promote.writing import next_of, write

    coming = next_of(estate, found, wanted)
    if coming is None:
        waits = [row for row in found.rows if row.state is State.BLOCKED and wanted in {None, row.environment}]
        if as_json:
            say_json({"environments": [], "edits": [], "by_hand": [], "written": False, "waiting": len(waits)})
        else:
            behind = f"nothing may go on now; {len(waits)} wait: ./hybrid promote status says for what"
            say(behind if waits else "every environment is in step with the ring before")
        return FOUND if waits else FINE
    edits = [str(edit) for _, each in coming.edits for edit in each]
    if write_it:
        try:
            edits = list(write(ROOT, coming, estate.today))
        except EditRefusedError as error:
            note(f"./hybrid promote next --write: {error}; nothing was written")
            for line in coming.by_hand:
                note(f"by hand: {line}")
            return FOUND
    if as_json:
        answer = {"environments": list(coming.environments), "edits": edits, "by_hand": list(coming.by_hand)}
        say_json({**answer, "written": write_it, "waiting": 0})
        return FINE
    say(f"{' and '.join(coming.environments)}: {'written' if write_it else 'may go on now'}")
    for line in edits:
        say(f"  {line}")
    for line in coming.by_hand:
        say(f"  by hand: {line}")
    for words in dict.fromkeys(words for row in coming.rows for words in row.notes):
        say(f"  . {words}")
    return FINE
