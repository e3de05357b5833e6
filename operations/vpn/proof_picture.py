"""The picture of a proof as SVG: the tunnels on top, and below a row for each loss with what still carries traffic.

A filled cell is a tunnel that carries traffic both ways, a half-filled one of one direction only, an empty one a tunnel
that is up and on standby, a cross one that is lost. The bar is what the tunnels in use carry, the line through all bars
the stated peak. Colours and sizes are stated here alone; the same proof gives the same text, byte for byte.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as Xml

from model.planning.bgp.network import Down
from model.planning.bgp.proof import Direction, Proof, State
from operations.vpn.proof_text import summary

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
_FONT: Final = "'DejaVu Sans', Verdana, Arial, sans-serif"
_INK: Final = "#1f2933"
_FAINT: Final = "#6b7785"
_BAND: Final = "#f5f7fa"
_LINE: Final = "#c3ccd6"
_USED: Final = "#2f7d5b"
_LOST: Final = "#c8442b"
_COLOURS: Final = {"holds": _USED, "short": "#d08a1d", "cut": _LOST, "beyond": _FAINT}


def draw(proof: Proof) -> str:
    """Return the picture as SVG."""
    return _Picture(proof).text()


class _Picture:
    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        self._tunnels = sorted(proof.topology.tunnels)
        self._columns = {name: _MARGIN + _LABELS + _STEP * number for number, name in enumerate(self._tunnels)}
        self._bars = _MARGIN + _LABELS + _STEP * len(self._tunnels) + 20
        self._width = max(self._bars + _BAR + _AFTER, _NARROWEST)
        self._scale = _BAR / max(proof.intact.kpps, proof.peak_kpps, 1)
        self._root = Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": _FONT})
        self._back = Xml.SubElement(self._root, "g")
        self._front = Xml.SubElement(self._root, "g")
        self._texts = Xml.SubElement(self._root, "g", {"fill": _INK})

    def text(self) -> str:
        proof = self._proof
        title, _, rest = summary(proof).partition("; ")
        self._write(_MARGIN, 26, title, 16, weight="bold")
        self._write(_MARGIN, 46, rest, _TEXT, fill=_FAINT)
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
        size = {"width": str(self._width), "height": _number(height), "viewBox": f"0 0 {self._width} {_number(height)}"}
        self._root.attrib.update(size)
        self._root.insert(0, Xml.Element("rect", {"width": "100%", "height": "100%", "fill": "#ffffff"}))
        Xml.indent(self._root, " ")
        return Xml.tostring(self._root, encoding="unicode") + "\n"

    def _fits(self, state: State) -> bool:
        return not state.cut and state.kpps >= self._proof.peak_kpps

    def _headings(self, top: float) -> float:
        """Write above each column which two ends its tunnel joins, and with which MED."""
        sessions = self._proof.topology.network.sessions
        router = self._proof.topology.router
        for name, x in self._columns.items():
            session = sessions[name]
            lines = (name.partition("-")[0], f"interface {session.task}", session.far(router).speaker)
            for number, line in enumerate((*lines, f"MED {session.near(router).med}")):
                weight = "bold" if number == 0 else ""
                self._write(x + _CELL / 2, top + 14 * (number + 1), line, _SMALL, weight=weight, anchor="middle")
        self._write(self._bars, top + 56, "kpps in use", _SMALL, fill=_FAINT)
        return top + 66

    def _row(self, label: str, state: State, down: Down, verdict: str, top: float, *, shaded: bool) -> None:
        if shaded:
            self._box(self._back, 0, top, width=self._width, height=_ROW, fill=_BAND)
        self._write(_MARGIN, top + 16, label, _TEXT)
        there, back = state.used(Direction.TO_SITES), state.used(Direction.TO_CLOUD)
        for name, x in self._columns.items():
            self._cell(x, top + 3, lost=self._lost(name, down), there=name in there, back=name in back)
        colour = _COLOURS[verdict]
        self._box(self._front, self._bars, top + 6, width=state.kpps * self._scale, height=_ROW - 12, fill=colour)
        self._write(self._bars + _BAR + 8, top + 16, f"{state.kpps}", _SMALL, fill=_FAINT)
        self._write(self._bars + _BAR + 46, top + 16, verdict, _SMALL, fill=colour, weight="bold")

    def _lost(self, tunnel: str, down: Down) -> bool:
        ends = {end.speaker for end in self._proof.topology.network.sessions[tunnel].ends}
        return tunnel in down.sessions or bool(ends & down.speakers)

    def _cell(self, x: float, y: float, *, lost: bool, there: bool, back: bool) -> None:
        frame = {"stroke": _LOST if lost else _USED, "stroke-width": "1.5", "fill": "none", "rx": "3"}
        box = {"x": _number(x), "y": _number(y), "width": str(_CELL), "height": str(_CELL)}
        if there or back:
            half = _CELL if there and back else _CELL / 2
            self._box(self._front, x if there else x + _CELL / 2, y, width=half, height=_CELL, fill=_USED)
        Xml.SubElement(self._front, "rect", box | frame)
        if lost:
            for one, other in ((x + 4, x + _CELL - 4), (x + _CELL - 4, x + 4)):
                line = {"x1": _number(one), "y1": _number(y + 4), "x2": _number(other), "y2": _number(y + _CELL - 4)}
                Xml.SubElement(self._front, "line", line | {"stroke": _LOST, "stroke-width": "1.5"})

    def _peak(self, top: float, bottom: float) -> None:
        x = self._bars + self._proof.peak_kpps * self._scale
        line = {"x1": _number(x), "x2": _number(x), "y1": _number(top), "y2": _number(bottom)}
        Xml.SubElement(self._front, "line", line | {"stroke": _INK, "stroke-dasharray": "3 3"})
        self._write(x, bottom + 14, f"peak {self._proof.peak_kpps}", _SMALL, anchor="middle")

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
            self._write(x + _CELL + 6, top + 25, text, _SMALL, fill=_FAINT)
            x += _CELL + 24 + len(text) * _SMALL * 0.62
        return top + 12 + _CELL + _MARGIN

    def _box(self, parent: Xml.Element, x: float, y: float, *, width: float, height: float, fill: str) -> None:
        box = {"x": _number(x), "y": _number(y), "width": _number(width), "height": _number(height), "fill": fill}
        Xml.SubElement(parent, "rect", box)

    def _write(
        self, x: float, y: float, text: str, size: int, *, fill: str = "", weight: str = "", anchor: str = ""
    ) -> None:
        given = {"x": _number(x), "y": _number(y), "font-size": str(size)}
        given |= {"fill": fill} if fill else {}
        given |= {"font-weight": weight} if weight else {}
        given |= {"text-anchor": anchor} if anchor else {}
        Xml.SubElement(self._texts, "text", given).text = text


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
