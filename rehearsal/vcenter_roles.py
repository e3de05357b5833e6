"""What vCenter knows of roles by itself: its system roles, and every privilege that a role can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import yaml

FILE: Final = Path(__file__).with_name("vcenter_privileges.yaml")


@dataclass(frozen=True, slots=True)
class SystemRole:
    """A role that vCenter brings along and that nobody can change.

    Its names are those of AuthorizationManager (vSphere Web Services API, `AuthorizationRole`); what is shown in the
    client, and asked for in a lookup, is the label.
    """

    id: str
    name: str
    label: str

    @property
    def privileges(self) -> tuple[str, ...]:
        """What the role holds beside the system privileges."""
        if self.name == "Admin":
            return tuple(sorted(privileges()))
        if self.name == "NoCryptoAdmin":
            return tuple(sorted(each for each in privileges() if not each.startswith("Cryptographer.")))
        return ()


SYSTEM_ROLES: Final = (
    SystemRole("-1", "Admin", "Administrator"),
    SystemRole("-2", "ReadOnly", "Read-only"),
    SystemRole("-3", "View", "View"),
    SystemRole("-4", "Anonymous", "Anonymous"),
    SystemRole("-5", "NoAccess", "No access"),
    SystemRole("-6", "NoCryptoAdmin", "No cryptography administrator"),
)


@cache
def privileges() -> frozenset[str]:
    """Return the id of every privilege but those of `System`, which are in every role."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    groups = cast("dict[str, list[Any]]", yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506  a safe loader, in C where it is built
    return frozenset(f"{group}.{name}" for group, names in groups.items() if group != "System" for name in names)


def is_system(privilege: str) -> bool:
    """Say whether a privilege is one of those that every role holds and none lists."""
    return privilege.partition(".")[0] == "System"


def principal(name: str) -> str:
    r"""Return a user or group in the one form in which two spellings can be compared: `name@domain`, small letters.

    vCenter takes `DOMAIN\name` and `name@domain` for the same.
    """
    domain, found, own = name.rpartition("\\")
    return (f"{own}@{domain}" if found else name).lower()
