"""Two scenes of one environment as one: what is there now, with a mark on all that is new, gone or different."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from operations.diagram.scene import Box, Line, Link, Mark, Panel, Scene

T = TypeVar("T", Box, Line, Link, Panel)


def compared(now: Scene, base: Scene | None, revision: str) -> Scene:
    """Return `now` with its differences from `base`, the scene at `revision`; all is new where there is no base."""
    empty = replace(now, members=(), onprem=(), cloud=(), devices=(), interfaces=(), links=())
    old = base or empty
    return replace(
        now,
        members=_merged(now.members, old.members, _box),
        onprem=_merged(now.onprem, old.onprem, _panel),
        cloud=_merged(now.cloud, old.cloud, _panel),
        devices=_merged(now.devices, old.devices, _box),
        interfaces=_merged(now.interfaces, old.interfaces, _box),
        links=_merged(now.links, old.links, _link),
        compared_with=revision,
    )


def differences(scene: Scene) -> tuple[str, ...]:
    """Return what a compared scene marks, a line of text each; none where the revisions draw alike."""
    found: list[str] = []
    for panel in (*scene.onprem, *scene.cloud):
        if panel.mark is not Mark.SAME:
            found.append(f"{panel.mark.value}: {panel.title}")
        for box in panel.boxes:
            found += _told(box)
    for box in (*scene.members, *scene.devices, *scene.interfaces, *(link.box for link in scene.links)):
        found += _told(box)
    return tuple(found)


def _told(box: Box) -> list[str]:
    if box.mark in {Mark.ADDED, Mark.REMOVED}:
        return [f"{box.mark.value}: {box.title}"]
    return [
        f"{line.mark.value} in {box.title}: {f'{line.was} -> ' if line.was else ''}{line.text}"
        for line in box.lines
        if line.mark is not Mark.SAME
    ]


def _key(part: Box | Line | Link | Panel) -> str:
    return part.box.key if isinstance(part, Link) else part.key


def _merged(now: Sequence[T], old: Sequence[T], join: Callable[[T, T | None, Mark], T]) -> tuple[T, ...]:
    """Return the parts of both, in the order of their keys where one is gone, else as they are now."""
    before = {_key(each): each for each in old}
    there = {_key(each) for each in now}
    merged = [join(each, before.get(_key(each)), Mark.ADDED) for each in now]
    gone = [join(each, None, Mark.REMOVED) for each in old if _key(each) not in there]
    return (*merged, *gone)


def _line(line: Line, was: Line | None, alone: Mark) -> Line:
    if was is None:
        return replace(line, mark=alone)
    return line if line.text == was.text else replace(line, mark=Mark.CHANGED, was=was.text)


def _box(box: Box, was: Box | None, alone: Mark) -> Box:
    if was is None:
        # All of a box that is new or gone is: its lines need no mark of their own.
        return replace(box, mark=alone)
    lines = _merged(box.lines, was.lines, _line)
    changed = box.title != was.title or any(line.mark is not Mark.SAME for line in lines)
    return replace(box, lines=lines, mark=Mark.CHANGED if changed else Mark.SAME)


def _link(link: Link, was: Link | None, alone: Mark) -> Link:
    box = _box(link.box, was.box if was else None, alone)
    moved = was is not None and (link.device, link.interface) != (was.device, was.interface)
    return replace(link, box=replace(box, mark=Mark.CHANGED) if moved else box)


def _panel(panel: Panel, was: Panel | None, alone: Mark) -> Panel:
    if was is None:
        return replace(panel, mark=alone, boxes=tuple(_box(each, None, alone) for each in panel.boxes))
    changed = panel.title != was.title
    return replace(panel, boxes=_merged(panel.boxes, was.boxes, _box), mark=Mark.CHANGED if changed else Mark.SAME)
