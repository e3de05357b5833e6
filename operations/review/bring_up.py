"""The base in the simulated clouds: brought up once for each content, kept below .rehearsal/bases, copied to be used.

What is kept is the world, the engine's state without protection (so that a preview goes on past what is protected, and
says all of it), and the resources as they were with it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import pulumi

from components.component import refuse_orphans
from infra.environment import build
from infra.outputs import stack_outputs
from model.estate import Environment
from operations.rehearse.adoption import adopts, existing
from operations.rehearse.inside import brought_along
from operations.rehearse.session import Session, opened
from operations.review.base import BaseError
from rehearsal.engine.acquire import Engine
from rehearsal.engine.steps import StepResult

_KEPT: Final = 24
"""Bases that are kept; those used longest ago are removed."""
_RESOURCES: Final = "resources.json"
_ELSEWHERE: Final = """
import json, sys
from pathlib import Path
from model.config.load import load
from operations.rehearse.session import opened
from rehearsal.engine.acquire import acquire

name, home = sys.argv[1:]
loaded = load(Path.cwd())
if loaded.estate is None or name not in loaded.estate.environments:
    sys.exit("there is no environment " + name)
with opened(loaded.estate.environments[name], acquire(), home=Path(home), root=Path.cwd()) as session:
    result = session.take("up")
    if not result.succeeded:
        sys.exit("; ".join(each.message.strip().splitlines()[0] for each in result.errors[:3]) or "it failed")
    state = session.workbench.export().deployment
    (Path(home) / "resources.json").write_text(json.dumps(state["resources"]))
    session.workbench.unprotect_all()
"""
"""Brings up an environment with the program in the working directory, whatever that is."""


@dataclass(frozen=True)
class BroughtUp:
    """A base that is up. `home` holds world and state and is not to be changed; `resources` are the state's.

    A new environment has no home yet.
    """

    home: Path | None
    resources: tuple[Mapping[str, Any], ...]


NOTHING: Final = BroughtUp(None, ())
"""The base of an environment that is new."""


def declared(env: Environment) -> Callable[[], None]:
    """Return a program that registers `env` as it is, whichever rules its files break: only for simulated clouds."""

    def run() -> None:
        refuse_orphans()
        for name, value in stack_outputs(env, build(env)).items():
            pulumi.export(name, value)

    return run


def key(parts: Mapping[str, object]) -> str:
    """Return the name of the folder in which a base of this content is kept."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:24]


def base_up(bases: Path, name: str, content: str, make: Callable[[Path], None]) -> BroughtUp:
    """Return the base of `content`, made by `make` in a folder that it is given where it is not there yet.

    Raises what `make` raises; nothing is kept then.
    """
    kept = bases / f"{name}-{content}"
    if not (kept / _RESOURCES).is_file():
        bases.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=bases))
        try:
            make(making)
            # Another review may have been quicker.
            with contextlib.suppress(OSError):
                making.rename(kept)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        _prune(bases, keep=kept)
    os.utime(kept)
    resources = cast("list[dict[str, Any]]", json.loads((kept / _RESOURCES).read_text(encoding="utf-8")))
    return BroughtUp(kept, tuple(resources))


def with_this_program(env: Environment, engine: Engine, root: Path) -> Callable[[Path], None]:
    """Return what brings `env`, whose files are below `root`, up with the program of this process."""

    def make(home: Path) -> None:
        try:
            present = existing(env, root)
        except RuntimeError as error:
            raise BaseError(_unfit(env.name, str(error))) from error
        with opened(env, engine, home=home, root=root, present=present, declared=declared(env)) as session:
            result = session.take("up")
            if not result.succeeded:
                raise BaseError(_unfit(env.name, _first(result)))
            state = cast("dict[str, Any]", session.workbench.export().deployment or {})
            (home / _RESOURCES).write_text(json.dumps(state["resources"]), encoding="utf-8")
            session.workbench.unprotect_all()

    return make


def with_its_program(name: str, tree: Path) -> Callable[[Path], None]:
    """Return what brings an environment up with the program in the folder `tree`, in a process of its own."""

    def make(home: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", _ELSEWHERE, name, str(home)],
            cwd=tree,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = done.stderr.strip().splitlines()
            raise BaseError(_unfit(name, said[-1] if said else "it failed"))

    return make


@contextlib.contextmanager
def on_a_copy(
    up: BroughtUp, env: Environment, old: Environment | None, engine: Engine, root: Path
) -> Generator[Session]:
    """Open a copy of a base's world, in which the program declares `env` as the files below `root` say it."""
    with tempfile.TemporaryDirectory(prefix="hybrid-review-") as folder:
        home = Path(folder) / env.name
        if up.home is not None:
            shutil.copytree(up.home, home, symlinks=True)
        with opened(
            env, engine, home=home, root=root, present=_present(env, old, root), declared=declared(env)
        ) as session:
            yield session


def _present(env: Environment, old: Environment | None, root: Path) -> tuple[Any, ...]:
    """Return what is there beforehand: what is adopted is in the base's world already, unless more of it is."""
    if adopts(env) and (old is None or not _adopted(env) <= _adopted(old)):
        with contextlib.suppress(RuntimeError):
            return existing(env, root)
    return tuple(brought_along(env))


def _adopted(env: Environment) -> set[str]:
    """Return the ids of what an environment adopts."""
    found: set[str] = set()
    waiting: list[object] = [each.model_dump(mode="json") for each in env.sections.values()]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            held = cast("dict[str, object]", each)
            if isinstance(identity := held.get("import_id"), str):
                found.add(identity)
            waiting += held.values()
        elif isinstance(each, list):
            waiting += cast("list[object]", each)
    return found


def _prune(bases: Path, *, keep: Path) -> None:
    found = [each for each in bases.iterdir() if each.is_dir() and not each.name.startswith(".") and each != keep]
    for each in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(each, ignore_errors=True)


def _first(result: StepResult) -> str:
    return next((each.message.strip().splitlines()[0] for each in result.errors if each.message.strip()), "it failed")


def _unfit(name: str, why: str) -> str:
    line = " ".join(why.strip().splitlines()[-1].split()) if why.strip() else "it failed"
    return (
        f"{name} of the base does not come up: {line}. Name an earlier base that does, or leave {name} out by --stack"
    )
