"""How long an operation takes in the real clouds, by type, operation and number of nodes.

`durations.yaml` holds the figures with where each comes from. Nothing here waits or reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FILE: Final = Path(__file__).with_suffix(".yaml")

_WORDS: Final = frozenset({"create", "update", "delete", "import"})


class DurationsError(Exception):
    """A file of durations is not what it should be; the text says where."""


class Figure(BaseModel):
    """What one operation takes: `seconds`, and `per_node` for each node, with where that comes from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(ge=0)
    per_node: float = Field(default=0, ge=0)
    source: str | None = Field(default=None, pattern=r"^https://")
    estimate: str | None = None

    @model_validator(mode="after")
    def _has_one_origin(self) -> Figure:
        if (self.source is None) == (self.estimate is None):
            raise ValueError("give either a source (a public page) or an estimate (what it was judged by)")
        return self

    def of(self, nodes: int) -> float:
        """Return the seconds for an operation on so many nodes."""
        return self.seconds + self.per_node * nodes


class Carried(BaseModel):
    """Which other resources an upgrade takes along; see `durations.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    of: str
    unless: str


class TypeFigures(BaseModel):
    """The figures of one type; an operation without one takes what is usual."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    nodes: tuple[str, ...] = ()
    upgrades: tuple[str, ...] = ()
    carries: Carried | None = None
    create: Figure | None = None
    update: Figure | None = None
    upgrade: Figure | None = None
    delete: Figure | None = None
    import_: Figure | None = Field(default=None, alias="import")

    @model_validator(mode="after")
    def _can_be_used(self) -> TypeFigures:
        if (self.upgrade is None) != (not self.upgrades):
            raise ValueError("`upgrade` and `upgrades` go together")
        figures = (self.create, self.update, self.upgrade, self.delete, self.import_)
        if not self.nodes and any(figure is not None and figure.per_node for figure in figures):
            raise ValueError("`per_node` needs `nodes`, the inputs that say how many there are")
        return self

    def figure(self, operation: str) -> Figure | None:
        """Return the figure of an operation, if one is stated."""
        return cast("Figure | None", getattr(self, "import_" if operation == "import" else operation, None))


