"""What a picture of an environment shows, before anything is placed: panels with boxes of lines, and links.

Everything has a key that stays when its text changes, so that two scenes can be compared part by part.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How a part differs from the revision that a picture is compared with."""

    SAME = ""
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Look(StrEnum):
    """What a box stands for, which decides its colour."""

    ADMIN = "admin"
    USER = "user"
    GKE = "gke"
    OTHER = "other"
    DEVICE = "device"
    TUNNEL = "tunnel"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a box. `was` is what it said before, where it is changed."""

    key: str
    text: str
    mark: Mark = Mark.SAME
    was: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: a title and lines under it."""

    key: str
    title: str
    look: Look
    lines: tuple[Line, ...] = ()
    mark: Mark = Mark.SAME


@dataclass(frozen=True, slots=True)
class Panel:
    """A network with what stands in it."""

    key: str
    title: str
    boxes: tuple[Box, ...]
    mark: Mark = Mark.SAME


@dataclass(frozen=True, slots=True)
class Link:
    """A tunnel: the device and the gateway interface that it joins, by their keys, and its box."""

    device: str
    interface: str
    box: Box
    up: bool = True


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole environment."""

    title: str
    subtitle: str
    fleet: str
    members: tuple[Box, ...]
    onprem_title: str
    onprem: tuple[Panel, ...]
    cloud_title: str
    cloud: tuple[Panel, ...]
    devices: tuple[Box, ...]
    interfaces: tuple[Box, ...]
    links: tuple[Link, ...]
    compared_with: str = ""
