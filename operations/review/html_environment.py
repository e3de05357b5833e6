"""What a page says of one environment: what is lost first, then who may do what, then the rest, folded."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from model.planning.questions.difference import Turn
from model.planning.review.access import Sentence
from model.planning.review.page import DONE, SIGNS, EnvironmentPage, Standing
from model.planning.review.planned import Difference, Planned
from model.planning.review.radius import Radius
from model.planning.review.words import VERBS, Why, kind_of, noun, why
from operations.review.html_pictures import Drawn, path_picture
from operations.web_page import picture, said, table

_SHOWN: Final = 12
"""Items of a list that are seen at once; more of them are folded."""
_TURNS: Final = {Turn.LOSES: "Lost", Turn.GAINS: "Gained", Turn.CHANGES: "On other terms"}
_CLASS: Final = {Turn.LOSES: "loses", Turn.GAINS: "gains", Turn.CHANGES: "changes"}
_ORDER: Final = ("delete", "replace", "retain", "update", "create", "import")
"""What is told first."""
_LOOK: Final = {
    "create": "good",
    "update": "careful",
    "delete": "bad",
    "replace": "bad",
    "import": "good",
}  # what is let go of asks for care


def environment_section(page: EnvironmentPage, drawn: Drawn | None) -> Iterator[str]:
    """Give the section of an environment in which something differs."""
    name = said(page.name)
    counts = "not known" if page.standing is Standing.UNKNOWN else _counted(page.planned) or "nothing to do"
    yield f'<section class="environment" id="env-{name}" aria-labelledby="env-{name}-title">'
    yield f'<h2 id="env-{name}-title">{name} <span class="counts">{said(counts)}</span></h2>'
    for title, inside in (
        ("It could not be previewed", _points(page.failed)),
        ("Deleted or replaced", _danger(page)),
        ("Protection", _points(page.protection)),
        ("Access", _access(page.access)),
        ("Network exposure and routes", _points(page.exposure)),
        ("Versions", _versions(page)),
        ("Capacity, licences and cost", _size(page)),
        ("Time of up", _time(page)),
        ("Before and after", _drawn(page, drawn)),
        ("The rest by component", _rest(page)),
        ("Not known", _points(page.why_not)),
    ):
        lines = list(inside)
        if lines:
            yield f"<h3>{title}</h3>"
            yield from lines
    yield "</section>"


def _points(lines: Sequence[str]) -> Iterator[str]:
    yield from _folded([f"<li>{said(each)}</li>" for each in lines], "ul")


def _folded(items: Sequence[str], tag: str, kind: str = "") -> Iterator[str]:
    """Give a list; what goes beyond the first items is folded."""
    about = f' class="{kind}"' if kind else ""
    if not items:
        return
    most = _SHOWN if len(items) > _SHOWN + 3 else len(items)
    yield f"<{tag}{about}>{''.join(items[:most])}</{tag}>"
    if items[most:]:
        yield f"<details><summary>{len(items) - most} more</summary>"
        yield f"<{tag}{about}>{''.join(items[most:])}</{tag}></details>"


def _danger(page: EnvironmentPage) -> Iterator[str]:
    """Give a frame to what somebody has to think about, and the rest of what goes in a list by component."""
    plain: dict[str, list[Planned]] = defaultdict(list)
    for each in page.dangerous:
        radius, reason = page.radii.get(each.urn, Radius()), why(each)
        own = each.operation == "replace" and not each.follows
        bears = kind_of(each.type) is not None
        if each.protected or own or bears or reason.rule or radius.clusters or radius.teams:
            yield from _frame(each, reason, radius)
        else:
            plain[each.component].append(each)
    for component, planned in sorted(plain.items()):
        yield f"<details><summary>Also in {said(component)}: {said(_counted(planned))}</summary><ul>"
        for each in planned:
            words = page.radii[each.urn].words.removeprefix("and ") if each.urn in page.radii else ""
            depends = f'<br><span class="faint">depends on it: {said(words)}</span>' if words else ""
            yield f"<li>{_sign(each)} {said(noun(each.type))} <strong>{said(each.name)}</strong>{depends}</li>"
        yield "</ul></details>"


def _frame(planned: Planned, reason: Why, radius: Radius) -> Iterator[str]:
    verb = VERBS[planned.outcome]
    guarded = ' <span class="badge careful">protected</span>' if planned.protected else ""
    yield f'<article><h4><span class="badge bad">{verb}</span> {said(noun(planned.type))} {said(planned.name)}{guarded}'
    yield "</h4>"
    if planned.operation == "replace":
        forced = [each for each in planned.differences() if each.forces] or list(planned.differences())
        if forced:
            yield from _differences(f"What forces the replacement of {planned.name}", forced)
        else:
            yield "<p>Something that it is made of is replaced.</p>"
    if reason.words:
        yield f"<p>{said(reason.words[:1].upper() + reason.words[1:])}{_rule(reason)}</p>"
    yield from _radius(radius)
    yield "</article>"


def _rule(reason: Why) -> str:
    if not reason.rule:
        return "."
    if reason.source.startswith("https://"):
        return f' (<a href="{said(reason.source)}" rel="noreferrer">{said(reason.rule)}</a>).'
    return f' <span class="faint">({said(reason.rule)}, {said(reason.source)})</span>.'


def _radius(radius: Radius) -> Iterator[str]:
    parts = [
        (title, ", ".join(names))
        for title, names in (
            ("clusters", radius.clusters),
            ("teams", radius.teams),
            ("addresses", radius.addresses),
            ("peers", radius.peers),
        )
        if names
    ]
    others = ", ".join(f"{number} x {what}" for what, number in radius.others)
    if parts:
        yield "<p>What depends on it:</p><dl>"
        parts += [("besides", others)] if others else []
        yield from (f"<dt>{said(title)}</dt><dd>{said(words)}</dd>" for title, words in parts)
        yield "</dl>"
    elif others:
        yield f"<p>What depends on it: {said(others)}.</p>"


def _differences(caption: str, found: Iterable[Difference]) -> Iterator[str]:
    rows = ((f"<code>{_path(each.path)}</code>", said(each.before), said(each.after)) for each in found)
    yield from table(caption, ("property", "before", "after"), rows, hidden=True)


def _path(path: str) -> str:
    """Return a property's path, which may go on in a new line after a dot."""
    return said(path).replace(".", ".<wbr>")


