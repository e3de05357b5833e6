"""`./hybrid access owners`: who has to look at a change of which file, as GitHub's CODEOWNERS."""

from __future__ import annotations

import argparse

from operations.access.loading import readable_estate
from operations.access.tables import show
from operations.console import FINE, say, say_json

EXAMPLE = """\
examples:
  ./hybrid access owners               a table of files and their owners
  ./hybrid access owners --codeowners  the text of .github/CODEOWNERS, as ./hybrid generate writes it
  ./hybrid access owners --json        {"owners": [{"pattern", "owners", "why"}]}
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the subcommand."""
    parser = subparsers.add_parser(
        "owners",
        help="who has to look at a change of which file",
        description="Shows the owners of every file as they follow from the team files. Exit code 0: answered; 1: the "
        "files can not be read; 2: used wrongly.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--codeowners", action="store_true", help="print the file for GitHub")
    form.add_argument("--json", action="store_true", help="print the owners for a machine")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Answer; see `add_parser` for the exit codes."""
    from model.planning.questions.owners import codeowners, owners

    estate = readable_estate("owners")
    if isinstance(estate, int):
        return estate
    found = owners(estate)
    if arguments.codeowners:
        say(codeowners(estate).rstrip("\n"))
    elif arguments.json:
        say_json({"owners": [{"pattern": each.pattern, "owners": each.owners, "why": each.why} for each in found]})
    else:
        rows = [(each.pattern, " ".join(each.owners), each.why) for each in found]
        show("owners; the last line that fits a file counts", ("files", "owners", "why"), rows)
    return FINE
