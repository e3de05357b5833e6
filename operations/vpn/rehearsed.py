"""A rotation carried out step by step: the real engine over simulated clouds, in copies of the files and of the world.

After each step the engine has to have touched what the plan says and nothing else, the routing model has to have a path
for everything without the tunnels that were touched, and a preview has to be empty.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from infra import program
from model.config.load import load
from model.estate import Environment, Estate
from model.planning.bgp.network import Down
from model.planning.bgp.proof import Prover
from model.planning.drill import off
from model.planning.rotation import RotationPlan, Step
from operations.project import ROOT
from operations.rehearse import world_files
from operations.rehearse.session import Session, opened
from operations.upgrade.judging import errors, real, told
from rehearsal.engine.acquire import Engine, acquire
from rehearsal.engine.drive import Workbench
from rehearsal.engine.steps import Change, StepResult

_MOVING: Final = frozenset({"replace", "delete", "create"})
_SWITCH: Final = "deletionPolicy"


@dataclass(frozen=True)
class StepRun:
    """A step that was carried out: what the engine did, which tunnels that touched, and what was not as planned."""

    step: Step
    operations: tuple[str, ...]
    touched: frozenset[str]
    seconds: float
    complaints: tuple[str, ...]


@dataclass(frozen=True)
class RotationRehearsal:
    """What came of it; `complaints` is what went wrong outside of a step."""

    plan: RotationPlan
    runs: tuple[StepRun, ...]
    complaints: tuple[str, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether every step was taken and went as planned."""
        as_planned = all(not run.complaints for run in self.runs)
        return not self.complaints and as_planned and len(self.runs) == len(self.plan.steps)

    def as_dict(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "environment": self.plan.environment,
            "what": self.plan.what.value,
            "succeeded": self.succeeded,
            "steps": [
                {
                    "step": run.step.number,
                    "title": run.step.title,
                    "operations": list(run.operations),
                    "touched": sorted(run.touched),
                    "kpps": run.step.state.kpps,
                    "seconds": round(run.seconds, 3),
                    "complaints": list(run.complaints),
                }
                for run in self.runs
            ],
            "complaints": list(self.complaints),
        }

    def lines(self) -> list[str]:
        """Return it for a person."""
        found: list[str] = []
        for run in self.runs:
            mark = "as planned" if not run.complaints else "NOT AS PLANNED"
            down = f"down: {', '.join(sorted(run.touched))}" if run.touched else "nothing down"
            found.append(f"{run.step.number}. {run.step.title}")
            found.append(f"   {mark}; {down}; {run.step.state.kpps} kpps left; {run.seconds:.1f} s of the engine")
            found += [f"   {operation}" for operation in run.operations]
            found += [f"   ! {complaint}" for complaint in run.complaints]
        found += [f"! {complaint}" for complaint in self.complaints]
        return [*found, f"{len(self.runs)} of {len(self.plan.steps)} steps"]


def rehearse_rotation(
    estate: Estate,
    plan: RotationPlan,
    *,
    world: Path | None = None,
    root: Path = ROOT,
    engine: Engine | None = None,
    previews: bool = True,
    tell: Callable[[str], None] = lambda _: None,
) -> RotationRehearsal:
    """Carry `plan` out, which was made from the files at `root`.

    `world` is the folder with the world and state to begin from, in which the environment is up, and which stays as it
    is; without one the environment is brought up anew. `previews` asks for an empty preview after every step, and not
    after the last one alone. `tell` is told what is under way. Raises what `acquire` raises, and `WorldInUseError`.
    """
    with tempfile.TemporaryDirectory(prefix="hybrid-rotation-") as folder:
        project = Path(folder) / "project"
        project.mkdir()
        shutil.copytree(root / "stacks", project / "stacks")
        shutil.copy(root / "Pulumi.yaml", project / "Pulumi.yaml")
        used = world is not None and (world / world_files.WORLD).exists()
        place = world_files.copied(world, Path(folder)) if used and world else nullcontext(Path(folder) / "world")
        with place as home:
            return _Run(plan, estate, project, engine or acquire(), previews, tell).carried_out(home, up=used)


