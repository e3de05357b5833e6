"""One step of an upgrade: what moves from which version to which, who moves it, and where that leaves the clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from model.config.catalogue import Feature
from model.planning.upgrades.standing import Standing, User
from model.planning.versions import Version


class Act(StrEnum):
    """What a step does."""

    WORKSTATION = "workstation"
    """Brings the workstation, and gkectl on it, to a version."""
    PLATFORM = "platform"
    """Brings to an admin cluster what its user clusters need of a version; it upgrades nothing (A65)."""
    ADMIN = "admin cluster"
    """Upgrades an admin cluster."""
    USER = "user cluster"
    """Upgrades a user cluster: its control plane, and every pool with it."""
    CONTROL_PLANE = "control plane"
    """Upgrades the control plane of a user cluster and leaves its pools."""
    POOLS = "node pools"
    """Brings the pools of a user cluster to its version."""
    MIGRATION = "migration"
    """Takes a cluster off something that the next version no longer runs."""


class Way(StrEnum):
    """Who carries a step out."""

    PULUMI = "pulumi up"
    """This program, after an edit of the stack file."""
    GKECTL = "gkectl"
    """A person on the workstation; the stack file then says what is there."""


@dataclass(frozen=True, slots=True)
class Move:
    """A step. `name` is the workstation's or the cluster's; `feature` is what a migration takes away.

    `converts` says that the cluster becomes an advanced one on the way (B64, B65).
    """

    act: Act
    name: str
    before: Version
    after: Version
    way: Way
    feature: Feature | None = None
    converts: bool = False

    @property
    def new_minor(self) -> bool:
        """Whether it goes to another minor."""
        return self.before.minor != self.after.minor


def applied(standing: Standing, move: Move) -> Standing:
    """Return where the clusters stand after `move`. Raises `KeyError` for a cluster that is not there."""
    match move.act:
        case Act.WORKSTATION:
            return replace(standing, workstation=move.after)
        case Act.PLATFORM:
            return standing.with_admin(replace(standing.admins[move.name], platform=move.after))
        case Act.ADMIN:
            admin = standing.admins[move.name]
            held = admin.platform if admin.platform is not None and admin.platform >= move.after else None
            advanced = admin.advanced or move.converts
            return standing.with_admin(replace(admin, version=move.after, advanced=advanced, platform=held))
        case Act.MIGRATION:
            gone = frozenset({move.feature} if move.feature else ())
            if move.name in standing.admins:
                admin = standing.admins[move.name]
                return standing.with_admin(replace(admin, features=admin.features - gone))
            user = standing.users[move.name]
            return standing.with_user(replace(user, features=user.features - gone))
        case Act.USER | Act.CONTROL_PLANE | Act.POOLS:
            return standing.with_user(_moved(standing.users[move.name], move))


def _moved(user: User, move: Move) -> User:
    if move.act is Act.CONTROL_PLANE:
        # From here on each pool names its own version, which is what keeps it from being taken along (B38).
        return replace(user, version=move.after, pools=tuple(replace(pool, stated=True) for pool in user.pools))
    pools = tuple(replace(pool, version=move.after) for pool in user.pools)
    return replace(
        user,
        version=move.after,
        pools=pools,
        advanced=user.advanced or move.converts,
        api=user.api and not move.converts,
    )
