"""Makes a fact file from what `pulumi package get-schema <provider>@<version>` prints.

    python -m rehearsal.facts.generate --schema FILE.json --out rehearsal/facts/data/<provider>.json [--also TYPE ...]

Where the installed SDK knows inputs that the schema lacks, they are added, and the enums and defaults that its
documentation prints are kept beside the types. `--also` names resource types that a schema cut to size leaves out: they
are read from the SDK, which does not say what a change replaces (the constraints do, then). One resource, function or
type is one line of the file, so that a new provider version can be read as a diff.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from rehearsal.facts.sdk import Sdk, SdkField
from rehearsal.facts.shapes import LETTERS

_Json = dict[str, Any]


def short_name(token: str) -> str:
    """Return the name of an object type in the facts: `gcp:compute/RouterBgp:RouterBgp` is `compute/RouterBgp`."""
    path = token.split(":")[1]
    return path if "/" in path else f"index/{path}"


def notation(prop: Mapping[str, Any]) -> str:
    """Return a property of a Pulumi schema in the notation of the facts (`rehearsal.facts.shapes`)."""
    flags = ("!" if prop.get("willReplaceOnChanges") else "") + ("$" if prop.get("secret") else "")
    return flags + _type(prop)


def _type(prop: Mapping[str, Any]) -> str:
    ref = prop.get("$ref")
    if isinstance(ref, str):
        if ref.startswith("#/types/"):
            return "{" + short_name(ref.removeprefix("#/types/"))
        return LETTERS["any"]
    kind = prop.get("type")
    if kind == "array":
        return "[" + _type(cast("_Json", prop["items"]))
    if kind == "object":
        return "<" + _type(cast("_Json", prop.get("additionalProperties", {"type": "string"})))
    return LETTERS.get(str(kind), LETTERS["any"])


class Generator:
    """Turns one schema into facts, with the SDK beside it."""

    def __init__(self, schema: _Json, sdk: Sdk, also: Sequence[str] = ()) -> None:
        """Take a parsed schema, the SDK of the same provider, and the types to read from the SDK alone."""
        self.schema = schema
        self.sdk = sdk
        self.also = [token for token in also if token not in schema["resources"]]
        self.types: dict[str, _Json] = {}
        self._described = {short_name(token): cast("_Json", body) for token, body in schema["types"].items()}

    def facts(self) -> _Json:
        """Return the whole fact file."""
        resources = {token: self._resource(token, body) for token, body in self.schema["resources"].items()}
        resources |= {token: self._from_sdk(token) for token in self.also}
        functions = {token: self._function(body) for token, body in sorted(self.schema["functions"].items())}
        provider = {name: notation(prop) for name, prop in self.schema["provider"]["inputProperties"].items()}
        return {
            "provider": self.schema["name"],
            "schema": self.schema["version"],
            "sdk": version(f"pulumi-{self.schema['name']}"),
            "config": dict(sorted(provider.items())),
            "resources": dict(sorted(resources.items())),
            "functions": functions,
            "types": dict(sorted(self.types.items())),
        }

    def _resource(self, token: str, body: _Json) -> _Json:
        module, name = _split(token)
        known = self.sdk.inputs(module, name) or {}
        required = set(body.get("requiredInputs", ()))
        inputs = self._object(body.get("inputProperties", {}), known, module, required)
        outputs = {key: self._keep(notation(prop)) for key, prop in body["properties"].items()}
        shown = {key: text for key, text in outputs.items() if inputs["f"].get(key, "").lstrip("!") != text.lstrip("!")}
        return inputs | _without_empty({"out": dict(sorted(shown.items())), "always": sorted(body.get("required", ()))})

    def _from_sdk(self, token: str) -> _Json:
        module, name = _split(token)
        inputs, outputs = self.sdk.inputs(module, name), self.sdk.outputs(module, name)
        if inputs is None or outputs is None:
            raise LookupError(f"facts: --also {token}: the SDK has no resource class {module}.{name}")
        body = self._object({}, inputs, module, set())
        shown = {key: self._adopt(field.notation, module) for key, field in outputs.items() if key not in inputs}
        always = sorted(key for key, field in outputs.items() if field.required)
        return body | _without_empty({"out": dict(sorted(shown.items())), "always": always})

    def _function(self, body: _Json) -> _Json:
        inputs = body.get("inputs", {})
        outputs = body.get("outputs", {})
        return _without_empty(
            {
                "f": {key: self._keep(notation(prop)) for key, prop in sorted(inputs.get("properties", {}).items())},
                "must": sorted(inputs.get("required", ())),
                "out": {key: self._keep(notation(prop)) for key, prop in sorted(outputs.get("properties", {}).items())},
                "always": sorted(outputs.get("required", ())),
            }
        )

    def _object(self, props: _Json, known: Mapping[str, SdkField], module: str, required: set[str]) -> _Json:
        fields = {key: self._keep(notation(prop)) for key, prop in props.items()}
        for key, extra in known.items():
            if key not in fields:
                fields[key] = self._adopt(extra.notation, module)
                required |= {key} if extra.required else set()
        constants = {key: str(prop["default"]) for key, prop in props.items() if "default" in prop}
        printed = {key: extra.default for key, extra in known.items() if extra.default is not None}
        return {"f": dict(sorted(fields.items()))} | _without_empty(
            {
                "must": sorted(required),
                "sealed": sorted(key for key, extra in known.items() if extra.output_only),
                "enum": {key: list(extra.enum) for key, extra in sorted(known.items()) if extra.enum},
                "default": dict(sorted((printed | constants).items())),
            }
        )

    def _keep(self, text: str) -> str:
        """Note the object type that `text` refers to, with everything it refers to in turn, and return `text`."""
        _, brace, name = text.partition("{")
        if brace and name not in self.types:
            self.types[name] = {}
            module, _, bare = name.partition("/")
            body = self._described.get(name, {"properties": {}})
            known = self.sdk.object(module, bare) or {}
            self.types[name] = self._object(body.get("properties", {}), known, module, set(body.get("required", ())))
        return text

    def _adopt(self, text: str, module: str) -> str:
        """Return a notation read from the SDK with its class name made a type name of the facts."""
        head, brace, name = text.partition("{")
        return self._keep(f"{head}{{{module}/{name}") if brace else text


def _split(token: str) -> tuple[str, str]:
    _, path, name = token.split(":")
    return path.split("/")[0], name


def _without_empty(parts: _Json) -> _Json:
    return {key: value for key, value in parts.items() if value}


def render(facts: _Json) -> str:
    """Return `facts` as JSON with one resource, function or type a line."""
    lines: list[str] = []
    for key, value in facts.items():
        if key in {"resources", "functions", "types"}:
            entries = ",\n".join(f"  {json.dumps(name)}: {_compact(body)}" for name, body in value.items())
            lines.append(f" {json.dumps(key)}: {{\n{entries}\n }}")
        else:
            lines.append(f" {json.dumps(key)}: {_compact(value)}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def main(arguments: list[str] | None = None) -> int:
    """Write the fact file that the arguments ask for; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rehearsal.facts.generate", description=__doc__)
    parser.add_argument("--schema", type=Path, required=True, help="output of pulumi package get-schema")
    parser.add_argument("--out", type=Path, required=True, help="fact file to write")
    parser.add_argument(
        "--also", nargs="*", default=[], metavar="TYPE", help="resource types to read from the SDK alone"
    )
    chosen = parser.parse_args(arguments)
    schema = cast("_Json", json.loads(chosen.schema.read_text(encoding="utf-8")))
    text = render(Generator(schema, Sdk(schema["name"]), chosen.also).facts())
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(text, encoding="utf-8")
    sys.stderr.write(f"{chosen.out}: {len(text)} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
