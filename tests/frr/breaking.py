"""Breaking a lab in the ways that a VPN breaks, and mending it.

A tunnel, an attachment, an edge domain, a site or a region goes silent: packets vanish, and only the hold time tells. A
gateway interface, a line, a device or a router goes down with its links, which is noticed at once. A session is shut
down by its owner, as a drill does.
"""

from __future__ import annotations

from collections.abc import Iterable

from model.planning.bgp.failures import Failure, Kind
from model.planning.bgp.network import Down, Session
from tests.frr.lab import Lab
from tests.frr.spaces import NOWHERE, Router, ip

SILENT = frozenset({Kind.TUNNEL, Kind.ATTACHMENT, Kind.DOMAIN, Kind.METRO, Kind.SITE, Kind.REGION})


def down_in(lab: Lab, environment: str, failure: Failure) -> Down:
    """Return what `failure` of an environment takes down, in the names of the lab's network."""
    links = lab.topologies[environment].links
    names = (f"{links[name].router}/{name}" if name in links else name for name in failure.down.sessions)
    return Down(
        failure.down.speakers,
        frozenset(names),
    )


def break_(lab: Lab, environment: str, failure: Failure) -> Down:
    """Break the lab by `failure`; return what is down now because of it."""
    down = down_in(lab, environment, failure)
    sessions = lab.network.sessions.values()
    hit = [
        each for each in sessions if each.name in down.sessions or down.speakers & {end.speaker for end in each.ends}
    ]
    if failure.kind is Kind.SESSION:
        _shut(lab, hit)
    elif failure.kind in SILENT:
        _silence(lab, hit)
    else:
        _cut(lab, hit, down)
    return down


def mend(lab: Lab) -> None:
    """Mend everything that is broken."""
    while lab.undo:
        lab.undo.pop()()


def _shut(lab: Lab, sessions: Iterable[Session]) -> None:
    for session in sessions:
        owner = session.ends[0].speaker
        router, asn = lab.bench.routers[owner], lab.network.speakers[owner].asn
        line = f"neighbor {session.far(owner).address} shutdown"
        router.command("configure terminal", f"router bgp {asn}", line)

        def again(router: Router = router, asn: int = asn, line: str = line) -> None:
            router.command("configure terminal", f"router bgp {asn}", f"no {line}")

        lab.undo.append(again)


def _silence(lab: Lab, sessions: Iterable[Session]) -> None:
    for session in sessions:
        for end in session.ends:
            space, interface = lab.bench.routers[end.speaker].space, lab.wires[session.name][end.speaker]
            far = session.far(end.speaker).address
            ip(space, f"neigh replace {far} lladdr {NOWHERE} dev {interface} nud permanent")

            def again(space: str = space, entry: str = f"neigh del {far} dev {interface}") -> None:
                ip(space, entry)

            lab.undo.append(again)


def _cut(lab: Lab, sessions: Iterable[Session], down: Down) -> None:
    """Take links down: of a router that is lost its own ends, of a tunnel both."""
    ends = {
        (lab.bench.routers[end.speaker].space, lab.wires[session.name][end.speaker])
        for session in sessions
        for end in session.ends
        if not down.speakers or end.speaker in down.speakers
    }
    for space, interface in sorted(ends):
        ip(space, f"link set {interface} down")

        def again(space: str = space, interface: str = interface) -> None:
            ip(space, f"link set {interface} up")

        lab.undo.append(again)
