"""The Gantt picture: everything in its place, and no bar on another. Whether it pleases, only a look can tell."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Final
from xml.etree import ElementTree as Xml

from hypothesis import given
from hypothesis import strategies as st

from operations.rehearse.gantt import Bar, Chart, draw

SVG: Final = "{http://www.w3.org/2000/svg}"


def parsed(chart: Chart) -> Xml.Element:
    return Xml.fromstring(draw(chart))  # noqa: S314  just written


def bars(spans: list[tuple[int, int]], label: str = "") -> list[Bar]:
    return [Bar(label, f"{start}", start, start + length, critical=False) for start, length in spans]


SPANS: Final = st.lists(st.tuples(st.integers(0, 3600), st.integers(1, 1800)), min_size=1, max_size=30)


@given(SPANS, st.integers(0, 60).map("w".__mul__))
def test_no_text_lies_on_another(spans: list[tuple[int, int]], name: str) -> None:
    given_bars = bars(spans, name)
    whole = max(bar.end for bar in given_bars)
    drawn = parsed(Chart("title", "subtitle", whole, given_bars, {name: given_bars, f"{name}2": given_bars}))
    boxes: list[tuple[float, float, float, float]] = []
    for text in drawn.iter(f"{SVG}text"):
        size = float(text.attrib["font-size"])
        # 0.6 of its size is what a character takes at most on average in usual fonts.
        width = len(text.text or "") * size * 0.6
        left = float(text.attrib["x"]) - (width / 2 if text.get("text-anchor") == "middle" else 0)
        base = float(text.attrib["y"])
        boxes.append((left, base - size * 0.75, left + width, base))

    assert all(left >= 0 and right <= float(drawn.attrib["width"]) for left, _, right, _ in boxes)
    for one, other in combinations([box for box in boxes if box[2] > box[0]], 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@given(SPANS)
def test_no_bar_of_a_component_covers_another(spans: list[tuple[int, int]]) -> None:
    whole = max(start + length for start, length in spans)
    drawn = parsed(Chart("", "", whole, (), {"one": bars(spans)}))
    boxes = [
        tuple(float(box.attrib[side]) for side in ("x", "y", "width", "height"))
        for box in drawn.iter(f"{SVG}rect")
        if box.find(f"{SVG}title") is not None
    ]

    assert len(boxes) == len(spans)
    lanes: dict[float, list[tuple[float, float]]] = {}
    for x, y, width, _ in boxes:
        lanes.setdefault(y, []).append((x, x + width))
    for lane in lanes.values():
        assert all(left[1] <= right[0] + 1 for left, right in pairwise(sorted(lane)))


def test_a_name_that_could_be_mistaken_for_markup_stays_text() -> None:
    drawn = parsed(Chart("<a> & b", "", 10, (Bar("<x>", "<y>", 0, 10, critical=True),), {}))

    assert {each.text for each in drawn.iter(f"{SVG}text")} >= {"<a> & b", "<x>"}


def test_what_is_critical_has_a_colour_of_its_own() -> None:
    two = (Bar("a", "a", 0, 5, critical=True), Bar("b", "b", 5, 9, critical=False))
    drawn = parsed(Chart("", "", 9, (), {"one": two}))
    fills = {box.findtext(f"{SVG}title"): box.attrib["fill"] for box in drawn.iter(f"{SVG}rect")}

    assert fills["a"] != fills["b"]
