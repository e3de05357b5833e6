"""Run a helper process to its end, and leave nothing of it behind when it takes too long or a person interrupts."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended: its exit code (None: it took longer than it was given) and what it printed."""

    code: int | None
    output: str

    def last_lines(self, count: int = 6) -> str:
        """Return the last lines that say something, joined by ` | `: a failure in one line."""
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return " | ".join(lines[-count:])


def run(
    command: Sequence[str | Path],
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    on_wait: Callable[[float], None] | None = None,
) -> Finished:
    """Run a command without input for at most so many seconds; `on_wait` is told the seconds spent, twice a minute.

    The command gets a process group of its own, so that what it started goes with it.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        process_group=0,
    )
    pause = 30.0
    spent = 0.0
    try:
        while True:
            slice_ = min(pause, seconds - spent)
            try:
                output, _ = process.communicate(timeout=slice_)
            except subprocess.TimeoutExpired:
                spent += slice_
                if spent >= seconds:
                    return Finished(None, end(process))
                if on_wait is not None:
                    on_wait(spent)
            else:
                return Finished(process.returncode, output)
    finally:
        end(process)


def end(process: subprocess.Popen[str]) -> str:
    """Kill a process and all that it started; return what it had printed. Does nothing to one that has ended."""
    if process.poll() is not None:
        return ""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    output, _ = process.communicate()
    return output
