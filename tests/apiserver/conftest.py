"""The API server that the tests of this tier share."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from operations.control_plane import find_or_wait, why_not
from tests.apiserver.server import Server, served

HERE = Path(__file__).parent
_SECONDS_WITH_A_BUILD = 1800
"""A run of all tests builds the API server meanwhile, where it has to."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the tier."""
    config.addinivalue_line("markers", "apiserver: what is applied to clusters, on a real Kubernetes API server")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tier in one process, which has the one server."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("apiserver"))
            item.add_marker(pytest.mark.timeout(_SECONDS_WITH_A_BUILD))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """Return a running API server; a test that asks for it is skipped where there is none."""
    control_plane = find_or_wait()
    if control_plane is None:
        pytest.skip(why_not())
    with served(control_plane, tmp_path_factory.mktemp("control-plane")) as running:
        yield running
