"""What every command shares: exit codes, where text goes, and colours on a terminal only."""

from __future__ import annotations

import json
import os
import sys
from typing import Final, TextIO

FINE: Final = 0
FOUND: Final = 1
MISUSED: Final = 2


def colours(stream: TextIO) -> bool:
    """Say whether `stream` is a terminal that wants colours (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def say(text: str = "") -> None:
    """Write a line for the person or program that asked."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """Write a line about what is going on, apart from the result."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def say_json(value: object) -> None:
    """Write the result for a machine."""
    say(json.dumps(value, indent=2, ensure_ascii=False))


def example(examples: str, words: str) -> str:
    """Return, of a command's examples, those that begin with `./hybrid` and these words."""
    head, *lines = examples.splitlines()
    return "\n".join([head, *(line for line in lines if line.strip().startswith(f"./hybrid {words}"))]) + "\n"


def counted(number: int, word: str, plural: str | None = None) -> str:
    """Return `1 error`, `2 errors`."""
    return f"{number} {word if number == 1 else plural or word + 's'}"
