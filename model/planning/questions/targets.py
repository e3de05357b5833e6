"""What a question is about: projects, clusters, namespaces, teams, buckets, keys, accounts, the billing account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Final

from model.config.wording import suggest
from model.estate import Environment, Estate
from model.planning.access.plans import DenyPlan
from model.planning.access.state import kept_state, state_buckets
from model.planning.grants import grants
from model.planning.members import MemberKind, workload_members
from model.planning.questions.rights import Right, rights


class UnknownTargetError(Exception):
    """A target that no file names; the text says what there is that is like it."""


class SpotKind(StrEnum):
    """What kind of thing a spot is."""

    PROJECT = "project"
    BUCKET = "bucket"
    ACCOUNT = "account"
    KEY = "key"
    BILLING = "billing account"
    REPOSITORY = "image repository"
    CLUSTER = "cluster"
    DELIVERY = "delivery"
    SCOPE = "fleet scope"


@dataclass(frozen=True)
class Spot:
    """One thing in one environment, with what it is inside of."""

    environment: Environment = field(repr=False)
    kind: SpotKind
    name: str
    inside: tuple[str, ...] = ()
    """The resources that a grant may be on to reach it: itself, its project, the folder."""
    project: str | None = None
    namespace: str | None = None
    state: bool = False
    """A bucket that holds state."""
    gke: bool = False
    """A cluster of GKE, whose API server asks IAM too."""

    @property
    def title(self) -> str:
        """Its name, for people."""
        return f"{self.name}/{self.namespace}" if self.namespace else self.name

    def covers(self, right: Right) -> bool:
        """Say whether a right in IAM, or in delivery, reaches this."""
        return right.resource in self.inside

    def in_cluster(self, right: Right) -> bool:
        """Say whether a right in a cluster is about this; of a whole cluster, those in one namespace are too."""
        if right.resource != self.name:
            return False
        return self.namespace is None or right.namespace in {None, self.namespace}


SHARED: Final = ("seed", "logs", "artifacts")
STATE: Final = "state"
BILLING: Final = "billing"
_ENVIRONMENTS: Final = 16
"""How many environments are remembered; an estate has a handful."""


def spots(estate: Estate, text: str, environments: Sequence[str] = ()) -> tuple[Spot, ...]:
    """Return what `text` names in `environments`, in all of them where none is named.

    A project id, a cluster's short name, a namespace (`<cluster>/<name>` or the name alone), a team's slug, a bucket, a
    key, an account's address, `state` for every state bucket, `billing`. Raises `UnknownTargetError`.
    """
    every = [env for name, env in estate.environments.items() if not environments or name in environments]
    found = [spot for env in every for spot in _named(env, text)]
    if found:
        return tuple(found)
    elsewhere = [env.name for env in estate.environments.values() if any(True for _ in _named(env, text))]
    if elsewhere:
        raise UnknownTargetError(f"'{text}' is not in {' or '.join(environments)}; it is in {', '.join(elsewhere)}")
    raise UnknownTargetError(f"nothing is called '{text}'; {suggest(text, _names(estate), lead='Teams and clusters')}")


def _named(env: Environment, text: str) -> Iterator[Spot]:
    """Give what `text` names in one environment."""
    name = text.removeprefix("gs://")
    if name == STATE:
        yield from _state(env)
    elif name in env.teams:
        yield from _team(env, name)
    else:
        yield from (spot for spot in _single(env) if spot.name == name)
        yield from _namespaces(env, name)


def _team(env: Environment, slug: str) -> Iterator[Spot]:
    if slug not in env.members:
        return
    here = env.members[slug][1]
    yield _project(env, here.project)
    yield from (spot for spot in _buckets(env) if spot.project == here.project)
    for namespace in grants(env).namespaces:
        if namespace.team == slug:
            yield from (_cluster(env, each, namespace.name) for each in _clusters(env) if each == namespace.cluster)
    yield Spot(env, SpotKind.DELIVERY, slug, (slug,))


def _single(env: Environment) -> Iterator[Spot]:
    """Give everything that has a name of its own."""
    organisation, projects = env.organisation, env.facts.projects
    own = [projects.cluster.id, projects.network.id, *(here.project for _, here in env.members.values())]
    yield from (_project(env, project) for project in own)
    for shared in SHARED:
        project = getattr(organisation.projects, shared).id
        yield Spot(env, SpotKind.PROJECT, project, (project,), project)
    yield from _state(env)
    yield from (_cluster(env, cluster) for cluster in _clusters(env))
    account = organisation.google.billing_account
    for name in (account, BILLING):
        yield Spot(env, SpotKind.BILLING, name, (account, f"billingAccounts/{account}"))
    yield Spot(env, SpotKind.KEY, env.facts.state.key, (env.facts.state.key, organisation.projects.seed.id))
    for address in accounts(env):
        yield account_spot(env, address)
    for plan in grants(env).scopes:
        yield Spot(env, SpotKind.SCOPE, plan.id, (plan.id, *_around(env, plan.project)), plan.project)
    for slug, team in env.teams.items():
        if team.artifact_registry and env.access.image_repositories is not None:
            artifacts = organisation.projects.artifacts.id
            yield Spot(env, SpotKind.REPOSITORY, slug, (slug, artifacts), artifacts)


def accounts(env: Environment) -> tuple[str, ...]:
    """Return the service accounts that have anything in an environment, or that somebody may act as."""
    every = rights(env)
    having = {right.principal.partition(":")[2] for right in every if right.principal.startswith("serviceAccount:")}
    acted_as = {right.resource for right in every if right.resource.endswith(".gserviceaccount.com")}
    return tuple(sorted(having | acted_as))


def account_spot(env: Environment, address: str) -> Spot:
    """Return an account as something that others may act as."""
    project = address.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
    return Spot(env, SpotKind.ACCOUNT, address, (address, *_around(env, project)), project)


def _project(env: Environment, project: str) -> Spot:
    return Spot(env, SpotKind.PROJECT, project, _around(env, project), project)


def _around(env: Environment, project: str) -> tuple[str, ...]:
    """Return a project and the folder that it is in: the environment's own are in its folder, shared ones are not."""
    return (project, env.facts.folder) if project in _own_projects(env) else (project,)


