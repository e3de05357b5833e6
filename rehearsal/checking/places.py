"""Where a value is: the place a person reads, the path the constraints use, and the provider's own name for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_PLAIN = re.compile(r"[A-Za-z_$][\w$]*")


@dataclass(frozen=True, slots=True)
class Place:
    """A value's place.

    `shown` is what a person reads (`bgp.advertisedIpRanges[0].range`), `path` is the same without positions, as
    constraints write it. Inside a set members have no place of their own: there `shown` stays at the set, as the
    provider's own messages do.
    """

    shown: str = ""
    path: str = ""
    in_set: bool = False

    def field(self, name: str) -> Place:
        """Return the place of the field `name` of the object here."""
        # Asked for every field of every object, too often for `replace`.
        path = f"{self.path}.{name}" if self.path else name
        if self.in_set:
            return Place(self.shown, path, in_set=True)
        return Place(f"{self.shown}.{name}" if self.shown else name, path)

    def key(self, name: str) -> Place:
        """Return the place of the entry `name` of the map here."""
        if self.in_set:
            return self
        quoted = f'{self.shown}["{name}"]'
        return replace(self, shown=f"{self.shown}.{name}" if _PLAIN.fullmatch(name) else quoted)

    def item(self, position: int) -> Place:
        """Return the place of a list's item."""
        return self if self.in_set else replace(self, shown=f"{self.shown}[{position}]")

    def member(self) -> Place:
        """Return the place of a set's member: the set itself."""
        return replace(self, in_set=True)


def snake(name: str) -> str:
    """Return a field's name as the provider's messages write it: `peerExternalGateway` is `peer_external_gateway`."""
    return _HUMP.sub("_", name).lower()


def argument(path: str) -> str:
    """Return a path as the provider's messages write it: `loadBalancer.f5Config` is `load_balancer.0.f5_config`."""
    return ".0.".join(snake(part) for part in path.split("."))
