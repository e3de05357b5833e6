"""The sample's environments at the sites' devices, as FRR: built from the model, and read from the kernel.

All environments share the two devices, as they do at the sites, so one lab has them all. Timers are the generated ones
divided by 20, keepalive 1 and hold 3 seconds: the model knows no times, and a hold of a minute would only be waited
for.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from model.estate import Environment
from model.planning.bgp.convergence import Tables, converge
from model.planning.bgp.links import LinkKind
from model.planning.bgp.network import Down, Network, Session
from model.planning.bgp.topology import Topology, topology
from model.planning.peers.frr import frr
from model.planning.peers.plan import device_plan
from tests.frr.cloud import cloud_router
from tests.frr.spaces import Bench, Router, bench, entries, ip, tool, wait_until

KEEPALIVE: Final = 1
RETRY: Final = ("timers connect 10\n", "timers connect 1\n")
SETTLES: Final = 30.0
"""Seconds until a state has to be reached: the hold time, a retry, and a busy machine."""

Routes = Mapping[IPv4Network, frozenset[str]]
"""By prefix, the neighbours' addresses that a kernel sends packets to."""


def merged(networks: list[Network]) -> Network:
    """Return the networks of several environments as the one that the shared devices see.

    Links of two environments may have one name, so each session is named after its environment's router too.
    """
    speakers = dict(networks[0].speakers)
    sessions: dict[str, Session] = {}
    for network in networks:
        for name, speaker in network.speakers.items():
            known = speakers.get(name, speaker)
            speakers[name] = dataclasses.replace(speaker, originates=speaker.originates | known.originates)
        for session in network.sessions.values():
            name = qualified(network, session)
            sessions[name] = dataclasses.replace(session, name=name)
    return Network(speakers, sessions)


def qualified(network: Network, session: Session) -> str:
    """Return the name of a session among those of all environments."""
    return f"{session.ends[0].speaker}/{session.name}" if network.external(session) else session.name


@dataclass(eq=False)
class Lab:
    """A running lab. `network` is the merged model, `topologies` those of the environments."""

    bench: Bench
    network: Network
    topologies: Mapping[str, Topology]
    wires: Mapping[str, Mapping[str, str]]
    """By session, the interface of each speaker."""
    undo: list[Callable[[], None]] = dataclasses.field(default_factory=list[Callable[[], None]])
    """What mends what is broken now."""

    def predicted(self, down: Down) -> dict[str, Routes]:
        """Return what every router that is up is predicted to have in its kernel, by its name."""
        tables = converge(self.network, down)
        return {name: self._predicted(tables, name) for name in self.network.speakers if name not in down.speakers}

    def _predicted(self, tables: Tables, name: str) -> Routes:
        found: dict[IPv4Network, frozenset[str]] = {}
        for prefix in self.network.prefixes:
            routes = tables.choice(name, prefix).routes
            ways = frozenset(
                str(self.network.sessions[route.session].far(name).address) for route in routes if not route.own
            )
            if ways:
                found[prefix] = ways
        return found

    def kernel(self, name: str) -> Routes:
        """Return what BGP put into the kernel of a router."""
        done = tool("ip", "-json", "-n", self.bench.routers[name].space, "route", "show", "proto", "bgp")
        found: dict[IPv4Network, frozenset[str]] = {}
        for route in entries(json.loads(done.stdout or "[]")):
            hops = route.get("nexthops")
            ways = entries(hops) if hops else [route]
            found[IPv4Network(str(route["dst"]))] = frozenset(str(way["gateway"]) for way in ways)
        return found

    def settled(self, down: Down) -> dict[str, tuple[Routes, Routes]]:
        """Wait until every kernel has what is predicted; return those that differ, with what they have and should."""
        wanted = self.predicted(down)
        differing: dict[str, tuple[Routes, Routes]] = {}

        def looks() -> Iterator[bool]:
            while True:
                differing.clear()
                for name, routes in wanted.items():
                    have = self.kernel(name)
                    if have != routes:
                        differing[name] = (have, routes)
                yield not differing

        wait_until(looks(), SETTLES)
        return differing


