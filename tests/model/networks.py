"""Small BGP networks for tests: Cloud Routers, one to three devices, any links between them, any of it down.

One router has the tunnels, another one the attachments where there are any, and to the first another gateway's router
may be joined.

And the sample's environments with another VPN.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations
from typing import Final

from hypothesis import strategies as st

from model.config.vpn import TrafficMode, Tunnel
from model.estate import Environment
from model.planning.bgp.network import Down, End, Network, Selection, Session, Speaker
from model.planning.bgp.selection import Route

CLOUD: Final = "router"
CLOUD_ASN: Final = 64601
LINES: Final = "router of the lines"
LINES_ASN: Final = 16550
OTHER: Final = "another gateway's router"
OTHER_ASN: Final = 64900
SITES_ASN: Final = 65010
THERE: Final = (IPv4Network("10.40.0.0/20"), IPv4Network("100.64.0.0/16"))
HERE: Final = (IPv4Network("10.20.0.0/20"), IPv4Network("10.20.255.0/24"))
BEYOND: Final = IPv4Network("10.70.0.0/16")
"""What another gateway announces."""
TAKEN: Final = IPv4Network("10.80.0.0/16")
"""What sessions are taken to lead to, though nobody announces it."""

_PREFERENCES: Final = st.sampled_from([100, 190, 200])
_MEDS: Final = st.sampled_from([0, 100, 200])


@st.composite
def networks(draw: st.DrawFn, *, selection: Selection = Selection.STANDARD) -> tuple[Network, Down]:
    """Return a network and what of it is down. The devices speak with each other all, or not at all."""
    devices = [f"fw-{letter}" for letter in "abc"[: draw(st.integers(1, 3))]]
    routers = {CLOUD: CLOUD_ASN} | ({LINES: LINES_ASN} if draw(st.booleans()) else {})
    speakers = {name: Speaker(name, asn, selection, frozenset(THERE)) for name, asn in routers.items()}
    sites = frozenset(HERE) | {TAKEN}
    speakers |= {name: Speaker(name, SITES_ASN, Selection.DEVICE, sites) for name in devices}
    sessions: dict[str, Session] = {}
    for number in range(draw(st.integers(0, 5))):
        announced = draw(st.sets(st.sampled_from(THERE)))
        link = IPv4Address("169.254.10.0") + 4 * number
        far = End(
            draw(st.sampled_from(devices)),
            link + 2,
            frozenset(draw(st.sets(st.sampled_from(HERE)))),
            frozenset(announced),
            draw(_MEDS),
            draw(_PREFERENCES),
            frozenset(draw(st.sets(st.just(TAKEN)))),
            draw(_MEDS),
        )
        name = f"t{number}"
        near = End(draw(st.sampled_from(sorted(routers))), link + 1, frozenset(announced), None, draw(_MEDS))
        sessions[name] = Session(name, (near, far), draw(st.integers(0, 1)))
    if draw(st.booleans()):
        speakers[OTHER] = Speaker(OTHER, OTHER_ASN, selection, frozenset({BEYOND}))
        for number in range(draw(st.integers(1, 2))):
            link = IPv4Address("169.254.29.0") + 4 * number
            near = End(CLOUD, link + 1, frozenset(draw(st.sets(st.sampled_from(THERE)))), None, draw(_MEDS))
            far = End(OTHER, link + 2, frozenset({BEYOND}), None, draw(_MEDS))
            sessions[f"c{number}"] = Session(f"c{number}", (near, far), number)
    inside: list[Session] = []
    if draw(st.booleans()):
        for one, other in combinations(devices, 2):
            ends = (End(one, IPv4Address("10.20.255.2")), End(other, IPv4Address("10.20.255.3")))
            inside.append(Session(f"inside-{one}-{other}", ends))
    lost = frozenset(draw(st.sets(st.sampled_from(sorted(sessions)))) if sessions else ())
    gone = frozenset(draw(st.sets(st.sampled_from([*routers, *devices]), max_size=1)))
    return Network(speakers, sessions | {each.name: each for each in inside}), Down(gone, lost)


def every_path(network: Network, down: Down, speaker: str, prefix: IPv4Network) -> Iterator[Route]:
    """Give what `speaker` would hear over every permitted path to whoever brings `prefix` in, best or not."""
    if prefix in network.speakers[speaker].originates:
        yield Route()
    up = network.up(down)

    def back(at: str, seen: tuple[str, ...], hops: tuple[Session, ...]) -> Iterator[tuple[Session, ...]]:
        if prefix in network.speakers[at].originates and hops:
            yield hops
        for session in up:
            names = {end.speaker for end in session.ends}
            if at in names:
                (other,) = names - {at}
                if other not in seen:
                    yield from back(other, (*seen, other), (*hops, session))

    for hops in back(speaker, (speaker,), ()):
        route = _carried(network, speaker, hops, prefix)
        if route is not None:
            yield route


def _carried(network: Network, hearer: str, hops: tuple[Session, ...], prefix: IPv4Network) -> Route | None:
    """Return the route that travels over `hops`, from the last of them to the first; None if one refuses it."""
    chain = [hearer]
    for session in hops:
        chain.append(session.far(chain[-1]).speaker)
    path: tuple[int, ...] = ()
    med, preference, came_inside = 0, 100, False
    route: Route | None = None
    for number in range(len(hops) - 1, -1, -1):
        session, teller, listener = hops[number], chain[number + 1], chain[number]
        far, near = session.near(teller), session.near(listener)
        asn, to = network.speakers[teller].asn, network.speakers[listener].asn
        inside = asn == to
        if (inside and came_inside) or (not inside and to in (asn, *path)):
            return None
        if not far.lets_out(prefix) or not near.lets_in(prefix):
            return None
        if not inside:
            path, med, preference = (asn, *path), far.med_of(prefix), near.preference
        came_inside = inside
        route = Route(session.name, path, med, preference, not inside, task=session.task)
    return route


def beats(one: Route, other: Route) -> bool:
    """Say whether a device leaves `other` behind for `one`, up to the MED: the first difference decides."""
    first = (not one.own, -one.preference, len(one.path), one.origin)
    second = (not other.own, -other.preference, len(other.path), other.origin)
    return first < second or (first == second and one.neighbour == other.neighbour and one.med < other.med)


def used_by_a_device(routes: list[Route]) -> set[Route]:
    """Return the routes that no other one beats; among those, the external ones where there are any."""
    unbeaten = {route for route in routes if not any(beats(other, route) for other in routes)}
    return {route for route in unbeaten if route.external} or unbeaten


def used_by_the_cloud(routes: list[Route]) -> set[Route]:
    """Return the routes that no other one beats; a Cloud Router knows no local preference."""
    level = {route: Route(route.session, route.path, route.med, 100, route.external, route.origin) for route in routes}
    return {route for route in routes if not any(beats(level[other], level[route]) for other in routes)}


def with_vpn(env: Environment, **changed: object) -> Environment:
    """Return the environment with fields of its VPN replaced, as if the stack file said so."""
    vpn = env.vpn.model_copy(update=changed)
    return dataclasses.replace(env, sections={**env.sections, "hybrid:vpn": vpn})


def with_priorities(env: Environment, priority: Callable[[str, Tunnel], int]) -> Environment:
    """Return the environment with each tunnel's priority as `priority` says of its name and itself."""
    tunnels = {
        name: tunnel.model_copy(update={"priority": priority(name, tunnel)}) for name, tunnel in env.vpn.tunnels.items()
    }
    levels = {tunnel.priority for tunnel in tunnels.values()}
    mode = TrafficMode.ACTIVE_PASSIVE if len(levels) > 1 else TrafficMode.ACTIVE_ACTIVE
    return with_vpn(env, tunnels=tunnels, mode=mode)
