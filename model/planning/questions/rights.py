"""Every grant of an environment in one form: who has what on what, standing or on request, and where it is written.

The list is that of `model.planning.grants`, which the program makes and the report shows; here it is only turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias
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


def _iam(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.iam:
        yield Right(
            *(env.name, each.member, each.kind, each.role, each.resource),
            condition=each.condition,
            key=each.key,
            reason=each.reason,
            team=each.team,
            origin=each.origin,
        )


def _clusters(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.clusters:
        yield Right(
            *(env.name, _principal(each.principal, each.kind), Kind.CLUSTER_RBAC, each.role.value, each.cluster),
            namespace=each.namespace,
            key=each.key,
            reason=each.reason,
            team=each.team,
            origin=each.origin,
        )


def _resources(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.resources:
        yield Right(
            *(env.name, each.member, each.kind, each.role, each.resource),
            project=each.project,
            key=each.key,
            reason=each.reason,
            team=each.team,
            origin=each.origin,
        )


def _argo(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.argo:
        yield Right(
            *(env.name, f"{GROUP}{each.group}", Kind.ARGO_CD, ", ".join(each.actions), each.project),
            key=each.key,
            reason=each.reason,
            team=each.team,
            origin=each.origin,
        )


def _entitlements(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.entitlements:
        request = Request(each.id, each.levels, each.longest)
        for group in each.requesters:
            for role in each.roles:
                yield Right(
                    *(env.name, f"{GROUP}{group}", Kind.ENTITLEMENT, role, each.project),
                    request=request,
                    key=each.key,
                    reason=each.reason,
                    team=each.team,
                    origin=each.origin,
                )


def _federation(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.federation:
        for member in each.members:
            yield Right(
                *(env.name, member, Kind.FEDERATION, ACT_AS, each.account),
                project=each.project,
                key=each.key,
                reason=f"if {each.condition}",
                team=each.team,
                made_here=each.made_here,
                origin=each.origin,
            )


def _bootstrap(env: Environment, found: Grants) -> Iterator[Right]:
    for each in found.bootstrap:
        yield Right(
            *(env.name, each.member, Kind.BOOTSTRAP, each.role, each.resource.removeprefix("gs://")),
            key=each.key,
            reason=each.reason,
            team=each.team,
            made_here=False,
            origin=each.origin,
        )


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
NOT_RIGHTS: Final = frozenset({"namespaces", "withheld", "denials"})
"""Lists that take away, wait, or only say what there is."""

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
