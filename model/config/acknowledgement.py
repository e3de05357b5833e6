"""`stacks/acknowledgements.yaml`: dangerous changes that were looked at and are wanted, each until a day. Optional.

An acknowledgement opens one gate of `./hybrid review` for one operation on one resource, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import Field, StringConstraints

from model.config.problems import Problem
from model.config.shape import Shape, parse
from model.config.source import Source

FILE: Final = "stacks/acknowledgements.yaml"
"""Where they are kept, below the project's root."""

Urn: TypeAlias = Annotated[
    str,
    StringConstraints(pattern=r"^urn:pulumi:[a-z0-9-]+::[^:]+::.+::.+$"),
    Field(json_schema_extra={"meaning": "a URN in full, as the review prints it"}),
]


class Operation(StrEnum):
    """What is acknowledged."""

    DELETE = "delete"
    """The resource is deleted."""
    REPLACE = "replace"
    """The resource is replaced."""
    REDUNDANCY = "redundancy"
    """The stack of this URN survives less than before."""
    FREEZE = "freeze"
    """The stack of this URN is changed during a freeze."""
    WINDOW = "window"
    """The stack of this URN is changed outside its window."""


class Acknowledgement(Shape):
    """One dangerous change that is wanted."""

    urn: Urn
    """What it happens to: a resource, or the stack itself."""
    operation: Operation
    """What happens to it."""
    reason: Annotated[str, StringConstraints(min_length=10)]
    """Why it is wanted."""
    expires: date
    """The last day on which it holds."""

    @property
    def environment(self) -> str:
        """The stack of its URN."""
        return self.urn.split(":")[2]


class Acknowledgements(Shape):
    """Dangerous changes that are wanted."""

    acknowledgements: tuple[Acknowledgement, ...] = ()
    """They, in any order."""


@dataclass(frozen=True, eq=False)
class Acknowledged:
    """The acknowledgements of a project, and the day that they are judged by."""

    entries: tuple[Acknowledgement, ...]
    today: date


def load_acknowledgements(
    root: Path, *, texts: Mapping[str, str] | None = None
) -> tuple[tuple[Acknowledgement, ...], tuple[Problem, ...]]:
    """Return the acknowledgements below `root`, none where there is no file, and what is wrong with how it is written.

    `texts` replaces the text of the file by its path below `root`.
    """
    text = (texts or {}).get(FILE)
    if text is None and not (root / FILE).is_file():
        return (), ()
    source, problems = Source.read(root / FILE, text, root=root)
    if source is None:
        return (), tuple(problems)
    shape, more = parse(Acknowledgements, source)
    return shape.acknowledgements if shape is not None else (), (*problems, *more)
