"""Outputs that mean the same in every type, and a fitting value for whatever else the provider always returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rehearsal.case import Case, mapping
from rehearsal.facts import FieldFacts
from rehearsal.values import Properties, Value, reveal

_EMPTY: Final[Mapping[str, Value]] = {
    "string": "",
    "any": "",
    "boolean": False,
    "integer": 0,
    "number": 0,
    "list": [],
    "map": {},
    "object": {},
}
_MARK: Final = "goog-pulumi-provisioned"


def generic_outputs(case: Case) -> Properties:
    """Return every output that the type always has: the input where one is given, else what a name like that means."""
    outputs: Properties = {}
    for name in case.facts.always:
        if case.inputs.get(name) is not None:
            continue
        outputs[name] = _meaning(case, name, case.facts.outputs[name])
    return outputs


def _meaning(case: Case, name: str, field: FieldFacts) -> Value:
    if field.type.kind == "string" and (known := _text(case, name)) is not None:
        return known
    if name in {"effectiveLabels", "pulumiLabels"}:
        return _labels(case)
    if name == "effectiveAnnotations":
        return case.inputs.get("annotations") or {}
    default = case.facts.body.defaults.get(name)
    if default is not None:
        return _typed(default, field)
    return _EMPTY[field.type.kind]


def _labels(case: Case) -> Value:
    """Return the labels with those that the provider adds: its default labels and the mark that Pulumi made this."""
    mark = {} if case.settings.get("addPulumiAttributionLabel") in (False, "false") else {_MARK: "true"}
    defaults = mapping(reveal(case.settings.get("defaultLabels")))
    return {**mark, **defaults, **mapping(case.inputs.get("labels") or case.inputs.get("resourceLabels"))}


def _text(case: Case, name: str) -> str | None:
    make = _TEXTS.get(name)
    return make(case, name) if make is not None else None


def _time(case: Case, name: str) -> str:
    return case.old.created if case.old is not None and name != "updateTime" else case.world.now()


def _number(case: Case, name: str) -> str:
    return case.world.number(case.type, case.id, name)


def _digest(case: Case, name: str) -> str:
    return case.world.digest(case.type, case.id, name, case.world.now())[:11] + "="


def _id(case: Case, name: str) -> str:
    del name
    return case.id


def uuid_text(digest: str) -> str:
    """Return the first 32 digits of `digest` in the form of a version 4 UUID."""
    variant = "89ab"[int(digest[16], 16) % 4]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def _typed(default: str, field: FieldFacts) -> Value:
    kind = field.type.kind
    if kind == "boolean":
        return default == "true"
    if kind in {"integer", "number"}:
        return int(default) if default.lstrip("-").isdigit() else 0
    return default if kind == "string" else _EMPTY[kind]


_TEXTS: Final[Mapping[str, Callable[[Case, str], str]]] = {
    **dict.fromkeys(("createTime", "creationTimestamp", "updateTime", "creationTime", "created"), _time),
    **dict.fromkeys(("uniqueId", "numericId", "networkId", "subnetworkId", "gatewayId"), _number),
    **dict.fromkeys(("fingerprint", "labelFingerprint", "etag"), _digest),
    **dict.fromkeys(("name", "selfLink"), _id),
    "uid": lambda case, name: uuid_text(case.world.digest(case.type, case.id, name)),
    "project": lambda case, _: case.project,
    "region": lambda case, _: case.region,
    "location": lambda case, _: case.location,
    "deletionPolicy": lambda _, __: "DELETE",
}
