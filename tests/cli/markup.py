"""A page's tags, read as a browser would, and what each page that is written here has to be in one."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Final


class Tags(HTMLParser):
    """The tags of a page, checked to be closed in the order in which they were opened."""

    VOID: Final = frozenset({"meta", "input", "link", "br", "img", "wbr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[tuple[int, str]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if any(re.fullmatch("h[1-6]", tag) for tag in self.open):
            level, said = self.headings[-1]
            self.headings[-1] = (level, said + data)

    @property
    def anchors(self) -> set[str]:
        """The places of the page that can be linked to."""
        return {str(given["id"]) for _, given in self.seen if given.get("id")}


def loads_nothing(text: str) -> Tags:
    """Assert that a page is one file whose policy allows its own style and script alone; return its tags."""
    tags = Tags(text)
    loading = [(tag, given) for tag, given in tags.seen if given.get("src") or tag in {"link", "img", "iframe"}]
    assert loading == []
    (policy,) = (given["content"] for _, given in tags.seen if given.get("http-equiv") == "Content-Security-Policy")
    allowed = [f"style-src {fingerprint(found)}" for found in re.findall(r"<style>(.*?)</style>", text, re.DOTALL)]
    scripts = [f"script-src {fingerprint(found)}" for found in re.findall(r"<script>(.*?)</script>", text, re.DOTALL)]
    assert str(policy).split("; ") == [
        "default-src 'none'",
        *allowed,
        "base-uri 'none'",
        "form-action 'none'",
        *scripts,
    ]
    assert [given for _, given in tags.seen if "style" in given or any(name.startswith("on") for name in given)] == []
    here = {str(given["href"])[1:] for tag, given in tags.seen if tag == "a" and str(given["href"]).startswith("#")}
    assert here <= tags.anchors
    named = {str(given["aria-labelledby"]) for _, given in tags.seen if given.get("aria-labelledby")}
    assert named <= tags.anchors
    levels = [level for level, _ in tags.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), tags.headings
    return tags


def fingerprint(text: str) -> str:
    """Return a text's hash as a content security policy writes it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
