"""Drive the engine over one stack: the program runs inline, under Pulumi's Automation API, in this process.

State, secrets and the engine's own settings live in a home folder of the rehearsal; nothing is shared with the
person's Pulumi installation, and nothing leaves the machine.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

from pulumi.automation import Deployment, LocalWorkspace, OutputMap, Stack, UpdateSummary
from pulumi.automation._stack import StackInitMode  # its only home; `Stack.create` and `select` make no subclass
from pulumi.automation.errors import CommandError

from rehearsal.engine.channels import keep_apart
from rehearsal.engine.command import EngineCommand
from rehearsal.engine.environment import engine_environment, prepare_process
from rehearsal.engine.found import Engine
from rehearsal.engine.imports import Creation, Listing, import_file
from rehearsal.engine.language import no_program
from rehearsal.engine.settling import settled
from rehearsal.engine.steps import Recorder, StepResult, Watcher
from rehearsal.engine.workspace import lay_out

Program = Callable[[], Awaitable[None] | None]
"""What declares the resources; runs once for each preview and up, in a thread of this process."""

_PASSPHRASE: Final = "rehearsal"  # noqa: S105  guards made-up values in a folder of the person's own


class Workbench:
    """One stack of one program, with the engine that runs it and the folder in which its state stays between runs.

    engine: from `acquire`. home: a folder of this stack's own; made when missing. stack: the stack's name.
    project_file, stack_file: Pulumi.yaml and the stack's configuration, of which copies are used. program: the inline
    program. environment: what the engine gets on top of a bare environment (PULUMI_DEBUG_PROVIDERS, say); it holds no
    credentials. checkpoints: save the state after each operation, as the command line does, which costs time that grows
    with the square of the stack; without, it is saved once at the end. watcher: is told of each operation.

    Raises StackFileError, and CommandError when the engine can not open the stack.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        home: Path,
        stack: str,
        project_file: Path,
        stack_file: Path,
        program: Program,
        environment: Mapping[str, str] | None = None,
        checkpoints: bool = False,
        watcher: Watcher | None = None,
    ) -> None:
        prepare_process()
        keep_apart()
        self.home: Final = home.resolve()
        self.stack: Final = stack
        self._watcher = watcher
        folder = self.home / "workspace"
        self.made_up_secrets: Final = lay_out(folder, project_file=project_file, stack_file=stack_file, stack=stack)
        """The config keys whose real value only a KMS can decrypt; a rehearsal has a made-up one instead."""
        state = self.home / "state"
        state.mkdir(parents=True, exist_ok=True)
        own = {
            "HOME": str(self.home),
            "PULUMI_HOME": str(self.home / "pulumi"),
            # No files of attributes beside the state: one cut short by a killed engine makes the state unreadable.
            "PULUMI_BACKEND_URL": f"{state.as_uri()}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS": "true",
            **({} if checkpoints else {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}),
            **(environment or {}),
        }
        command = EngineCommand(engine, engine_environment(own))
        workspace = LocalWorkspace(
            work_dir=str(folder), program=settled(program), secrets_provider="passphrase", pulumi_command=command
        )
        self.project: Final = workspace.project_settings().name
        self._state_file = state / ".pulumi" / "stacks" / self.project / f"{stack}.json"
        self._locks = state / ".pulumi" / "locks" / "organization" / self.project / stack
        self._release_what_the_dead_left()
        self._stack = _Stack.opened(stack, workspace, present=self._state_file.exists())

    def preview(self, *, refresh: bool = False) -> StepResult:
        """Return what `up` would do, having run the program; `refresh` looks at the clouds first."""
        return self._run("preview", lambda given: self._stack.preview(refresh=refresh, **given))

    def preview_json(self) -> tuple[StepResult, str]:
        """Return a preview, and what `pulumi preview --json` prints of it; "" where the engine failed."""
        printed: list[str] = []
        result = self._run("preview", lambda given: printed.append(self._stack.preview(json=True, **given).stdout))
        return result, "".join(printed)

    def up(self, *, refresh: bool = False, targets: Sequence[str] = (), continue_on_error: bool = False) -> StepResult:
        """Run the program and bring the clouds to what it declares; only the resources of these URNs, if any.

        With `continue_on_error` an operation that fails does not keep those from running that do not depend on it.
        """
        given_targets = list(targets) or None

        def take(given: dict[str, Any]) -> object:
            return self._stack.up(refresh=refresh, target=given_targets, continue_on_error=continue_on_error, **given)

        return self._run("up", take)

    def refresh(self) -> StepResult:
        """Bring the state to what is in the clouds, without running the program."""
        return self._run("refresh", lambda given: self._stack.refresh(run_program=False, **given))

    def preview_refresh(self) -> StepResult:
        """Return what `refresh` would change in the state: the drift."""
        return self._run("preview-refresh", lambda given: self._stack.preview_refresh(run_program=False, **given))

    def destroy(self, *, keep_protected: bool = False, continue_on_error: bool = False) -> StepResult:
        """Delete every resource of the stack, without running the program.

        While one of them is protected it is refused; with `keep_protected` those stay, and what they depend on.
        `continue_on_error` is as with `up`.
        """

        def take(given: dict[str, Any]) -> object:
            return self._stack.destroy(
                run_program=False, exclude_protected=keep_protected, continue_on_error=continue_on_error, **given
            )

        return self._run("destroy", take)

    def clear_pending_creates(self) -> StepResult:
        """Refresh, and forget the creations that the engine was killed in: what they made is the caller's to find."""
        return self._run(
            "refresh", lambda given: self._stack.refresh(run_program=False, clear_pending_creates=True, **given)
        )

    def preview_creations(self) -> tuple[StepResult, list[Creation]]:
        """Return a preview, and all that `up` would create."""
        listings: list[Listing] = []

        def take(given: dict[str, Any]) -> object:
            listings.append(Listing(given["on_event"]))
            with_listing: dict[str, Any] = {**given, "on_event": listings[0].on_event}
            return self._stack.preview(**with_listing)

        result = self._run("preview", take)
        return result, listings[0].creations

    def import_resources(self, found: Mapping[Creation, str]) -> None:
        """Take objects that exist, by their ids, into the state. Raises `CommandError` with the engine's words."""
        path = self.home / "import.json"
        path.write_text(json.dumps(import_file(found)), encoding="utf-8")
        arguments = [
            "import",
            "--yes",
            "--skip-preview",
            "--protect=false",
            "--generate-code=false",
            "--file",
            str(path),
        ]
        with no_program() as variables:
            self._say(*arguments, variables=variables)

    def forget(self, urn: str) -> None:
        """Take a resource out of the state and leave its object alone. Raises `CommandError` where others need it."""
        self._say("state", "delete", urn, "--yes")

    def cancel(self) -> None:
        """Release the lock of an engine that no longer runs, as `pulumi cancel` does."""
        self._stack.cancel()

    def kill(self) -> bool:
        """End the engine that is at work, as a machine that loses power does; say whether there was one.

        To be called from another thread than the one that waits for the engine.
        """
        for lock in self._locks.glob("*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                os.kill(int(json.loads(lock.read_text())["pid"]), signal.SIGKILL)
                return True
        return False

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs as plain data, secrets masked."""
        return cast("dict[str, Any]", json.loads(self._say("stack", "output", "--json") or "{}"))

    def export(self) -> Deployment:
        """Return the state, secrets encrypted; the Automation API's own export would show them."""
        state = cast("dict[str, Any]", json.loads(self._say("stack", "export")))
        return Deployment(version=int(state["version"]), deployment=cast("dict[str, Any]", state["deployment"]))

    def import_state(self, state: Deployment) -> None:
        """Replace the state."""
        self._stack.import_stack(state)

    def resource_counts(self) -> Counter[str]:
        """Return how many resources of each type the state holds."""
        deployment = cast("dict[str, Any]", self.export().deployment or {})
        return Counter(str(each["type"]) for each in deployment.get("resources") or ())

    def unprotect_all(self) -> None:
        """Take the protection off every resource in the state, so that `destroy` can run."""
        self._say("state", "unprotect", "--all", "--yes")

    def _say(self, *words: str, variables: Mapping[str, str] | None = None) -> str:
        workspace = self._stack.workspace
        arguments = [*words, "--stack", self.stack]
        return workspace.pulumi_command.run(arguments, workspace.work_dir, variables or {}).stdout

    def _run(self, step: str, take: Callable[[dict[str, Any]], object]) -> StepResult:
        self._release_what_the_dead_left()
        recorder = Recorder(step, self._watcher)
        failure: str | None = None
        begun = time.monotonic()
        try:
            take({"on_event": recorder.on_event, "color": "never", "suppress_outputs": True, "suppress_progress": True})
        except CommandError as error:
            failure = str(error)
            _drop_program()
        return recorder.result(time.monotonic() - begun, failure)

    def _release_what_the_dead_left(self) -> None:
        """Remove the locks of engines that were killed: they ran on this machine, so a dead process holds nothing."""
        for lock in self._locks.glob("*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                if not _alive(int(json.loads(lock.read_text())["pid"])):
                    lock.unlink()


def _drop_program() -> None:
    """Let go of a program that waits for an engine that has ended; without this it says so whenever it is collected."""
    said = sys.unraisablehook
    sys.unraisablehook = lambda _: None
    try:
        gc.collect()
    finally:
        sys.unraisablehook = said


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class _Stack(Stack):
    """A stack that does not run three more processes after each operation to tell what its events have told already.

    `Stack.up` asks for outputs and history to fill a result that the workbench does not look at.
    """

    @classmethod
    def opened(cls, name: str, workspace: LocalWorkspace, *, present: bool) -> _Stack:
        """Return the stack, made when it is not `present` yet."""
        return cls(name, workspace, StackInitMode.SELECT if present else StackInitMode.CREATE)

    def outputs(self) -> OutputMap:
        return {}

    def info(self, show_secrets: bool = True) -> UpdateSummary | None:  # noqa: ARG002  the base's signature
        return UpdateSummary(
            kind="", start_time=datetime.now(UTC), message="", environment={}, config={}, result="not asked for"
        )
