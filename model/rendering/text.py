"""A file's text: a head that says where it comes from, then its data as YAML. The same data gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import yaml

from model.config.source import Data, Source

_WIDE: Final = 10_000
"""No line is folded: a path or a list of addresses stays on one."""


class _Plain(yaml.SafeDumper):
    """Writes every value out: an alias would be a surprise to whoever edits the file."""

    def ignore_aliases(self, data: object) -> bool:
        del data
        return True


def written(head: Iterable[str], data: Data) -> str:
    """Return the text of a file, its keys in the order of `data`."""
    body = yaml.dump(data, Dumper=_Plain, sort_keys=False, default_flow_style=False, allow_unicode=True, width=_WIDE)
    return "".join(f"# {line}\n" for line in head) + body


def read_back(path: str, text: str) -> Data:
    """Return the data of a text that was written; raises `ValueError` where it can not be read as it was meant."""
    source, problems = Source.read(Path(path), text)
    if source is None or problems:
        raise ValueError(f"{path} can not be read back: {'; '.join(problem.text() for problem in problems)}")
    return source.data
