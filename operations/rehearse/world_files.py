"""A rehearsed environment as one file, to be kept or handed on: its world, and what the engine knows of it.

The two belong together: a world without the engine's state is full of objects that the next `up` finds in its way. The
file holds no secret in the clear: the world has fingerprints, the state is encrypted with the rehearsal's passphrase.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final, cast

import yaml

from rehearsal.world import World, WorldError, WorldMissingError, WorldUnreadableError
from rehearsal.world.store import claimed, write_atomically, write_base

KIND: Final = "rehearsed environment"
FORMAT: Final = 1
WORLD: Final = "world.json"
_STATE: Final = "engine/state/.pulumi"
_SALT: Final = "encryptionsalt"


class WrongEnvironmentError(WorldError):
    """A file holds another environment than the one it was meant for."""


@dataclass(frozen=True)
class Exported:
    """What a file holds: whose it is, the world (`World.contents`), and the engine's files by their relative path."""

    environment: str
    world: dict[str, Any]
    files: dict[str, str]


def export(home: Path, environment: str, path: Path) -> int:
    """Write what is in the folder `home` to `path`, atomically, and return how many objects that is.

    Raises `WorldMissingError`, `WorldInUseError` (world and state must not move while they are read),
    `WorldUnreadableError`, and `OSError` when `path` can not be written.
    """
    mend(home)
    if not home.is_dir():
        raise WorldMissingError(f"there is no world in {home}")
    with claimed(home / WORLD):
        world = World(home / WORLD, reading=True).contents()
        files = dict(_files(home, environment))
    held = {"kind": KIND, "format": FORMAT, "environment": environment, "world": world, "files": files}
    write_atomically(path, json.dumps({**held, "sha256": _digest(held)}, indent=1, sort_keys=True) + "\n")
    return len(world["objects"])


def read(path: Path) -> Exported:
    """Return what a file holds. Raises `WorldMissingError`, or `WorldUnreadableError` when it is damaged."""
    try:
        return _exported(cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8"))))
    except OSError as error:
        raise WorldMissingError(f"{path} can not be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"it has no {error}" if isinstance(error, KeyError) else " ".join(str(error).split())[:120]
        raise WorldUnreadableError(f"{path} is no whole export of a world: {reason}. Export it again.") from error


def _exported(held: dict[str, Any]) -> Exported:
    stated = held.pop("sha256")
    if (held["kind"], held["format"]) != (KIND, FORMAT):
        raise ValueError(f"it is a {held['kind']} of format {held['format']}")
    if stated != _digest(held):
        raise ValueError("its contents do not match its checksum")
    files = cast("dict[str, str]", held["files"])
    for name in files:
        if ".." in PurePosixPath(name).parts or not name.startswith("engine/"):
            raise ValueError(f"it would write to {name}")
    return Exported(str(held["environment"]), held["world"], files)


def import_(home: Path, environment: str, path: Path) -> int:
    """Put what `path` holds in the place of what is in `home`, whole or not at all; return how many objects that is.

    Raises `WrongEnvironmentError`, `WorldInUseError`, and what `read` raises; `home` is then as it was.
    """
    mend(home)
    exported = read(path)
    if exported.environment != environment:
        raise WrongEnvironmentError(
            f"{path} is a world of {exported.environment}, and its objects are named for that: "
            f"it can not become {environment}'s."
        )
    fresh, former = _fresh(home), _former(home)
    shutil.rmtree(fresh, ignore_errors=True)
    for name, text in exported.files.items():
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, text)
    fresh.mkdir(parents=True, exist_ok=True)
    write_base(fresh / WORLD, exported.world)
    try:
        number = len(World(fresh / WORLD, reading=True))
    except WorldUnreadableError as error:
        shutil.rmtree(fresh)
        raise WorldUnreadableError(f"{path} holds a world that can not be read: {error}") from error
    try:
        with claimed(home / WORLD) if home.is_dir() else contextlib.nullcontext():
            if home.is_dir():
                home.rename(former)
            fresh.rename(home)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(former, ignore_errors=True)
    return number


def forget(home: Path) -> None:
    """Remove the world and the state in `home`. Raises `WorldInUseError` while a rehearsal is using them."""
    mend(home)
    leaving = home.with_name(f"{home.name}.forgotten")
    shutil.rmtree(leaving, ignore_errors=True)
    if home.is_dir():
        with claimed(home / WORLD):
            home.rename(leaving)  # in one step, so that a kill leaves no half of it
            shutil.rmtree(leaving, ignore_errors=True)


@contextlib.contextmanager
def copied(home: Path, folder: Path) -> Generator[Path]:
    """Copy the world and the state in `home` to a place below `folder`, to be changed without a trace in `home`.

    Raises `WorldMissingError` and `WorldInUseError`.
    """
    mend(home)
    if not (home / WORLD).exists():
        raise WorldMissingError(f"there is no world in {home}")
    copy = folder / home.name
    with claimed(home / WORLD):
        shutil.copytree(home, copy, symlinks=True)
    yield copy


def mend(home: Path) -> None:
    """Finish, or take back, an import that was killed between its two renames."""
    former = _former(home)
    if former.is_dir() and home.exists():
        shutil.rmtree(former, ignore_errors=True)
    elif former.is_dir():
        former.rename(home)


def _fresh(home: Path) -> Path:
    return home.with_name(f"{home.name}.importing")


def _former(home: Path) -> Path:
    return home.with_name(f"{home.name}.replaced")


def _files(home: Path, environment: str) -> Iterator[tuple[str, str]]:
    """Yield what the engine needs to go on: the stack's checkpoint, the state's layout, and the salt of its secrets."""
    state = home / _STATE
    for path in (state / "meta.yaml", *sorted((state / "stacks").glob("*/*.json"))):
        if path.is_file():
            yield path.relative_to(home).as_posix(), path.read_text(encoding="utf-8")
    settings = home / "engine" / "workspace" / f"Pulumi.{environment}.yaml"
    if settings.is_file():
        held = cast("dict[str, object]", yaml.safe_load(settings.read_text(encoding="utf-8")) or {})
        if _SALT in held:
            yield settings.relative_to(home).as_posix(), f"{_SALT}: {held[_SALT]}\n"


def _digest(held: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()
