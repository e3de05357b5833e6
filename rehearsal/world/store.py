"""How a world lies on disk: one JSON file, and beside it a journal of what changed since.

Every change is one line appended to the journal and handed to the operating system before the engine hears of success,
so killing the process loses nothing that was acknowledged, and a change costs the same however large the world is. The
journal is folded into the file when it has outgrown it and when the world is closed: temporary file, fsync, rename.
Lines carry consecutive numbers and the file says up to which it includes, so a crash between the two steps repeats
nothing and a line that is lost does not go unnoticed.

What is damaged is refused by name and left as it is. The one exception is a last line without its end: the process was
killed while it wrote it, so it was never acknowledged.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import IO, Any, Final, cast

from rehearsal.world.errors import WorldInUseError, WorldMissingError, WorldUnreadableError

FORMAT: Final = 1
_FOLD_AT_LEAST: Final = 256
_LOOKS: Final = 50
"""How often a reader looks again when a writer has folded the journal meanwhile."""


class Store:
    """The file of one world and its journal.

    `path` None keeps nothing on disk. With `reading` nothing is locked, made or mended: what another process is writing
    can be looked at.
    """

    def __init__(self, path: Path | None, *, reading: bool = False) -> None:
        self._path = path
        self._reading = reading
        self._journal: int | None = None
        self._lock: IO[str] | None = None
        self._number = 0
        self._lines = 0

    def open(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Lock and read: the contents of the file (empty if there is none) and the changes since, oldest first.

        Raises `WorldInUseError`, `WorldUnreadableError`, and `WorldMissingError` when only reading.
        """
        if self._path is None:
            return {}, []
        if self._reading:
            return self._read_beside_a_writer(self._path)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self._path)
        try:
            base, changes, whole = self._read(self._path)
            journal = journal_path(self._path)
            if journal.exists() and whole < journal.stat().st_size:
                os.truncate(journal, whole)
            self._journal = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        except BaseException:
            self.close()
            raise
        return base, changes

    def append(self, change: dict[str, Any]) -> None:
        """Write one change to the journal, past the reach of a kill of this process.

        Raises `OSError` where it can not be written (no disk left, say); the journal is then as it was before.
        """
        if self._reading:
            raise PermissionError(f"{self._path} was opened to be read")
        if self._journal is None:
            return
        line = (json.dumps({"n": self._number + 1, **change}, separators=(",", ":")) + "\n").encode()
        size = os.fstat(self._journal).st_size
        try:
            # A full disk takes a part of a line without a word; only the rest is refused.
            while line:
                line = line[os.write(self._journal, line) :]
        except OSError:
            os.ftruncate(self._journal, size)
            raise
        self._number += 1
        self._lines += 1

    def outgrown(self, objects: int) -> bool:
        """Say whether the journal is long enough, against `objects` in the world, to be folded into the file."""
        return self._lines > max(_FOLD_AT_LEAST, 2 * objects)

    def fold(self, contents: dict[str, Any]) -> None:
        """Write `contents` as the whole world, atomically, and start an empty journal."""
        if self._path is None or self._journal is None:
            return
        write_base(self._path, {"number": self._number, **contents})
        os.ftruncate(self._journal, 0)
        self._lines = 0

    def sync(self) -> None:
        """Push the journal to the disk itself."""
        if self._journal is not None:
            os.fsync(self._journal)

    def close(self) -> None:
        """Let go of the files; `fold` comes first, or the journal stays as it is."""
        if self._journal is not None:
            os.close(self._journal)
            self._journal = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def unreadable(self, error: Exception) -> WorldUnreadableError:
        """Return what to raise when the contents turn out not to be a world's."""
        return WorldUnreadableError(f"{self._path} or its journal is damaged ({_brief(error)}). {_REMEDY}")

    def _read(self, path: Path) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
        base = _read_base(path)
        self._number = int(base.get("number", 0))
        changes, whole = _read_journal(journal_path(path), self._number)
        self._number += len(changes)
        self._lines = len(changes)
        return base, changes, whole

    def _read_beside_a_writer(self, path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        for _ in range(_LOOKS):
            before = _identity(path)
            if before is None and not journal_path(path).exists():
                raise WorldMissingError(f"there is no world in {path.parent}")
            try:
                base, changes, _ = self._read(path)
            except WorldUnreadableError:
                if _identity(path) == before:
                    raise
                continue
            # A new file means that the journal may have been emptied between the two looks.
            if _identity(path) == before:
                return base, changes
        raise WorldInUseError(f"{path} changes faster than it can be read. Wait for the rehearsal that writes it.")


_REMEDY: Final = "Restore it from an export, or remove it to start afresh."


def journal_path(path: Path) -> Path:
    """Return where the journal of the world at `path` is."""
    return path.with_name(path.name + ".journal")


def write_base(path: Path, contents: dict[str, Any]) -> None:
    """Write a whole world to `path`: after a crash at any point the old one is there, or the new one."""
    write_atomically(path, json.dumps({"format": FORMAT, **contents}, indent=1, sort_keys=True) + "\n")


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that after a crash at any point its old text is there, or its new one."""
    temporary = path.with_name(path.name + ".new")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def claimed(path: Path) -> Generator[None]:
    """Keep every other process out of the world at `path`, whose folder must exist, without reading it.

    Raises `WorldInUseError`.
    """
    lock = _locked(path)
    try:
        yield
    finally:
        lock.close()


def _locked(path: Path) -> IO[str]:
    lock = path.with_name(path.name + ".lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read(32).strip()
        lock.close()
        who = f"process {holder}" if holder.isdigit() else "another process"
        raise WorldInUseError(
            f"{path} is open in {who}: two at once would lose each other's changes. "
            "Stop the other rehearsal (or `serve`) of this environment first."
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def _read_base(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        base: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = base["format"]
        int(base.get("number", 0))
    except (ValueError, KeyError, TypeError) as error:
        raise WorldUnreadableError(f"{path} is not a world's file ({_brief(error)}). {_REMEDY}") from error
    if found != FORMAT:
        raise WorldUnreadableError(f"{path} has format {found}; this version reads {FORMAT}. {_REMEDY}")
    return base


def _read_journal(path: Path, included: int) -> tuple[list[dict[str, Any]], int]:
    """Return the changes after number `included`, and how many bytes of the file are whole lines."""
    if not path.exists():
        return [], 0
    changes: list[dict[str, Any]] = []
    whole = 0
    with path.open("rb") as file:
        for position, line in enumerate(file, 1):
            if not line.endswith(b"\n"):
                break  # cut while it was written: it was never acknowledged
            whole += len(line)
            number, change = _change(line, path, position)
            if number <= included and not changes:
                continue  # the file has it: the process was killed before it emptied the journal
            expected = included + len(changes) + 1
            if number != expected:
                lost = f"line {position} is change {number}, and change {expected} is missing"
                raise WorldUnreadableError(f"{path} is damaged: {lost}. {_REMEDY}")
            changes.append(change)
    return changes, whole


def _change(line: bytes, path: Path, position: int) -> tuple[int, dict[str, Any]]:
    try:
        change = cast("dict[str, Any]", json.loads(line))
        return int(change["n"]), change
    except (ValueError, KeyError, TypeError) as error:
        raise WorldUnreadableError(f"{path} is damaged in line {position} ({_brief(error)}). {_REMEDY}") from error
