"""The layers are a checked contract; here the contract itself is checked, over a tree of empty packages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGES: Final = ("model", "components", "infra", "operations", "rehearsal")

FORBIDDEN: Final = [
    *(("model", other) for other in ("components", "infra", "operations", "rehearsal")),
    *(("model", other) for other in ("pulumi", "pulumi_gcp", "pulumi_kubernetes", "pulumi_random", "pulumi_vsphere")),
    *(("components", other) for other in ("infra", "operations", "rehearsal")),
    *(("infra", other) for other in ("operations", "rehearsal")),
    *(("rehearsal", other) for other in ("model", "components", "infra", "operations")),
]
ALLOWED: Final = [
    ("components", "model"),
    ("components", "pulumi_gcp"),
    ("infra", "components"),
    ("operations", "infra"),
    ("operations", "rehearsal"),
    ("rehearsal", "pulumi"),
]


def lint(tree: Path, edges: list[tuple[str, str]]) -> subprocess.CompletedProcess[str]:
    """Run the project's own contracts over empty packages with these imports between them."""
    for package in PACKAGES:
        (tree / package).mkdir()
        (tree / package / "__init__.py").touch()
    for number, (importer, imported) in enumerate(edges):
        (tree / importer / f"edge{number}.py").write_text(f"import {imported}\n")
    command = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    return subprocess.run(
        [sys.executable, "-c", command, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_imports_that_the_house_is_built_on_keep_the_contract(tmp_path: Path) -> None:
    linted = lint(tmp_path, ALLOWED)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN)
def test_an_import_against_the_layers_breaks_the_contract(importer: str, imported: str, tmp_path: Path) -> None:
    linted = lint(tmp_path, [(importer, imported)])
    assert linted.returncode == 1
    assert f"{importer}.edge0 -> {imported}" in linted.stdout