@dataclass
class _Run:
    plan: RotationPlan
    estate: Estate
    root: Path
    engine: Engine
    previews: bool
    tell: Callable[[str], None]

    def carried_out(self, home: Path, *, up: bool) -> RotationRehearsal:
        """Take the steps in the world in `home`, brought up first where it is not `up`."""
        env = self.estate.environments[self.plan.environment]
        runs: list[StepRun] = []
        with opened(env, self.engine, home=home, root=self.root) as session:
            if not up:
                self.tell(f"{env.name}: bringing it up as its files say")
                begun = session.take("up")
                if not begun.succeeded:
                    return RotationRehearsal(self.plan, (), tuple(errors(begun)))
            for step in self.plan.steps:
                self.tell(f"{env.name}: {step.number}. {step.title}")
                runs.append(self._step(session, step))
                if runs[-1].complaints:
                    break
        return RotationRehearsal(self.plan, tuple(runs))

    def _step(self, session: Session, step: Step) -> StepRun:
        (self.root / self.plan.file).write_text(step.text, encoding="utf-8")
        read = load(self.root, today=self.estate.today).estate
        if read is None:
            return StepRun(step, (), frozenset(), 0.0, ("the files can not be read after the edit",))
        env = read.environments[self.plan.environment]
        bench = Workbench(
            self.engine,
            home=session.workbench.home,
            stack=env.name,
            project_file=self.root / "Pulumi.yaml",
            stack_file=self.root / self.plan.file,
            program=lambda: program.run(env.name, root=self.root),
            environment=session.clouds.environment(),
        )
        result = bench.up()
        complaints = [*unexpected(result, step), *left_without_path(env, result)]
        seconds = result.seconds
        if self.previews or step is self.plan.steps[-1]:
            after = bench.preview()
            seconds += after.seconds
            complaints += errors(after)
            complaints += [f"differs from the files, where nothing should: {told(each)}" for each in real(after)]
        done = tuple(told(each).removesuffix(": ") for each in real(result))
        return StepRun(step, done, touched(env, result), seconds, tuple(complaints))


def unexpected(result: StepResult, step: Step) -> list[str]:
    """Say what an `up` did that the step did not ask for, and what it left undone."""
    if not result.succeeded:
        return errors(result)
    changes = real(result)
    found: list[str] = []
    for word, planned in (("replace", step.replaced), ("create", step.created), ("delete", step.deleted)):
        done = {each.name for each in changes if each.operation == word}
        found += [f"not planned: {word} of {name}" for name in sorted(done - set(planned))]
        found += [f"planned, and not done: {word} of {name}" for name in sorted(set(planned) - done)]
    # Lifting protection is a matter of the state, and of the provider's own switch where it has one.
    updated = {each.name: each for each in changes if each.operation not in _MOVING and _keys(each) != {_SWITCH}}
    found += [f"not planned: {told(updated[name])}" for name in sorted(set(updated) - set(step.updated))]
    found += [f"planned, and not done: update of {name}" for name in sorted(set(step.updated) - set(updated))]
    return found


def touched(env: Environment, result: StepResult) -> frozenset[str]:
    """Return the tunnels whose path the engine took away for a while."""
    return frozenset(name for change in real(result) for name in _touches(env, change))


def left_without_path(env: Environment, result: StepResult) -> list[str]:
    """Say which prefix has no path, by the routing model, without the tunnels that the engine touched."""
    state = Prover(env).after(Down(sessions=touched(env, result) | off(env)))
    return [f"no path for {path.prefix}, {path.direction.value}" for path in state.cut]


def _touches(env: Environment, change: Change) -> Iterator[str]:
    if not change.name.startswith("vpn-") or (change.operation not in _MOVING and _keys(change) == {_SWITCH}):
        return
    own = [name for name in env.vpn.tunnels if change.name.startswith(f"vpn-{name}-")]
    if own:
        yield from own
    elif change.name in {"vpn-gateway", "vpn-router"} and change.operation in {"replace", "delete"}:
        yield from env.vpn.tunnels


def _keys(change: Change) -> set[str]:
    return {path.split(".")[0].split("[")[0] for path in change.detailed} or set(change.keys)
