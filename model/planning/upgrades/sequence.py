"""The legal order of hops from where an environment stands to a target version (B60 to B66, X3, X4).

Up to 1.30: workstation, all user clusters, admin cluster. From 1.31: workstation, admin cluster, user clusters. One
minor at a time, and before a minor that no longer runs something, the clusters are taken off it.
Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/upgrade-overview
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from model.config.catalogue import Catalogue, Feature, OnPremRelease
from model.planning.upgrades.moves import Act, Move, Way, applied
from model.planning.upgrades.standing import Admin, Pool, Standing, User
from model.planning.versions import ADMIN_FIRST, POOL_SKEW, Minor, Version, patches

MIGRATED_IN_ORDER: Final = (
    Feature.DATAPLANE_V1,
    Feature.F5,
    Feature.SEESAW,
    Feature.KUBECEPTION,
    Feature.NON_HA_ADMIN,
)
"""Network first, then load balancer, then control plane, as the migration pages of GKE on VMware have it."""


class NoPlanError(ValueError):
    """There is no legal way to the target; the message says why, and what to ask for instead."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step, and where the clusters stand before it."""

    move: Move
    before: Standing


def sequence(
    start: Standing,
    target: Version,
    catalogue: Catalogue,
    *,
    workstation: str,
    pools_later: bool = False,
    proven: Version | None = None,
) -> tuple[Taken, ...]:
    """Return every step from `start` to `target`; none where everything is there already.

    `workstation` is its name. With `pools_later`, pools stay behind as long as they may and then jump (B63). `proven`
    is the version that every earlier ring has reached: on the way, no newer patch is taken (X1). Raises `NoPlanError`.
    """
    path = _Path(start, catalogue, workstation, pools_later)
    stops = _stops(start, target, catalogue, proven)
    for stop in stops:
        path.reach(stop, last=stop == stops[-1])
    for user in path.users:
        if user.apart:
            path.catch_up(user)
    return tuple(path.taken)


def _stops(standing: Standing, target: Version, catalogue: Catalogue, proven: Version | None) -> tuple[Version, ...]:
    """Return the version to reach in each minor on the way: the target in its own, the newest proven patch before."""
    clusters = (*standing.admins.values(), *standing.users.values())
    if not clusters:
        raise NoPlanError("there is no on-prem cluster to upgrade: onprem has no admin and no user cluster")
    if all(each.version > target for each in clusters):
        there = ", ".join(f"{each.name} on {each.version}" for each in clusters)
        raise NoPlanError(f"{target} is behind {there}: a cluster never goes back. Ask for a later version")
    minor, found = standing.lowest, list[Version]()
    while minor < target.minor:
        minor = minor.above()
        known = patches(catalogue, minor)
        if not known:
            raise NoPlanError(
                f"the catalogue knows no patch of {minor}, which lies on the way to {target} (B63): add it to "
                "stacks/versions.yaml"
            )
        allowed = [each for each in known if proven is None or each <= proven] or list(known)
        found.append(target if minor == target.minor else allowed[-1])
    return tuple(found) or (target,)


@dataclass
class _Path:
    """The steps so far, and where they lead."""

    now: Standing
    catalogue: Catalogue
    workstation: str
    pools_later: bool
    taken: list[Taken] = field(default_factory=list[Taken])

    @property
    def admins(self) -> list[Admin]:
        return [admin for _, admin in sorted(self.now.admins.items())]

    @property
    def users(self) -> list[User]:
        return [user for _, user in sorted(self.now.users.items())]

    def take(self, move: Move) -> None:
        self.taken.append(Taken(move, self.now))
        self.now = applied(self.now, move)

    def reach(self, stop: Version, *, last: bool) -> None:
        """Bring everything into the minor of `stop`; at the last stop to its patch too."""

        def due(version: Version) -> bool:
            return version.minor < stop.minor or (last and version < stop)

        release = self.catalogue.onprem.get(str(stop.minor))
        clusters = (*self.admins, *self.users)
        if not any(due(each.version) for each in clusters):
            return
        if release is not None and any(each.version.minor < stop.minor for each in clusters):
            self._migrate(release)
        if self.now.workstation < stop:
            self.take(Move(Act.WORKSTATION, self.workstation, self.now.workstation, stop, Way.GKECTL))
        admin_first = stop.minor >= ADMIN_FIRST
        for name in sorted(self.now.admins):
            if admin_first and due(self.now.admins[name].version):
                self._admin(self.now.admins[name], stop, release)
            for user in list(self.now.users_of(name)):
                if due(user.version):
                    self._user(user, self._reachable(user, stop), release)
        for admin in self.admins:
            if not admin_first and due(admin.version):
                self._admin(admin, stop, release)

    def catch_up(self, user: User) -> None:
        """Bring the pools of a user cluster to its version."""
        way = Way.PULUMI if user.api else Way.GKECTL
        self.take(Move(Act.POOLS, user.name, min(pool.version for pool in user.pools), user.version, way))

    def _reachable(self, user: User, stop: Version) -> Version:
        """Return where a user cluster may go: from 1.31 on no further than its admin cluster, patch included (B61)."""
        admin = self.now.admins[user.admin].version
        return min(stop, admin) if stop.minor >= ADMIN_FIRST and admin.minor == stop.minor else stop

    def _migrate(self, release: OnPremRelease) -> None:
        """Take the clusters off what a release no longer runs; a cluster's pools are at its version then."""
        for user in self.users:
            wanted = [each for each in MIGRATED_IN_ORDER if each in release.blockers and each in user.features]
            if wanted and user.apart:
                self.catch_up(user)
            for feature in wanted:
                self.take(Move(Act.MIGRATION, user.name, user.version, user.version, Way.GKECTL, feature))
        # The admin cluster last: control planes of user clusters have left it by then.
        for admin in self.admins:
            for feature in MIGRATED_IN_ORDER:
                if feature in release.blockers and feature in admin.features:
                    self.take(Move(Act.MIGRATION, admin.name, admin.version, admin.version, Way.GKECTL, feature))

    def _admin(self, admin: Admin, stop: Version, release: OnPremRelease | None) -> None:
        converts = release is not None and release.advanced_only and not admin.advanced
        self.take(Move(Act.ADMIN, admin.name, admin.version, stop, Way.GKECTL, converts=converts))

    def _user(self, user: User, stop: Version, release: OnPremRelease | None) -> None:
        converts = release is not None and release.advanced_only and not user.advanced
        if user.apart and (converts or any(_too_far(pool, stop.minor) for pool in user.pools)):
            self.catch_up(user)
        admin = self.now.admins[user.admin]
        if user.api and not converts and admin.holds < stop:
            self.take(Move(Act.PLATFORM, admin.name, admin.holds, stop, Way.PULUMI))
        later = self.pools_later and bool(user.pools) and not converts
        self.take(
            Move(
                Act.CONTROL_PLANE if later else Act.USER,
                user.name,
                user.version,
                stop,
                Way.PULUMI if user.api and not converts else Way.GKECTL,
                converts=converts,
            )
        )


def _too_far(pool: Pool, minor: Minor) -> bool:
    """Say whether a pool would trail further than it may; Windows pools skip no minor (B63)."""
    return minor.steps_above(pool.version.minor) > (1 if pool.windows else POOL_SKEW)
