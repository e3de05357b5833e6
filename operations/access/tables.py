"""Tables on the terminal, all in one manner."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from operations.console import colours

_WIDTH = 180
"""Columns where the output is no terminal."""


def show(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table with a title above it."""
    from rich.console import Console
    from rich.table import Table

    console = Console(
        no_color=not colours(sys.stdout),
        highlight=False,
        markup=False,
        width=None if sys.stdout.isatty() else _WIDTH,
    )
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)
    console.print()
