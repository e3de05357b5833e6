"""`hybrid:fleet` of a stack file: the fleet that all clusters of the environment belong to."""

from __future__ import annotations

from enum import StrEnum

from model.config.shape import Shape
from model.config.types import Label


class MeshManagement(StrEnum):
    """Who runs the mesh's control plane (E8)."""

    MANUAL = "MANAGEMENT_MANUAL"
    AUTOMATIC = "MANAGEMENT_AUTOMATIC"


class Mesh(Shape):
    """The fleet feature servicemesh (E8)."""

    members: dict[Label, MeshManagement]
    """Management by membership; a cluster that runs another mesh is absent."""


class PolicyController(Shape):
    """The fleet feature policycontroller (E10)."""

    bundles: tuple[str, ...]
    """Policy bundles."""
    audit_interval_seconds: int = 60
    """Seconds between audits."""
    log_denies: bool = True
    """Log what is refused."""
    exempt_namespaces: tuple[Label, ...]
    """Namespaces that the policies leave alone."""


class Features(Shape):
    """Fleet features that are on (E5)."""

    servicemesh: Mesh | None = None
    """Service mesh."""
    policycontroller: PolicyController | None = None
    """Policy Controller."""


class Fleet(Shape):
    """The environment's fleet, in the cluster project (E1)."""

    display_name: str
    """Its name in the console, 4 to 30 characters."""
    features: Features = Features()
    """Features that are on."""
