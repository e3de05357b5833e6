"""The engine's executable as the Automation API runs it: with an environment of its own, and ended with us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from rehearsal.engine.found import Engine

_SECONDS_TO_STOP: Final = 20.0
"""How long an interrupted engine may take to let running operations end and to save its state."""

Listener = Callable[[str], Any]


class EngineCommand(PulumiCommand):
    """Runs one engine, whose version is known, in an environment that is given whole.

    Unlike its base it does not ask the executable for its version (one process less for each workspace), passes nothing
    on from our own environment, and on an interruption stops the engine as a person at a terminal would: SIGINT first,
    so that the state is saved, and an end after that.
    """

    def __init__(self, engine: Engine, environment: Mapping[str, str]) -> None:
        self.command: str = str(engine.path)
        self.version: VersionInfo | None = VersionInfo.parse(engine.version)
        self._environment: Mapping[str, str] = environment

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Listener | None = None,
        on_error: Listener | None = None,
    ) -> CommandResult:
        """Run `pulumi ARGS` in a folder; return what it printed, or raise the CommandError that fits its failure."""
        process = subprocess.Popen(
            [self.command, "--non-interactive", *args],
            cwd=cwd,
            env={**self._environment, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            # A group of its own: Ctrl-C at the terminal reaches us alone, and we stop the engine in order.
            process_group=0,
        )
        printed = _Reader(process.stdout, on_output), _Reader(process.stderr, on_error)
        try:
            code = process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            stdout, stderr = (reader.text() for reader in printed)
        result = CommandResult(stdout=stdout, stderr=stderr, code=code)
        if code != 0:
            raise create_command_error(result)
        return result


class _Reader(threading.Thread):
    """Collects the lines of a stream while the process runs, so that a full pipe never blocks it."""

    def __init__(self, stream: IO[str] | None, listener: Listener | None) -> None:
        super().__init__(daemon=True)
        self._stream = stream
        self._listener = listener
        self._lines: list[str] = []
        self.start()

    def run(self) -> None:
        for line in self._stream or ():
            stripped = line.rstrip()
            self._lines.append(stripped)
            if self._listener is not None:
                self._listener(stripped)

    def text(self) -> str:
        """Return all lines, once the stream has ended."""
        self.join()
        if self._stream is not None:
            self._stream.close()
        return "\n".join(self._lines)


def _stop(process: subprocess.Popen[str]) -> None:
    """End the engine and what it started, in order if it can be; a second interruption ends it at once."""
    try:
        _signal(process, signal.SIGINT)
        process.wait(_SECONDS_TO_STOP)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        pass
    finally:
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
