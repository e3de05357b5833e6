"""YAML as the reviewed files use it: the core schema of YAML 1.2, and syntax errors in plain words.

YAML 1.1 turns `NO` into false, `0123` into 83, `12:30` into 750 and `2026-11-02` into a date. Here only `true` and
`false` are booleans, only decimal, 0x and 0o numbers are numbers, and everything else is text that the shapes parse.
Sources: https://yaml.org/spec/1.2.2/#103-core-schema and https://yaml.org/type/ (the types of YAML 1.1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import yaml

STR: Final = "tag:yaml.org,2002:str"
INT: Final = "tag:yaml.org,2002:int"
FLOAT: Final = "tag:yaml.org,2002:float"
BOOL: Final = "tag:yaml.org,2002:bool"
NULL: Final = "tag:yaml.org,2002:null"
MAP: Final = "tag:yaml.org,2002:map"
SEQ: Final = "tag:yaml.org,2002:seq"
LEADING_ZERO: Final = "leading-zero"
"""A number such as 0123, which is 83 to YAML 1.1 and 123 to YAML 1.2."""

_RESOLVERS: Final[Sequence[tuple[str, str, str]]] = (
    (NULL, r"^(?:~|null|Null|NULL)$", "~nN"),
    (BOOL, r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    (LEADING_ZERO, r"^[-+]?0[0-9_]+$", "-+0"),
    (INT, r"^(?:[-+]?(?:0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+)$", "-+0123456789"),
    (FLOAT, r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
)
_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _by_first_character() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """Return the table that PyYAML resolves plain scalars with: first character -> (tag, pattern), in order."""
    table: dict[str, list[tuple[str, re.Pattern[str]]]] = {"": [(NULL, re.compile(r"^$"))]}
    for tag, pattern, firsts in _RESOLVERS:
        compiled = re.compile(pattern)
        for first in firsts:
            table.setdefault(first, []).append((tag, compiled))
    return table


class _PythonLoader(yaml.SafeLoader):
    yaml_implicit_resolvers = _by_first_character()


def _fastest_loader() -> type[yaml.SafeLoader | yaml.CSafeLoader]:
    """Return a loader over libyaml, ten times as fast, where PyYAML was built with it, and else the one in Python."""
    if not yaml.__with_libyaml__:
        return _PythonLoader

    class _LibraryLoader(yaml.CSafeLoader):
        yaml_implicit_resolvers = _by_first_character()

    return _LibraryLoader


_LOADER: Final = _fastest_loader()


class SyntaxFaultError(Exception):
    """A text that is not YAML: where (line and column from 1), what is wrong in plain words, and what to do."""

    def __init__(self, line: int, column: int, message: str, remedy: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message
        self.remedy = remedy


def compose(text: str, loader: type[yaml.SafeLoader | yaml.CSafeLoader] = _LOADER) -> yaml.Node | None:
    """Return the node tree of the only document in `text`, None for an empty one; raises `SyntaxFaultError`."""
    try:
        return loader(text).get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _explain(error, text) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise _unprintable(text, str(error)) from error


def _unprintable(text: str, words: str) -> SyntaxFaultError:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return SyntaxFaultError(1, 1, f"the text can not be read: {words}", "save the file as UTF-8")
    before = text[: found.start()]
    return SyntaxFaultError(
        before.count("\n") + 1,
        found.start() - before.rfind("\n"),
        f"the control character U+{ord(found.group()):04X} can not stand in YAML",
        "remove it; it often comes along when text is pasted",
    )


@dataclass(frozen=True, slots=True)
class _Saying:
    """What the parsers say, and what it means.

    `problem` and `context` are words that PyYAML and libyaml share. `opening` places the fault where the broken thing
    begins, and not where the parser gave up; `{line}` is the line of the other of these two places.
    """

    problem: str
    context: str
    message: str
    remedy: str
    opening: bool = False


_INDENTATION: Final = "indent with spaces only, and alike for all keys of a mapping and every '-' of a list"
_SAYINGS: Final = (
    _Saying(
        "expected ':'",
        "",
        "this line is neither a key with its ':' nor an item of a list",
        "write `key: value` or `- item`; close any quote that is open above",
        opening=True,
    ),
    _Saying(
        "unexpected end of stream", "quoted", "the quote that opens here is never closed", "close it", opening=True
    ),
    _Saying("document indicator", "quoted", "the quote that opens here is never closed", "close it", opening=True),
    _Saying(
        "expected ',' or ']'",
        "flow sequence",
        "the list that opens here is not closed with ']', or lacks a ',' before line {line}",
        "write what is missing; put a value that holds , [ ] { or } in quotes",
        opening=True,
    ),
    _Saying(
        "expected ',' or '}'",
        "flow mapping",
        "the mapping that opens here is not closed with '}', or lacks a ',' before line {line}",
        "write what is missing; put a value that holds , [ ] { or } in quotes",
        opening=True,
    ),
    _Saying(
        "node content",
        "",
        "a value is missing here, or a list or mapping above is not closed",
        "write the value, or the missing ']' or '}'",
    ),
    _Saying(
        "",
        "block mapping",
        "this does not fit into the mapping that begins on line {line}",
        f"{_INDENTATION}; a value that begins with a quote is wholly in quotes",
    ),
    _Saying("", "block", "this does not fit into the list that begins on line {line}", _INDENTATION),
    _Saying("undefined alias", "", "this alias names no anchor above it", "write the value, or put it in quotes"),
    _Saying("", "duplicate anchor", "this anchor is already used on line {line}", "give it another name"),
    _Saying("another document", "", "a second document begins here", "keep one document in a file: remove the '---'"),
    _Saying("unknown escape", "", "this backslash is no escape of YAML", "write \\\\ for one, or use single quotes"),
    _Saying("tag", "", "tags (!...) are not used in these files", "remove it, or put the value in quotes"),
)


def _explain(error: yaml.MarkedYAMLError, text: str) -> SyntaxFaultError:
    """Put the parser's words into plain ones."""
    problem, context = error.problem or "", error.context or ""
    lines = text.split("\n")
    here = _position(error.problem_mark or error.context_mark, lines)
    opening = _position(error.context_mark, lines) if error.context_mark else here
    line = lines[here[0] - 1]
    if "cannot start any token" in problem:
        return _bad_first_character(here, line)
    if "mapping values are not allowed" in problem:
        return _unexpected_colon(here, line)
    for saying in _SAYINGS:
        if saying.problem in problem and saying.context in context:
            place, other = (opening, here) if saying.opening else (here, opening)
            return SyntaxFaultError(*place, saying.message.replace("{line}", str(other[0])), saying.remedy)
    words = " ".join(part for part in (context, problem) if part)
    return SyntaxFaultError(*here, f"this is not YAML: {words}", "check indentation, quotes and colons up to this line")


