"""The edits that take the next ring one step on, made in its stack files and nowhere else in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from model.estate import Estate
from model.planning.promotion.blockers import ON_PREM
from model.planning.promotion.status import Row, State, Status
from model.planning.upgrades.edits import Edit, EditRefusedError, edited
from operations.upgrade.writing import broken


@dataclass(frozen=True)
class Next:
    """What comes next: for the environments of a ring, the rows that may move, and the edits of their files."""

    environments: tuple[str, ...]
    rows: tuple[Row, ...]
    edits: tuple[tuple[str, tuple[Edit, ...]], ...]
    """The stack file of each environment, and its edits."""
    by_hand: tuple[str, ...]
    """What may move and no edit of one value can bring."""


def next_of(estate: Estate, status: Status, environment: str | None = None) -> Next | None:
    """Return the first ring with something that may move, or the ring of `environment`; None where nothing may."""
    for names in status.rings:
        if environment is not None and environment not in names:
            continue
        rows = [row for name in names for row in status.of(name) if row.state is State.MAY_MOVE]
        if rows:
            return _next(estate, status, names, rows)
    return None


def _next(estate: Estate, status: Status, names: tuple[str, ...], rows: list[Row]) -> Next:
    found: list[tuple[str, tuple[Edit, ...]]] = []
    by_hand: list[str] = []
    for name in names:
        mine = [row for row in rows if row.environment == name]
        if any(row.slot.kind in ON_PREM for row in mine) and name in status.plans:
            step = status.plans[name].steps[0]
            if step.edits:
                found.append((estate.environments[name].source.file, step.edits))
            else:
                by_hand.append(
                    f"{name}: {step.move.act.value} {step.move.name} is gkectl's, its file says what to edit"
                )
        by_hand += [
            f"{name}: {row.slot} to {row.target}: {_HOW.get(row.slot.kind.value, 'edit the stack file')}"
            for row in mine
            if row.slot.kind not in ON_PREM
        ]
    return Next(names, tuple(rows), tuple(found), tuple(by_hand))


_HOW = {
    "image": "name the template in onprem.vsphere.content_library.templates and in onprem.workstation.template",
    "program": "merge that revision, and let the pipeline bring it",
}


def write(root: Path, coming: Next, today: date) -> tuple[str, ...]:
    """Make the edits of `coming` in the files below `root`, all or none; return them as lines.

    Raises `EditRefusedError` where a file is not as it was read, or where the check would find an error that it did not
    find before; the files are then as they were.
    """
    texts = {
        file: edited((root / file).read_text(encoding="utf-8"), edits, root / file) for file, edits in coming.edits
    }
    if not texts:
        raise EditRefusedError("nothing of what may move is an edit of one value")
    worse = sorted(message for _, message in broken(root, texts=texts, today=today) - broken(root, today=today))
    if worse:
        raise EditRefusedError(f"the files would break a rule: {worse[0]}")
    for file, text in texts.items():
        (root / file).write_text(text, encoding="utf-8")
    return tuple(str(edit) for _, edits in coming.edits for edit in edits)
