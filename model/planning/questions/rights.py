"""Every grant of an environment in one form: who has what on what, standing or on request, and where it is written.

The list is that of `model.planning.grants`, which the program makes and the report shows; here it is only turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Protocol, TypeAlias
from weakref import WeakKeyDictionary

from model.config.problems import NOWHERE, Place
from model.estate import Environment
from model.planning.access.deployment import ACT_AS
from model.planning.access.machinery import machine_grants
from model.planning.access.plans import GROUP, SERVICE_ACCOUNT, Kind, Origin
from model.planning.grants import Condition, Grants, grants


@dataclass(frozen=True, slots=True)
class Request:
    """How something is had that is not had always: an entitlement, for a while (F16)."""

    entitlement: str
    levels: tuple[tuple[str, ...], ...]
    """Approvals one after the other, each by one of these groups; none: at once."""
    longest: timedelta

    @property
    def words(self) -> str:
        """How it is had, for a sentence."""
        length = f"for {length_words(self.longest)}"
        if not self.levels:
            return f"on request ({self.entitlement}), {length}, at once"
        approvals = ", then ".join(" or ".join(short(group) for group in level) for level in self.levels)
        return f"on request ({self.entitlement}), {length}, approved by {approvals}"


@dataclass(frozen=True, slots=True)
class Right:
    """One thing that one principal has on one thing."""

    environment: str
    principal: str
    """As IAM writes it: `group:...`, `serviceAccount:...`, `principal://...`."""
    kind: Kind
    role: str
    """A role of IAM in full, a cluster role, or actions of delivery."""
    resource: str
    """A project, folder or billing account, a bucket, repository, key or account, a cluster, or a team in delivery."""
    namespace: str | None = None
    """Within a cluster, None: everywhere in it."""
    request: Request | None = None
    condition: Condition | None = None
    project: str | None = field(default=None, compare=False)
    """The project that the resource is in, where it is smaller than one."""
    key: str = field(default="", compare=False)
    reason: str = field(default="", compare=False)
    team: str | None = field(default=None, compare=False)
    made_here: bool = True
    """False for what exists before the program runs, which it only reports."""
    machine: bool = False
    """Whether it is a machine's, which no person has."""
    origin: Origin | None = field(default=None, compare=False)

    @property
    def place(self) -> Place:
        """Where it is written."""
        return self.origin.place if self.origin else NOWHERE

    @property
    def where(self) -> str:
        """What it is on, for people."""
        return f"{self.resource}/{self.namespace}" if self.namespace else self.resource

    @property
    def how(self) -> str:
        """Standing or on request, and until when."""
        text = self.request.words if self.request else "standing"
        return f"{text}, {ends(self.condition)}" if self.condition else text


def short(principal: str) -> str:
    """Return a principal as people say it: without its kind and, for a group, without the domain."""
    for kind in (GROUP, SERVICE_ACCOUNT):
        principal = principal.removeprefix(kind)
    if principal.endswith(".gserviceaccount.com") or "@" not in principal:
        return principal
    return principal.split("@", 1)[0]


def ends(condition: Condition) -> str:
    """Return when a condition ends a grant, or what it says."""
    title = condition.title
    return title.replace("until-", "until ", 1) if title.startswith("until-") else f"if {condition.expression}"


def length_words(length: timedelta) -> str:
    """Return a duration as files write it: `1h`, `30m`."""
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _principal(address: str, kind: str) -> str:
    return f"{GROUP if kind == 'Group' else SERVICE_ACCOUNT}{address}"


class _Written(Protocol):
    """What every grant of a file says of itself."""

    @property
    def key(self) -> str: ...
    @property
    def team(self) -> str | None: ...
    @property
    def origin(self) -> Origin | None: ...


@dataclass(frozen=True, slots=True)
class _Held:
    """Who has what on what, and on which terms: what of a right is not the same in every grant."""

    principal: str
    kind: Kind
    role: str
    resource: str
    namespace: str | None = None
    request: Request | None = None
    condition: Condition | None = None
    project: str | None = None
    made_here: bool = True


