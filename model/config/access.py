"""`hybrid:access` of a stack file: what platform groups may do, and which profile product teams get."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from model.config.shape import Shape
from model.config.types import Email, Label, Role


class Target(StrEnum):
    """What a grant is on."""

    CLUSTER_PROJECT = "cluster-project"
    NETWORK_PROJECT = "network-project"
    TEAM_PROJECTS = "team-projects"
    BILLING_ACCOUNT = "billing-account"


class ClusterRole(StrEnum):
    """Kubernetes' own cluster roles for people."""

    VIEW = "view"
    EDIT = "edit"
    ADMIN = "admin"
    CLUSTER_ADMIN = "cluster-admin"


class Grant(Shape):
    """Roles of one group on some targets."""

    group: Email
    """Who; always a group (F1)."""
    targets: tuple[Target, ...]
    """Where."""
    roles: tuple[Role, ...]
    """What."""
    reason: str
    """Why."""
    expires: date | None = None
    """The last day; the grant then carries a condition that ends it (F4)."""


class ClusterGrant(Shape):
    """A cluster role of one principal in every cluster of the environment."""

    principal: Email
    """A group, or a service account of the program."""
    role: ClusterRole
    """The cluster role."""
    reason: str
    """Why."""


class Access(Shape):
    """Who may do what in the environment, beyond what team files say."""

    team_profile: Label | None = None
    """The profile of the organisation file that product teams get; none where teams have no business."""
    team_rbac: ClusterRole | None = None
    """The cluster role that product teams get in their namespaces; a record may not ask for another."""
    grants: dict[Label, Grant] = {}
    """Grants by name."""
    clusters: dict[Label, ClusterGrant] = {}
    """Cluster roles by name."""