def _bad_first_character(here: tuple[int, int], line: str) -> SyntaxFaultError:
    # libyaml stops at the start of the indentation, PyYAML at the tab itself.
    blank = line[: len(line) - len(line.lstrip())]
    if "\t" in blank and here[1] <= len(blank):
        return SyntaxFaultError(here[0], blank.index("\t") + 1, "a tab can not indent YAML", "use spaces, two a level")
    char = line[here[1] - 1 : here[1]]
    return SyntaxFaultError(*here, f"a value can not begin with {char!r}", "put the value in quotes")


def _unexpected_colon(here: tuple[int, int], line: str) -> SyntaxFaultError:
    if re.search(r":\s", line[: here[1] - 1]):
        message = "a second ': ' on this line would begin a mapping inside a value"
        return SyntaxFaultError(*here, message, "put the whole value in quotes")
    key = line[: here[1] - 1].strip()
    message = f"'{key}:' can not begin here: what stands above it is a value, not a mapping"
    return SyntaxFaultError(here[0], len(line) - len(line.lstrip()) + 1, message, _INDENTATION)


def _position(mark: yaml.Mark | None, lines: Sequence[str]) -> tuple[int, int]:
    """Return line and column of a mark, from 1. libyaml marks the end of a text on a line that is not there."""
    if mark is None:
        return 1, 1
    return (mark.line + 1, mark.column + 1) if mark.line < len(lines) else (len(lines), len(lines[-1]) + 1)