class _Usual(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    create: Figure
    update: Figure
    delete: Figure
    import_: Figure = Field(alias="import")


@dataclass(frozen=True)
class Subject:
    """A resource as far as its size matters: its type and its inputs as plain data."""

    type: str
    inputs: Mapping[str, Any]


class Durations(BaseModel):
    """The figures of all types. `unless_stated` holds for every type and operation without one of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unless_stated: _Usual
    types: Mapping[str, TypeFigures]

    @classmethod
    def read(cls, path: Path = FILE) -> Durations:
        """Return the figures of a file. Raises `DurationsError` with every mistake in it."""
        return cls._of(_data(path), path)

    def overridden(self, path: Path) -> Durations:
        """Return these figures with those of another file in their place, figure by figure.

        The file has the same shape and holds no more than what differs. Raises `DurationsError`.
        """
        given = _data(path)
        base = self.model_dump(by_alias=True, exclude_none=True)
        for token, figures in _mapping(given.get("types"), path, "types").items():
            known = base["types"].setdefault(token, {})
            known.update(_mapping(figures, path, f"types.{token}"))
        base["unless_stated"].update(_mapping(given.get("unless_stated"), path, "unless_stated"))
        unknown = set(given) - set(base)
        if unknown:
            raise DurationsError(f"{path}: no such key: {', '.join(sorted(unknown))}; there are {', '.join(base)}")
        return self._of(base, path)

    @classmethod
    def _of(cls, data: Mapping[str, Any], path: Path) -> Durations:
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            wrong = [f"  {'.'.join(str(step) for step in each['loc'])}: {each['msg']}" for each in error.errors()]
            raise DurationsError("\n".join([f"{path}: the durations cannot be used:", *wrong])) from error

    def figure(self, type: str, operation: str, changed: Iterable[str] = ()) -> Figure:  # noqa: A002  the field's own word
        """Return the figure of an operation: create, update, delete or import.

        `changed` are the inputs that an update changes: some make it an upgrade.
        """
        if operation not in _WORDS:
            raise ValueError(f"no operation '{operation}'; there are {', '.join(sorted(_WORDS))}")
        stated = self.types.get(type)
        if stated is not None:
            if operation == "update" and stated.upgrade and _touches(changed, stated.upgrades):
                return stated.upgrade
            own = stated.figure(operation)
            if own is not None:
                return own
        return cast("Figure", getattr(self.unless_stated, "import_" if operation == "import" else operation))

    def nodes(self, subject: Subject, others: Sequence[Subject] = (), *, upgrade: bool = False) -> int:
        """Return how many nodes an operation on `subject` makes or changes; 0 where there are none to count.

        An upgrade changes those that it carries along too, among `others`.
        """
        stated = self.types.get(subject.type)
        if stated is None or not stated.nodes:
            return 0
        own = _product(subject.inputs, stated.nodes)
        if not upgrade or stated.carries is None:
            return own
        carried = stated.carries
        name = subject.inputs.get("name")
        pools = [
            self.nodes(other)
            for other in others
            if other.type == carried.type
            and other.inputs.get(carried.of) == name
            and not other.inputs.get(carried.unless)
        ]
        return own + max(pools, default=0)

    def seconds(
        self, subject: Subject, operation: str, *, changed: Iterable[str] = (), others: Sequence[Subject] = ()
    ) -> float:
        """Return how long an operation on `subject` takes: create, update, delete, import or replace.

        `changed` are the inputs that an update changes, `others` the resources that an upgrade may carry along. A
        replacement is counted as a deletion and a creation one after the other, the most that it takes.
        """
        if operation == "replace":
            return self.seconds(subject, "delete") + self.seconds(subject, "create")
        keys = tuple(changed)
        figure = self.figure(subject.type, operation, keys)
        stated = self.types.get(subject.type)
        upgrade = stated is not None and stated.upgrade is figure
        return figure.of(self.nodes(subject, others, upgrade=upgrade))

    def estimated(self, type: str, operation: str, changed: Iterable[str] = ()) -> bool:  # noqa: A002  the field's own word
        """Say whether any figure of an operation is an estimate; see `seconds`."""
        keys = tuple(changed)
        words = ("delete", "create") if operation == "replace" else (operation,)
        return any(self.figure(type, word, keys).source is None for word in words)


@cache
def standard() -> Durations:
    """Return the figures that come with the project."""
    return Durations.read()


def _touches(changed: Iterable[str], inputs: Sequence[str]) -> bool:
    roots = {key.partition(".")[0].partition("[")[0] for key in changed}
    return not roots.isdisjoint(inputs)


def _product(inputs: Mapping[str, Any], paths: Sequence[str]) -> int:
    """Multiply what the inputs at `paths` count: a number itself, a list its length; one that is absent counts once."""
    result = 1
    for path in paths:
        value: Any = inputs
        for step in path.split("."):
            value = cast("Mapping[str, Any]", value).get(step) if isinstance(value, Mapping) else None
        if isinstance(value, list):
            result *= len(cast("list[Any]", value))
        elif isinstance(value, int | float):
            result *= int(value)
    return result


def _data(path: Path) -> dict[str, Any]:
    try:
        return _mapping(yaml.safe_load(path.read_text(encoding="utf-8")), path, "")
    except OSError as error:
        raise DurationsError(f"{path}: cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise DurationsError(f"{path}: is no YAML: {error}") from error


def _mapping(value: object, path: Path, where: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DurationsError(f"{path}: {where or 'the file'} must be a mapping, and is {type(value).__name__}")
    return cast("dict[str, Any]", value)
