"""Whether a cluster lets somebody do something, by its roles: the model's own answer, held against a real API server.

The answer is that of Kubernetes' RBAC authorizer (https://kubernetes.io/docs/reference/access-authn-authz/rbac/) with
what the program applies and with Kubernetes' own roles, `rbac_roles.yaml`. It knows nothing of what else may allow a
request: IAM, which GKE's API server asks too; roles that whatever is installed in a cluster adds; and the
administrators that an on-prem cluster gets when it is made (B53).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

from model.config.data_file import data_file
from model.config.shape import Shape
from model.estate import Environment
from model.planning.access.plans import ClusterGrantPlan
from model.planning.access.scopes import settings
from model.planning.grants import grants
from model.planning.members import Member, MemberKind

FILE: Final = Path(__file__).with_name("rbac_roles.yaml")
ANY: Final = "*"
CORE: Final = "core"
"""How the file writes the API group without a name."""
EVERYONE: Final = "system:basic-user"
"""The role that Kubernetes binds to everybody who has logged in."""

Rights: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
"""By API group and resource, the verbs."""


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants of the Kubernetes API.

    group: the API group, empty for the core one. resource: in the plural, a subresource behind a slash (`pods/exec`).
    namespace: None for the whole cluster: all namespaces, or a resource that is in none.
    """

    verb: str
    group: str
    resource: str
    namespace: str | None = None


class RolesFile(Shape):
    """`rbac_roles.yaml`, written by `python -m tests.apiserver.roles`."""

    kubernetes: str
    """The release whose API server was asked."""
    roles: dict[str, dict[str, dict[str, tuple[str, ...]]]]
    """By role, API group and verbs, the resources."""


@cache
def role_rights(role: str) -> Rights:
    """Return what one of Kubernetes' roles allows. Raises `KeyError` for another role."""
    held: dict[tuple[str, str], frozenset[str]] = {}
    for group, by_verbs in _file().roles[role].items():
        for verbs, resources in by_verbs.items():
            for resource in resources:
                key = ("" if group == CORE else group, resource)
                held[key] = held.get(key, frozenset()) | frozenset(verbs.split())
    return held


@cache
def role_allows(role: str, verb: str, group: str, resource: str) -> bool:
    """Say whether a role allows a verb on a resource; `*` stands for any group, any resource and any verb.

    A role that has `pods` does not have `pods/exec`; one that has `*` has both.
    """
    return _allows(role_rights(role), verb, group, resource)


def custom_rights(env: Environment, role: str) -> Rights | None:
    """Return what a custom role of the fleet's scopes allows, None where the files have no such role (E15)."""
    custom = settings(env).custom_roles.get(role)
    if custom is None:
        return None
    held: dict[tuple[str, str], frozenset[str]] = {}
    for rule in custom.rules:
        for key in product(rule.groups, rule.resources):
            held[key] = held.get(key, frozenset()) | frozenset(rule.verbs)
    return held


def _grant_allows(env: Environment, role: str, request: Request) -> bool:
    custom = custom_rights(env, role) if role not in _file().roles else None
    if custom is not None:
        return _allows(custom, request.verb, request.group, request.resource)
    return role_allows(role, request.verb, request.group, request.resource)


def _allows(rights: Rights, verb: str, group: str, resource: str) -> bool:
    _, slash, subresource = resource.partition("/")
    named = {resource, ANY} | ({f"{ANY}/{subresource}"} if slash else set[str]())
    return any(not {verb, ANY}.isdisjoint(rights.get((of, each), frozenset())) for of in (group, ANY) for each in named)


def allowing(
    env: Environment, cluster: str, user: str, groups: Collection[str], request: Request
) -> tuple[ClusterGrantPlan, ...]:
    """Return the grants that allow a request of `user`, whom `cluster` sees as a member of `groups`; none: refused.

    A grant in the whole cluster counts in every namespace of it; one in a namespace counts there alone.
    """
    return tuple(
        grant
        for grant in _by_cluster(env).get(cluster, ())
        if grant.namespace in {None, request.namespace}
        and (grant.principal in groups if grant.kind == "Group" else grant.principal == user)
        and _grant_allows(env, grant.role, request)
    )


def allowed(env: Environment, cluster: str, user: str, groups: Collection[str], request: Request) -> bool:
    """Say whether the cluster allows a request of somebody who has logged in."""
    everyone = role_allows(EVERYONE, request.verb, request.group, request.resource)
    return everyone or bool(allowing(env, cluster, user, groups, request))


def spoken_for(env: Environment, member: Member) -> frozenset[str]:
    """Return the users that the program lets the cluster's Connect agent speak for (E32).

    Those named with a role in the whole cluster; not the account that applies, which the cluster names when it is made
    (B53). GKE has no such agent. Groups are the gateway's own affair (E33).
    """
    if member.kind is MemberKind.GKE:
        return frozenset()
    applies = env.organisation.deployers.apply.format(environment=env.name)
    return frozenset(
        grant.principal
        for grant in _by_cluster(env).get(member.cluster, ())
        if grant.kind == "User" and grant.namespace is None and grant.principal != applies
    )


_KNOWN: WeakKeyDictionary[Environment, Mapping[str, tuple[ClusterGrantPlan, ...]]] = WeakKeyDictionary()


def _by_cluster(env: Environment) -> Mapping[str, tuple[ClusterGrantPlan, ...]]:
    known = _KNOWN.get(env)
    if known is None:
        found: dict[str, tuple[ClusterGrantPlan, ...]] = {}
        for grant in grants(env).clusters:
            found[grant.cluster] = (*found.get(grant.cluster, ()), grant)
        known = _KNOWN[env] = found
    return known


@cache
def _file() -> RolesFile:
    """Raise `ValueError` where the file is wrong."""
    return data_file(RolesFile, FILE)
