"""What one run of the engine did, read off the engine's own events and not off its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from pulumi.automation import EngineEvent
from pulumi.automation.events import OpType, StepEventMetadata

COUNTED: Final = ("create", "update", "replace", "delete", "same")
"""Operations that a result always counts; others (import, read, refresh, ...) appear when they happen."""

REFRESHING: Final = frozenset({"refresh", "preview-refresh"})
"""The steps in which every resource is only looked at."""

_MARKUP: Final = re.compile(r"<\{%.*?%\}>")
_DEFAULT_PROVIDER: Final = re.compile(r"\bpulumi:providers:[^:]+::default")


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that does not stay as it is.

    operation: the engine's word (create, update, replace, delete, import, ...). keys: the inputs that differ, as the
    provider says. replace_keys: those of them that force a replacement. detailed: property path to kind of difference
    (add, delete, update, each with -replace when it forces one). old, new: the inputs before and after, secrets masked
    by the engine; None where there is no resource.
    """

    urn: str
    type: str
    name: str
    operation: str
    keys: tuple[str, ...] = ()
    replace_keys: tuple[str, ...] = ()
    detailed: Mapping[str, str] = field(default_factory=dict[str, str])
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message of engine, provider or program. severity: info, info#err, warning or error; urn: "" for none."""

    severity: str
    urn: str
    message: str


class Phase(Enum):
    """How far an operation on a resource has come."""

    BEGUN = "begun"
    DONE = "done"
    FAILED = "failed"


Watcher = Callable[[Phase, Change], None]
"""Is told of each operation while the engine works, unchanged resources included; called from another thread."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one run of the engine did.

    step: preview, up, refresh or destroy. operations: how many resources per operation, each resource once (a
    replacement is one `replace`). seconds: wall clock. changes: in the order in which the engine finished them.
    """

    step: str
    operations: Mapping[str, int]
    seconds: float
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]
    succeeded: bool

    @property
    def empty(self) -> bool:
        """Whether nothing differed."""
        return self.succeeded and not self.changes

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The messages that say why it did not succeed."""
        return tuple(each for each in self.diagnostics if each.severity == "error")


class Recorder:
    """Collects the events of one step; each is kept as it comes, so that a step cut short still has its result.

    The engine reports a replacement in three steps, of which the one that stands for the whole is `logical`. A refresh
    comes with its outcome (update, delete, same) as operation and is never logical. A component is done as soon as it
    is begun, and reported once more for its outputs.
    """

    def __init__(self, step: str, watcher: Watcher | None = None) -> None:
        self._step = step
        self._refreshing = step in REFRESHING
        self._watcher = watcher
        self._done: dict[tuple[str, str], Change] = {}
        self._counts: Mapping[str, int] | None = None
        self._diagnostics: list[Diagnostic] = []

    def on_event(self, event: EngineEvent) -> None:
        """Take one event of the engine."""
        if event.diagnostic_event is not None:
            said = event.diagnostic_event
            if said.severity != "debug" and not said.ephemeral:
                self._diagnostics.append(Diagnostic(said.severity, said.urn or "", _plain(said.message)))
        elif event.summary_event is not None:
            self._counts = {str(OpType(name).value): n for name, n in event.summary_event.resource_changes.items()}
        elif event.resource_pre_event is not None:
            metadata = event.resource_pre_event.metadata
            if metadata.logical:
                self._tell(Phase.BEGUN, metadata)
                state = metadata.new or metadata.old
                if state is not None and not state.custom:
                    self._finish(metadata)
        elif event.res_op_failed_event is not None:
            self._tell(Phase.FAILED, event.res_op_failed_event.metadata)
        elif event.res_outputs_event is not None:
            metadata = event.res_outputs_event.metadata
            if metadata.logical or (self._refreshing and metadata.op is not OpType.REFRESH):
                self._finish(metadata)

    def result(self, seconds: float, failure: str | None) -> StepResult:
        """Return the step's result; `failure` is what the engine printed when it ended with an error."""
        diagnostics = list(self._diagnostics)
        if failure is not None and not any(each.severity == "error" for each in diagnostics):
            diagnostics.append(Diagnostic("error", "", failure.strip()))
        # The engine counts at its end; one that was ended before leaves what was seen.
        counts = Counter(operation for _, operation in self._done) if self._counts is None else self._counts
        return StepResult(
            step=self._step,
            operations={**dict.fromkeys(COUNTED, 0), **counts},
            seconds=seconds,
            changes=tuple(change for change in self._done.values() if change.operation != "same"),
            diagnostics=tuple(diagnostics),
            succeeded=failure is None,
        )

    def _finish(self, metadata: StepEventMetadata) -> None:
        key = (metadata.urn, metadata.op.value)
        # The engine makes default providers by itself, and does not count them either.
        if key not in self._done and not _DEFAULT_PROVIDER.search(metadata.urn):
            self._done[key] = _change(metadata)
            self._tell(Phase.DONE, metadata)

    def _tell(self, phase: Phase, metadata: StepEventMetadata) -> None:
        if self._watcher is not None:
            self._watcher(phase, _change(metadata))


def _plain(message: str) -> str:
    return _MARKUP.sub("", message).strip()


def _change(metadata: StepEventMetadata) -> Change:
    detailed = metadata.detailed_diff or {}
    return Change(
        urn=metadata.urn,
        type=metadata.type,
        name=metadata.urn.rpartition("::")[2],
        operation=metadata.op.value,
        keys=tuple(metadata.diffs or ()),
        replace_keys=tuple(metadata.keys or ()),
        detailed={path: difference.diff_kind.value for path, difference in detailed.items()},
        old=metadata.old.inputs if metadata.old else None,
        new=metadata.new.inputs if metadata.new else None,
    )
