"""The commands of the workflows' jobs played one after another, as a runner would, on what a real engine recorded.

The text of each step comes from the workflow's own file; stand-ins take the place of pulumi, gh and gcloud.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.cli.ci_bench import PASSWORD, RECORDED, Played, Runner

pytestmark = pytest.mark.xdist_group("ci")

DEPLOY = "deploy-environment.yml"
PLAN = "Preview, page and digest"
SHOWN = "Is it what the pull request showed?"
GATES = "The gates, at this moment"
VERIFY = "What would run is what was approved"
HEALTH = "An empty preview, nothing pending, outputs there"
UP = "up --yes --non-interactive --skip-preview --stack sandbox"


@dataclass(frozen=True)
class Deployed:
    """A deployment of sandbox that went well: its steps in order, what the plan left, and the calls before `up`."""

    runner: Runner
    steps: Mapping[str, Played]
    digest: str
    summary: str
    before_up: list[str]


def settled() -> str:
    """Return what a preview says after the change: everything is the same."""
    document = json.loads(RECORDED.read_text(encoding="utf-8"))
    for step in document["steps"]:
        step["op"] = "same"
        step["oldState"] = step["newState"]
    return json.dumps(document)


def context(digest: str = "") -> dict[str, str]:
    return {
        "inputs.environment": "sandbox",
        "github.token": "t",
        "steps.plan.outputs.digest": digest,
        "needs.plan.outputs.digest": digest,
    }


def recorded() -> dict[str, list[dict[str, Any]]]:
    return json.loads(RECORDED.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Play a deployment of sandbox from end to end."""
    runner = Runner(tmp_path_factory.mktemp("deploy"))
    base, head = runner.git("rev-parse", "HEAD^"), runner.git("rev-parse", "HEAD")
    runner.says("history", history(base))
    runner.says("after", settled())
    plan = runner.step(DEPLOY, "plan", PLAN, context())
    summary, outputs = runner.summary(), runner.outputs()
    shutil.copytree(runner.temp / "plan", runner.temp / "approved")
    runner.says("pulls", json.dumps([{"number": 12, "merge_commit_sha": head}]))
    shown = f"<!-- hybrid:review -->\n<!-- hybrid:digest sandbox {outputs['digest']} -->\n"
    runner.says("comments", json.dumps([{"id": 1, "user": {"login": "github-actions[bot]"}, "body": shown}]))
    now = context(outputs["digest"])
    steps = {PLAN: plan, SHOWN: runner.step(DEPLOY, "plan", SHOWN, now, GITHUB_SHA=head)}
    steps |= {name: runner.step(DEPLOY, "apply", name, now) for name in (GATES, VERIFY)}
    before_up = runner.calls()
    steps |= {"Up": runner.step(DEPLOY, "apply", "Up", now), HEALTH: runner.step(DEPLOY, "health", HEALTH, now)}
    return Deployed(runner, steps, outputs["digest"], summary, before_up)


def history(revision: str, result: str = "succeeded") -> str:
    update = {"kind": "update", "endTime": "2026-11-01T10:00:00Z", "result": result}
    return json.dumps([{**update, "environment": {"git.head": revision}}])


def test_every_step_goes_well(deployed: Deployed) -> None:
    assert [name for name, played in deployed.steps.items() if played.code != 0] == [], deployed.steps


def test_the_plan_says_what_changes_and_what_an_approval_is_bound_to(deployed: Deployed) -> None:
    assert "changed=true\n" in deployed.steps[PLAN].out
    assert deployed.digest.startswith("v1.")
    assert deployed.digest in deployed.summary
    assert "vsphere-pool" in deployed.summary


def test_the_plan_says_that_it_is_what_the_pull_request_showed(deployed: Deployed) -> None:
    assert deployed.steps[SHOWN].out == "sandbox: this is exactly what #12 showed.\n"


def test_nothing_runs_before_gates_and_digest_and_once_afterwards(deployed: Deployed) -> None:
    assert not [call for call in deployed.before_up if call.startswith("up")]
    after = deployed.runner.calls()[len(deployed.before_up) :]
    assert after[0] == UP
    assert [call.split()[0] for call in after[1:]] == ["preview", "stack", "stack"], "its health is asked, no more"


def test_each_call_has_the_backend_of_its_environment_and_the_account_of_its_identity(deployed: Deployed) -> None:
    given = deployed.runner.given()
    assert {each["PULUMI_BACKEND_URL"] for each in given} == {"gs://varde-seed-0001-state-sandbox"}
    assert {each["VSPHERE_PASSWORD"] for each in given} == {PASSWORD}
    by_call = list(zip(deployed.runner.calls(), given, strict=True))
    assert by_call[0][1]["VSPHERE_USER"] == "svc-varde-sandbox-ro@vsphere.fjellverket.example"
    assert dict(by_call)[UP]["VSPHERE_USER"] == "svc-varde-sandbox@vsphere.fjellverket.example"


def test_no_secret_is_in_a_log_a_page_or_an_output(deployed: Deployed) -> None:
    texts = [each.out + each.err for each in deployed.steps.values()] + [deployed.runner.summary()]
    texts += [path.read_text(encoding="utf-8") for path in (deployed.runner.temp / "plan").iterdir()]
    assert len(texts) > len(deployed.steps) + 3
    assert not [text for text in texts if PASSWORD in text]


def test_it_stops_when_the_state_has_changed_since_the_plan(deployed: Deployed) -> None:
    document = recorded()
    document["steps"][1]["oldState"]["inputs"] = {"memoryLimit": 1}
    (deployed.runner.temp / "now" / "preview.json").write_text(json.dumps(document), encoding="utf-8")
    stopped = deployed.runner.step(DEPLOY, "apply", VERIFY, context(deployed.digest))
    assert stopped.code == 1
    assert "STOPPED: sandbox is not what was approved" in stopped.out
    assert "the stack has changed since" in stopped.out


def test_a_closed_gate_stops_before_anybody_is_asked(deployed: Deployed) -> None:
    runner = deployed.runner
    document = recorded()
    document["steps"][1]["op"] = "delete"
    document["steps"][1]["oldState"]["protect"] = True
    runner.says("after", json.dumps(document))
    played = runner.step(DEPLOY, "plan", PLAN, context())
    runner.says("after", settled())
    assert played.code == 1
    assert "passes=false\n" in played.out
    assert "STOPPED: deletes or replaces what is protected" in played.err


def test_an_older_commit_never_follows_a_newer_one(deployed: Deployed) -> None:
    runner = deployed.runner
    here = runner.git("rev-parse", "HEAD")
    newer = runner.git("commit-tree", "HEAD^{tree}", "-p", here, "-m", "one more")
    runner.says("history", history(newer, "failed"))
    runner.forget()
    played = runner.step(DEPLOY, "plan", PLAN, context())
    runner.says("history", history(here))
    assert played.code == 1
    assert "is newer than this commit: the run of the newer one deploys it" in played.err
    assert [call for call in runner.calls() if not call.startswith("stack history")] == []


def test_a_pull_request_that_changes_nothing_passes_without_credentials(deployed: Deployed) -> None:
    runner = deployed.runner
    played = runner.play('./hybrid ci offline --base HEAD --out "$RUNNER_TEMP/review.md"')
    assert played.code == 0, played.err
    assert (runner.temp / "review.md").read_text(encoding="utf-8").startswith("No differences")
