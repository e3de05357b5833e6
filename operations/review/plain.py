"""The page as a terminal shows it: the Markdown of the same review without its marks, whole however long it is."""

from __future__ import annotations

import re
import sys
from typing import Final

from model.planning.review.page import Review
from operations.review.markdown import markdown

_ESCAPED: Final = re.compile(r"\\([\\`*_\[\]|#~])")
_LINK: Final = re.compile(r"(?<!\\)\[([A-Z]\d+)\]\(([^)]*)\)")
_FOLD: Final = re.compile(r"<details><summary>(.*?)</summary>")


def plain(review: Review, *, digests: bool = False) -> str:
    """Return the page as plain text; control characters from files are shown as escapes."""
    lines: list[str] = []
    for line in markdown(review, most=sys.maxsize, digests=digests).splitlines():
        if line == "</details>":
            continue
        shown = _FOLD.sub(lambda found: found[1].upper(), line)
        if shown.startswith("#"):
            shown = shown.lstrip("# ").upper() if shown.startswith("##") else shown.lstrip("# ")
        shown = _LINK.sub(r"[\1: \2]", shown).replace("**", "")
        shown = _ESCAPED.sub(r"\1", shown).replace("\u200b", "")
        shown = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        lines.append("".join(char if char.isprintable() else repr(char)[1:-1] for char in shown))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
