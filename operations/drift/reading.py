"""What `pulumi refresh --preview-only` found, from its engine event log (JSON lines) or from its `--json`.

Only names, kinds of difference and plain values are taken; the engine masks secrets in a log, and what is no plain
value is never shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

Path = tuple[str | int, ...]

_MOVING: Final = frozenset({"update", "delete"})
_LONGEST: Final = 60


class NoRefreshError(ValueError):
    """A text is not what a previewed refresh prints; the message says what it should be."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A property that differs: its path, and the value in the state and in the cloud, "" where it is no plain value."""

    path: Path
    state: str = ""
    cloud: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A resource that is not as the state has it. `gone` says that the cloud has it no more."""

    urn: str
    gone: bool
    differences: tuple[Difference, ...] = ()

    @property
    def stack(self) -> str:
        """The stack that its name says it is in."""
        return self.urn.removeprefix("urn:pulumi:").partition("::")[0]

    @property
    def type(self) -> str:
        """Its type."""
        return self.urn.split("::")[2].rpartition("$")[2]

    @property
    def components(self) -> tuple[str, ...]:
        """The types of the components that it is in, outermost first."""
        return tuple(self.urn.split("::")[2].split("$")[:-1])

    @property
    def name(self) -> str:
        """Its logical name."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh would do. `looked_at` counts resources; `failures` are the engine's errors, an incomplete look."""

    stack: str
    looked_at: int
    moved: tuple[Moved, ...]
    failures: tuple[str, ...] = ()


def read(text: str) -> Refresh:
    """Read either form. Raises `NoRefreshError`."""
    whole = _whole(text)
    try:
        if isinstance(whole, dict) and "steps" in whole:
            return _digest(cast("Mapping[str, Any]", whole))
        return _log(text)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise NoRefreshError(f"{_WANTED}; something in it has another shape: {error!r}") from error


def _whole(text: str) -> object:
    """Return the document that a text begins with, whatever was said before it; None where there is none."""
    begin = re.search(r"^\{", text, re.MULTILINE)
    try:
        return json.JSONDecoder().raw_decode(text, begin.start())[0] if begin else None
    except ValueError as error:
        if re.search(r'^    "(config|steps)": ', text, re.MULTILINE):
            raise NoRefreshError(f"it ends in the middle, so it was cut short; {_WANTED}") from error
        return None


_WANTED: Final = "give what `pulumi refresh --preview-only --json` prints, or an engine event log of it"


def _digest(whole: Mapping[str, Any]) -> Refresh:
    steps = [cast("Mapping[str, Any]", each) for each in whole["steps"] or ()]
    if any(step["op"] not in {"refresh", "same", "read", *_MOVING} for step in steps):
        raise NoRefreshError(f"it is of a preview of `up`, not of a refresh; {_WANTED}")
    said = [cast("Mapping[str, Any]", each) for each in whole.get("diagnostics") or ()]
    return _refresh(
        steps,
        len(steps),
        "oldState",
        "newState",
        [str(each.get("message", "")) for each in said if each.get("severity") == "error"],
    )


def _log(text: str) -> Refresh:
    outcomes: list[Mapping[str, Any]] = []
    failures: list[str] = []
    begun = summed = False
    looked_at = 0
    for event in _events(text):
        before = cast("Mapping[str, Any] | None", event.get("resourcePreEvent"))
        after = cast("Mapping[str, Any] | None", event.get("resOutputsEvent"))
        said = cast("Mapping[str, Any]", event.get("diagnosticEvent") or {})
        if before is not None:
            if before["metadata"]["op"] not in {"refresh", "read", "same"}:
                raise NoRefreshError(f"it is of an `up` or its preview, not of a refresh; {_WANTED}")
            begun = True
            looked_at += before["metadata"]["op"] == "refresh"
        if after is not None:
            outcomes.append(after["metadata"])
        if said.get("severity") == "error":
            failures.append(str(said.get("message", "")))
        summed = summed or "summaryEvent" in event
    if text.strip() == "{}":
        raise NoRefreshError(f"it is empty: the engine could not begin, and said why on its error stream; {_WANTED}")
    if not begun and not summed and not failures:
        raise NoRefreshError(f"it holds no event of an engine; {_WANTED}")
    if not summed and not failures:
        failures.append("the log ends before the refresh does")
    return _refresh(outcomes, looked_at, "old", "new", failures)


def _events(text: str) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                event: object = json.loads(line)
            except ValueError as error:
                raise NoRefreshError(f"line {number} is no JSON; {_WANTED}") from error
            if not isinstance(event, dict):
                raise NoRefreshError(f"line {number} is no event; {_WANTED}")
            yield cast("Mapping[str, Any]", event)


def _refresh(steps: Sequence[Mapping[str, Any]], count: int, old: str, new: str, failures: Sequence[str]) -> Refresh:
    moved = {
        str(step["urn"]): _moved(step, old, new)
        for step in steps
        if step["op"] in _MOVING and not str(step["urn"]).split("::")[2].rpartition("$")[2].startswith("pulumi:")
    }
    stack = next((str(step["urn"]).removeprefix("urn:pulumi:").partition("::")[0] for step in steps), "")
    plain = tuple(dict.fromkeys(" ".join(each.split()) for each in failures))
    return Refresh(stack, count, tuple(moved[urn] for urn in sorted(moved)), plain)


def _moved(step: Mapping[str, Any], old: str, new: str) -> Moved:
    detailed = cast("Mapping[str, Any]", step.get("detailedDiff") or {})
    keys = sorted(detailed) or sorted(step.get("diffs") or step.get("diffReasons") or ())
    before, after = (_outputs(step.get(side)) for side in (old, new))
    found = [parsed(key) for key in keys]
    differences = tuple(Difference(path, _plain(_at(before, path)), _plain(_at(after, path))) for path in found)
    return Moved(str(step["urn"]), step["op"] == "delete", () if step["op"] == "delete" else differences)


def _outputs(state: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", (state or {}).get("outputs") or {})


def parsed(text: str) -> Path:
    """Return the path that the engine writes as `a.b[0].c` or `a["b.c"]`."""
    steps: list[str | int] = []
    rest = text
    while rest:
        if rest.startswith('["'):
            key, _, rest = rest[2:].partition('"]')
            steps.append(key)
        elif rest.startswith("["):
            number, _, rest = rest[1:].partition("]")
            steps.append(int(number) if number.isdecimal() else number)
        else:
            rest = rest.removeprefix(".")
            end = min((each for each in (rest.find("."), rest.find("[")) if each >= 0), default=len(rest))
            steps.append(rest[:end])
            rest = rest[end:]
    return tuple(steps)


def written(path: Path) -> str:
    """Return a path as components write it in `ignore_changes`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _at(values: object, path: Path) -> object:
    for step in path:
        if isinstance(values, Mapping):
            values = cast("Mapping[str, object]", values).get(str(step))
        elif isinstance(values, list) and isinstance(step, int):
            inside = cast("list[object]", values)
            values = inside[step] if step < len(inside) else None
        else:
            return None
    return values


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        text = str(value)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return ""
