"""Recorded answers of the real plugins: what they are, and the files that keep them.

A directory holds them as `checks.jsonl` and `diffs.jsonl`, one answer a line, or as one compact `verdicts.jsonl`, one
resource a line (tests/rehearsal/fixtures/README.md describes it).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from rehearsal.values import Properties, Secret, Value

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One check: what was given, whether the real plugin accepted it, the places it named, the inputs it gave back."""

    type: str
    name: str
    inputs: Properties
    accepted: bool
    at: tuple[str, ...] = ()
    checked: Properties | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One diff: the state, the field that is given another value in it, and the real plugin's verdict."""

    type: str
    path: str
    base: Case
    replaces: bool
    deletes_first: bool


def read(directory: Path) -> tuple[list[Case], list[Change]]:
    """Return the answers in `directory`, in either form. FileNotFoundError where it has neither."""
    compact = directory / "verdicts.jsonl"
    if compact.exists():
        return _read_compact(compact)
    cases = [
        Case(row["type"], row["case"], row["inputs"], row["accepted"], tuple(row.get("at", ())), row.get("checked"))
        for row in _rows(directory / "checks.jsonl")
    ]
    return cases, list(_changes(cases, _rows(directory / "diffs.jsonl")))


def _changes(cases: Sequence[Case], rows: Iterable[_Json]) -> Iterator[Change]:
    bases = [case for case in cases if case.checked is not None]
    for row in rows:
        path = str(row["path"]).removesuffix(".value")
        base = next(base for base in bases if base.type == row["type"] and _has(base.checked, path))
        yield Change(row["type"], path, base, row["verdict"] == "replace", row["deleteBeforeReplace"])


def _read_compact(path: Path) -> tuple[list[Case], list[Change]]:
    cases: list[Case] = []
    changes: list[Change] = []
    for row in _rows(path):
        base = row["inputs"]
        for name, accepted, at, *patch in row["checks"]:
            inputs = _patched(base, patch[0]) if patch else base
            checked = row["checked"] if name == "base" else None
            cases.append(Case(row["type"], name, inputs, accepted, tuple(at), checked))
        state = Case(row["type"], "base", base, accepted=True, checked=row["checked"])
        for changed, replaces, first in row["diffs"]:
            changes.append(Change(row["type"], changed, state, replaces, first))
    return cases, changes


def compact(cases: Sequence[Case], changes: Sequence[Change]) -> Iterator[str]:
    """Yield the answers in the compact form: a resource a line, its cases as what they change in the base."""
    base: Case | None = None
    lines: list[tuple[Case, list[Any]]] = []
    for case in cases:
        if case.checked is not None:
            base = case
            lines.append((base, [["base", case.accepted, list(case.at)]]))
        elif base is not None:
            patch = _patch(base.inputs, case.inputs)
            lines[-1][1].append([case.name, case.accepted, list(case.at), *([patch] if patch else [])])
    for start, checks in lines:
        diffs = [[c.path, c.replaces, c.deletes_first] for c in changes if c.base is start]
        body = {"type": start.type, "inputs": start.inputs, "checked": start.checked, "checks": checks, "diffs": diffs}
        yield json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _patch(old: Any, new: Any) -> list[Any]:
    """Return [steps, value] for the smallest part in which `new` differs; no value where the part is gone."""
    steps: list[Any] = []
    while isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("_Json", old), cast("_Json", new)
        differing = [
            key for key in {**before, **after} if key not in before or key not in after or before[key] != after[key]
        ]
        if len(differing) != 1:
            break
        key = differing[0]
        if key not in after:
            return [[*steps, key]]
        steps.append(key)
        if key not in before:
            return [steps, after[key]]
        old, new = before[key], after[key]
    return [steps, new]


def _patched(base: Properties, patch: Sequence[Any]) -> Properties:
    steps, *value = patch
    if not steps:
        return cast("Properties", value[0])
    copy = deepcopy(base)
    inner = cast("_Json", copy)
    for step in steps[:-1]:
        inner = inner[step]
    if value:
        inner[steps[-1]] = value[0]
    else:
        del inner[steps[-1]]
    return copy


def _rows(path: Path) -> list[_Json]:
    return [cast("_Json", json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def moved(value: Value, steps: list[str]) -> Value:
    """Return a copy in which the value at `steps` is another one of its type."""
    if not steps:
        return _other(value)
    if isinstance(value, Secret):
        return Secret(moved(value.value, steps))
    if isinstance(value, Sequence) and not isinstance(value, str):
        place = int(steps[0])
        return [moved(item, steps[1:]) if index == place else item for index, item in enumerate(value)]
    if isinstance(value, Mapping):
        for length in range(len(steps), 0, -1):
            name = ".".join(steps[:length])
            if name in value:
                return {key: moved(item, steps[length:]) if key == name else item for key, item in value.items()}
    raise KeyError(".".join(steps))


def _other(value: Value) -> Value:
    if isinstance(value, Secret):
        return Secret(_other(value.value))
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    return f"{value}-other"


def _has(value: Value, path: str) -> bool:
    try:
        moved(value, path.split("."))
    except (KeyError, ValueError, IndexError):
        return False
    return True
