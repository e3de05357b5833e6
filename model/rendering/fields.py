"""What a field of a file is: its type, its limits, whether it is required and whether it can change later.

The tables of fields are data. A path names a field from the top of the file; `[]` stands for every item of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Type(StrEnum):
    """What a field holds, in the words of an error."""

    SECTION = "a section"
    SECTIONS = "a list of sections"
    TEXT = "text"
    TEXTS = "a list of texts"
    LABELS = "a map of texts"
    INTEGER = "a whole number"
    BOOLEAN = "true or false"
    ADDRESS = "an IPv4 address"
    RANGE = "a range such as 10.96.0.0/20"
    MASK = "a netmask such as 255.255.255.0"
    FREE = "a section of another program's"
    """A section that is passed on as it is."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a file.

    `required` holds within the section it stands in. `choices` and `pattern` limit a text, `low` and `high` a number;
    of a range they are the lengths of its prefix. `most` is how many items a list may have. `page` is the public page,
    where that is not the page of the file itself. `rule` is the number of the rule that its limits come from. What
    stands in a `secret` field is never repeated in a message.
    """

    path: str
    type: Type
    required: bool = False
    immutable: bool = False
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    low: int | None = None
    high: int | None = None
    most: int | None = None
    page: str | None = None
    rule: str | None = None
    secret: bool = False

    @property
    def name(self) -> str:
        """The last key of its path, without the mark of a list."""
        return self.path.rsplit(".", 1)[-1].removesuffix("[]")


@dataclass(frozen=True)
class Node:
    """A field with the fields inside it, by name. The top of a file has no field of its own."""

    field: Field | None
    inside: Mapping[str, Node]


def tree(fields: Iterable[Field]) -> Node:
    """Return the fields as a tree. A section of the table without a line of its own is optional.

    Raises `ValueError` for a path that stands in the table twice.
    """
    lines: dict[str, Field] = {}
    for each in fields:
        if each.path in lines:
            raise ValueError(f"the field {each.path} stands in its table twice")
        lines[each.path] = each
    for path in list(lines):
        parent = path
        while "." in parent:
            parent = parent.rsplit(".", 1)[0]
            kind = Type.SECTIONS if parent.endswith("[]") else Type.SECTION
            lines.setdefault(parent, Field(parent, kind))
    return _node(None, "", lines)


def _node(own: Field | None, path: str, lines: Mapping[str, Field]) -> Node:
    prefix = f"{path}." if path else ""
    children = {
        each.name: _node(each, each.path, lines)
        for each in lines.values()
        if each.path.startswith(prefix) and each.path != path and "." not in each.path.removeprefix(prefix)
    }
    return Node(own, MappingProxyType(children))
