"""A Gantt picture as SVG: the critical path on top, a row for each step of it, and below it every component's steps.

The same chart gives the same text, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as Xml

from operations.drawing import (
    BAND,
    FAINT,
    GRID,
    INK,
    WHITE,
    canvas,
    cut,
    finished,
    length,
    rectangle,
    text_width,
    write,
)

_LABELS: Final = 270
_PLOT: Final = 980
_AFTER: Final = 90
_MARGIN: Final = 20
_WIDTH: Final = _MARGIN + _LABELS + _PLOT + _AFTER
_ROW: Final = 20
_LANE: Final = 16
_THIN_LANE: Final = 6
_GAP: Final = 9
_TITLE_HEIGHT: Final = 62
_TEXT: Final = 12
_SMALL: Final = 10
_BAR: Final = "#5b8db8"
_CRITICAL: Final = "#c8442b"
_TICKS: Final = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800)
_MOST_TICKS: Final = 12
_LEAST_WIDTH: Final = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """One step: the text in it, what a pointer over it shows, begin and end in seconds, whether it is critical."""

    label: str
    hint: str
    start: float
    end: float
    critical: bool


@dataclass(frozen=True)
class Chart:
    """What a picture shows: `seconds` are the whole of its time axis, `groups` the bars by what they belong to."""

    title: str
    subtitle: str
    seconds: float
    critical: Sequence[Bar]
    groups: Mapping[str, Sequence[Bar]]


def draw(chart: Chart) -> str:
    """Return the picture as SVG."""
    return _Picture(chart).text()


class _Picture:
    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self._scale = _PLOT / chart.seconds if chart.seconds else 0
        self._left = _MARGIN + _LABELS
        self._root = canvas()
        self._bands = Xml.SubElement(self._root, "g")
        self._grid = Xml.SubElement(self._root, "g", {"stroke": GRID})
        self._bars = Xml.SubElement(self._root, "g")
        self._texts = Xml.SubElement(self._root, "g", {"fill": INK})

    def text(self) -> str:
        write(self._texts, _MARGIN, 24, self._chart.title, 16, weight="bold")
        write(self._texts, _MARGIN, 43, self._chart.subtitle, _TEXT, fill=FAINT)
        top = bottom = _TITLE_HEIGHT + _ROW
        bottom = self._critical(bottom)
        for number, (name, bars) in enumerate(self._chart.groups.items()):
            bottom = self._group(name, bars, bottom, shaded=number % 2 == 0)
        self._axis(top, bottom)
        return finished(self._root, _WIDTH, bottom + _MARGIN, title=f"{self._chart.title}: {self._chart.subtitle}")

    def _critical(self, top: float) -> float:
        write(self._texts, _MARGIN, top + 14, "Critical path", _TEXT, weight="bold", fill=_CRITICAL)
        top += _ROW
        for bar in self._chart.critical:
            write(self._texts, _MARGIN + 10, top + 14, cut(bar.label, _TEXT, _LABELS - 20), _TEXT)
            self._bar(bar, top + 3, _ROW - 6)
            self._beside(bar, top + 14)
            top += _ROW
        return top + _GAP

    def _beside(self, bar: Bar, baseline: float) -> None:
        """Write how long a critical step takes, right of its bar; there is always room after the plot."""
        write(self._texts, self._x(bar.end) + 6, baseline, _minutes(bar.end - bar.start), _SMALL, fill=FAINT)

    def _group(self, name: str, bars: Sequence[Bar], top: float, *, shaded: bool) -> float:
        lanes = _packed(bars)
        heights = [_LANE if any(self._fits(bar) for bar in lane) else _THIN_LANE for lane in lanes]
        height = max(sum(heights), _LANE) + _GAP
        if shaded:
            rectangle(self._bands, 0, top, _WIDTH, height, fill=BAND)
        write(self._texts, _MARGIN, top + _GAP / 2 + 12, cut(name, _TEXT, _LABELS - 10), _TEXT)
        y = top + _GAP / 2
        for lane, tall in zip(lanes, heights, strict=True):
            for bar in lane:
                self._bar(bar, y + 1, tall - 2)
                if self._fits(bar):
                    write(self._texts, self._x(bar.start) + 4, y + 12, bar.label, _SMALL, fill=WHITE)
            y += tall
        return top + height

    def _fits(self, bar: Bar) -> bool:
        return text_width(bar.label, _SMALL) + 8 <= (bar.end - bar.start) * self._scale

    def _axis(self, top: float, bottom: float) -> None:
        step = next((each for each in _TICKS if self._chart.seconds / each <= _MOST_TICKS), _TICKS[-1])
        moment = 0.0
        while moment <= self._chart.seconds:
            x = length(self._x(moment))
            Xml.SubElement(self._grid, "line", {"x1": x, "x2": x, "y1": length(top - 6), "y2": length(bottom)})
            write(self._texts, self._x(moment), top - 10, _tick(moment), _SMALL, fill=FAINT, anchor="middle")
            moment += step

    def _bar(self, bar: Bar, y: float, height: float) -> None:
        width = max((bar.end - bar.start) * self._scale, _LEAST_WIDTH)
        drawn = rectangle(self._bars, self._x(bar.start), y, width, height, fill=_CRITICAL if bar.critical else _BAR)
        Xml.SubElement(drawn, "title").text = bar.hint

    def _x(self, moment: float) -> float:
        return self._left + moment * self._scale


def _packed(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Return the bars in as few lanes as there are at once; those in a lane follow each other."""
    lanes: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: (bar.start, bar.end, bar.label)):
        lane = next((each for each in lanes if each[-1].end <= bar.start), None)
        if lane is None:
            lanes.append([bar])
        else:
            lane.append(bar)
    return lanes


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _tick(seconds: float) -> str:
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}" + (f":{rest:02}" if rest else "")
