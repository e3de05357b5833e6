"""A world with an engine over it in a folder of the test's own, for programs of a few resources."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

import pytest

from rehearsal.engine.acquire import Engine
from rehearsal.engine.drive import Workbench
from rehearsal.interception import Interceptor
from rehearsal.inventory import Inventory
from rehearsal.server import Clouds
from rehearsal.world import World

QUIET: Final = pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object run_in_stack")
"""A program that the engine interrupts is thrown away half way by the SDK; the collector then says so."""


class Site:
    """One world, and workbenches over it, each with clouds of its own that act as one account or another.

    `interceptors` step in at every operation of the workbenches that are made afterwards. Use as a context manager.
    """

    def __init__(self, engine: Engine, folder: Path, given: Inventory) -> None:
        self.world = World(folder / "world.json", seed="site")
        self.world.seed(given)
        self.interceptors: list[Interceptor] = []
        self._engine = engine
        self._folder = folder
        self._clouds: list[Clouds] = []
        (folder / "Pulumi.yaml").write_text("name: tiny\nruntime: python\n", encoding="utf-8")
        (folder / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")

    def bench(self, program: Callable[[], None], *, identity: str = "") -> Workbench:
        """Return a workbench that runs `program` against the world, as the account `identity` or as anybody."""
        clouds = Clouds(self.world, identity=identity, interceptors=self.interceptors).start()
        self._clouds.append(clouds)
        return Workbench(
            self._engine,
            home=self._folder / "engine",
            stack="dev",
            project_file=self._folder / "Pulumi.yaml",
            stack_file=self._folder / "Pulumi.dev.yaml",
            program=program,
            environment=clouds.environment(),
        )

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for clouds in self._clouds:
            clouds.stop()
        self.world.close()
        gc.collect()
