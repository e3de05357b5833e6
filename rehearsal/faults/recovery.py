"""What Pulumi asks of a person when an operation's end is not known, done as a person would do it.

The engine knows the object of a creation by the answer alone. When that is lost, the object exists and the state does
not hold it; the next `up` is refused with 409 by every API that does not take a repetition for success. Two cases
(https://www.pulumi.com/docs/support/troubleshooting/common-issues/interrupted-updates/):

- The engine was killed: the state lists the creation as pending. A person looks whether the object exists and tells the
  engine its id, or that there is none (`pulumi refresh --import-pending-creates`, `--clear-pending-creates`).
- The engine lived and was told of an error: nothing is pending. A person lets the engine list what it would create
  (`pulumi preview --import-file`), fills in the ids of what exists, and imports that (`pulumi import --file`).

An import can not read a secret. Where that would make the next `up` replace the object, it is deleted by hand instead
and made anew: nothing depends on it yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from rehearsal.engine.drive import Workbench
from rehearsal.engine.imports import Creation
from rehearsal.world import Record, World

_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value not known yet in the engine's events (github.com/pulumi/pulumi, sdk/go/common/resource)."""

_HIDDEN: Final = "[secret]"
_UPSERTS: Final = "kubernetes:"
"""Server-side apply takes over what is there, so a creation can simply be repeated."""


@dataclass(frozen=True)
class Recovered:
    """What a recovery did, by URN: taken into the state, or deleted by hand to be made anew."""

    imported: tuple[str, ...]
    deleted: tuple[str, ...]


def after_a_kill(workbench: Workbench, world: World) -> Recovered:
    """Settle what was under way when the engine was killed. Raises `CommandError` with the engine's words."""
    workbench.cancel()
    workbench.clear_pending_creates()
    return after_lost_answers(workbench, world)


def after_lost_answers(workbench: Workbench, world: World) -> Recovered:
    """Import what exists and would be created again. Raises `CommandError` with the engine's words."""
    _, creations = workbench.preview_creations()
    search = _Search(world, _deployment(workbench))
    found: dict[Creation, str] = {}
    for creation in creations:
        record = search.take(creation.type, creation.inputs)
        if record is not None:
            found[creation] = record.id
    if found:
        workbench.import_resources(found)
    return _without_replacements(workbench, world, {creation.urn: identity for creation, identity in found.items()})


def _without_replacements(workbench: Workbench, world: World, imported: Mapping[str, str]) -> Recovered:
    """Delete by hand what the next `up` would replace."""
    deleted: list[str] = []
    if imported:
        for change in workbench.preview().changes:
            if change.urn in imported and change.operation not in {"same", "update"}:
                workbench.forget(change.urn)
                world.remove(change.type, imported[change.urn])
                deleted.append(change.urn)
    return Recovered(tuple(urn for urn in imported if urn not in deleted), tuple(deleted))


class _Search:
    """Finds objects that no resource stands for, as a person does in the console: by type, name and settings."""

    def __init__(self, world: World, deployment: Mapping[str, Any]) -> None:
        held = {
            (str(each["type"]), str(each.get("id", "")))
            for each in cast("list[dict[str, Any]]", deployment.get("resources") or [])
        }
        self._loose: list[Record] = [record for record in world.all() if (record.type, record.id) not in held]

    def take(self, type: str, inputs: Mapping[str, Any]) -> Record | None:  # noqa: A002  the field's own word
        """Return the object that was made of `inputs`, once; None where there is none."""
        if type.startswith(_UPSERTS):
            return None
        alike = [record for record in self._loose if record.type == type and _agree(inputs, record.inputs)]
        if not alike:
            return None
        best = max(alike, key=lambda record: _shared(inputs, record.inputs))
        self._loose.remove(best)
        return best


def _agree(wanted: object, there: object) -> bool:
    if isinstance(wanted, Mapping) and isinstance(there, Mapping):
        left, right = cast("Mapping[str, object]", wanted), cast("Mapping[str, object]", there)
        return all(_agree(left[key], right[key]) for key in left if key in right)
    if isinstance(wanted, str) and isinstance(there, str):
        return wanted in {there, _UNKNOWN, _HIDDEN}
    return True


def _shared(wanted: Mapping[str, Any], there: Mapping[str, object]) -> int:
    return sum(1 for key, value in wanted.items() if there.get(key) == value)


def _deployment(workbench: Workbench) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", workbench.export().deployment or {})


def names(urns: Iterable[str]) -> str:
    """Return the logical names of resources, for a line of a report."""
    return ", ".join(sorted(urn.rpartition("::")[2] for urn in urns))
