"""Versions: what the catalogue knows, how long it is supported, and the order in which clusters are upgraded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.problems import Severity
from model.config.shape import Shape
from model.estate import Environment
from model.planning.versions import Minor, Version, support
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

ADMIN_FIRST: Final = Minor(1, 31)
"""From here on the admin cluster is upgraded before its user clusters; up to 1.30 it was after them (B60, B61)."""
POOL_SKEW: Final = 2
GKECTL_AHEAD: Final = 2


@dataclass(frozen=True, slots=True)
class Use:
    """A version that something of an environment has."""

    what: str
    version: Version
    owner: Shape


def uses(env: Environment) -> Iterator[Use]:
    """Give everything in an environment that has an on-prem version of its own."""
    onprem = env.onprem
    for admin in onprem.admin_clusters:
        yield Use(f"admin cluster {admin.name}", Version.parse(admin.version), admin)
    for user in onprem.user_clusters:
        yield Use(f"user cluster {user.name}", Version.parse(user.version), user)
        for pool in user.node_pools:
            if pool.version is not None:
                yield Use(f"node pool '{pool.name}' of {user.name}", Version.parse(pool.version), pool)
    yield Use(f"workstation {onprem.workstation.name}", Version.parse(onprem.workstation.version), onprem.workstation)


@environment_rules.rule("B72", title="versions are in the catalogue and supported", source=pages.UPGRADE_OVERVIEW)
def supported(env: Environment) -> Iterator[Finding]:
    """Refuse minors that the catalogue does not know or whose support has ended; warn when the end is near.

    A minor is reported once for an environment, with everything that has it.
    """
    catalogue = env.organisation.versions
    by_minor: dict[Minor, list[Use]] = {}
    for use in uses(env):
        by_minor.setdefault(use.version.minor, []).append(use)
    for minor, found in by_minor.items():
        having = ", ".join(use.what for use in found)
        place = found[0].owner.at("version")
        state = support(minor, catalogue, env.today)
        if state is None:
            message = (
                f"minor {minor} is not in the version catalogue, so nobody knows how long it is supported: {having}"
            )
            known = ", ".join(sorted(catalogue.onprem, key=Minor.parse)) or "nothing"
            remedy = f"use a minor of the catalogue ({known}), or add it to versions.onprem of stacks/organisation.yaml"
            yield Finding(place, message, remedy)
        elif state.ended:
            message = f"support of {minor} ended on {state.release.supported_until}: {having}"
            yield Finding(place, message, _next_step(minor))
        elif state.warn:
            until = state.release.supported_until
            message = f"support of {minor} ends on {until}, {state.days_left} days from {env.today}: {having}"
            yield Finding(place, message, _next_step(minor), Severity.WARNING)


def _next_step(minor: Minor) -> str:
    after = Minor(minor.major, minor.minor + 1)
    first, then = ("admin cluster", "user clusters") if after >= ADMIN_FIRST else ("user clusters", "admin cluster")
    return f"plan the step to {after}: workstation, then {first} (gkectl moves the admin cluster), then {then}"


@environment_rules.rule(
    "B65", "A22", title="minors that exist only as advanced clusters are refused", source=pages.UPGRADE_OVERVIEW
)
def advanced_only(env: Environment) -> Iterator[Finding]:
    """Refuse clusters of a minor that the API can not manage."""
    for use in uses(env):
        release = env.organisation.versions.onprem.get(str(use.version.minor))
        if release is not None and release.advanced_only and use.owner is not env.onprem.workstation:
            minor = use.version.minor
            message = f"{use.what} is on {minor}, which has only advanced clusters: no client of the API manages those"
            yield Finding(
                use.owner.at("version"), message, "stay on an earlier minor, or run this cluster with gkectl alone"
            )


@environment_rules.rule(
    "B61", "B60", "B62", title="admin and user clusters are upgraded in order", source=pages.UPGRADE
)
def order(env: Environment) -> Iterator[Finding]:
    """Refuse user clusters above their admin cluster from 1.31 on, and below it up to 1.30."""
    admins = {cluster.name: Version.parse(cluster.version) for cluster in env.onprem.admin_clusters}
    for cluster in env.onprem.user_clusters:
        admin, user = admins.get(cluster.admin_cluster), Version.parse(cluster.version)
        if admin is None:
            continue  # B50 reports it
        if max(admin.minor, user.minor) >= ADMIN_FIRST:
            if user > admin:
                message = (
                    f"user cluster {cluster.name} is on {user}, above its admin cluster {cluster.admin_cluster} on "
                    f"{admin}"
                )
                remedy = (
                    "from 1.31 the order is workstation, admin cluster, user clusters: first bring the admin cluster "
                    f"to {user}"
                )
                yield Finding(cluster.at("version"), message, remedy)
        elif user.minor < admin.minor:
            message = (
                f"user cluster {cluster.name} is on {user}, a minor below its admin cluster {cluster.admin_cluster} on "
                f"{admin}"
            )
            remedy = (
                "up to 1.30 the order is workstation, user clusters, admin cluster: first bring the user cluster to "
                f"{admin.minor}"
            )
            yield Finding(cluster.at("version"), message, remedy, rule="B60")


@environment_rules.rule("B63", title="versions move one minor at a time", source=pages.UPGRADE_OVERVIEW)
def steps(env: Environment) -> Iterator[Finding]:
    """Refuse user clusters two minors above their admin cluster, pools above their cluster and pools too far behind."""
    admins = {cluster.name: Version.parse(cluster.version) for cluster in env.onprem.admin_clusters}
    for cluster in env.onprem.user_clusters:
        admin, user = admins.get(cluster.admin_cluster), Version.parse(cluster.version)
        above = user.minor.steps_above(admin.minor) if admin is not None else 0
        if above > 1:
            message = (
                f"user cluster {cluster.name} is on {user.minor}, {above} minors above its admin cluster: control "
                "planes move one at a time"
            )
            yield Finding(
                cluster.at("version"), message, f"go to {Minor(user.minor.major, user.minor.minor - above + 1)} first"
            )
        for pool in cluster.node_pools:
            version = Version.parse(pool.version) if pool.version is not None else user
            what = f"node pool '{pool.name}' of {cluster.name} is on {version}"
            if version > user:
                message = f"{what}, above its cluster on {user}: nodes never run ahead of their control plane"
                yield Finding(pool.at("version"), message, f"set it to {user} or remove it")
            elif user.minor.steps_above(version.minor) > POOL_SKEW:
                message = f"{what}, more than {POOL_SKEW} minors behind its cluster on {user}"
                yield Finding(pool.at("version"), message, "bring the pool up before the cluster moves on")


@environment_rules.rule("B64", title="gkectl is new enough for every cluster, and not too new", source=pages.UPGRADE)
def gkectl(env: Environment) -> Iterator[Finding]:
    """Refuse a workstation a minor below a cluster, or more than two minors above one."""
    workstation = env.onprem.workstation
    version = Version.parse(workstation.version)
    for use in uses(env):
        if use.owner is workstation:
            continue
        ahead = version.minor.steps_above(use.version.minor)
        if ahead < 0:
            message = f"gkectl {version} on the workstation can not handle {use.what} on {use.version}"
            yield Finding(workstation.at("version"), message, f"upgrade the workstation to {use.version} first")
        elif ahead > GKECTL_AHEAD:
            message = (
                f"gkectl {version} on the workstation is {ahead} minors above {use.what} on {use.version}; it handles "
                f"{GKECTL_AHEAD}"
            )
            yield Finding(workstation.at("version"), message, f"bring {use.what} up, or use an earlier gkectl")
