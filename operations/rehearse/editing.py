"""A hand that carries out an edit of the catalogue in a world, and takes it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from operations.rehearse.hand_edits import NAMESPACE, Add, Delete, HandEdit, Joined, Path, Plus, Set, Which
from rehearsal.values import Value
from rehearsal.world import Record, World
from rehearsal.world.record import Key


@dataclass(frozen=True)
class Edited:
    """An edit that was carried out.

    `subject` is the object it is about, as it was before, or the one that was added. `paths` are those that were set,
    those of the new items of a list or map that grew, and none for a deletion. `before` is what to put back, `added`
    what to take out again.
    """

    edit: HandEdit
    subject: Record
    paths: tuple[Path, ...]
    before: tuple[Record, ...]
    added: Key | None = None

    @property
    def keys(self) -> frozenset[Key]:
        """What was touched."""
        return frozenset(record.key for record in (*self.before, self.subject))


def planned(world: World, edit: HandEdit) -> Edited | None:
    """Return what an edit touches, or None where the world has nothing that it could be made to."""
    fitting = [record for record in world.objects(edit.which.type) if _is(record, edit.which)]
    # By id, since the order in which an engine makes things is a matter of chance.
    fitting.sort(key=lambda record: (record.place, record.id))
    if not fitting:
        return None
    found = fitting[-1 if edit.which.last else 0]
    match edit.action:
        case Set(values):
            touched = (path for each in values.items() for path in _touched(found, *each))
            return Edited(edit, found, tuple(touched), (found,))
        case Delete():
            return Edited(edit, found, (), (found, *_inside(world, found)))
        case Add():
            other = _another(found, edit.action)
            return Edited(edit, other, (), (), other.key)


def carry_out(world: World, planned: Edited) -> None:
    """Make the edit."""
    match planned.edit.action:
        case Set(values):
            record = planned.subject
            for path, value in values.items():
                record = record.edited(list(path), _resolved(planned.subject, path, value))
            world.put(record)
        case Delete():
            for record in planned.before:
                world.remove(record.type, record.id, place=record.place)
        case Add():
            world.put(planned.subject)


def take_back(world: World, edited: Edited) -> None:
    """Undo the edit."""
    for record in edited.before:
        world.put(record)
    if edited.added is not None:
        kind, place, id_ = edited.added
        world.remove(kind, id_, place=place)


def at(values: Value, path: Sequence[str | int]) -> Value:
    """Return what is at a path of nested values, None where there is nothing."""
    for step in path:
        if isinstance(step, str) and isinstance(values, Mapping):
            values = values.get(step)
        elif isinstance(step, int) and isinstance(values, list) and step < len(values):
            values = values[step]
        else:
            return None
    return values


def _is(record: Record, which: Which) -> bool:
    return (
        all(at(record.inputs, path) == value for path, value in which.where.items())
        and (not which.has or at(record.inputs, which.has) is not None)
        and (not which.lacks or at(record.inputs, which.lacks) is None)
        and which.id_has in record.id
    )


def _touched(record: Record, path: Path, value: Value | Plus | Joined) -> list[Path]:
    """Return the paths of what is new: of something joined, its own and not that of the whole."""
    if not isinstance(value, Joined):
        return [path]
    if isinstance(value.more, Mapping):
        return [(*path, key) for key in value.more]
    held = at(record.inputs, value.of)
    first = len(held) if isinstance(held, Sequence) else 0
    return [(*path, first + position) for position in range(len(value.more))]


def _resolved(record: Record, path: Path, value: Value | Plus | Joined) -> Value:
    if not isinstance(value, Plus | Joined):
        return value
    now = at(record.inputs, value.of)
    if isinstance(value, Plus):
        if not isinstance(now, int | float):
            raise TypeError(f"{record.id}: {'.'.join(map(str, value.of))} is no number, so {path} can not follow it")
        return now + value.more
    if isinstance(value.more, Mapping):
        return {**(now if isinstance(now, Mapping) else {}), **value.more}
    return [*(now if isinstance(now, Sequence) and not isinstance(now, str) else ()), *value.more]


def _inside(world: World, record: Record) -> tuple[Record, ...]:
    """Return what goes with a deleted namespace."""
    if record.type != NAMESPACE:
        return ()
    name = at(record.inputs, ("metadata", "name"))
    return tuple(
        each
        for each in world.all()
        if each.place == record.place and at(each.inputs, ("metadata", "namespace")) == name
    )


def _another(record: Record, action: Add) -> Record:
    inputs = replace(record, outputs={})
    for path, value in action.changed.items():
        inputs = inputs.edited(list(path), value)
    return replace(
        record,
        id=action.id.format_map(inputs.inputs),
        inputs=inputs.inputs,
        outputs={**record.outputs, **inputs.inputs},
    )
