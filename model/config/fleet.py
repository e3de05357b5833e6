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


class ScopeLogs(StrEnum):
    """What becomes of the logs of a scope's namespaces (E13)."""

    COPY = "COPY"
    """They go to the scope's bucket too."""
    MOVE = "MOVE"
    """They go to the scope's bucket alone."""


class RoleRule(Shape):
    """Verbs on resources, as a cluster role has them."""

    groups: tuple[str, ...]
    """API groups; the core one is written as an empty text."""
    resources: tuple[str, ...]
    """Resources in the plural, a subresource behind a slash."""
    verbs: tuple[str, ...]
    """Verbs."""


class CustomRole(Shape):
    """A cluster role of the organisation's own, for scopes: the program makes it wherever a scope uses it (E15)."""

    rules: tuple[RoleRule, ...]
    """What it allows."""
    reason: str
    """What view, edit and admin lack."""


class TeamScopes(Shape):
    """Fleet team management: a team's record may then put its clusters under a scope (E13-E16)."""

    custom_roles: dict[Label, CustomRole] = {}
    """Roles that scopes may use beside view, edit and admin, by name (feature rbacrolebindingactuation, E13)."""
    self_service: bool = False
    """Whether edit and admin in a scope bring the editor's and the administrator's role on the scope itself. Their
    holders then make namespaces of any name in it, and an administrator gives away its roles, which no review sees."""
    logs: ScopeLogs | None = None
    """Whether logs of a scope go to a bucket of its own, which its groups read (feature fleetobservability)."""


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
    team_scopes: TeamScopes | None = None
    """Present where teams may have scopes; without it every namespace and every role in it is the program's."""
