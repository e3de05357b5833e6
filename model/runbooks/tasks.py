"""Every runbook there is: its name, what it is about, and how it is written for one environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from model.config.gke import GkeCluster
from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.config.wording import suggest
from model.estate import Environment
from model.runbooks.admin_care import admin_backup, admin_repair, admin_update
from model.runbooks.admin_create import admin_create
from model.runbooks.admin_delete import admin_delete
from model.runbooks.admin_upgrade import admin_upgrade
from model.runbooks.adopt import adopt
from model.runbooks.control_plane import control_plane_repair, diagnose
from model.runbooks.credentials import certificates_rotate, keys_rotate, vcenter_password
from model.runbooks.generations import generation_add, generation_remove
from model.runbooks.hosts import host_maintenance
from model.runbooks.interrupted import lock_held, pending_operations, up_interrupted
from model.runbooks.links import failover_drill, vpn_keys_rotate
from model.runbooks.lost import state_restore, workstation_lost
from model.runbooks.nodes import nodes_repair
from model.runbooks.pools import pool_replace, pool_resize
from model.runbooks.rebuild import environment_rebuild
from model.runbooks.shape import Runbook, RunbookError
from model.runbooks.site import Site
from model.runbooks.teams import team_removed
from model.runbooks.unprotect import unprotect
from model.runbooks.unreachable import cluster_unreachable
from model.runbooks.user_care import user_backup, user_create, user_delete, user_update
from model.runbooks.user_upgrade import user_upgrade
from model.runbooks.workstation_upgrade import workstation_upgrade

C = TypeVar("C", bound=AdminCluster | UserCluster | GkeCluster)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a runbook is asked for beside its task: a cluster by name or id, a version, a pool, a host, a team."""

    cluster: str | None = None
    to: str | None = None
    pool: str | None = None
    host: str | None = None
    team: str | None = None


class About(StrEnum):
    """What a task is done to."""

    ADMIN = "admin cluster"
    USER = "user cluster"
    CLUSTER = "admin or user cluster"
    MEMBER = "user or GKE cluster"
    ENVIRONMENT = "environment"


class Group(StrEnum):
    """When somebody looks for a task."""

    WRONG = "something is wrong"
    DAY2 = "day 2, planned"
    ONPREM = "on-prem clusters and their workstation"


@dataclass(frozen=True, slots=True)
class Task:
    """A task. `options` are the options of the command that it takes."""

    name: str
    title: str
    about: About
    write: Callable[[Site, Asked], Runbook]
    options: tuple[str, ...] = ()
    group: Group = Group.ONPREM


def _chosen(site: Site, asked: Asked, about: About, found: Sequence[C]) -> C:
    """Return the cluster of `found` that is asked for, or the only one. Raises `RunbookError` that names them all."""
    names = [each.name for each in found]
    if asked.cluster is None:
        if len(found) == 1:
            return found[0]
        if not found:
            raise RunbookError(f"{site.env.name} has no {about.value}")
        raise RunbookError(f"{site.env.name} has more than one {about.value}: say --cluster {' or '.join(names)}")
    for each in found:
        if asked.cluster == each.name or (isinstance(each, UserCluster) and asked.cluster == each.id):
            return each
    raise RunbookError(f"{site.env.name} has no {about.value} '{asked.cluster}'; {suggest(asked.cluster, names)}")


def _admin(write: Callable[[Site, AdminCluster, Asked], Runbook]) -> Callable[[Site, Asked], Runbook]:
    def written(site: Site, asked: Asked) -> Runbook:
        admins = sorted(site.env.onprem.admin_clusters, key=lambda each: each.name)
        return write(site, _chosen(site, asked, About.ADMIN, admins), asked)

    return written


def _user(write: Callable[[Site, UserCluster, Asked], Runbook]) -> Callable[[Site, Asked], Runbook]:
    def written(site: Site, asked: Asked) -> Runbook:
        users = sorted(site.env.onprem.user_clusters, key=lambda each: each.name)
        return write(site, _chosen(site, asked, About.USER, users), asked)

    return written


