"""One environment of a review: its base up, the change previewed against it, in whatever process that is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from model.config.load import load
from model.estate import Environment
from model.planning.review.page import PathStep
from model.planning.review.planned import Planned
from model.rules.registry import Unavailable
from operations.rehearse.timing import Timing, timed
from operations.review.base import BaseError
from operations.review.bring_up import NOTHING, base_up, on_a_copy, with_its_program, with_this_program
from operations.review.preview_file import parse, with_components
from operations.review.told_time import critical_path, time_lines
from rehearsal.engine.acquire import Engine
from rehearsal.engine.steps import Change

_STREAMS: Final = re.compile(r"^code: -?\d+ stdout: .*?stderr: ")


@dataclass(frozen=True)
class Task:
    """What is to be done for one environment.

    root: the project whose files are reviewed. tree: the files of the base, with its program where `own_program` says
    that it is another one. content: what the base consists of. bases: where bases are kept. before: the environments
    that the base has: any other is new.
    """

    environment: str
    root: Path
    tree: Path
    own_program: bool
    content: str
    bases: Path
    engine: Engine
    today: date
    before: frozenset[str]


@dataclass(frozen=True)
class Done:
    """What came of it: changes, the resources of the base, the predicted time, and why it is not known.

    `wrong` is why the base is of no use; there is nothing else then.
    """

    environment: str
    planned: tuple[Planned, ...] = ()
    resources: tuple[Mapping[str, Any], ...] = ()
    time: tuple[str, ...] = ()
    path: tuple[PathStep, ...] = ()
    failed: tuple[str, ...] = ()
    wrong: str = ""


def do(task: Task) -> Done:
    """Do it. The files are read here, since places in them do not travel between processes."""
    name = task.environment
    new = _environment(task.root, name, task.today)
    old = _environment(task.tree, name, task.today)
    if new is None:
        return Done(name, failed=(f"there is no readable stack file of {name} any more",))
    try:
        if name not in task.before:
            up = NOTHING
        elif task.own_program or old is None:
            up = base_up(task.bases, name, task.content, with_its_program(name, task.tree))
        else:
            up = base_up(task.bases, name, task.content, with_this_program(old, task.engine, task.tree))
    except BaseError as error:
        return Done(name, wrong=str(error))
    try:
        with on_a_copy(up, new, old, task.engine, task.root) as session:
            result, document = session.workbench.preview_json()
    except Unavailable as reason:
        return Done(name, resources=up.resources, failed=(f"it can not be previewed: {reason}",))
    if not result.succeeded:
        failed = tuple(dict.fromkeys(_said(each.message) for each in result.errors))
        return Done(name, resources=up.resources, failed=failed or ("the engine gave no reason",))
    preview = parse(document)
    protected = {str(each["urn"]) for each in up.resources if each.get("protect")}
    placed = with_components(preview.planned, (*up.resources, *preview.after))
    planned = tuple(_protected(each, protected) for each in placed)
    timing = predicted(name, up.resources, preview.after, planned)
    return Done(name, planned, up.resources, time_lines(timing), critical_path(timing))


def predicted(
    name: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], planned: Sequence[Planned]
) -> Timing:
    """Return how long `up` would take, with the critical path; it has no step where nothing is done."""
    deleted = {each.urn for each in planned if each.operation == "delete"}
    # What stays has in the base's state what it no longer waits for.
    states = {
        str(each["urn"]): _without(each, deleted) for each in (*before, *after) if str(each["urn"]) not in deleted
    }
    # What stays in the cloud leaves the state alone, which takes no time.
    kept = {str(each["urn"]) for each in before if each.get("retainOnDelete")}
    changes = [
        Change(each.urn, each.type, each.name, each.operation, each.changed_keys, old=each.old, new=each.new)
        for each in planned
        if each.operation != "delete" or each.urn not in kept
    ]
    return timed(name, list(states.values()), changes)


def _said(message: str) -> str:
    """Return an error of the engine on one line; what ended it at once comes with its exit code and both streams."""
    line = " ".join(message.split())
    return _STREAMS.sub("", line).removeprefix("error: ")[:400]


def _without(state: Mapping[str, Any], deleted: set[str]) -> Mapping[str, Any]:
    by_property = cast("Mapping[str, Sequence[str] | None]", state.get("propertyDependencies") or {})
    return {
        **state,
        "dependencies": [urn for urn in state.get("dependencies") or () if urn not in deleted],
        "propertyDependencies": {
            name: [urn for urn in urns or () if urn not in deleted] for name, urns in by_property.items()
        },
    }


def _protected(planned: Planned, protected: set[str]) -> Planned:
    return replace(planned, protected=planned.protected or planned.urn in protected)


def _environment(root: Path, name: str, today: date) -> Environment | None:
    estate = load(root, today=today).estate
    return estate.environments.get(name) if estate is not None else None
