"""What every picture shares: font, ink, how wide a text is taken to be, and how SVG is begun, written on and ended.

Numbers are written shortest and nothing depends on a clock, so a picture of the same thing is the same text, byte for
byte. Text goes in through the tree of elements and never as markup, so a name from a file can not write any.
"""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as Xml

FONT: Final = "'DejaVu Sans', Verdana, Arial, sans-serif"
INK: Final = "#1f2933"
FAINT: Final = "#5b6672"
"""Text of less weight; 5.9 to 1 on white, where WCAG 2.2 asks for 4.5
(https://www.w3.org/TR/WCAG22/#contrast-minimum)."""
GRID: Final = "#dfe4ea"
BAND: Final = "#f5f7fa"
"""The ground of every second row."""
WHITE: Final = "#ffffff"
GOOD: Final = "#1a7f37"
BAD: Final = "#b3261e"
CAREFUL: Final = "#a15c00"
"""Added, removed and changed; each is told in words or by a sign too."""

CHARACTER: Final = 0.62
"""Width of a character in terms of the text's size: more than the mean of any usual font, so that nothing overlaps."""
_BOLD: Final = 1.08


def canvas() -> Xml.Element:
    """Return an empty picture; `finished` ends it."""
    return Xml.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "font-family": FONT, "role": "img"})


def finished(root: Xml.Element, width: float, height: float, *, title: str = "") -> str:
    """Return a picture as text: of this size in pixels, on white, `title` for those who can not see it."""
    wide, high = length(width), length(height)
    root.attrib.update({"width": wide, "height": high, "viewBox": f"0 0 {wide} {high}"})
    root.insert(0, Xml.Element("rect", {"width": "100%", "height": "100%", "fill": WHITE}))
    if title:
        named = Xml.Element("title")
        named.text = title
        root.insert(0, named)
    Xml.indent(root, " ")
    return Xml.tostring(root, encoding="unicode") + "\n"


def write(
    parent: Xml.Element,
    x: float,
    y: float,
    text: str,
    size: int,
    *,
    fill: str = "",
    weight: str = "",
    anchor: str = "",
    struck: bool = False,
    room: float | None = None,
) -> None:
    """Write a text from `x` on the line `y`; one that is longer than `room` is cut and says all of itself on hover."""
    given = {"x": length(x), "y": length(y), "font-size": str(size)}
    given |= {"fill": fill} if fill else {}
    given |= {"font-weight": weight} if weight else {}
    given |= {"text-anchor": anchor} if anchor else {}
    given |= {"text-decoration": "line-through"} if struck else {}
    element = Xml.SubElement(parent, "text", given)
    shown = text if room is None else cut(text, size, room, bold=weight == "bold")
    element.text = shown
    if shown != text:
        Xml.SubElement(element, "title").text = text


def rectangle(
    parent: Xml.Element, x: float, y: float, width: float, height: float, *, fill: str, **others: str | float
) -> Xml.Element:
    """Draw a rectangle and return it; `others` are attributes, `_` for `-`."""
    given = {"x": length(x), "y": length(y), "width": length(width), "height": length(height), "fill": fill}
    for name, value in others.items():
        given[name.replace("_", "-")] = value if isinstance(value, str) else length(value)
    return Xml.SubElement(parent, "rect", given)


def text_width(text: str, size: int, *, bold: bool = False) -> float:
    """Return how many pixels a text takes, on the wide side."""
    return len(text) * size * CHARACTER * (_BOLD if bold else 1)


def cut(text: str, size: int, room: float, *, bold: bool = False) -> str:
    """Return what of a text fits into `room` pixels, with an ellipsis where that is not all."""
    most = int(room / text_width("x", size, bold=bold))
    return text if len(text) <= most else f"{text[: max(most - 1, 0)]}…"


def length(value: float) -> str:
    """Write a length in pixels, to a tenth, as short as it goes."""
    return f"{value:.1f}".rstrip("0").rstrip(".")
