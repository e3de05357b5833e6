"""The matrix as a page and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from model.planning.questions.rights import Right
from model.planning.questions.words import denial, named, places, short_name

if TYPE_CHECKING:
    from model.planning.questions.matrix import Matrix

COLUMNS: Final = (
    *("environment", "principal", "kind", "role", "resource", "namespace", "entitlement", "longest_seconds"),
    *("approvals", "condition", "team", "made_here", "machine", "reason", "written_at"),
)

_HEAD: Final = """\
# Who has what

Everything that the program grants, and what exists before it first runs. The same list makes the grants.
"""


def page(matrices: Sequence[Matrix]) -> str:
    """Return the matrix as Markdown, a section for each environment."""
    return "\n".join([_HEAD, *(line for each in matrices for line in _section(each))]) + "\n"


def _section(found: Matrix) -> Iterator[str]:
    yield f"## {found.environment}"
    yield ""
    yield "| who | has | on | how | why | written at |"
    yield "|---|---|---|---|---|---|"
    for right in found.rights:
        cells = (short_name(right.principal), right.role, right.where, right.how, right.reason, places([right]))
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
    yield ""
    if found.denials:
        yield "Whatever roles anybody has:"
        yield ""
        yield from (f"- {denial(plan)}" for plan in found.denials)
        yield ""
    if found.withheld:
        yield "Waiting until the directory has the group:"
        yield ""
        yield from (f"- {named(f'group:{each.group}')}: {each.what}" for each in found.withheld)
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def csv_text(matrices: Sequence[Matrix]) -> str:
    """Return a line for each right, with the names of the columns first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for found in matrices:
        writer.writerows(_line(right) for right in found.rights)
    return text.getvalue()


def _line(right: Right) -> tuple[object, ...]:
    request = right.request
    return (
        *(right.environment, _plain(right.principal), right.kind.value, right.role, right.resource),
        *(right.namespace or "", request.entitlement if request else ""),
        int(request.longest.total_seconds()) if request else "",
        "; ".join("|".join(level) for level in request.levels) if request else "",
        right.condition.expression if right.condition else "",
        right.team or "",
        "yes" if right.made_here else "no",
        "yes" if right.machine else "no",
        _plain(right.reason),
        places([right]),
    )


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
