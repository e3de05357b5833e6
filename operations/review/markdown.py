"""The page as Markdown: danger first; what is least important is folded, and cut last where there is too much of it.

A comment on GitHub holds 65,536 characters (https://docs.github.com/en/rest/issues/comments).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from model.config.problems import Problem
from model.planning.review.page import EnvironmentPage, Review, Standing, told
from model.planning.review.planned import Planned
from model.planning.review.words import VERBS, Why, kind_of, noun, why

MOST: Final = 65_000
"""The longest page, in characters."""
_OPEN: Final = 30
"""Lines that a section of the rest may have before it is folded."""
_NAMED: Final = 6
"""Resources that are named one by one where they only go with others."""
_SPECIAL: Final = re.compile(r"([\\`*_\[\]|#~])")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. `title` is "" for what needs none; `folded` says that it is shown on demand."""

    title: str
    lines: tuple[str, ...]
    folded: bool = False

    def text(self) -> str:
        """Write it."""
        body = "\n".join(self.lines)
        if self.folded:
            return f"<details><summary>{self.title}</summary>\n\n{body}\n\n</details>"
        return f"{self.title}\n\n{body}" if self.title else body


def markdown(review: Review, *, most: int = MOST, digests: bool = False) -> str:
    """Return the page, at most `most` characters of it; `digests` adds the line that an approval is bound to."""
    if review.empty and not digests:
        return f"{_plain(review.verdict)}\n"
    return _fitted(list(_sections(review, digests=digests)), most)


