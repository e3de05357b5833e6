"""`./hybrid rehearse` as a person runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.engine.acquire import Engine
from tests.cli.running import checkout, run

# One worker rehearses, for all that is asked of it.
pytestmark = pytest.mark.xdist_group("rehearse")


@pytest.fixture(scope="module")
def project(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in which sandbox has been rehearsed once, and what that printed."""
    project = checkout(tmp_path_factory.mktemp("rehearse"))
    ran = run("rehearse", "sandbox", "--json", project=project)
    assert ran.code == 0, ran.err
    (project / "printed.json").write_text(ran.out, encoding="utf-8")
    return project


def test_the_result_for_machines_has_the_documented_shape(project: Path) -> None:
    printed = json.loads((project / "printed.json").read_text(encoding="utf-8"))
    assert list(printed) == ["environments"]
    sandbox = printed["environments"]["sandbox"]
    assert [step["step"] for step in sandbox["steps"]] == ["preview", "up", "second-preview"]
    for step in sandbox["steps"]:
        assert {"create", "update", "replace", "delete", "same"} <= set(step["operations"])
        assert step["seconds"] > 0
    first, up, second = (step["operations"] for step in sandbox["steps"])
    assert first["create"] == up["create"] > 100
    assert second["create"] == second["update"] == second["replace"] == second["delete"] == 0
    assert sandbox["resources"]["gcp:container/cluster:Cluster"] == 1
    assert sum(sandbox["resources"].values()) == second["same"]


def test_the_world_stays_between_calls(project: Path) -> None:
    ran = run("rehearse", "preview", "sandbox", "--json", project=project)
    assert ran.code == 0, ran.err
    steps = json.loads(ran.out)["environments"]["sandbox"]["steps"]
    assert [step["step"] for step in steps] == ["preview"]
    assert steps[0]["operations"]["create"] == 0
    assert steps[0]["operations"]["same"] > 100


def test_the_page_says_what_exists_where_the_report_is_and_what_is_next(project: Path) -> None:
    ran = run("rehearse", "preview", "sandbox", project=project)
    for words in (
        "clusters",
        "node pools",
        "VPN tunnels",
        "memberships",
        "groups bound",
        "resources",
        "report-sandbox.md",
        "Next:",
    ):
        assert words in ran.out
    assert "\x1b[" not in ran.out + ran.err
    assert (project / ".rehearsal/report-sandbox.md").read_text(encoding="utf-8").startswith("# Rehearsal")


def test_nothing_is_written_to_the_reviewed_files(project: Path) -> None:
    text = (project / "stacks/Pulumi.sandbox.yaml").read_text(encoding="utf-8")
    assert "encryptionsalt" not in text
    assert "secretsprovider: gcpkms://" in text


def test_no_pre_shared_key_is_in_state_world_or_report_in_the_clear(project: Path) -> None:
    state = json.loads((project / ".rehearsal/sandbox/engine/state/.pulumi/stacks/hybrid/sandbox.json").read_text())
    keys = [
        resource["outputs"]["result"]
        for resource in state["checkpoint"]["latest"]["resources"]
        if resource["type"] == "random:index/randomPassword:RandomPassword"
    ]
    assert keys
    assert all(set(key) >= {"ciphertext"} for key in keys)


def test_files_with_errors_are_not_rehearsed(tmp_path: Path) -> None:
    project = checkout(tmp_path)
    path = project / "stacks/Pulumi.dev.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("asn: 64602", "asn: 65010"), encoding="utf-8")
    ran = run("rehearse", "dev", project=project)
    assert ran.code == 1
    assert "Nothing was rehearsed" in ran.err
    assert not (project / ".rehearsal/dev").exists()


def test_a_word_that_is_no_step_and_no_environment_is_a_wrong_use() -> None:
    ran = run("rehearse", "upp", "dev")
    assert ran.code == 2
    assert "upp" in ran.err


def test_unprotect_goes_with_destroy_alone() -> None:
    assert run("rehearse", "up", "dev", "--unprotect").code == 2


def test_served_clouds_print_what_plain_pulumi_needs_and_end_on_interrupt(project: Path) -> None:
    serving = subprocess.Popen(
        [sys.executable, str(project / "hybrid"), "rehearse", "serve", "sandbox"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert serving.stdout is not None
    exports = [serving.stdout.readline() for _ in range(3)]
    assert exports[0].startswith("export PULUMI_DEBUG_PROVIDERS=gcp:"), serving.stderr
    assert exports[1].startswith("export PULUMI_BACKEND_URL=")
    serving.send_signal(signal.SIGINT)
    assert serving.wait(timeout=30) == 0
    serving.stdout.close()
    assert serving.stderr is not None
    serving.stderr.close()


def test_a_fault_that_is_asked_for_fails_the_up_and_the_next_one_ends_it_with_its_time_predicted(project: Path) -> None:
    rule = "gcp:compute/vPNTunnel:VPNTunnel create once"
    broken = run("rehearse", "up", "sandbox", "--fresh", "--fail", rule, project=project)
    assert broken.code == 1
    assert "503" in broken.err
    mended = run("rehearse", "up", "sandbox", "--timing", "--json", project=project)
    assert mended.code == 0, mended.err
    timing = json.loads(mended.out)["environments"]["sandbox"]["timing"]
    assert timing["ratio"] >= 1
    assert (project / ".rehearsal/timing-sandbox.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_world_can_be_shown_kept_and_compared(project: Path, tmp_path: Path) -> None:
    shown = run("rehearse", "world", "sandbox", "--type", "gcp:compute/vPNTunnel:VPNTunnel", "--json", project=project)
    assert len(json.loads(shown.out)["objects"]) == 2
    kept = tmp_path / "kept.json"
    assert run("rehearse", "world", "sandbox", "--export", str(kept), project=project).code == 0
    assert run("rehearse", "world", "sandbox", "--compare", str(kept), project=project).code == 0


WRONG = {
    "an unknown environment": (["world", "sandbocks"], "did you mean 'sandbox'"),
    "a fault rule that is none": (["up", "dev", "--fail", "everything fails"], "a rule is"),
    "a pace that is none": (["up", "dev", "--pace", "0"], "compression of time"),
    "an option of another word": (["up", "dev", "--long"], "--long goes with faults"),
    "an identity where nobody calls": (["world", "dev", "--as", "plan"], "--as goes with"),
    "no environment to serve": (["serve"], "takes one environment"),
    "no environment to break": (["faults"], "takes environments"),
}


@pytest.mark.parametrize("what", WRONG)
def test_wrong_use_ends_in_one_clear_line(what: str) -> None:
    words, said = WRONG[what]
    ran = run("rehearse", *words)
    assert ran.code == 2
    assert said.lower() in ran.err.lower()
    assert len(ran.err.strip().splitlines()) == 1
    assert not ran.out
