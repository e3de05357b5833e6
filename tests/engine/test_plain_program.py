"""The program as the official command line runs it: `__main__.py` itself, with the project's own files."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from operations.project import ROOT
from operations.rehearse.inventory import inventory
from rehearsal.engine.acquire import Engine
from rehearsal.engine.drive import Workbench
from rehearsal.server import Clouds
from rehearsal.world.world import World
from tests.engine.bench import Bench, explained


def entry_point() -> None:
    """Run the file that the command line's language host runs."""
    runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")


def test_the_entry_point_is_the_program_that_a_rehearsal_runs(
    engine: Engine, tmp_path: Path, worlds_of: Callable[[str], Path]
) -> None:
    home = tmp_path / "worlds"
    shutil.copytree(worlds_of("sandbox"), home, symlinks=True)
    world = World(home / "sandbox/world.json", seed="sandbox")
    with Clouds(world) as clouds:
        bench = Workbench(
            engine,
            home=home / "sandbox/engine",
            stack="sandbox",
            project_file=ROOT / "Pulumi.yaml",
            stack_file=ROOT / "stacks/Pulumi.sandbox.yaml",
            program=entry_point,
            environment=clouds.environment(),
        )
        result = bench.preview()
    world.close()
    assert result.empty, explained(result)
    assert result.operations["same"] > 100


def test_plain_pulumi_previews_against_the_simulated_clouds(engine: Engine, tmp_path: Path) -> None:
    """Runs the official command line where it is whole; an engine built from source has no Python language host."""
    if not engine.has_language_host:
        pytest.skip("this engine has no pulumi-language-python; with the official Pulumi on PATH this test runs")
    project = Bench.made(tmp_path, engine)
    for name in ("__main__.py", "infra", "components", "model"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, project.root / name)
    (project.root / ".venv").symlink_to(ROOT / ".venv", target_is_directory=True)
    world = World(tmp_path / "world.json", seed="sandbox")
    world.seed(inventory(project.environment("sandbox")))
    stack = project.root / "stacks/Pulumi.sandbox.yaml"
    stack.write_text(stack.read_text(encoding="utf-8").replace("secretsprovider: gcpkms", "# gcpkms"), encoding="utf-8")
    with Clouds(world) as clouds:
        environment = {
            **os.environ,
            **clouds.environment(),
            "HOME": str(tmp_path),
            "PULUMI_HOME": str(tmp_path / "pulumi"),
            "PULUMI_BACKEND_URL": tmp_path.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "rehearsal",
        }
        for words in (["stack", "init", "sandbox"], ["preview", "-s", "sandbox", "--non-interactive"]):
            done = subprocess.run(
                [str(engine.path), *words],
                cwd=project.root,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
    world.close()
    assert "to create" in done.stdout