@lru_cache(maxsize=_ENVIRONMENTS)
def _own_projects(env: Environment) -> frozenset[str]:
    projects = env.facts.projects
    kept = (each.project for each in kept_state(env))
    teams = (here.project for _, here in env.members.values())
    return frozenset({projects.cluster.id, projects.network.id, *teams, *kept})


@lru_cache(maxsize=_ENVIRONMENTS)
def denials_by_project(env: Environment) -> Mapping[str, tuple[DenyPlan, ...]]:
    """Return the deny rules of an environment by the project that they are in."""
    found: dict[str, tuple[DenyPlan, ...]] = {}
    for plan in grants(env).denials:
        found[plan.project] = (*found.get(plan.project, ()), plan)
    return found


def _buckets(env: Environment) -> Iterator[Spot]:
    for plan in (*state_buckets(env), *kept_state(env)):
        inside = (plan.name, *_around(env, plan.project))
        yield Spot(env, SpotKind.BUCKET, plan.name, inside, plan.project, state=True)


def _state(env: Environment) -> Iterator[Spot]:
    bucket, seed = env.facts.state.bucket.removeprefix("gs://"), env.organisation.projects.seed.id
    yield Spot(env, SpotKind.BUCKET, bucket, (bucket, seed), seed, state=True)
    yield from _buckets(env)


def _clusters(env: Environment) -> list[str]:
    return [member.cluster for member in workload_members(env)]


def _cluster(env: Environment, cluster: str, namespace: str | None = None) -> Spot:
    member = next(member for member in workload_members(env) if member.cluster == cluster)
    project = member.project
    gke = member.kind is MemberKind.GKE
    return Spot(env, SpotKind.CLUSTER, cluster, _around(env, project), project, namespace, gke=gke)


def _namespaces(env: Environment, text: str) -> Iterator[Spot]:
    """Give the namespace `text` in each cluster where a team's prefix covers it, or in the cluster that it names."""
    cluster, slash, name = text.rpartition("/")
    clusters = _clusters(env)
    if slash:
        if cluster in clusters:
            yield _cluster(env, cluster, name)
        return
    owners = [here for team, here in env.members.values() if any(name.startswith(f"{each}-") for each in team.prefixes)]
    for each in clusters:
        if any(each in here.clusters for here in owners):
            yield _cluster(env, each, name)


def _names(estate: Estate) -> list[str]:
    """Return what may be named, for a suggestion: teams, projects, clusters and `state`."""
    names = [STATE, BILLING, *estate.teams]
    for env in estate.environments.values():
        names += [spot.name for spot in _single(env)]
    return list(dict.fromkeys(names))
