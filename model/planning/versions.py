"""On-prem versions: how they are read and compared, and how long a minor is supported.

`1.32.200-gke.27` is minor 1.32, patch 200, build 27 (B2). Order follows the upgrade documentation of GKE on VMware:
https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrading
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from model.config.catalogue import Catalogue, OnPremRelease

_FORM: Final = re.compile(r"([0-9]+)\.([0-9]+)\.([0-9]+)-gke\.([0-9]+)")
_MINOR: Final = re.compile(r"([0-9]+)\.([0-9]+)")


@dataclass(frozen=True, slots=True, order=True)
class Minor:
    """A minor version, such as 1.32."""

    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"

    @classmethod
    def parse(cls, text: str) -> Minor:
        """Read `1.32`; raises `ValueError` for anything else."""
        match = _MINOR.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not a minor version such as 1.32")
        return cls(int(match[1]), int(match[2]))

    def steps_above(self, other: Minor) -> int:
        """Count the minors from `other` up to this one; negative when this one is the older."""
        return (self.major - other.major) * 1000 + self.minor - other.minor

    def above(self, steps: int = 1) -> Minor:
        """Return the minor so many steps above this one; below it for a negative number."""
        return Minor(self.major, self.minor + steps)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version of the on-prem software, ordered by minor, patch and build."""

    minor: Minor
    patch: int
    build: int

    def __str__(self) -> str:
        return f"{self.minor}.{self.patch}-gke.{self.build}"

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read `1.32.200-gke.27`; raises `ValueError` for anything else."""
        match = _FORM.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is not an on-prem version such as 1.32.200-gke.27")
        major, minor, patch, build = (int(part) for part in match.groups())
        return cls(Minor(major, minor), patch, build)


ADMIN_FIRST: Final = Minor(1, 31)
"""From here on the admin cluster is upgraded before its user clusters; up to 1.30 it was after them (B60, B61)."""
POOL_SKEW: Final = 2
"""By how many minors a node pool may trail its control plane (B63)."""


@dataclass(frozen=True, slots=True)
class Support:
    """What the catalogue says about a minor on a day."""

    minor: Minor
    release: OnPremRelease
    days_left: int
    """Days until support ends; negative afterwards. On the last day it is 0."""
    warn: bool
    """Whether the end is near enough to warn of, or past."""

    @property
    def ended(self) -> bool:
        """Whether support has ended."""
        return self.days_left < 0


def support(minor: Minor, catalogue: Catalogue, today: date) -> Support | None:
    """Return how long `minor` is supported, or None when the catalogue does not know it."""
    release = catalogue.onprem.get(str(minor))
    if release is None:
        return None
    days_left = (release.supported_until - today).days
    return Support(minor, release, days_left, days_left <= catalogue.warn_days)


def patches(catalogue: Catalogue, minor: Minor) -> tuple[Version, ...]:
    """Return the known patches of a minor, oldest first; none for a minor that the catalogue does not know."""
    release = catalogue.onprem.get(str(minor))
    return tuple(sorted(Version.parse(patch) for patch in release.patches)) if release is not None else ()
