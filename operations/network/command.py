"""The command line of `./hybrid network`: its subcommands, a module each."""

from __future__ import annotations

import argparse
from typing import Final

from operations.network import can, choose, plan, propose

SUBCOMMANDS: Final = (plan, propose, choose, can)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "network",
        help="the address plan of all environments, proved, and room for more",
        description="Reads the stack files alone: no engine and no credentials.",
    )
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in SUBCOMMANDS:
        command.add_parser(below)
