"""The revision that a review compares with: which commit it is, its files, and whether its program is another one."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.planning.review.digest import PACKAGES, PROGRAM

FILES: Final = ("stacks", "Pulumi.yaml")
"""What the program reads."""
CODE: Final = (*PACKAGES, *(name for name in PROGRAM if name != "Pulumi.yaml"))
"""What the program is."""
BESIDE: Final = ("operations", "rehearsal")
"""What rehearses it: taken along where the base runs with its own program."""
_SUFFIXES: Final = frozenset({".py", ".yaml", ".json", ".txt"})


class BaseError(Exception):
    """A base that can not be compared with. The text is one line, with the remedy."""


@dataclass(frozen=True)
class Base:
    """A revision. `files` are the git blobs of everything named above, by path."""

    revision: str
    commit: str
    files: Mapping[str, str]

    def subset(self, *places: str) -> dict[str, str]:
        """Return the files that are, or are below, one of `places`."""
        return {path: blob for path, blob in self.files.items() if _within(path, places)}

    def own_program(self, root: Path) -> bool:
        """Say whether its program differs from the one below `root`."""
        return self.subset(*CODE) != _here(root, CODE)

    def unpack(self, root: Path, folder: Path, *, code: bool) -> None:
        """Lay its files out below `folder`, its program with them if asked. Raises `BaseError`."""
        wanted = (*FILES, *CODE, *BESIDE) if code else FILES
        present = sorted({place for place in wanted if self.subset(place)})
        archive = _git(root, "archive", "--format=tar", self.commit, "--", *present)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            try:
                tar.extractall(folder, filter="data")
            except tarfile.FilterError as error:
                raise BaseError(f"the base {self.revision} can not be laid out: {error}; name another") from error


def resolve(root: Path, revision: str) -> Base:
    """Return what `revision` is in the repository of the project at `root`. Raises `BaseError`."""
    try:
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except BaseError as error:
        if "git can not be run" in str(error) or "no git repository" in str(error):
            raise
        raise BaseError(
            f"no revision '{revision}': name a branch, tag or commit that is here (`git fetch` brings what is not)"
        ) from error
    named = commit.decode().strip()
    listing = _git(root, "ls-tree", "-r", "-z", "--full-tree", named, "--", *FILES, *CODE, *BESIDE).decode()
    files: dict[str, str] = {}
    for line in filter(None, listing.split("\0")):
        about, _, path = line.partition("\t")
        if Path(path).suffix in _SUFFIXES:
            files[path] = about.split()[2]
    if not any(path.startswith("stacks/") for path in files):
        raise BaseError(f"revision '{revision}' has no stacks/: compare with one of this project")
    return Base(revision, named, files)


def here(root: Path, *places: str) -> dict[str, str]:
    """Return the blobs that the files below `root` would be, as `Base.files` has them."""
    return _here(root, places)


def _here(root: Path, places: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place in places:
        path = root / place
        for each in [path] if path.is_file() else sorted(path.rglob("*")):
            if each.is_file() and each.suffix in _SUFFIXES and "__pycache__" not in each.parts:
                text = each.read_bytes()
                blob = hashlib.sha1(b"blob %d\0" % len(text) + text, usedforsecurity=False)
                found[each.relative_to(root).as_posix()] = blob.hexdigest()
    return found


def _within(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


def _git(root: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)  # noqa: S607  git of the person
    except OSError as error:
        raise BaseError(f"git can not be run: {error.strerror}; install it, or add it to PATH") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        if said and "not a git repository" in said[0]:
            raise BaseError("there is no git repository here: run it in a clone of the project")
        raise BaseError(said[0] if said else "git failed")
    return done.stdout
