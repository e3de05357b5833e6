"""Everything that follows from the files about who may do what: the one list for the program, the report and tests.

One list, so that they cannot disagree. IAM is additive (F2) and on groups (F1); a group that the directory has not
synchronised yet gets nothing until it is active (F12). Each grant says the part of a file that it follows from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar
from weakref import WeakKeyDictionary

from model.estate import Environment
from model.planning.access.bootstrap import bootstrap_grants, program_federations
from model.planning.access.clusters import (
    BUILT_IN_NAMESPACE_BRANCH,
    cluster_grants,
    privileged_cluster_grants,
    team_cluster_grants,
    team_namespaces,
)
from model.planning.access.deployment import account_grants, federations
from model.planning.access.images import repository_grants
from model.planning.access.logs import log_grants
from model.planning.access.pending import Pending
from model.planning.access.people import authoritative, platform_iam, shared_iam, team_iam
from model.planning.access.plans import (
    ArgoGrant,
    BootstrapGrant,
    ClusterGrantPlan,
    Condition,
    DenyPlan,
    EntitlementPlan,
    FederationPlan,
    Grants,
    IamGrant,
    Kind,
    Origin,
    ResourceGrant,
    TeamNamespace,
    Withheld,
)
from model.planning.access.privileged import entitlements
from model.planning.access.scopes import scope_cluster_grants, scope_iam, scope_waiting, scopes
from model.planning.access.state import bucket_grants, denials
from model.planning.access.words import local_part, principal_kind, short_role

__all__ = [
    "BUILT_IN_NAMESPACE_BRANCH",
    "ArgoGrant",
    "BootstrapGrant",
    "ClusterGrantPlan",
    "Condition",
    "DenyPlan",
    "EntitlementPlan",
    "FederationPlan",
    "Grants",
    "IamGrant",
    "Kind",
    "Origin",
    "ResourceGrant",
    "TeamNamespace",
    "Withheld",
    "grants",
    "local_part",
    "principal_kind",
    "short_role",
]

T = TypeVar("T")

_KNOWN: WeakKeyDictionary[Environment, Grants] = WeakKeyDictionary()
"""An environment never changes; rules, program and outputs all ask for its grants."""


def grants(env: Environment) -> Grants:
    """Return everything that the files grant in `env`, in a stable order."""
    known = _KNOWN.get(env)
    if known is None:
        known = _KNOWN[env] = _grants(env)
    return known


def _grants(env: Environment) -> Grants:
    pending = Pending.of(env)
    namespaces = tuple(team_namespaces(env))
    in_fleet = tuple(scopes(env, namespaces, pending))
    mixed = [
        *platform_iam(env, pending),
        *team_iam(env, pending),
        *shared_iam(env, pending),
        *cluster_grants(env, pending),
        *entitlements(env, pending),
        *privileged_cluster_grants(env, pending),
        *log_grants(env, pending),
        *scope_cluster_grants(in_fleet),
        *scope_iam(env, in_fleet),
        *scope_waiting(env, pending),
    ]
    in_clusters = [*_of(ClusterGrantPlan, mixed), *team_cluster_grants(env, namespaces, pending)]
    resources = [*bucket_grants(env), *repository_grants(env), *_of(ResourceGrant, mixed)]
    owned = authoritative(env)
    iam = (
        replace(grant, authoritative=True) if (grant.resource, grant.role) in owned else grant
        for grant in (*_of(IamGrant, mixed), *account_grants(env))
    )
    return Grants(
        iam=tuple(sorted(iam, key=lambda each: each.key)),
        clusters=tuple(sorted(in_clusters, key=lambda each: each.key)),
        namespaces=namespaces,
        withheld=tuple(_of(Withheld, mixed)),
        resources=tuple(sorted(resources, key=lambda each: each.key)),
        argo=tuple(sorted(_of(ArgoGrant, mixed), key=lambda each: each.key)),
        entitlements=tuple(sorted(_of(EntitlementPlan, mixed), key=lambda each: each.key)),
        federation=(*federations(env), *program_federations(env)),
        denials=tuple(denials(env)),
        bootstrap=tuple(bootstrap_grants(env)),
        scopes=in_fleet,
    )


def _of(kind: type[T], mixed: Iterable[object]) -> list[T]:
    return [item for item in mixed if isinstance(item, kind)]
