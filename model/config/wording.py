"""What is said about a value that a shape refuses: what is wrong, and what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network, NetmaskValueError
from typing import Final, TypeAlias, cast, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from model.config.route import Route, Wanted
from model.config.source import Data, KeyPath

Words: TypeAlias = tuple[str, str]
"""What is wrong, and what to do."""

_LONGEST_VALUE: Final = 60
_LONGEST_LIST: Final = 12
_FORMS: Final[Mapping[object, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    IPv4Network: "a network such as 10.20.0.0/16",
    IPv4Address: "an address such as 10.20.0.10",
    IPv4Interface: "an address with its prefix length such as 10.20.0.10/24",
    date: "a date such as 2026-11-02",
    datetime: "a date and time such as 2026-11-02T12:00:00+01:00",
    time: 'a time such as "02:30"',
    timedelta: "a duration such as PT1H30M",
}
_YES_NO: Final = re.compile(r"^(?:yes|no|on|off|y|n)$", re.IGNORECASE)


def suggest(name: str, known: Iterable[str], *, lead: str = "There are") -> str:
    """Return what there is in place of `name`: "did you mean 'ingress'? There are: apps, ingress".

    A long list is cut; the nearest match is always named.
    """
    names = sorted(set(known))
    if not names:
        return f"{lead}: none"
    near = nearest(name, names)
    listed = _listed(names)
    return f"did you mean '{near}'? {lead}: {listed}" if near else f"{lead}: {listed}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` looks like most, whatever its case and hyphens; None when none is near."""
    forms = {_folded(candidate): candidate for candidate in known}
    found = difflib.get_close_matches(_folded(name), forms, n=1)
    return forms[found[0]] if found else None


