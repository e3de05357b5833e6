"""Who is asked about, and what: every principal that the files know, and requests that tell the roles apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from model.estate import Environment, Estate
from model.planning.grants import grants
from model.planning.questions.nesting import outer_groups
from model.planning.rbac import Request

AUTHENTICATED: Final = "system:authenticated"
"""The group that the API server puts everybody into who has logged in."""
READING: Final = ("get", "list", "watch")
WRITING: Final = ("create", "update", "patch", "delete", "deletecollection")
PLAIN: Final = (*READING, *WRITING)
RBAC: Final = "rbac.authorization.k8s.io"

ASKED: Final[Sequence[tuple[str, str, Sequence[str]]]] = (
    ("", "pods", PLAIN),
    ("", "pods/exec", ("get", "create")),
    ("", "pods/portforward", ("get", "create")),
    ("", "pods/log", ("get", "delete")),
    ("", "pods/eviction", ("create",)),
    ("", "secrets", PLAIN),
    ("", "configmaps", PLAIN),
    ("", "services", ("get", "create", "delete")),
    ("", "services/proxy", ("get", "create")),
    ("", "serviceaccounts", ("get", "create", "impersonate")),
    ("", "serviceaccounts/token", ("create",)),
    ("", "users", ("impersonate",)),
    ("", "groups", ("impersonate",)),
    ("", "namespaces", PLAIN),
    ("", "nodes", ("get", "list", "update", "delete")),
    ("", "nodes/proxy", ("get", "create")),
    ("", "persistentvolumes", ("list", "delete")),
    ("", "resourcequotas", PLAIN),
    ("", "limitranges", ("get", "update", "delete")),
    ("apps", "deployments", PLAIN),
    ("apps", "deployments/scale", ("get", "patch")),
    ("batch", "jobs", ("get", "create")),
    ("extensions", "deployments", ("get", "create")),
    ("wrong.example", "deployments", ("get", "create")),
    ("networking.k8s.io", "networkpolicies", PLAIN),
    ("networking.istio.io", "virtualservices", ("get", "list", "create", "delete")),
    ("argoproj.io", "applications", ("get", "patch")),
    ("apiextensions.k8s.io", "customresourcedefinitions", ("list", "create")),
    ("authorization.k8s.io", "selfsubjectaccessreviews", ("create",)),
    ("authorization.k8s.io", "localsubjectaccessreviews", ("create",)),
    ("authorization.k8s.io", "subjectaccessreviews", ("create",)),
    (RBAC, "roles", (*PLAIN, "bind", "escalate")),
    (RBAC, "rolebindings", (*PLAIN, "bind")),
    (RBAC, "clusterroles", ("get", "list", "create", "update", "bind", "escalate")),
    (RBAC, "clusterrolebindings", ("get", "create", "delete")),
)
"""API group, resource and verbs."""

TELLING: Final = frozenset(
    {("", "pods"), ("", "secrets"), ("", "nodes"), ("apps", "deployments"), (RBAC, "clusterroles")}
)
"""What those are asked about who have nothing: each role allows something of it."""
TELLING_VERBS: Final = frozenset({"get", "create", "delete", "bind"})


@dataclass(frozen=True)
class Somebody:
    """A user as the API server sees them."""

    about: str
    user: str
    groups: tuple[str, ...]


def everybody(env: Environment, estate: Estate) -> Iterator[Somebody]:
    """Give a member of every group, every service account of every environment, and people who have no business here.

    A member of a group is a member of the groups that it is in (F11).
    """
    organisation = env.organisation
    nested = outer_groups(organisation)
    listed = {*organisation.groups, *(team.groups.google for team in env.teams.values())}
    for group in sorted(listed):
        groups = (group, *sorted(nested.get(group, ())))
        yield Somebody(f"a member of {group}", f"somebody@{organisation.domain}", (*groups, AUTHENTICATED))
        yield Somebody(f"a user called {group}", group, (AUTHENTICATED,))
    team = organisation.platform_groups.team
    for slug, record in sorted(env.teams.items()):
        groups = (record.groups.google, team, AUTHENTICATED)
        yield Somebody(f"a member of {slug} and of the platform", f"both@{organisation.domain}", groups)
    for account in sorted(_accounts(estate)):
        yield Somebody(f"the account {account}", account, (AUTHENTICATED,))
        yield Somebody(
            f"a member of a group called {account}", f"other@{organisation.domain}", (account, AUTHENTICATED)
        )
    yield Somebody("somebody of the domain", f"nobody@{organisation.domain}", (AUTHENTICATED,))
    yield Somebody("somebody who has not logged in", "system:anonymous", ("system:unauthenticated",))


def _accounts(estate: Estate) -> frozenset[str]:
    """Return the program's and the teams' service accounts, of all environments."""
    granted = (grants(env) for env in estate.environments.values())
    return frozenset(
        account
        for each in granted
        for account in (
            *(plan.account for plan in each.federation),
            *(grant.principal for grant in each.clusters if grant.kind == "User"),
        )
    )


def concerned(env: Environment, cluster: str, who: Somebody) -> bool:
    """Say whether anything in the cluster is granted to somebody, as the files say."""
    return any(
        grant.cluster == cluster
        and (grant.principal in who.groups if grant.kind == "Group" else grant.principal == who.user)
        for grant in grants(env).clusters
    )


def places(env: Environment, cluster: str, who: Somebody) -> Iterator[str | None]:
    """Give where somebody is asked about: a namespace of each of their teams, one of others, the system's, the cluster.

    Whoever has nothing in the cluster is asked about in one team's namespace and in the whole cluster.
    """
    own: dict[str, str] = {}
    others: dict[str, str] = {}
    for namespace in grants(env).namespaces:
        if namespace.cluster == cluster:
            mine = env.teams[namespace.team].groups.google in who.groups
            (own if mine else others).setdefault(namespace.team, namespace.name)
    yield None
    if not concerned(env, cluster, who):
        yield from list(others.values())[:1] or ["kube-system"]
        return
    yield from own.values()
    yield from list(others.values())[:1]
    yield "kube-system"


def requests(env: Environment, cluster: str, who: Somebody) -> Iterator[Request]:
    """Give everything that is asked about somebody in a cluster."""
    everything = concerned(env, cluster, who)
    for namespace in places(env, cluster, who):
        for group, resource, verbs in ASKED:
            for verb in verbs:
                if everything or ((group, resource) in TELLING and verb in TELLING_VERBS):
                    yield Request(verb, group, resource, namespace)


def attributes(request: Request) -> dict[str, str]:
    """Return a request as a SubjectAccessReview words it."""
    resource, _, subresource = request.resource.partition("/")
    return {
        "verb": request.verb,
        "group": request.group,
        "resource": resource,
        "subresource": subresource,
        "namespace": request.namespace or "",
    }
