"""One object that exists in a world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias, cast

from rehearsal.values import Properties, Value

Key: TypeAlias = "tuple[str, str, str]"
Path: TypeAlias = "str | Sequence[str | int]"
_SEED_OUTPUTS: Final = "outputs"


@dataclass(frozen=True, slots=True)
class Record:
    """An object: what it is, where, what was asked for and what the cloud made of it.

    `type` is the Pulumi type token, `id` the provider's id, `place` the id of the cluster that a Kubernetes object is
    in and empty for all others (two clusters may hold the same namespace). `inputs` are what the provider would write
    as a program's inputs for this object, so an import of it compares clean. `order` counts creations; `created` is the
    world's time.
    """

    type: str
    id: str
    inputs: Properties
    outputs: Properties = field(default_factory=dict[str, Value])
    place: str = ""
    order: int = 0
    created: str = ""

    @property
    def key(self) -> Key:
        """What no two objects of a world share."""
        return (self.type, self.place, self.id)

    def text(self, name: str) -> str:
        """Return the property `name` as text, from the outputs or else the inputs; empty if it has none."""
        value = self.outputs.get(name, self.inputs.get(name))
        return value if isinstance(value, str) else ""

    def edited(self, path: Path, value: Value) -> Record:
        """Return this object with `value` at `path` (`bgp.asn`, `rules[0].action`, or a list of steps).

        A property that the program may have set changes in inputs and outputs; one that only the provider computes
        changes in the outputs. Raises `KeyError` for a path through something that is not there.
        """
        steps = parse_path(path)
        root = str(steps[0])
        computed = root in self.outputs and root not in self.inputs
        shown = self.outputs if root in self.outputs else {**self.outputs, root: self.inputs.get(root)}
        return replace(
            self,
            outputs=_set(shown, steps, value),
            inputs=self.inputs if computed else _set(self.inputs, steps, value),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the JSON form; the values must be sealed."""
        return {
            "type": self.type,
            "id": self.id,
            "place": self.place,
            "order": self.order,
            "created": self.created,
            "inputs": self.inputs,
            "outputs": self.outputs,
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Record:
        """Return the object that `to_json` wrote. Raises `KeyError`, `TypeError` or `ValueError` for anything else."""
        for name in ("inputs", _SEED_OUTPUTS):
            if not isinstance(data[name], dict):
                raise TypeError(f"'{name}' of {data['type']} {data['id']} is not an object")
        return Record(
            type=str(data["type"]),
            id=str(data["id"]),
            place=str(data["place"]),
            order=int(data["order"]),
            created=str(data["created"]),
            inputs=cast("Properties", data["inputs"]),
            outputs=cast("Properties", data[_SEED_OUTPUTS]),
        )


def parse_path(path: Path) -> list[str | int]:
    """Return the steps of `path`: names split at dots, and list positions in brackets."""
    if not isinstance(path, str):
        return list(path)
    steps: list[str | int] = []
    for part in path.split("."):
        name, *positions = part.split("[")
        if name:
            steps.append(name)
        steps.extend(int(position.rstrip("]")) for position in positions)
    if not steps:
        raise KeyError("an empty path names nothing")
    return steps


def _set(values: Mapping[str, Value], steps: Sequence[str | int], value: Value) -> Properties:
    first, *rest = steps
    if not isinstance(first, str):
        raise KeyError(f"{first} is a position, and here a name is needed")
    return {**values, first: _changed(values.get(first), rest, value)}


def _changed(old: Value, steps: Sequence[str | int], value: Value) -> Value:
    if not steps:
        return value
    first, *rest = steps
    if isinstance(first, int):
        if not isinstance(old, Sequence) or isinstance(old, str) or first >= len(old):
            raise KeyError(f"there is no item {first}")
        return [_changed(item, rest, value) if i == first else item for i, item in enumerate(old)]
    if old is not None and not isinstance(old, Mapping):
        raise KeyError(f"'{first}' is asked of something that is not an object")
    held: Mapping[str, Value] = old if isinstance(old, Mapping) else {}
    return {**held, first: _changed(held.get(first), rest, value)}
