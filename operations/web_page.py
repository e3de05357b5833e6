"""What every page of HTML shares: one file that loads nothing, light and dark, for paper, a phone and a screen reader.

A content security policy names the page's own style, and its own script where it has one, by their hash
(https://www.w3.org/TR/CSP3/#grammardef-hash-source): a browser asks for nothing and runs nothing else, whatever text
came into the page. All text goes through `said`, which also writes out characters that do not print: a name can turn
neither markup nor the direction of what follows.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from operations.drawing import FONT

STYLE: Final = f"""
:root {{ color-scheme: light dark; --ink: #1f2933; --faint: #4f5b67; --ground: #ffffff; --panel: #f5f7fa;
  --line: #d6dde4;
  --link: #1f5f95; --bad: #a3221b; --good: #176b30; --careful: #8a4f00; --bad-ground: #fdeeec; --good-ground: #e9f6ec;
  --careful-ground: #fff5e0; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #e4e9ee; --faint: #a9b4bf; --ground: #14181d; --panel: #1d232a;
  --line: #38424d; --link: #85bdf0; --bad: #ff9d94; --good: #74d68c; --careful: #f2b95a; --bad-ground: #37191a;
  --good-ground: #14301d; --careful-ground: #35270f; }}
  .picture svg {{ filter: invert(0.91) hue-rotate(180deg); }} }}
* {{ box-sizing: border-box; }}
html {{ -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }}
@media (prefers-reduced-motion: reduce) {{ html {{ scroll-behavior: auto; }} }}
body {{ font: 15px/1.5 {FONT}; color: var(--ink); background: var(--ground); margin: 0 auto; max-width: 1240px;
  padding: 18px 20px 64px; overflow-wrap: break-word; }}
h1 {{ font-size: 24px; line-height: 1.25; margin: 6px 0 4px; }} h2 {{ font-size: 19px; margin: 40px 0 8px; }}
h3 {{ font-size: 16px; margin: 24px 0 6px; }} h1, h2, h3 {{ overflow-wrap: anywhere; }}
p {{ margin: 4px 0 10px; }} .faint {{ color: var(--faint); }}
a {{ color: var(--link); }} nav ul {{ list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0;
  margin: 12px 0 0; }}
:focus-visible {{ outline: 3px solid var(--link); outline-offset: 2px; }}
ul, ol {{ margin: 4px 0 10px; padding-left: 24px; }} li {{ margin: 3px 0; overflow-wrap: anywhere; }}
code, pre {{ font: 13px/1.45 'DejaVu Sans Mono', Menlo, Consolas, monospace; }} pre {{ background: var(--panel);
  border: 1px solid var(--line); border-radius: 6px; padding: 8px 10px; margin: 6px 0; white-space: pre-wrap;
  overflow-wrap: anywhere; }}
summary {{ cursor: pointer; padding: 3px 0; }} details > :not(summary) {{ margin-left: 16px; }}
.scroll {{ overflow-x: auto; }} .picture svg {{ display: block; max-width: 100%; height: auto; border-radius: 6px; }}
.picture {{ border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; margin: 6px 0; }}
table {{ border-collapse: collapse; width: 100%; font-size: 14px; }} caption {{ text-align: left; color: var(--faint);
  padding: 2px 0 6px; }}
th, td {{ text-align: left; padding: 5px 10px 5px 0; vertical-align: top; border-bottom: 1px solid var(--line); }}
thead th {{ color: var(--faint); font-weight: 600; overflow-wrap: normal; background: var(--ground); }}
td {{ overflow-wrap: anywhere; }} td:first-child {{ min-width: 10em; }}
  td.number, th.number {{ text-align: right; white-space: nowrap; }}
tr[hidden] {{ display: none; }}
.hidden {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }}
@media (max-width: 640px) {{ body {{ padding: 12px 14px 48px; }} .picture svg {{ width: 940px; max-width: none; }}
  .scroll table {{ min-width: 720px; }} h1 {{ font-size: 21px; }} }}
@media print {{ :root {{ color-scheme: light; --ink: #000; --faint: #333; --ground: #fff; --panel: #fff; --line: #999;
  --link: #000; --bad: #8c1d18; --good: #14532d; --careful: #6b3d00; --bad-ground: #fff; --good-ground: #fff;
  --careful-ground: #fff; }} body {{ font-size: 11pt; max-width: none; padding: 0; }} nav, .filter {{ display: none; }}
  .picture svg {{ filter: none; width: 100%; max-width: 100%; }} .picture, .scroll {{ overflow: visible; }}
  details::details-content {{ content-visibility: visible; }} tr, li, figure, article {{ break-inside: avoid; }}
  h2, h3, summary {{ break-after: avoid; }} }}
"""


def said(text: object) -> str:
    """Return a text that is nothing but text in a page: no markup, and what does not print is written out."""
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in " ".join(str(text).split()))
    return escape(shown)


def document(title: str, body: Iterable[str], *, style: str = "", script: str = "") -> str:
    """Return a whole page. `body` is markup, made with `said`; `style` is added to the shared one."""
    whole = STYLE + style
    policy = f"default-src 'none'; style-src {_hash(whole)}; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src {_hash(script)}"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{said(title)}</title>",
            f"<style>{whole}</style></head>",
            "<body>",
            *body,
            *([f"<script>{script}</script>"] if script else []),
            "</body></html>",
            "",
        ]
    )


def navigation(links: Iterable[tuple[str, str]]) -> str:
    """Return links to parts of the page, each an anchor and its words."""
    items = "".join(f'<li><a href="#{said(anchor)}">{said(words)}</a></li>' for anchor, words in links)
    return f'<nav aria-label="parts of this page"><ul>{items}</ul></nav>'


def picture(svg: str, label: str) -> str:
    """Return a picture made by this program, in a frame that scrolls by itself where it is wider than the page."""
    return f'<div class="picture" role="region" aria-label="{said(label)}" tabindex="0">{svg.strip()}</div>'


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: frozenset[int] = frozenset(),
    hidden: bool = False,
    key: str = "",
    named: bool = False,
) -> Iterator[str]:
    """Give a table. Cells are markup, made with `said`; the rest is text.

    numbers: columns that stand on the right. hidden: the caption is for a screen reader alone. key: its anchor.
    named: the first cell of a row is its heading.
    """
    about = f' id="{said(key)}"' if key else ""
    unseen = ' class="hidden"' if hidden else ""
    yield f'<div class="scroll" role="region" aria-label="{said(caption)}" tabindex="0">'
    yield f"<table{about}><caption{unseen}>{said(caption)}</caption>"
    heads = "".join(f'<th scope="col"{_right(place, numbers)}>{said(each)}</th>' for place, each in enumerate(columns))
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for row in rows:
        cells = (
            f'<th scope="row">{cell}</th>' if named and place == 0 else f"<td{_right(place, numbers)}>{cell}</td>"
            for place, cell in enumerate(row)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _right(column: int, numbers: frozenset[int]) -> str:
    return ' class="number"' if column in numbers else ""


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
