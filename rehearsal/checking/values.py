"""Checks one value against its type: brings it into the type's form, fills in defaults, collects what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rehearsal.checking.formats import FORMATS, NUMBER_FORMATS
from rehearsal.checking.places import Place, argument, snake
from rehearsal.facts import ObjectFacts, ResourceFacts, TypeSpec
from rehearsal.facts.constraints import Scalar
from rehearsal.values import UNKNOWN, Secret, Unknown, Value

_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "F", "false", "FALSE", "False"})
_SEALED = (
    'Can\'t configure a value for "{}": its value will be decided automatically based on the result of applying this '
    "configuration."
)
_WHOLE = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong (`reason`, in the provider's manner) and where (`place`)."""

    place: str
    reason: str


@dataclass(slots=True)
class Values:
    """Checks the values of one resource and keeps the problems found on the way."""

    facts: ResourceFacts
    problems: list[Problem] = field(default_factory=list[Problem])

    def object(self, body: ObjectFacts, given: Mapping[str, Value], place: Place) -> dict[str, Value]:
        """Return the fields of an object in the form of their types, with its defaults filled in."""
        checked: dict[str, Value] = {}
        for name, value in given.items():
            if value is None or name.startswith("__"):
                continue
            here = place.field(name)
            facts = body.fields.get(name)
            if facts is None:
                self._refuse(here, "Invalid or unknown key")
                continue
            if name in body.sealed:
                self._refuse(here, f"Value for unconfigurable attribute. {_SEALED.format(snake(name))}")
                checked[name] = value
                continue
            found = self.value(facts.type, value, here, self._allowed(body, name, here))
            checked[name] = Secret(found) if facts.secret and not isinstance(found, Secret) else found
        for name in sorted(
            set(body.fields) - set(checked) - {key for key, value in given.items() if value is not None}
        ):
            default = self._default(body, name, place.field(name), checked)
            if default is not None:
                checked[name] = default
        self._require(body, given, checked, place)
        return checked

    def _require(
        self, body: ObjectFacts, given: Mapping[str, Value], checked: Mapping[str, Value], place: Place
    ) -> None:
        rules = self.facts.constraints
        for name in sorted(body.fields):
            here = place.field(name)
            needed = (name in body.required or here.path in rules.required) and here.path not in rules.optional
            if needed and name not in checked and given.get(name) is None:
                text = f'The argument "{snake(name)}" is required, but no definition was found.'
                self._refuse(here, f"Missing required argument. {text}")

    def value(self, spec: TypeSpec, value: Value, place: Place, allowed: tuple[str, ...] = ()) -> Value:
        """Return `value` in the form of `spec`; what can not be brought into it is a problem and stays as it is."""
        if isinstance(value, Secret):
            return Secret(self.value(spec, value.value, place, allowed))
        if isinstance(value, Unknown):
            return UNKNOWN
        if spec.kind == "object":
            return self._block(spec, value, place)
        if spec.kind == "list" and spec.items is not None:
            return self._list(spec.items, value, place, allowed)
        if spec.kind == "map" and spec.items is not None:
            return self._map(spec.items, value, place)
        return self._scalar(spec.kind, value, place, allowed)

    def _block(self, spec: TypeSpec, value: Value, place: Place) -> Value:
        body = self.facts.object(spec)
        if body is None or not isinstance(value, Mapping):
            self._refuse(place, f"Incorrect attribute value type. {_described(value)} given where a block is expected")
            return value
        return self.object(body, value, place)

    def _list(self, items: TypeSpec, value: Value, place: Place, allowed: tuple[str, ...]) -> Value:
        rules = self.facts.constraints
        if isinstance(value, Mapping):
            self._refuse(place, "Attribute must be a list. a map given where a list is expected")
            return value
        members: Sequence[Value] = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        inside = place.member() if place.path in rules.sets else place
        found = [
            self.value(items, member, inside.item(position), allowed)
            for position, member in enumerate(members)
            if member is not None
        ]
        self._count(place, len(found))
        return found

    def _count(self, place: Place, count: int) -> None:
        rules, name = self.facts.constraints, argument(place.path)
        least, most = rules.min_items.get(place.path, 0), rules.max_items.get(place.path)
        if count < least:
            detail = f"Attribute {name} requires {least} item minimum, but config has only {count} declared."
            self._refuse(place, f"Not enough list items. {detail}")
        if most is not None and count > most:
            detail = f"Attribute {name} supports {most} item maximum, but config has {count} declared."
            self._refuse(place, f"Too many list items. {detail}")

    def _map(self, items: TypeSpec, value: Value, place: Place) -> Value:
        if not isinstance(value, Mapping):
            self._refuse(place, f"Attribute must be a map. {_described(value)} given where a map is expected")
            return value
        return {
            name: self.value(items, item, place.key(name))
            for name, item in value.items()
            if item is not None and not name.startswith("__")
        }

    def _scalar(self, kind: str, value: Value, place: Place, allowed: tuple[str, ...]) -> Value:
        found = scalar(kind, value)
        if found is None:
            self._refuse(place, _mismatch(kind, value))
            return value
        if isinstance(found, str):
            self._text(found, place, allowed)
        elif not isinstance(found, bool):
            self._number(found, place)
        return found

    def _text(self, text: str, place: Place, allowed: tuple[str, ...]) -> None:
        if allowed and text not in allowed:
            listed = " ".join(f'"{value}"' for value in allowed)
            self._refuse(place, f"expected {argument(place.path)} to be one of [{listed}], got {text}")
        form = self.facts.constraints.formats.get(place.path)
        if form is not None:
            remark = FORMATS[form](text) if form in FORMATS else _matched(form, text)
            if remark:
                self._refuse(place, f'invalid value for "{snake(place.path.rpartition(".")[2])}": {remark}')

    def _number(self, number: float, place: Place) -> None:
        least, most = self.facts.constraints.ranges.get(place.path, (None, None))
        name = argument(place.path)
        form = NUMBER_FORMATS.get(self.facts.constraints.formats.get(place.path, ""))
        if form is not None and (remark := form(number)):
            self._refuse(place, f'invalid value for "{name}": {remark}')
        if least is not None and most is not None and not least <= number <= most:
            self._refuse(place, f"expected {name} to be in the range ({least} - {most}), got {number}")
        elif least is not None and number < least:
            self._refuse(place, f"expected {name} to be at least ({least}), got {number}")
        elif most is not None and number > most:
            self._refuse(place, f"expected {name} to be at most ({most}), got {number}")

    def _allowed(self, body: ObjectFacts, name: str, place: Place) -> tuple[str, ...]:
        """Return the values that a field accepts; empty where it accepts any.

        The documentation's "Possible values are" is enforced; an optional one also accepts the empty text, which the
        generated providers add to the list (GoogleCloudPlatform/magic-modules, ValidateEnum).
        """
        rules = self.facts.constraints
        if place.path in rules.enums:
            return rules.enums[place.path]
        if place.path in rules.open or name not in body.enums:
            return ()
        blank = place.path in rules.blank or (self.facts.catalogue.provider == "gcp" and name not in body.required)
        return (*body.enums[name], "") if blank else body.enums[name]

    def _default(
        self, body: ObjectFacts, name: str, place: Place, checked: Mapping[str, Value]
    ) -> str | float | bool | None:
        """Return what the provider fills in for a missing field. As in the bridge: no empty text, no 0, no false."""
        rules = self.facts.constraints
        text: Scalar | None = rules.defaults.get(place.path)
        if text is None and place.path not in rules.undefaulted and name not in body.required:
            text = body.defaults.get(name)
        if text is None or any(rival.rpartition(".")[2] in checked for rival in self._rivals(place.path)):
            return None
        return scalar(body.fields[name].type.kind, text) or None

    def _rivals(self, path: str) -> set[str]:
        rules = self.facts.constraints
        grouped = {other for group in rules.exactly_one if path in group for other in group}
        return (grouped | set(rules.conflicts.get(path, ()))) - {path}

    def _refuse(self, place: Place, reason: str) -> None:
        self.problems.append(Problem(place.shown, reason))


