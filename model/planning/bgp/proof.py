"""The proof of a VPN's redundancy: for each loss, which tunnels still carry what in both directions, and is it enough.

Capacity is what the tunnels in use carry (D16, D17): 250 000 packets a second each, both directions summed. Where the
two directions use different tunnels, the smaller number counts.

The sites' hosts are taken to reach any device that is up: how a site's own network chooses between devices is not in
the files, but a device with an address inside hands on what it can not send itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Network

from model.estate import Environment
from model.planning.advertised import learned
from model.planning.bgp.convergence import Tables, converge
from model.planning.bgp.failures import Failure, Pair, pairs, single_failures
from model.planning.bgp.network import Down
from model.planning.bgp.sla import Sla, sla
from model.planning.bgp.topology import Topology, topology
from model.planning.bgp.vpc import used_in


class Direction(StrEnum):
    """Which way packets go."""

    TO_SITES = "cloud to sites"
    TO_CLOUD = "sites to cloud"


@dataclass(frozen=True, slots=True)
class Path:
    """How packets for `prefix` go: over which tunnels, and why these."""

    prefix: IPv4Network
    direction: Direction
    tunnels: frozenset[str]
    why: str


@dataclass(frozen=True)
class State:
    """What is left after a loss. `kpps` is what the tunnels in use carry."""

    paths: tuple[Path, ...]
    kpps: int

    @cached_property
    def cut(self) -> tuple[Path, ...]:
        """The prefixes that no tunnel reaches any more."""
        return tuple(path for path in self.paths if not path.tunnels)

    def used(self, direction: Direction) -> frozenset[str]:
        """Return the tunnels that carry anything in `direction`."""
        return frozenset(name for path in self.paths if path.direction is direction for name in path.tunnels)

    @cached_property
    def lopsided(self) -> tuple[Path, ...]:
        """The paths whose answers come back over other tunnels only (D13)."""
        back = {
            Direction.TO_CLOUD: self.used(Direction.TO_SITES),
            Direction.TO_SITES: self.used(Direction.TO_CLOUD),
        }
        return tuple(path for path in self.paths if path.tunnels and not back[path.direction] <= path.tunnels)


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
        network = self.topology.network
        self._here = learned(env)
        self._there = tuple(prefix for prefix in network.prefixes if prefix not in self._here)

    def after(self, down: Down) -> State:
        """Return what is left when `down` is lost."""
        state = self._known.get(down)
        if state is None:
            state = self._known[down] = self._worked_out(down)
        return state

    def _worked_out(self, down: Down) -> State:
        tables = converge(self.topology.network, down)
        paths = (*self._to_sites(tables), *self._to_cloud(tables))
        fewest = min(
            len({name for path in paths if path.direction is direction for name in path.tunnels})
            for direction in Direction
        )
        return State(paths, fewest * self._env.organisation.vpn.kpps_per_tunnel)

    def _to_sites(self, tables: Tables) -> Iterator[Path]:
        region, router = self._env.organisation.region, self.topology.router
        for prefix in self._here:
            tunnels = used_in(region, {router: region}, tables, prefix, routing_mode=self._env.network.routing_mode)
            yield Path(prefix, Direction.TO_SITES, tunnels, str(tables.choice(router, prefix)))

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
