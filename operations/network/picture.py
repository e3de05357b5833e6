"""A picture of an address plan as SVG: a bar for each block, and in it what takes which part of it.

The same plan gives the same text, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as Xml

from model.planning.address_tree import Block
from model.planning.entries import Kind

_WIDTH: Final = 1180
_LABEL: Final = 250
_MARGIN: Final = 20
_BAR: Final = 22
_ROW: Final = 34
_INDENT: Final = 16
_FONT: Final = "'DejaVu Sans', Verdana, Arial, sans-serif"
_INK: Final = "#1f2933"
_FAINT: Final = "#6b7785"
_FREE: Final = "#eef1f5"
_CHARACTER: Final = 6.6
"""Width of a character of the small text; more than a usual font needs."""

_COLOURS: Final = {
    Kind.BLOCK: "#5b8db8",
    Kind.NETWORK: "#7aa874",
    Kind.SUBNET: "#7aa874",
    Kind.RESERVED: "#b0b7bf",
    Kind.SHARED: "#b0b7bf",
    Kind.GKE_PODS: "#c9a24a",
    Kind.PODS: "#c9a24a",
    Kind.GKE_SERVICES: "#a06cb0",
    Kind.SERVICES: "#a06cb0",
    Kind.SERVICE_ACCESS: "#4f9a9a",
    Kind.GKE_CONTROL_PLANE: "#c8442b",
    Kind.NODES: "#c8442b",
    Kind.VIP: "#8f2f1d",
    Kind.INGRESS_VIP: "#8f2f1d",
    Kind.POOL: "#4f9a9a",
    Kind.WORKERS: "#c9a24a",
    Kind.SPARE: "#d8dde3",
}
_OTHER: Final = "#46525e"
_OPENED: Final = frozenset({Kind.AGGREGATE, Kind.BLOCK, Kind.NETWORK, Kind.SUBNET})
"""Blocks that get a bar of their own; what lies in others is too small to tell apart."""


def picture(tree: Sequence[Block]) -> str:
    """Return the picture of every block of `tree` that something lies in."""
    rows = [row for root in tree if root.entry.kind is Kind.AGGREGATE for row in _rows(root, 0)]
    shown = dict.fromkeys(child.entry.kind for _, block in rows for child in block.inside)
    legend = [(kind.value, _COLOURS[kind]) for kind in shown if kind in _COLOURS]
    height = _MARGIN * 5 + len(rows) * _ROW
    root = Xml.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": str(_WIDTH),
            "height": str(height),
            "viewBox": f"0 0 {_WIDTH} {height}",
            "font-family": _FONT,
        },
    )
    Xml.SubElement(root, "rect", {"width": str(_WIDTH), "height": str(height), "fill": "#ffffff"})
    heading = {"x": str(_MARGIN), "y": "24", "font-size": "14", "fill": _INK, "font-weight": "bold"}
    Xml.SubElement(root, "text", heading).text = "Address plan: what takes which part of each block"
    for number, (depth, block) in enumerate(rows):
        _draw(root, block, depth, _MARGIN * 2 + number * _ROW)
    _explain(root, [*legend, ("a single address", _OTHER)], height - 2 * _MARGIN)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode") + "\n"


def _rows(block: Block, depth: int) -> Iterator[tuple[int, Block]]:
    yield depth, block
    for child in block.inside:
        if child.entry.kind in _OPENED and child.inside:
            yield from _rows(child, depth + 1)


def _draw(root: Xml.Element, block: Block, depth: int, top: int) -> None:
    left, width = _MARGIN + _LABEL, _WIDTH - 2 * _MARGIN - _LABEL
    share = f"{100 * block.taken / block.size:.0f} %"
    name = f"{block.entry.text} {block.entry.owner}"
    x = _MARGIN + depth * _INDENT
    line = Xml.SubElement(root, "text", {"x": str(x), "y": str(top + 10), "font-size": "11", "fill": _INK})
    line.text = _cut(name, _LABEL - depth * _INDENT)
    under = Xml.SubElement(root, "text", {"x": str(x), "y": str(top + 23), "font-size": "10", "fill": _FAINT})
    under.text = f"{block.entry.kind}, {share} taken"
    frame = {"x": str(left), "y": str(top), "width": str(width), "height": str(_BAR), "fill": _FREE}
    Xml.SubElement(root, "rect", frame)
    begin, size = int(block.entry.range.first), block.size
    for child in block.inside:
        start = left + width * (int(child.entry.range.first) - begin) / size
        long = max(1.0, width * child.size / size)
        part = Xml.SubElement(
            root,
            "rect",
            {
                "x": f"{start:.2f}",
                "y": str(top),
                "width": f"{long:.2f}",
                "height": str(_BAR),
                "fill": _COLOURS.get(child.entry.kind, _OTHER),
                "stroke": "#ffffff",
                "stroke-width": "0.5",
            },
        )
        Xml.SubElement(part, "title").text = child.entry.name
        entry = child.entry
        wordings = (
            f"{entry.text} {entry.owner}",
            entry.owner,
            entry.text,
            entry.owner.partition(" of ")[0],
            entry.environment or "",
        )
        text = next((each for each in wordings if len(each) * _CHARACTER <= long - 6), "")
        if text:
            at = {"x": f"{start + 4:.2f}", "y": str(top + 15), "font-size": "10", "fill": "#ffffff"}
            Xml.SubElement(root, "text", at).text = text


def _explain(root: Xml.Element, legend: Sequence[tuple[str, str]], y: int) -> None:
    x = float(_MARGIN)
    for text, colour in legend:
        Xml.SubElement(root, "rect", {"x": f"{x:.0f}", "y": str(y - 9), "width": "10", "height": "10", "fill": colour})
        Xml.SubElement(root, "text", {"x": f"{x + 14:.0f}", "y": str(y), "font-size": "10", "fill": _FAINT}).text = text
        x += 14 + len(text) * _CHARACTER + 10
        if x > _WIDTH - 160:
            x, y = float(_MARGIN), y + 16


def _cut(text: str, width: float) -> str:
    most = int(width / _CHARACTER)
    return text if len(text) <= most else f"{text[: max(0, most - 1)]}…" if most > 1 else ""
