"""Loads the fact files: which resources and lookups a provider has, and what each of their fields is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, cast

from rehearsal.facts.constraints import Constraints, constraints_of
from rehearsal.facts.shapes import FieldFacts, ObjectFacts, TypeSpec, parse_field

DATA: Final = Path(__file__).parent / "data"
_Json = dict[str, Any]


class UnknownProviderError(LookupError):
    """There are no facts for the provider that was asked for."""


@dataclass(frozen=True)
class Shape:
    """Inputs and outputs, as a resource and a lookup both have them.

    `required` are the inputs that must be given; `always` the outputs that are there whatever was given.
    """

    token: str
    body: ObjectFacts
    outputs: Mapping[str, FieldFacts]
    always: frozenset[str]
    catalogue: Catalogue

    @property
    def inputs(self) -> Mapping[str, FieldFacts]:
        """Every input by its name."""
        return self.body.fields

    @property
    def required(self) -> frozenset[str]:
        """The inputs that must be given."""
        return self.body.required

    def object(self, spec: TypeSpec) -> ObjectFacts | None:
        """Return the fields of the object that `spec` is, or that a list or map of it holds; None for a scalar."""
        while spec.items is not None:
            spec = spec.items
        return self.catalogue.object(spec.ref) if spec.ref else None


@dataclass(frozen=True)
class ResourceFacts(Shape):
    """What the provider knows of one resource type."""

    @cached_property
    def constraints(self) -> Constraints:
        """What the type refuses, fills in and compares in its own way, beyond its schema."""
        return constraints_of(self.catalogue.provider, self.token)

    @cached_property
    def filled(self) -> frozenset[str]:
        """Paths that the provider fills in when they are left out, and whose change forces a new object.

        A state that nobody has read yet knows nothing of them, and makes the provider plan a replacement with the next
        change of anything (hashicorp/terraform-plugin-sdk, helper/schema: schemaMap.diffList, diffString). A state that
        was read has them. The schema shows lists and blocks of this kind; the constraints name the others.
        """
        shown = frozenset(
            name
            for name, field in self.inputs.items()
            if field.replaces
            and field.type.kind in {"list", "object"}
            and name in self.always
            and name not in self.required
        )
        return (shown | self.constraints.filled) - self.constraints.never_filled


@dataclass(frozen=True)
class FunctionFacts(Shape):
    """What the provider knows of one lookup."""


class Catalogue:
    """All resource types and lookups of one provider."""

    def __init__(self, facts: _Json) -> None:
        """Take the content of a fact file."""
        self.provider: Final = str(facts["provider"])
        self.schema_version: Final = str(facts["schema"])
        self._facts = facts
        self._resources: dict[str, ResourceFacts] = {}
        self._objects: dict[str, ObjectFacts] = {}

    @staticmethod
    def load(provider: str) -> Catalogue:
        """Return the facts of `provider` (gcp, vsphere). UnknownProviderError where there are none."""
        return _load(provider)

    @cached_property
    def version(self) -> str:
        """The version that the plugin has to report: the installed SDK's, else the one the facts were made with."""
        try:
            return version(f"pulumi-{self.provider}")
        except PackageNotFoundError:
            return str(self._facts["sdk"])

    @cached_property
    def config(self) -> Mapping[str, FieldFacts]:
        """The provider's own inputs by their names."""
        return _fields(self._facts["config"])

    @property
    def tokens(self) -> tuple[str, ...]:
        """Every resource type."""
        return tuple(self._facts["resources"])

    @property
    def function_tokens(self) -> tuple[str, ...]:
        """Every lookup."""
        return tuple(self._facts["functions"])

    def resource(self, token: str) -> ResourceFacts | None:
        """Return the facts of the resource type `token`; None where the provider has no such type."""
        if token not in self._resources:
            entry = self._facts["resources"].get(token)
            if entry is None:
                return None
            body, outputs, always = _shape(entry)
            self._resources[token] = ResourceFacts(token, body, outputs, always, self)
        return self._resources[token]

    def function(self, token: str) -> FunctionFacts | None:
        """Return the facts of the lookup `token`; None where the provider has no such lookup."""
        entry = self._facts["functions"].get(token)
        if entry is None:
            return None
        return FunctionFacts(token, _object(entry), _fields(entry.get("out", {})), _names(entry, "always"), self)

    def object(self, name: str) -> ObjectFacts:
        """Return the object type `name`. KeyError for a name that no field refers to."""
        if name not in self._objects:
            self._objects[name] = _object(self._facts["types"][name])
        return self._objects[name]


@cache
def _load(provider: str) -> Catalogue:
    path = DATA / f"{provider}.json"
    if not path.exists():
        known = ", ".join(sorted(found.stem for found in DATA.glob("*.json")))
        raise UnknownProviderError(
            f"rehearsal: no facts for the provider {provider!r} (there are: {known}); make them with "
            "python -m rehearsal.facts.generate --schema <output of pulumi package get-schema> --out " + str(path)
        )
    return Catalogue(cast("_Json", json.loads(path.read_text(encoding="utf-8"))))


def _shape(entry: _Json) -> tuple[ObjectFacts, Mapping[str, FieldFacts], frozenset[str]]:
    body = _object(entry)
    inputs = {name: FieldFacts(field.type, False, field.secret) for name, field in body.fields.items()}
    return body, inputs | _fields(entry.get("out", {})), _names(entry, "always")


def _object(entry: _Json) -> ObjectFacts:
    enums = {name: tuple(values) for name, values in entry.get("enum", {}).items()}
    fields, defaults = _fields(entry.get("f", {})), entry.get("default", {})
    return ObjectFacts(fields, _names(entry, "must"), _names(entry, "sealed"), enums, defaults)


def _fields(entry: _Json) -> dict[str, FieldFacts]:
    return {name: parse_field(notation) for name, notation in entry.items()}


def _names(entry: _Json, key: str) -> frozenset[str]:
    return frozenset(cast("list[str]", entry.get(key, ())))
