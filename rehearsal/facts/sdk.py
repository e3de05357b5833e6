"""Reads what the installed SDK says of a resource class, from its source: nothing is imported.

The SDK is generated from the provider's full schema, so it knows fields that an older or a stripped schema misses, and
its docstrings are the provider's own documentation: the values of an enum and the default that is filled in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from rehearsal.facts.shapes import LETTERS

_SCALARS = {
    "str": LETTERS["string"],
    "bool": LETTERS["boolean"],
    "int": LETTERS["integer"],
    "float": LETTERS["number"],
    "Any": LETTERS["any"],
}
_CLASS = re.compile(r"^class (\w+)\((?:pulumi\.CustomResource)\):", re.MULTILINE)
_LISTED = r"(`[^`]*`(?:,\s*`[^`]*`)*)\s*\."


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a provider's documentation prints what its plugin enforces: the values of an enum, and the default."""

    enum: re.Pattern[str]
    default: re.Pattern[str]


# Generated resources of the Google provider print their enums and defaults in one form
# (GoogleCloudPlatform/magic-modules, mmv1/templates); what is written by hand there is worded freely, and often left to
# the API.
_DIALECTS: Mapping[str, Dialect] = {
    "gcp": Dialect(
        re.compile(rf"(?:Possible values are|Each value may be one of): {_LISTED}"),
        re.compile(r"Default value is `([^`]*)`\."),
    ),
    "vsphere": Dialect(
        re.compile(
            r"(?i)\b(?:can be|must be|either)\s+(?:set to\s+)?(?:one\s+of\s+)?"
            r"((?:`[^`]*`(?:,?\s+(?:or|and)\s+|,\s*)?){2,})"
        ),
        re.compile(r"Default:\s*`([^`]*)`"),
    ),
}


@dataclass(frozen=True, slots=True)
class SdkField:
    """One field of a class: its type in the notation of the facts, with SDK class names for objects, and its docs."""

    notation: str
    required: bool
    docs: str
    dialect: Dialect
    deprecated: bool = False

    @property
    def output_only(self) -> bool:
        """Whether the documentation marks the field as one that only the provider writes."""
        return self.docs.startswith("(Output")

    @property
    def enum(self) -> tuple[str, ...]:
        """The values that the documentation lists as the only possible ones; empty where it lists none."""
        found = self.dialect.enum.search(self.docs)
        return tuple(re.findall(r"`([^`]*)`", found.group(1))) if found else ()

    @property
    def default(self) -> str | None:
        """The value that the documentation says is the default, as printed there; a deprecated field gets none."""
        if self.deprecated:
            return None
        found = self.dialect.default.search(self.docs)
        return found.group(1) if found else None


class Sdk:
    """The installed Python SDK of one provider."""

    def __init__(self, provider: str) -> None:
        """Find the package `pulumi_<provider>`. LookupError where it is not installed."""
        spec = find_spec(f"pulumi_{provider}")
        if spec is None or spec.origin is None:
            raise LookupError(
                f"facts: the SDK pulumi-{provider} is not installed: its documentation holds the enums and defaults; "
                f"install it with pip install pulumi-{provider}"
            )
        self.root = Path(spec.origin).parent
        self._dialect = _DIALECTS[provider]

    def inputs(self, module: str, name: str) -> Mapping[str, SdkField] | None:
        """Return the inputs of the resource class `name`; None where the SDK has no such class."""
        path = self._files.get((module, name))
        return self._fields(_classes(path).get(f"{name}Args")) if path else None

    def outputs(self, module: str, name: str) -> Mapping[str, SdkField] | None:
        """Return the outputs of the resource class `name`; None where the SDK has no such class."""
        path = self._files.get((module, name))
        return self._fields(_classes(path).get(name)) if path else None

    def object(self, module: str, name: str) -> Mapping[str, SdkField] | None:
        """Return the fields of the nested input class of the object type `name`; None where there is none."""
        path = self.root / ("" if module == "index" else module) / "_inputs.py"
        return self._fields(_classes(path).get(f"{name}Args")) if path.exists() else None

    def _fields(self, node: ast.ClassDef | None) -> dict[str, SdkField] | None:
        return None if node is None else dict(_getters(node, self._dialect))

    @cached_property
    def _files(self) -> Mapping[tuple[str, str], Path]:
        found: dict[tuple[str, str], Path] = {}
        for path in sorted(self.root.glob("**/*.py")):
            if path.name.startswith("_"):
                continue
            module = path.parent.name if path.parent != self.root else "index"
            for name in _CLASS.findall(path.read_text(encoding="utf-8")):
                found[module, name] = path
        return found


_parsed: dict[Path, dict[str, ast.ClassDef]] = {}


def _classes(path: Path) -> dict[str, ast.ClassDef]:
    if path not in _parsed:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        _parsed[path] = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    return _parsed[path]


def _getters(node: ast.ClassDef, dialect: Dialect) -> Iterator[tuple[str, SdkField]]:
    for item in node.body:
        if not isinstance(item, ast.FunctionDef) or item.returns is None:
            continue
        name = next(filter(None, (_getter_name(dec, item.name) for dec in item.decorator_list)), None)
        if name is None:
            continue
        text = ast.unparse(item.returns)
        deprecated = any("deprecated" in ast.unparse(decorator) for decorator in item.decorator_list)
        yield (
            name,
            SdkField(
                _notation(item.returns), "Optional[" not in text, ast.get_docstring(item) or "", dialect, deprecated
            ),
        )


def _getter_name(decorator: ast.expr, fallback: str) -> str | None:
    """Return the property's name if `decorator` is pulumi.getter, plain or with name=...; None for any other one."""
    if isinstance(decorator, ast.Attribute) and decorator.attr == "getter":
        return fallback
    if (
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr == "getter"
    ):
        for keyword in decorator.keywords:
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return None


def _notation(node: ast.expr) -> str:
    """Translate an annotation such as pulumi.Input[Optional[Sequence[pulumi.Input['XArgs']]]] into the notation."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "{" + node.value.removeprefix("outputs.").removesuffix("Args")
    if not isinstance(node, ast.Subscript):
        return _SCALARS.get(_last_name(node), LETTERS["any"])
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    head = {"Input": "", "Output": "", "Optional": "", "Sequence": "[", "Mapping": "<"}.get(_last_name(node.value))
    return LETTERS["any"] if head is None else head + _notation(parts[-1])


def _last_name(node: ast.expr) -> str:
    """Return the name at the end of a dotted expression; empty for anything else."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
