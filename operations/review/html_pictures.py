"""The pictures of a review: each changed environment before and after in one, and the critical path of its `up`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from model.estate import Estate
from model.planning.review.page import PathStep
from model.rules.registry import Unavailable
from operations.diagram.comparing import compared, differences
from operations.diagram.describing import described
from operations.diagram.drawing import draw
from operations.rehearse.gantt import Bar, Chart
from operations.rehearse.gantt import draw as draw_chart
from operations.rehearse.timing import spoken


@dataclass(frozen=True)
class Drawn:
    """A picture as SVG, and what it marks in words: nothing where both revisions draw alike."""

    svg: str
    differences: tuple[str, ...]


def before_and_after(
    old: Estate | None, new: Estate | None, names: Iterable[str], revision: str
) -> Mapping[str, Drawn]:
    """Return a picture of each named environment of `new` that can be drawn, with its differences from `old` marked."""
    found: dict[str, Drawn] = {}
    for name in names:
        env = new.environments.get(name) if new is not None else None
        if env is None:
            continue
        was = old.environments.get(name) if old is not None else None
        try:
            scene = compared(described(env), described(was) if was is not None else None, revision)
        except Unavailable:
            # What could not be read is an error in the files, which the page has.
            continue
        found[name] = Drawn(draw(scene), differences(scene))
    return found


def path_picture(environment: str, words: str, path: Iterable[PathStep]) -> str:
    """Return the critical path drawn, a row for each step; `words` say how long the whole takes."""
    bars = [
        Bar(
            f"{step.operation} {step.name}",
            f"{step.operation} {step.name}: {spoken(step.end - step.start)}",
            step.start,
            step.end,
            critical=True,
        )
        for step in path
    ]
    end = max((bar.end for bar in bars), default=0)
    return draw_chart(Chart(f"{environment}: predicted time of up", words, end, bars, {}))
