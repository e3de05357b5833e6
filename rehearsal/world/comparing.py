"""What differs between two worlds, apart from what the clouds make up by themselves.

Two worlds of the same files are the same although they were made at other times and with other seeds: dates,
fingerprints and numeric ids say nothing about what somebody wanted. What is left is what was asked for, what a person
changed by hand, and what the clouds decided that a person would notice (a version, an address).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, cast

from rehearsal.world.record import Record
from rehearsal.world.seal import MARK

Neutral: TypeAlias = "Callable[[str], str]"
"""Takes out of a text what is bound to differ between the two, such as the environment's own name."""

Kind: TypeAlias = Literal["only in the first", "only in the second", "differs"]

GIVEN: Final = "inventory"
"""Stands for a type where the difference is in what was there before the program ran."""

_CLOCK: Final = re.compile(
    r"(Time|Timestamp|Date)$|^(created|updated|etag|fingerprint|labelFingerprint|changeVersion)$"
)
"""Properties that follow the clock, or every change of the object."""

_NUMBERED: Final = re.compile(r"(Id|Ids|Uuid|Uid|Urls|Link|WithId|Key|Hash|Cert|CertData)$|^(uid|uuid|id|key)$")
"""Properties whose value the clouds may make up; they are compared only where both worlds make up the same."""

_CHOSEN: Final = re.compile(r"(Address|Ip|Endpoint)$|^(address|ip|endpoint)$")
"""The same, where the program did not ask for a value."""

_MADE_UP: Final = re.compile(r"\d{5,}|[0-9a-f]{8}|-\d+$|[0-9a-f]{2}( [0-9a-f]{2}){3}")
_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `name` is the object's name or id; `path` and the two values are there when it `differs`."""

    kind: Kind
    type: str
    name: str
    path: str = ""
    first: object = None
    second: object = None

    def as_dict(self) -> dict[str, object]:
        """Return the JSON form."""
        shown: dict[str, object] = {"kind": self.kind, "type": self.type, "name": self.name}
        if self.kind == "differs":
            shown |= {"path": self.path, "first": self.first, "second": self.second}
        return shown


def compare(
    first: Mapping[str, Any],
    second: Mapping[str, Any],
    *,
    neutral: tuple[Neutral, Neutral] = (str, str),
) -> list[Difference]:
    """Return the differences of two worlds (`World.contents`), sorted by type and name.

    `neutral` is applied to every text of the first and of the second before they are compared.
    """
    one, two = _Side(first, neutral[0]), _Side(second, neutral[1])
    values = _Values(same_seed=one.seed == two.seed, same_salt=one.salt == two.salt)
    given = values.differences("", one.given, two.given, computed=False)
    found = [Difference("differs", GIVEN, "", *difference) for difference in given]
    for key in sorted({*one.objects, *two.objects}):
        kind, name = key[0], key[2] + (f" in {key[1]}" if key[1] else "")
        if key not in two.objects:
            found.append(Difference("only in the first", kind, name))
        elif key not in one.objects:
            found.append(Difference("only in the second", kind, name))
        else:
            for part in ("inputs", "computed"):
                pairs = values.differences(
                    "", one.objects[key][part], two.objects[key][part], computed=part == "computed"
                )
                found.extend(Difference("differs", kind, name, *difference) for difference in pairs)
    return found


class _Side:
    """One of the two worlds, its objects under names that do not depend on what the clouds made up."""

    def __init__(self, contents: Mapping[str, Any], neutral: Neutral) -> None:
        self.seed = str(contents.get("seed"))
        self.salt = str(contents.get("salt"))
        self._neutral = neutral
        records = [Record.from_json(data) for data in contents.get("objects", ())]
        made_up = {record.id: f"{record.type} {_name(record)}" for record in records if _id_is_made_up(record)}
        self._names = made_up
        given = dict(cast("Mapping[str, Any]", contents.get("inventory", {})))
        given.pop("existing", None)  # seeded into the objects, which are compared
        self.given = self._plain(given)
        self.objects: dict[tuple[str, str, str], dict[str, object]] = {}
        for record in records:
            known_by = _name(record) if record.id in made_up else record.id
            key = (record.type, self._neutral(record.place), self._neutral(known_by))
            if key in self.objects:
                key = (*key[:2], f"{key[2]} ({record.id})")
            computed = {name: value for name, value in record.outputs.items() if name not in record.inputs}
            self.objects[key] = {"inputs": self._plain(record.inputs), "computed": self._plain(computed)}

    def _plain(self, value: object) -> object:
        if isinstance(value, str):
            return self._neutral(self._names.get(value, value))
        if isinstance(value, Mapping):
            items = cast("Mapping[str, object]", value).items()
            return {self._neutral(key): self._plain(item) for key, item in items if key != "__defaults"}
        if isinstance(value, Sequence):
            return [self._plain(item) for item in cast("Sequence[object]", value)]
        return value


@dataclass(frozen=True)
class _Values:
    """Compares values; sealed secrets only under one salt, made-up ids only under one seed."""

    same_seed: bool
    same_salt: bool

    def differences(
        self, path: str, first: object, second: object, *, computed: bool
    ) -> Iterator[tuple[str, object, object]]:
        name = re.sub(r"\[\d+\]", "", path).rpartition(".")[2]
        if first == second or _CLOCK.search(name):
            return
        one, two = _mapping(first), _mapping(second)
        one_list, two_list = _list(first), _list(second)
        if one is not None and two is not None:
            if MARK in one and MARK in two:
                if self.same_salt:
                    yield path, "(a secret)", "(another secret)"
                return
            for key in sorted({*one, *two}):
                inner = f"{path}.{key}" if path else key
                pair = one.get(key, _ABSENT), two.get(key, _ABSENT)
                yield from self.differences(inner, *pair, computed=computed)
        elif one_list is not None and two_list is not None and len(one_list) == len(two_list):
            for position, pair in enumerate(zip(one_list, two_list, strict=True)):
                yield from self.differences(f"{path}[{position}]", *pair, computed=computed)
        elif self.same_seed or not (
            (computed and _CHOSEN.search(name))
            or (_NUMBERED.search(name) and _MADE_UP.search(str(first)) and _MADE_UP.search(str(second)))
        ):
            yield path, _shown(first), _shown(second)


def _mapping(value: object) -> Mapping[str, object] | None:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else None


def _list(value: object) -> list[object] | None:
    return cast("list[object]", value) if isinstance(value, list) else None


def _shown(value: object) -> object:
    if value is _ABSENT:
        return "(absent)"
    held = _mapping(value)
    return "(a secret)" if held is not None and MARK in held else value


def _name(record: Record) -> str:
    return record.text("name") or record.text("path")


def _id_is_made_up(record: Record) -> bool:
    """Say whether the cloud chose the id: the object has a name, and the id does not hold it."""
    name = _name(record)
    return bool(name) and name not in record.id
