"""`./hybrid setup`: everything a rehearsal and the tests need, and nothing else.

The launcher has made the virtual environment before this runs; what is left is the engine.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time

from operations.console import FINE, FOUND, note, say, say_json
from operations.project import ROOT

EXAMPLE = """\
examples:
  ./hybrid setup
  ./hybrid setup --json   {"python": {"version", "path"}, "engine": {"version", "path", "origin", "language_host",
                          "seconds"} or null, "attempts": [{"way", "outcome", "seconds"}],
                          "control_plane": {"version", "folder", "origin"} or null}
  ./hybrid setup --apiserver   the Kubernetes API server of the tests of access, too
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command."""
    parser = subparsers.add_parser(
        "setup",
        help="install what is needed, and do no more",
        description="Makes .venv with the pinned packages and gets a Pulumi engine: the one on PATH, else one kept in "
        "the cache (HYBRID_HOME, by default ~/.cache/hybrid), installed or built if need be. Every command does so by "
        "itself when something is missing. Exit code 0: all is there; 1: something can not be had.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print what is there for a machine")
    parser.add_argument(
        "--apiserver",
        action="store_true",
        help="get the Kubernetes API server that tests/apiserver asks, too: about five minutes where it is built",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Get the engine and report; see `add_parser` for the exit codes."""
    from operations import control_plane
    from rehearsal.engine.acquire import Attempt, Engine, EngineNotFoundError, acquire

    begun = time.monotonic()
    engine: Engine | None = None
    attempts: tuple[Attempt, ...] = ()
    complaint = ""
    try:
        engine = acquire(note)
    except EngineNotFoundError as error:
        attempts = error.attempts
        complaint = str(error)
    server = control_plane.find()
    if arguments.apiserver and server is None:
        try:
            server = control_plane.acquire(note)
        except control_plane.ControlPlaneNotFoundError as error:
            complaint = "\n".join(filter(None, (complaint, str(error))))
    if arguments.json:
        say_json(
            {
                "python": {"version": platform.python_version(), "path": sys.executable},
                "engine": None
                if engine is None
                else {
                    "version": engine.version,
                    "path": str(engine.path),
                    "origin": engine.origin,
                    "language_host": engine.has_language_host,
                    "seconds": round(time.monotonic() - begun, 3),
                },
                "attempts": [{"way": a.way, "outcome": a.outcome, "seconds": round(a.seconds, 3)} for a in attempts],
                "control_plane": None
                if server is None
                else {"version": server.version, "folder": str(server.folder), "origin": server.origin},
            }
        )
    else:
        say(f"Python {platform.python_version()} with the pinned packages: {ROOT / '.venv'}")
        if engine is not None:
            say(f"Pulumi engine {engine.version} ({engine.origin}): {engine.path}")
        if server is not None:
            say(f"Kubernetes API server {server.version} ({server.origin}): {server.folder}")
    if complaint:
        note(complaint)
    return FOUND if complaint else FINE
