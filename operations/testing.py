"""`./hybrid test`: every gate a change has to pass, in one command, here and in CI alike.

All gates run even when one fails. The closing line of the test runner is the last line on stdout.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from operations.console import FINE, FOUND, note, say, say_json
from operations.project import ROOT

EXAMPLE = """\
examples:
  ./hybrid test                         every gate: lint, format, types, layers, all tests
  ./hybrid test --quick                 the same without what needs an engine or an API server
  ./hybrid test -k tunnel -x            these tests alone; whatever pytest takes
  ./hybrid test tests/model
  ./hybrid test --json                  {"gates": [{"gate", "passed", "seconds", "output"}],
                                        "tests": {"passed", "failed", "errors", "skipped"}, "passed"}
"""

QUICK: Final = "not engine and not cli and not frr and not apiserver"
"""The tiers that need nothing but Python."""

MEANWHILE: Final = ("-m", "operations.control_plane")
"""What is run after `python` while the gates are: on a new machine the tests' API server takes minutes to build."""

_PATIENCE: Final = 15
"""Seconds in which what is interrupted has to end."""

_WORKERS: Final = "2"
"""Most of a test of the engine is another process at work; more workers than that only wait for each other."""


@dataclass(frozen=True)
class Gate:
    """A check that a change has to pass: its name, and what is run after `python`."""

    name: str
    command: Sequence[str]


GATES: Final = (
    Gate("lint", ("-m", "ruff", "check", "--quiet", ".")),
    Gate("format", ("-m", "ruff", "format", "--quiet", "--check", ".")),
    Gate("types", ("-m", "basedpyright")),
    Gate("layers", ("-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())")),
)


@dataclass(frozen=True)
class Passed:
    """How a gate ended; `output` is what it printed."""

    gate: str
    passed: bool
    seconds: float
    output: str


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  argparse has no public name for it
    """Declare the command.

    It takes its words as they are, options too, because most of them are pytest's: a prefix that no one types keeps
    argparse from refusing them here, and `_own` reads ours.
    """
    parser = subparsers.add_parser("test", help="run every gate and all tests", add_help=False, prefix_chars="\0")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    parser.set_defaults(run=run)


def _own() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./hybrid test",
        usage="./hybrid test [-h] [--quick] [--json] [PYTEST ARGUMENT ...]",
        description="Runs lint, format, types, layers and all tests, each even when another fails. With arguments for "
        "pytest it runs only the tests they select. Exit code 0: all passed; 1: something failed.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--quick", action="store_true", help="leave out the tests that need an engine")
    parser.add_argument("--json", action="store_true", help="print the result for a machine; all else goes to stderr")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run the gates; see `_own` for the exit codes."""
    words: list[str] = arguments.words
    chosen, for_pytest = _own().parse_known_args(words)
    as_json: bool = chosen.json
    tell = note if as_json else say
    every = not chosen.quick and not for_pytest
    finished: list[Passed] = []
    with _meanwhile(wanted=every):
        if not for_pytest:
            finished += [_run_gate(gate, tell) for gate in GATES]
        if every:
            finished.append(_get_engine(tell))
        tests, counts = _run_tests(for_pytest, quick=chosen.quick, aside=as_json)
    failed = [each.gate for each in finished if not each.passed]
    if as_json:
        gates = [
            {"gate": g.gate, "passed": g.passed, "seconds": round(g.seconds, 2), "output": g.output} for g in finished
        ]
        say_json({"gates": gates, "tests": counts, "passed": not failed and tests == 0})
    elif failed:
        note(f"failed besides the tests: {', '.join(failed)} (see above)")
    return FOUND if failed or tests else FINE


@contextmanager
def _meanwhile(*, wanted: bool) -> Generator[None]:
    """Get the API server for the tests that wait for it, and give it up when the rest is done."""
    from operations.control_plane import find

    if not wanted or find() is not None:
        yield
        return
    process = subprocess.Popen(
        [sys.executable, *MEANWHILE], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, process_group=0
    )
    try:
        yield
    finally:
        if process.poll() is None:
            # An interrupt lets it end the compiler that it has started.
            process.send_signal(signal.SIGINT)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            # A shell has what it runs in the background ignore interrupts.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _run_gate(gate: Gate, tell: Callable[[str], None]) -> Passed:
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, *gate.command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    result = Passed(gate.name, done.returncode == 0, time.monotonic() - begun, done.stdout.strip())
    return _told(result, tell)


def _get_engine(tell: Callable[[str], None]) -> Passed:
    """Have an engine before the tests begin: a test that builds one would run out of its time."""
    from rehearsal.engine.acquire import EngineNotFoundError, acquire

    begun = time.monotonic()
    try:
        engine = acquire(note)
    except EngineNotFoundError as error:
        return _told(Passed("engine", passed=False, seconds=time.monotonic() - begun, output=str(error)), tell)
    words = f"{engine.version}, {engine.origin}"
    return _told(Passed("engine", passed=True, seconds=time.monotonic() - begun, output=words), tell)


def _told(result: Passed, tell: Callable[[str], None]) -> Passed:
    tell(f"{result.gate:<8}{'passed' if result.passed else 'FAILED'}{result.seconds:8.1f} s")
    if not result.passed:
        tell(result.output)
    sys.stdout.flush()
    return result


def _run_tests(for_pytest: Sequence[str], *, quick: bool, aside: bool) -> tuple[int, dict[str, int]]:
    """Run pytest, its output as it comes; return its exit code and how many tests ended in which way.

    Exit code 5, no test at all, is a failure like any other: a gate that looks at nothing must not pass.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), f"--rootdir={ROOT}"]
        command += [f"--junit-xml={report}"]
        command += ["-m", QUICK] if quick else []
        command += list(for_pytest) or ["--quiet", "--numprocesses", _WORKERS, "--dist", "loadgroup"]
        sys.stdout.flush()
        done = subprocess.run(
            command,
            cwd=_place(for_pytest),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr if aside else None,
            check=False,
        )
        return done.returncode, _counts(report)


def _place(for_pytest: Sequence[str]) -> Path:
    """Return where pytest runs: a path that a person gives is relative to where they stand."""
    given = any(not word.startswith("-") and Path(word.partition("::")[0]).exists() for word in for_pytest)
    return Path.cwd() if given else ROOT


def _counts(report: Path) -> dict[str, int]:
    from xml.etree import ElementTree as Xml

    counts = {"passed": 0, "failed": 0, "errors": 0, "skipped": 0}
    if report.exists():
        for suite in Xml.parse(report).iter("testsuite"):  # noqa: S314  pytest wrote it a moment ago
            failed, errors, skipped = (int(suite.get(name, "0")) for name in ("failures", "errors", "skipped"))
            counts["failed"] += failed
            counts["errors"] += errors
            counts["skipped"] += skipped
            counts["passed"] += int(suite.get("tests", "0")) - failed - errors - skipped
    return counts
