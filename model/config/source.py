"""One YAML file with its positions: plain data for the shapes, and the line and column of every key and value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from model.config import syntax
from model.config.problems import Place, Problem
from model.config.syntax import SyntaxFaultError

KeyPath: TypeAlias = "tuple[str | int, ...]"
"""The way to a value in a file: keys of mappings and positions in lists, from the top."""

Data: TypeAlias = "bool | int | float | str | list[Data] | dict[str, Data] | None"
"""What a file holds. Keys are always text, as written; dates, times and addresses are text that a shape parses."""

RULE: Final = "yaml"
"""The rule that problems of the text itself are reported under."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A file that was read. `file` is its path from the project root; `data` is what it holds, None when empty."""

    file: str
    data: Data
    node: yaml.Node | None

    @classmethod
    def read(
        cls, path: Path, text: str | None = None, *, root: Path | None = None
    ) -> tuple[Source | None, list[Problem]]:
        """Read `path`, or `text` in its place, as YAML 1.2.

        `root` is the project root, from which the file's name is shown. Returns the source, None where the text is not
        YAML, and every problem found: with a source they are keys written twice, tags, merge keys and ambiguous
        numbers. Of a key written twice the first value is kept.
        """
        file = _shown(path, root)
        builder = _Builder(file)
        try:
            node = syntax.compose(path.read_text(encoding="utf-8-sig") if text is None else text)
            data = builder.build(node) if node is not None else None
        except SyntaxFaultError as fault:
            return None, [Problem(file, fault.line, fault.column, RULE, fault.message, fault.remedy)]
        except RecursionError:
            return None, [Problem(file, 1, 1, RULE, "the file is nested too deeply to read", "flatten it")]
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return None, [Problem(file, line, 1, RULE, "the file is not UTF-8 text", "save it as UTF-8")]
        except OSError as error:
            message = f"the file can not be read: {error.strerror or error}"
            return None, [Problem(file, 1, 1, RULE, message, "check that it exists and that you may read it")]
        return cls(file, data, node), sorted(builder.problems)

    def place(self, path: KeyPath = ()) -> Place:
        """Return where `path` stands: a mapping's entry at its key, a list's item at its value.

        For a path that is not in the file, the nearest part of it that is.
        """
        node, mark = self.node, self.node.start_mark if self.node else None
        for key in path:
            entry = _entry(node, key)
            if entry is None:
                break
            mark, node = entry[0].start_mark, entry[1]
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

    def value(self, path: KeyPath = ()) -> Data:
        """Return the value at `path`; raises `KeyError` with the first key that is not there."""
        data = self.data
        for key in path:
            data = _inside(data, key)
        return data

    def written(self, path: KeyPath) -> str | None:
        """Return a scalar as it stands in the file, `1.30` where the value is 1.3; None for anything else."""
        node = self.node
        for key in path:
            entry = _entry(node, key)
            if entry is None:
                return None
            node = entry[1]
        return str(node.value) if isinstance(node, yaml.ScalarNode) else None


def _shown(path: Path, root: Path | None) -> str:
    if root is None:
        return path.as_posix()
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def _inside(data: Data, key: str | int) -> Data:
    if isinstance(data, dict) and isinstance(key, str) and key in data:
        return data[key]
    if isinstance(data, list) and isinstance(key, int) and 0 <= key < len(data):
        return data[key]
    raise KeyError(key)


def _pairs(node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  PyYAML leaves it untyped


def _items(node: yaml.SequenceNode) -> list[yaml.Node]:
    return node.value  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  PyYAML leaves it untyped


def _entry(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the node that gives the position of `key` inside `node`, and the node of its value."""
    if isinstance(node, yaml.MappingNode) and isinstance(key, str):
        return next((pair for pair in _pairs(node) if pair[0].value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and 0 <= key < len(_items(node)):
        return _items(node)[key], _items(node)[key]
    return None


class _Builder:
    """Turns nodes into plain data and gathers what the files may not hold."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._built: dict[int, Data] = {}
        self._open: set[int] = set()

    def build(self, node: yaml.Node) -> Data:
        """Return the data of `node`. An aliased node is built once and shared."""
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        identity = id(node)
        if identity in self._open:
            self._refuse(node, "this value holds an alias of itself", "write the value out in place of the alias")
            return None
        if identity not in self._built:
            self._open.add(identity)
            self._built[identity] = self._collection(node)
            self._open.discard(identity)
        return self._built[identity]

    def _collection(self, node: yaml.Node) -> Data:
        if node.tag not in {syntax.MAP, syntax.SEQ}:
            self._refuse_tag(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item) for item in _items(node)]
        return self._mapping(node) if isinstance(node, yaml.MappingNode) else None

    def _mapping(self, node: yaml.MappingNode) -> Data:
        data: dict[str, Data] = {}
        lines: dict[str, int] = {}
        for key, value in _pairs(node):
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(key, "a list or a mapping can not be a key", "write a plain key")
                continue
            name, line = str(key.value), key.start_mark.line + 1
            if name == "<<":
                self._refuse(key, "merge keys (<<) are not used here", "write the keys out: a diff shows them")
            elif not name:
                self._refuse(key, "a key is missing before ':'", "write the key")
            elif name in data:
                message = f"key '{name}' is written twice, on line {lines[name]} and here on line {line}"
                self._refuse(key, message, "keep one of them; most YAML readers silently drop the other")
            else:
                data[name], lines[name] = self.build(value), line
        return data

    def _scalar(self, node: yaml.ScalarNode) -> Data:
        tag, text = node.tag, str(node.value)
        if tag == syntax.STR:
            return text
        if tag == syntax.NULL:
            return None
        if tag == syntax.LEADING_ZERO:
            message = f"{text} begins with a zero: YAML 1.1 reads it as octal, YAML 1.2 as decimal"
            self._refuse(node, message, f'write it without the zero, or in quotes if it is an identifier: "{text}"')
            return text
        try:
            return _plain(tag, text)
        except KeyError:
            self._refuse_tag(node)
        except ValueError:
            self._refuse(node, f"{text[:40]!r} is not a value that can be used", "write it in quotes if it is text")
        return text

    def _refuse_tag(self, node: yaml.Node) -> None:
        message = f"tags are not used in these files, and this value has the tag {node.tag}"
        self._refuse(node, message, "remove the tag, or put the value in quotes if the '!' belongs to it")

    def _refuse(self, node: yaml.Node, message: str, remedy: str) -> None:
        mark = node.start_mark
        self.problems.append(Problem(self._file, mark.line + 1, mark.column + 1, RULE, message, remedy))


def _plain(tag: str, text: str) -> Data:
    """Return the boolean or number that `text` is; `KeyError` for another tag, `ValueError` for a text it is not."""
    if tag == syntax.BOOL:
        if text.lower() not in {"true", "false"}:
            raise ValueError(text)
        return text.lower() == "true"
    if tag == syntax.INT:
        return int(text, 0)
    if tag == syntax.FLOAT:
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    raise KeyError(tag)
