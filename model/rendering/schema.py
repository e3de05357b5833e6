"""Checks a file against the tables of its fields and the version it is for.

A fault has the keys that lead to it, so that whoever has the text can say on which line it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Final, TypeAlias, assert_never

from model.config.source import Data, KeyPath
from model.config.wording import shown, suggest
from model.planning.versions import Minor, Version
from model.rendering import admin_fields, other_fields, user_fields
from model.rendering.fields import Field, Node, Type, tree
from model.rendering.files import FileKind
from model.rendering.gates import NEWEST, OLDEST, gates
from model.rendering.pages import page

FIELDS: Final[Mapping[FileKind, tuple[Field, ...]]] = {
    FileKind.ADMIN_WORKSTATION: other_fields.ADMIN_WORKSTATION,
    FileKind.CREDENTIALS: other_fields.CREDENTIALS,
    FileKind.ADMIN_CLUSTER: admin_fields.ADMIN_CLUSTER,
    FileKind.USER_CLUSTER: user_fields.USER_CLUSTER,
    FileKind.IP_BLOCK: other_fields.IP_BLOCK,
    FileKind.CLIENT_CONFIG: other_fields.CLIENT_CONFIG,
}
"""The fields of each kind of file."""

FORM: Final = "format"
"""The rule that faults in the form of a file are reported under, where its field names none."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file: where, what, what to do, by which rule, read on which page."""

    at: KeyPath
    message: str
    remedy: str
    rule: str
    source: str


class UndescribedError(ValueError):
    """Raised for a version whose files are not described here."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a file is checked as: its kind, the minor version, and the full version where that is known."""

    kind: FileKind
    minor: Minor
    version: Version | None = None

    @classmethod
    def of(cls, kind: FileKind, version: Version | Minor) -> Target:
        """Return the target; raises `UndescribedError` for a version whose files are not described."""
        minor = version.minor if isinstance(version, Version) else version
        if not OLDEST <= minor <= NEWEST:
            raise UndescribedError(f"files of {minor} are not described here; there are {OLDEST} to {NEWEST}")
        return cls(kind, minor, version if isinstance(version, Version) else None)

    @property
    def page(self) -> str:
        """The page that documents this kind of file for the version."""
        return page(self.kind, self.minor)

    def fault(
        self,
        at: KeyPath,
        message: str,
        remedy: str,
        *,
        field: Field | None = None,
        rule: str | None = None,
        page: str | None = None,
    ) -> Fault:
        """Return a fault with a rule and a page: those given, those of `field`, or those of the file."""
        if field is not None:
            rule, page = rule or field.rule, page or field.page
        return Fault(at, message, remedy, rule or FORM, page or self.page)


@cache
def _tree(kind: FileKind) -> Node:
    return tree(FIELDS[kind])


def form(target: Target, data: Data) -> list[Fault]:
    """Return what is wrong with the form of `data`: keys, types, limits, and what the version does not know."""
    return list(_Walk(target).section(_tree(target.kind), data, ()))


def immutable_changes(kind: FileKind, before: Data, after: Data) -> list[str]:
    """Return the paths of fields that differ between two files and that no update of an existing cluster can change."""
    return sorted({".".join(str(key) for key in path) for path in _changes(_tree(kind), before, after, ())})


def _changes(node: Node, before: Data, after: Data, at: KeyPath) -> Iterator[KeyPath]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return
    for name, child in node.inside.items():
        old, new = before.get(name), after.get(name)
        own = child.field
        if own is None or old == new:
            continue
        if own.immutable:
            yield (*at, name)
        elif own.type is Type.SECTIONS and isinstance(old, list) and isinstance(new, list):
            # Items go by their names: a pool that was added moves the others.
            theirs = {_named(item): item for item in new}
            for item in old:
                yield from _changes(child, item, theirs.get(_named(item)), (*at, name, _named(item)))
        else:
            yield from _changes(child, old, new, (*at, name))


def _named(item: Data) -> str:
    return str(item.get("name", "")) if isinstance(item, dict) else ""


_Check: TypeAlias = "Callable[[str], object]"
_PLAIN: Final[Mapping[Type, Callable[[Data], bool]]] = {
    Type.BOOLEAN: lambda value: isinstance(value, bool),
    Type.INTEGER: lambda value: type(value) is int,
    Type.LABELS: lambda value: isinstance(value, dict) and all(isinstance(each, str) for each in value.values()),
}
_TEXTS: Final[Mapping[Type, _Check]] = {
    Type.ADDRESS: IPv4Address,
    Type.RANGE: IPv4Network,
    Type.MASK: lambda text: IPv4Network(f"0.0.0.0/{text}"),
}


