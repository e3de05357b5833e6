"""Finding objects by what they hold, at a cost that does not grow with the world.

A rule that asks "who refers to this" or "whose name is this" would look at every object of a type each time, and a
world of thousands would take the square of its size. An index answers at once. It is made for a type when it is first
asked about it, and kept from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rehearsal.values import Value
from rehearsal.world.record import Key, Record


@dataclass(frozen=True, eq=False)
class Index:
    """Under which texts an object is found; two indexes are the same only if they are one object."""

    keys: Callable[[Record], Iterable[str]]


class Indexes:
    """The indexes of one world that have been asked for. Not safe by itself: the world holds its lock."""

    def __init__(self) -> None:
        self._made: dict[str, dict[Index, dict[str, dict[Key, Record]]]] = {}

    def find(self, index: Index, type: str, key: str, records: Iterable[Record]) -> list[Record]:  # noqa: A002  the field's own word
        """Return the objects of a type under `key`, oldest first; `records` are all of that type."""
        of_type = self._made.setdefault(type, {})
        if index not in of_type:
            of_type[index] = {}
            for record in records:
                _enter(of_type[index], index, record)
        found = of_type[index].get(key, {}).values()
        return sorted(found, key=lambda record: record.order)

    def put(self, record: Record, old: Record | None) -> None:
        """Take note of an object that is new or stands in the place of `old`."""
        for index, entries in self._made.get(record.type, {}).items():
            if old is not None:
                _leave(entries, index, old)
            _enter(entries, index, record)

    def drop(self, record: Record) -> None:
        """Take note of an object that is gone."""
        for index, entries in self._made.get(record.type, {}).items():
            _leave(entries, index, record)


def _enter(entries: dict[str, dict[Key, Record]], index: Index, record: Record) -> None:
    for key in index.keys(record):
        entries.setdefault(key, {})[record.key] = record


def _leave(entries: dict[str, dict[Key, Record]], index: Index, record: Record) -> None:
    for key in index.keys(record):
        held = entries.get(key, {})
        held.pop(record.key, None)
        if not held:
            entries.pop(key, None)


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, Sequence):
        for item in value:
            yield from _texts(item)


MENTIONS: Final = Index(lambda record: {text.rpartition("/")[2] for text in _texts(record.inputs)})
"""By the last step of every text among the inputs: a reference by id, by link and by name ends alike."""

NAMES: Final = Index(lambda record: {record.text(name) for name in ("name", "path", "vmdkPath")})
"""By what a person calls the object."""
