"""A plan carried out step by step: the real engine over simulated clouds, gkectl's part as hand edits of the world.

Everything happens in copies: of the stack files, whose versions the steps edit, and of the world and state, if there
are any. After each step the files are checked, the plan is made again from them, and a preview has to be empty.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import program
from model.config.load import load
from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.estate import Environment, Estate
from model.planning.upgrades.edits import EditRefusedError, edited
from model.planning.upgrades.effort import Duration
from model.planning.upgrades.moves import Act, Move, Way
from model.planning.upgrades.plan import Plan, PlannedStep, plan, rings_before
from model.planning.upgrades.walk import walked
from operations.project import ROOT
from operations.rehearse import world_files
from operations.rehearse.hand_edits import ADMIN_CLUSTER
from operations.rehearse.session import Session, opened
from operations.upgrade.judging import VERSION, errors, real, told, unavailable, unexpected
from operations.upgrade.page import title
from operations.upgrade.writing import broken
from rehearsal.engine.acquire import Engine, acquire
from rehearsal.engine.drive import Workbench
from rehearsal.engine.steps import StepResult


@dataclass(frozen=True)
class StepRun:
    """A step that was carried out.

    how: `engine` for one that the engine or a preview of it took part in, `model` for one that is gkectl's alone.
    operations: what the engine did. complaints: what was not as planned.
    """

    step: PlannedStep
    how: str
    operations: tuple[str, ...]
    seconds: float
    complaints: tuple[str, ...]


@dataclass(frozen=True)
class UpgradeRehearsal:
    """What came of it."""

    plan: Plan
    runs: tuple[StepRun, ...]
    complaints: tuple[str, ...]
    """What went wrong outside of a step."""

    @property
    def succeeded(self) -> bool:
        """Whether every step went as planned."""
        return not self.complaints and all(not run.complaints for run in self.runs) and self.whole

    @property
    def whole(self) -> bool:
        """Whether every step was taken."""
        return len(self.runs) == len(self.plan.steps)

    def as_dict(self) -> dict[str, Any]:
        """Return the documented shape for machines."""
        return {
            "environment": self.plan.environment,
            "target": str(self.plan.target),
            "succeeded": self.succeeded,
            "minutes": self.plan.minutes,
            "steps": [
                {
                    "step": run.step.number,
                    "what": title(run.step),
                    "by": run.step.move.way.value,
                    "how": run.how,
                    "operations": list(run.operations),
                    "seconds": round(run.seconds, 3),
                    "minutes": run.step.duration.minutes,
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
            engine = f"{run.seconds:.1f} s of the engine" if run.how == "engine" else "in the model: gkectl's alone"
            found.append(f"{run.step.number}. {title(run.step)}")
            found.append(f"   {mark}; {engine}, about {run.step.duration} for real")
            found.extend(f"   {operation}" for operation in run.operations)
            for pool in run.step.pools:
                worst = [each for each in pool.outcomes if not each.held]
                kept = len(pool.outcomes) - len(worst)
                found.append(f"   pool {pool.pool}: {kept} of {len(pool.outcomes)} usual workloads run all the time")
                found.extend(
                    f"     {each.workload.name}: {'its budget stops the drain' if each.stuck else 'away for a while'}"
                    for each in worst
                )
            if run.step.api_away:
                found.append("   the Kubernetes API is away meanwhile (B75)")
            found.extend(f"   ! {complaint}" for complaint in run.complaints)
        found.extend(f"! {complaint}" for complaint in self.complaints)
        seconds = sum(run.seconds for run in self.runs)
        total = f"{len(self.runs)} of {len(self.plan.steps)} steps, {seconds:.1f} s of the engine"
        found.append(f"{total}, about {Duration(self.plan.minutes, '')} for real")
        return found


def rehearse_upgrade(
    estate: Estate,
    environment: str,
    wanted: str,
    *,
    pools_later: bool = False,
    world: Path | None = None,
    root: Path = ROOT,
    engine: Engine | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> UpgradeRehearsal:
    """Plan the upgrade of an environment and carry it out.

    `world` is the folder with the world and state to begin from, in which the environment is up, and which stays as it
    is; without one the environment is brought up anew. `root` is the project that `estate` was read from. `tell` is
    told what is under way.

    Raises what `plan` raises, what `acquire` raises, and `WorldInUseError`.
    """
    wanted_plan = plan(estate, environment, wanted, pools_later=pools_later)
    env = estate.environments[environment]
    if all(_outside(env, step.move) for step in wanted_plan.steps if step.move.act is not Act.WORKSTATION):
        # gkectl drives every cluster of it, so there is nothing that the program could show.
        return UpgradeRehearsal(wanted_plan, tuple(_in_the_model(estate, wanted_plan)), ())
    with tempfile.TemporaryDirectory(prefix="hybrid-upgrade-") as folder:
        project = Path(folder) / "project"
        project.mkdir()
        shutil.copytree(root / "stacks", project / "stacks")
        shutil.copy(root / "Pulumi.yaml", project / "Pulumi.yaml")
        used = world is not None and (world / world_files.WORLD).exists()
        place = world_files.copied(world, Path(folder)) if used and world else nullcontext(Path(folder) / environment)
        with place as home:
            run = _Run(wanted_plan, estate, project, engine or acquire(), pools_later, tell)
            return run.carried_out(home, up=used)


@dataclass
class _Run:
    wanted: Plan
    estate: Estate
    root: Path
    engine: Engine
    pools_later: bool
    tell: Callable[[str], None]

    @property
    def env(self) -> Environment:
        return self.estate.environments[self.wanted.environment]

    def carried_out(self, home: Path, *, up: bool) -> UpgradeRehearsal:
        """Take the steps in the world in `home`, brought up first where it is not `up`."""
        runs: list[StepRun] = []
        with opened(self.env, self.engine, home=home, root=self.root) as session:
            if not up:
                self.tell(f"{self.env.name}: bringing it up as its files say")
                begun = session.take("up")
                if not begun.succeeded:
                    return UpgradeRehearsal(self.wanted, (), tuple(errors(begun)))
            for index, step in enumerate(self.wanted.steps):
                if _gkectl_alone(step.move):
                    break
                self.tell(f"{self.env.name}: {step.number}. {title(step)}")
                runs.append(self._step(session, index, step))
                if runs[-1].complaints:
                    return UpgradeRehearsal(self.wanted, tuple(runs), ())
        if len(runs) < len(self.wanted.steps):
            runs.extend(_in_the_model(self.estate, self.wanted)[len(runs) :])
        return UpgradeRehearsal(self.wanted, tuple(runs), ())

    def _step(self, session: Session, index: int, step: PlannedStep) -> StepRun:
        complaints = [f"{each.rule}: {each.message}" for each in step.stopped_by]
        complaints += self._differs(index)
        if complaints:
            return StepRun(step, "engine", (), 0.0, tuple(complaints))
        if step.move.way is Way.GKECTL:
            complaints += [] if _outside(self.env, step.move) else _as_gkectl_would(session, step.move)
        complaints += self._edit(step)
        if complaints:
            return StepRun(step, "engine", (), 0.0, tuple(complaints))
        bench = self._bench(session)
        results: list[StepResult] = []
        if step.move.way is Way.PULUMI:
            results.append(bench.up())
            complaints += unexpected(results[0], step)
        results.append(bench.preview())
        if not results[-1].succeeded:
            complaints += errors(results[-1])
        complaints += [f"differs from the files, where nothing should: {told(each)}" for each in real(results[-1])]
        complaints += unavailable(step)
        done = tuple(told(each) for each in real(results[0])) if step.move.way is Way.PULUMI else ()
        return StepRun(step, "engine", done, sum(each.seconds for each in results), tuple(complaints))

    def _differs(self, index: int) -> list[str]:
        """Say where a plan that is made now is not the rest of the one that was made at first."""
        now = plan(self.estate, self.env.name, str(self.wanted.target), pools_later=self.pools_later)
        rest = [each.move for each in self.wanted.steps[index:]]
        if [each.move for each in now.steps] == rest:
            return []
        return [f"the plan from here is another: {'; '.join(title(each) for each in now.steps)}"]

    def _edit(self, step: PlannedStep) -> list[str]:
        """Make the edits of a step, and those of the environments that move together with this one (X1)."""
        before = broken(self.root, today=self.estate.today)
        wanted = {self.env.source.file: step.edits}
        for name, other in self.estate.environments.items():
            if name != self.env.name and other.facts.ring == self.env.facts.ring:
                beside = plan(self.estate, name, str(self.wanted.target), pools_later=self.pools_later).steps
                if beside and beside[0].move.act is step.move.act:
                    wanted[other.source.file] = beside[0].edits
        try:
            for file, edits in wanted.items():
                path = self.root / file
                path.write_text(edited(path.read_text(encoding="utf-8"), edits, path), encoding="utf-8")
        except EditRefusedError as error:
            return [str(error)]
        read = load(self.root, today=self.estate.today).estate
        if read is None:
            return ["the files can not be read after the edit"]
        self.estate = read
        return sorted(f"{rule}: {message}" for rule, message in broken(self.root, today=read.today) - before)

    def _bench(self, session: Session) -> Workbench:
        """Return the engine over the files as they are now."""
        name = self.env.name
        return Workbench(
            self.engine,
            home=session.workbench.home,
            stack=name,
            project_file=self.root / "Pulumi.yaml",
            stack_file=self.root / self.env.source.file,
            program=lambda: program.run(name, root=self.root),
            environment=session.clouds.environment(),
        )


def _in_the_model(estate: Estate, wanted: Plan) -> list[StepRun]:
    """Walk a plan in the model: for steps that the program has no part in."""
    env = estate.environments[wanted.environment]
    return [
        StepRun(each.step, "model", (), 0.0, each.complaints) for each in walked(env, wanted, rings_before(estate, env))
    ]


def _outside(env: Environment, move: Move) -> bool:
    """Say whether a step is about a cluster that gkectl drives and this program does not know."""
    clusters: tuple[AdminCluster | UserCluster, ...] = (*env.onprem.admin_clusters, *env.onprem.user_clusters)
    return any(each.name == move.name and each.provisioner is Provisioner.GKECTL for each in clusters)


def _gkectl_alone(move: Move) -> bool:
    """Say whether a step leaves no trace that the program could follow: a migration, a conversion."""
    return move.act is Act.MIGRATION or move.converts


def _as_gkectl_would(session: Session, move: Move) -> list[str]:
    """Move an admin cluster in the world, as gkectl does outside of the program."""
    if move.act is not Act.ADMIN:
        return []
    records = [each for each in session.world.objects(ADMIN_CLUSTER) if each.id.endswith(f"/{move.name}")]
    if not records:
        return [f"the simulated clouds have no admin cluster {move.name}"]
    held = records[0].text(VERSION)
    if held != str(move.before):
        return [f"admin cluster {move.name} is on {held} in the simulated clouds and not on {move.before}"]
    session.world.edit(ADMIN_CLUSTER, records[0].id, [VERSION], str(move.after))
    return []
