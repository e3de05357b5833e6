"""What holds for every test: no credentials, the same environment on every machine, and a tier by its folder."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Final, cast

import pytest
from hypothesis import settings

from rehearsal.engine.acquire import PINNED, Engine, find
from rehearsal.engine.environment import prepare_process

# Before any test module is imported: a failed assertion prints what a provider was given.
prepare_process()
os.environ.update({"TZ": "UTC", "NO_COLOR": "1", "COLUMNS": "120"})

TIERS: Final = {
    "model": "model",
    "program": "program",
    "rehearsal": "simulation",
    "engine": "engine",
    "cli": "cli",
    "setup": "cli",
    "frr": "frr",
    "apiserver": "apiserver",
    "workflows": "house",
}
"""The tier of each folder below tests/; what lies beside this file is about the house."""

LONG: Final = ("cli", "engine", "frr", "apiserver")
"""Folders whose tests take seconds each; the last of them may have to wait for a build."""

# The same examples on every machine, no example too slow for a busy one.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the marker of its folder."""
    here = Path(__file__).parent
    # The long ones first, so that the short ones fill both cores at the end.
    items.sort(key=lambda item: _turn(item.path.relative_to(here).parts[0]))
    for item in items:
        folders = item.path.relative_to(here).parts[:-1]
        tier = TIERS.get(folders[0]) if folders else "house"
        if tier is None:
            raise pytest.UsageError(f"{item.path}: tests/{folders[0]}/ is no tier; there are {', '.join(TIERS)}")
        item.add_marker(tier)


def _turn(folder: str) -> int:
    if folder not in LONG:
        return 2
    return 1 if folder == "apiserver" else 0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say before the closing line what tests have counted (`record_property("counted", ...)`)."""
    for report in cast("list[pytest.TestReport]", terminalreporter.getreports("passed")):
        for name, value in report.user_properties:
            if name == "counted":
                terminalreporter.write_line(str(value))


@pytest.fixture(autouse=True)
def frozen_environment() -> Generator[None]:
    """Undo what a test does to the environment of the process."""
    before = dict(os.environ)
    yield
    if dict(os.environ) != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Return the Pulumi engine; a test that asks for it is skipped where there is none."""
    found = find()
    if found is None:
        pytest.skip(f"no Pulumi engine {PINNED} or later here; ./hybrid setup gets one")
    return found
