"""The command line `./hybrid`.

Every command is a module of this package with `add_parser(subparsers)`, which declares it, and `run(arguments)`, which
does it and returns the exit code: 0 fine, 1 found something, 2 used wrongly. Modules import what is slow inside `run`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn, cast

from operations import capacity, check, reference, runbook, setup, testing
from operations.access import command as access
from operations.ci import command as ci
from operations.console import FOUND, MISUSED, note
from operations.diagram import command as diagram
from operations.drift import command as drift
from operations.network import command as network
from operations.promote import command as promote
from operations.rehearse import command as rehearse
from operations.render import command as render
from operations.review import command as review
from operations.review import verify
from operations.upgrade import command as upgrade
from operations.vpn import command as vpn

COMMANDS = (
    *(rehearse, check, network, access, capacity, testing, setup, reference),
    *(upgrade, runbook, render, vpn, promote, drift, diagram),
    *(review, verify, ci),
)


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong and how to see what is right, and leaves with exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}\nSee: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = _Parser(
        prog="./hybrid",
        description="A hybrid Kubernetes platform as a Pulumi program: check it, rehearse it, test it.",
        epilog="Example: ./hybrid rehearse",
    )
    subparsers = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return top


def _innermost(of: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of the subcommand that the words name: the one whose help lists what it takes."""
    for word in arguments:
        of = subcommands(of).get(word, of)
    return of


def subcommands(of: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of a parser's subcommands by name."""
    choices = (action.choices for action in of._actions if action.nargs == argparse.PARSER)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    return {name: each for held in choices for name, each in cast("dict[str, argparse.ArgumentParser]", held).items()}


def main(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    known = parser()
    chosen, unknown = known.parse_known_args(arguments)
    if unknown:
        _innermost(known, arguments).error(f"unrecognized arguments: {' '.join(unknown)}")
    run = cast("Callable[[argparse.Namespace], int]", chosen.run)
    try:
        return run(chosen)
    except KeyboardInterrupt:
        note("stopped; run the same command again to go on from here")
        return FOUND
    except BrokenPipeError:
        # Whoever read the output has enough of it.
        sys.stderr.close()
        return FOUND
