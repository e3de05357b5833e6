"""Edits of a stack file as unified diffs without context, made from where the model was read.

`git apply --unidiff-zero` takes them as long as nobody has edited the lines above in the meantime.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import yaml

from model.config.shape import Shape

_WIDE: Final = 10_000


def written(value: object) -> str:
    """Return a value as it stands behind a key, on one line: `{min: 5, start: 6, max: 8}`."""
    text = yaml.safe_dump(value, default_flow_style=True, width=_WIDE, sort_keys=False, allow_unicode=True)
    return text.removesuffix("\n").removesuffix("\n...")


def changed(owner: Shape, field: str, old: object, new: object) -> str:
    """Return the diff that gives a field of `owner` that stands in the file another value."""
    place = owner.at(field)
    indent = " " * (place.column - 1)
    return _hunk(place.line, [f"{indent}{field}: {written(old)}"], place.line, [f"{indent}{field}: {written(new)}"])


def added(owner: Shape, after: str, lines: Sequence[str]) -> str:
    """Return the diff that adds `lines` to `owner`, behind its field `after`, which stands on one line."""
    place = owner.at(after)
    indent = " " * (place.column - 1)
    return _hunk(place.line, [], place.line + 1, [f"{indent}{line}" for line in lines])


def set_to(owner: Shape, field: str, old: object, new: object, *, after: str) -> str:
    """Return the diff that gives a field a value, whether it stands in the file or holds by default."""
    if field in owner.model_fields_set:
        return changed(owner, field, old, new)
    return added(owner, after, [f"{field}: {written(new)}"])


def item_before(first: Shape, values: dict[str, Any]) -> str:
    """Return the diff that puts an item with `values` before `first`, the first one of its list."""
    place = first.at()
    dash = " " * (place.column - 3)
    lines = [f"{key}: {written(value)}" for key, value in values.items()]
    marked = [f"{dash}{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]
    return _hunk(place.line - 1, [], place.line, marked)


def values_of(shape: Shape) -> dict[str, Any]:
    """Return what a shape says beyond its defaults, as plain data in the order of its fields."""
    return shape.model_dump(mode="json", exclude_defaults=True)


def together(hunks: Sequence[str]) -> str:
    """Return several hunks of one file as one diff, in the order of the file."""
    shift = 0
    done: list[str] = []
    for start, old, new, body in sorted(_parsed(hunk) for hunk in hunks):
        begin = start if old else start + 1
        done.append(f"@@ -{start},{old} +{begin + shift},{new} @@\n{body}")
        shift += new - old
    return "\n".join(done)


def _parsed(hunk: str) -> tuple[int, int, int, str]:
    head, _, body = hunk.partition("\n")
    old, new = head.removeprefix("@@ -").removesuffix(" @@").split(" +")
    start, count = old.split(",")
    return int(start), int(count), int(new.split(",")[1]), body


def _hunk(old_line: int, old: Sequence[str], new_line: int, new: Sequence[str]) -> str:
    head = f"@@ -{old_line},{len(old)} +{new_line},{len(new)} @@"
    return "\n".join([head, *(f"-{line}" for line in old), *(f"+{line}" for line in new)])
