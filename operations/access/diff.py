"""`./hybrid access diff BASE`: who gains and loses what between a git revision and the files as they are."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from operations.access.data import difference_data
from operations.access.loading import readable_estate
from operations.console import FINE, FOUND, MISUSED, counted, note, say, say_json
from operations.project import ROOT

if TYPE_CHECKING:
    from model.planning.questions.difference import Difference

EXAMPLE = """\
examples:
  ./hybrid access diff main              what the files as they are change, against main
  ./hybrid access diff HEAD~1 --env prod
  ./hybrid access diff main --json       {"changes": [...], "deny_rules": [...]}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "diff",
        help="who gains and loses what against a git revision",
        description="Compares effective access, through nesting, profiles and prefixes, of the stack files of a "
        "revision with the files as they are. Prints nothing but the closing line where nothing changes. Exit code 0: "
        "compared; 1: files can not be read; 2: used wrongly, an unknown revision included.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("base", metavar="BASE", help="a git revision: a branch, a tag, a commit")
    parser.add_argument("--env", action="append", default=[], metavar="ENV", help="an environment; all by default")
    parser.add_argument("--json", action="store_true", help="print the difference for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Compare; see `add_parser` for the exit codes."""
    from model.planning.questions.difference import access_difference
    from operations.upgrade.base import RevisionError, loaded_at

    after = readable_estate("diff", arguments.env)
    if isinstance(after, int):
        return after
    base: str = arguments.base
    with tempfile.TemporaryDirectory() as folder:
        try:
            before = loaded_at(ROOT, base, Path(folder))
        except RevisionError as reason:
            note(f"./hybrid access diff: {reason}; name a branch, a tag or a commit, such as main")
            return MISUSED
    if before.estate is None:
        first = before.problems[0].text() if before.problems else "there is no stacks/organisation.yaml"
        note(f"./hybrid access diff: the files of {base} can not be read by this program\n{first}")
        return FOUND
    difference = access_difference(before.estate, after, arguments.env)
    if arguments.json:
        say_json(difference_data(difference))
    else:
        say("\n".join(lines(difference, base)))
    return FINE


_COUNTED: Final = {"gains": ("gain", "gains"), "loses": ("loss", "losses"), "changes": ("change", "changes")}
"""What a turn is called when it is counted."""


def lines(difference: Difference, base: str) -> Iterator[str]:
    """Give the difference for a person, environment by environment, and what it comes to."""
    from model.planning.questions.words import change, denial_change, places

    environments = dict.fromkeys(each.environment for each in (*difference.changes, *difference.denials))
    for name in environments:
        yield f"{name}:"
        for each in difference.changes:
            if each.environment == name:
                yield f"  {change(each)}  [{places([each.right])}]"
        yield from (f"  {denial_change(each)}" for each in difference.denials if each.environment == name)
        yield ""
    if not difference:
        yield f"nobody gains or loses anything against {base}"
        return
    turns = [each.turn.value for each in difference.changes]
    said = ", ".join(counted(turns.count(turn), *words) for turn, words in _COUNTED.items() if turn in turns)
    principals = len({each.principal for each in difference.changes})
    rules = f", {counted(len(difference.denials), 'deny rule')} changed" if difference.denials else ""
    yield f"against {base}: {said or 'no right changes'}, of {counted(principals, 'principal')}{rules}"
