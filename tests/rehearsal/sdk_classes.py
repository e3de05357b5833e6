"""Finds the resource classes of an SDK that Python sources name, and the types those classes stand for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

PROVIDERS: Final = {"pulumi_gcp": "gcp", "pulumi_vsphere": "vsphere"}
_TOKEN: Final = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'([^']+)'")
_CLASS: Final = re.compile(r"^class (\w+)\(pulumi\.CustomResource\):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Use:
    """A dotted name below an SDK package (`pulumi_gcp.compute.Network`) and where it stands."""

    name: str
    place: str


def uses(paths: Iterable[Path]) -> list[Use]:
    """Return every name of an SDK that the sources at `paths` use."""
    return [use for path in sorted(paths) for use in uses_in(path.read_text(encoding="utf-8"), str(path))]


def uses_in(source: str, place: str) -> list[Use]:
    """Return every name of an SDK that `source` uses."""
    tree = ast.parse(source)
    known = _imports(tree)
    found: list[Use] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            head, *rest = _dotted(node)
            if head in known:
                found.append(Use(".".join([known[head], *rest]), f"{place}:{node.lineno}"))
    return found


def resource_tokens(found: Iterable[Use]) -> Mapping[str, str]:
    """Return the type of each resource class among `found`, with a place that uses it."""
    tokens: dict[str, str] = {}
    for use in found:
        token = classes(use.name.partition(".")[0]).get(use.name)
        if token is not None:
            tokens.setdefault(token, use.place)
    return tokens


@cache
def classes(package: str) -> Mapping[str, str]:
    """Return the type of every resource class of an SDK, by its dotted name."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent
    found: dict[str, str] = {}
    for path in root.glob("**/*.py"):
        text = path.read_text(encoding="utf-8")
        names, tokens = _CLASS.findall(text), _TOKEN.findall(text)
        module = ".".join([package, *path.parent.relative_to(root).parts])
        found |= {f"{module}.{name}": token for name, token in zip(names, tokens, strict=False)}
    return found


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return what each imported name stands for, where it comes from an SDK."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                if name.name.partition(".")[0] in PROVIDERS:
                    known[name.asname or name.name.partition(".")[0]] = (
                        name.name if name.asname else name.name.partition(".")[0]
                    )
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in PROVIDERS:
            known |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return known


def _dotted(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield from _dotted(node.value)
        yield node.attr
    else:
        yield node.id if isinstance(node, ast.Name) else ""
