"""Edits of a stack file by the path of a key, which leave comments, order and layout alone.

What was made is read again, and refused when anything but the intended values changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

from model.config.source import Data, KeyPath, Source

_PLAIN: Final = re.compile(r"[A-Za-z][-A-Za-z0-9_./:@]*(?<!:)|\d+\.\d+\.\d+\.\d+(/\d+)?")
"""Text that YAML reads as text without quotes."""


class FileEditError(ValueError):
    """A file could not be edited as asked; the message says where and why."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """A value at a path of a file: `new` is None where the key goes, `old` None where it is added.

    `line` is where it stands before the edit, or where the mapping it is added to begins.
    """

    file: str
    line: int
    path: KeyPath
    old: Data
    new: Data

    def __str__(self) -> str:
        """Return `stacks/Pulumi.dev.yaml:53  hybrid:vpn.tunnels.t0.priority: 100 -> 200`."""
        old, new = (written(value) if value is not None else "nothing" for value in (self.old, self.new))
        return f"{self.file}:{self.line}  {'.'.join(str(key) for key in self.path[1:])}: {old} -> {new}"


def written(value: Data) -> str:
    """Return `value` as it is written on one line of a file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(written(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if not isinstance(value, str) or _PLAIN.fullmatch(text) else f'"{text}"'


def edited(file: str, text: str, wanted: Sequence[tuple[KeyPath, Data]]) -> tuple[str, tuple[FileEdit, ...]]:
    """Return `text` with each path of `wanted` set to its value, None taking the key out; and the edits made.

    Raises `FileEditError` where a path leads nowhere or anything else would change.
    """
    made: list[FileEdit] = []
    for path, value in wanted:
        source = _read(file, text)
        # Copied by its text, so that an alias, which the edit changes at both its places, is not shared here.
        before = cast("Data", json.loads(json.dumps(source.data)))
        text, edit = _one(source, text, path, value)
        _set(before, path, value)
        if _read(file, text).data != before:
            raise FileEditError(f"{file}:{edit.line}: setting {path[-1]} would change more than that; edit it by hand")
        made.append(edit)
    return text, tuple(made)


def _read(file: str, text: str) -> Source:
    source, problems = Source.read(Path(file), text)
    if source is None or problems:
        raise FileEditError(f"{file} can not be read: {problems[0].message if problems else 'it is empty'}")
    return source


def _set(data: Data, path: KeyPath, value: Data) -> None:
    inner = data
    for key in path[:-1]:
        inner = cast("dict[str | int, Data]", inner)[key]
    entries = cast("dict[str | int, Data]", inner)
    if value is None:
        entries.pop(path[-1], None)
    else:
        entries[path[-1]] = value


def _pairs(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    return cast("list[tuple[yaml.Node, yaml.Node]]", node.value)


def _one(source: Source, text: str, path: KeyPath, value: Data) -> tuple[str, FileEdit]:
    node = source.node
    for key in path[:-1]:
        found = _entry(node, str(key))
        if found is None:
            raise FileEditError(f"{source.file} has no {'.'.join(str(each) for each in path)}")
        node = found[1]
    if not isinstance(node, yaml.MappingNode):
        raise FileEditError(f"{source.file}: {'.'.join(str(each) for each in path[:-1])} holds no keys")
    name = str(path[-1])
    entry = _entry(node, name)
    place = source.place(path)
    if entry is None:
        if value is None:
            raise FileEditError(f"{source.file} has no {'.'.join(str(each) for each in path)} to take out")
        return _added(text, node, name, value), FileEdit(source.file, place.line, path, None, value)
    edit = FileEdit(source.file, place.line, path, source.value(path), value)
    begin, end = _span(entry[1])
    if value is not None:
        return f"{text[:begin]}{written(value)}{text[end:]}", edit
    return _removed(text, node, entry[0].start_mark.index, end), edit


def _entry(node: yaml.Node | None, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((pair for pair in _pairs(node) if pair[0].value == key), None)


def _span(node: yaml.Node) -> tuple[int, int]:
    """Return where a value begins and ends in the text; a block ends with the last value inside it."""
    begin = node.start_mark.index
    if isinstance(node, yaml.MappingNode) and not node.flow_style and _pairs(node):
        return begin, _span(_pairs(node)[-1][1])[1]
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:  # pyright: ignore[reportUnknownMemberType]  PyYAML leaves it untyped
        return begin, _span(cast("list[yaml.Node]", node.value)[-1])[1]  # pyright: ignore[reportUnknownMemberType]  PyYAML leaves it untyped
    return begin, node.end_mark.index


def _added(text: str, node: yaml.MappingNode, key: str, value: Data) -> str:
    line = f"{key}: {written(value)}"
    pairs = _pairs(node)
    if node.flow_style:
        end = node.end_mark.index - 1
        return f"{text[:end]}{', ' if pairs else ''}{line}{text[end:]}"
    indent = " " * pairs[0][0].start_mark.column
    end = text.find("\n", _span(node)[1])
    end = len(text) if end < 0 else end
    return f"{text[:end]}\n{indent}{line}{text[end:]}"


def _removed(text: str, node: yaml.MappingNode, begin: int, end: int) -> str:
    if node.flow_style:
        if text[end:].lstrip().startswith(","):
            rest = text[end:].lstrip()[1:].lstrip(" ")
            return text[:begin] + rest
        return text[:begin].rstrip().removesuffix(",").rstrip() + text[end:]
    start = text.rfind("\n", 0, begin) + 1
    after = text.find("\n", end)
    return text[:start] + (text[after + 1 :] if after >= 0 else "")
