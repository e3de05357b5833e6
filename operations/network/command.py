"""The command line of `./hybrid network`: its subcommands, a module each."""

from __future__ import annotations

import argparse
from typing import Final

from operations.network import can, choose, plan, propose

SUBCOMMANDS: Final = (plan, propose, choose, can)

EXAMPLE: Final = """\
examples:
  ./hybrid network plan                                 every address, proved, and how much room is left
  ./hybrid network propose --env dev --nodes 40 --pods-per-node 64
  ./hybrid network choose onp1-dev --from internet      how traffic should reach a service, and why
  ./hybrid network can pod@gcp1-dev api@onp1-dev 443    who reaches whom, by which routes and rules
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "network",
        help="the address plan of all environments, proved, and room for more",
        description="Reads the stack files alone: no engine and no credentials.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in SUBCOMMANDS:
        command.add_parser(below)