def _any(write: Callable[[Site, AdminCluster | UserCluster], Runbook]) -> Callable[[Site, Asked], Runbook]:
    def written(site: Site, asked: Asked) -> Runbook:
        onprem = site.env.onprem
        clusters = sorted([*onprem.admin_clusters, *onprem.user_clusters], key=lambda each: each.name)
        return write(site, _chosen(site, asked, About.CLUSTER, clusters))

    return written


def _member(write: Callable[[Site, GkeCluster | UserCluster], Runbook]) -> Callable[[Site, Asked], Runbook]:
    def written(site: Site, asked: Asked) -> Runbook:
        made = (each for each in site.env.onprem.user_clusters if each.provisioner is not Provisioner.GKECTL)
        clusters = sorted([*made, *site.env.gke.clusters], key=lambda each: each.name)
        return write(site, _chosen(site, asked, About.MEMBER, clusters))

    return written


def _here(write: Callable[[Site], Runbook]) -> Callable[[Site, Asked], Runbook]:
    return lambda site, _: write(site)


_CLUSTER: Final = ("--cluster",)
_HOP: Final = ("--cluster", "--to")
_POOL: Final = ("--cluster", "--pool")

_ALL: Final = (
    Task(
        "up-interrupted", "go on after an `up` was cut off", About.ENVIRONMENT, _here(up_interrupted), (), Group.WRONG
    ),
    Task("lock-held", "release a lock that nobody holds", About.ENVIRONMENT, _here(lock_held), (), Group.WRONG),
    Task(
        "pending-operations",
        "settle operations whose end is not known",
        About.ENVIRONMENT,
        _here(pending_operations),
        (),
        Group.WRONG,
    ),
    Task(
        "cluster-unreachable",
        "go on without a cluster, or make it anew",
        About.MEMBER,
        _member(cluster_unreachable),
        _CLUSTER,
        Group.WRONG,
    ),
    Task("state-restore", "bring a lost state back", About.ENVIRONMENT, _here(state_restore), (), Group.WRONG),
    Task("workstation-lost", "make the workstation anew", About.ENVIRONMENT, _here(workstation_lost), (), Group.WRONG),
    Task("unprotect", "let go of a protected cluster", About.MEMBER, _member(unprotect), _CLUSTER, Group.WRONG),
    Task(
        "diagnose",
        "see what is wrong with a cluster",
        About.USER,
        _user(lambda s, c, _: diagnose(s, c)),
        _CLUSTER,
        Group.WRONG,
    ),
    Task("adopt", "take over an estate that exists", About.ENVIRONMENT, _here(adopt), (), Group.DAY2),
    Task("vpn-keys-rotate", "give the VPN new keys", About.ENVIRONMENT, _here(vpn_keys_rotate), (), Group.DAY2),
    Task("failover-drill", "switch a session off on purpose", About.ENVIRONMENT, _here(failover_drill), (), Group.DAY2),
    Task(
        "team-removed",
        "take a team out",
        About.ENVIRONMENT,
        lambda site, asked: team_removed(site, asked.team),
        ("--team",),
        Group.DAY2,
    ),
    Task("environment-rebuild", "wipe and rebuild", About.ENVIRONMENT, _here(environment_rebuild), (), Group.DAY2),
    Task("admin-create", "make an admin cluster", About.ADMIN, _admin(lambda s, c, _: admin_create(s, c)), _CLUSTER),
    Task("admin-update", "change an admin cluster", About.ADMIN, _admin(lambda s, c, _: admin_update(s, c)), _CLUSTER),
    Task(
        "admin-upgrade",
        "upgrade an admin cluster",
        About.ADMIN,
        _admin(lambda s, c, a: admin_upgrade(s, c, a.to)),
        _HOP,
    ),
    Task("admin-backup", "back up an admin cluster", About.ADMIN, _admin(lambda s, c, _: admin_backup(s, c)), _CLUSTER),
    Task("admin-repair", "repair an admin cluster", About.ADMIN, _admin(lambda s, c, _: admin_repair(s, c)), _CLUSTER),
    Task("admin-delete", "delete an admin cluster", About.ADMIN, _admin(lambda s, c, _: admin_delete(s, c)), _CLUSTER),
    Task(
        "user-create", "make a user cluster with gkectl", About.USER, _user(lambda s, c, _: user_create(s, c)), _CLUSTER
    ),
    Task(
        "user-update",
        "change a user cluster with gkectl",
        About.USER,
        _user(lambda s, c, _: user_update(s, c)),
        _CLUSTER,
    ),
    Task("user-upgrade", "upgrade a user cluster", About.USER, _user(lambda s, c, a: user_upgrade(s, c, a.to)), _HOP),
    Task("user-backup", "back up a user cluster", About.USER, _user(lambda s, c, _: user_backup(s, c)), _CLUSTER),
    Task(
        "user-delete",
        "delete a user cluster with gkectl",
        About.USER,
        _user(lambda s, c, _: user_delete(s, c)),
        _CLUSTER,
    ),
    Task("certificates-rotate", "rotate certificate authorities", About.CLUSTER, _any(certificates_rotate), _CLUSTER),
    Task("keys-rotate", "rotate service account keys", About.CLUSTER, _any(keys_rotate), _CLUSTER),
    Task("vcenter-password", "change the password of vCenter", About.CLUSTER, _any(vcenter_password), _CLUSTER),
    Task(
        "workstation-upgrade",
        "upgrade the workstation",
        About.ENVIRONMENT,
        lambda site, asked: workstation_upgrade(site, asked.to),
        ("--to",),
    ),
    Task("pool-resize", "resize a node pool", About.USER, _user(lambda s, c, a: pool_resize(s, c, a.pool)), _POOL),
    Task("pool-replace", "replace a node pool", About.USER, _user(lambda s, c, a: pool_replace(s, c, a.pool)), _POOL),
    Task("nodes-repair", "repair worker nodes", About.USER, _user(lambda s, c, _: nodes_repair(s, c)), _CLUSTER),
    Task(
        "control-plane-repair",
        "repair the control plane of a user cluster",
        About.USER,
        _user(lambda s, c, _: control_plane_repair(s, c)),
        _CLUSTER,
    ),
    Task(
        "generation-add",
        "put a second generation beside",
        About.USER,
        _user(lambda s, c, _: generation_add(s, c)),
        _CLUSTER,
    ),
    Task(
        "generation-remove", "remove a generation", About.USER, _user(lambda s, c, _: generation_remove(s, c)), _CLUSTER
    ),
    Task(
        "host-maintenance",
        "service a host",
        About.ENVIRONMENT,
        lambda site, asked: host_maintenance(site, asked.host),
        ("--host",),
    ),
)

TASKS: Final[Mapping[str, Task]] = {task.name: task for task in _ALL}
"""The tasks by name: what is wrong first, the rest in the order of a cluster's life."""


def runbook(env: Environment, task: str, asked: Asked | None = None) -> Runbook:
    """Return the runbook of a task in an environment.

    Raises `RunbookError` for a task that does not exist, a cluster, version, pool, host or team that is missing or
    unknown, an option that the task does not take, and a task that cannot be done here; the text says what to do.
    """
    wanted = asked or Asked()
    if task not in TASKS:
        raise RunbookError(f"no runbook '{task}'; {suggest(task, list(TASKS))}")
    found = TASKS[task]
    for option in ("cluster", "to", "pool", "host", "team"):
        if getattr(wanted, option) is not None and f"--{option}" not in found.options:
            takes = " and ".join(found.options) or "no option"
            raise RunbookError(f"{task} takes {takes}; --{option} says nothing to it")
    return found.write(Site(env), wanted)
