"""The matrix as a picture: a row for each principal, a column for each target, darker the more is held.

A square is split where something is had on request only. The same matrix gives the same text, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as Xml

from model.planning.questions.words import short_name
from operations.drawing import FAINT, GRID, INK, canvas, cut, finished, rectangle, write

if TYPE_CHECKING:
    from model.planning.questions.matrix import Matrix
    from model.planning.questions.rights import Right

_LABELS: Final = 420
_CELL: Final = 16
_MARGIN: Final = 20
_HEAD: Final = 250
_TITLE: Final = 24
_TEXT: Final = 11
_SMALL: Final = 9
_STANDING: Final = ("#c9dcec", "#9cbfdc", "#6f9fc8", "#4a7fae", "#2f5f8a")
"""One right, two, three, up to five, more."""
_STEPS: Final = (1, 2, 3, 5)
_REQUEST: Final = "#e0803a"
_LEGEND: Final = "blue: standing, darker the more rights (1, 2, 3, up to 5, more); orange: on request"


def draw(matrices: Sequence[Matrix]) -> str:
    """Return the picture of several environments below each other as SVG."""
    root = canvas()
    width, top = 0, _MARGIN
    for each in matrices:
        top += _Panel(root, each, top).height + _MARGIN
        width = max(width, 2 * _MARGIN + _LABELS + _CELL * len(each.targets) + 60)
    return finished(root, width, top, title=f"who has what in {', '.join(each.environment for each in matrices)}")


class _Panel:
    """One environment's squares, with their names on the left and above."""

    def __init__(self, root: Xml.Element, found: Matrix, top: int) -> None:
        self._root = root
        self._found = found
        self._left = _MARGIN + _LABELS
        self._first = top + _TITLE + _HEAD
        self.height = _TITLE + _HEAD + _CELL * len(found.principals)
        write(self._root, _MARGIN, top + 16, f"{found.environment}: who has what", 15, fill=INK, weight="bold")
        write(self._root, _MARGIN, top + 34, _LEGEND, _TEXT, fill=FAINT)
        for number, target in enumerate(found.targets):
            self._column(number, target)
        for number, principal in enumerate(found.principals):
            self._row(number, principal)

    def _column(self, number: int, target: str) -> None:
        x, y = self._left + number * _CELL + 11, self._first - 6
        turned = {"transform": f"rotate(-60 {x} {y})", "x": str(x), "y": str(y), "font-size": str(_SMALL), "fill": INK}
        Xml.SubElement(self._root, "text", turned).text = cut(target, _SMALL, 260)

    def _row(self, number: int, principal: str) -> None:
        y = self._first + number * _CELL
        write(self._root, _MARGIN, y + 12, short_name(principal), _TEXT, fill=INK, room=_LABELS - 10)
        for place, target in enumerate(self._found.targets):
            self._square(self._left + place * _CELL, y, self._found.cells.get((principal, target), ()))

    def _square(self, x: int, y: int, held: Sequence[Right]) -> None:
        standing = [right for right in held if right.request is None]
        asked = [right for right in held if right.request is not None]
        fill = _shade(len(standing)) if standing else _REQUEST if asked else "none"
        square = rectangle(self._root, x, y, _CELL, _CELL, fill=fill, stroke=GRID)
        if held:
            Xml.SubElement(square, "title").text = "\n".join(
                f"{each.role} on {each.where}, {each.how}" for each in held
            )
        if standing and asked:
            corner = f"M{x + _CELL} {y + _CELL} h-{_CELL // 2} l{_CELL // 2} -{_CELL // 2} z"
            Xml.SubElement(self._root, "path", {"d": corner, "fill": _REQUEST})


def _shade(number: int) -> str:
    return _STANDING[next((place for place, most in enumerate(_STEPS) if number <= most), len(_STEPS))]
