"""What tests of the commands share: a desk with a project of its own, one browser for all that look at a page."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.cli.browser import BROWSER, MISSING, Browser, opened
from tests.cli.desk import Desk, laid_out


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    """Return a headless browser; a test that asks for it is skipped where there is none."""
    if BROWSER is None:
        pytest.skip(MISSING)
    with opened(tmp_path_factory.mktemp("browser") / "profile") as found:
        yield found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Return a project of the test's own under git, and the command line over it, in this process."""
    return laid_out(tmp_path, monkeypatch, capsys)
