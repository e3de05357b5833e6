"""Edits of a stack file by the path of a key, which leave comments, order and layout alone.

What was made is read again, and refused when anything but the intended values changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, cast

import yaml

from model.config.source import Data, KeyPath, Source

_PLAIN: Final = re.compile(
    r"[A-Za-z][-A-Za-z0-9_./:@]*(?<!:)|\d+\.\d+\.\d+\.\d+(/\d+)?|\d+\.\d+\.\d+-[A-Za-z][-A-Za-z0-9.]*"
)
"""Text that YAML reads as text without quotes: words, addresses, versions."""


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


class Change(NamedTuple):
    """A path, a list's items by their position, and its new value: None takes the key out.

    A key that is added stands behind `after`, another key beside it; at the end of its mapping where that is None.
    """

    path: KeyPath
    value: Data
    after: str | None = None


def edited(file: str, text: str, wanted: Sequence[tuple[KeyPath, Data] | Change]) -> tuple[str, tuple[FileEdit, ...]]:
    """Return `text` with every change of `wanted` made, one after the other, and the edits made.

    Raises `FileEditError` where a path leads nowhere or anything else would change.
    """
    made: list[FileEdit] = []
    for each in wanted:
        change = each if isinstance(each, Change) else Change(each[0], each[1])
        source = read(file, text)
        # Copied by its text, so that an alias, which the edit changes at both its places, is not shared here.
        before = cast("Data", json.loads(json.dumps(source.data)))
        text, edit = _one(source, text, change)
        _set(before, change.path, change.value)
        if read(file, text).data != before:
            raise FileEditError(
                f"{file}:{edit.line}: setting {change.path[-1]} would change more than that; edit it by hand"
            )
        made.append(edit)
    return text, tuple(made)


def read(file: str, text: str) -> Source:
    """Return `text` as it is read; raises `FileEditError` where it can not be."""
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


def _items(node: yaml.SequenceNode) -> list[yaml.Node]:
    return cast("list[yaml.Node]", node.value)  # pyright: ignore[reportUnknownMemberType]  PyYAML leaves it untyped


def _one(source: Source, text: str, change: Change) -> tuple[str, FileEdit]:
    path, value = change.path, change.value
    node = source.node
    for key in path[:-1]:
        node = _inside(node, key)
        if node is None:
            raise FileEditError(f"{source.file} has no {_shown(path)}")
    if not isinstance(node, yaml.MappingNode):
        raise FileEditError(f"{source.file}: {_shown(path[:-1])} holds no keys")
    name = str(path[-1])
    entry = _entry(node, name)
    place = source.place(path)
    if entry is None:
        if value is None:
            raise FileEditError(f"{source.file} has no {_shown(path)} to take out")
        return _added(text, node, change), FileEdit(source.file, place.line, path, None, value)
    edit = FileEdit(source.file, place.line, path, source.value(path), value)
    begin, end = _span(entry[1])
    if text[begin] in "&*!":
        raise FileEditError(f"{source.file}:{place.line}: {name} has an anchor, an alias or a tag; edit it by hand")
    if value is not None:
        return f"{text[:begin]}{_in_its_style(entry[1], value)}{text[end:]}", edit
    return _removed(text, node, entry[0].start_mark.index, end), edit


def _shown(path: KeyPath) -> str:
    return ".".join(str(each) for each in path)


def _in_its_style(old: yaml.Node, value: Data) -> str:
    """Return `value` as it is written in place of `old`: a text that stood in quotes stays in them."""
    quote = old.style if isinstance(old, yaml.ScalarNode) else None
    if quote in {"'", '"'} and isinstance(value, str) and not {"'", '"', "\\"} & set(value):
        return f"{quote}{value}{quote}"
    return written(value)


def _inside(node: yaml.Node | None, key: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int):
        items = _items(node)
        return items[key] if 0 <= key < len(items) else None
    found = _entry(node, str(key))
    return found[1] if found is not None else None


def _entry(node: yaml.Node | None, key: str) -> tuple[yaml.Node, yaml.Node] | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((pair for pair in _pairs(node) if pair[0].value == key), None)


def _span(node: yaml.Node) -> tuple[int, int]:
    """Return where a value begins and ends in the text; a block ends with the last value inside it."""
    begin = node.start_mark.index
    if isinstance(node, yaml.MappingNode) and not node.flow_style and _pairs(node):
        return begin, _span(_pairs(node)[-1][1])[1]
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and _items(node):
        return begin, _span(_items(node)[-1])[1]
    return begin, node.end_mark.index


def _added(text: str, node: yaml.MappingNode, change: Change) -> str:
    line = f"{change.path[-1]}: {written(change.value)}"
    pairs = _pairs(node)
    beside = _entry(node, change.after) if change.after is not None else None
    if node.flow_style:
        end = _span(beside[1])[1] if beside is not None else node.end_mark.index - 1
        return f"{text[:end]}{', ' if pairs else ''}{line}{text[end:]}"
    indent = " " * pairs[0][0].start_mark.column
    end = text.find("\n", _span(beside[1] if beside is not None else node)[1])
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
