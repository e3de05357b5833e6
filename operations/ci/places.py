"""Where a step leaves what the next one reads: outputs and the summary of a GitHub job, and files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from operations.ci.errors import CiError
from operations.console import say

OUTPUT: Final = "GITHUB_OUTPUT"
SUMMARY: Final = "GITHUB_STEP_SUMMARY"


def output(values: Mapping[str, str]) -> None:
    """Give values to the steps after this one, and print them; of one line each, so that no value makes another."""
    lines = [f"{name}={value}" for name, value in values.items()]
    if any("\n" in line or "\r" in line for line in lines):
        raise CiError(f"one of {', '.join(values)} has a line break in it: mend it in the stack file")
    text = "".join(f"{line}\n" for line in lines)
    for line in lines:
        say(line)
    _append(OUTPUT, text)


def summary(text: str) -> None:
    """Add a page to the summary of the job, where there is one."""
    if text:
        _append(SUMMARY, f"{text.rstrip()}\n\n")


def write(path: Path, text: str) -> None:
    """Write a file, its folder made if need be. Raises `CiError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CiError(f"{path} can not be written: {error.strerror}") from error


def _append(variable: str, text: str) -> None:
    place = os.environ.get(variable)
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(text)