def scalar(kind: str, value: Value) -> str | float | bool | None:
    """Return `value` as a `kind`, converted the way the bridge converts; None where it can not be."""
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        return None
    if value is None or isinstance(value, (Unknown, Secret)):
        return None
    if kind == "string":
        return _text(value)
    if kind == "boolean":
        return _truth(value)
    if kind in {"integer", "number"}:
        return _amount(kind, value)
    return value


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _truth(value: Scalar) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return True if value in _TRUE else False if value in _FALSE else None
    return None


def _amount(kind: str, value: Scalar) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        if kind == "integer":
            return int(value) if _WHOLE.fullmatch(value) else None
        return float(value) if _NUMBER.fullmatch(value) else None
    if kind == "integer":
        return int(value) if float(value).is_integer() else None
    return value


def _matched(pattern: str, text: str) -> str | None:
    return None if re.search(pattern, text) else f"{text!r} doesn't match regexp {pattern!r}"


def _mismatch(kind: str, value: Value) -> str:
    if isinstance(value, (Mapping, list, tuple)):
        return f"Incorrect attribute value type. {_described(value)} given where a {kind} is expected"
    parse = {"boolean": "ParseBool", "integer": "ParseInt", "number": "ParseFloat"}.get(kind, "Parse")
    return f'strconv.{parse}: parsing "{value}": invalid syntax'


def _described(value: Value) -> str:
    if isinstance(value, Mapping):
        return "a map"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, Sequence) else f"the value {value}"
