"""Text of others in a comment or an issue, and how much of it there may be."""

from __future__ import annotations

import re
from typing import Final

MOST: Final = 65_000
"""The longest text, in characters: GitHub takes 65,536 (https://docs.github.com/en/rest/issues/comments)."""
_SPECIAL: Final = re.compile(r"([\\`*_\[\]|#~])")
_OPEN: Final = "<details>"
_END: Final = "</details>"


def plain(text: object) -> str:
    """Return a text on one line that can not write Markdown, HTML or a mention."""
    words = " ".join(str(text).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _SPECIAL.sub(r"\\\1", words).replace("@", "@\u200b")


def fitted(lines: list[str], link: str, most: int = MOST) -> str:
    """Return lines as one text; what is too long is cut at the end of a line, with a note that says where all of it is.

    A fold that the cut leaves open is closed.
    """
    text = "\n".join(lines).rstrip() + "\n"
    if len(text) <= most:
        return text
    rest = f"in [the run]({link})" if link else "in the artifacts of the run"
    note = f"\n*Cut here, since it was too long: all of it is {rest}.*\n"
    left, kept, unclosed = most - len(note) - 1, list[str](), 0
    for line in lines:
        after = unclosed + line.count(_OPEN) - line.count(_END)
        left -= len(line) + 1
        if left < after * len(f"\n\n{_END}"):
            break
        kept.append(line)
        unclosed = after
    return "\n".join(kept).rstrip() + f"\n\n{_END}" * unclosed + "\n" + note
