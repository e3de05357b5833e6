"""A picture of an address plan as SVG: a bar for each block, and in it what takes which part of it.

The same plan gives the same text, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as Xml

from model.planning.address_tree import Block
from model.planning.entries import Kind
from operations.drawing import FAINT, INK, WHITE, canvas, finished, rectangle, text_width, write

_WIDTH: Final = 1180
_LABEL: Final = 250
_MARGIN: Final = 20
_BAR: Final = 22
_ROW: Final = 34
_INDENT: Final = 16
_FREE: Final = "#eef1f5"
_TEXT: Final = 11
_SMALL: Final = 10

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
_PALE: Final = frozenset({_COLOURS[Kind.SPARE], _COLOURS[Kind.RESERVED]})
"""Grounds that white text does not stand out from."""
_OPENED: Final = frozenset({Kind.AGGREGATE, Kind.BLOCK, Kind.NETWORK, Kind.SUBNET})
"""Blocks that get a bar of their own; what lies in others is too small to tell apart."""


def picture(tree: Sequence[Block]) -> str:
    """Return the picture of every block of `tree` that something lies in."""
    rows = [row for root in tree if root.entry.kind is Kind.AGGREGATE for row in _rows(root, 0)]
    shown = dict.fromkeys(child.entry.kind for _, block in rows for child in block.inside)
    legend = [(kind.value, _COLOURS[kind]) for kind in shown if kind in _COLOURS]
    height = _MARGIN * 5 + len(rows) * _ROW
    root = canvas()
    title = "Address plan: what takes which part of each block"
    write(root, _MARGIN, 24, title, 14, fill=INK, weight="bold")
    for number, (depth, block) in enumerate(rows):
        _draw(root, block, depth, _MARGIN * 2 + number * _ROW)
    _explain(root, [*legend, ("a single address", _OTHER)], height - 2 * _MARGIN)
    return finished(root, _WIDTH, height, title=title)


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
    write(root, x, top + 10, name, _TEXT, fill=INK, room=_LABEL - depth * _INDENT)
    write(root, x, top + 23, f"{block.entry.kind}, {share} taken", _SMALL, fill=FAINT)
    rectangle(root, left, top, width, _BAR, fill=_FREE)
    begin, size = int(block.entry.range.first), block.size
    for child in block.inside:
        start = left + width * (int(child.entry.range.first) - begin) / size
        long = max(1.0, width * child.size / size)
        colour = _COLOURS.get(child.entry.kind, _OTHER)
        part = rectangle(root, start, top, long, _BAR, fill=colour, stroke=WHITE, stroke_width=0.5)
        Xml.SubElement(part, "title").text = child.entry.name
        entry = child.entry
        wordings = (
            f"{entry.text} {entry.owner}",
            entry.owner,
            entry.text,
            entry.owner.partition(" of ")[0],
            (entry.environment or "") if entry.kind is Kind.BLOCK else "",
        )
        text = next((each for each in wordings if text_width(each, _SMALL) <= long - 6), "")
        if text:
            write(root, start + 4, top + 15, text, _SMALL, fill=INK if colour in _PALE else WHITE)


def _explain(root: Xml.Element, legend: Sequence[tuple[str, str]], y: int) -> None:
    x = float(_MARGIN)
    for text, colour in legend:
        rectangle(root, x, y - 9, 10, 10, fill=colour)
        write(root, x + 14, y, text, _SMALL, fill=FAINT)
        x += 14 + text_width(text, _SMALL) + 10
        if x > _WIDTH - 160:
            x, y = float(_MARGIN), y + 16
