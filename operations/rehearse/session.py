"""One environment in the simulated clouds: its world, the clouds over it, and the engine that runs the program."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra import program
from model.estate import Environment
from operations.project import REHEARSALS, ROOT
from operations.rehearse import world_files
from operations.rehearse.adoption import existing
from operations.rehearse.inventory import inventory, service_accounts
from rehearsal.engine.acquire import Engine
from rehearsal.engine.drive import Program, Workbench
from rehearsal.engine.steps import StepResult, Watcher
from rehearsal.interception import Interceptor
from rehearsal.inventory import Existing
from rehearsal.server import Clouds
from rehearsal.world.world import World

STEPS = ("preview", "up", "refresh", "destroy")
"""Steps that can be asked for one at a time."""

FULL = ("preview", "up", "second-preview")
"""The steps of a whole rehearsal."""


def folder(environment: str) -> Path:
    """Return where the rehearsal of an environment keeps its world and its state."""
    return REHEARSALS / environment


def start_over(environment: str) -> None:
    """Forget the world and the state of an environment. Raises `WorldInUseError` while another process has it."""
    world_files.forget(folder(environment))


@dataclass(frozen=True)
class Session:
    """A rehearsal under way: the engine over one environment's world."""

    world: World
    clouds: Clouds
    workbench: Workbench

    def take(self, step: str) -> StepResult:
        """Take one step and return what it did."""
        match step:
            case "preview" | "second-preview":
                return self.workbench.preview()
            case "up":
                return self.workbench.up()
            case "refresh":
                return self.workbench.refresh()
            case "destroy":
                return self.workbench.destroy(keep_protected=True)
            case _:
                raise ValueError(f"no step '{step}'")


@contextmanager
def opened(
    env: Environment,
    engine: Engine,
    *,
    watcher: Watcher | None = None,
    home: Path | None = None,
    root: Path = ROOT,
    checkpoints: bool = False,
    interceptors: Sequence[Interceptor] = (),
    identity: str = "",
    present: Sequence[Existing] | None = None,
    declared: Program | None = None,
) -> Generator[Session]:
    """Open the world of `env`, which stays between sessions, and serve it to the engine.

    `home` keeps world and state elsewhere than under the project; `root` is the project whose files the program reads.
    `checkpoints` saves the state after each operation, for rehearsals in which one is lost; `interceptors` step in
    before and after operations. `identity` is who calls the clouds: `plan` may read and not change, `apply` may do what
    it likes, and so may nobody in particular. `present` is what there is before the program runs, where that is known
    already, and `declared` what declares the resources in place of the program as it is deployed. Raises what `World`
    and `Workbench` raise.
    """
    place = home or folder(env.name)
    place.mkdir(parents=True, exist_ok=True)
    world_files.mend(place)
    world = World(place / "world.json", seed=env.name)
    try:
        world.seed(inventory(env, existing(env, root) if present is None else present))
        plan, apply = service_accounts(env.organisation, env.name)
        clouds = Clouds(world, interceptors=interceptors, identity={"plan": plan, "apply": apply}.get(identity, ""))
        clouds.start()
        try:
            yield Session(
                world,
                clouds,
                Workbench(
                    engine,
                    home=place / "engine",
                    stack=env.name,
                    project_file=root / "Pulumi.yaml",
                    stack_file=root / env.source.file,
                    program=declared or (lambda: program.run(env.name, root=root)),
                    environment=clouds.environment(),
                    watcher=watcher,
                    checkpoints=checkpoints,
                ),
            )
        finally:
            clouds.stop()
    finally:
        world.close()
