"""The command line of `./hybrid access`: its subcommands, a module each."""

from __future__ import annotations

import argparse
from typing import Final

from operations.access import diff, owners, report, what, who

SUBCOMMANDS: Final = (who, what, diff, report, owners)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "access",
        help="who can do what, what a change gives and takes, and the whole matrix",
        description="Answers from the grants that the program makes. Reads the stack files alone: no engine and no "
        "credentials. What is granted above the environments' folders, or by hand, is in no file and in no answer.",
    )
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in SUBCOMMANDS:
        command.add_parser(below)
