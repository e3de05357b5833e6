"""What a change of a stack file may ask for: the versions before it and after it, compared.

One file alone can not show a hop that is too long; its two revisions can. `illegal_hops` is what a review and
`./hybrid upgrade check` ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.config.problems import Problem, Severity
from model.estate import Environment
from model.planning.upgrades.features import CLEARED, WORDS
from model.planning.upgrades.standing import Standing, admin_features, standing, user_features
from model.planning.versions import ADMIN_FIRST, POOL_SKEW, Version
from model.rules import pages
from model.rules.registry import Finding, Registry

Cluster = AdminCluster | UserCluster
_VERSIONS: Final = frozenset({"version", "platform_version"})


@dataclass(frozen=True, eq=False)
class Change:
    """An environment before and after a change."""

    old: Environment
    new: Environment

    @property
    def before(self) -> Standing:
        """Where the environment stood."""
        return standing(self.old)

    @property
    def pairs(self) -> Iterator[tuple[Cluster, Cluster]]:
        """Give each cluster that is in both, before and after."""
        old = {each.name: each for each in _clusters(self.old)}
        return ((old[each.name], each) for each in _clusters(self.new) if each.name in old)

    @property
    def moved(self) -> Iterator[tuple[Cluster, Version, Version]]:
        """Give each cluster whose version changes, as it is afterwards, with both versions."""
        for old, new in self.pairs:
            was, becomes = Version.parse(old.version), Version.parse(new.version)
            if was != becomes:
                yield new, was, becomes


change_rules: Final[Registry[Change]] = Registry("change")


def illegal_hops(old: Environment, new: Environment) -> tuple[Problem, ...]:
    """Return why the upgrade that leads from `old` to `new`, two revisions of one environment, is not legal.

    None where it is, or where no version changes. Raises `Unavailable` where the on-prem section of one of them, or the
    version catalogue, could not be read.
    """
    change = Change(old, new)
    _ = (old.onprem, new.onprem, new.catalogue)
    return change_rules.run(change).problems


def _clusters(env: Environment) -> tuple[Cluster, ...]:
    return (*env.onprem.admin_clusters, *env.onprem.user_clusters)


def _what(cluster: Cluster) -> str:
    return f"{'admin' if isinstance(cluster, AdminCluster) else 'user'} cluster {cluster.name}"


@change_rules.rule("B63", "X3", title="a change moves a control plane one minor", source=pages.UPGRADE_OVERVIEW)
def one_minor(change: Change) -> Iterator[Finding]:
    """Refuse a step back, and more than one minor."""
    for cluster, was, becomes in change.moved:
        hops = becomes.minor.steps_above(was.minor)
        if becomes < was:
            message = f"{_what(cluster)} would go back from {was} to {becomes}, which no cluster does"
            yield Finding(cluster.at("version"), message, f"leave it on {was} or go on to a later version")
        elif hops > 1:
            message = f"{_what(cluster)} would go from {was} to {becomes}, {hops} minors in one change"
            remedy = f"go to {was.minor.above()} first; ./hybrid upgrade plan {change.new.name} has the steps"
            yield Finding(cluster.at("version"), message, remedy)


@change_rules.rule("B63", "B38", title="a change lets pools jump two minors at most", source=pages.SKIP_VERSION)
def pools_jump(change: Change) -> Iterator[Finding]:
    """Refuse a longer jump of a pool, and a Windows pool that skips a minor."""
    before = change.before
    for cluster in change.new.onprem.user_clusters:
        held = before.users.get(cluster.name)
        old = {pool.name: pool for pool in held.pools} if held is not None else {}
        for pool in cluster.node_pools:
            was, becomes = old.get(pool.name), Version.parse(pool.version or cluster.version)
            allowed = 1 if was is not None and was.windows else POOL_SKEW
            if was is not None and becomes.minor.steps_above(was.version.minor) > allowed:
                message = f"pool '{pool.name}' of {cluster.name} would jump from {was.version} to {becomes}"
                yield Finding(pool.at("version"), message, f"{allowed} minors are the most: move it in two steps")


@change_rules.rule("B61", "B62", title="from 1.31 on the admin cluster has moved before", source=pages.UPGRADE_OVERVIEW)
def admin_has_moved(change: Change) -> Iterator[Finding]:
    """Refuse a user cluster that goes above where its admin cluster was, and 1.31 while something was below 1.30."""
    before, last = change.before, ADMIN_FIRST.above(-1)
    low = [each for each in (*before.admins.values(), *before.users.values()) if each.version.minor < last]
    for cluster, was, becomes in change.moved:
        if becomes.minor < ADMIN_FIRST:
            continue
        if was.minor < ADMIN_FIRST and low:
            names = ", ".join(f"{each.name} on {each.version}" for each in low)
            message = f"{_what(cluster)} would enter {becomes.minor} while clusters are below {last}: {names}"
            yield Finding(cluster.at("version"), message, f"bring every cluster to {last} first", rule="B62")
        admin = before.admins.get(cluster.admin_cluster) if isinstance(cluster, UserCluster) else None
        if admin is not None and admin.version < becomes:
            message = (
                f"{_what(cluster)} would go to {becomes}, and its admin cluster {admin.name} was on {admin.version} "
                "before this change"
            )
            remedy = f"bring the admin cluster to {becomes} with gkectl, write that down, then move the user cluster"
            yield Finding(cluster.at("version"), message, remedy)


@change_rules.rule("B60", title="up to 1.30 the user clusters have moved before", source=pages.UPGRADE_OVERVIEW)
def users_have_moved(change: Change) -> Iterator[Finding]:
    """Refuse an admin cluster that goes a minor above where a user cluster of its own was."""
    for cluster, _, becomes in change.moved:
        if isinstance(cluster, UserCluster) or becomes.minor >= ADMIN_FIRST:
            continue
        for user in change.before.users_of(cluster.name):
            if user.version.minor < becomes.minor:
                message = f"{_what(cluster)} would go to {becomes}, and user cluster {user.name} was on {user.version}"
                yield Finding(cluster.at("version"), message, f"bring it to {becomes.minor} first, in its own change")


@change_rules.rule("B64", "B65", title="no change converts a cluster through the API", source=pages.ADVANCED)
def no_conversion(change: Change) -> Iterator[Finding]:
    """Refuse a cluster of the API in a minor that has only advanced clusters, and another gkectl than the target's."""
    for cluster, was, becomes in change.moved:
        releases = change.new.catalogue.onprem
        release, former = releases.get(str(becomes.minor)), releases.get(str(was.minor))
        if release is None or not release.advanced_only or (former is not None and former.advanced_only):
            continue
        if isinstance(cluster, UserCluster) and cluster.provisioner is Provisioner.API:
            message = (
                f"{_what(cluster)} would become an advanced cluster on {becomes.minor}, which no API client can do"
            )
            remedy = f"convert it with gkectl: ./hybrid upgrade plan {change.new.name} --onprem {becomes} says how"
            yield Finding(cluster.at("version"), message, remedy, rule="B65")
        gkectl = change.new.onprem.workstation.version
        if gkectl != str(becomes):
            message = f"{_what(cluster)} would convert to {becomes} with gkectl {gkectl}, which must be the same"
            remedy = f"bring the workstation to {becomes} first"
            yield Finding(change.new.onprem.workstation.at("version"), message, remedy)


