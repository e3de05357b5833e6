"""Names: within the limits of whatever carries them, and one for each thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.shape import Shape
from model.estate import Environment, Estate
from model.planning.names import LIMIT_ADMIN_CLUSTER, LIMIT_COMPUTE, LIMIT_ONPREM, LIMIT_SERVICE_ACCOUNT, Names
from model.rules import pages
from model.rules.groups import deployers
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding
from model.rules.repeats import Named, readable, repeats

LIMIT_GKE: Final = 40


def _too_long(name: str, limit: int, owner: Shape, field: str, what: str) -> Iterator[Finding]:
    if len(name) > limit:
        message = f"{what} '{name}' has {len(name)} characters; the API takes {limit}"
        yield Finding(owner.at(field), message, "write a shorter one: it can not be changed later")


@environment_rules.rule("A20", title="ids of admin clusters are short", source=pages.ADMIN_CLUSTER_FILE)
def admin_ids(env: Environment) -> Iterator[Finding]:
    """Refuse ids of admin clusters that the API refuses."""
    for cluster in env.onprem.admin_clusters:
        yield from _too_long(cluster.name, LIMIT_ADMIN_CLUSTER, cluster, "name", "the id of admin cluster")


@environment_rules.rule("B1", title="ids of user clusters and node pools are short", source=pages.CREATE_USER_CLUSTER)
def user_ids(env: Environment) -> Iterator[Finding]:
    """Refuse ids of user clusters and of their node pools that the API refuses."""
    for cluster in env.onprem.user_clusters:
        yield from _too_long(cluster.id, LIMIT_ONPREM, cluster, "id", "the id of user cluster")
        for pool in cluster.node_pools:
            yield from _too_long(pool.name, LIMIT_ONPREM, pool, "name", f"the name of a pool of {cluster.name}")


@environment_rules.rule("C1", title="names of GKE clusters and node pools are short", source=pages.GKE_CLUSTER)
def gke_names(env: Environment) -> Iterator[Finding]:
    """Refuse names of GKE clusters and of their node pools that the API refuses."""
    for cluster in env.gke.clusters:
        yield from _too_long(cluster.name, LIMIT_GKE, cluster, "name", "the name of GKE cluster")
        for pool in cluster.node_pools:
            yield from _too_long(pool.name, LIMIT_GKE, pool, "name", f"the name of a pool of {cluster.name}")


def _cluster_names(env: Environment) -> list[Named]:
    workload = [*env.onprem.user_clusters, *env.gke.clusters, *env.attached.clusters, *env.baremetal.clusters]
    admins = [*env.onprem.admin_clusters, *env.baremetal.admin_clusters]
    clusters = [Named(each.name, each, ("name",), f"a cluster of {env.name}") for each in workload]
    return clusters + [Named(each.name, each, ("name",), f"an admin cluster of {env.name}") for each in admins]


@estate_rules.rule("X6", "B1", title="clusters have names of their own", source=pages.CREATE_USER_CLUSTER)
def cluster_names(estate: Estate) -> Iterator[Finding]:
    """Refuse one name for two clusters: delivery, DNS and team records know clusters by it."""
    every = [named for _, found in readable(estate, _cluster_names) for named in found]
    for first, again in repeats(every):
        message = f"'{again.name}' is {first.what} already: team records, delivery and DNS know clusters by this name"
        yield Finding(again.place, message, "give the newer cluster another name")


@environment_rules.rule("X6", title="derived names fit Compute Engine", source=pages.RESOURCE_NAMES)
def derived(env: Environment) -> Iterator[Finding]:
    """Refuse keys whose cloud name, <platform>-<environment>-<key>, is too long."""
    names = Names.of(env)
    network, room = env.network, LIMIT_COMPUTE - len(names.of_key(""))
    keyed: list[tuple[str, Shape, tuple[str, ...]]] = []
    for key, subnet in network.subnets.items():
        keyed.append((key, network, ("subnets", key)))
        keyed += [(name, subnet, ("secondary", name)) for name in subnet.secondary]
        keyed += [(name, subnet, ("addresses", name)) for name in subnet.addresses]
    keyed += [(key, network.nat, ("egress", key)) for key in network.nat.egress]
    keyed += [(key, network, ("ingress", key)) for key in network.ingress]
    for key, owner, path in keyed:
        name = names.of_key(key)
        if len(name) > LIMIT_COMPUTE:
            message = f"'{name}' has {len(name)} characters; Compute Engine takes {LIMIT_COMPUTE}"
            yield Finding(owner.at(*path), message, f"use a key of at most {room} characters")


@environment_rules.rule("A81", title="ids of the accounts that run the program fit", source=pages.IAM_LIMITS)
def accounts(env: Environment) -> Iterator[Finding]:
    """Refuse environments whose plan or apply account would have too long an id."""
    for field, account in zip(("plan", "apply"), deployers(env), strict=True):
        name = account.split("@", 1)[0]
        if len(name) > LIMIT_SERVICE_ACCOUNT:
            message = f"account '{name}' has {len(name)} characters; an id has at most {LIMIT_SERVICE_ACCOUNT}"
            yield Finding(
                env.organisation.deployers.at(field), message, "shorten the pattern or the environment's name"
            )
