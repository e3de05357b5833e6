"""How long a minor of software that is not GKE on VMware is supported, in `stacks/versions.yaml`."""

from __future__ import annotations

from datetime import date

from model.config.shape import Shape


class Supported(Shape):
    """A minor version, and where its end of support was read."""

    supported_until: date
    """The day support ends."""
    page: str
    """The public page or command that says so."""
    read: date
    """The day it was read."""
