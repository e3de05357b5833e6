"""What every speaker ends with when parts of the network are down, found by letting them talk until nothing changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from model.planning.bgp.network import Down, Network, Session
from model.planning.bgp.selection import Choice, Route, choose

_NOTHING: Final = Choice(())


class UnsettledError(Exception):
    """Raised when speakers go on changing their minds: their preferences contradict each other."""


@dataclass(frozen=True, eq=False)
class Tables:
    """What everyone uses once nothing changes any more."""

    network: Network
    down: Down
    _choices: Mapping[IPv4Network, Mapping[str, Choice]]

    def choice(self, speaker: str, prefix: IPv4Network) -> Choice:
        """Return what `speaker` uses for `prefix`; a speaker that is down uses nothing."""
        return self._choices[prefix].get(speaker, _NOTHING)

    def leaves_by(self, speaker: str, prefix: IPv4Network) -> frozenset[str]:
        """Return the external sessions that packets of `speaker` for `prefix` take, through whoever it hands them to.

        Empty where there is no route, and where the speaker itself brings the prefix in.
        """
        taken: set[str] = set()
        for route in self.choice(speaker, prefix).routes:
            if route.external:
                taken.add(route.session)
            elif not route.own:
                taken |= self.leaves_by(self.network.sessions[route.session].far(speaker).speaker, prefix)
        return frozenset(taken)


def converge(network: Network, down: Down | None = None) -> Tables:
    """Return the tables of every speaker that is up. Raises `UnsettledError` when they never settle."""
    lost = down or Down()
    sessions = network.up(lost)
    choices: dict[IPv4Network, Mapping[str, Choice]] = {}
    for group in network.alike:
        settled = _settle(network, lost, sessions, group[0])
        choices.update(dict.fromkeys(group, settled))
    return Tables(network, lost, choices)


def _settle(network: Network, down: Down, sessions: Collection[Session], prefix: IPv4Network) -> Mapping[str, Choice]:
    up = [each for each in network.speakers.values() if each.name not in down.speakers]
    talking: dict[str, list[Session]] = {each.name: [] for each in up}
    for session in sessions:
        for end in session.ends:
            talking[end.speaker].append(session)
    own = {each.name: [Route()] if prefix in each.originates else [] for each in up}
    chosen = {each.name: choose(each.selection, own[each.name]) for each in up}
    # A route travels over at most one external and one internal session here; every speaker more is one round more.
    for _ in range(2 * len(up) + 2):
        heard = {
            each.name: choose(
                each.selection,
                [
                    *own[each.name],
                    *(
                        route
                        for session in talking[each.name]
                        if (route := _told(network, session, each.name, chosen, prefix)) is not None
                    ),
                ],
            )
            for each in up
        }
        if heard == chosen:
            return chosen
        chosen = heard
    raise UnsettledError(f"the routes for {prefix} never settle: two speakers each prefer what the other has")


def _told(
    network: Network, session: Session, hearer: str, chosen: Mapping[str, Choice], prefix: IPv4Network
) -> Route | None:
    """Return the route that `hearer` gets over `session` now, or None."""
    far, near = session.far(hearer), session.near(hearer)
    routes = chosen[far.speaker].routes
    if not routes or not far.lets_out(prefix) or not near.lets_in(prefix):
        return None
    best = routes[0]
    teller, listener = network.speakers[far.speaker], network.speakers[hearer]
    if teller.asn == listener.asn:
        # What was heard inside the AS is not passed on inside it (RFC 4271, 9.2).
        if not (best.own or best.external):
            return None
        return Route(session.name, best.path, best.med, best.preference, False, best.origin, session.task)
    if listener.asn in best.path:
        return None
    return Route(
        session.name, (teller.asn, *best.path), far.med_of(prefix), near.preference, True, best.origin, session.task
    )
