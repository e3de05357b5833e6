"""JSON Schemas of the files, made from the shapes, so that an editor completes keys and shows what they are for.

Draft 2020-12 (https://json-schema.org/draft/2020-12), with nothing that editors' YAML language server does not read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, TypeAlias, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema

Json: TypeAlias = dict[str, Any]
"""A JSON object."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_OCTET: Final = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS: Final = rf"{_OCTET}(\.{_OCTET}){{3}}"
_PATTERNS: Final[Mapping[str, str]] = {
    "ipv4": rf"^{_ADDRESS}$",
    "ipv4network": rf"^{_ADDRESS}/(3[0-2]|[12]?[0-9])$",
    "ipv4interface": rf"^{_ADDRESS}/(3[0-2]|[12]?[0-9])$",
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
}
_STANDARD_FORMATS: Final = frozenset({"ipv4", "date", "date-time", "time", "duration", "uri"})
_SCHEMAS_BY_NAME: Final = ("properties", "$defs", "patternProperties")
_DATA: Final = frozenset({"default", "const", "enum", "examples"})


class _Generator(GenerateJsonSchema):
    """Pydantic's generator without the titles that it makes from the names of fields."""

    def field_title_should_be_set(self, schema: CoreSchema | Any) -> bool:  # noqa: ARG002  pydantic's signature
        return False


def json_schema(shape: type[BaseModel], *, title: str, id: str) -> Json:  # noqa: A002  the schema's own word for it
    """Return the JSON Schema of a file of `shape`.

    `title` is what an editor calls the file, `id` the schema's `$id`. Objects refuse unknown keys as the shapes do;
    addresses, networks and dates carry patterns beside their formats, since few editors check formats.
    """
    made = cast("Json", _tidy(shape.model_json_schema(schema_generator=_Generator, mode="validation")))
    return {"$schema": DIALECT, "$id": id, **made, "title": title}


def schema_text(shape: type[BaseModel], *, title: str, id: str) -> str:  # noqa: A002  the schema's own word for it
    """Return `json_schema` as the text of a file: the same on every run and every Python."""
    return json.dumps(json_schema(shape, title=title, id=id), indent=2, ensure_ascii=False) + "\n"


def _tidy(schema: object) -> object:
    """Return a schema with patterns for formats, meanings as descriptions, and no words that are not JSON Schema's."""
    if isinstance(schema, list):
        return [_tidy(item) for item in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    tidied: Json = {}
    for key, value in cast("Json", schema).items():
        if key in _SCHEMAS_BY_NAME:
            tidied[key] = {name: _tidy(inner) for name, inner in cast("Json", value).items()}
        elif key not in {"discriminator", "meaning", "secret"}:
            tidied[key] = value if key in _DATA else _tidy(value)
    meaning = cast("Json", schema).get("meaning")
    if isinstance(meaning, str):
        described = tidied.get("description")
        tidied["description"] = (
            f"{described}\n\nWrite {meaning}." if described else f"{meaning[0].upper()}{meaning[1:]}."
        )
    form = tidied.get("format")
    if form in _PATTERNS:
        tidied.setdefault("pattern", _PATTERNS[form])
    if form is not None and form not in _STANDARD_FORMATS:
        del tidied["format"]
    if "patternProperties" in tidied:
        # A mapping whose keys have a pattern: a key that does not match it is refused, as the shape does.
        tidied.setdefault("additionalProperties", False)
    return tidied
