"""How a world lies on disk: one JSON file, and beside it a journal of what changed since.

Every change is one line appended to the journal and handed to the operating system before the engine hears of success,
so killing the process loses nothing that was acknowledged, and a change costs the same however large the world is. The
journal is folded into the file when it has outgrown it and when the world is closed: temporary file, fsync, rename.
Lines carry a number and the file says up to which it includes, so a crash between the two steps repeats nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import IO, Any, Final

FORMAT: Final = 1
_FOLD_AT_LEAST: Final = 256


class WorldInUseError(Exception):
    """Another process has the same world open."""


class WorldUnreadableError(Exception):
    """The world's file is not one that this version can read."""


class Store:
    """The file of one world and its journal; `path` None keeps nothing on disk."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._journal: IO[str] | None = None
        self._lock: IO[str] | None = None
        self._number = 0
        self._lines = 0

    def open(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Lock and read: the contents of the file (empty if there is none) and the changes since, oldest first.

        Raises `WorldInUseError` or `WorldUnreadableError`.
        """
        if self._path is None:
            return {}, []
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._take_lock(self._path)
        try:
            base = self._read_base(self._path)
            self._number = int(base.get("number", 0))
            changes = self._read_journal(self._journal_path(self._path))
            self._journal = self._journal_path(self._path).open("a", encoding="utf-8")
        except BaseException:
            self.close()
            raise
        return base, changes

    def append(self, change: dict[str, Any]) -> None:
        """Write one change to the journal, past the reach of a kill of this process."""
        if self._journal is None:
            return
        self._number += 1
        self._lines += 1
        self._journal.write(json.dumps({"n": self._number, **change}, separators=(",", ":")) + "\n")
        self._journal.flush()

    def outgrown(self, objects: int) -> bool:
        """Say whether the journal is long enough, against `objects` in the world, to be folded into the file."""
        return self._lines > max(_FOLD_AT_LEAST, 2 * objects)

    def fold(self, contents: dict[str, Any]) -> None:
        """Write `contents` as the whole world, atomically, and start an empty journal."""
        if self._path is None or self._journal is None:
            return
        temporary = self._path.with_name(self._path.name + ".new")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump({"format": FORMAT, "number": self._number, **contents}, file, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._path)
        self._journal.close()
        self._journal = self._journal_path(self._path).open("w", encoding="utf-8")
        self._lines = 0

    def sync(self) -> None:
        """Push the journal to the disk itself."""
        if self._journal is not None:
            os.fsync(self._journal.fileno())

    def close(self) -> None:
        """Let go of the files; `fold` comes first, or the journal stays as it is."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @staticmethod
    def _journal_path(path: Path) -> Path:
        return path.with_name(path.name + ".journal")

    def _take_lock(self, path: Path) -> None:
        lock = path.with_name(path.name + ".lock").open("a", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise WorldInUseError(
                f"{path} is open in another process: two at once would lose each other's changes. "
                "Stop the other rehearsal (or `serve`) of this environment first."
            ) from error
        self._lock = lock

    @staticmethod
    def _read_base(path: Path) -> dict[str, Any]:
        if not path.exists():
            return {}
        try:
            base: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            found = base["format"]
        except (ValueError, KeyError, TypeError) as error:
            raise WorldUnreadableError(f"{path} is not a world's file ({error}). Remove it to start afresh.") from error
        if found != FORMAT:
            raise WorldUnreadableError(
                f"{path} has format {found}; this version reads {FORMAT}. Remove it to start afresh."
            )
        return base

    def _read_journal(self, path: Path) -> list[dict[str, Any]]:
        if not path.exists():
            return []
        changes: list[dict[str, Any]] = []
        whole = 0
        with path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break  # cut while it was written: it was never acknowledged
                whole += len(line)
                change: dict[str, Any] = json.loads(line)
                if change["n"] > self._number:
                    self._number = change["n"]
                    changes.append(change)
        if whole < path.stat().st_size:
            os.truncate(path, whole)
        self._lines = len(changes)
        return changes
