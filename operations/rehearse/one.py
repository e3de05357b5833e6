"""Rehearse one environment: its steps in order, told to a listener while they happen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from model.estate import Environment
from model.planning.grants import grants
from operations.rehearse.session import Session, opened
from operations.rehearse.summary import Summary, summarise
from operations.rehearse.timing import Timing, predict
from rehearsal.engine.acquire import Engine
from rehearsal.engine.steps import Change, Phase, StepResult
from rehearsal.interception import Interceptor
from rehearsal.meter import Share


class Listener(Protocol):
    """Is told how a rehearsal goes."""

    def begin(self, environment: str, step: str, expected: int | None) -> None:
        """Take the beginning of a step; `expected` resources are the whole of it, None where nobody knows."""
        ...

    def move(self, environment: str, done: int, now: str) -> None:
        """Take how many resources are done, and what is under way."""
        ...

    def end(self, environment: str, step: str, result: StepResult) -> None:
        """Take the result of a step."""
        ...


@dataclass(frozen=True)
class Rehearsed:
    """What came of one environment: its steps by name, and what exists now."""

    environment: str
    steps: tuple[tuple[str, StepResult], ...]
    resources: Counter[str]
    summary: Summary
    remarks: tuple[str, ...]
    unexpected: tuple[str, ...]
    """What did not go as it should, beyond steps that failed."""
    timing: Timing | None = None
    """How long its last `up` would take for real, where that was asked for."""
    clouds: Share | None = None
    """What the simulated clouds took of the time of all steps."""

    @property
    def succeeded(self) -> bool:
        """Whether every step did what it should."""
        return not self.unexpected and all(result.succeeded for _, result in self.steps)

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of all steps."""
        return sum(result.seconds for _, result in self.steps)

    def as_dict(self) -> dict[str, object]:
        """Return the documented shape for machines."""
        steps = [
            {"step": name, "operations": dict(result.operations), "seconds": round(result.seconds, 3)}
            for name, result in self.steps
        ]
        timing = {"timing": self.timing.as_dict()} if self.timing else {}
        if self.timing and self.clouds:
            timing["clouds"] = self.clouds.as_dict()
        return {"steps": steps, "resources": dict(sorted(self.resources.items())), **timing}


_WORDS = {
    "create": "creating",
    "update": "updating",
    "replace": "replacing",
    "delete": "deleting",
    "import": "adopting",
}


class _Counting:
    """Turns the engine's operations into a count for the listener."""

    def __init__(self, environment: str, listener: Listener) -> None:
        self._environment = environment
        self._listener = listener
        self._done = 0

    def begin(self, step: str, expected: int | None) -> None:
        self._done = 0
        self._listener.begin(self._environment, step, expected)

    def watch(self, phase: Phase, change: Change) -> None:
        """Take one operation of the engine; called from another thread."""
        self._done += phase is not Phase.BEGUN
        now = "" if change.operation == "same" else f"{_WORDS.get(change.operation, change.operation)} {change.name}"
        self._listener.move(self._environment, self._done, now)


def rehearse_one(
    env: Environment,
    engine: Engine,
    steps: Sequence[str],
    listener: Listener,
    *,
    before: Callable[[Session], None] | None = None,
    interceptors: Sequence[Interceptor] = (),
    timing: bool = False,
    identity: str = "",
) -> Rehearsed:
    """Take `steps` in `env` until one fails; `before` is done first, once the world is open.

    `interceptors` step in at every operation of the clouds; `timing` predicts how long an `up` would take for real;
    `identity` is who calls the clouds.
    """
    counting = _Counting(env.name, listener)
    taken: list[tuple[str, StepResult]] = []
    unexpected: list[str] = []
    predicted: Timing | None = None
    with opened(env, engine, watcher=counting.watch, interceptors=interceptors, identity=identity) as session:
        if before is not None:
            before(session)
        expected: int | None = sum(session.workbench.resource_counts().values()) or None
        for name in steps:
            counting.begin(name, expected)
            result = session.take(name)
            listener.end(env.name, name, result)
            taken.append((name, result))
            if timing and name == "up":
                predicted = predict(session, result)
            expected = sum(result.operations.values()) or None
            if not result.succeeded:
                break
            if name == "second-preview" and not result.empty:
                names = ", ".join(sorted(each.name for each in result.changes))
                unexpected.append(f"{env.name}: the second preview is not empty: {names}")
        resources = session.workbench.resource_counts()
        summary = summarise(session.world, resources)
        remarks = tuple(_remarks(env, session.workbench.made_up_secrets))
        clouds = Share(session.clouds.meter.read(), sum(result.seconds for _, result in taken))
    return Rehearsed(env.name, tuple(taken), resources, summary, remarks, tuple(unexpected), predicted, clouds)


def _remarks(env: Environment, made_up: Sequence[str]) -> list[str]:
    remarks = [f"{env.name}: {key} is encrypted for a real KMS; the rehearsal used a made-up value" for key in made_up]
    waiting = sorted({each.group for each in grants(env).withheld})
    return remarks + [f"{env.name}: {group} waits for sync, so nothing is granted to it yet" for group in waiting]
