"""The launcher from the outside: a small project of its own, a real virtual environment, real pip, and no network.

What these can not know: whether the project's own pins can be had from a package index; every first run shows it.
"""

from __future__ import annotations

import ast
import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Mapping
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import module_from_spec
from pathlib import Path
from typing import Final

import pytest

LAUNCHER: Final = Path(__file__).resolve().parents[2] / "hybrid"

COMMAND: Final = """
import os, sys
import tiny
print("ran", *sys.argv[1:])
print("in", os.getcwd())
sys.exit(7 if "fail" in sys.argv else 0)
"""


def wheel(folder: Path, name: str) -> str:
    """Make a wheel with one empty module; return the requirement line that pins it."""
    module, record = f"{name}.py", f"{name}-1.0.dist-info/RECORD"
    files = {
        module: "",
        f"{name}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},sha256={_digest(text)},{len(text)}" for path, text in files.items()]
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in {**files, record: "\n".join([*lines, f"{record},,", ""])}.items():
            archive.writestr(inside, text)
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


class Project:
    """A checkout with the launcher, requirement files for one tiny package each, and one command."""

    def __init__(self, folder: Path) -> None:
        self.root = root = folder / "a check out"
        self.wheels = folder / "wheels"
        self.home = folder / "cache of mine"
        if root.exists():
            return
        self.wheels.mkdir(parents=True)
        (root / "operations").mkdir(parents=True)
        (root / "operations" / "__init__.py").touch()
        (root / "operations" / "__main__.py").write_text(COMMAND)
        (root / "requirements.txt").write_text(wheel(self.wheels, "tiny"))
        (root / "requirements-dev.txt").write_text(wheel(self.wheels, "small"))
        shutil.copy(LAUNCHER, root / "hybrid")

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG", "PATH", "TMPDIR"}}
        return {**inherited, "HYBRID_HOME": str(self.home), "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)}

    def start(
        self, *words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(self.root / "hybrid"), *words],
            cwd=cwd or self.root,
            env={**self.environment, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(
        self, *words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        process = self.start(*words, cwd=cwd, env=env)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def has(self, module: str) -> bool:
        python = self.root / ".venv" / "bin" / "python"
        return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """Return a checkout that no one has set up, in a path with spaces."""
    return Project(tmp_path)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a checkout that has been set up for every command but `test`; to be left as it is."""
    project = Project(tmp_path_factory.mktemp("ready"))
    first = project.run("hello")
    assert first.returncode == 0, first.stderr
    return project


@pytest.fixture
def used(ready: Project, tmp_path: Path) -> Project:
    """Return a checkout like `ready` of the test's own."""
    shutil.copytree(ready.root.parent, tmp_path / "copy", symlinks=True)
    return Project(tmp_path / "copy")


def test_a_first_run_sets_up_with_one_line_and_runs_the_command_from_any_directory(
    fresh: Project, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "else where"
    (elsewhere / "operations").mkdir(parents=True)
    for module in ("__init__", "__main__"):
        (elsewhere / "operations" / f"{module}.py").write_text("print('not the project's own')")
    ran = fresh.run("hello", "a b", "--flag", cwd=elsewhere)
    assert ran.stdout.splitlines() == ["ran hello a b --flag", f"in {elsewhere}"]
    assert len(ran.stderr.splitlines()) == 1
    assert "there is no .venv yet" in ran.stderr
    assert ran.returncode == 0


def test_a_later_run_says_and_installs_nothing(ready: Project) -> None:
    stamp = (ready.root / ".venv" / "hybrid-stamp").stat().st_mtime_ns
    ran = ready.run("hello", env={"PIP_FIND_LINKS": "/nowhere"})
    assert ran.stdout.splitlines()[0] == "ran hello"
    assert ran.stderr == ""
    assert (ready.root / ".venv" / "hybrid-stamp").stat().st_mtime_ns == stamp


def test_the_commands_own_exit_code_is_the_launchers(ready: Project) -> None:
    assert ready.run("hello", "fail").returncode == 7


def test_only_the_command_test_installs_what_only_tests_need(used: Project) -> None:
    assert not used.has("small")
    ran = used.run("test")
    assert "the tests need more" in ran.stderr
    assert used.has("small")
    assert used.run("hello").stderr == used.run("test").stderr == ""


def test_a_changed_requirement_file_is_installed_and_what_is_there_is_kept(used: Project) -> None:
    kept = used.root / ".venv" / "kept"
    kept.touch()
    with (used.root / "requirements.txt").open("a") as file:
        file.write(wheel(used.wheels, "other"))
    ran = used.run("hello")
    assert "changed" in ran.stderr
    assert used.has("other")
    assert kept.exists()


def test_requirements_put_back_after_a_set_up_that_failed_are_installed_again(used: Project) -> None:
    pinned = (used.root / "requirements.txt").read_text()
    (used.root / "requirements.txt").write_text(pinned.replace("==1.0", "==2.0"))
    assert used.run("hello").returncode == 1
    (used.root / "requirements.txt").write_text(pinned)
    assert "was not finished" in used.run("hello").stderr


def test_another_python_behind_the_virtual_environment_counts_as_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = SourceFileLoader("launcher", str(LAUNCHER))
    launcher = module_from_spec(ModuleSpec(loader.name, loader, origin=str(LAUNCHER)))
    launcher.__file__ = str(LAUNCHER)
    loader.exec_module(launcher)
    link = tmp_path / "python"
    (tmp_path / "requirements.txt").touch()
    monkeypatch.setattr(launcher, "ROOT", str(tmp_path))
    monkeypatch.setattr(launcher, "PYTHON", str(link))
    keys: set[str] = set()
    for version in ("python3.11", "python3.12"):
        (tmp_path / version).touch()
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / version)
        keys.add(launcher.key(["requirements.txt"]))
    assert len(keys) == 2


def test_an_interrupted_set_up_is_taken_up_where_it_stopped(fresh: Project) -> None:
    first = fresh.start("hello")
    python = fresh.root / ".venv" / "bin" / "python"
    while not python.exists():
        time.sleep(0.01)
    first.send_signal(signal.SIGINT)
    _, said = first.communicate()
    assert first.returncode == 130
    assert "interrupted" in said
    again = fresh.run("hello")
    assert "was not finished" in again.stderr
    assert again.stdout.startswith("ran hello")


def test_a_virtual_environment_whose_python_has_gone_is_made_anew(used: Project) -> None:
    python = used.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python")
    assert used.run("hello").stdout.startswith("ran hello")


def test_a_virtual_environment_without_pip_is_completed_and_not_thrown_away(fresh: Project) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", fresh.root / ".venv"], check=True)
    kept = fresh.root / ".venv" / "kept"
    kept.touch()
    assert fresh.run("hello").stdout.startswith("ran hello")
    assert kept.exists()


def test_two_at_once_set_up_once(fresh: Project) -> None:
    both = [fresh.start("hello"), fresh.start("hello")]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted("installing" in text for text in said) == [False, True]


def test_a_package_that_is_not_the_pinned_one_is_refused_and_the_remedy_is_named(used: Project) -> None:
    pinned = wheel(used.wheels, "other")
    (used.root / "requirements.txt").write_text(f"{pinned[:-4]}ffff\n")
    refused = used.run("hello")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "not the one that was pinned" in refused.stderr
    assert not used.has("other")
    (used.root / "requirements.txt").write_text(pinned)
    assert used.run("hello").returncode == 0


def test_a_requirement_without_a_hash_is_refused(used: Project) -> None:
    pinned = wheel(used.wheels, "other")
    (used.root / "requirements.txt").write_text(f"{pinned.split()[0]}\n")
    assert used.run("hello").returncode == 1
    assert not used.has("other")


def test_a_package_index_that_can_not_be_reached_is_told_from_other_trouble(used: Project) -> None:
    (used.root / "requirements.txt").write_text(wheel(used.wheels, "other"))
    offline = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}
    failed = used.run("hello", env=offline)
    assert failed.returncode == 1
    assert "index can not be reached" in failed.stderr
    assert any(str(log) in failed.stderr for log in used.home.glob("pip-*.log"))
    assert "its words are below" in used.run("hello", env={"PIP_FIND_LINKS": ""}).stderr


def posing_as_python_3_8(project: Project, path: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the launcher under an interpreter that takes itself for Python 3.8, with this PATH."""
    disguise = (
        "import runpy, sys; sys.version_info = (3, 8, 0); sys.version = '3.8.0 (disguised)'; "
        f"sys.argv = {[str(project.root / 'hybrid'), *words]!r}; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", disguise],
        env={**project.environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_older_python_hands_over_to_a_newer_one_that_really_works(ready: Project, tmp_path: Path) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    (tmp_path / f"python3.{sys.version_info[1]}").symlink_to(sys.executable)
    ran = posing_as_python_3_8(ready, str(tmp_path), "hello")
    assert ran.stdout.splitlines()[:1] == ["ran hello"], ran.stderr


def test_without_any_supported_python_it_says_which_ones_are_and_how_to_get_one(ready: Project, tmp_path: Path) -> None:
    ran = posing_as_python_3_8(ready, str(tmp_path), "hello")
    assert ran.returncode == 2
    assert "3.8.0" in ran.stderr
    assert "apt install python3.11" in ran.stderr
    assert ran.stdout == ""


def test_a_python_as_old_as_3_6_can_read_the_launcher() -> None:
    ast.parse(LAUNCHER.read_text(), feature_version=(3, 6))
