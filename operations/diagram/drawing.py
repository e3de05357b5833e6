"""A scene as SVG: the fleet on top, the site on the left and the cloud on the right, the tunnels between them below.

Places follow from the scene alone, so the same scene gives the same text, byte for byte. Each text is cut to the room
that it has, and says all of itself to a pointer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree import ElementTree as Xml

from operations.diagram.scene import Box, Line, Look, Mark, Panel, Scene
from operations.drawing import (
    BAD,
    CAREFUL,
    FAINT,
    GOOD,
    INK,
    WHITE,
    canvas,
    finished,
    length,
    rectangle,
    text_width,
    write,
)

WIDTH: Final = 1200
_MARGIN: Final = 20
_GAP: Final = 12
_PAD: Final = 10
_HEAD: Final = 24
_ROW: Final = 16
_TEXT: Final = 11
_TITLE: Final = 12
_WIDE: Final = 400
"""A box that is wider has its lines in two columns."""
_SIDE: Final = (WIDTH - 2 * _MARGIN - 2 * _GAP) / 2
_LINE: Final = "#8593a1"
_GROUND: Final = {"fleet": "#f3eff8", "onprem": "#fbf5ec", "cloud": "#edf4fb", "vpn": "#f3f6f8"}
_EDGE: Final = {"fleet": "#b7a3cf", "onprem": "#d9bd8c", "cloud": "#9dbfdf", "vpn": "#b5c1cc"}
_BAND: Final[Mapping[Look, str]] = {
    Look.ADMIN: "#8a6d3b",
    Look.USER: "#a8632d",
    Look.GKE: "#2f6ea5",
    Look.OTHER: "#4f7a4c",
    Look.DEVICE: "#46525e",
    Look.TUNNEL: "#2f7d5b",
    Look.PLAIN: "#6b7785",
}
_MARKS: Final[Mapping[Mark, str]] = {Mark.ADDED: GOOD, Mark.REMOVED: BAD, Mark.CHANGED: CAREFUL}
_SIGNS: Final[Mapping[Mark, str]] = {Mark.ADDED: "+ ", Mark.REMOVED: "− ", Mark.CHANGED: "~ ", Mark.SAME: ""}  # noqa: RUF001  a minus sign is as wide as a plus
_TINTS: Final[Mapping[Mark, str]] = {Mark.ADDED: "#e3f5e7", Mark.REMOVED: "#fce8e6", Mark.CHANGED: "#fff1d6"}


def draw(scene: Scene) -> str:
    """Return the picture as SVG."""
    return _Picture(scene).text()


class _Picture:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._root = canvas()
        self._ground = Xml.SubElement(self._root, "g")
        self._lines = Xml.SubElement(self._root, "g", {"fill": "none", "stroke-width": "1.6"})
        self._front = Xml.SubElement(self._root, "g", {"fill": INK})

    def text(self) -> str:
        scene = self._scene
        write(self._front, _MARGIN, 28, scene.title, 18, weight="bold", room=WIDTH / 2)
        write(self._front, _MARGIN, 47, scene.subtitle, _TITLE, fill=FAINT, room=WIDTH - 2 * _MARGIN)
        if scene.compared_with:
            self._legend()
        y = self._fleet(60)
        y = self._sides(y + _GAP)
        y = self._vpn(y + _GAP) + _MARGIN
        return finished(self._root, WIDTH, y, title=f"{scene.title}: {scene.subtitle}")

    def _legend(self) -> None:
        words = [(Mark.ADDED, "added"), (Mark.CHANGED, "changed"), (Mark.REMOVED, "removed")]
        x = float(WIDTH - _MARGIN)
        for mark, word in reversed(words):
            text = f"{_SIGNS[mark]}{word}"
            x -= text_width(text, _TITLE) + 14
            write(self._front, x, 28, text, _TITLE, fill=_MARKS[mark], weight="bold", room=200)
        against = f"against {self._scene.compared_with}:"
        write(self._front, x - text_width(against, _TITLE) - 12, 28, against, _TITLE, fill=FAINT, room=300)

    def _area(self, x: float, y: float, width: float, height: float, *, name: str, title: str) -> None:
        self._rect(self._ground, x, y, width, height, fill=_GROUND[name], edge=_EDGE[name], radius=6)
        write(self._front, x + _PAD, y + 17, title, _TITLE, weight="bold", room=width - 2 * _PAD)

    def _fleet(self, y: float) -> float:
        boxes = self._scene.members
        across = 4 if len(boxes) > 3 else max(len(boxes), 1)
        inside = WIDTH - 2 * _MARGIN - 2 * _PAD
        height = _grid_height(boxes, across) + _HEAD + _PAD
        self._area(_MARGIN, y, WIDTH - 2 * _MARGIN, height, name="fleet", title=self._scene.fleet)
        self._grid(boxes, _MARGIN + _PAD, y + _HEAD, inside, across)
        return y + height

    def _sides(self, y: float) -> float:
        scene = self._scene
        tall = max(_panels_height(scene.onprem), _panels_height(scene.cloud)) + _HEAD + _PAD
        right = _MARGIN + _SIDE + 2 * _GAP
        for x, name, title, panels in (
            (_MARGIN, "onprem", scene.onprem_title, scene.onprem),
            (right, "cloud", scene.cloud_title, scene.cloud),
        ):
            self._area(x, y, _SIDE, tall, name=name, title=title)
            top = y + _HEAD
            for panel in panels:
                top = self._panel(panel, x + _PAD, top, _SIDE - 2 * _PAD) + _PAD
        return y + tall

    def _panel(self, panel: Panel, x: float, y: float, width: float) -> float:
        height = _panel_height(panel)
        colour = _MARKS.get(panel.mark, "#d3dae1")
        self._rect(self._ground, x, y, width, height, fill=WHITE, edge=colour, radius=4, mark=panel.mark)
        title = f"{_SIGNS[panel.mark]}{panel.title}"
        write(self._front, x + 8, y + 16, title, _TEXT, fill=_MARKS.get(panel.mark, FAINT), room=width - 16)
        self._grid(panel.boxes, x + 8, y + _HEAD, width - 16, _across(panel))
        return y + height

    def _grid(self, boxes: Sequence[Box], x: float, y: float, width: float, across: int) -> None:
        wide = (width - (across - 1) * _GAP) / across
        for start in range(0, len(boxes), across):
            row = boxes[start : start + across]
            tall = max(_box_height(box, across) for box in row)
            for number, box in enumerate(row):
                self._box(box, x + number * (wide + _GAP), y, wide, tall)
            y += tall + _PAD

    def _box(self, box: Box, x: float, y: float, width: float, height: float) -> None:
        colour = _BAND[box.look]
        self._rect(
            self._front, x, y, width, height, fill=WHITE, edge=_MARKS.get(box.mark, colour), radius=4, mark=box.mark
        )
        self._rect(self._front, x, y, 4, height, fill=_MARKS.get(box.mark, colour), edge="none", radius=2)
        title = f"{_SIGNS[box.mark]}{box.title}"
        fill = _MARKS.get(box.mark, colour)
        write(self._front, x + 12, y + 17, title, _TITLE, fill=fill, weight="bold", room=width - 18)
        lines = _shown(box)
        columns = 2 if width > _WIDE else 1
        rows, wide = _rows(box, columns), width / columns
        for number, line in enumerate(lines):
            left, top = x + number // rows * wide, y + _HEAD + number % rows * _ROW
            if line.mark is not Mark.SAME:
                tint = _TINTS[line.mark]
                self._rect(self._front, left + 8, top - 1, wide - 12, _ROW - 1, fill=tint, edge="none", radius=2)
            text, gone = f"{_SIGNS[line.mark]}{line.text}", line.mark is Mark.REMOVED
            colour = _MARKS.get(line.mark, "")
            write(self._front, left + 12, top + 11, text, _TEXT, fill=colour, room=wide - 18, struck=gone)

    def _vpn(self, y: float) -> float:
        scene = self._scene
        columns = (_SIDE * 0.57, 330.0, _SIDE * 0.57)
        inside = WIDTH - 2 * _MARGIN - 2 * _PAD
        left = _MARGIN + _PAD
        middle = left + (inside - columns[1]) / 2
        right = left + inside - columns[2]
        links = [link.box for link in scene.links]
        height = max(_stack_height(each) for each in (scene.devices, links, scene.interfaces)) + _HEAD + _PAD
        title = "Between the site and the VPC: devices, tunnels, gateway"
        self._area(_MARGIN, y, WIDTH - 2 * _MARGIN, height, name="vpn", title=title)
        places: dict[str, tuple[float, float]] = {}
        for boxes, x, width in (
            (scene.devices, left, columns[0]),
            (links, middle, columns[1]),
            (scene.interfaces, right, columns[2]),
        ):
            # Shorter stacks stand in the middle of the tallest one.
            top = y + _HEAD + (height - _HEAD - _PAD - _stack_height(boxes)) / 2
            for box in boxes:
                self._box(box, x, top, width, _box_height(box))
                places[box.key] = (top, top + _box_height(box))
                top += _box_height(box) + _PAD
        for link in scene.links:
            colour = _MARKS.get(link.box.mark, _BAND[Look.TUNNEL] if link.up else _LINE)
            own = sum(places[link.box.key]) / 2
            if link.device in places:
                here = (left + columns[0], sum(places[link.device]) / 2)
                self._curve(here, (middle, own), colour, up=link.up)
            if link.interface in places:
                there = (right, sum(places[link.interface]) / 2)
                self._curve((middle + columns[1], own), there, colour, up=link.up)
        return y + height

    def _curve(self, start: tuple[float, float], end: tuple[float, float], colour: str, *, up: bool) -> None:
        (x1, y1), (x2, y2) = start, end
        half = length((x1 + x2) / 2)
        middle = f"{half} {length(y1)} {half} {length(y2)}"
        given = {"d": f"M{length(x1)} {length(y1)} C{middle} {length(x2)} {length(y2)}", "stroke": colour}
        Xml.SubElement(self._lines, "path", given if up else {**given, "stroke-dasharray": "4 4"})

    def _rect(
        self,
        under: Xml.Element,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str,
        edge: str,
        radius: float,
        mark: Mark = Mark.SAME,
    ) -> None:
        others: dict[str, str | float] = {"rx": radius, "stroke": edge}
        if mark is not Mark.SAME:
            others["stroke-width"] = 2
        if mark is Mark.REMOVED:
            others["stroke-dasharray"] = "5 4"
        rectangle(under, x, y, width, height, fill=fill, **others)


def _shown(box: Box) -> list[Line]:
    """Return the lines to write: what a changed one said before stands over it, as gone."""
    found: list[Line] = []
    for line in box.lines:
        if line.mark is Mark.CHANGED:
            found.append(Line(f"{line.key}/was", line.was, Mark.REMOVED))
        found.append(line)
    return found


def _rows(box: Box, columns: int) -> int:
    return max(-(-len(_shown(box)) // columns), 1)


def _across(panel: Panel) -> int:
    return min(2, max(len(panel.boxes), 1))


def _box_height(box: Box, across: int = 2) -> float:
    """Return how high a box is; one that stands alone in its row is wide, and has its lines in two columns."""
    return _HEAD + _rows(box, 2 if across == 1 else 1) * _ROW + 5


def _stack_height(boxes: Sequence[Box]) -> float:
    return sum(_box_height(box) + _PAD for box in boxes) - (_PAD if boxes else 0)


def _grid_height(boxes: Sequence[Box], across: int) -> float:
    rows = [boxes[start : start + across] for start in range(0, len(boxes), across)]
    return sum(max(_box_height(box, across) for box in row) + _PAD for row in rows) - (_PAD if rows else 0)


def _panel_height(panel: Panel) -> float:
    return _HEAD + _grid_height(panel.boxes, _across(panel)) + (8 if panel.boxes else 0)


def _panels_height(panels: Sequence[Panel]) -> float:
    return sum(_panel_height(panel) + _PAD for panel in panels) - (_PAD if panels else 0)
