"""How groups are nested: in which the same grant reaches more people than its line says (F11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from model.config.organisation import Group, GroupKind
from model.config.problems import Severity
from model.estate import Estate
from model.planning.access.nesting import above
from model.rules import pages
from model.rules.registries import estate_rules
from model.rules.registry import Finding, suggest

DEEPEST: Final = 4


@estate_rules.rule("F11", title="groups are nested without circles, and not deeply", source=pages.IAM_GROUPS)
def nested(estate: Estate) -> Iterator[Finding]:
    """Refuse unknown parents, circles, and product areas inside other groups; warn of deep nesting."""
    groups, security = estate.organisation.groups, estate.organisation.security_group
    for address, group in groups.items():
        for number, parent in enumerate(group.member_of):
            place = group.at("member_of", number)
            if parent == security:
                message = f"{address} is a member of {security}, which nested: true says already"
                yield Finding(place, message, "remove it here")
            elif parent not in groups:
                message = f"{address} is a member of {parent}, which is no group of the organisation"
                yield Finding(place, message, suggest(parent, groups, lead="Groups"))
            elif group.kind is GroupKind.AREA and groups[parent].kind is not GroupKind.AREA:
                message = f"product area {address} is a member of {parent}: everybody below it would have its grants"
                yield Finding(place, message, "make the other one the member")
        yield from _depth(address, group, groups)


def _depth(address: str, group: Group, groups: Mapping[str, Group]) -> Iterator[Finding]:
    chain = above(groups, address)
    if chain is None:
        message = f"{address} is a member of itself, through {' and '.join(group.member_of)}"
        yield Finding(group.at("member_of"), message, "remove one of the memberships")
    elif len(chain) > DEEPEST:
        message = f"{address} has {len(chain)} groups above it: who has what is hard to tell, and sync is slow"
        yield Finding(group.at("member_of"), message, f"nest {DEEPEST} deep at most", Severity.WARNING)
