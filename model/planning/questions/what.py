"""What a principal has: its own, what comes with the groups that it is in, and what it may act as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.config.wording import suggest
from model.estate import Estate
from model.planning.access.plans import GROUP, SERVICE_ACCOUNT
from model.planning.grants import Withheld, grants
from model.planning.questions.nesting import outer_groups
from model.planning.questions.rights import Right, rights


class UnknownPrincipalError(Exception):
    """A principal that no file names; the text says which there are that are like it."""


@dataclass(frozen=True)
class Having:
    """One right that a principal has, and through which groups it comes."""

    right: Right
    chain: tuple[str, ...]
    """From the principal to the group that the right is given to; empty: its own."""


@dataclass(frozen=True)
class Holding:
    """Everything that a principal has, and what waits until the directory has synchronised its group (F12)."""

    principal: str
    having: tuple[Having, ...]
    withheld: tuple[tuple[str, Withheld], ...]
    """By environment."""


def principal_of(estate: Estate, text: str) -> str:
    """Return who is meant, as IAM writes it: a group's address or local part, a team's slug, an account's address.

    Raises `UnknownPrincipalError`.
    """
    organisation = estate.organisation
    named = text.removeprefix(GROUP).removeprefix(SERVICE_ACCOUNT)
    if named in estate.teams:
        return f"{GROUP}{estate.teams[named].groups.google}"
    for address in (named, f"{named}@{organisation.domain}"):
        if address in organisation.groups:
            return f"{GROUP}{address}"
    accounts = {
        right.principal.removeprefix(SERVICE_ACCOUNT)
        for env in estate.environments.values()
        for right in rights(env)
        if right.principal.startswith(SERVICE_ACCOUNT)
    }
    if named in accounts:
        return f"{SERVICE_ACCOUNT}{named}"
    if named in organisation.break_glass:
        raise UnknownPrincipalError(
            f"{named} is a break-glass account: it is bound at the organisation, outside this program, which gives it "
            "nothing"
        )
    short = {address.split("@", 1)[0] for address in organisation.groups}
    raise UnknownPrincipalError(
        f"there is no group, team or account '{named}'; {suggest(named, [*short, *accounts, *estate.teams])}"
    )


def what_has(estate: Estate, principal: str, environments: Sequence[str] = ()) -> Holding:
    """Return what `principal` has in `environments`, in all of them where none is named."""
    group = principal.removeprefix(GROUP)
    above = {f"{GROUP}{outer}": way for outer, way in outer_groups(estate.organisation).get(group, {}).items()}
    having: list[Having] = []
    withheld: list[tuple[str, Withheld]] = []
    for name, env in estate.environments.items():
        if environments and name not in environments:
            continue
        for right in rights(env):
            if right.principal == principal:
                having.append(Having(right, ()))
            elif right.principal in above:
                having.append(Having(right, above[right.principal]))
        waiting = {group, *(outer.removeprefix(GROUP) for outer in above)}
        withheld += [(name, each) for each in grants(env).withheld if each.group in waiting]
    return Holding(principal, tuple(having), tuple(withheld))
