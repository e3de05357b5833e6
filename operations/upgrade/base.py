"""The stack files of another revision, read from git beside those of the work tree."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

from model.config.load import Loaded, load

_KEPT = "stacks"


class RevisionError(Exception):
    """A revision that git does not have; the text is git's own."""


def loaded_at(root: Path, revision: str, folder: Path) -> Loaded:
    """Return what `revision` of the project at `root` holds under stacks/, laid out below `folder` to be read.

    Raises `RevisionError`.
    """
    commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    names = _git(root, "ls-tree", "-r", "--name-only", "--full-tree", "-z", commit, "--", _KEPT).split("\0")
    for name in filter(None, names):
        if PurePosixPath(name).suffix == ".yaml":
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_git(root, "show", f"{commit}:{name}"), encoding="utf-8")
    return load(folder)


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)  # noqa: S607  git of the person
    except OSError as error:
        raise RevisionError(f"git can not be run: {error.strerror}") from error
    if done.returncode != 0:
        raise RevisionError(done.stderr.strip().splitlines()[0] if done.stderr.strip() else "git failed")
    return done.stdout
