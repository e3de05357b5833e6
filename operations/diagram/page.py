"""A page of HTML in one file: pictures and tables, no network, readable in a browser, on paper and by a screen reader.

Nothing is loaded: a content security policy says so to the browser. The script only hides rows that lack what is
typed; without it the whole page is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

_STYLE: Final = """
body { font: 14px/1.45 'DejaVu Sans', Verdana, Arial, sans-serif; color: #1f2933; background: #fff; margin: 0 auto;
  max-width: 1240px; padding: 16px 20px 60px; }
h1 { font-size: 22px; margin: 8px 0 2px; } h2 { font-size: 17px; margin: 34px 0 6px; }
p { margin: 4px 0 10px; color: #46525e; } nav a { margin-right: 16px; color: #2f6ea5; }
svg { max-width: 100%; height: auto; border: 1px solid #d3dae1; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th { text-align: left; background: #f3f6f8; position: sticky; top: 0; } td, th { padding: 4px 8px; vertical-align: top;
  border-bottom: 1px solid #e3e8ec; overflow-wrap: anywhere; } td.number, th.number { text-align: right;
  white-space: nowrap; } tr[hidden] { display: none; }
input { font: inherit; padding: 3px 8px; width: 320px; margin: 2px 8px 8px 0; }
li { margin: 2px 0; }
@media print { nav, .filter { display: none; } th { position: static; } tr { break-inside: avoid; } }
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

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
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
    return "\n".join(_lines(title, words, sections)) + "\n"


def _lines(title: str, words: str, sections: Sequence[Section]) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(title)}</title>"
    yield f"<style>{_STYLE}</style></head>"
    yield f"<body><h1>{escape(title)}</h1><p>{escape(words)}</p>"
    links = "".join(f'<a href="#{escape(each.key)}">{escape(each.title)}</a>' for each in sections)
    yield f"<nav>{links}</nav>"
    for section in sections:
        yield f'<section id="{escape(section.key)}"><h2>{escape(section.title)}</h2>'
        if section.words:
            yield f"<p>{escape(section.words)}</p>"
        if section.picture:
            yield section.picture
        if section.points:
            yield f"<ul>{''.join(f'<li>{escape(each)}</li>' for each in section.points)}</ul>"
        if section.table is not None:
            yield from _table(section.key, section.table)
        yield "</section>"
    yield f"<script>{_SCRIPT}</script></body></html>"


def _table(key: str, table: Table) -> Iterator[str]:
    name = f"table-{escape(key)}"
    if len(table.rows) >= _FILTERED_FROM:
        yield f'<div class="filter" data-table="{name}" hidden><input type="search" aria-label="show rows with" '
        yield 'placeholder="show rows with these words"><output></output></div>'
    numbers = {
        column
        for column in range(len(table.columns))
        if table.rows and all(_NUMBER.fullmatch(row[column]) for row in table.rows)
    }
    yield f'<table id="{name}"><thead><tr>{"".join(_cells("th", table.columns, numbers))}</tr></thead><tbody>'
    for row in table.rows:
        yield f"<tr>{''.join(_cells('td', row, numbers))}</tr>"
    yield "</tbody></table>"


def _cells(tag: str, cells: Sequence[str], numbers: set[int]) -> Iterator[str]:
    for column, cell in enumerate(cells):
        kind = ' class="number"' if column in numbers else ""
        yield f"<{tag}{kind}>{escape(cell)}</{tag}>"