def shown(value: Data) -> str:
    """Return a value of a file as an error names it: short, and written as YAML would have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return repr(value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 3]}...")
    return str(value)


def name_of(keys: KeyPath) -> str:
    """Return the last key of a path, with the positions behind it counted from 1: "item 2 of 'addresses'"."""
    positions: list[str] = []
    for key in reversed(keys):
        if isinstance(key, str):
            return f"{''.join(positions)}'{key}'"
        positions.append(f"item {key + 1} of ")
    return f"{''.join(positions)}the file"


def expected(wanted: Wanted) -> str:
    """Return what belongs in a place, as it fits behind "write": "a whole number", "one of: a, b"."""
    meaning = wanted.says("meaning")
    if isinstance(meaning, str):
        return meaning
    choices = wanted.choices()
    if choices:
        return f"one of: {', '.join(choices)}"
    alternatives = wanted.alternatives()
    if len(alternatives) > 1:
        return " or ".join(dict.fromkeys(expected(alternative) for alternative in alternatives))
    return _form(get_origin(wanted.type) or wanted.type)


def _form(kind: object) -> str:
    if kind in _FORMS:
        return _FORMS[kind]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"a mapping with the keys {_listed(fields_of(kind))}"
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return "a mapping of keys"
    return "a list" if isinstance(kind, type) and issubclass(kind, tuple | list | set | frozenset) else "a value"


def missing(route: Route) -> Words:
    """Say that a key, or an item of a list that has a fixed length, is not there."""
    key = route.keys[-1] if route.keys else ""
    if isinstance(key, int):
        return f"{name_of(route.keys)} is missing", f"write {expected(route.wanted)}"
    purpose = route.wanted.description.split("\n")[0].strip().rstrip(".")
    return f"missing key '{key}'", f"add `{key}:` with {expected(route.wanted)}" + (f" ({purpose})" if purpose else "")


def unknown(route: Route, instead: str | None = None) -> Words:
    """Say that a key is not known; `instead` is the missing key that it was probably meant to be."""
    key = str(route.keys[-1]) if route.keys else ""
    known = fields_of(route.owner) if route.owner else []
    hint = suggest(key, known, lead="Known keys")
    missed = f"; '{instead}' is missing here" if instead else ""
    return f"unknown key '{key}'{missed}", hint


def fields_of(shape: type[BaseModel]) -> list[str]:
    """Return the keys of a shape as they are written in a file."""
    return [field.alias or name for name, field in shape.model_fields.items()]


def neither(route: Route, union: Wanted, value: Data) -> Words:
    """Say that a value is none of the alternatives of a union."""
    return f"{name_of(route.keys)} can not be {_quoted(union, value)}", f"write {expected(union)}"


def describe(error: ErrorDetails, route: Route, written: str | None) -> Words:
    """Return what is wrong and what to do, for an error of pydantic's that no validator of ours words itself.

    `written` is the scalar as it stands in the file, where quotes or a final zero can have made it another value.
    """
    for say in (_wrong_key, _wrong_tag, _out_of_bounds, _no_choice, _not_a_network):
        words = say(error, route)
        if words:
            return words
    kind, value = error["type"], _value(error)
    if kind.endswith("_type") or value is None:
        return _wrong_kind(route, value, written)
    return _wrong_form(error, route)


def network_text(text: str, network: IPv4Network) -> Words | None:
    """Say what is wrong with a network that can be read but is not written as address/length; None when nothing is."""
    if text == str(network):
        return None
    if "/" not in text:
        message = f"network '{text}' has no prefix length"
        return message, f"write {network} if the one address is meant, and else its length, such as /24"
    return f"network '{text}' is not written as address/length", f"write {network}"


def _wrong_key(error: ErrorDetails, route: Route) -> Words | None:
    if not route.is_key:
        return None
    value = _value(error)
    return f"{shown(value)} can not be a key here", _in_place_of(value, route.wanted)


def _wrong_tag(error: ErrorDetails, route: Route) -> Words | None:
    name, context = name_of(route.keys), error.get("ctx", {})
    if error["type"] == "union_tag_not_found":
        key = route.wanted.discriminator or str(context["discriminator"]).strip("'")
        tags = [tag for alternative in route.wanted.alternatives() for tag in alternative.tags(key)]
        return f"missing key '{key}', which says what kind {name} is", f"add `{key}:` with one of: {', '.join(tags)}"
    if error["type"] == "union_tag_invalid":
        tag = str(context["tag"])
        return f"'{tag}' is no kind of {name}", suggest(tag, re.findall(r"'([^']*)'", str(context["expected_tags"])))
    return None


_BOUNDS: Final[Mapping[str, tuple[str, str]]] = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "{} or more"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "{} or less"),
    "multiple_of": ("multiple_of", "a multiple of {}"),
    "string_too_short": ("min_length", "{} or more"),
    "string_too_long": ("max_length", "{} or fewer"),
    "too_short": ("min_length", "{} or more"),
    "too_long": ("max_length", "{} or fewer"),
}


def _out_of_bounds(error: ErrorDetails, route: Route) -> Words | None:
    if error["type"] not in _BOUNDS:
        return None
    key, form = _BOUNDS[error["type"]]
    bound, name, value = form.format(error.get("ctx", {})[key]), name_of(route.keys), _value(error)
    if isinstance(value, list | dict):
        return f"{name} has {len(value)} items, and must have {bound}", f"write {bound}"
    if isinstance(value, str):
        return f"{name} has {len(value)} characters, and must have {bound}", f"write {bound} characters"
    return f"{name} is {shown(value)}, and must be {bound}", f"write {bound}"


def _no_choice(error: ErrorDetails, route: Route) -> Words | None:
    value = _value(error)
    if error["type"] not in {"enum", "literal_error"} or value is None:
        return None
    return f"{name_of(route.keys)} can not be {_quoted(route.wanted, value)}", _in_place_of(value, route.wanted)


def _not_a_network(error: ErrorDetails, route: Route) -> Words | None:
    text = _value(error)
    if route.wanted.type is not IPv4Network or not isinstance(text, str):
        return None
    try:
        network = IPv4Network(text, strict=False)
    except ValueError:
        return f"{shown(text)} is not an IPv4 network", f"write {_FORMS[IPv4Network]}"
    if not _has_host_bits(text):
        return None
    message = f"'{text}' is not a network but an address inside {network}: bits behind the prefix length are set"
    return message, f"write {network}"


def _has_host_bits(text: str) -> bool:
    try:
        IPv4Network(text)
    except ValueError:
        return True
    return False


def _wrong_kind(route: Route, value: Data, written: str | None) -> Words:
    name, wanted, fitting = name_of(route.keys), route.wanted, expected(route.wanted)
    if value is None:
        return f"{name} has no value", f"write {fitting}" + (", or remove the key" if wanted.optional else "")
    sort = fitting.split(" with the keys ")[0]
    message = f"{name} must be {sort}, not {_quoted(wanted, value)}"
    remedy = f"write {fitting}"
    if wanted.type is str and written is not None and isinstance(value, bool | int | float):
        what = "true or false" if isinstance(value, bool) else "a number"
        return f"{name} must be text, and {written} without quotes is {what}", f'put it in quotes: "{written}"'
    if isinstance(value, str) and wanted.type is int and re.fullmatch(r"[-+]?\d+", value):
        remedy = f"write it without quotes: {value}"
    elif isinstance(value, str) and wanted.type is bool and _YES_NO.match(value):
        remedy = "write true or false: yes, no, on and off are text here"
    elif fitting == "a list" and not isinstance(value, list | dict):
        remedy = "write it as a list, one `- value` a line"
    return message, remedy


def _wrong_form(error: ErrorDetails, route: Route) -> Words:
    """Say that a value of the right kind does not read as what is wanted."""
    kind, wanted, name, fitting = error["type"], route.wanted, name_of(route.keys), expected(route.wanted)
    if kind == "string_pattern_mismatch" and not wanted.says("meaning"):
        pattern = error.get("ctx", {})["pattern"]
        return f"{name} can not be {_quoted(wanted, _value(error))}", f"write text that matches {pattern}"
    reason = error.get("ctx", {}).get("error", error["msg"])
    if kind == "value_error" and not isinstance(reason, AddressValueError | NetmaskValueError):
        return f"{name}: {reason}", f"write {fitting}"
    return f"{name} can not be {_quoted(wanted, _value(error))}", f"write {fitting}"


def _value(error: ErrorDetails) -> Data:
    return cast("Data", error["input"])


def _in_place_of(value: Data, wanted: Wanted) -> str:
    choices = wanted.choices()
    return suggest(str(value), choices) if choices else f"write {expected(wanted)}"


def _quoted(wanted: Wanted, value: Data) -> str:
    """Return the value, unless its type says that a secret may stand in its place, which must reach no log."""
    return "what is written here (not shown)" if wanted.says("secret") else shown(value)


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(names[:_LONGEST_LIST])
    return listed if len(names) <= _LONGEST_LIST else f"{listed} and {len(names) - _LONGEST_LIST} more"


def _folded(name: str) -> str:
    return name.lower().replace("_", "-")
