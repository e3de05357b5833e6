"""Where an environment's cloud resources are: names, projects, region, labels, and how hard they are to delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.config.environment import EnvironmentFacts
from model.estate import Environment
from model.planning.names import Names
from model.planning.protection import Kind, guarded, protected


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every cloud component of an environment needs to know."""

    names: Names
    facts: EnvironmentFacts
    region: str
    labels: Mapping[str, str]
    """Labels of everything that takes labels."""

    @classmethod
    def of(cls, environment: Environment) -> Setting:
        """Return the setting of `environment`; its labels are the organisation's and the environment's name."""
        organisation = environment.organisation
        return cls(
            names=Names.of(environment),
            facts=environment.facts,
            region=organisation.region,
            labels={**organisation.labels, "environment": environment.name},
        )

    @property
    def network_project(self) -> str:
        """The project of the VPC and the VPN, the Shared VPC host."""
        return self.facts.projects.network.id

    @property
    def cluster_project(self) -> str:
        """The project of the clusters and the fleet, the Shared VPC service project."""
        return self.facts.projects.cluster.id

    def protects(self, kind: Kind) -> bool:
        """Say whether Pulumi refuses to delete resources of `kind` (X8)."""
        return protected(self.facts, kind)

    def deletion_policy(self, kind: Kind) -> str:
        """Return the provider's own switch for `kind`: PREVENT refuses deletion as well, DELETE allows it (X8)."""
        return "PREVENT" if guarded(self.facts, kind) else "DELETE"
