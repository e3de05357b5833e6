"""Which engine is here already: `pulumi` on PATH if it is new enough, else the copy in the project's own cache."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

PINNED: Final = "3.220.0"
"""The release that is installed or built when PATH has none; also the oldest that is used (`requiredPulumiVersion`)."""

LANGUAGE_HOST: Final = "pulumi-language-python"
"""What the plain command line needs to run a Python program; the Automation API runs programs inline without it."""

_SMALLEST_ENGINE: Final = 1_000_000
"""Bytes. A smaller file is a version manager's shim, whose answer can change while the file stays the same."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A Pulumi engine that can be run.

    path: the executable. version: as it reports itself, without a leading v. origin: where it came from, in words.
    has_language_host: whether plain `pulumi preview` can run this program, too.
    """

    path: Path
    version: str
    origin: str
    has_language_host: bool


def cache_home() -> Path:
    """Return the folder for what outlives a checkout: `HYBRID_HOME`, else `hybrid` in the user's cache folder."""
    own = os.environ.get("HYBRID_HOME")
    if own:
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hybrid"


def installed_folder() -> Path:
    """Return where the pinned engine is kept once it has been installed or built."""
    return cache_home() / "engine" / PINNED


def find() -> Engine | None:
    """Return the engine that is here already, without the network; None when one must be acquired first."""
    on_path, _ = look_on_path()
    return on_path or look_in_cache()


def look_on_path() -> tuple[Engine | None, str]:
    """Return the `pulumi` on PATH if it is new enough, and in words what was found."""
    command = shutil.which("pulumi")
    if command is None:
        return None, "no `pulumi` on PATH"
    path = Path(command).resolve()
    version = _version_of(path)
    if version is None:
        return None, f"{command} does not answer `pulumi version`"
    if not new_enough(version):
        return None, f"{command} is {version}; {PINNED} or a later 3.x is needed"
    return Engine(path, version, "PATH", _has_language_host(path)), f"{command} is {version}"


def look_in_cache() -> Engine | None:
    """Return the pinned engine if it was installed or built earlier."""
    folder = installed_folder()
    # The official installer makes a bin folder, with the language hosts; a build from source is one file.
    for path, origin in ((folder / "bin" / "pulumi", "official release"), (folder / "pulumi", "built from source")):
        if os.access(path, os.X_OK):
            return Engine(path, PINNED, f"{origin}, kept in {folder}", _has_language_host(path))
    return None


def new_enough(version: str) -> bool:
    """Tell whether an engine of this version runs the program; another major version speaks another protocol."""
    return _ordered(version)[:1] == _ordered(PINNED)[:1] and _ordered(version) >= _ordered(PINNED)


def ask_version(path: Path) -> str | None:
    """Return what `pulumi version` prints, without the leading v; None when it prints no version."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [path, "version"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.fullmatch(r"v?(\d+\.\d+\.\d+\S*)", answer.stdout.strip())
    return match[1] if match else None


def _ordered(version: str) -> tuple[int, ...]:
    match = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(int(part) for part in match.groups()) if match else ()


def _has_language_host(path: Path) -> bool:
    return (path.parent / LANGUAGE_HOST).exists() or shutil.which(LANGUAGE_HOST) is not None


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer to `pulumi version`, and the file that gave it."""

    path: str
    size: int
    modified: int
    version: str


def _version_of(path: Path) -> str | None:
    """Return the version of a binary, asking it only when the file is not the one that was asked last time."""
    about = path.stat()
    memory = cache_home() / "engine" / "on-path.json"
    known = _read(memory)
    if known is not None and (known.path, known.size, known.modified) == (str(path), about.st_size, about.st_mtime_ns):
        return known.version
    version = ask_version(path)
    if version is not None and about.st_size >= _SMALLEST_ENGINE:
        _write(memory, _Asked(str(path), about.st_size, about.st_mtime_ns, version))
    return version


def _read(memory: Path) -> _Asked | None:
    try:
        return _Asked(**cast("dict[str, Any]", json.loads(memory.read_text())))
    except (OSError, ValueError, TypeError):
        return None


def _write(memory: Path, asked: _Asked) -> None:
    fresh = memory.with_name(f"{memory.name}.{os.getpid()}")
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(asdict(asked)))
        fresh.replace(memory)
    except OSError:
        return  # a cache that can not be written costs time, and nothing else
