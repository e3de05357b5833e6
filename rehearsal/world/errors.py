"""Why a world can not be used. Each error's text is one line: what is wrong, where, and what to do."""

from __future__ import annotations


class WorldError(Exception):
    """A world can not be used."""


class WorldInUseError(WorldError):
    """Another process has the same world open."""


class WorldUnreadableError(WorldError):
    """A file of the world is damaged, or is not one that this version can read; it was left as it is."""


class WorldMissingError(WorldError):
    """There is no world where one was looked for."""
