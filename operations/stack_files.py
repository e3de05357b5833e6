"""`docs/stack-files.md`: the reference of every key of every reviewed file, from the model's own schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from model.config.acknowledgement import Acknowledgements
from model.config.catalogue import Catalogue
from model.config.organisation import Organisation
from model.config.schema import json_schema
from model.config.shape import Shape
from model.config.stack import SECTIONS
from model.config.team import Team

_HEAD = """\
# Stack, organisation and team files

Every key of every reviewed file. Written by `./hybrid generate` from `model/config/`; the same schemas serve editors
through the first line of each file. A key that is not here is refused.
"""


def render() -> str:
    """Return the reference as Markdown."""
    files = [
        ("`stacks/organisation.yaml`", Organisation),
        ("`stacks/versions.yaml`", Catalogue),
        *((f"`{key}` in `stacks/Pulumi.<environment>.yaml`", shape) for key, shape in SECTIONS.items()),
        ("`stacks/teams/<slug>.yaml`", Team),
        ("`stacks/acknowledgements.yaml`, optional", Acknowledgements),
    ]
    return "\n".join([_HEAD, *(line for title, shape in files for line in _file(title, shape))]) + "\n"


def _file(title: str, shape: type[Shape]) -> Iterator[str]:
    schema = json_schema(shape, title=title, id=title)
    definitions = cast("Mapping[str, Mapping[str, Any]]", schema.get("$defs", {}))
    yield f"## {title}"
    yield ""
    yield from _table(schema, definitions)
    for name in _reached(schema, definitions):
        definition = definitions[name]
        if "properties" in definition:
            yield f"### {name}"
            yield ""
            yield from _table(definition, definitions)


def _table(schema: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if schema.get("description"):
        yield str(schema["description"]).replace("\n", " ")
        yield ""
    required = cast("list[str]", schema.get("required", []))
    yield "| key | what | value | default |"
    yield "|---|---|---|---|"
    for key, field in cast("Mapping[str, Mapping[str, Any]]", schema.get("properties", {})).items():
        default = "required" if key in required else _default(field)
        # A field that says no more than its type does leaves it to the type.
        what = field.get("description") or definitions.get(_value(field), {}).get("description", "")
        yield f"| `{key}` | {_cell(str(what))} | {_value(field)} | {default} |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _default(field: Mapping[str, Any]) -> str:
    value = field.get("default")
    return (
        ""
        if value in (None, [], {}) or isinstance(value, Mapping)
        else f"`{str(value).lower() if isinstance(value, bool) else value}`"
    )


def _value(field: Mapping[str, Any]) -> str:
    parts = cast("list[Mapping[str, Any]]", field.get("anyOf") or field.get("allOf") or [])
    if parts:
        return " or ".join(_value(part) for part in parts if part.get("type") != "null")
    choices = cast("list[object]", field.get("enum") or ([field["const"]] if "const" in field else []))
    if choices:
        return ", ".join(f"`{choice}`" for choice in choices)
    if "$ref" in field:
        return str(field["$ref"]).rsplit("/", 1)[-1]
    return _plain_value(field)


def _plain_value(field: Mapping[str, Any]) -> str:
    match field.get("type"):
        case "array":
            return f"list of {_value(cast('Mapping[str, Any]', field.get('items', {})))}"
        case "object":
            inner = field.get("additionalProperties")
            return f"map to {_value(cast('Mapping[str, Any]', inner))}" if isinstance(inner, Mapping) else "map"
        case kind:
            form = field.get("format")
            return f"{kind or 'any'}{f' ({form})' if form else ''}"


def _reached(schema: Mapping[str, Any], definitions: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the definitions in the order in which a reader of the tables meets them."""
    found: list[str] = []

    def walk(node: object) -> None:
        if isinstance(node, Mapping):
            mapping = cast("Mapping[str, object]", node)
            reference = mapping.get("$ref")
            if isinstance(reference, str):
                name = reference.rsplit("/", 1)[-1]
                if name not in found and name in definitions:
                    found.append(name)
                    walk(definitions[name])
            for key, value in mapping.items():
                if key != "$defs":
                    walk(value)
        elif isinstance(node, list):
            for value in cast("list[object]", node):
                walk(value)

    walk(schema)
    return found
