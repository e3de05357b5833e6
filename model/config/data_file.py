"""Facts that the model keeps in files of its own, beside the code that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from model.config.shape import Shape, parse
from model.config.source import Source

S = TypeVar("S", bound=Shape)
_ROOT = Path(__file__).parents[2]


def data_file(shape: type[S], file: Path) -> S:
    """Read a file below the project. Raises `ValueError` with every mistake in it."""
    source, problems = Source.read(file, root=_ROOT)
    if source is not None:
        found, more = parse(shape, source)
        if found is not None and not (more or problems):
            return found
        problems = [*problems, *more]
    raise ValueError("\n".join(problem.text() for problem in problems))
