"""The links of a chain: each holds or breaks, says what decides it, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass

from model.planning.reachability.ends import Endpoint


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a packet, or of its answer."""

    step: str
    """`source address`, `route`, `way back`, `tunnels`, `VPC firewall`, `sites' firewalls`, `authorised networks`."""
    holds: bool
    why: str
    remedy: str = ""
    """What would mend it, with file and key; empty where it holds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, with its chain in the order of a packet."""

    source: Endpoint
    target: Endpoint
    protocol: str
    port: int
    chain: tuple[Link, ...]

    @property
    def yes(self) -> bool:
        """Whether every link holds."""
        return all(link.holds for link in self.chain)

    @property
    def broken(self) -> Link | None:
        """The first link that breaks."""
        return next((link for link in self.chain if not link.holds), None)
