"""Who speaks BGP, over which sessions, and what each end lets out and in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

DEFAULT_PREFERENCE = 100
"""The local preference of a route that nothing gives another one (RFC 4271, FRR `bgp default local-preference`)."""


class Selection(Enum):
    """How a speaker chooses among routes for one prefix."""

    STANDARD = "standard"
    """A Cloud Router in a VPC whose best path selection mode is STANDARD, which the program sets."""
    LEGACY = "legacy"
    """A Cloud Router in a VPC of the mode LEGACY: each of its two tasks chooses, then the lowest MED of both."""
    DEVICE = "device"
    """A device of the sites: RFC 4271 as FRR, IOS and Junos implement it, with multipath."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A router: its name, its ASN, how it chooses, and the prefixes that it brings in itself."""

    name: str
    asn: int
    selection: Selection
    originates: frozenset[IPv4Network] = frozenset()


@dataclass(frozen=True, slots=True)
class End:
    """One end of a session.

    `announces` is the filter on what goes out, None letting everything out; `med` is put on what goes out to another
    AS; `preference` is the local preference that what comes in from another AS gets. `accepts` is the filter on what
    comes in. `taken` is what the other end takes to be behind this one, with the MED `taken_med`, though nobody
    announces it (custom learned routes of a Cloud Router).
    """

    speaker: str
    address: IPv4Address
    announces: frozenset[IPv4Network] | None = None
    accepts: frozenset[IPv4Network] | None = None
    med: int = 0
    preference: int = DEFAULT_PREFERENCE
    taken: frozenset[IPv4Network] = frozenset()
    taken_med: int = 0

    def lets_out(self, prefix: IPv4Network) -> bool:
        """Say whether the other end gets `prefix` from this one when this one has a route for it."""
        return self.announces is None or prefix in self.announces or prefix in self.taken

    def med_of(self, prefix: IPv4Network) -> int:
        """Return the MED with which the other end gets `prefix`."""
        return self.taken_med if prefix in self.taken else self.med

    def lets_in(self, prefix: IPv4Network) -> bool:
        """Say whether the end takes `prefix` when it hears of it."""
        return self.accepts is None or prefix in self.accepts


@dataclass(frozen=True, slots=True)
class Session:
    """A session between two speakers. `task` is the Cloud Router's task that holds it: the gateway's interface."""

    name: str
    ends: tuple[End, End]
    task: int = 0

    def far(self, speaker: str) -> End:
        """Return the end that is not `speaker`'s."""
        return self.ends[1] if self.ends[0].speaker == speaker else self.ends[0]

    def near(self, speaker: str) -> End:
        """Return the end that is `speaker`'s."""
        return self.ends[0] if self.ends[0].speaker == speaker else self.ends[1]


@dataclass(frozen=True, slots=True)
class Down:
    """What is lost: speakers with all their sessions, and single sessions."""

    speakers: frozenset[str] = frozenset()
    sessions: frozenset[str] = frozenset()

    def __or__(self, other: Down) -> Down:
        """Return what is lost when both are."""
        return Down(self.speakers | other.speakers, self.sessions | other.sessions)


@dataclass(frozen=True, eq=False)
class Network:
    """All speakers and sessions by name."""

    speakers: Mapping[str, Speaker]
    sessions: Mapping[str, Session]

    def external(self, session: Session) -> bool:
        """Say whether the session joins two autonomous systems."""
        one, other = (self.speakers[end.speaker].asn for end in session.ends)
        return one != other

    @cached_property
    def prefixes(self) -> tuple[IPv4Network, ...]:
        """Every prefix that any speaker brings in, sorted."""
        return tuple(sorted({prefix for each in self.speakers.values() for prefix in each.originates}))

    @cached_property
    def alike(self) -> tuple[tuple[IPv4Network, ...], ...]:
        """The prefixes in groups that no speaker and no filter tells apart: one answer holds for the whole group."""
        groups: dict[tuple[object, ...], list[IPv4Network]] = {}
        for prefix in self.prefixes:
            known: list[object] = [name for name, each in self.speakers.items() if prefix in each.originates]
            for session in self.sessions.values():
                known += [(end.lets_out(prefix), end.lets_in(prefix), end.med_of(prefix)) for end in session.ends]
            groups.setdefault(tuple(known), []).append(prefix)
        return tuple(tuple(group) for group in groups.values())

    def up(self, down: Down) -> Collection[Session]:
        """Return the sessions that are left."""
        return [
            each
            for each in self.sessions.values()
            if each.name not in down.sessions and not any(end.speaker in down.speakers for end in each.ends)
        ]
