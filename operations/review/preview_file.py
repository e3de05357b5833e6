"""Reading what the engine says of a preview: `pulumi preview --json`, or its event log with one event a line.

Formats: https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/ (`--json`: steps with old and new state) and
https://www.pulumi.com/docs/iac/automation-api/ (engine events). Both hold old and new inputs; only the first says what
depends on what. Secrets are masked by the engine, and what looks like one is not shown whoever masked it. A preview
that was cut short says less than would run, so it is never taken for a whole one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, cast

from model.planning.review.planned import Planned

Json = Mapping[str, Any]

_PARTS_OF_A_REPLACEMENT: Final = frozenset(
    {"create-replacement", "delete-replaced", "discard-replaced", "remove-pending-replace", "import-replacement"}
)
_LONGEST: Final = 400
"""The most characters of an error that fit on a line of the page."""
_EVENTS: Final = frozenset(
    {"resourcePreEvent", "resOutputsEvent", "preludeEvent", "summaryEvent", "diagnosticEvent", "cancelEvent"}
)


class PreviewFileError(Exception):
    """A file that holds no preview; the text says what to do."""


@dataclass(frozen=True)
class Preview:
    """What a preview says: changes, what it knows of resources before and after, its errors, and its stack."""

    planned: tuple[Planned, ...]
    before: tuple[Json, ...]
    after: tuple[Json, ...]
    errors: tuple[str, ...]
    stack: str
    whole_graph: bool
    """Whether it says what depends on what."""


def read(path: Path) -> Preview:
    """Return the preview in a file of either form. Raises `PreviewFileError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise PreviewFileError(f"{path} can not be read: {reason}") from error
    try:
        return parse(text)
    except PreviewFileError as error:
        raise PreviewFileError(f"{path}: {error}") from error


def parse(text: str) -> Preview:
    """Return the preview that a text of either form holds. Raises `PreviewFileError`."""
    documents = list(_documents(text))
    whole = [each for each in documents if each.keys() & {"steps", "diagnostics"}]
    try:
        if len(whole) == 1:
            return _of_digest(whole[0])
        if any(_EVENTS & each.keys() for each in documents):
            return _of_events(documents)
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        raise PreviewFileError(f"a part of the preview is not understood: {error!r}") from error
    if re.search(r'^    "(config|steps)": ', text, re.MULTILINE):
        raise PreviewFileError("the preview ends in the middle: it was cut short; preview again")
    if documents == [{}]:
        raise PreviewFileError("the preview is empty: the engine could not begin, and said why on its error stream")
    raise PreviewFileError(
        "no preview: give it the output of `pulumi preview --json --show-sames`, or an engine event log (`--event-log`)"
    )


def _documents(text: str) -> Iterator[Json]:
    """Give the JSON objects in a text, one after another; lines around them that are none are left out."""
    decoder, position = json.JSONDecoder(), 0
    while (start := text.find("{", position)) >= 0:
        try:
            found, position = decoder.raw_decode(text, start)
        except ValueError:
            if "\n" not in text[start:]:
                return
            position = text.index("\n", start) + 1
            continue
        if isinstance(found, dict):
            yield cast("Json", found)


def _of_digest(document: Json) -> Preview:
    steps = cast("list[Json]", document.get("steps") or [])
    kept = [_step(each) for each in _logical(steps, "op", "urn")]
    diagnostics = cast("list[Json]", document.get("diagnostics") or [])
    errors = [str(each.get("message", "")) for each in diagnostics if each.get("severity") == "error"]
    return _preview(
        kept,
        _before((each["op"], each["urn"], each["oldState"]) for each in steps if each.get("oldState")),
        [each["newState"] for each in steps if each.get("newState")],
        errors,
        whole_graph=True,
    )


def _step(step: Json) -> Planned:
    old, new = cast("Json", step.get("oldState") or {}), cast("Json", step.get("newState") or {})
    detailed = cast("Mapping[str, Json]", step.get("detailedDiff") or {})
    return Planned(
        urn=str(step["urn"]),
        type=str((new or old).get("type") or _type(str(step["urn"]))),
        operation=str(step["op"]),
        keys=tuple(step.get("diffReasons") or ()),
        replace_keys=tuple(step.get("replaceReasons") or ()) if step["op"] == "replace" else (),
        detailed={path: str(each.get("kind", "")) for path, each in detailed.items()},
        old=old.get("inputs") or ({} if old else None),
        new=new.get("inputs") or ({} if new else None),
        protected=bool(old.get("protect")),
    )


def _of_events(events: Sequence[Json]) -> Preview:
    metadata: list[Json] = []
    errors: list[str] = []
    for event in events:
        if event.get("resourcePreEvent"):
            metadata.append(cast("Json", event["resourcePreEvent"]["metadata"]))
        diagnostic = cast("Json", event.get("diagnosticEvent") or {})
        if diagnostic.get("severity") == "error":
            errors.append(str(diagnostic.get("message", "")))
    if not errors and not any("summaryEvent" in each for each in events):
        errors.append("the event log has no summary at its end: the preview was cut short, or still runs")
    kept = [_event(each) for each in _logical(metadata, "op", "urn")]
    return _preview(
        kept,
        _before((each["op"], each["urn"], each["old"]) for each in metadata if each.get("old")),
        [each["new"] for each in metadata if each.get("new")],
        errors,
        whole_graph=False,
    )


def _event(metadata: Json) -> Planned:
    old, new = cast("Json", metadata.get("old") or {}), cast("Json", metadata.get("new") or {})
    detailed = cast("Mapping[str, Json]", metadata.get("detailedDiff") or {})
    return Planned(
        urn=str(metadata["urn"]),
        type=str(metadata["type"]),
        operation=str(metadata["op"]),
        keys=tuple(metadata.get("diffs") or ()),
        replace_keys=tuple(metadata.get("keys") or ()) if metadata["op"] == "replace" else (),
        detailed={path: str(each.get("diffKind", "")) for path, each in detailed.items()},
        old=old.get("inputs") or ({} if old else None),
        new=new.get("inputs") or ({} if new else None),
        protected=bool(old.get("protect")),
    )


def _logical(steps: Iterable[Json], operation: str, urn: str) -> Iterator[Json]:
    """Give each resource once: a replacement is reported in three steps, of which `replace` stands for the whole."""
    seen: set[str] = set()
    for each in steps:
        if each[operation] not in _PARTS_OF_A_REPLACEMENT and each[urn] not in seen:
            seen.add(each[urn])
            yield each


def _preview(
    kept: list[Planned], before: list[Json], after: list[Json], errors: list[str], *, whole_graph: bool
) -> Preview:
    stack = next((each.urn.split(":")[2] for each in kept), "")
    planned = sorted((each for each in kept if not each.silent), key=lambda each: (each.urn, each.operation))
    placed = with_components(planned, (*before, *after))
    return Preview(placed, _once(before), _once(after), _told(errors), stack, whole_graph)


def _before(states: Iterable[tuple[str, str, Json]]) -> list[Json]:
    """Return the states before, by operation and URN, as they were before.

    A plan that makes the new one first marks the old one as to be deleted, which is its own doing. What was to be
    deleted already is given first, so that what lives under the same URN stands for it.
    """
    found = list(states)
    planned = {urn for operation, urn, _ in found if operation == "replace"}
    own = [{**state, "delete": False} if urn in planned else state for _, urn, state in found]
    return sorted(own, key=lambda state: not state.get("delete"))


def _told(errors: Iterable[str]) -> tuple[str, ...]:
    """Return what went wrong, a line each and each once; that the preview failed goes without saying."""
    lines = list(dict.fromkeys(one_line(each) for each in errors))
    telling = [each for each in lines if each != "preview failed"]
    return tuple(telling or lines)


def one_line(message: str) -> str:
    """Return a message of the engine on one line; of a program's failure what it says, and not where it happened."""
    text = re.sub(r"^error: ", "", message.strip())
    text = text.removeprefix("an unhandled error occurred: ")
    said, trace, where = text.partition("Traceback (most recent call last):")
    if trace and (said.rstrip().endswith(":") or not said.strip()):
        said = f"{said} {where.strip().splitlines()[-1] if where.strip() else ''}"
    line = " ".join(said.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def with_components(planned: Iterable[Planned], states: Iterable[Json]) -> tuple[Planned, ...]:
    """Return the changes, each with its topmost component as far as `states` say: `<name> <Kind>`."""
    parents = {str(each["urn"]): str(each.get("parent") or "") for each in states}
    return tuple(replace(each, component=_component(each.urn, parents)) for each in planned)


def _component(urn: str, parents: Mapping[str, str]) -> str:
    top = urn
    while (above := parents.get(top)) and _type(above) != "pulumi:pulumi:Stack":
        top = above
    if top == urn:
        return "providers" if _type(urn).startswith("pulumi:providers:") else "by itself"
    return f"{top.rpartition('::')[2]} {_type(top).rpartition(':')[2]}"


def _once(states: Iterable[Json]) -> tuple[Json, ...]:
    return tuple({str(each["urn"]): each for each in states}.values())


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]
