"""The shapes of everything that is granted: what, to whom, on what, why, and where in the files it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from model.config.access import Target
from model.config.problems import NOWHERE, Place
from model.config.shape import Shape
from model.config.team import Team
from model.planning.members import Member

GROUP: Final = "group:"
SERVICE_ACCOUNT: Final = "serviceAccount:"
PREDEFINED: Final = {"view": "VIEW", "edit": "EDIT", "admin": "ADMIN"}
"""What the fleet calls Kubernetes' own roles (gcp.gkehub.ScopeRbacRoleBinding role.predefined_role)."""


class Kind(StrEnum):
    """What kind of thing a grant is."""

    PROJECT_IAM = "project IAM"
    BILLING_IAM = "billing IAM"
    BUCKET_IAM = "bucket IAM"
    REPOSITORY_IAM = "image repository IAM"
    ACCOUNT_IAM = "service account IAM"
    KEY_IAM = "key IAM"
    SUBNET_IAM = "subnetwork IAM"
    SCOPE_IAM = "fleet scope IAM"
    CLUSTER_RBAC = "cluster RBAC"
    ARGO_CD = "Argo CD"
    ENTITLEMENT = "entitlement"
    FEDERATION = "federation"
    DENY = "deny rule"
    BOOTSTRAP = "bootstrap"


@dataclass(frozen=True, slots=True)
class Origin:
    """The part of a file that a grant follows from. Its place is looked up only when it is asked for."""

    owner: Shape
    path: tuple[str | int, ...] = ()

    @property
    def place(self) -> Place:
        """The file, line and column."""
        return self.owner.at(*self.path)


@dataclass(frozen=True)
class _Granted:
    """What every kind of grant has: the team that it is for, and where it comes from. Neither makes it another one."""

    team: str | None = field(default=None, compare=False, kw_only=True)
    """The team whose file it follows from, None for the platform's own."""
    origin: Origin | None = field(default=None, compare=False, kw_only=True)
    """The part of a file that it follows from."""

    @property
    def place(self) -> Place:
        """The file, line and column that it follows from."""
        return self.origin.place if self.origin is not None else NOWHERE


@dataclass(frozen=True)
class Condition:
    """When an IAM grant holds (F4)."""

    title: str
    expression: str


@dataclass(frozen=True)
class IamGrant(_Granted):
    """One role of one principal on one project or on the billing account."""

    key: str
    """The logical name: what it grants, never a position."""
    target: Target
    resource: str
    """The project id or the billing account."""
    role: str
    member: str
    reason: str
    condition: Condition | None = None
    expires: date | None = None
    """The last day, where it has one; the condition says the same."""
    authoritative: bool = False
    """Whether the program owns every member of this role here, by explicit choice, and removes all others (F2)."""

    @property
    def kind(self) -> Kind:
        """What kind of grant it is."""
        return Kind.BILLING_IAM if self.target is Target.BILLING_ACCOUNT else Kind.PROJECT_IAM


@dataclass(frozen=True)
class ResourceGrant(_Granted):
    """One role of one principal on something smaller than a project: a bucket, an image repository or a fleet scope."""

    key: str
    kind: Kind
    """BUCKET_IAM, REPOSITORY_IAM or SCOPE_IAM."""
    project: str
    resource: str
    """The bucket's name, or the id of the repository or scope."""
    role: str
    member: str
    reason: str


@dataclass(frozen=True)
class ClusterGrantPlan(_Granted):
    """One cluster role of one principal, in a cluster or in one namespace of it."""

    key: str
    cluster: str
    namespace: str | None
    role: str
    """One of Kubernetes' own for people, or a custom role of the fleet's scopes."""
    kind: str
    """`Group` or `User`, as Kubernetes calls the subject."""
    principal: str
    reason: str
    scope: str | None = None
    """The scope from which the fleet makes it in the cluster; None: the program makes it there."""


@dataclass(frozen=True)
class ArgoGrant(_Granted):
    """What one group may do in delivery: actions on one AppProject, whose role the delivery side makes of it."""

    key: str
    project: str
    """The AppProject: the team's slug."""
    group: str
    group_id: str
    """Its object id in the directory, which Argo CD's log-in carries."""
    actions: tuple[str, ...]
    """Actions on applications, such as get, sync, logs."""
    reason: str

    @property
    def kind(self) -> Kind:
        """What kind of grant it is."""
        return Kind.ARGO_CD


@dataclass(frozen=True)
class EntitlementPlan(_Granted):
    """Privileged access for a while: who may ask, for what, how long, and who approves (F16)."""

    key: str
    id: str
    project: str
    roles: tuple[str, ...]
    requesters: tuple[str, ...]
    """Groups, by address."""
    levels: tuple[tuple[str, ...], ...]
    """Approvals one after the other, each by one of these groups; none: granted at once."""
    longest: timedelta
    reason: str

    @property
    def automatic(self) -> bool:
        """Whether nobody has to approve."""
        return not self.levels

    @property
    def kind(self) -> Kind:
        """What kind of grant it is."""
        return Kind.ENTITLEMENT