def _access(sentences: Sequence[Sentence]) -> Iterator[str]:
    for turn, title in _TURNS.items():
        items = [f'<li class="{_CLASS[turn]}">{said(each.words)}</li>' for each in sentences if each.turn is turn]
        if items:
            yield f'<p class="faint">{title} ({len(items)}):</p>'
            yield from _folded(items, "ul", "turns")


def _versions(page: EnvironmentPage) -> Iterator[str]:
    yield from _points(page.versions.moves)
    if page.versions.order:
        yield '<p class="faint">The order that this implies:</p>'
        yield f"<ol>{''.join(f'<li>{said(each)}</li>' for each in page.versions.order)}</ol>"


def _size(page: EnvironmentPage) -> Iterator[str]:
    if page.size:
        rows = (
            (
                said(each.what),
                f"{each.before:g}",
                f"{each.after:g}",
                f"{each.after - each.before:+g}",
                "" if each.most is None else f"{each.most:g}",
            )
            for each in page.size
        )
        columns = ("what", "before", "after", "difference", "limit")
        yield from table(
            f"Sizes of {page.name}", columns, rows, numbers=frozenset({1, 2, 3, 4}), named=True, hidden=True
        )


def _time(page: EnvironmentPage) -> Iterator[str]:
    if not page.time:
        return
    words, *others = page.time
    yield f"<p>{said(words[:1].upper() + words[1:])}.</p>"
    if page.path:
        label = f"The critical path of up in {page.name}"
        yield picture(path_picture(page.name, words, page.path), label)
    yield from (
        f"<details><summary>The critical path in words</summary><p>{said(each)}</p></details>" for each in others
    )


def _drawn(page: EnvironmentPage, drawn: Drawn | None) -> Iterator[str]:
    if drawn is None:
        return
    if not drawn.differences:
        yield "<details><summary>Nothing that the picture shows differs</summary>"
    else:
        yield "<details open><summary>The picture, with what is added, changed and removed</summary>"
    yield picture(drawn.svg, f"{page.name} before and after")
    yield "</details>"
    yield from _points(drawn.differences)


def _rest(page: EnvironmentPage) -> Iterator[str]:
    for component, planned in page.by_component.items():
        yield f"<details><summary>{said(component)}: {said(_counted(planned))}</summary><ul>"
        for each in planned:
            yield f"<li>{_sign(each)} {said(noun(each.type))} <strong>{said(each.name)}</strong>"
            differing = list(each.differences()) if each.old is not None and each.new is not None else []
            if differing:
                yield from _differences(f"What differs in {each.name}", differing)
            yield "</li>"
        yield "</ul></details>"


def _counted(planned: Iterable[Planned]) -> str:
    counts = Counter(each.outcome for each in planned)
    return ", ".join(f"{counts[outcome]} {DONE[outcome]}" for outcome in _ORDER if counts[outcome])


def _sign(planned: Planned) -> str:
    look, word = _LOOK.get(planned.outcome, "careful"), DONE.get(planned.outcome, planned.operation)
    sign = SIGNS.get(planned.outcome, planned.operation)
    return (
        f'<span class="operation {look}"><span aria-hidden="true">{said(sign)}</span>'
        f'<span class="hidden">{said(word)}</span></span>'
    )
