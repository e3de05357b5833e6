"""How principals, roles and groups are written in names and in bindings."""

from __future__ import annotations

from typing import Final

_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "o", "å": "aa", " ": "-"})


def local_part(address: str) -> str:
    """Return what stands before the @ of an address."""
    return address.split("@", 1)[0]


def short_role(role: str) -> str:
    """Return a role without `roles/`, for names: `gkehub.viewer`."""
    return role.rsplit("roles/", 1)[-1]


def principal_kind(principal: str) -> str:
    """Return how Kubernetes names the subject: service accounts are users, everything else here is a group."""
    return "User" if principal.endswith(".gserviceaccount.com") else "Group"


def directory_slug(display_name: str) -> str:
    """Return what the directory's sync makes of a group's display name: `VARDE - TEAM - Snø` is `varde-team-sno`.

    Lower case, ae for æ, o for ø, aa for å; the parts between the dashes are joined by one hyphen (F12).
    """
    parts = (part.strip().lower().translate(_LETTERS) for part in display_name.split(" - "))
    return "-".join(parts)
