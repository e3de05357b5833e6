"""The page of an environment: sections with a picture, sentences and tables, on the sheet that every page shares.

The script only hides rows that lack what is typed; without it the whole page is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from operations import web_page
from operations.web_page import document, navigation, said

_STYLE: Final = """
input { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 4px;
  padding: 3px 8px; width: 320px; max-width: 100%; margin: 2px 8px 8px 0; }
"""

_SCRIPT: Final = """
for (const box of document.querySelectorAll('.filter')) {
  const rows = [...document.getElementById(box.dataset.table).tBodies[0].rows];
  const input = box.querySelector('input'), output = box.querySelector('output');
  const look = () => {
    const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every(word => row.textContent.toLowerCase().includes(word));
    output.textContent = rows.filter(row => !row.hidden).length + ' of ' + rows.length;
  };
  input.addEventListener('input', look);
  box.hidden = false;
  look();
}
document.documentElement.dataset.ready = 'yes';
"""

_NUMBER: Final = re.compile(r"-?[0-9][0-9 ,.]*( %)?")
_FILTERED_FROM: Final = 12
"""Tables with fewer rows are seen at once."""


@dataclass(frozen=True)
class Table:
    """A table: the names of its columns and its rows; every cell is text, never markup."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A part of a page. `key` is its anchor; `picture` is SVG made by this program, `points` a list of sentences."""

    key: str
    title: str
    words: str = ""
    picture: str = ""
    points: tuple[str, ...] = ()
    table: Table | None = None


def page(title: str, words: str, sections: Sequence[Section]) -> str:
    """Return the whole page."""
    return document(title, _body(title, words, sections), style=_STYLE, script=_SCRIPT)


def _body(title: str, words: str, sections: Sequence[Section]) -> Iterator[str]:
    yield f'<header><h1>{said(title)}</h1><p class="faint">{said(words)}</p></header>'
    yield navigation((each.key, each.title) for each in sections)
    yield "<main>"
    for section in sections:
        key = said(section.key)
        yield f'<section id="{key}" aria-labelledby="{key}-title"><h2 id="{key}-title">{said(section.title)}</h2>'
        if section.words:
            yield f'<p class="faint">{said(section.words)}</p>'
        if section.picture:
            yield web_page.picture(section.picture, section.title)
        if section.points:
            yield f"<ul>{''.join(f'<li>{said(each)}</li>' for each in section.points)}</ul>"
        if section.table is not None:
            yield from _table(section, section.table)
        yield "</section>"
    yield "</main>"


def _table(section: Section, table: Table) -> Iterator[str]:
    name = f"table-{section.key}"
    if len(table.rows) >= _FILTERED_FROM:
        label = f"{section.title}: show rows with these words"
        yield f'<div class="filter" data-table="{said(name)}" hidden><input type="search" aria-label="{said(label)}" '
        yield 'placeholder="show rows with these words"><output></output></div>'
    numbers = frozenset(
        column
        for column in range(len(table.columns))
        if table.rows and all(_NUMBER.fullmatch(row[column]) for row in table.rows)
    )
    rows = ([said(cell) for cell in row] for row in table.rows)
    yield from web_page.table(section.title, table.columns, rows, numbers=numbers, hidden=True, key=name)
