"""`hybrid:environment` of a stack file: which environment this is, and how hard it is to hurt."""

from __future__ import annotations

from enum import StrEnum

from model.config.budget import PlatformBudget
from model.config.shape import Shape
from model.config.types import Label, ProjectId, ProjectNumber


class Protect(StrEnum):
    """What Pulumi refuses to delete."""

    NONE = "none"
    """Nothing: the environment is wiped on purpose."""
    IDENTITY = "identity"
    """What others have written down: VPN gateway, egress addresses, fleet."""
    STATEFUL = "stateful"
    """Everything that bears data or identity: the above, clusters, memberships, key rings, secrets, network."""


class DeletionProtection(StrEnum):
    """Resources on which the provider itself refuses deletion as well."""

    GKE = "gke"
    """GKE clusters."""
    ONPREM = "onprem"
    """On-prem user clusters and node pools."""
    STATEFUL = "stateful"
    """Those and everything else that bears data or identity and whose resource has the switch."""


class Protection(Shape):
    """How hard the environment is to hurt (X8)."""

    protect: Protect = Protect.STATEFUL
    """What Pulumi refuses to delete."""
    deletion_protection: tuple[DeletionProtection, ...] = (DeletionProtection.STATEFUL,)
    """On what the provider refuses deletion too."""


class Project(Shape):
    """A project of the environment. It exists; the program never creates or deletes one."""

    id: ProjectId
    """The project id."""
    number: ProjectNumber
    """The project number."""


class Projects(Shape):
    """The environment's projects (F18)."""

    cluster: Project
    """Clusters and fleet: the service project."""
    network: Project
    """VPC and VPN: the Shared VPC host project."""


class State(Shape):
    """Where the stack's state is kept."""

    bucket: str
    """The backend, gs://<bucket>; one per environment."""
    key: str
    """The KMS key that encrypts the stack's secrets, as in the file's `secretsprovider`."""


class EnvironmentFacts(Shape):
    """Which environment this is."""

    name: Label
    """The stack's name; the same as in the file's name."""
    ring: int
    """Its place in the order of promotion; 0 goes first (X1)."""
    production: bool = False
    """Whether the rules for production apply: redundancy, three control plane nodes, protection (X8)."""
    purpose: str
    """What it is for."""
    folder: str
    """The folder of its projects, folders/<number>."""
    projects: Projects
    """Its projects."""
    state: State
    """Where its state is."""
    protection: Protection = Protection()
    """How hard it is to hurt."""
    budget: PlatformBudget | None = None
    """What the environment's own projects may cost, where somebody is to hear of it."""
