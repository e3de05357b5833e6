"""Who gains and who loses what, as sentences: one for each principal, place and way, with all roles in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from model.estate import Estate
from model.planning.questions.difference import Change, Turn, access_difference
from model.planning.questions.rights import short

_ORDER: Final = (Turn.LOSES, Turn.GAINS, Turn.CHANGES)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence about access in an environment."""

    environment: str
    principal: str
    turn: Turn
    words: str
    resource: str = ""
    """What the rights are on: a project, a cluster, a bucket."""


def access_sentences(old: Estate, new: Estate, environment: str) -> tuple[Sentence, ...]:
    """Return who gains and loses what in an environment between two revisions of the files.

    Raises `Unavailable` where a part of the files that grants follow from could not be read.
    """
    difference = access_difference(old, new, [environment])
    together: dict[tuple[str, Turn, str, str], list[Change]] = defaultdict(list)
    for each in difference.changes:
        together[each.principal, each.turn, each.right.where, _how(each)].append(each)
    sentences = [
        Sentence(
            environment, principal, turn, _sentence(principal, turn, where, how, changes), changes[0].right.resource
        )
        for (principal, turn, where, how), changes in together.items()
    ]
    for denial in difference.denials:
        plan = denial.after or denial.before
        if plan is not None:
            verb = "is gone" if denial.after is None else "is new" if denial.before is None else "is another one"
            words = f"the deny rule {plan.id} on {plan.project} {verb}: {', '.join(plan.permissions)}"
            sentences.append(Sentence(environment, "", Turn.CHANGES, words))
    return tuple(sorted(sentences, key=lambda each: (_ORDER.index(each.turn), each.principal, each.words)))


def _how(change: Change) -> str:
    if change.before is not None:
        return f"{change.before.how}, from now on {change.right.how}"
    return change.right.how


def _sentence(principal: str, turn: Turn, where: str, how: str, changes: list[Change]) -> str:
    roles = sorted({each.right.role for each in changes})
    verb = "has on other terms" if turn is Turn.CHANGES else turn.value
    first = changes[0]
    through = f", as part of {' in '.join(short(each) for each in first.chain)}" if first.chain else ""
    within = f" (and {', '.join(short(each) for each in first.inner)} in it)" if first.inner else ""
    reason = first.right.reason
    because = f" — {reason}" if reason and len({each.right.reason for each in changes}) == 1 else ""
    return f"{short(principal)}{within} {verb} {', '.join(roles)} on {where}: {how}{through}{because}"