class _Walk:
    """Walks a file and its tree of fields together."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def section(self, node: Node, data: Data, at: KeyPath, path: str = "") -> Iterator[Fault]:
        """Give the faults of a section: what is missing, what is not known, and what is inside."""
        if not isinstance(data, dict):
            yield self._wrong(node.field, data, at, "a section" if path else "a mapping")
            return
        for name in data:
            if name not in node.inside:
                remedy = suggest(name, node.inside, lead="Fields")
                yield self._target.fault((*at, name), f"unknown field '{name}'", remedy, field=node.field, rule=FORM)
        for name, child in node.inside.items():
            own = child.field
            if own is None:
                continue
            if data.get(name) is None:
                if own.required:
                    yield self._target.fault(at, f"missing field '{name}'", f"add {name}: {own.type}", field=own)
                continue
            inner = f"{path}.{name}" if path else name
            yield from self._field(child, own, data[name], (*at, name), inner)

    def _field(self, node: Node, own: Field, value: Data, at: KeyPath, path: str) -> Iterator[Fault]:
        for gate in gates(self._target.kind, path):
            if not gate.open(self._target.minor) and gate.holds_for(value):
                what = f"{own.name}: {shown(value)}" if gate.values else f"the field '{own.name}'"
                message = f"{self._target.minor} does not take {what}, which exists {gate.span}"
                yield Fault(at, message, gate.remedy, gate.rule, gate.page)
                return
        match own.type:
            case Type.FREE:
                return
            case Type.SECTION:
                yield from self.section(node, value, at, path)
            case Type.SECTIONS:
                yield from self._sections(node, own, value, at, f"{path}[]")
            case Type.TEXTS:
                yield from self._texts(own, value, at)
            case Type.LABELS | Type.INTEGER | Type.BOOLEAN:
                yield from self._plain(own, value, at)
            case Type.TEXT | Type.ADDRESS | Type.RANGE | Type.MASK:
                yield from self._text(own, value, at)
            case _:
                assert_never(own.type)

    def _plain(self, own: Field, value: Data, at: KeyPath) -> Iterator[Fault]:
        if not _PLAIN[own.type](value):
            yield self._wrong(own, value, at, own.type)
        elif isinstance(value, int):
            yield from self._limits(own, value, at, "")

    def _sections(self, node: Node, own: Field, value: Data, at: KeyPath, path: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield self._wrong(own, value, at, own.type)
            return
        if not value and own.required:
            yield self._target.fault(at, f"'{own.name}' is empty", "list at least one", field=own)
        for number, item in enumerate(value):
            yield from self.section(node, item, (*at, number), path)

    def _texts(self, own: Field, value: Data, at: KeyPath) -> Iterator[Fault]:
        if not isinstance(value, list) or any(not isinstance(each, str) for each in value):
            yield self._wrong(own, value, at, own.type)
        elif not value and own.required:
            yield self._target.fault(at, f"'{own.name}' is empty", "list at least one", field=own)
        elif own.most is not None and len(value) > own.most:
            message = f"'{own.name}' has {len(value)} entries; {own.most} are allowed"
            yield self._target.fault((*at, own.most), message, f"keep {own.most}", field=own)

    def _text(self, own: Field, value: Data, at: KeyPath) -> Iterator[Fault]:
        if not isinstance(value, str):
            yield self._wrong(own, value, at, own.type)
            return
        if own.choices and value not in own.choices:
            message = f"'{own.name}' can not be {shown(value)}"
            yield self._target.fault(at, message, suggest(value, own.choices, lead="Values"), field=own)
        if own.pattern is not None and re.search(own.pattern, value) is None:
            message = f"'{own.name}' can not be {shown(value)}: it has to match {own.pattern}"
            yield self._target.fault(at, message, "write it in that form", field=own)
        check = _TEXTS.get(own.type)
        if check is None:
            return
        try:
            check(value)
        except ValueError as error:
            yield self._target.fault(at, f"{shown(value)} is not {own.type}: {error}", "mend it", field=own)
            return
        if own.type is Type.RANGE:
            yield from self._limits(own, IPv4Network(value).prefixlen, at, "/")

    def _limits(self, own: Field, number: int, at: KeyPath, mark: str) -> Iterator[Fault]:
        if own.low is not None and number < own.low:
            message = f"'{own.name}' is {mark}{number}; it has to be {mark}{own.low} or more"
            yield self._target.fault(at, message, f"use {mark}{own.low} or more", field=own)
        if own.high is not None and number > own.high:
            message = f"'{own.name}' is {mark}{number}; it has to be {mark}{own.high} or less"
            yield self._target.fault(at, message, f"use {mark}{own.high} or less", field=own)

    def _wrong(self, own: Field | None, value: Data, at: KeyPath, wanted: str) -> Fault:
        name = f"'{own.name}'" if own is not None else "the file"
        what = "something else" if own is not None and own.secret else shown(value)
        return self._target.fault(at, f"{name} is {what}, not {wanted}", f"write {wanted}", field=own)
