"""Environments that are up already, for tests that begin there."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fcntl import LOCK_EX, flock
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from rehearsal.engine.acquire import Engine
from rehearsal.meter import Reading, Share
from tests.engine.bench import Bench, explained


@dataclass(frozen=True)
class Up:
    """An environment that is up: where its world is, and what the simulated clouds took of the time."""

    home: Path
    share: Share


@pytest.fixture(scope="session")
def ups(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Up]:
    """Return a function that brings an environment up once, for all workers of the test run."""
    base = tmp_path_factory.getbasetemp()
    # Each worker has a folder of its own below the run's.
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "environments-that-are-up"

    def bring_up(name: str) -> Up:
        folder = shared / name
        folder.mkdir(parents=True, exist_ok=True)
        said = folder / "up.json"
        with (folder / "lock").open("w") as lock:
            flock(lock, LOCK_EX)
            if not said.exists():
                bench = Bench.made(Path(mkdtemp(dir=folder)), engine)
                with bench.opened(name) as session:
                    result = session.take("up")
                    cost = Share(session.clouds.meter.read(), result.seconds)
                assert result.succeeded, explained(result)
                said.write_text(json.dumps({"home": str(bench.home), "share": asdict(cost)}), encoding="utf-8")
        held = json.loads(said.read_text(encoding="utf-8"))
        cost = Share(Reading(**held["share"]["reading"]), held["share"]["seconds"])
        return Up(Path(held["home"]), cost)

    return cache(bring_up)


@pytest.fixture(scope="session")
def worlds_of(ups: Callable[[str], Up]) -> Callable[[str], Path]:
    """Return a function that brings an environment up once, and says where its world is; not to be changed."""
    return lambda name: ups(name).home


@pytest.fixture
def running(engine: Engine, tmp_path: Path, worlds_of: Callable[[str], Path]) -> Callable[[str], Bench]:
    """Return a function that gives a bench in which an environment is up, the test's own to edit and break."""

    def bench(name: str) -> Bench:
        return Bench.made(tmp_path, engine, worlds=worlds_of(name))

    return bench
