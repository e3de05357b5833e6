"""What the files describe, taken together: one environment, and the estate of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

from model.config.access import Access
from model.config.attached import Attached
from model.config.baremetal import BareMetal
from model.config.catalogue import FILE, Catalogue
from model.config.environment import EnvironmentFacts
from model.config.fleet import Fleet
from model.config.gke import Gke
from model.config.network import Network
from model.config.onprem import OnPrem
from model.config.organisation import Organisation
from model.config.problems import Place
from model.config.shape import Shape
from model.config.source import Source
from model.config.team import Team, TeamEnvironment
from model.config.vpn import Vpn
from model.rules.registry import Unavailable

S = TypeVar("S", bound=Shape)


@dataclass(frozen=True, eq=False)
class Environment:
    """One environment: its stack file, the organisation, and the teams that are in it.

    A section whose text could not be read raises `Unavailable`, so that the rules about the other sections still run.
    """

    name: str
    source: Source
    organisation: Organisation
    teams: Mapping[str, Team]
    today: date
    sections: Mapping[str, Shape]
    versions: Catalogue | None = None
    """The version catalogue, None where it could not be read; rules ask for `catalogue`."""

    @property
    def catalogue(self) -> Catalogue:
        """The version catalogue."""
        if self.versions is None:
            raise Unavailable(f"{FILE} could not be read")
        return self.versions

    def _section(self, key: str, shape: type[S]) -> S:
        section = self.sections.get(key)
        if not isinstance(section, shape):
            raise Unavailable(f"{key} of {self.source.file} could not be read")
        return section

    @property
    def facts(self) -> EnvironmentFacts:
        """Which environment this is."""
        return self._section("hybrid:environment", EnvironmentFacts)

    @property
    def network(self) -> Network:
        """The VPC, its ranges, egress and names."""
        return self._section("hybrid:network", Network)

    @property
    def vpn(self) -> Vpn:
        """The link between the sites and the VPC."""
        return self._section("hybrid:vpn", Vpn)

    @property
    def onprem(self) -> OnPrem:
        """vSphere, admin and user clusters."""
        return self._section("hybrid:onprem", OnPrem)

    @property
    def gke(self) -> Gke:
        """GKE clusters."""
        return self._section("hybrid:gke", Gke)

    @property
    def attached(self) -> Attached:
        """Clusters that others run."""
        return self._section("hybrid:attached", Attached)

    @property
    def baremetal(self) -> BareMetal:
        """Clusters on machines of one's own."""
        return self._section("hybrid:baremetal", BareMetal)

    @property
    def fleet(self) -> Fleet:
        """The fleet."""
        return self._section("hybrid:fleet", Fleet)

    @property
    def access(self) -> Access:
        """Who may do what, beyond what team files say."""
        return self._section("hybrid:access", Access)

    @cached_property
    def members(self) -> Mapping[str, tuple[Team, TeamEnvironment]]:
        """The teams that have something here, by slug, in the order of their slugs."""
        return {
            slug: (team, team.environments[self.name])
            for slug, team in self.teams.items()
            if self.name in team.environments
        }

    def place(self, *path: str | int) -> Place:
        """Return where something of the stack file stands; `("hybrid:vpn", "asn")` for example."""
        return self.source.place(("config", *path))


@dataclass(frozen=True, eq=False)
class Estate:
    """All environments and teams of the organisation."""

    organisation: Organisation
    environments: Mapping[str, Environment]
    teams: Mapping[str, Team]
    today: date
