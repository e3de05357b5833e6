"""FRR as a stand-in for a Cloud Router: it announces what the model says, and uses equal paths together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from model.planning.bgp.network import Network, Session


def cloud_router(network: Network, router: str, keepalive: int, signed: Mapping[str, str]) -> str:
    """Return the configuration of the Cloud Router named `router`; `signed` are the MD5 keys of links that have one."""
    return "".join(f"{line}\n" for line in _lines(network, router, keepalive, signed))


def _lines(network: Network, router: str, keepalive: int, signed: Mapping[str, str]) -> Iterator[str]:
    speaker = network.speakers[router]
    sessions = [each for each in network.sessions.values() if router in {end.speaker for end in each.ends}]
    yield "no zebra nexthop kernel enable"
    for session in sessions:
        yield from _filter(session, router)
    yield f"router bgp {speaker.asn}"
    yield f" bgp router-id {sessions[0].near(router).address}"
    yield " bgp bestpath as-path multipath-relax"
    # A Cloud Router announces what it is told to, whether there is such a network or not.
    yield " no bgp network import-check"
    for session in sessions:
        far = session.far(router)
        yield f" neighbor {far.address} remote-as {network.speakers[far.speaker].asn}"
        yield f" neighbor {far.address} timers {keepalive} {3 * keepalive}"
        yield f" neighbor {far.address} timers connect 1"
        password = signed.get(session.name.rpartition("/")[2])
        if password is not None:
            yield f" neighbor {far.address} password {password}"
    yield " address-family ipv4 unicast"
    for prefix in sorted(speaker.originates):
        yield f"  network {prefix}"
    yield "  maximum-paths 64"
    for session in sessions:
        far = session.far(router)
        yield f"  neighbor {far.address} activate"
        yield f"  neighbor {far.address} route-map ALL in"
        yield f"  neighbor {far.address} route-map {session.name} out"
    yield " exit-address-family"
    yield "exit"
    yield "route-map ALL permit 10"
    yield "exit"


def _filter(session: Session, router: str) -> Iterator[str]:
    near = session.near(router)
    for prefix in sorted(near.announces or ()):
        yield f"ip prefix-list {session.name} permit {prefix}"
    yield f"route-map {session.name} permit 10"
    yield f" match ip address prefix-list {session.name}"
    yield f" set metric {near.med}"
    yield "exit"
