"""Who can do something: every way in which a principal has it, standing or on request, directly or through others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from model.estate import Estate
from model.planning.access.plans import GROUP, SERVICE_ACCOUNT, DenyPlan, Kind
from model.planning.access.scopes import settings
from model.planning.questions.asked import Asked, PermissionAsked, VerbAsked
from model.planning.questions.nesting import Chains, inner_groups, outer_groups
from model.planning.questions.rights import Right, rights_on
from model.planning.questions.roles import Verdict, role_verdict
from model.planning.questions.targets import Spot, SpotKind, account_spot, denials_by_project

ACT_AS: Final = "iam.serviceAccounts.getAccessToken"
_IN_IAM: Final = frozenset(Kind) - {Kind.CLUSTER_RBAC, Kind.ARGO_CD, Kind.DENY}
_NOT_ON_CLUSTERS: Final = frozenset({SpotKind.CLUSTER, SpotKind.DELIVERY})


@dataclass(frozen=True)
class Way:
    """One way in which one principal can do what is asked."""

    spot: Spot
    principal: str
    rights: tuple[Right, ...]
    """What it takes: one right, or one in the cluster and one to get there."""
    verdict: Verdict
    """`unknown` where what a role holds is not known."""
    inner: tuple[tuple[str, ...], ...] = ()
    """The groups whose members have it too, each with the way up from there."""
    acted_as: tuple[Way, ...] = field(default=(), compare=False)
    """Who may act as the principal, where that is an account."""

    @property
    def standing(self) -> bool:
        """Whether nobody has to ask for it first."""
        return all(right.request is None for right in self.rights)


@dataclass(frozen=True)
class Denied:
    """What a principal would have, were it not taken away."""

    spot: Spot
    principal: str
    right: Right
    by: DenyPlan | None
    """The deny rule; None: the Connect gateway lets it not through."""
    why: str


@dataclass(frozen=True)
class Answer:
    """Everybody who can, and everybody who only seems to."""

    asked: Asked
    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]
    denied: tuple[Denied, ...]


def who_can(estate: Estate, what: Asked, where: Sequence[Spot]) -> Answer:
    """Return who can do `what` at any of the spots, in the order of the spots and of the principals."""
    outer = outer_groups(estate.organisation)
    inner = inner_groups(outer)
    ways: list[Way] = []
    denied: list[Denied] = []
    for spot in where:
        found = _in_cluster(spot, what, outer) if isinstance(what, VerbAsked) else _in_iam(spot, what)
        here = list(found)
        denied += [each for each in here if isinstance(each, Denied)]
        ways += [_completed(estate, way, inner) for way in _telling([each for each in here if isinstance(each, Way)])]
    return Answer(what, tuple(where), tuple(ways), tuple(denied))


def _telling(ways: Sequence[Way]) -> list[Way]:
    """Return the ways at one spot without those that are unknown of a principal that can for sure, and always."""
    sure = {way.principal for way in ways if way.verdict is Verdict.YES and way.standing}
    return [way for way in ways if way.verdict is Verdict.YES or way.principal not in sure]


def _completed(estate: Estate, way: Way, inner: Chains) -> Way:
    """Return a way with who has it through nesting, or by acting as the account."""
    group = way.principal.removeprefix(GROUP)
    within = tuple(chain for _, chain in sorted(inner.get(group, {}).items()))
    account = way.principal.removeprefix(SERVICE_ACCOUNT)
    acting = acting_as(estate, account) if account != way.principal else ()
    return Way(way.spot, way.principal, way.rights, way.verdict, within, acting)


def acting_as(estate: Estate, account: str) -> tuple[Way, ...]:
    """Return who may act as a service account: federated workflows, and whoever may create its tokens."""
    question = PermissionAsked(ACT_AS)
    found: list[Way] = []
    for env in estate.environments.values():
        found += [each for each in _in_iam(account_spot(env, account), question) if isinstance(each, Way)]
    return tuple(each for each in found if each.principal != f"{SERVICE_ACCOUNT}{account}")


def _in_iam(spot: Spot, what: Asked) -> Iterator[Way | Denied]:
    """Give who has a role or a permission at a spot."""
    if isinstance(what, VerbAsked):
        return
    inside = (*spot.inside, spot.name) if spot.kind is SpotKind.CLUSTER else spot.inside
    for right in rights_on(spot.environment, inside):
        if not _reaches(spot, right, what):
            continue
        verdict = what.verdict(right.role)
        if verdict is Verdict.NO:
            continue
        by = _denial(spot, right.principal, what) if isinstance(what, PermissionAsked) else None
        if by is not None:
            yield Denied(spot, right.principal, right, by, f"deny rule {by.id}: {by.reason}")
        else:
            yield Way(spot, right.principal, (right,), verdict)


def _reaches(spot: Spot, right: Right, what: Asked) -> bool:
    if isinstance(what, PermissionAsked):
        return right.kind in _IN_IAM and spot.kind not in _NOT_ON_CLUSTERS and spot.covers(right)
    if right.kind is Kind.CLUSTER_RBAC:
        return spot.kind is SpotKind.CLUSTER and spot.in_cluster(right)
    return spot.kind is not SpotKind.CLUSTER and spot.covers(right)


def _denial(spot: Spot, principal: str, what: PermissionAsked) -> DenyPlan | None:
    """Return the deny rule that takes a permission on a bucket with state from a principal (F6)."""
    if not spot.state:
        return None
    for plan in denials_by_project(spot.environment).get(spot.project or "", ()):
        denied = {permission.replace(".googleapis.com/", ".") for permission in plan.permissions}
        if what.permission in denied:
            excepted = {f"{SERVICE_ACCOUNT}{account}" for account in plan.excepted}
            return None if principal in excepted else plan
    return None


def _in_cluster(spot: Spot, what: VerbAsked, outer: Chains) -> Iterator[Way | Denied]:
    """Give who may do something in a cluster: allowed inside, and let through by the Connect gateway (E30, E31)."""
    if spot.kind is not SpotKind.CLUSTER:
        return
    env = spot.environment
    by_principal: dict[str, list[Right]] = {}
    for right in rights_on(env, (*spot.inside, spot.name)):
        by_principal.setdefault(right.principal, []).append(right)
    for principal in sorted(by_principal):
        own = by_principal[principal]
        above = [f"{GROUP}{group}" for group in outer.get(principal.removeprefix(GROUP), {})]
        every = [*own, *(right for group in above for right in by_principal.get(group, ()))]
        entrance = _best(every, spot, what.through_gateway)
        for right in _allowing(every, spot, what):
            inside = _inside(spot, what, right) if right.kind is Kind.CLUSTER_RBAC else what.in_gke(right.role)
            if entrance is None:
                if right in own:
                    yield Denied(spot, principal, right, None, f"nothing gives it {what.through_gateway}")
                continue
            gate, passed = entrance
            # What both come from an outer group is said of that group, with this one among those in it.
            if right in own or gate in own:
                yield Way(spot, principal, tuple(dict.fromkeys((right, gate))), inside.both(passed))


def _allowing(every: Sequence[Right], spot: Spot, what: VerbAsked) -> list[Right]:
    """Return the rights that allow a verb inside a cluster, or of which that is not known."""
    found: list[Right] = []
    for right in every:
        if right.kind is Kind.CLUSTER_RBAC and right.machine:
            continue  # the agent speaks for others; what they may do is theirs
        if right.kind is Kind.CLUSTER_RBAC:
            allows = spot.in_cluster(right) and _inside(spot, what, right) is not Verdict.NO
        else:
            in_iam = spot.gke and right.kind in _IN_IAM and spot.covers(right)
            allows = in_iam and what.in_gke(right.role) is not Verdict.NO
        if allows:
            found.append(right)
    return found


def _inside(spot: Spot, what: VerbAsked, right: Right) -> Verdict:
    """Say whether a role in a cluster allows a verb; of a custom one (E15) the files say everything."""
    custom = settings(spot.environment).custom_roles.get(right.role)
    return what.in_cluster(right.role) if custom is None else what.in_custom(custom.rules)


def _best(every: Sequence[Right], spot: Spot, permission: str) -> tuple[Right, Verdict] | None:
    """Return the right that lets a principal through the gateway: a sure one before others, a standing one first."""
    found = [
        (right, verdict)
        for right in every
        if right.kind in _IN_IAM
        and spot.covers(right)
        and (verdict := role_verdict(right.role, permission)) is not Verdict.NO
    ]
    return min(found, key=lambda each: (each[1] is not Verdict.YES, each[0].request is not None), default=None)
