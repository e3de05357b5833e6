"""Environments that are up already, for tests that begin there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.engine.acquire import Engine
from tests.engine.bench import Bench, explained


@pytest.fixture(scope="session")
def worlds_of(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that brings an environment up once in the session, and says where its world is."""
    ready: dict[str, Path] = {}

    def bring_up(name: str) -> Path:
        if name not in ready:
            bench = Bench.made(tmp_path_factory.mktemp(f"up-{name}"), engine)
            result = bench.take(name, "up")
            assert result.succeeded, explained(result)
            ready[name] = bench.home
        return ready[name]

    return bring_up


@pytest.fixture
def running(engine: Engine, tmp_path: Path, worlds_of: Callable[[str], Path]) -> Callable[[str], Bench]:
    """Return a function that gives a bench in which an environment is up, the test's own to edit and break."""

    def bench(name: str) -> Bench:
        return Bench.made(tmp_path, engine, worlds=worlds_of(name))

    return bench
