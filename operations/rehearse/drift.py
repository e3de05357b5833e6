"""`./hybrid rehearse drift`: every hand edit of the catalogue in a copy of a world, and what the engine says of it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from model.estate import Environment
from operations.project import ROOT
from operations.rehearse import world_files
from operations.rehearse.drift_report import DriftReport, Finding
from operations.rehearse.editing import Edited, at, carry_out, planned, take_back
from operations.rehearse.hand_edits import Add, Delete, HandEdit, Verdict, catalogue
from operations.rehearse.hand_edits import Path as ValuePath
from operations.rehearse.ignoring import why_ignored
from operations.rehearse.session import Session, opened
from rehearsal.engine.acquire import Engine, acquire
from rehearsal.engine.steps import Change, StepResult
from rehearsal.providers.kubernetes.connection import connect
from rehearsal.values import Properties
from rehearsal.world import World, WorldError
from rehearsal.world.record import Key

_REFRESHED: Final = frozenset({"update", "delete"})


class NotSettledError(WorldError):
    """The environment differs from its files already, so that nothing can be said of an edit."""


def run_drift(
    env: Environment,
    home_of_world: Path,
    *,
    engine: Engine | None = None,
    root: Path = ROOT,
    edits: Sequence[HandEdit] | None = None,
) -> DriftReport:
    """Make every edit in a copy of the world and state in `home_of_world`, and return what came of each.

    Edits that can not touch each other's objects share a run of the engine. The folder itself stays as it is. `root` is
    the project whose files the program reads; `edits` are the catalogue's unless given.

    Raises `WorldMissingError` and `WorldInUseError` for the folder, `NotSettledError`, and what `acquire` raises.
    """
    wanted = catalogue() if edits is None else tuple(edits)
    with (
        tempfile.TemporaryDirectory(prefix="hybrid-drift-") as folder,
        world_files.copied(home_of_world, Path(folder)) as copy,
        opened(env, engine or acquire(), home=copy, root=root) as session,
    ):
        return _Run(env.name, session, root).report(wanted)


@dataclass(frozen=True)
class Managed:
    """A resource of the state: what the program states of it, what it ignores, and where it was declared."""

    urn: str
    name: str
    inputs: Properties
    ignored: tuple[str, ...]
    file: str
    reads: frozenset[str]
    """URNs of the resources whose outputs it uses."""


@dataclass
class _Batch:
    """Edits that are made together, and all that they can reach: URNs of resources, keys of objects."""

    members: list[Edited] = field(default_factory=list[Edited])
    reached: set[str | Key] = field(default_factory=set["str | Key"])


@dataclass
class _Run:
    """The edits of one environment."""

    environment: str
    session: Session
    root: Path
    managed: dict[Key, Managed] = field(init=False)

    def __post_init__(self) -> None:
        deployment = cast("Mapping[str, Any]", self.session.workbench.export().deployment or {})
        self.managed = _managed(self.session.world, deployment.get("resources") or ())

    def report(self, edits: Sequence[HandEdit]) -> DriftReport:
        world = self.session.world
        plans = [(edit, planned(world, edit)) for edit in edits]
        if not self.managed or not any(plan for _, plan in plans):
            raise NotSettledError(f"{self.environment} is not up: ./hybrid rehearse up {self.environment} comes first")
        findings: dict[str, Finding] = {}
        unexplained: list[str] = []
        for together in self._batches([plan for _, plan in plans if plan is not None]):
            self._try(together, findings, unexplained)
        return DriftReport(
            self.environment,
            tuple(findings[edit.key] for edit in edits if edit.key in findings),
            tuple(edit for edit, plan in plans if plan is None),
            tuple(dict.fromkeys(unexplained)),
        )

    def _batches(self, plans: Sequence[Edited]) -> list[list[Edited]]:
        """Return the edits in as few groups as are needed for no two of a group to reach the same resource."""
        batches: list[_Batch] = []
        for plan in plans:
            reach: set[str | Key] = {*self._reach(plan), *plan.keys}
            batch = next((each for each in batches if not reach & each.reached), None)
            if batch is None:
                batch = _Batch()
                batches.append(batch)
            batch.members.append(plan)
            batch.reached |= reach
        return [batch.members for batch in batches]

    def _reach(self, plan: Edited) -> frozenset[str]:
        """Return the URNs that an edit can move: its objects', and where one is deleted, those that use its outputs."""
        found = {self.managed[key].urn for key in plan.keys if key in self.managed}
        if isinstance(plan.edit.action, Delete):
            grown = True
            while grown:
                more = {each.urn for each in self.managed.values() if each.reads & found} - found
                grown = bool(more)
                found |= more
        return frozenset(found)

    def _try(self, together: list[Edited], findings: dict[str, Finding], unexplained: list[str]) -> None:
        world, bench = self.session.world, self.session.workbench
        for plan in together:
            carry_out(world, plan)
        try:
            refresh = bench.preview_refresh()
            preview = bench.preview(refresh=True)
        finally:
            for plan in together:
                take_back(world, plan)
        if len(together) > 1 and not (refresh.succeeded and preview.succeeded):
            # What one edit makes the engine refuse hides the others.
            for plan in together:
                self._try([plan], findings, unexplained)
            return
        reached: set[str] = set()
        for plan in together:
            reach = self._reach(plan)
            reached |= reach
            findings[plan.edit.key] = self._finding(plan, reach, refresh, preview)
        others = [each for each in _moved(preview) if each.urn not in reached]
        others += [each for each in _moved(refresh) if each.urn not in reached]
        if others:
            self._require_settled()
            unexplained.extend(_told(each) for each in others)

    def _require_settled(self) -> None:
        waiting = _moved(self.session.workbench.preview(refresh=True))
        if waiting:
            some = ", ".join(sorted(each.name for each in waiting)[:3])
            raise NotSettledError(
                f"{self.environment} is not as its files say ({len(waiting)} resources differ: {some}): "
                f"./hybrid rehearse up {self.environment} comes first"
            )

    def _finding(self, plan: Edited, reach: frozenset[str], refresh: StepResult, preview: StepResult) -> Finding:
        managed = self.managed.get(plan.subject.key)
        seen = tuple(_told(each) for each in _moved(refresh) if each.urn in reach)
        will = tuple(_told(each) for each in _moved(preview) if each.urn in reach)
        refused = tuple(f"refused: {each.message.splitlines()[0]}" for each in (*refresh.errors, *preview.errors))
        verdict, reason = judged(plan, managed, planned=bool(will or refused))
        return Finding(
            plan.edit,
            managed.name if managed else plan.subject.id,
            seen,
            will + refused,
            verdict,
            reason,
            f"pulumi up --refresh -s {self.environment}" if verdict is Verdict.INCIDENT and plan.edit.undone else "",
        )


