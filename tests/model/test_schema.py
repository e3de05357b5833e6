"""JSON Schemas made from shapes: they accept and refuse what the shapes do, and tell an editor what a key is for."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal, cast

import jsonschema
import pytest
from pydantic import Field

from model.config.schema import DIALECT, json_schema, schema_text
from model.config.shape import Shape, parse
from tests.model.reading import source

ID = "https://example.org/cluster.json"

Name = Annotated[
    str, Field(pattern=r"^[a-z]+$"), Field(json_schema_extra={"meaning": "lower-case letters", "secret": True})
]


class Kind(StrEnum):
    INGRESS = "ingress"
    APPS = "apps"


class Ha(Shape):
    """An HA gateway."""

    type: Literal["ha"]
    tunnels: int = Field(ge=1)


class External(Shape):
    """A gateway elsewhere."""

    type: Literal["external"]
    address: IPv4Address


class Pool(Shape):
    """A pool."""

    title: Name
    """What it is called."""
    kind: Kind = Kind.APPS
    """What it is for."""
    addresses: tuple[IPv4Address, ...] = ()


class Cluster(Shape):
    """A cluster of the example."""

    pods: IPv4Network
    """The range of its pods."""
    since: date | None = None
    until: datetime | None = None
    pools: tuple[Pool, ...] = ()
    by_name: dict[Name, Pool] = Field(default_factory=dict)
    gateway: Annotated[Ha | External, Field(discriminator="type")] | None = None
    range: IPv4Network = IPv4Network("10.0.0.0/8")
    project: str | None = Field(default=None, alias="hybrid:project")


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return json_schema(Cluster, title="A cluster", id=ID)


def accepts(schema: dict[str, Any], data: object) -> bool:
    # Without a format checker, as in most editors: the patterns decide.
    validator = jsonschema.Draft202012Validator(schema)
    return validator.is_valid(cast("Any", data))  # pyright: ignore[reportUnknownMemberType]  its stub has an untyped overload


CASES = [
    ("pods: 10.20.0.0/16", True),
    ("pods: 10.20.0.0/16\nsince: 2026-11-02\nuntil: 2026-11-02T12:00:00Z\nhybrid:project: p", True),
    ("pods: 10.20.0.0/16\npools: [{title: a, kind: ingress, addresses: [10.0.0.1]}, {title: b}]", True),
    ("pods: 10.20.0.0/16\nby_name: {a: {title: a}}\ngateway: {type: ha, tunnels: 2}", True),
    ("pods: 10.20.0.0/16\ngateway: {type: external, address: 192.0.2.1}\nsince:", True),
    ("{}", False),
    ("pods: 10.20.0.0", False),
    ("pods: 10.20.0.0/33", False),
    ("pods: 10.20.0.256/32", False),
    ("pods: 10.20.0.0/255.255.0.0", False),
    ("pods: 7", False),
    ("pods: 10.20.0.0/16\nsince: 2026-1-2", False),
    ("pods: 10.20.0.0/16\nextra: 1", False),
    ("pods: 10.20.0.0/16\nproject: p", False),
    ("pods: 10.20.0.0/16\npools: [{title: A}]", False),
    ("pods: 10.20.0.0/16\npools: [{title: a, kind: other}]", False),
    ("pods: 10.20.0.0/16\npools: [{title: a, extra: 1}]", False),
    ("pods: 10.20.0.0/16\npools: {title: a}", False),
    ("pods: 10.20.0.0/16\npools: [{title: a, addresses: [10.0.0.999]}]", False),
    ("pods: 10.20.0.0/16\nby_name: {A: {title: a}}", False),
    ("pods: 10.20.0.0/16\ngateway: {type: ha, address: 192.0.2.1}", False),
    ("pods: 10.20.0.0/16\ngateway: {type: ha, tunnels: 0}", False),
]


@pytest.mark.parametrize(("text", "good"), CASES)
def test_the_schema_and_the_shape_accept_and_refuse_the_same_files(schema: dict[str, Any], text: str, good: bool):
    read = source(text)
    assert (not parse(Cluster, read)[1], accepts(schema, read.data)) == (good, good)


def test_the_schema_is_one_of_its_dialect_and_says_what_it_is(schema: dict[str, Any]):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert (schema["$schema"], schema["$id"], schema["title"]) == (DIALECT, ID, "A cluster")
    assert schema["description"] == "A cluster of the example."


def test_an_editor_learns_what_a_key_is_for_from_its_docstring_and_its_type(schema: dict[str, Any]):
    assert schema["properties"]["pods"]["description"] == "The range of its pods."
    pool = schema["$defs"]["Pool"]
    assert pool["description"] == "A pool."
    assert pool["properties"]["kind"]["description"] == "What it is for."
    described = pool["properties"]["title"]["description"]
    assert "What it is called." in described
    assert "lower-case letters" in described


def test_only_words_of_json_schema_are_in_it_and_no_titles_made_from_names(schema: dict[str, Any]):
    def words(part: object) -> set[str]:
        if isinstance(part, list):
            return set[str]().union(*(words(item) for item in cast("list[object]", part)))
        if not isinstance(part, dict):
            return set()
        inner = cast("dict[str, Any]", part)
        named = [value for key in ("properties", "$defs", "patternProperties") for value in inner.get(key, {}).values()]
        rest = [value for key, value in inner.items() if key not in {"properties", "$defs", "patternProperties"}]
        return set(inner).union(*(words(value) for value in (*named, *rest)))

    known = {key for vocabulary in _vocabularies() for key in vocabulary["properties"]}
    assert words(schema) <= known
    assert "title" not in schema["properties"]["pods"]
    assert "format" not in schema["properties"]["pods"]


def _vocabularies() -> list[dict[str, Any]]:
    """Return the meta-schemas of the dialect's vocabularies, which name every word it has."""
    registry = jsonschema.Draft202012Validator({"$ref": DIALECT})._resolver
    names = ("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content")
    base = "https://json-schema.org/draft/2020-12/meta/"
    return [cast("dict[str, Any]", registry.lookup(f"{base}{name}").contents) for name in names]


def test_a_default_is_written_as_it_would_stand_in_a_file(schema: dict[str, Any]):
    assert schema["properties"]["range"]["default"] == "10.0.0.0/8"
    assert schema["$defs"]["Pool"]["properties"]["kind"]["default"] == "apps"


def test_the_text_of_a_schema_is_json_that_ends_its_last_line(schema: dict[str, Any]):
    text = schema_text(Cluster, title="A cluster", id=ID)
    assert json.loads(text) == schema
    assert text.endswith("}\n")
    assert text == schema_text(Cluster, title="A cluster", id=ID)
