"""Accounts and permissions in vCenter in a stack file."""

from __future__ import annotations

from enum import StrEnum

from model.config.shape import Shape
from model.config.types import SecretReference


class Owner(StrEnum):
    """Who makes an object in vCenter."""

    PROGRAM = "program"
    """This program."""
    VCENTER = "vcenter"
    """vCenter's administrators; the program looks it up where it needs it."""


class VcenterAccess(Shape):
    """How the program and the clusters log in to vCenter. References only."""

    account: str
    """The account that applies."""
    credentials: SecretReference
    """Its user name and password."""
    plan_account: str
    """The read-only account that previews."""
    plan_credentials: SecretReference
    """Its user name and password."""
    ca: SecretReference
    """vCenter's CA certificate (I7)."""


class SharedEntity(StrEnum):
    """Objects in vCenter that others have permissions on too."""

    ROOT = "root"
    """The folder at the top of vCenter."""
    DATACENTER = "datacenter"
    """The datacenter."""
    COMPUTE_CLUSTER = "compute_cluster"
    """The compute cluster."""
    DATASTORES = "datastores"
    """The datastores of nodes and of backups, each."""


class OtherPermission(Shape):
    """A permission on a shared object that is not the clusters'."""

    principal: str
    """A user or group, `<DOMAIN>\\<name>`."""
    group: bool = False
    """Whether it is a group."""
    role: str
    """The role as vCenter shows it, such as Administrator. It exists."""
    propagate: bool = True
    """Whether it holds below the object too."""


class Permissions(Shape):
    """The roles and permissions of the account that the clusters log in with (I6, A91)."""

    owner: Owner = Owner.VCENTER
    """Who gives them. Where the program does, its own account needs the privileges of group Authorization."""
    account: str | None = None
    """The clusters' account, where the program gives it its permissions: another one than the program's own."""
    others: dict[SharedEntity, tuple[OtherPermission, ...]] = {}
    """Permissions of others on `root`, `datacenter`, `compute_cluster` and `datastores`. vCenter is given whole lists,
    so what is left out ends."""
