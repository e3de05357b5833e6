"""The command line of `./hybrid access`: its subcommands, a module each."""

from __future__ import annotations

import argparse
from typing import Final

from operations.access import appprojects, diff, owners, report, what, who

SUBCOMMANDS: Final = (who, what, diff, report, owners, appprojects)

EXAMPLE: Final = """\
examples:
  ./hybrid access who can read state               who may, and through which groups and roles
  ./hybrid access what varde-team-stier            everything that a group may do
  ./hybrid access diff origin/main                 who gains and who loses what
  ./hybrid access report prod --markdown           every right, as a page
  ./hybrid access owners --codeowners              CODEOWNERS from the team files
  ./hybrid access appprojects prod                 teams' projects and roles in Argo CD
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "access",
        help="who can do what, what a change gives and takes, and the whole matrix",
        description="Answers from the grants that the program makes. Reads the stack files alone: no engine and no "
        "credentials. What is granted above the environments' folders, or by hand, is in no file and in no answer.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in SUBCOMMANDS:
        command.add_parser(below)