def _device(router: Router, environments: list[Environment]) -> None:
    """Configure a device as its engineers would: each environment's file, one after another, with the keys put in."""
    for env in environments:
        plan = dataclasses.replace(device_plan(env, router.name), keepalive=KEEPALIVE)
        text = frr(plan)
        assert text.count(RETRY[0]) == len(plan.sessions) + len(plan.neighbours)
        for session in plan.sessions:
            if session.password is not None:
                mark = f"neighbor {session.inner_google} password {session.password.replace(' ', '-')}\n"
                assert text.count(mark) == 1
                text = text.replace(mark, f"neighbor {session.inner_google} password {signature(session.name)}\n")
        router.configure(text.replace(*RETRY))


def signature(link: str) -> str:
    """Return what both ends of a signed session sign with, in this lab."""
    return f"md5-of-{link}"


def _signed(env: Environment) -> dict[str, str]:
    """Return by session what it is signed with."""
    return {name: signature(name) for name, link in env.vpn.links.items() if link.md5 is not None}


@contextmanager
def lab(environments: list[Environment]) -> Generator[Lab]:
    """Give a lab of `environments`, every session of which is up."""
    topologies = {env.name: topology(env) for env in environments}
    network = merged([each.network for each in topologies.values()])
    sites = sorted({device for each in topologies.values() for device in each.devices})
    with bench() as made:
        for name in network.speakers:
            made.router(name)
        wires = _wire(made, network, _lengths(topologies))
        for name, speaker in network.speakers.items():
            space = made.routers[name].space
            if name in sites:
                # What the sites' own routing brings to the device; it announces nothing that it can not reach.
                blocks = [prefix for prefix in speaker.originates if not _inside(network, prefix)]
                ip(space, *(f"route add blackhole {prefix}" for prefix in sorted(blocks)))
        with ThreadPoolExecutor() as pool:
            list(pool.map(Router.start, made.routers.values()))
        for env in environments:
            here = topologies[env.name]
            for router in (*here.routers, *here.others.values()):
                made.routers[router].configure(cloud_router(network, router, KEEPALIVE, _signed(env)))
        for device in sites:
            _device(made.routers[device], environments)
        yield Lab(made, network, topologies, wires)


def _inside(network: Network, prefix: IPv4Network) -> bool:
    """Say whether devices have an address in `prefix`, so that a connected route is there already."""
    return any(
        end.address in prefix
        for session in network.sessions.values()
        if not network.external(session)
        for end in session.ends
    )


def _lengths(topologies: Mapping[str, Topology]) -> dict[str, int]:
    """Return by session how long its network's prefix is: a tunnel has a /30, an attachment a /29."""
    return {
        f"{link.router}/{name}": 29 if link.kind is LinkKind.ATTACHMENT else 30
        for each in topologies.values()
        for name, link in each.links.items()
    }


def _wire(made: Bench, network: Network, lengths: Mapping[str, int]) -> dict[str, dict[str, str]]:
    """Lay a wire for each tunnel and attachment, and one switch for the network inside the sites."""
    switch = made.space("inside")
    ip(switch, "link add br0 type bridge", "link set br0 up")
    wires: dict[str, dict[str, str]] = {}
    joined: set[str] = set()
    for number, (name, session) in enumerate(network.sessions.items()):
        one, other = session.ends
        if network.external(session):
            interface = f"t{number}"
            made.link((made.routers[one.speaker].space, interface), (made.routers[other.speaker].space, interface))
            for end in (one, other):
                ip(
                    made.routers[end.speaker].space,
                    f"address add {end.address}/{lengths[name]} dev {interface}",
                    f"link set {interface} up",
                )
            wires[name] = {one.speaker: interface, other.speaker: interface}
            continue
        for end in (one, other):
            if end.speaker not in joined:
                joined.add(end.speaker)
                made.link((made.routers[end.speaker].space, "inside"), (switch, f"p{len(joined)}"))
                ip(switch, f"link set p{len(joined)} master br0 up")
                ip(made.routers[end.speaker].space, f"address add {end.address}/24 dev inside", "link set inside up")
        wires[name] = {one.speaker: "inside", other.speaker: "inside"}
    return wires
