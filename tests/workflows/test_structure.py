"""What the workflows promise: least rights, nothing that moves, no text of others in a command, rings in order."""

from __future__ import annotations

import re
from typing import Any, cast

import pytest
import yaml

from components.gke import node_pool
from components.onprem import vcenter
from operations.ci.settings import environments
from operations.project import ROOT
from tests.workflows.reading import EXPRESSION, Job, Json, actions, every_step, job, jobs, needs, workflows

PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
VERSION = re.compile(r"^\s*(?:- )?uses: (\S+@[0-9a-f]{40}) # v\d+\.\d+\.\d+$")
MOST_OF_A_HOSTED_JOB = 360
CHAIN = cast("Json", workflows()["deploy.yml"]["jobs"])


def rings() -> list[set[str]]:
    known = environments()
    return [
        {name for name, env in known.items() if env.facts.ring == ring}
        for ring in sorted({env.facts.ring for env in known.values()})
    ]


def test_every_action_is_pinned_by_a_full_commit_with_its_version_beside_it() -> None:
    for path in [*(ROOT / ".github").rglob("*.yml")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            if re.match(r"\s*(- )?uses:", line) and "./" not in line:
                assert VERSION.match(line), f"{path.name}: {line.strip()}"
    used = [str(step["uses"]) for _, step in every_step() if "uses" in step]
    assert all(PINNED.fullmatch(each) or each.startswith("./.github/") for each in used)


def test_an_action_has_one_commit_everywhere() -> None:
    used = {str(step["uses"]) for _, step in every_step() if "@" in str(step.get("uses", ""))}
    assert len(used) == len({each.partition("@")[0] for each in used})


@pytest.mark.parametrize("each", jobs(), ids=str)
def test_a_job_has_its_own_rights_and_an_end(each: Job) -> None:
    assert workflows()[each.workflow]["permissions"] == {}
    assert isinstance(each.says["permissions"], dict), "rights are listed, never read-all or write-all"
    if not each.calls:
        assert each.says["timeout-minutes"]


def test_nobody_may_write_but_comments_issues_and_tokens() -> None:
    writes = {
        (str(each), right)
        for each in jobs()
        for right, how in cast("Json", each.says["permissions"]).items()
        if how == "write" and right != "id-token"
    }
    assert writes == {("review.yml: comment", "pull-requests"), ("drift.yml: issue", "issues")}


@pytest.mark.parametrize("each", [each for each in jobs() if "id-token" in each.says["permissions"]], ids=str)
def test_a_job_with_a_token_runs_for_this_repository_alone(each: Job) -> None:
    on = cast("Json", workflows()[each.workflow]["on"])
    assert "pull_request_target" not in on
    assert "workflow_run" not in on
    if "pull_request" in on:
        assert "github.event.pull_request.head.repo.full_name == github.repository" in each.says["if"]
    elif "workflow_call" not in on and not needs(each.says):
        assert "github.ref == 'refs/heads/main'" in each.says["if"]
    caches = [
        step for step in each.steps if "actions/cache" in str(step.get("uses")) or "cache" in step.get("with", {})
    ]
    assert not caches, "what another run has left must not run with these rights"


def test_no_workflow_is_started_by_a_stranger_with_our_rights() -> None:
    started = {trigger for workflow in workflows().values() for trigger in cast("Json", workflow["on"])}
    assert started == {"push", "pull_request", "schedule", "workflow_call", "workflow_dispatch"}


def test_no_expression_is_part_of_a_command() -> None:
    found = [f"{where}: {step['run']}" for where, step in every_step() if EXPRESSION.search(str(step.get("run", "")))]
    assert not found


def test_a_checkout_leaves_no_credentials_behind() -> None:
    checkouts = [step for _, step in every_step() if str(step.get("uses", "")).startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)


def test_what_the_engine_said_is_never_handed_on() -> None:
    paths = [str(step["with"]["path"]) for _, step in every_step() if "upload-artifact" in str(step.get("uses"))]
    assert paths
    assert not [path for path in paths if "preview.json" in path or path.rstrip().endswith(("/plan", "/preview"))]


def test_every_environment_is_deployed_reviewed_watched_and_can_be_unlocked() -> None:
    known = set(environments())
    assert {str(each["with"]["environment"]) for each in CHAIN.values()} == known
    for workflow, name in (("review.yml", "preview"), ("drift.yml", "look")):
        assert set(job(workflow, name).says["strategy"]["matrix"]["environment"]) == known
    asked = cast("Json", workflows()["unlock.yml"]["on"])["workflow_dispatch"]["inputs"]["environment"]
    assert set(asked["options"]) == known


def test_a_ring_is_deployed_after_every_environment_of_the_ring_before() -> None:
    of = {name: str(each["with"]["environment"]) for name, each in CHAIN.items()}
    for before, ring in zip([set[str](), *rings()], rings(), strict=False):
        for name, environment in of.items():
            if environment in ring:
                assert {of[each] for each in needs(CHAIN[name])} == before, f"{environment} waits for {before}"


def test_an_environment_changes_one_thing_at_a_time_and_nothing_is_cut_off() -> None:
    for name, each in CHAIN.items():
        assert each["concurrency"] == {"group": f"deploy-{name}", "cancel-in-progress": "false"}
    for workflow, name in (("deploy-environment.yml", "apply"), ("unlock.yml", "unlock")):
        assert job(workflow, name).says["concurrency"] == {
            "group": "stack-${{ inputs.environment }}",
            "cancel-in-progress": "false",
        }
        assert job(workflow, name).says["environment"] == "${{ inputs.environment }}"


def test_apply_waits_for_the_plan_asks_the_gates_verifies_and_only_then_changes_anything() -> None:
    apply = job("deploy-environment.yml", "apply")
    assert needs(apply.says) == ["plan"]
    assert needs(job("deploy-environment.yml", "health").says) == ["apply"]
    said = [str(step["run"]) for step in apply.steps if "run" in step]
    gates, verify, up = (
        next(n for n, run in enumerate(said) if word in run) for word in ("ci plan", "verify", "pulumi up")
    )
    assert gates < verify < up == len(said) - 1
    assert "--any-time" not in said[gates]
    assert '--digest "$DIGEST"' in said[verify]
    assert all("if" not in step and "continue-on-error" not in step for step in apply.steps)


def test_only_jobs_of_an_environment_on_github_become_the_identity_that_applies() -> None:
    for each in jobs():
        identities = {str(step["with"]["identity"]) for step in each.steps if "prepare" in str(step.get("uses"))}
        said = " ".join(str(step.get("run", "")) for step in each.steps)
        if "apply" in identities or "--as apply" in said:
            assert "environment" in each.says, str(each)


def test_a_job_that_applies_outlasts_the_longest_operation() -> None:
    minutes = int(str(re.findall(r"'(\d+)'", job("deploy-environment.yml", "apply").says["timeout-minutes"])[0]))
    longest = max(
        int(str(time).removesuffix("h")) * 60
        for timeouts in (vcenter.TIMEOUTS, node_pool.TIMEOUTS)
        for time in (timeouts.create, timeouts.update, timeouts.delete)
    )
    assert longest < minutes < MOST_OF_A_HOSTED_JOB


def test_the_composite_action_takes_its_inputs_through_the_environment() -> None:
    (action,) = actions().values()
    assert set(cast("Json", action["inputs"])) == {"environment", "identity"}
    assert all(step.get("shell") == "bash" for step in action["runs"]["steps"] if "run" in step)


# GitLab

GITLAB = cast("Json", yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8")))


JOBS = [
    str(name) for name in GITLAB if not str(name).startswith(".") and name not in {"stages", "workflow", "variables"}
]


def merged(name: str) -> dict[str, Any]:
    """Return a job of GitLab with what it extends, keys of its own winning."""
    says = dict(GITLAB[name])
    above = says.pop("extends", None)
    return {**merged(above), **says} if above else says


def test_gitlab_deploys_every_environment_in_the_order_of_the_rings() -> None:
    for before, ring in zip([set[str](), *rings()], rings(), strict=False):
        for name in ring:
            plan, apply = merged(f"plan {name}"), merged(f"apply {name}")
            waits = {f"apply {each}" for each in before}
            assert set(plan["needs"]) == waits
            assert set(apply["needs"]) == {*waits, f"plan {name}"}
            assert (apply["environment"], apply["resource_group"]) == (name, f"stack-{name}")
            assert plan["variables"] == apply["variables"] == {"ENVIRONMENT": name}
            assert "environment" not in plan, "a job that only reads is no deployment"
            assert apply["interruptible"] is False
    assert {str(name).removeprefix("apply ") for name in GITLAB if str(name).startswith("apply ")} == set(
        environments()
    )
    assert merged("apply prod")["rules"][0]["when"] == "manual"


def test_gitlab_gives_a_token_to_this_project_alone() -> None:
    with_token = [name for name in JOBS if "id_tokens" in merged(name)]
    assert set(with_token) == {"preview", *(f"{step} {name}" for step in ("plan", "apply") for name in environments())}
    for name in with_token:
        rule = str(merged(name)["rules"][0]["if"])
        assert '$CREDENTIALS == "yes"' in rule
        own = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID" in rule
        assert own or "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in rule


def test_gitlab_hands_on_no_word_of_the_engine() -> None:
    paths = [path for name in JOBS for path in merged(name).get("artifacts", {}).get("paths", [])]
    assert paths
    assert all(path.endswith(("review.json", "page.md", "outputs.env", "review.md")) for path in paths)