def principal(pool_name: str, subject: str) -> str:
    """Return how a binding writes tokens of a pool: one subject, or everything with one attribute."""
    kind = "principalSet" if subject.startswith("attribute.") else "principal"
    return f"{kind}://iam.googleapis.com/{pool_name}/{subject}"


@dataclass(frozen=True)
class FederationPlan(_Granted):
    """Which workflows may act as a service account, through workload identity federation (F14, F15)."""

    key: str
    project: str
    """Where the pool and the account are."""
    pool: str
    provider: str
    account: str
    """The account's address."""
    repositories: tuple[str, ...]
    github_environment: str | None
    """The environment that a job must run in; None: any branch."""
    subjects: tuple[str, ...]
    """Which tokens may act as the account, as principals are written below the pool: `subject/repo:...`."""
    condition: str
    """What the provider demands of every token, in CEL."""
    project_number: str | None = None
    """The project's number, where the files say; principals are written with it."""
    made_here: bool = True
    """False for the program's own identities, which exist before it runs."""

    @property
    def pool_name(self) -> str | None:
        """The pool's full name, None where the project's number is not known."""
        if self.project_number is None:
            return None
        return f"projects/{self.project_number}/locations/global/workloadIdentityPools/{self.pool}"

    @property
    def members(self) -> tuple[str, ...]:
        """Who may act as the account, as bindings write it; with the project's id where its number is not known."""
        pool = self.pool_name or f"projects/{self.project}/locations/global/workloadIdentityPools/{self.pool}"
        return tuple(principal(pool, each) for each in self.subjects)

    @property
    def kind(self) -> Kind:
        """What kind of grant it is."""
        return Kind.FEDERATION


@dataclass(frozen=True)
class DenyPlan(_Granted):
    """What nobody may do in a project but those excepted, whatever roles they have (F6)."""

    key: str
    id: str
    project: str
    permissions: tuple[str, ...]
    excepted: tuple[str, ...]
    """Service accounts, by address."""
    tag: str
    """The tag that a thing must carry for the denial to hold: `<organisation>/<key>`."""
    tag_value: str
    reason: str

    @property
    def kind(self) -> Kind:
        """What kind of grant it is."""
        return Kind.DENY


@dataclass(frozen=True)
class BootstrapGrant(_Granted):
    """A role of one of the program's own accounts. It exists before the program runs and is never touched by it."""

    key: str
    resource: str
    """A folder, the billing account, a bucket or a key, by its full name."""
    role: str
    member: str
    reason: str

    @property
    def kind(self) -> Kind:
        """What kind of grant it is."""
        return Kind.BOOTSTRAP


@dataclass(frozen=True)
class TeamNamespace:
    """A namespace that the program makes for a team in a cluster."""

    cluster: str
    name: str
    prefix: str
    team: str


@dataclass(frozen=True)
class ScopeBinding:
    """One role of one group in a scope."""

    id: str
    group: str
    role: str
    """Kubernetes' view, edit or admin, or a custom one."""
    reason: str
    origin: Origin

    @property
    def predefined(self) -> str | None:
        """The fleet's word for the role, None for a custom one."""
        return PREDEFINED.get(self.role)


@dataclass(frozen=True)
class ScopePlan:
    """A team's scope."""

    team: Team
    id: str
    project: str
    members: tuple[Member, ...]
    """The clusters that it is bound to."""
    namespaces: tuple[str, ...]
    bindings: tuple[ScopeBinding, ...]

    @property
    def name(self) -> str:
        """Its full name."""
        return f"projects/{self.project}/locations/global/scopes/{self.id}"


@dataclass(frozen=True)
class Withheld(_Granted):
    """Grants that wait until the directory has synchronised a group (F12)."""

    group: str
    what: str
    since: date | None = None
    """The day from which it has been waiting, where the files say."""


@dataclass(frozen=True)
class Grants:
    """Everything that is granted in an environment."""

    iam: tuple[IamGrant, ...]
    clusters: tuple[ClusterGrantPlan, ...]
    namespaces: tuple[TeamNamespace, ...]
    withheld: tuple[Withheld, ...]
    resources: tuple[ResourceGrant, ...] = ()
    argo: tuple[ArgoGrant, ...] = ()
    entitlements: tuple[EntitlementPlan, ...] = ()
    federation: tuple[FederationPlan, ...] = ()
    denials: tuple[DenyPlan, ...] = ()
    bootstrap: tuple[BootstrapGrant, ...] = ()
    scopes: tuple[ScopePlan, ...] = ()

    @property
    def groups(self) -> frozenset[str]:
        """The groups that get anything at all without asking."""
        iam = {grant.member.removeprefix(GROUP) for grant in self.iam if grant.member.startswith(GROUP)}
        return frozenset(iam | {grant.principal for grant in self.clusters if grant.kind == "Group"})