@change_rules.rule("B68", title="an upgrade changes versions and nothing else", source=pages.UPGRADE)
def versions_alone(change: Change) -> Iterator[Finding]:
    """Refuse another change of a cluster that is upgraded; warn of one of a cluster beside it."""
    pairs = list(change.pairs)
    upgraded = [new.name for old, new in pairs if _versions(old) != _versions(new)]
    for old, new in pairs:
        differing = _differing(_plain(old), _plain(new))
        if not differing or not upgraded:
            continue
        named = ", ".join(differing)
        if new.name in upgraded:
            message = f"{_what(new)} is upgraded and changed at once ({named}): gkectl and the API drop or refuse that"
            yield Finding(new.at(differing[0]), message, "upgrade in one change, and change the rest before or after")
        else:
            message = f"{_what(new)} is changed ({named}) in the same change that upgrades {', '.join(upgraded)}"
            remedy = "two small changes are easier to take back than one of two kinds"
            yield Finding(new.at(differing[0]), message, remedy, Severity.WARNING)


def _plain(cluster: Cluster) -> dict[str, Any]:
    """Return a cluster without its versions; pools by name, so that their order is no change."""
    plain = cluster.model_dump(exclude=set(_VERSIONS))
    if isinstance(cluster, UserCluster):
        plain["node_pools"] = {pool.name: pool.model_dump(exclude={"version"}) for pool in cluster.node_pools}
    return plain


def _versions(cluster: Cluster) -> tuple[str, Mapping[str, str]]:
    pools = cluster.node_pools if isinstance(cluster, UserCluster) else ()
    return cluster.version, {pool.name: pool.version or cluster.version for pool in pools}


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [key for key in new if old.get(key) != new[key]]


@change_rules.rule("B21", title="a control plane leaves the admin cluster by migration alone", source=pages.MIGRATE)
def no_flip(change: Change) -> Iterator[Finding]:
    """Refuse to take a kubeception cluster into the program as if it had been made with Controlplane V2."""
    for old, new in change.pairs:
        if not isinstance(old, UserCluster) or not isinstance(new, UserCluster):
            continue
        flips = not old.control_plane_v2 and new.control_plane_v2
        if flips and new.provisioner is Provisioner.API and new.import_id is None:
            message = f"user cluster {new.name} would change to Controlplane V2 in place, which the API can not do"
            remedy = "migrate it with gkectl, keep provisioner: gkectl or adopt what the migration leaves by its id"
            yield Finding(new.at("control_plane_v2"), message, remedy)


@change_rules.rule(
    "B3", "A33", title="a new cluster has nothing that its version refuses when new", source=pages.MIGRATE
)
def fit_for_new(change: Change) -> Iterator[Finding]:
    """Refuse a cluster that is not there yet with something that only older ones may keep."""
    known = {each.name for each in _clusters(change.old)}
    for cluster in _clusters(change.new):
        release = change.new.catalogue.onprem.get(str(Version.parse(cluster.version).minor))
        if cluster.name in known or release is None:
            continue
        features = admin_features(cluster) if isinstance(cluster, AdminCluster) else user_features(cluster)
        for feature in sorted(features & frozenset(release.refused_when_new)):
            message = f"new {_what(cluster)} on {cluster.version} has {WORDS[feature]}, which no new cluster can have"
            yield Finding(cluster.at("version"), message, CLEARED[feature].replace("migrate to", "begin with"))
