"""Versions: what the catalogue knows, how long it is supported, and the order in which clusters are upgraded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from model.config.catalogue import FILE, Feature
from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.config.problems import Severity
from model.config.shape import Shape
from model.estate import Environment
from model.planning.upgrades.features import CLEARED, WORDS
from model.planning.upgrades.standing import admin_features, user_features
from model.planning.versions import ADMIN_FIRST, POOL_SKEW, Minor, Version, support
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding

GKECTL_AHEAD: Final = 2
"""By how many minors gkectl may be above a cluster that it upgrades (B64)."""


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
    catalogue = env.catalogue
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
            remedy = f"use a minor of the catalogue ({known}), or add it to {FILE}"
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
    "B72", title="patches are in the catalogue", source=pages.VERSION_HISTORY, severity=Severity.WARNING
)
def known_patches(env: Environment) -> Iterator[Finding]:
    """Warn of a patch that the catalogue does not know in a minor that it does."""
    for use in uses(env):
        release = env.catalogue.onprem.get(str(use.version.minor))
        if release is not None and str(use.version) not in release.patches:
            message = f"{use.what} is on {use.version}, a patch that the catalogue does not know"
            remedy = f"look it up and add it to patches of {use.version.minor} in {FILE}, or correct it"
            yield Finding(use.owner.at("version"), message, remedy)


@environment_rules.rule("B72", "B64", "B66", title="the catalogue agrees with itself", source=pages.VERSION_HISTORY)
def sound_catalogue(env: Environment) -> Iterator[Finding]:
    """Refuse patches of another minor or out of order, gkectl too far off, and a blocker that is lifted again."""
    blocked: frozenset[Feature] = frozenset()
    for text, release in sorted(env.catalogue.onprem.items(), key=lambda item: Minor.parse(item[0])):
        minor, known = Minor.parse(text), [Version.parse(patch) for patch in release.patches]
        for number, version in enumerate(known):
            if version.minor != minor:
                message = f"{version} is no patch of {text}"
                yield Finding(release.at("patches", number), message, f"move it to {version.minor}")
        if known != sorted(set(known)):
            message = f"the patches of {text} are not from the oldest to the newest, each once"
            yield Finding(release.at("patches"), message, "the last one is what a plan to the minor goes to: sort them")
        lowest, highest = Minor.parse(release.gkectl.lowest), Minor.parse(release.gkectl.highest)
        if lowest < minor or highest.steps_above(minor) > GKECTL_AHEAD or highest < lowest:
            message = (
                f"gkectl {lowest} to {highest} for clusters of {text}: it is never older, and {GKECTL_AHEAD} ahead"
            )
            yield Finding(release.at("gkectl"), message, f"begin with {text} and end with {minor.above(GKECTL_AHEAD)}")
        lifted = blocked - frozenset(release.blockers)
        if lifted:
            message = f"{text} runs {', '.join(sorted(lifted))} again, which the minor before it does not"
            yield Finding(release.at("blockers"), message, "what is gone does not come back: add it here too")
        blocked |= frozenset(release.blockers)


@environment_rules.rule(
    "B65", "A22", title="minors that exist only as advanced clusters are refused", source=pages.UPGRADE_OVERVIEW
)
def advanced_only(env: Environment) -> Iterator[Finding]:
    """Refuse clusters of the API in a minor that it can not manage, and others that do not say what they are."""
    for use in uses(env):
        release = env.catalogue.onprem.get(str(use.version.minor))
        owner, minor = use.owner, use.version.minor
        if release is None or not release.advanced_only or not isinstance(owner, AdminCluster | UserCluster):
            continue
        if owner.provisioner is Provisioner.API:
            message = f"{use.what} is on {minor}, which has only advanced clusters: no client of the API manages those"
            yield Finding(
                owner.at("version"), message, "stay on an earlier minor, or run this cluster with gkectl alone"
            )
        elif not owner.advanced:
            message = f"{use.what} is on {minor}, which has only advanced clusters, and is not said to be one"
            yield Finding(owner.at("version"), message, "write advanced: true")


@environment_rules.rule(
    "B66", "A33", "B3", title="no cluster has what its version no longer runs", source=pages.MIGRATE
)
def nothing_left_behind(env: Environment) -> Iterator[Finding]:
    """Refuse a version that could not have been reached with what the cluster still has."""
    onprem = env.onprem
    held = [(f"admin cluster {each.name}", each, admin_features(each)) for each in onprem.admin_clusters]
    held += [(f"user cluster {each.name}", each, user_features(each)) for each in onprem.user_clusters]
    for what, cluster, features in held:
        minor = Version.parse(cluster.version).minor
        release = env.catalogue.onprem.get(str(minor))
        for feature in sorted(features & frozenset(release.blockers)) if release is not None else ():
            message = f"{what} is on {cluster.version} with {WORDS[feature]}, which {minor} does not run"
            yield Finding(cluster.at("version"), message, f"before {minor}: {CLEARED[feature]}")


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
    """Refuse a workstation whose gkectl the catalogue does not have for a cluster's version."""
    workstation = env.onprem.workstation
    version = Version.parse(workstation.version)
    for use in uses(env):
        release = env.catalogue.onprem.get(str(use.version.minor))
        if use.owner is workstation or release is None:
            continue
        if version.minor < Minor.parse(release.gkectl.lowest):
            message = f"gkectl {version} on the workstation can not handle {use.what} on {use.version}"
            yield Finding(workstation.at("version"), message, f"upgrade the workstation to {use.version} first")
        elif version.minor > Minor.parse(release.gkectl.highest):
            ahead = version.minor.steps_above(use.version.minor)
            message = (
                f"gkectl {version} on the workstation is {ahead} minors above {use.what} on {use.version}; it handles "
                f"clusters up to {GKECTL_AHEAD} below it"
            )
            yield Finding(workstation.at("version"), message, f"bring {use.what} up, or use an earlier gkectl")
