"""The reference of all rules that are enforced, as a page: number, title, level, scope and public source."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final, cast

from model.config.problems import Severity
from model.rules.construction import HELD, LEFT, Held
from model.rules.registry import Registry, Rule

_PACKAGE: Final = "model"
_HEAD: Final = """\
# Rules

What `./hybrid check` holds the stack and team files to, besides their form. A rule of level error stops a run, a
warning does not. This page is made from the rules: change them, not it.

| number | rule | level | looks at | source |
|---|---|---|---|---|
"""

_HELD_HEAD: Final = """
## Held by construction

No file can break these: its shape has no word for it, or the program always does it right.

| number | rule | why it holds | source |
|---|---|---|---|
"""

_LEFT_HEAD: Final = """
## Not enforced, because

What no check of the files can see.

| number | rule | why it is not | source |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the reference: a rule and the scope (environment, estate) of the registry it is in."""

    rule: Rule[Any]
    scope: str


def registries(package: str = _PACKAGE) -> tuple[Registry[Any], ...]:
    """Return every registry that a module of `package` holds, each once; imports all of its modules."""
    found: dict[int, Registry[Any]] = {}
    for module in _modules(package):
        for value in cast("dict[str, object]", vars(module)).values():
            if isinstance(value, Registry):
                registry = cast("Registry[Any]", value)
                found[id(registry)] = registry
    return tuple(found.values())


def all_rules(among: Iterable[Registry[Any]] | None = None) -> tuple[Entry, ...]:
    """Return the rules of `among`, by default of every registry of the model, by number and title."""
    every = registries() if among is None else among
    entries = [Entry(rule, registry.scope) for registry in every for rule in registry]
    return tuple(sorted(entries, key=lambda entry: (_order(entry.rule.number), entry.rule.title)))


def render(entries: Iterable[Entry] | None = None) -> str:
    """Return the page as Markdown, of `entries` or else of every rule of the model."""
    checked = "".join(f"{_row(entry)}\n" for entry in (all_rules() if entries is None else entries))
    return f"{_HEAD}{checked}{_HELD_HEAD}{_reasons(HELD)}{_LEFT_HEAD}{_reasons(LEFT)}"


def _reasons(rules: Iterable[Held]) -> str:
    return "".join(
        f"| {each.number} | {_cell(each.title)} | {_cell(each.why)} | {_linked(each.source)} |\n" for each in rules
    )


def _linked(source: str) -> str:
    return f"<{source}>" if source.startswith("https://") else source


def _row(entry: Entry) -> str:
    rule = entry.rule
    level = "error" if rule.severity is Severity.ERROR else "warning"
    cells = (", ".join(rule.numbers), rule.title, level, entry.scope, _linked(rule.source))
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _modules(package: str) -> Iterator[ModuleType]:
    top = importlib.import_module(package)
    yield top
    for info in pkgutil.walk_packages(top.__path__, f"{package}."):
        yield importlib.import_module(info.name)


def _order(number: str) -> tuple[str, int, str]:
    """Return a key that sorts A29 before B2, and B2 before B10."""
    match = re.fullmatch(r"([A-Za-z]+)([0-9]+)(.*)", number)
    return (match[1], int(match[2]), match[3]) if match else (number, 0, "")
