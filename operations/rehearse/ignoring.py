"""Why an input is ignored: the words that stand where the component says so.

The reason is written once, beside the input in the component, and is read from there.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

_QUOTES: Final = ('"', "'")


@cache
def why_ignored(file: Path, ignored: str) -> str:
    """Return the reason for which the component in `file` ignores an input: the comment above it, or what follows it.

    `ignored` is written as in the component: `config.replicas`. Returns "" where the file gives no reason.
    """
    text = file.read_text(encoding="utf-8")
    lines = text.splitlines()
    body = ast.parse(text).body
    for position, node in enumerate(body):
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        for constant in ast.walk(node.value):
            if isinstance(constant, ast.Constant) and constant.value == ignored:
                following = body[position + 1] if position + 1 < len(body) else None
                return _above(lines, constant.lineno - 1, node.lineno - 1) or _said_by(following)
    return ""


def _above(lines: list[str], line: int, first: int) -> str:
    """Return the comment over a line of a tuple, or over the group of strings that the line is in."""
    line -= 1
    while line > first and lines[line].strip().startswith(_QUOTES):
        line -= 1
    comment: list[str] = []
    while line > first and lines[line].strip().startswith("#"):
        comment.insert(0, lines[line].strip().lstrip("# "))
        line -= 1
    return " ".join(comment)


def _said_by(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return " ".join(node.value.value.split())
    return ""
