"""Rehearse environments, side by side where there are several and cores for it, and gather what came of it."""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final, cast

from model.config.load import load
from model.estate import Environment, Estate
from operations.project import REHEARSALS, ROOT
from operations.rehearse import report
from operations.rehearse.display import Progressing
from operations.rehearse.one import Listener, Rehearsed, rehearse_one
from operations.rehearse.session import FULL, Session
from operations.rehearse.summary import Summary
from rehearsal.engine.acquire import Engine, acquire
from rehearsal.engine.steps import StepResult
from rehearsal.faults import parse_rules
from rehearsal.interception import Interceptor
from rehearsal.latency import Latency

_PAUSE: Final = 0.2
"""Seconds between two counts that a side-by-side rehearsal reports: each is a message between processes."""


@dataclass(frozen=True)
class Outcome:
    """What came of a rehearsal."""

    rehearsed: tuple[Rehearsed, ...]
    report: Path
    remarks: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether everything went as it should."""
        return all(each.succeeded for each in self.rehearsed)

    @property
    def summaries(self) -> Mapping[str, tuple[Summary, float]]:
        """What exists now and how long it took, by environment."""
        return {each.environment: (each.summary, each.seconds) for each in self.rehearsed}

    def as_dict(self) -> dict[str, object]:
        """Return the documented shape for machines."""
        return {"environments": {each.environment: each.as_dict() for each in self.rehearsed}}


@dataclass(frozen=True)
class Wanted:
    """How a rehearsal goes.

    step: one step, or the whole rehearsal when None. unprotect: take Pulumi's protection off first. fail: fault rules.
    pace: by how much time is compressed, as `rehearsal.latency.compression` returns it. timing: predict a real `up`.
    identity: who calls the clouds, `plan` or `apply`; empty for nobody in particular, who may do anything.
    """

    step: str | None = None
    unprotect: bool = False
    fail: tuple[str, ...] = ()
    pace: float | None = None
    timing: bool = False
    identity: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps to take, in order."""
        return (self.step,) if self.step else FULL

    def interceptors(self) -> list[Interceptor]:
        """Return what steps in at every operation; fresh, since a fault rule counts."""
        return [*parse_rules(self.fail), *([Latency(compression=self.pace)] if self.pace else [])]


@dataclass(frozen=True)
class _Task:
    """One environment's part, as it travels to another process."""

    environment: str
    wanted: Wanted
    today: date
    engine: Engine

    def done(self, env: Environment, listener: Listener) -> Rehearsed:
        """Do it."""
        return rehearse_one(
            env,
            self.engine,
            self.wanted.steps,
            listener,
            before=_unprotect if self.wanted.unprotect else None,
            interceptors=self.wanted.interceptors(),
            timing=self.wanted.timing,
            identity=self.wanted.identity,
        )


def _unprotect(session: Session) -> None:
    session.workbench.unprotect_all()


def rehearse(estate: Estate, names: Sequence[str], wanted: Wanted) -> Outcome:
    """Rehearse each of the environments as `wanted`.

    A step that fails ends its environment and not the others. Raises `EngineNotFoundError`, and `WorldError` for a
    world that is damaged or in use.
    """
    engine = acquire()
    tasks = [_Task(name, wanted, estate.today, engine) for name in names]
    with Progressing() as progress:
        workers = min(len(tasks), os.cpu_count() or 1)
        if workers > 1:
            rehearsed = _side_by_side(tasks, workers, progress)
        else:
            rehearsed = tuple(task.done(estate.environments[task.environment], progress) for task in tasks)
        for each in rehearsed:
            for line in each.unexpected:
                progress.complain(line)
    for each in rehearsed:
        if each.timing is not None:
            each.timing.write_svg(REHEARSALS / f"timing-{each.environment}.svg")
    return Outcome(rehearsed, report.write(rehearsed), _remarks(rehearsed))


def _remarks(rehearsed: Sequence[Rehearsed]) -> tuple[str, ...]:
    secrets = "Secrets were encrypted with a passphrase of the rehearsal in place of each environment's KMS key."
    return (secrets, *(remark for each in rehearsed for remark in each.remarks))


def _side_by_side(tasks: Sequence[_Task], workers: int, progress: Progressing) -> tuple[Rehearsed, ...]:
    """Give each environment to one of `workers` processes: programs of two stacks do not share one."""
    # A fork would copy the threads' locks of grpc and not its threads.
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        messages = cast("SimpleQueue[tuple[str, tuple[Any, ...]] | None]", manager.Queue())
        relay = threading.Thread(target=_relay, args=(messages, progress))
        relay.start()
        try:
            with ProcessPoolExecutor(workers, mp_context=context) as pool:
                return tuple(pool.map(_elsewhere, tasks, [messages] * len(tasks)))
        finally:
            messages.put(None)
            relay.join()


def _relay(messages: SimpleQueue[tuple[str, tuple[Any, ...]] | None], progress: Progressing) -> None:
    while (message := messages.get()) is not None:
        name, arguments = message
        getattr(progress, name)(*arguments)


def _elsewhere(task: _Task, messages: SimpleQueue[tuple[str, tuple[Any, ...]] | None]) -> Rehearsed:
    """Do a task in a process of its own; the files are read again, since places in them do not travel."""
    estate = load(ROOT, today=task.today).estate
    if estate is None:
        raise RuntimeError("stacks/organisation.yaml was readable when the rehearsal began and is no longer")
    return task.done(estate.environments[task.environment], _Sender(messages))


class _Sender:
    """A listener that passes on to the process that shows."""

    def __init__(self, messages: SimpleQueue[tuple[str, tuple[Any, ...]] | None]) -> None:
        self._messages = messages
        self._sent = 0.0

    def begin(self, environment: str, step: str, expected: int | None) -> None:
        self._messages.put(("begin", (environment, step, expected)))

    def move(self, environment: str, done: int, now: str) -> None:
        if time.monotonic() - self._sent > _PAUSE:
            self._sent = time.monotonic()
            self._messages.put(("move", (environment, done, now)))

    def end(self, environment: str, step: str, result: StepResult) -> None:
        self._messages.put(("end", (environment, step, result)))
