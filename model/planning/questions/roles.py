"""What roles hold, from public documentation (`roles.yaml`); what is not known there is unknown, never "no"."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final

from model.config.data_file import data_file
from model.config.shape import Shape
from model.config.types import Role

FILE: Final = Path(__file__).with_name("roles.yaml")
PAGES: Final = "https://docs.cloud.google.com/iam/docs/roles-permissions/"
ALL: Final = "all"
"""Among the services of which a list has everything: nothing is missing in any."""


class Verdict(StrEnum):
    """Whether a role, or a way, allows something."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def both(self, other: Verdict) -> Verdict:
        """Return the verdict where this and the other are needed."""
        if Verdict.NO in {self, other}:
            return Verdict.NO
        return Verdict.UNKNOWN if Verdict.UNKNOWN in {self, other} else Verdict.YES


class Held(Shape):
    """What a role of IAM holds."""

    page: str
    """The page that lists it, below `PAGES`."""
    date: date
    """When it was read."""
    whole: tuple[str, ...]
    """Services, or beginnings of permissions, of which nothing is missing here; `all`: nothing at all."""
    permissions: tuple[str, ...] = ()
    """Permissions, with * for any part."""
    without: tuple[str, ...] = ()
    """What the patterns cover and the role does not hold."""
    unsure: tuple[str, ...] = ()
    """What can not be said."""

    def verdict(self, permission: str) -> Verdict:
        """Say whether the role holds a permission such as `storage.objects.get`; letter case does not matter."""
        wanted = permission.lower()
        if _any(self.unsure, wanted):
            return Verdict.UNKNOWN
        if _any(self.permissions, wanted) and not _any(self.without, wanted):
            return Verdict.YES
        whole = any(
            each == ALL or wanted == each.lower() or wanted.startswith(f"{each.lower()}.") for each in self.whole
        )
        known = whole or _any(self.without, wanted)
        return Verdict.NO if known else Verdict.UNKNOWN


class Elsewhere(Held):
    """A role of which it is known only that it has nothing to do with some services."""

    role: Role
    """The role."""


class Only(Shape):
    """A permission that no predefined role has but those named."""

    permission: str
    """The permission."""
    page: str
    """The page that says so, below `PAGES`."""
    date: date
    """When it was read."""
    roles: tuple[Role, ...]
    """The roles."""


class Rule(Shape):
    """Verbs on resources of the Kubernetes API."""

    verbs: tuple[str, ...]
    """Verbs; * for any."""
    resources: tuple[str, ...]
    """Resources, with their subresource behind a slash; * for any."""

    def allows(self, verb: str, resource: str) -> bool:
        """Say whether the rule allows a verb on a resource."""
        return (verb in self.verbs or "*" in self.verbs) and (resource in self.resources or "*" in self.resources)


class ClusterRoleRules(Shape):
    """What a cluster role for people holds."""

    includes: str | None = None
    """The role whose rules it has too."""
    rules: tuple[Rule, ...]
    """Its own rules."""


class Kubernetes(Shape):
    """Kubernetes' cluster roles for people."""

    page: str
    """The page that describes them."""
    date: date
    """When it was read."""
    roles: dict[str, ClusterRoleRules]
    """Roles by name."""
    nobodys: tuple[str, ...]
    """Resources of Kubernetes itself that only cluster-admin has."""

    def rules(self, role: str) -> tuple[Rule, ...]:
        """Return every rule of a role, those of the roles that it includes too."""
        held = self.roles[role]
        return (*held.rules, *(self.rules(held.includes) if held.includes else ()))

    def verdict(self, role: str, verb: str, resource: str) -> Verdict:
        """Say whether a cluster role allows a verb on a resource; unknown for custom resources, which may be added."""
        if role not in self.roles:
            return Verdict.UNKNOWN
        if any(rule.allows(verb, resource) for rule in self.rules(role)):
            return Verdict.YES
        return Verdict.NO if resource in self.known else Verdict.UNKNOWN

    @property
    def known(self) -> frozenset[str]:
        """Every resource that Kubernetes itself has, as far as the roles tell them apart."""
        named = (resource for held in self.roles.values() for rule in held.rules for resource in rule.resources)
        return frozenset({*named, *self.nobodys} - {"*"})


class RolesFile(Shape):
    """`roles.yaml`."""

    iam: dict[Role, Held]
    """Roles by name."""
    elsewhere: tuple[Elsewhere, ...]
    """Roles of which less is known."""
    only: tuple[Only, ...]
    """Permissions that few roles have."""
    kubernetes: Kubernetes
    """Cluster roles."""


@cache
def known_roles() -> RolesFile:
    """Return what is known of roles. Raises `ValueError` where the file is wrong."""
    return data_file(RolesFile, FILE)


@cache
def held(role: str) -> Held | None:
    """Return what is known of a role, None where nothing is."""
    file = known_roles()
    return file.iam.get(role) or next((each for each in file.elsewhere if each.role == role), None)


@cache
def role_verdict(role: str, permission: str) -> Verdict:
    """Say whether a predefined role of IAM holds a permission."""
    if any(role not in each.roles for each in known_roles().only if each.permission.lower() == permission.lower()):
        return Verdict.NO
    found = held(role)
    return found.verdict(permission) if found is not None else Verdict.UNKNOWN


@cache
def cluster_role_verdict(role: str, verb: str, resource: str) -> Verdict:
    """Say whether a cluster role allows a verb on a resource."""
    return known_roles().kubernetes.verdict(role, verb, resource)


def _any(patterns: tuple[str, ...], permission: str) -> bool:
    return any(fnmatchcase(permission, pattern.lower()) for pattern in patterns)
