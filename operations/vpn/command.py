"""`./hybrid vpn`: the proof of its redundancy, the other side's configuration, orders, rotations and drills.

A subcommand is a module with `add_parser(subparsers)`, which declares it and sets its `run`; it stands in SUBCOMMANDS.
"""

from __future__ import annotations

import argparse
from typing import Final

from operations.vpn import drill, orders, peers, prove, rotate

SUBCOMMANDS: Final = (prove, peers, orders, rotate, drill)

EXAMPLE = """\
examples:
  ./hybrid vpn prove                     is every single loss survived, and by what?
  ./hybrid vpn prove prod --pairs        every two losses at once, too
  ./hybrid vpn peers prod --out peers    what the sites' devices have to be told
  ./hybrid vpn orders prod --csv         openings to order from whoever runs the sites' firewalls
  ./hybrid vpn rotate prod --what keys   new keys, one tunnel at a time, with what is left meanwhile
  ./hybrid vpn drill prod --peer t0-if0-fw-a-bgp
                                         switch a session off on purpose: the runbook
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command and its subcommands."""
    parser = subparsers.add_parser(
        "vpn",
        help="prove the VPN's redundancy; write the other side's configuration and orders",
        description="Answers questions about the link between the sites and the cloud, from the stack files alone.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    inner = parser.add_subparsers(title="subcommands", metavar="SUBCOMMAND", required=True)
    for subcommand in SUBCOMMANDS:
        subcommand.add_parser(inner)
