"""What a scripted pull request is, and the edits that make one: functions of a file's text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from model.planning.review.gates import Kind

Edit = Callable[[str], str]

IN_WINDOW: Final = datetime.fromisoformat("2026-11-03T19:00:00+01:00")
"""A Tuesday evening, when prod may be changed."""


@dataclass(frozen=True)
class PullRequest:
    """Edits of files below stacks/, and the gates that they close.

    None removes a file; the text of one that is not there is "".
    """

    name: str
    environment: str
    edits: Mapping[str, Edit | None]
    closed: frozenset[Kind] = frozenset()
    says: tuple[str, ...] = field(default=())
    """What the page has to hold besides being as it was kept."""
    hides: tuple[str, ...] = field(default=())
    """What the page may not hold."""
    at: datetime = IN_WINDOW
    """The moment that windows are judged at."""
    empty: bool = False
    """Whether nothing is to be said at all."""


def put(old: str, new: str) -> Edit:
    """Return the edit that replaces `old`, which has to be there once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        return text.replace(old, new)

    return edit


def cut(pattern: str) -> Edit:
    """Return the edit that removes what `pattern` matches, which has to be one thing."""

    def edit(text: str) -> str:
        text, number = re.subn(pattern, "", text, flags=re.MULTILINE)
        assert number == 1, f"{pattern!r} matches {number} times"
        return text

    return edit


def swapped(first: str, second: str, until: str) -> Edit:
    """Return the edit that swaps two neighbouring entries, each beginning with its line; the second ends at `until`."""

    def edit(text: str) -> str:
        one, two = text.index(first), text.index(second)
        end = text.index(until, two)
        return text[:one] + text[two:end] + text[one:two] + text[end:]

    return edit
