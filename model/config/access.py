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


class Consent(Shape):
    """The owner's yes to a grant that reaches beyond its own team or environment (F18)."""

    by: Email
    """The group that owns what is granted."""
    on: date
    """When."""


class Entitlement(Shape):
    """Privileged access for a while (F16)."""

    levels: tuple[tuple[Email, ...], ...]
    """Approvals: empty means automatic, each level is one approval by anyone named in it."""
    max: str
    """The longest, such as 1h."""


class PlatformEntitlement(Entitlement):
    """Privileged access of the platform's own groups."""

    target: Target
    """Where: the cluster project or the network project."""
    roles: tuple[Role, ...]
    """What."""
    requesters: tuple[Email, ...]
    """Who may ask."""
    reason: str
    """What it is for."""
    inside: ClusterRole | None = None
    """The requesters' role inside the clusters that are not GKE's, whose API servers do not ask IAM (E30). It is bound
    for good and of use only while the entitlement lets its holder through the Connect gateway."""


class Authoritative(Shape):
    """A role whose members on a project are exactly those that the files name: anybody else's are removed (F2)."""

    target: Target
    """The project."""
    role: Role
    """The role."""
    reason: str
    """Why nobody else may give it."""


class ImageRepositories(Shape):
    """The teams' image repositories, which exist once for all environments and are made by the stack that says so."""

    writers: Label
    """The environment whose deploy accounts write images; every environment reads them."""


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
    consent: Consent | None = None
    """The owner's yes, where the group is another environment's or a product team's (F18)."""


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
    grants: dict[Label, Grant] = {}
    """Grants by name."""
    clusters: dict[Label, ClusterGrant] = {}
    """Cluster roles by name."""
    entitlements: dict[Label, PlatformEntitlement] = {}
    """Privileged access of the platform's own groups, by id."""
    authoritative: tuple[Authoritative, ...] = ()
    """Roles whose members are exactly those named; every other role is additive (F2)."""
    image_repositories: ImageRepositories | None = None
    """Present in the one stack that makes the teams' image repositories."""
