"""How a rehearsal ended, in a form in which two of them can be compared, and what is wrong with one by itself."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from rehearsal.world import World
from rehearsal.world.seal import MARK

# How the world and the engine mark a secret (github.com/pulumi/pulumi, sdk/go/common/resource/sig).
_SEALED: Final = (MARK, "4dabf18193072939515e22adb298388d")
# What a cloud or the clock chooses, different in each run: times, numbers and fingerprints.
_CHOSEN: Final = re.compile(
    r"\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)"
    # Hexadecimal first: a fingerprint may happen to be made of decimal digits alone.
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{11,}\b=?|\b\d{9,}\b"
)
# The plugin's note of which inputs it filled in, which the state of an import has or lacks by how it came about
# (github.com/pulumi/pulumi-terraform-bridge, pkg/tfbridge/schema.go).
_NOTE: Final = "__defaults"
_NO_CLOUD: Final = ("pulumi:", "random:")


@dataclass(frozen=True)
class Ending:
    """The objects of a world and the resources of a state, without what differs from run to run.

    `objects` and `resources` map what identifies one to its content, as text. `loose` are objects that no resource
    stands for, `lost` resources whose object is gone, `twice` objects that several resources stand for, `pending` the
    operations that the engine does not know the end of.
    """

    objects: Mapping[str, str]
    resources: Mapping[str, str]
    loose: Counter[str]
    lost: Counter[str]
    twice: tuple[str, ...]
    pending: tuple[str, ...]

    def differences(self, other: Ending) -> tuple[str, ...]:
        """Say in lines how this one differs from `other`, how it should have ended; empty if it does not."""
        return (
            *_different("object", self.objects, other.objects),
            *_different("resource", self.resources, other.resources),
            *(f"orphan: {key} exists and no resource stands for it" for key in self.loose - other.loose),
            *(f"lost: {key} is in the state and does not exist" for key in self.lost - other.lost),
            *(f"twice: {key}" for key in self.twice),
            *(f"pending: {key}" for key in self.pending),
        )


def ending(world: World, deployment: Mapping[str, Any]) -> Ending:
    """Return how things stand in `world` and in the engine's state, its exported deployment."""
    resources = [each for each in cast("list[dict[str, Any]]", deployment.get("resources") or []) if each.get("custom")]
    stands = Counter(
        (str(each["type"]), str(each.get("id", "")))
        for each in resources
        if not str(each["type"]).startswith(_NO_CLOUD)
    )
    there = Counter((record.type, record.id) for record in world.all())
    operations = cast("list[dict[str, Any]]", deployment.get("pending_operations") or [])
    return Ending(
        objects=_objects(world),
        resources={
            str(each["urn"]): _text({name: each.get(name) for name in ("id", "inputs", "protect", "initErrors")})
            for each in resources
        },
        loose=Counter({_name(key): number for key, number in (there - stands).items()}),
        lost=Counter({_name(key): number for key, number in (stands - there).items()}),
        twice=tuple(
            f"{_name(key)} has {number} resources and {there[key]} objects"
            for key, number in stands.items()
            if number > max(1, there[key])
        ),
        pending=tuple(f"{each['type']} {each['resource']['urn']}" for each in operations),
    )


def _different(what: str, is_: Mapping[str, str], should: Mapping[str, str]) -> Iterator[str]:
    for key in sorted({*is_, *should}):
        if key not in is_:
            yield f"{what} missing: {key}"
        elif key not in should:
            yield f"{what} too many: {key}"
        elif is_[key] != should[key]:
            here, there = json.loads(is_[key]), json.loads(should[key])
            paths = ", ".join(sorted(_paths(here, there, "")))
            yield f"{what} differs: {key}: {paths}"


def _paths(here: Any, there: Any, path: str) -> Iterator[str]:
    if isinstance(here, dict) and isinstance(there, dict):
        one, two = cast("dict[str, Any]", here), cast("dict[str, Any]", there)
        for key in {*one, *two}:
            yield from _paths(one.get(key), two.get(key), f"{path}.{key}" if path else key)
    elif here != there:
        yield f"{path} is {json.dumps(here)} and should be {json.dumps(there)}"


def _objects(world: World) -> dict[str, str]:
    """Return the objects; those that only a chosen id tells apart are numbered in the order of their contents."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for record in world.all():
        place = f" in {_settled(record.place)}" if record.place else ""
        content = _text({"inputs": record.inputs, "outputs": record.outputs})
        found[f"{record.type} {_settled(record.id)}{place}"].append(content)
    return {
        f"{key} ({number})" if number else key: content
        for key, contents in found.items()
        for number, content in enumerate(sorted(contents))
    }


def _name(key: tuple[str, str]) -> str:
    return f"{key[0]} {_settled(key[1])}"


def _text(value: object) -> str:
    return json.dumps(_settled(value), sort_keys=True, default=str)


def _settled(value: Any) -> Any:
    if isinstance(value, str):
        return _CHOSEN.sub("#", value)
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        if any(mark in held for mark in _SEALED):
            return "secret"
        return {key: _settled(item) for key, item in held.items() if key != _NOTE}
    if isinstance(value, Sequence):
        return [_settled(item) for item in cast("Sequence[Any]", value)]
    return value
