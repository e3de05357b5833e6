"""The page as HTML: one file for a browser without a network, danger first, an environment after the other.

There is no script in it. What is long is folded by the browser's own means; a printed page has all of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from model.config.acknowledgement import FILE
from model.config.problems import Problem
from model.planning.questions.difference import Turn
from model.planning.review.gates import Gate, Kind
from model.planning.review.page import EnvironmentPage, Review, Standing
from operations.review.html_environment import environment_section
from operations.review.html_pictures import Drawn
from operations.review.html_style import STYLE
from operations.web_page import document, navigation, said, table

_OTHERWISE: Final = {
    Kind.LOCK_OUT: "Nothing opens this gate: keep the right, or give it to somebody else in a change of its own first.",
    Kind.ORDER: "Nothing opens this gate: ./hybrid promote status says what may move now.",
    Kind.VERSION: "Nothing opens this gate: ./hybrid upgrade plan says the legal steps.",
    Kind.STALE: f"Remove the entry from {FILE}.",
    Kind.EXPIRED: f"Remove the entry from {FILE}, or have it reviewed again with a later day.",
    Kind.FAILED: "Mend what the engine says, then review again.",
}
"""What to do about a gate that no acknowledgement opens."""


def html(review: Review, *, pictures: Mapping[str, Drawn] | None = None, digests: bool = False) -> str:
    """Return the page. `pictures` are before and after, by environment; `digests` adds what an approval is bound to."""
    return document(review.verdict, _body(review, pictures or {}, digests=digests), style=STYLE)


def _body(review: Review, pictures: Mapping[str, Drawn], *, digests: bool) -> Iterator[str]:
    differing = [page for page in review.environments if not page.empty]
    look = "stopped" if review.closed else "same" if review.empty else "passes"
    yield f'<header class="verdict {look}"><h1>{said(review.verdict)}</h1>'
    yield f"<p>{said(review.subject)}.</p></header>"
    yield navigation(_links(review, differing, digests=digests))
    yield '<main><section id="overview" aria-labelledby="overview-title">'
    yield '<h2 id="overview-title">At a glance</h2>'
    yield from _overview(review)
    yield "</section>"
    if review.closed:
        yield from _section("gates", "What stops it", _gates(review.closed))
    opened = [gate for gate in review.gates if not gate.closed]
    if opened:
        yield from _section("acknowledged", "Acknowledged", _acknowledged(opened))
    if review.problems:
        yield from _section("errors", "Errors in the files", _problems("Errors in the files", review.problems))
    for page in differing:
        yield from environment_section(page, pictures.get(page.name))
    if review.warnings:
        yield from _section("warnings", "New warnings", _warnings(review.warnings))
    if digests:
        yield from _section("digests", "What an approval is bound to", _digests(review))
    yield "</main>"


def _links(review: Review, differing: Sequence[EnvironmentPage], *, digests: bool) -> Iterator[tuple[str, str]]:
    yield "overview", "At a glance"
    if review.closed:
        yield "gates", "What stops it"
    if any(not gate.closed for gate in review.gates):
        yield "acknowledged", "Acknowledged"
    if review.problems:
        yield "errors", "Errors in the files"
    for page in differing:
        yield f"env-{page.name}", page.name
    if review.warnings:
        yield "warnings", "New warnings"
    if digests:
        yield "digests", "Digests"


def _section(key: str, title: str, inside: Iterator[str]) -> Iterator[str]:
    yield f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">{said(title)}</h2>'
    yield from inside
    yield "</section>"


def _overview(review: Review) -> Iterator[str]:
    stopped: dict[str, int] = defaultdict(int)
    for gate in review.closed:
        stopped[gate.environment] += 1
    columns = ("environment", "closed gates", "deleted, replaced", "changed", "created", "access", "time of up")
    rows: list[tuple[str, ...]] = []
    for page in review.environments:
        name = said(page.name)
        if page.empty:
            rows.append((name, _number(stopped[page.name]), *["none"] * 3, "as it was", "nothing to do"))
            continue
        done = [each.outcome for each in page.planned]
        link = f'<a href="#env-{name}">{name}</a>'
        if page.standing is Standing.UNKNOWN:
            rows.append((link, _number(stopped[page.name]), *["not known"] * 3, _turns(page), "not known"))
            continue
        gone = done.count("delete") + done.count("replace")
        changed, made = done.count("update") + done.count("retain"), done.count("create") + done.count("import")
        time = said(page.time[0].partition(" for ")[0]) if page.time else ""
        rows.append(
            (link, _number(stopped[page.name]), _number(gone), _plain(changed), _plain(made), _turns(page), time)
        )
    yield from table("What happens in each environment", columns, rows, named=True, hidden=True)


def _plain(count: int) -> str:
    return str(count) if count else "none"


def _number(count: int) -> str:
    return f'<strong class="bad">{count}</strong>' if count else "none"


def _turns(page: EnvironmentPage) -> str:
    counts = {turn: sum(each.turn is turn for each in page.access) for turn in (Turn.LOSES, Turn.GAINS, Turn.CHANGES)}
    words = {Turn.LOSES: "lost", Turn.GAINS: "gained", Turn.CHANGES: "on other terms"}
    return ", ".join(f"{count} {words[turn]}" for turn, count in counts.items() if count) or "as it was"


def _gates(gates: Sequence[Gate]) -> Iterator[str]:
    together: dict[tuple[Kind, str], list[Gate]] = defaultdict(list)
    for each in gates:
        together[each.kind, each.environment].append(each)
    for (kind, environment), found in together.items():
        where = f"{said(environment)}: " if environment else ""
        yield f'<article class="gate"><h3>{where}{said(kind.value)}</h3><ul>'
        for each in found:
            mend = f'<br><span class="faint">{said(each.mend)}</span>' if each.mend else ""
            yield f"<li>{said(each.reason)}{mend}</li>"
        yield "</ul>"
        entries = list(dict.fromkeys((each.urn, each.operation.value) for each in found if each.operation))
        if entries:
            what = "this entry" if len(entries) == 1 else f"these {len(entries)} entries"
            yield f"<details><summary>What opens it: {what} in {FILE}</summary>"
            yield "<p>Each says why it is wanted and until which day. It opens the gate for this change alone.</p>"
            yield f"<pre>{''.join(_entry(*each) for each in entries)}</pre></details>"
        else:
            yield f"<p>{said(_OTHERWISE.get(kind, 'Nothing opens this gate: only another change does.'))}</p>"
        yield "</article>"


def _entry(urn: str, operation: str) -> str:
    """Write an acknowledgement; a URN is quoted, as `$` and `:` are no trouble to YAML then."""
    quoted = urn.replace("'", "''")
    return f"- urn: '{said(quoted)}'\n  operation: {said(operation)}\n  reason: WHY\n  expires: YYYY-MM-DD\n"


def _acknowledged(gates: Sequence[Gate]) -> Iterator[str]:
    yield "<ul>"
    for each in gates:
        if each.acknowledged is not None:
            where = f"<strong>{said(each.environment)}</strong> " if each.environment else ""
            until = f"until {each.acknowledged.expires}: {each.acknowledged.reason}"
            yield f"<li>{where}{said(each.kind.value)}: {said(each.reason)}<br>"
            yield f'<span class="faint">acknowledged {said(until)}</span></li>'
    yield "</ul>"


def _problems(caption: str, problems: Sequence[Problem]) -> Iterator[str]:
    rows = (
        (
            f'<code class="place">{said(each.file)}:{each.line}</code>',
            f"{said(each.message)} <span class='faint'>[{said(each.rule)}]</span>",
            said(each.remedy),
        )
        for each in problems
    )
    yield from table(caption, ("where", "what is wrong", "what to do"), rows, hidden=True)


def _warnings(problems: Sequence[Problem]) -> Iterator[str]:
    yield f"<details><summary>{len(problems)} that the base does not have</summary>"
    yield from _problems("New warnings", problems)
    yield "</details>"


def _digests(review: Review) -> Iterator[str]:
    found = [page for page in review.environments if page.digest is not None]
    if not found:
        yield "<p>No environment was previewed, so there is nothing to approve.</p>"
    for page in found:
        yield f"<h3>{said(page.name)}</h3><pre>{said(page.digest)}</pre>"
