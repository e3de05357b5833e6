"""Versions of software that is not GKE on VMware: how long a minor is supported, and what skew is allowed.

Sources: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/bare-metal/docs/how-to/upgrade-lifecycle
(version skew), https://docs.cloud.google.com/kubernetes-engine/multi-cloud/docs/attached/eks/how-to/attach-cluster
(platform versions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from model.config.supported import Supported
from model.planning.versions import Minor


@dataclass(frozen=True, slots=True)
class Ending:
    """When support of a minor ends."""

    minor: Minor
    until: date
    days_left: int
    """Days until support ends; negative afterwards. On the last day it is 0."""
    warn: bool
    """Whether the end is near enough to warn of, or past."""

    @property
    def ended(self) -> bool:
        """Whether support has ended."""
        return self.days_left < 0


def ending(minor: Minor, catalogue: Mapping[str, Supported], *, today: date, warn_days: int) -> Ending | None:
    """Return when support of `minor` ends, or None when `catalogue` does not know it."""
    release = catalogue.get(str(minor))
    if release is None:
        return None
    days_left = (release.supported_until - today).days
    return Ending(minor, release.supported_until, days_left, days_left <= warn_days)
