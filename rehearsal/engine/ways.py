"""What the ways to an engine have in common: they either leave one in the cache or say why they could not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from rehearsal.engine.found import PINNED, ask_version

Progress = Callable[[str], None]
"""Takes one line for the person who waits."""


class WayClosedError(Exception):
    """A way that leads to no engine on this machine; the text says why, in one line."""


def keep(made: Path, place: Path) -> None:
    """Put a finished engine in its place in one step, so that no one ever finds half of one.

    `made` is the executable or, when `place` is a folder's name, the folder with `bin/pulumi`; it must be on the same
    disk. Raises WayClosedError when it does not run or is not the pinned version.
    """
    executable = made / "bin" / "pulumi" if made.is_dir() else made
    version = ask_version(executable)
    if version != PINNED:
        raise WayClosedError(f"what came out answers `pulumi version` with {version or 'nothing'} instead of {PINNED}")
    place.parent.mkdir(parents=True, exist_ok=True)
    if made.is_dir() and place.is_dir():
        shutil.rmtree(place)
    made.replace(place)


def empty_folder(folder: Path) -> Path:
    """Return the folder, made anew and empty."""
    remove(folder)
    folder.mkdir(parents=True)
    return folder


def remove(folder: Path) -> None:
    """Remove a folder and all in it, write-protected parts too: Go keeps its module cache read-only."""
    for parent, _, _ in os.walk(folder):
        Path(parent).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
