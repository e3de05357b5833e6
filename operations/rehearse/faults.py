"""`./hybrid rehearse faults ENV`: things go wrong at every operation, and it still ends as it should.

Each pass lets operations of an `up`, an update or a destroy fail, goes on until nothing fails any more, and compares
the end with that of the same step undisturbed. The affordable form lets every operation fail the first time it is
tried: the engine continues with what does not depend on it, so a pass takes as many runs as the graph is deep. The long
form adds one fault at a time over all operations, its kind drawn by the seed.

The worlds are of the sweep's own; the environment's world of other rehearsals is not touched.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final, cast

from model.estate import Environment
from operations.project import ROOT
from operations.rehearse.fault_changes import changed
from operations.rehearse.fault_report import FaultPass, FaultReport
from operations.rehearse.interrupted import lose_runner
from operations.rehearse.session import Session, opened
from rehearsal.engine.acquire import Engine, acquire
from rehearsal.engine.steps import StepResult
from rehearsal.faults.ending import Ending, ending
from rehearsal.faults.injector import Injector
from rehearsal.faults.recovery import after_a_kill, after_lost_answers, names
from rehearsal.faults.rule import MAKING, parse_rule
from rehearsal.faults.witness import Deed, Witness, deed
from rehearsal.interception import Interceptor

_MOST_RUNS: Final = 60
"""More runs than any graph of an environment is deep; each run must get further, or the pass ends before."""

_KINDS: Final = ("before retryable", "before drop", "before kill", "after drop", "after kill")
_MAKING_KINDS: Final = (*_KINDS, "partial")
"""The ways in which a creation or an update can go wrong."""


@dataclass(frozen=True)
class Stage:
    """A step of an environment's life: from which world it starts, what is run, and how it ends undisturbed.

    `refused` are the resources that a cloud refuses to delete even so: deletion protection is its own switch.
    """

    name: str
    env: Environment
    root: Path
    start: Path | None
    run: Callable[[Session], StepResult]
    should: Ending
    deeds: tuple[Deed, ...]
    refused: frozenset[str] = frozenset()


def run_faults(env: Environment, *, long: bool = False, seed: int = 1) -> FaultReport:
    """Sweep `env`, `long` with one fault at a time over all operations as well; `seed` draws what is drawn.

    Raises `EngineNotFoundError`, and `RuntimeError` when a step does not even succeed undisturbed.
    """
    with tempfile.TemporaryDirectory(prefix="hybrid-faults-") as folder:
        sweep = Sweep(env, acquire(), Path(folder), seed=seed)
        return sweep.run(long=long)


@dataclass
class Sweep:
    """The passes over one environment, in worlds below `folder`."""

    env: Environment
    engine: Engine
    folder: Path
    seed: int = 1
    root: Path = ROOT
    _homes: int = field(default=0, init=False)

    def run(self, *, long: bool) -> FaultReport:
        """Take every pass."""
        up, update, destroy = self.stages()
        passes = [self.each(stage, "before") for stage in (up, update, destroy)]
        passes += [self.each(stage, "after", verbs=("update", "delete")) for stage in (update, destroy)]
        passes.append(self.each(update, "partial", verbs=sorted(MAKING)))
        passes.append(self.killed(up, 2))
        if long:
            passes.append(self.each(up, "after", verbs=("create",)))
            passes.append(self.each(up, "partial", verbs=("create",)))
            passes += [self.one_at_a_time(stage) for stage in (up, update, destroy)]
        return FaultReport(self.env.name, self.seed, tuple(passes))

    def stages(self) -> tuple[Stage, Stage, Stage]:
        """Return a fresh `up`, an update and a destroy, each of which has been run undisturbed."""
        other = changed(self.env, self.folder / "changed", self.root)
        up, ready = self._undisturbed("up", self.env, self.root, None, _up)
        update, _ = self._undisturbed("update", other.env, other.root, ready, _update)
        destroy, _ = self._undisturbed("destroy", self.env, self.root, ready, _destroy)
        return up, update, destroy

    def each(self, stage: Stage, how: str, verbs: Sequence[str] = ("any",)) -> FaultPass:
        """Let every operation of `stage` fail the first time, until none fails; `how` ends the rule."""
        injectors = [Injector(parse_rule(f"* {verb} each {how}")) for verb in verbs]
        return self._pass(f"{stage.name}: every {' and '.join(verbs)}, {how}", stage, injectors)

    def one_at_a_time(self, stage: Stage, sample: int | None = None) -> FaultPass:
        """Let one operation fail, for each of them or a `sample`; the seed draws the kind of each fault."""
        random = Random(f"{self.seed} {stage.name}")  # noqa: S311  a draw that can be repeated
        # In an order of their own: that in which an engine comes to them is a matter of chance.
        deeds = sorted(each for each in stage.deeds if each[0] != "invoke")
        chosen = deeds if sample is None else random.sample(deeds, min(sample, len(deeds)))
        parts: list[FaultPass] = []
        for verb, kind, urn in chosen:
            how = random.choice(_MAKING_KINDS if verb in MAKING else _KINDS)
            rule = f"{kind}::{urn.rpartition('::')[2]} {verb} once {how}"
            part = self._pass(rule, stage, [Injector(parse_rule(rule))])
            parts.append(part)
        return _together(f"{stage.name}: one fault at a time", parts)

    def killed(self, stage: Stage, times: int) -> FaultPass:
        """Lose the runner of an `up` in the middle of a change, settle what is left, and run again; `times` times."""
        random = Random(f"{self.seed} killed")  # noqa: S311  a draw that can be repeated
        changes = [each for each in stage.deeds if each[0] in {"create", "update", "delete"}]
        parts = [self._killed(stage, point) for point in random.sample(range(1, len(changes)), times)]
        return _together(f"{stage.name}: the engine is killed", parts)

    def opened(self, stage: Stage, home: Path, interceptors: Sequence[Interceptor]) -> AbstractContextManager[Session]:
        """Open a world of this sweep with what steps in there."""
        return opened(stage.env, self.engine, home=home, root=stage.root, interceptors=interceptors)

    def home(self, start: Path | None) -> Path:
        """Return the folder of a new world: a copy of `start`, or an empty one."""
        self._homes += 1
        home = self.folder / f"world-{self._homes}"
        if start is None:
            home.mkdir(parents=True)
        else:
            shutil.copytree(start, home, symlinks=True)
        return home

    # Inside

    def _killed(self, stage: Stage, point: int) -> FaultPass:
        begun = time.monotonic()
        home = self.home(stage.start)
        lost = lose_runner(stage.env.name, stage.root, home, point)
        with self.opened(stage, home, []) as session:
            recovered = after_a_kill(session.workbench, session.world)
            again = stage.run(session)
            wrong = [*_unended(again), *self._judged(stage, session)]
        if not lost:
            wrong.append(f"the engine was not killed at change {point}")
        remarks = [f"killed at change {point}; imported: {names(recovered.imported) or 'nothing'}"]
        if recovered.deleted:
            remarks.append(f"deleted by hand and made anew: {names(recovered.deleted)}")
        seconds = time.monotonic() - begun
        return FaultPass(f"change {point}", 1, int(not wrong), 2, seconds, tuple(wrong), tuple(remarks))

    def _pass(self, name: str, stage: Stage, injectors: Sequence[Injector]) -> FaultPass:
        begun = time.monotonic()
        witness = Witness()
        recovered: Counter[str] = Counter()
        with self.opened(stage, self.home(stage.start), [witness, *injectors]) as session:
            runs, wrong = 0, list[str]()
            while True:
                before, done = _hits(injectors), witness.done.total()
                result = stage.run(session)
                runs += 1
                if result.succeeded:
                    break
                if runs == _MOST_RUNS or (_hits(injectors) == before and witness.done.total() == done):
                    wrong += _unended(result, stage.refused)
                    break
                if any(_lost(hit.verb, each) for each in injectors for hit in each.hits[-1:]):
                    found = after_lost_answers(session.workbench, session.world)
                    recovered.update(imported=len(found.imported), deleted=len(found.deleted))
            wrong += self._judged(stage, session)
        # What a cloud refuses anyway can not pass; that it is refused again is in the comparison of the ends.
        tried = {deed(hit) for each in injectors for hit in each.hits if deed(hit)[2] not in stage.refused}
        passed = [
            each for each in tried if witness.done[each] and not any(each[2] and each[2] in line for line in wrong)
        ]
        if stage.name == "up" and not recovered:
            wrong += [
                f"made {number} times: {urn}"
                for (verb, kind, urn), number in witness.done.items()
                if verb == "create" and number > 1 and not kind.startswith("random:") and _answered(injectors)
            ]
        remarks = [f"after lost answers: {number} {word}" for word, number in recovered.items() if number]
        seconds = time.monotonic() - begun
        return FaultPass(name, len(tried), len(passed), runs, seconds, tuple(wrong), tuple(remarks))

    def _judged(self, stage: Stage, session: Session) -> list[str]:
        """Say what is not as after the undisturbed step, and what the engine would still do."""
        wrong = list(_ending(session).differences(stage.should))
        if stage.run is not _destroy:
            preview = session.workbench.preview()
            wrong += [f"still to do: {change.operation} {change.urn}" for change in preview.changes]
        return wrong

    def _undisturbed(
        self, name: str, env: Environment, root: Path, start: Path | None, run: Callable[[Session], StepResult]
    ) -> tuple[Stage, Path]:
        witness, home = Witness(), self.home(start)
        with opened(env, self.engine, home=home, root=root, interceptors=[witness]) as session:
            result = run(session)
            if not result.succeeded and run is not _destroy:
                raise RuntimeError(
                    f"{env.name}: {name} does not succeed undisturbed, so faults show nothing: {_unended(result)[0]}"
                )
            refused = frozenset(each.urn for each in result.errors if each.urn)
            return Stage(name, env, root, start, run, _ending(session), tuple(witness.done), refused), home


def _up(session: Session) -> StepResult:
    return session.workbench.up(continue_on_error=True)


def _update(session: Session) -> StepResult:
    # Without continue-on-error: the engine may wait for ever when an update of a resource fails with it
    # (github.com/pulumi/pulumi/issues/16373), and an update has few operations.
    return session.workbench.up()


def _destroy(session: Session) -> StepResult:
    return session.workbench.destroy(keep_protected=True, continue_on_error=True)


def _ending(session: Session) -> Ending:
    return ending(session.world, cast("dict[str, Any]", session.workbench.export().deployment or {}))


def _hits(injectors: Iterable[Injector]) -> int:
    return sum(len(each.hits) for each in injectors)


def _answered(injectors: Iterable[Injector]) -> bool:
    """Say whether the engine knows of every object that was made."""
    return all(
        each.rule.outcome == "partial" or (each.rule.moment == "before" and each.rule.outcome != "kill")
        for each in injectors
    )


def _lost(verb: str, injector: Injector) -> bool:
    """Say whether a creation may have happened whose answer was lost."""
    if injector.rule.outcome == "partial":
        return False
    return injector.rule.outcome == "kill" or (verb == "create" and injector.rule.moment == "after")


def _unended(result: StepResult, refused: Set[str] = frozenset()) -> list[str]:
    """Say why a run failed, in a line for each error that is not a refusal of one of `refused`."""
    if result.succeeded:
        return []
    errors = [each for each in result.errors if each.urn or not refused]
    return [
        f"{result.step} fails: {each.urn} {' '.join(each.message.split())[-300:]}"
        for each in errors
        if each.urn not in refused
    ]


def _together(name: str, parts: Sequence[FaultPass]) -> FaultPass:
    return FaultPass(
        name=name,
        tried=sum(each.tried for each in parts),
        passed=sum(each.passed for each in parts),
        rounds=sum(each.rounds for each in parts),
        seconds=sum(each.seconds for each in parts),
        wrong=tuple(f"{each.name}: {line}" for each in parts for line in each.wrong),
        remarks=tuple(line for each in parts for line in each.remarks),
    )
