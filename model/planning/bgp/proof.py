"""The proof of a VPN's redundancy: for each loss, which links still carry what in both directions, and is it enough.

Capacity is what the links in use to the sites carry together (D16, D17): a tunnel 250 000 packets a second, both
directions summed, an attachment what its bandwidth allows. Equal paths share by flow and not by capacity, so of links
used together the slowest one decides for all. Where the two directions use different links, the smaller number counts.

The sites' hosts are taken to reach any device that is up: how a site's own network chooses between devices is not in
the files, but a device with an address inside hands on what it can not send itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network

from model.estate import Environment
from model.planning.bgp.convergence import Tables, converge
from model.planning.bgp.failures import Failure, Pair, pairs, single_failures
from model.planning.bgp.links import Link
from model.planning.bgp.network import Down
from model.planning.bgp.selection import Choice
from model.planning.bgp.sla import Sla, sla
from model.planning.bgp.topology import Topology, topology
from model.planning.bgp.vpc import choice_in


class Direction(StrEnum):
    """Which way packets go."""

    TO_SITES = "cloud to sites"
    TO_CLOUD = "sites to cloud"


@dataclass(frozen=True, slots=True)
class Path:
    """How packets for `prefix` go: over which tunnels and attachments, and why these.

    `gateway` is the key of the other gateway of the cloud that is at the far end, "" for the sites.
    """

    prefix: IPv4Network
    direction: Direction
    tunnels: frozenset[str]
    why: str
    gateway: str = ""


@dataclass(frozen=True)
class State:
    """What is left after a loss. `kpps` is what the links in use to the sites carry."""

    paths: tuple[Path, ...]
    kpps: int

    @cached_property
    def cut(self) -> tuple[Path, ...]:
        """The prefixes that no link reaches any more."""
        return tuple(path for path in self.paths if not path.tunnels)

    def used(self, direction: Direction, gateway: str | None = None) -> frozenset[str]:
        """Return the links that carry anything in `direction`; of `gateway` alone where one is asked for."""
        return frozenset(
            name
            for path in self.paths
            if path.direction is direction and gateway in {None, path.gateway}
            for name in path.tunnels
        )

    @cached_property
    def lopsided(self) -> tuple[Path, ...]:
        """The paths whose answers come back over other links only (D13)."""
        back = {Direction.TO_CLOUD: Direction.TO_SITES, Direction.TO_SITES: Direction.TO_CLOUD}
        used = {
            (direction, gateway): self.used(back[direction], gateway)
            for direction in Direction
            for gateway in {path.gateway for path in self.paths}
        }
        return tuple(
            path for path in self.paths if path.tunnels and not used[path.direction, path.gateway] <= path.tunnels
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """A loss and what it leaves."""

    loss: Failure | Pair
    state: State
    peak_kpps: int

    @property
    def beyond(self) -> str | None:
        """Why the VPN is not made to survive it, None when it is."""
        if isinstance(self.loss, Failure):
            return self.loss.beyond
        return self.loss.one.beyond or self.loss.other.beyond

    @property
    def short(self) -> bool:
        """Whether what is left can not carry the peak, though every prefix has a path."""
        return not self.state.cut and self.state.kpps < self.peak_kpps

    @property
    def verdict(self) -> str:
        """`holds`, `short` or `cut`."""
        return "cut" if self.state.cut else "short" if self.short else "holds"


@dataclass(frozen=True)
class Proof:
    """The proof for one environment. `pairs` is empty unless asked for."""

    environment: str
    production: bool
    topology: Topology
    peak_kpps: int
    sla: Sla
    intact: State
    singles: tuple[Judged, ...]
    pairs: tuple[Judged, ...]

    @property
    def broken(self) -> Iterator[Judged]:
        """The single losses that the VPN is made to survive and does not."""
        return (each for each in self.singles if each.beyond is None and each.verdict != "holds")

    @property
    def holds(self) -> bool:
        """Whether every single loss that the VPN is made to survive leaves a path for everything, and enough of it."""
        return not any(self.broken)


class Prover:
    """Answers what is left after a loss; what takes down the same is worked out once."""

    def __init__(self, env: Environment) -> None:
        self.topology = topology(env)
        self._env = env
        self._known: dict[Down, State] = {}
        told = self._told(lambda link: link.tells)
        heard = self._told(lambda link: (*link.hears, *link.taken) if link.to_sites else ())
        # A range that both sides call theirs is refused elsewhere (D23); there is no path to prove.
        self._here = tuple(sorted(heard - told))
        self._there = tuple(sorted(self._told(lambda link: link.tells if link.to_sites else ()) - heard))

    def _told(self, of: Callable[[Link], Iterable[IPv4Network]]) -> set[IPv4Network]:
        return {prefix for link in self.topology.links.values() for prefix in of(link)}

    def after(self, down: Down) -> State:
        """Return what is left when `down` is lost."""
        state = self._known.get(down)
        if state is None:
            state = self._known[down] = self._worked_out(down)
        return state

    def _worked_out(self, down: Down) -> State:
        tables = converge(self.topology.network, down)
        paths = (*self._to_sites(tables), *self._to_cloud(tables), *self._of_other_gateways(tables))
        state = State(paths, 0)
        return replace(state, kpps=min(self._carry(state.used(direction, "")) for direction in Direction))

    def _carry(self, names: Iterable[str]) -> int:
        """Return what links carry that flows are spread over evenly: as often the slowest as there are links."""
        each = [self.topology.links[name].kpps for name in names]
        return len(each) * min(each, default=0)

    def _leaves(self, tables: Tables, prefix: IPv4Network) -> Choice:
        region = self._env.organisation.region
        places = dict.fromkeys(self.topology.routers, region)
        return choice_in(region, places, tables, prefix, routing_mode=self._env.network.routing_mode)

    def _to_sites(self, tables: Tables) -> Iterator[Path]:
        for prefix in self._here:
            choice = self._leaves(tables, prefix)
            yield Path(prefix, Direction.TO_SITES, frozenset(each.session for each in choice.routes), str(choice))

    def _to_cloud(self, tables: Tables) -> Iterator[Path]:
        for prefix in self._there:
            taken: frozenset[str] = frozenset()
            said: dict[str, list[str]] = {}
            for device in self.topology.devices:
                out = tables.leaves_by(device, prefix)
                taken |= out
                if device not in tables.down.speakers:
                    said.setdefault(str(tables.choice(device, prefix)), []).append(device)
            why = "; ".join(f"{', '.join(devices)}: {text}" for text, devices in said.items()) or "no device left"
            yield Path(prefix, Direction.TO_CLOUD, taken, why)

    def _of_other_gateways(self, tables: Tables) -> Iterator[Path]:
        """Give the paths to what is behind other gateways of the cloud, and from there to what they are told of."""
        for key, router in self.topology.others.items():
            mine = [link for link in self.topology.links.values() if link.far == router]
            heard = {prefix for link in mine for prefix in (*link.hears, *link.taken)}
            told = {prefix for link in mine for prefix in link.tells}
            for prefix in sorted(heard - told):
                choice = self._leaves(tables, prefix)
                out = frozenset(each.session for each in choice.routes)
                yield Path(prefix, Direction.TO_SITES, out, str(choice), key)
            for prefix in sorted(told - heard):
                back = tables.choice(router, prefix)
                yield Path(prefix, Direction.TO_CLOUD, tables.leaves_by(router, prefix), str(back), key)


def prove(env: Environment, *, with_pairs: bool = False) -> Proof:
    """Return the proof for `env`; `with_pairs` adds every two losses at once."""
    prover = Prover(env)
    failures = single_failures(env, prover.topology)
    peak = env.vpn.peak_kpps

    def judged(loss: Failure | Pair) -> Judged:
        return Judged(loss, prover.after(loss.down), peak)

    return Proof(
        environment=env.name,
        production=env.facts.production,
        topology=prover.topology,
        peak_kpps=peak,
        sla=sla(env),
        intact=prover.after(Down()),
        singles=tuple(judged(each) for each in failures),
        pairs=tuple(judged(each) for each in pairs(failures)) if with_pairs else (),
    )
