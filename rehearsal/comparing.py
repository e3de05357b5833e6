"""Compares an object's state with new inputs, field by field: what is added, deleted or updated, what that replaces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Final, Literal, TypeAlias

from rehearsal.checking.groups import Presence, presence
from rehearsal.checking.places import Place
from rehearsal.facts import FieldFacts, ResourceFacts, TypeSpec
from rehearsal.values import Properties, Unknown, Value, has_unknown, reveal

Act: TypeAlias = Literal["add", "delete", "update"]
_NOTHING: Final[Mapping[str, Value]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """One changed place, and whether the change replaces the object."""

    place: Place
    act: Act
    replaces: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """One value three times: as it was given before, as the object has it, and as it is given now."""

    given: Value
    has: Value
    new: Value


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the comparison is, the type there, and whether a change there replaces the object."""

    place: Place
    type: TypeSpec
    replaces: bool

    def at(self, place: Place, spec: TypeSpec) -> Spot:
        """Return a spot inside this one."""
        return replace(self, place=place, type=spec)


class Comparison:
    """Compares the inputs of one resource type."""

    def __init__(self, facts: ResourceFacts) -> None:
        """Take the facts of the type."""
        self.facts = facts
        self.rules = facts.constraints

    def inputs(self, old_inputs: Properties, old_outputs: Properties, new: Properties) -> Iterator[Change]:
        """Yield what changes: against `old_outputs` where they know a value, else against `old_inputs`."""
        for name, field in self.facts.inputs.items():
            spot = self._spot(Place(name, name), field, above=False)
            given, has = reveal(old_inputs.get(name)), reveal(old_outputs.get(name))
            sides = Sides(given, given if has is None else has, reveal(new.get(name)))
            yield from self._field(sides, spot, kept=name in self.facts.always)

    def left_empty(self, old_outputs: Properties, new: Properties) -> list[Change]:
        """Paths that the provider fills in, of which an unread state knows nothing: planned anew, so a replacement.

        A state that was read has more than inputs: an id, a link to itself.
        """
        if any(name not in self.facts.inputs and not name.startswith("__") for name in old_outputs):
            return []
        return [
            Change(Place(path, path), "update", replaces=True)
            for path in sorted(self.facts.filled)
            if _block_of(path, new) and presence(old_outputs, path) is presence(new, path) is Presence.NO
        ]

    def _spot(self, place: Place, field: FieldFacts, *, above: bool) -> Spot:
        if place.path in self.rules.in_place:
            return Spot(place, field.type, replaces=False)
        return Spot(place, field.type, above or field.replaces or place.path in self.rules.replaces)

    def _field(self, sides: Sides, spot: Spot, *, kept: bool) -> Iterator[Change]:
        """Compare one field; `kept` says that the provider keeps or computes a value that is no longer given."""
        if sides.new is None:
            if sides.given not in (None, [], {}) and not kept and spot.place.path not in self.rules.kept:
                yield Change(spot.place, "delete", spot.replaces)
        elif sides.has is None:
            if spot.type.kind == "object" or sides.new not in ([], {}):
                yield Change(spot.place, "add", spot.replaces)
        else:
            yield from self._value(sides, spot)

    def _value(self, sides: Sides, spot: Spot) -> Iterator[Change]:
        kind, has, new = spot.type.kind, sides.has, sides.new
        if isinstance(new, Unknown):
            yield Change(spot.place, "update", spot.replaces)
        elif kind == "object" and isinstance(new, Mapping) and isinstance(has, Mapping):
            yield from self._object(sides, spot)
        elif kind == "list" and is_list(new) and is_list(has) and spot.type.items is not None:
            yield from self._list(sides, spot, spot.type.items)
        elif kind == "map" and isinstance(new, Mapping) and isinstance(has, Mapping):
            yield from self._map(sides, spot)
        elif not self._same(new, has, spot.place.path):
            yield Change(spot.place, "update", spot.replaces or self._turns(new, has, spot.place.path))

    def _object(self, sides: Sides, spot: Spot) -> Iterator[Change]:
        body = self.facts.object(spot.type)
        if body is None:
            return
        given, has, new = _mapping(sides.given), _mapping(sides.has), _mapping(sides.new)
        for name, field in body.fields.items():
            was = given.get(name)
            inner = Sides(was, was if has.get(name) is None else has[name], new.get(name))
            yield from self._field(inner, self._spot(spot.place.field(name), field, above=spot.replaces), kept=False)

    def _map(self, sides: Sides, spot: Spot) -> Iterator[Change]:
        given, has, new = _mapping(sides.given), _mapping(sides.has), _mapping(sides.new)
        for name in sorted({*has, *new}):
            here = spot.place.key(name)
            if name not in new:
                # An entry that was never given is the provider's or somebody else's own.
                if name in given or not given:
                    yield Change(here, "delete", spot.replaces)
            elif name not in has:
                yield Change(here, "add", spot.replaces)
            elif isinstance(new[name], Unknown) or new[name] != has[name]:
                yield Change(here, "update", spot.replaces)

    def _list(self, sides: Sides, spot: Spot, items: TypeSpec) -> Iterator[Change]:
        given, has, new = as_list(sides.given), as_list(sides.has), as_list(sides.new)
        if spot.place.path in self.rules.sets | self.rules.unordered:
            yield from self._set(has, new, spot, items)
            return
        for position in range(max(len(has), len(new))):
            here = spot.at(spot.place.item(position), items)
            if position >= len(new):
                yield Change(here.place, "delete", spot.replaces)
            elif position >= len(has):
                yield Change(here.place, "add", spot.replaces)
            else:
                was = given[position] if position < len(given) else None
                yield from self._value(Sides(was, has[position], new[position]), here)

    def _set(self, has: Sequence[Value], new: Sequence[Value], spot: Spot, items: TypeSpec) -> Iterator[Change]:
        """Match members by their content; those left over on both sides are updates of each other, in their order."""
        gone = list(has)
        added: list[tuple[int, Value]] = []
        for position, member in enumerate(new):
            twin = next((at for at, old in enumerate(gone) if self._twins(old, member, spot, items)), None)
            if twin is None:
                added.append((position, member))
            else:
                del gone[twin]
        for old, (position, member) in zip(gone, added, strict=False):
            here = spot.at(spot.place.item(position), items)
            inner = list(self._value(Sides(old, old, member), here))
            yield from inner or [Change(here.place, "update", spot.replaces)]
        for position, _ in added[len(gone) :]:
            yield Change(spot.place.item(position), "add", spot.replaces)
        for position in range(len(new), len(new) + len(gone) - len(added)):
            yield Change(spot.place.item(position), "delete", spot.replaces)

    def _twins(self, old: Value, new: Value, spot: Spot, items: TypeSpec) -> bool:
        return not has_unknown(new) and not list(self._value(Sides(old, old, new), spot.at(spot.place, items)))

    def _same(self, new: Value, has: Value, path: str) -> bool:
        if new == has and isinstance(new, bool) == isinstance(has, bool):
            return True
        if not isinstance(new, str) or not isinstance(has, str):
            return False
        if path in self.rules.caseless and new.lower() == has.lower():
            return True
        return path in self.rules.links and _same_link(new, has)

    def _turns(self, new: Value, has: Value, path: str) -> bool:
        """Say whether this very change replaces: a range that does not grow, a switch that can not go back."""
        if path in self.rules.growing:
            return not _grows(str(has), str(new))
        return path in self.rules.sticky and has is True and new is False


def is_list(value: Value) -> bool:
    """Say whether `value` is a list: a text is none."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def as_list(value: Value) -> Sequence[Value]:
    """Return `value` where it is a list, else an empty one."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else _NOTHING


def _block_of(path: str, inputs: Properties) -> bool:
    """Say whether the block that `path` lies in is given."""
    block, _, _ = path.rpartition(".")
    return not block or presence(inputs, block) is Presence.YES


def _grows(old: str, new: str) -> bool:
    """Say whether the network `new` holds all of `old`; true where either can not be read, as the plugin has it."""
    try:
        before, after = ip_network(old, strict=False), ip_network(new, strict=False)
    except ValueError:
        return True
    return int(after[0]) <= int(before[0]) and int(before[-1]) <= int(after[-1])


def _same_link(one: str, other: str) -> bool:
    """Say whether two references name one object: a name, a partial path and a full link end alike."""
    short, long = sorted((_bare(one), _bare(other)), key=len)
    return short == long or ("/" not in short and long.rpartition("/")[2] == short) or long.endswith(f"/{short}")


def _bare(link: str) -> str:
    _, found, rest = f"/{link}".partition("/projects/")
    return f"projects/{rest}" if found else link
