"""`stacks/teams/<slug>.yaml`: one record per product team, kept once and projected everywhere."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from model.config.access import ClusterRole, Consent, Entitlement
from model.config.shape import Shape
from model.config.types import Email, Label, ProjectId, ProjectNumber, Repository, Role


class Criticality(StrEnum):
    """When somebody answers."""

    OFFICE = "office"
    ALWAYS = "24x7"


class DataClass(StrEnum):
    """What the data is, which decides where it may be (J003)."""

    OPEN = "open"
    INTERNAL = "internal"
    PERSONAL = "personal"
    PETABYTE = "petabyte"


class GroupState(StrEnum):
    """Whether the directory has synchronised a group."""

    ACTIVE = "active"
    PENDING = "pending"


class Contact(Shape):
    """How to reach the team."""

    slack: str
    """Its channel."""
    alerts_slack: str
    """The channel for alerts."""
    email: Email
    """Its mailbox."""


class TeamGroups(Shape):
    """The team's group."""

    google: Email
    """Its address."""
    entra_display_name: str
    """Its name in Entra."""
    entra_object_id: str
    """Its object id in Entra."""
    state: GroupState
    """`pending` until the directory has synchronised it; nothing is granted before (F12)."""
    pending_since: date | None = None
    """The day from which it has been waiting, so that a sync which never comes is seen."""


class ManifestRepository(Shape):
    """A further repository that delivery may read."""

    name: Label
    """Its short name."""
    repo: Repository
    """Where it is."""


class TeamGithub(Shape):
    """Repositories that may deploy."""

    repositories: tuple[Repository, ...]
    """The repositories."""
    environments: dict[Label, str]
    """GitHub environment by environment."""


class Quota(Shape):
    """What the team may use in each cluster listed."""

    cpu: int
    """CPUs."""
    memory_gib: int
    """Memory in GiB."""
    pods: int
    """Pods."""


class Deviation(Shape):
    """More than the environment's profile gives, for a reason and until a day."""

    team_project: tuple[Role, ...] = ()
    """Further roles on the team's own project."""
    cluster_project: tuple[Role, ...] = ()
    """Further roles on the cluster project, in whose clusters other teams are too."""
    rbac: ClusterRole | None = None
    """Another cluster role in its namespaces."""
    reason: str
    """Why the profile does not do."""
    expires: date
    """The last day; IAM ends by itself then, and the check refuses the file from the next day."""


class Share(Shape):
    """Roles of another group on this team's project. The record's owner consents to it here."""

    group: Email
    """Who."""
    roles: tuple[Role, ...]
    """What, on this team's project."""
    reason: str
    """Why."""
    consent: Consent | None = None
    """Who of the owners allowed it, and when."""
    expires: date
    """The last day; the grant ends by itself then."""


class ScopeMember(Shape):
    """A further group with a role in the team's scope."""

    group: Email
    """Who."""
    role: Label
    """view, edit, admin, or a role of `hybrid:fleet` team_scopes."""
    reason: str
    """Why."""
    consent: Consent | None = None
    """Who of the owners allowed it, and when, where the group is another team's (F18)."""


class TeamScope(Shape):
    """The team's scope in the fleet: there the fleet makes its roles, and the program makes none (E14-E16)."""

    clusters: tuple[Label, ...]
    """Clusters of the team that the scope is bound to. In its other clusters the program makes the roles."""
    namespaces: tuple[Label, ...] = ()
    """Namespaces beyond the one of each prefix; a scope's are named one by one."""
    members: dict[Label, ScopeMember] = {}
    """Further groups, by name. The team's own group has the record's `rbac`."""


class TeamLogs(Shape):
    """A bucket of the team's own for what its namespaces log, and a view of it that the team alone reads."""

    retention_days: int = 30
    """How long entries are kept, 1 to 3650."""


class TeamEnvironment(Shape):
    """What the team has in one environment."""

    clusters: tuple[Label, ...]
    """Clusters by short name."""
    project: ProjectId
    """Its own project. It exists."""
    project_number: ProjectNumber | None = None
    """The project's number; without it a preview can not say who may act as the deploy account before it is made."""
    rbac: ClusterRole
    """Its cluster role in its namespaces."""
    autosync: bool
    """Whether delivery follows the repository by itself."""
    budget_eur: int
    """Its budget, EUR a month."""
    quota: Quota
    """Its quota in each cluster."""
    pam: dict[Label, Entitlement]
    """Privileged access offered here."""
    deviations: dict[Label, Deviation] = {}
    """What it has beyond the environment's profile, by name."""
    shares: dict[Label, Share] = {}
    """What others have on its project, by name."""
    scope: TeamScope | None = None
    """Its scope in the fleet, where it has one."""
    logs: TeamLogs | None = None
    """Its log bucket, where it has one; without it the team reads what its own project logs."""


class Deploy(Shape):
    """The team's deploy account."""

    sa: Label
    """Its id."""
    pool: Label
    """The workload identity pool it is reached through."""
    roles: tuple[Role, ...]
    """Roles on the team's project."""
    cluster_roles: tuple[Role, ...]
    """Roles on the cluster project."""


class Team(Shape):
    """A product team."""

    slug: Label
    """Its short name; the file's name."""
    display_name: str
    """Its name."""
    product_area: Label
    """The area that its cost goes to."""
    cost_center: str
    """Its cost centre, in quotes."""
    criticality: Criticality
    """When somebody answers."""
    data_class: DataClass
    """What its data is."""
    owner_group: Email
    """Who owns this record."""
    contact: Contact
    """How to reach it."""
    groups: TeamGroups
    """Its group."""
    prefixes: tuple[Label, ...]
    """Namespace prefixes: `p` owns every namespace `p-*` (H2)."""
    apps_repo: Repository
    """Its delivery repository."""
    extra_manifest_repos: tuple[ManifestRepository, ...]
    """Further repositories that delivery may read."""
    github: TeamGithub
    """Repositories that may deploy."""
    environments: dict[Label, TeamEnvironment]
    """What it has, by environment; absent where it has nothing."""
    deploy: Deploy
    """Its deploy account."""
    state_bucket: bool
    """Whether it has a state bucket."""
    artifact_registry: bool
    """Whether it has an image repository."""
    review_by: date
    """When the record is looked at again."""
