"""`./hybrid access what GROUP [in ENV]`: everything that a group or an account has."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from operations.access.data import holding_data
from operations.access.loading import readable_estate
from operations.access.tables import show
from operations.console import FINE, MISUSED, counted, note, say, say_json

if TYPE_CHECKING:
    from model.planning.questions.what import Having, Holding

EXAMPLE = """\
examples:
  ./hybrid access what stier                         the group of team stier, in every environment
  ./hybrid access what varde-role-nettverk in prod
  ./hybrid access what stier-deploy@stier-dev-1c3e.iam.gserviceaccount.com
  ./hybrid access what stier --json                  {"principal", "rights": [...], "waiting": [...]}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "what",
        help="everything that a group or an account has",
        description="Shows what a group, a team's group or a service account has in each environment: standing, on "
        "request, and through the groups that it is in. Exit code 0: answered; 1: the files can not be read; 2: used "
        "wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="+", metavar="GROUP [in ENV]")
    parser.add_argument("--json", action="store_true", help="print the answer for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer; see `add_parser` for the exit codes."""
    from model.planning.questions.what import UnknownPrincipalError, principal_of, what_has
    from operations.access.who import question

    name, _, environments = question(arguments.words)
    estate = readable_estate("what", environments)
    if isinstance(estate, int):
        return estate
    try:
        principal = principal_of(estate, name)
    except UnknownPrincipalError as reason:
        note(f"./hybrid access what: {reason}")
        return MISUSED
    holding = what_has(estate, principal, environments)
    if arguments.json:
        say_json(holding_data(holding))
    else:
        _show(holding)
    return FINE


def _show(holding: Holding) -> None:
    from model.planning.questions.rights import short
    from model.planning.questions.words import named

    environments = dict.fromkeys(each.right.environment for each in holding.having)
    for name in environments:
        here = [each for each in holding.having if each.right.environment == name]
        show(f"{name}: {named(holding.principal)}", ("what", "on", "how", "why", "written at"), _rows(here))
    for environment, each in holding.withheld:
        since = f", since {each.since}" if each.since else ""
        say(f"{environment}: waiting until the directory has {short(each.group)}{since}: {each.what}")
    standing = sum(each.right.request is None for each in holding.having)
    on_request = len(holding.having) - standing
    where = f"in {', '.join(environments)}" if environments else "anywhere"
    say(f"{named(holding.principal)} has {counted(standing, 'right')} standing and {on_request} on request {where}")


def _rows(having: Sequence[Having]) -> list[tuple[str, ...]]:
    from model.planning.questions.rights import short
    from model.planning.questions.words import places

    rows: list[tuple[str, ...]] = []
    for each in having:
        through = f"in {' in '.join(short(group) for group in each.chain[1:])}: " if each.chain else ""
        rows.append(
            (each.right.role, each.right.where, each.right.how, f"{through}{each.right.reason}", places([each.right]))
        )
    return rows
