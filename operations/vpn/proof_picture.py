"""The picture of a proof as SVG: the links on top, and below a row for each loss with what still carries traffic.

A column is a tunnel or an attachment. A filled cell is one that carries traffic both ways, a half-filled one of one
direction only, an empty one that is up and on standby, a cross one that is lost. The bar is what the links in use to
the sites carry, the line through all bars the stated peak. The same proof gives the same text, byte for byte.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as Xml

from model.planning.bgp.network import Down
from model.planning.bgp.proof import Direction, Proof, State
from operations.drawing import BAND, FAINT, INK, canvas, finished, length, rectangle, text_width, write
from operations.vpn.proof_text import short, summary

_MARGIN: Final = 20
_LABELS: Final = 300
_ROW: Final = 24
_CELL: Final = 18
_STEP: Final = 88
_BAR: Final = 220
_AFTER: Final = 120
_NARROWEST: Final = 900
"""Room for the headline and the legend."""
_HEAD: Final = 64
_TEXT: Final = 12
_SMALL: Final = 11
_USED: Final = "#2f7d5b"
_LOST: Final = "#c8442b"
_COLOURS: Final = {"holds": _USED, "short": "#d08a1d", "cut": _LOST, "beyond": FAINT}


def draw(proof: Proof) -> str:
    """Return the picture as SVG."""
    return _Picture(proof).text()


class _Picture:
    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        links = proof.topology.links
        self._columns = {
            name: _MARGIN + _LABELS + _STEP * number
            for number, name in enumerate(sorted(links, key=lambda each: (links[each].kind.value, each)))
        }
        self._bars = _MARGIN + _LABELS + _STEP * len(links) + 20
        self._width = max(self._bars + _BAR + _AFTER, _NARROWEST)
        self._scale = _BAR / max(proof.intact.kpps, proof.peak_kpps, 1)
        self._root = canvas()
        self._back = Xml.SubElement(self._root, "g")
        self._front = Xml.SubElement(self._root, "g")
        self._texts = Xml.SubElement(self._root, "g", {"fill": INK})

    def text(self) -> str:
        proof = self._proof
        title, _, rest = summary(proof).partition("; ")
        write(self._texts, _MARGIN, 26, title, 16, weight="bold")
        write(self._texts, _MARGIN, 46, rest, _TEXT, fill=FAINT)
        top = self._headings(_HEAD)
        first = top
        self._row(
            "nothing lost", proof.intact, Down(), "holds" if self._fits(proof.intact) else "short", top, shaded=True
        )
        top += _ROW
        for number, judged in enumerate(proof.singles):
            verdict = "beyond" if judged.beyond else judged.verdict
            self._row(str(judged.loss), judged.state, judged.loss.down, verdict, top, shaded=number % 2 == 1)
            top += _ROW
        self._peak(first, top)
        height = self._legend(top + 14)
        return finished(self._root, self._width, height, title=summary(proof))

    def _fits(self, state: State) -> bool:
        return not state.cut and state.kpps >= self._proof.peak_kpps

    def _headings(self, top: float) -> float:
        """Write above each column which two ends its link joins, and with which MED."""
        for name, x in self._columns.items():
            link = self._proof.topology.links[name]
            here = f"domain {link.edge}" if link.edge is not None else f"interface {link.interface}"
            for number, line in enumerate((short(name), here, link.far, f"MED {link.priority}")):
                weight = "bold" if number == 0 else ""
                write(self._texts, x + _CELL / 2, top + 14 * (number + 1), line, _SMALL, weight=weight, anchor="middle")
        write(self._texts, self._bars, top + 56, "kpps in use", _SMALL, fill=FAINT)
        return top + 66

    def _row(self, label: str, state: State, down: Down, verdict: str, top: float, *, shaded: bool) -> None:
        if shaded:
            rectangle(self._back, 0, top, self._width, _ROW, fill=BAND)
        write(self._texts, _MARGIN, top + 16, label, _TEXT)
        there, back = state.used(Direction.TO_SITES), state.used(Direction.TO_CLOUD)
        for name, x in self._columns.items():
            self._cell(x, top + 3, lost=self._lost(name, down), there=name in there, back=name in back)
        colour = _COLOURS[verdict]
        rectangle(self._front, self._bars, top + 6, state.kpps * self._scale, _ROW - 12, fill=colour)
        write(self._texts, self._bars + _BAR + 8, top + 16, f"{state.kpps}", _SMALL, fill=FAINT)
        write(self._texts, self._bars + _BAR + 46, top + 16, verdict, _SMALL, fill=colour, weight="bold")

    def _lost(self, link: str, down: Down) -> bool:
        ends = {end.speaker for end in self._proof.topology.network.sessions[link].ends}
        return link in down.sessions or bool(ends & down.speakers)

    def _cell(self, x: float, y: float, *, lost: bool, there: bool, back: bool) -> None:
        if there or back:
            half = _CELL if there and back else _CELL / 2
            rectangle(self._front, x if there else x + _CELL / 2, y, half, _CELL, fill=_USED)
        rectangle(self._front, x, y, _CELL, _CELL, fill="none", stroke=_LOST if lost else _USED, stroke_width=1.5, rx=3)
        if lost:
            for one, other in ((x + 4, x + _CELL - 4), (x + _CELL - 4, x + 4)):
                line = {"x1": length(one), "y1": length(y + 4), "x2": length(other), "y2": length(y + _CELL - 4)}
                Xml.SubElement(self._front, "line", line | {"stroke": _LOST, "stroke-width": "1.5"})

    def _peak(self, top: float, bottom: float) -> None:
        x = self._bars + self._proof.peak_kpps * self._scale
        line = {"x1": length(x), "x2": length(x), "y1": length(top), "y2": length(bottom)}
        Xml.SubElement(self._front, "line", line | {"stroke": INK, "stroke-dasharray": "3 3"})
        write(self._texts, x, bottom + 14, f"peak {self._proof.peak_kpps}", _SMALL, anchor="middle")

    def _legend(self, top: float) -> float:
        x = float(_MARGIN)
        for text, lost, there, back in (
            ("carries both ways", False, True, True),
            ("to the sites only", False, True, False),
            ("to the cloud only", False, False, True),
            ("standby", False, False, False),
            ("lost", True, False, False),
        ):
            self._cell(x, top + 12, lost=lost, there=there, back=back)
            write(self._texts, x + _CELL + 6, top + 25, text, _SMALL, fill=FAINT)
            x += _CELL + 24 + text_width(text, _SMALL)
        return top + 12 + _CELL + _MARGIN
