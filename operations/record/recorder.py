"""Running a program without an engine, to see what it registers."""

from __future__ import annotations

import asyncio
import contextvars
import json
from collections.abc import Callable, Mapping
from typing import Final

from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import Settings, configure
from pulumi.runtime.stack import run_in_stack

from operations.record.monitor import Answers, Computed, Log, Monitor
from operations.record.recording import Recording
from operations.record.registered import Invoked
from rehearsal.engine.settling import settled

PROJECT: Final = "hybrid"


def record(
    program: Callable[[], None],
    *,
    stack: str,
    project: str = PROJECT,
    config: Mapping[str, str] | None = None,
    preview: bool = True,
    computed: Computed | None = None,
    answers: Answers | None = None,
) -> Recording:
    """Run `program` to its end, everything it started included, and return what it registered.

    `config`    the stack's configuration as the engine would give it: a text, or JSON, by full key.
    `preview`   outputs that are no inputs are unknown and look-ups without an answer too; without it, they are None,
                ids are made up from names, and a look-up without an answer raises `UnansweredError`.
    `computed`  outputs that a provider adds, by resource.
    `answers`   results of look-ups, by token.

    Raises what the program raises, and `DuplicateUrnError` where the engine would refuse a URN.

    Pulumi keeps the settings of a run, its configuration, the stack and what waits in context variables. The run has a
    context of its own, so that nothing stays behind; but the SDK holds a few things for the process too (packages), so
    a product caller uses `python -m operations.record <environment>`, a process for each run.
    """
    if _inside_event_loop():
        raise RuntimeError(
            "a recording runs an event loop of its own: call record() in another thread than a running one"
        )
    monitor = Monitor(stack=stack, project=project, preview=preview, computed=computed, answers=answers or {})
    log = Log()

    def run() -> None:
        set_all_config(dict(config or {}), [])
        configure(Settings(project=project, stack=stack, monitor=monitor, engine=log, dry_run=preview))
        asyncio.run(run_in_stack(settled(program)))

    contextvars.copy_context().run(run)
    stack_urn = f"urn:pulumi:{stack}::{project}::pulumi:pulumi:Stack::{project}-{stack}"
    return Recording(
        resources=tuple(monitor.resources[urn] for urn in sorted(monitor.resources)),
        invokes=tuple(sorted(monitor.invokes, key=_order)),
        outputs={("" if urn == stack_urn else urn): values for urn, values in sorted(monitor.outputs.items())},
        messages=tuple(log.messages),
    )


def _inside_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _order(invoked: Invoked) -> tuple[str, str]:
    return invoked.token, json.dumps(invoked.as_json(), sort_keys=True)