def _right(env: Environment, grant: _Written, held: _Held, reason: str) -> Right:
    return Right(
        *(env.name, held.principal, held.kind, held.role, held.resource, held.namespace, held.request, held.condition),
        project=held.project,
        key=grant.key,
        reason=reason,
        team=grant.team,
        made_here=held.made_here,
        origin=grant.origin,
    )


def _iam(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.iam:
        held = _Held(each.member, each.kind, each.role, each.resource, condition=each.condition)
        yield _right(env, each, held, each.reason)


def _clusters(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.clusters:
        who = _principal(each.principal, each.kind)
        held = _Held(who, Kind.CLUSTER_RBAC, each.role, each.cluster, each.namespace)
        yield _right(env, each, held, each.reason)


def _resources(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.resources:
        held = _Held(each.member, each.kind, each.role, each.resource, project=each.project)
        yield _right(env, each, held, each.reason)


def _argo(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.argo:
        held = _Held(f"{GROUP}{each.group}", each.kind, ", ".join(each.actions), each.project)
        yield _right(env, each, held, each.reason)


def _entitlements(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.entitlements:
        request = Request(each.id, each.levels, each.longest)
        for group in each.requesters:
            for role in each.roles:
                held = _Held(f"{GROUP}{group}", each.kind, role, each.project, request=request)
                yield _right(env, each, held, each.reason)


def _federation(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.federation:
        for member in each.members:
            held = _Held(member, each.kind, ACT_AS, each.account, project=each.project, made_here=each.made_here)
            yield _right(env, each, held, f"if {each.condition}")


def _bootstrap(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.bootstrap:
        held = _Held(each.member, each.kind, each.role, each.resource.removeprefix("gs://"), made_here=False)
        yield _right(env, each, held, each.reason)


def _machines(env: Environment) -> Iterator[Right]:
    for each in machine_grants(env):
        yield Right(
            *(env.name, each.member, each.kind, each.role, each.resource),
            project=each.project,
            reason=each.reason,
            machine=True,
        )


_Giver: TypeAlias = Callable[[Environment, Grants], Iterator[Right]]
GIVERS: Final[Mapping[str, _Giver]] = {
    "iam": _iam,
    "clusters": _clusters,
    "resources": _resources,
    "argo": _argo,
    "entitlements": _entitlements,
    "federation": _federation,
    "bootstrap": _bootstrap,
}
"""What each list of `Grants` gives. A list that is neither here nor in `NOT_RIGHTS` is a hole in every answer."""
NOT_RIGHTS: Final = frozenset({"namespaces", "withheld", "denials", "scopes"})
"""Lists that take away, wait, or only say what there is; what comes with a scope is in the lists above."""

_KNOWN: WeakKeyDictionary[Environment, tuple[Right, ...]] = WeakKeyDictionary()


def rights(env: Environment) -> tuple[Right, ...]:
    """Return everything that anybody has in an environment, in a stable order. The files do not change meanwhile."""
    if env not in _KNOWN:
        found = grants(env)
        every = [right for give in GIVERS.values() for right in give(env, found)]
        _KNOWN[env] = tuple(sorted([*every, *_machines(env)], key=_order))
    return _KNOWN[env]


_BY_RESOURCE: WeakKeyDictionary[Environment, Mapping[str, tuple[Right, ...]]] = WeakKeyDictionary()


def rights_on(env: Environment, resources: Iterable[str]) -> Iterator[Right]:
    """Give every right on one of some resources, each resource once."""
    if env not in _BY_RESOURCE:
        found: dict[str, list[Right]] = {}
        for right in rights(env):
            found.setdefault(right.resource, []).append(right)
        _BY_RESOURCE[env] = {resource: tuple(each) for resource, each in found.items()}
    for resource in dict.fromkeys(resources):
        yield from _BY_RESOURCE[env].get(resource, ())


def _order(right: Right) -> tuple[str, ...]:
    request = right.request.entitlement if right.request else ""
    return (right.principal, right.kind.value, right.resource, right.namespace or "", right.role, request, right.key)
