"""Groups and roles wherever a file names one: known, of the organisation, synchronised, and never a basic role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from model.config.organisation import Group, GroupKind, Organisation
from model.config.problems import Place
from model.config.shape import Shape
from model.config.team import GroupState
from model.estate import Environment
from model.rules.registry import Finding, suggest

BASIC_ROLES: Final = frozenset(f"roles/{name}" for name in ("owner", "editor", "viewer", "admin", "writer", "reader"))
STREAMING_ROLE: Final = "roles/gkehub.gatewayAdmin"
FLEET_VIEWERS: Final = ("roles/gkehub.viewer", "roles/gkehub.editor", "roles/gkehub.admin")
GATEWAY_ROLES: Final = ("roles/gkehub.gatewayReader", "roles/gkehub.gatewayEditor", STREAMING_ROLE)


def is_pending(group: Group) -> bool:
    """Say whether the directory has not synchronised a group yet."""
    return group.state == GroupState.PENDING.value


def deployers(env: Environment) -> tuple[str, str]:
    """Return the accounts that preview and apply the environment."""
    accounts = env.organisation.deployers
    plan, apply = (text.replace("{environment}", env.name) for text in (accounts.plan, accounts.apply))
    return plan, apply


def unfit(organisation: Organisation, address: str, place: Place) -> Iterator[Finding]:
    """Give why `address` can not be granted anything as a group."""
    if address in organisation.break_glass:
        message = f"{address} is a break-glass account: it is bound at the organisation, outside this program"
        yield Finding(place, message, "remove it; no file may name one in a grant", rule="F1")
    elif not address.endswith(f"@{organisation.domain}"):
        message = f"{address} is outside {organisation.domain}, whose directory this platform trusts"
        yield Finding(place, message, f"use a group of {organisation.domain}", rule="E34")
    elif address not in organisation.groups:
        message = f"there is no group {address}: only groups are granted anything, never a person"
        hint = suggest(address, organisation.groups, lead="Groups")
        yield Finding(place, message, f"{hint}; a new group is added to groups of stacks/organisation.yaml", rule="F1")
    elif organisation.groups[address].kind is GroupKind.AREA:
        message = f"{address} is a product area, a parent for cost alone: a grant would reach every team below it"
        yield Finding(place, message, "name the teams' own groups", rule="F11")


def basic(roles: Iterable[str], owner: Shape, field: str) -> Iterator[Finding]:
    """Give every basic role of `roles`, which stand in `field` of `owner`."""
    for number, role in enumerate(roles):
        if role in BASIC_ROLES:
            message = f"{role} is a basic role: it holds thousands of permissions, on everything in the project"
            yield Finding(owner.at(field, number), message, "grant the predefined roles that are needed", rule="F7")
