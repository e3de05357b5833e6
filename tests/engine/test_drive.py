"""The engine under the workbench: what a step reports, what stays between steps, and what it never sees.

Most programs declare components and stashes, which the engine keeps by itself without any provider; drift and failure
need simulated clouds.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi import ResourceOptions

from rehearsal.engine.acquire import Engine
from rehearsal.engine.drive import Program, Workbench
from rehearsal.engine.environment import engine_environment, forget_credentials
from rehearsal.engine.steps import Change, Phase, StepResult
from rehearsal.inventory import Inventory, Project
from rehearsal.server import Clouds
from rehearsal.world.world import World

TRIPPED = "a program that failed on purpose"


class Holder(pulumi.ComponentResource):
    """A component with nothing of its own; it registers outputs only if told so."""

    def __init__(self, name: str, *, outputs: bool) -> None:
        super().__init__("tests:engine:Holder", name)
        if outputs:
            self.register_outputs({})


@dataclass
class Declared:
    """A program as data: stashes by name, and the options they share."""

    stashes: dict[str, Any] = field(default_factory=dict[str, Any])
    protect: bool = False
    trigger: int = 0
    outputs: bool = True
    fails: bool = False

    def __call__(self) -> None:
        holder = Holder("holder", outputs=self.outputs)
        options = ResourceOptions(parent=holder, protect=self.protect, replacement_trigger=self.trigger)
        for name, value in self.stashes.items():
            pulumi.Stash(name, input=value, opts=options)
        pulumi.export("names", sorted(self.stashes))
        if self.fails:
            raise ValueError(TRIPPED)


Open = Callable[..., Workbench]


@pytest.fixture
def open_workbench(engine: Engine, tmp_path: Path) -> Open:
    """Return what opens a workbench over one home, any number of times."""
    project = tmp_path / "Pulumi.yaml"
    project.write_text("name: try\nruntime: python\n")
    stack = tmp_path / "Pulumi.dev.yaml"
    stack.write_text("config:\n  try:word: hello\n  try:hidden:\n    secure: AAABAKMS\n")

    def opened(program: Program, **options: Any) -> Workbench:
        home = tmp_path / "home of a stack"
        files = {"project_file": project, "stack_file": stack}
        return Workbench(engine, home=home, stack="dev", program=program, **files, **options)

    return opened


def counted(result: StepResult) -> dict[str, int]:
    """Return the operations that happened, of a step that succeeded."""
    assert result.succeeded, result.errors
    return {operation: count for operation, count in result.operations.items() if count}


def named(result: StepResult) -> dict[str, str]:
    return {change.name: change.operation for change in result.changes}


@pytest.mark.parametrize("outputs", [True, False])
def test_preview_and_up_count_each_resource_once_and_agree(open_workbench: Open, *, outputs: bool) -> None:
    workbench = open_workbench(Declared({"a": 1, "b": 2}, outputs=outputs))
    made = {"try-dev": "create", "holder": "create", "a": "create", "b": "create"}
    preview, up, again = workbench.preview(), workbench.up(), workbench.preview()
    assert counted(preview) == counted(up) == {"create": 4}
    assert named(preview) == named(up) == made
    assert counted(again) == {"same": 4}
    assert again.empty
    assert not up.empty
    assert workbench.outputs() == {"names": ["a", "b"]}
    assert workbench.resource_counts()["pulumi:index:Stash"] == 2


def test_an_update_a_delete_and_a_create_are_told_apart_with_the_inputs_that_differ(open_workbench: Open) -> None:
    program = Declared({"kept": 1, "changed": "old", "dropped": 1})
    workbench = open_workbench(program)
    workbench.up()
    program.stashes = {"kept": 1, "changed": "new", "added": 1}
    preview, up = workbench.preview(), workbench.up()
    assert counted(preview) == counted(up) == {"create": 1, "update": 1, "delete": 1, "same": 3}
    for result in (preview, up):
        assert named(result) == {"changed": "update", "added": "create", "dropped": "delete"}
        (update,) = (change for change in result.changes if change.name == "changed")
        assert update.keys == ("input",)
        assert (update.old, update.new) == ({"input": "old"}, {"input": "new"})


def test_a_replacement_counts_as_one_replacement_and_as_nothing_else(open_workbench: Open) -> None:
    program = Declared({"a": 1, "b": 1})
    workbench = open_workbench(program)
    workbench.up()
    program.trigger = 1
    preview, up = workbench.preview(), workbench.up()
    assert counted(preview) == counted(up) == {"replace": 2, "same": 2}
    assert named(preview) == named(up) == {"a": "replace", "b": "replace"}


def test_destroy_is_refused_while_something_is_protected_and_runs_after_the_protection_is_taken_off(
    open_workbench: Open,
) -> None:
    workbench = open_workbench(Declared({"a": 1}, protect=True))
    workbench.up()
    refused = workbench.destroy()
    assert not refused.succeeded
    assert any("protected" in error.message for error in refused.errors)
    assert workbench.resource_counts()["pulumi:index:Stash"] == 1
    workbench.unprotect_all()
    assert counted(workbench.destroy()) == {"delete": 3}
    assert not workbench.resource_counts()


def test_a_refresh_that_finds_nothing_counts_everything_as_the_same(open_workbench: Open) -> None:
    workbench = open_workbench(Declared({"a": 1}))
    workbench.up()
    for result in (workbench.preview_refresh(), workbench.refresh()):
        assert counted(result) == {"same": 3}
        assert result.changes == ()


@pytest.fixture
def clouds(tmp_path: Path) -> Iterator[Clouds]:
    """Return simulated clouds with one project in them."""
    world = World(tmp_path / "world.json")
    world.seed(Inventory(projects={"a-project": Project(number="123456789012", services=("compute.googleapis.com",))}))
    with Clouds(world, providers=["gcp"]) as running:
        yield running
    world.close()


def address(project: str = "a-project") -> None:
    provider = gcp.Provider("gcp", project=project, region="europe-west1")
    gcp.compute.Address(
        "egress",
        name="egress",
        description="as declared",
        project=project,
        region="europe-west1",
        opts=ResourceOptions(provider=provider),
    )


def test_a_refresh_sees_a_hand_edit_and_the_next_preview_wants_it_back(open_workbench: Open, clouds: Clouds) -> None:
    workbench = open_workbench(address, environment=clouds.environment())
    assert counted(workbench.up()) == {"create": 3}
    (made,) = clouds.world.objects("gcp:compute/address:Address")
    clouds.world.edit(made.type, made.id, "description", "by hand", place=made.place)
    for result in (workbench.preview_refresh(), workbench.refresh()):
        assert counted(result) == {"update": 1, "same": 2}
        (drift,) = result.changes
        assert (drift.name, drift.keys) == ("egress", ("description",))
    (wanted,) = workbench.preview().changes
    assert (wanted.operation, wanted.replace_keys) == ("replace", ("description",))
    assert wanted.detailed == {"description": "update-replace"}
    assert workbench.refresh().empty


def test_an_operation_that_fails_counts_for_nothing_and_its_error_names_the_resource(
    open_workbench: Open, clouds: Clouds
) -> None:
    seen: list[tuple[Phase, str]] = []

    def watch(phase: Phase, change: Change) -> None:
        seen.append((phase, change.name))

    workbench = open_workbench(lambda: address("no-project"), environment=clouds.environment(), watcher=watch)
    result = workbench.up()
    assert not result.succeeded
    assert result.operations["create"] == 2
    assert "egress" not in named(result)
    assert (Phase.FAILED, "egress") in seen
    assert any(error.urn.endswith("::egress") and "no-project" in error.message for error in result.errors)


def test_an_exception_of_the_program_is_among_the_errors_with_its_place(open_workbench: Open) -> None:
    result = open_workbench(Declared(fails=True)).preview()
    assert not result.succeeded
    assert any(TRIPPED in error.message and "test_drive.py" in error.message for error in result.errors)


def test_the_program_sees_the_configuration_and_a_made_up_secret(open_workbench: Open) -> None:
    seen: dict[str, str] = {}

    def program() -> None:
        config = pulumi.Config("try")
        seen.update(word=config.require("word"), hidden=config.require("hidden"))

    workbench = open_workbench(program)
    assert workbench.made_up_secrets == ("try:hidden",)
    assert workbench.preview().succeeded
    assert seen["word"] == "hello"
    assert seen["hidden"].startswith("rehearsed-")


def test_a_stack_opened_again_goes_on_where_it_was_its_secrets_too(open_workbench: Open) -> None:
    def program() -> None:
        Declared({"a": pulumi.Output.secret("hush")})()

    open_workbench(program).up()
    again = open_workbench(program)
    assert counted(again.preview()) == {"same": 3}
    assert "hush" not in json.dumps(again.export().deployment)


def test_an_exported_state_can_be_put_back(open_workbench: Open) -> None:
    program = Declared({"a": 1})
    workbench = open_workbench(program)
    workbench.up()
    state = workbench.export()
    workbench.destroy()
    workbench.import_state(state)
    assert counted(workbench.preview()) == {"same": 3}


@pytest.mark.parametrize("checkpoints", [True, False])
def test_the_state_is_saved_with_checkpoints_and_without(open_workbench: Open, *, checkpoints: bool) -> None:
    program = Declared({"a": 1, "b": 2})
    open_workbench(program, checkpoints=checkpoints).up()
    assert open_workbench(program).resource_counts()["pulumi:index:Stash"] == 2


def test_the_watcher_is_told_of_every_operation_as_it_begins_and_ends(open_workbench: Open) -> None:
    seen: list[tuple[Phase, str, str]] = []

    def watch(phase: Phase, change: Change) -> None:
        seen.append((phase, change.operation, change.name))

    open_workbench(Declared({"a": 1}), watcher=watch).up()
    for name in ("a", "holder"):
        steps = [(phase, operation) for phase, operation, about in seen if about == name]
        assert steps == [(Phase.BEGUN, "create"), (Phase.DONE, "create")]


def test_an_interruption_stops_the_engine_and_keeps_what_was_done(open_workbench: Open) -> None:
    async def program() -> None:
        Declared({"a": 1})()
        await asyncio.sleep(1)
        threading.Timer(0, os.kill, (os.getpid(), signal.SIGINT)).start()
        await asyncio.sleep(2)

    workbench = open_workbench(program)
    with pytest.raises(KeyboardInterrupt):
        workbench.up()
    assert engines_over(workbench.home) == ""
    assert workbench.resource_counts()["pulumi:index:Stash"] == 1
    assert counted(open_workbench(Declared({"a": 1})).up()) == {"same": 3}


def engines_over(home: Path) -> str:
    """Return the processes that run an engine with this home; the environment is where it is named."""
    listed = subprocess.run(["/bin/ps", "axeww", "-o", "command="], capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in listed.splitlines() if f"PULUMI_HOME={home}" in line)


def test_a_lock_is_honoured_while_its_engine_lives_and_released_when_it_is_dead(open_workbench: Open) -> None:
    workbench = open_workbench(Declared({"a": 1}))
    lock = workbench.home / "state" / ".pulumi" / "locks" / "organization" / "try" / "dev" / "left.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(
        json.dumps({"pid": os.getpid(), "username": "x", "hostname": "y", "timestamp": "2026-01-01T00:00:00Z"})
    )
    refused = workbench.up()
    assert not refused.succeeded
    assert any("locked" in error.message for error in refused.errors)
    with subprocess.Popen([sys.executable, "-c", ""]) as dead:
        dead.wait()
    lock.write_text(json.dumps({"pid": dead.pid}))
    assert workbench.up().succeeded
    assert not lock.exists()


def test_the_engine_gets_nothing_of_the_environment_that_it_is_not_known_to_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOMETHING_PRIVATE", "x")
    given = engine_environment({"PULUMI_HOME": "/here"})
    assert "SOMETHING_PRIVATE" not in given
    assert given["PULUMI_HOME"] == "/here"
    assert given["PATH"] == os.environ["PATH"]


PRIVATE = """
    GOOGLE_APPLICATION_CREDENTIALS GOOGLE_PROJECT CLOUDSDK_CORE_PROJECT GCLOUD_REGION VSPHERE_PASSWORD VSPHERE_SERVER
    KUBECONFIG KUBERNETES_SERVICE_HOST PULUMI_ACCESS_TOKEN PULUMI_CONFIG_PASSPHRASE AWS_SECRET_ACCESS_KEY VAULT_TOKEN
    SOME_API_KEY CI_JOB_TOKEN
"""


@pytest.mark.parametrize("name", PRIVATE.split())
def test_a_process_that_rehearses_forgets(name: str) -> None:
    environment = {name: "x", "PATH": "/bin", "HOME": "/me"}
    assert forget_credentials(environment) == [name]
    assert environment == {"PATH": "/bin", "HOME": "/me"}


def test_a_setting_of_the_persons_clouds_does_not_reach_the_program(
    open_workbench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_PROJECT", "a-real-one")
    seen: list[str | None] = []
    assert open_workbench(lambda: seen.append(os.environ.get("GOOGLE_PROJECT"))).preview().succeeded
    assert seen == [None]
