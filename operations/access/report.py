"""`./hybrid access report`: the whole matrix of who has what, for people, for machines and as a picture."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from operations.access.data import matrices_data
from operations.access.loading import readable_estate
from operations.access.tables import show
from operations.console import FINE, counted, say, say_json

if TYPE_CHECKING:
    from model.planning.questions.matrix import Matrix
    from model.planning.questions.rights import Right

EXAMPLE = """\
examples:
  ./hybrid access report                     every principal of every environment, in short
  ./hybrid access report prod --markdown     every right, as a page
  ./hybrid access report --csv > access.csv  a line for each right
  ./hybrid access report --json              {ENVIRONMENT: {"rights": [...], "deny_rules": [...], "waiting": [...]}}
  ./hybrid access report prod --svg > access.svg
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "report",
        help="the whole matrix: who has what, on what, in every environment",
        description="Shows everything that the program grants, and what exists before it runs. Exit code 0: shown; 1: "
        "the files can not be read; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environments", nargs="*", metavar="ENV", help="environments; all by default")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="print a page")
    form.add_argument("--csv", action="store_true", help="print a line for each right")
    form.add_argument("--json", action="store_true", help="print everything for a machine")
    form.add_argument("--svg", action="store_true", help="print a picture of the matrix")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show the matrix; see `add_parser` for the exit codes."""
    from model.planning.questions.matrix import matrix

    chosen: list[str] = arguments.environments
    estate = readable_estate("report", chosen)
    if isinstance(estate, int):
        return estate
    matrices = [matrix(env) for name, env in estate.environments.items() if not chosen or name in chosen]
    if arguments.json:
        say_json(matrices_data(matrices))
    elif arguments.csv:
        from operations.access.report_page import csv_text

        say(csv_text(matrices).rstrip("\n"))
    elif arguments.markdown:
        from operations.access.report_page import page

        say(page(matrices).rstrip("\n"))
    elif arguments.svg:
        from operations.access.picture import draw

        say(draw(matrices).rstrip("\n"))
    else:
        for each in matrices:
            _show(each)
    return FINE


def _show(found: Matrix) -> None:
    from model.planning.questions.words import named

    rows: list[tuple[str, ...]] = []
    held: dict[str, list[Right]] = {}
    for right in found.rights:
        held.setdefault(right.principal, []).append(right)
    for principal, mine in held.items():
        standing = sum(right.request is None for right in mine)
        where = ", ".join(dict.fromkeys(right.resource for right in mine))
        rows.append((named(principal), str(standing), str(len(mine) - standing), where))
    show(f"{found.environment}: who has rights on what", ("who", "standing", "on request", "on"), rows)
    say(
        f"{found.environment}: {counted(len(found.rights), 'right')} of "
        f"{counted(len(found.principals), 'principal')} on {counted(len(found.targets), 'target')}, "
        f"{counted(len(found.denials), 'deny rule')}, "
        f"{counted(len(found.withheld), 'grant')} waiting for the directory\n"
    )
