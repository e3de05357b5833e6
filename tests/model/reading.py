"""Reading a YAML text as if it stood in a project, for tests of shapes and rules."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Final, TypeVar

from model.config.problems import Problem
from model.config.shape import Shape, parse
from model.config.source import Source

ROOT: Final = Path("/project")
FILE: Final = "stacks/example.yaml"

S = TypeVar("S", bound=Shape)


def source(text: str) -> Source:
    """Return `text` as a source, its common indentation taken off; it has to be without problems."""
    read, problems = Source.read(ROOT / FILE, dedent(text), root=ROOT)
    assert read is not None
    assert not problems
    return read


def faults(text: str) -> list[Problem]:
    """Return what is wrong with the YAML of `text` itself."""
    return Source.read(ROOT / FILE, dedent(text), root=ROOT)[1]


def made(shape: type[S], text: str) -> S:
    """Return `text` as a `shape`; it has to be without problems."""
    model, problems = parse(shape, source(text))
    assert not problems
    assert model is not None
    return model


def refused(shape: type[Shape], text: str) -> list[Problem]:
    """Return why `text` is no `shape`; there has to be a reason."""
    problems = parse(shape, source(text))[1]
    assert problems
    return problems