def _fitted(sections: list[Section], most: int) -> str:
    """Return the sections as one text; those at the end are folded, then cut, until it is short enough."""
    text = _joined(sections)
    for number in reversed(range(1, len(sections))):
        if len(text) <= most:
            return text
        each = sections[number]
        if each.title and not each.folded:
            sections[number] = Section(each.title.lstrip("# "), each.lines, folded=True)
            text = _joined(sections)
    note = Section("", ("*Cut here: the page was too long. `./hybrid review` on a terminal shows the rest.*",))
    while len(text) > most and len(sections) > 1:
        last = sections[-1] if sections[-1] != note else sections[-2]
        place = sections.index(last)
        if len(last.lines) > 1:
            sections[place] = Section(last.title, last.lines[: len(last.lines) // 2], last.folded)
        else:
            del sections[place]
        if sections[-1] != note:
            sections.append(note)
        text = _joined(sections)
    return text


def _joined(sections: Iterable[Section]) -> str:
    return "\n\n".join(each.text() for each in sections) + "\n"


def _sections(review: Review, *, digests: bool) -> Iterator[Section]:
    head = [f"# {_plain(review.verdict)}", "", _plain(f"{review.subject}.")]
    for page in review.environments:
        state = "nothing differs" if page.empty else "not known" if page.standing is Standing.UNKNOWN else page.counts
        head.append(f"- **{page.name}**: {state}")
    yield Section("", tuple(head))
    if review.gates:
        yield Section("## Gates", tuple(_gates(review)))
    for page in review.environments:
        if page.dangerous:
            yield Section(f"## {page.name}: deleted or replaced", tuple(_danger(page)))
    for page in review.environments:
        yield from _of(page)
    for page in review.environments:
        yield from _rest(page)
    if review.warnings:
        lines = tuple(f"- {_problem(each)}" for each in review.warnings)
        yield Section("New warnings", lines, folded=True)
    if digests:
        lines = tuple(f"- {page.name}: `{page.digest}`" for page in review.environments if page.digest)
        yield Section("## Digests", lines or ("No environment was previewed, so there is nothing to approve.",))


def _gates(review: Review) -> Iterator[str]:
    following = [each.remedy for each in review.gates[1:]] + [""]
    for each, after in zip(review.gates, following, strict=False):
        where = f"**{each.environment}** " if each.environment else ""
        if each.acknowledged is not None:
            until = each.acknowledged.expires
            words = f"acknowledged until {until}: {_plain(each.acknowledged.reason)}"
            yield f"- [x] {where}{each.kind.value}: {_plain(each.reason)} ({words})"
        else:
            yield f"- [ ] {where}{each.kind.value}: {_plain(each.reason)}"
            # Said once of gates in a row that the same thing opens.
            if each.remedy and each.remedy != after:
                yield f"  - {_plain(each.remedy)}"


def _danger(page: EnvironmentPage) -> Iterator[str]:
    for each in page.dangerous:
        if _with_another(each):
            continue
        reason = why(each)
        verb = VERBS[each.outcome]
        guarded = " (protected)" if each.protected else ""
        yield f"- **{verb} {noun(each.type)} {_plain(each.name)}**{guarded}"
        if each.operation == "replace":
            forced = [one for one in each.differences() if one.forces] or list(each.differences())
            for difference in forced:
                yield f"  - because {_plain(difference.words)}"
            if not forced:
                yield "  - because something that it is made of is replaced"
        if reason.words:
            yield f"  - {_plain(reason.words)}{_rule(reason)}"
        if each.urn in page.radii and page.radii[each.urn].words:
            yield f"  - depends on it: {_plain(page.radii[each.urn].words)}"
    with_them = [each for each in page.dangerous if _with_another(each)]
    if with_them:
        names = [f"{noun(each.type)} {each.name}" for each in with_them]
        kinds = [
            f"{number} x {what}" for what, number in sorted(Counter(noun(each.type) for each in with_them).items())
        ]
        yield f"- **replaced with them**: {_plain(', '.join(names if len(names) <= _NAMED else kinds))}"


def _with_another(planned: Planned) -> bool:
    """Say whether a resource goes only because of another one on the page, and nothing of its own goes with it."""
    return planned.follows and not planned.protected and kind_of(planned.type) is None


def _rule(reason: Why) -> str:
    """Write a rule with its source: a link to a page, or the field of the provider."""
    if not reason.rule:
        return ""
    if reason.source.startswith("https://"):
        return f" [{reason.rule}]({reason.source})"
    return f" ({reason.rule}, {_plain(reason.source)})"


def _of(page: EnvironmentPage) -> Iterator[Section]:
    parts = (
        ("protection", list(page.protection)),
        ("access", [each.words for each in page.access]),
        ("network exposure and routes", list(page.exposure)),
        ("versions", [*page.versions.moves, *(f"order: {each}" for each in page.versions.order)]),
        ("capacity, licences and cost", [each.words for each in page.size]),
        ("time of up", list(page.time)),
        ("not known", [*page.failed, *page.why_not]),
    )
    for title, lines in parts:
        if lines:
            yield Section(f"## {page.name}: {title}", tuple(f"- {_plain(each)}" for each in lines))


def _rest(page: EnvironmentPage) -> Iterator[Section]:
    lines = tuple(_components(page))
    if lines:
        title = f"{page.name}: the rest by component"
        folded = len(lines) > _OPEN
        yield Section(title if folded else f"## {title}", lines, folded=folded)


def _components(page: EnvironmentPage) -> Iterator[str]:
    for component, planned in page.by_component.items():
        yield f"- {_plain(component)}"
        for each in planned:
            yield from _lines(each)


def _lines(planned: Planned) -> Iterator[str]:
    first, *others = told(planned)
    yield f"  - {_plain(first)}"
    for each in others:
        yield f"    - {_plain(each)}"


def _problem(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line}"
    return _plain(f"{place}: {problem.message} -> {problem.remedy} [{problem.rule}]")


def _plain(text: str) -> str:
    """Return a text that can not write Markdown, HTML or a mention, whoever wrote it."""
    text = " ".join(text.split())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _SPECIAL.sub(r"\\\1", text)
    return re.sub(r"(?<![\w.])@", "@\u200b", text)
