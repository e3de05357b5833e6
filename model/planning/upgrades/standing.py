"""Where the clusters of an environment stand: versions, and what they have that newer versions no longer run.

A plan is worked out over standings alone, so that each step is judged by what the steps before it leave behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from model.config.catalogue import Feature
from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import AdminCluster, Provisioner, UserCluster
from model.config.onprem_pool import ImageType
from model.estate import Environment
from model.planning.versions import Minor, Version

_BALANCERS: Final[Mapping[LoadBalancerKind, Feature]] = {
    LoadBalancerKind.F5: Feature.F5,
    LoadBalancerKind.SEESAW: Feature.SEESAW,
}


@dataclass(frozen=True, slots=True)
class Pool:
    """A node pool. `stated` says whether it has a version of its own; `nodes` is how many there are at most."""

    name: str
    version: Version
    stated: bool
    nodes: int
    windows: bool = False


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin cluster. `platform` is what its platform was told to hold for user clusters, where it was (A65)."""

    name: str
    version: Version
    features: frozenset[Feature]
    advanced: bool = False
    platform: Version | None = None

    @property
    def holds(self) -> Version:
        """The latest version that its user clusters can have through the API."""
        return max(self.version, self.platform or self.version)


@dataclass(frozen=True, slots=True)
class User:
    """A user cluster. `api` says whether this program drives it; gkectl does otherwise."""

    name: str
    id: str
    admin: str
    version: Version
    features: frozenset[Feature]
    api: bool
    pools: tuple[Pool, ...]
    advanced: bool = False

    @property
    def lowest(self) -> Version:
        """The lowest version in it, its pools' included."""
        return min((self.version, *(pool.version for pool in self.pools)))

    @property
    def apart(self) -> bool:
        """Whether a pool trails the control plane."""
        return any(pool.version != self.version for pool in self.pools)


@dataclass(frozen=True, slots=True)
class Standing:
    """An environment's workstation, admin clusters and user clusters, by name."""

    workstation: Version
    admins: Mapping[str, Admin]
    users: Mapping[str, User]

    @property
    def lowest(self) -> Minor:
        """The lowest minor of any control plane. Raises `ValueError` where there is no cluster."""
        return min(each.version.minor for each in (*self.admins.values(), *self.users.values()))

    def users_of(self, admin: str) -> Iterator[User]:
        """Give the user clusters of an admin cluster, by name."""
        return (user for _, user in sorted(self.users.items()) if user.admin == admin)

    def with_admin(self, admin: Admin) -> Standing:
        """Return this with `admin` in the place of the one of its name."""
        return replace(self, admins={**self.admins, admin.name: admin})

    def with_user(self, user: User) -> Standing:
        """Return this with `user` in the place of the one of its name."""
        return replace(self, users={**self.users, user.name: user})


def admin_features(cluster: AdminCluster) -> frozenset[Feature]:
    """Return what an admin cluster has that newer versions no longer run."""
    found = {_BALANCERS.get(cluster.load_balancer.kind)}
    if cluster.control_plane.replicas == 1:
        found.add(Feature.NON_HA_ADMIN)
    return frozenset(each for each in found if each is not None)


def user_features(cluster: UserCluster) -> frozenset[Feature]:
    """Return what a user cluster has that newer versions no longer run."""
    found = {_BALANCERS.get(cluster.load_balancer.kind)}
    if not cluster.control_plane_v2:
        found.add(Feature.KUBECEPTION)
    if not cluster.dataplane_v2:
        found.add(Feature.DATAPLANE_V1)
    return frozenset(each for each in found if each is not None)


def standing(env: Environment) -> Standing:
    """Return where an environment stands by its stack file."""
    onprem = env.onprem
    return Standing(
        Version.parse(onprem.workstation.version),
        {
            cluster.name: Admin(
                cluster.name,
                Version.parse(cluster.version),
                admin_features(cluster),
                cluster.advanced,
                Version.parse(cluster.platform_version) if cluster.platform_version is not None else None,
            )
            for cluster in onprem.admin_clusters
        },
        {cluster.name: _user(cluster) for cluster in onprem.user_clusters},
    )


def _user(cluster: UserCluster) -> User:
    pools = tuple(
        Pool(
            pool.name,
            Version.parse(pool.version or cluster.version),
            pool.version is not None,
            pool.nodes.max,
            pool.image_type is ImageType.WINDOWS,
        )
        for pool in sorted(cluster.node_pools, key=lambda pool: pool.name)
    )
    return User(
        cluster.name,
        cluster.id,
        cluster.admin_cluster,
        Version.parse(cluster.version),
        user_features(cluster),
        cluster.provisioner is Provisioner.API,
        pools,
        cluster.advanced,
    )