def judged(plan: Edited, managed: Managed | None, *, planned: bool) -> tuple[Verdict, str]:
    """Return the verdict over an edit and why, from whether the preview after a refresh has `planned` anything.

    `managed` is the resource that the edit is about, None for one that the program did not make.
    """
    if planned:
        return Verdict.INCIDENT, ""
    if isinstance(plan.edit.action, Add) or managed is None:
        return Verdict.INVISIBLE, "The program made no such object."
    left = {path: _ignored_by(managed, path) for path in plan.paths}
    stated = [path for path, ignored in left.items() if not ignored and at(managed.inputs, path) is not None]
    if stated or not plan.paths:
        return Verdict.MISSED, f"The program states {', '.join(map(_written, stated)) or 'the object'}."
    ignored = sorted({name for name in left.values() if name})
    if ignored:
        return Verdict.NOISE, " ".join(f"`{name}`: {_why(managed, name)}" for name in ignored)
    return Verdict.INVISIBLE, f"The program states no {', '.join(f'`{_written(path)}`' for path in plan.paths)}."


def _why(managed: Managed, ignored: str) -> str:
    with suppress(OSError, SyntaxError):
        return why_ignored(ROOT / managed.file, ignored) or f"no reason is given in {managed.file}"
    return f"{managed.file or 'where it is declared'} can not be read"


def _managed(world: World, resources: Sequence[Mapping[str, Any]]) -> dict[Key, Managed]:
    """Return the resources of a state by the key of their object in the world."""
    places = {
        f"{each['urn']}::{each.get('id')}": connect(world, cast("Properties", each.get("inputs") or {})).place
        for each in resources
        if str(each["type"]) == "pulumi:providers:kubernetes"
    }
    found: dict[Key, Managed] = {}
    for each in resources:
        kind, urn = str(each["type"]), str(each["urn"])
        if not each.get("custom") or kind.startswith("pulumi:") or each.get("delete"):
            continue
        key = (kind, places.get(str(each.get("provider")), ""), str(each.get("id")))
        reads = cast("Mapping[str, Sequence[str] | None]", each.get("propertyDependencies") or {})
        found[key] = Managed(
            urn,
            urn.rpartition("::")[2],
            cast("Properties", each.get("inputs") or {}),
            tuple(cast("Sequence[str]", each.get("ignoreChanges") or ())),
            _file(str(each.get("sourcePosition") or "")),
            frozenset(urn for urns in reads.values() for urn in urns or ()),
        )
    return found


def _file(position: str) -> str:
    """Return the component's file, relative to the project, from the position where a resource was registered."""
    path, found, rest = position.partition("#")[0].rpartition("/components/")
    return f"components/{rest}" if path and found else ""


def _moved(result: StepResult) -> list[Change]:
    """Return what a refresh or preview would change, components aside."""
    moved = [each for each in result.changes if each.operation not in {"refresh", "read"}]
    if result.step == "preview-refresh":
        moved = [each for each in moved if each.operation in _REFRESHED]
    return sorted((each for each in moved if not each.type.startswith("hybrid:")), key=_by_name)


def _by_name(change: Change) -> tuple[str, str]:
    return change.name, change.operation


def _told(change: Change) -> str:
    what = ", ".join(sorted(change.detailed) or sorted(change.keys))
    return f"{change.operation} {change.name}" + (f": {what}" if what else "")


def _written(path: ValuePath) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _ignored_by(managed: Managed, path: ValuePath) -> str:
    """Return the entry of the resource's `ignoreChanges` under which a path falls, "" for none."""
    written = _written(path)
    covering = (each for each in managed.ignored if written == each or written.startswith((f"{each}.", f"{each}[")))
    return next(covering, "")
