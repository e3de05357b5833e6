"""What a fault rule says, and how it is written on the command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final, Literal, TypeAlias, cast, get_args

from rehearsal.facts.catalogue import Catalogue
from rehearsal.faults.outcome import HANG_SECONDS, Outcome
from rehearsal.interception import Operation, Verb
from rehearsal.providers.kubernetes.kinds import refusal

Moment: TypeAlias = Literal["before", "after"]

PROVIDERS: Final = ("gcp", "vsphere", "kubernetes", "random")
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
CHANGING: Final = frozenset[Verb]({"create", "update", "delete", "read", "invoke"})
"""What `any` stands for: the operations in which a cloud does or answers something."""

MAKING: Final = frozenset[Verb]({"create", "update"})
"""The operations that can end in part, with an object that is there and not in order."""

LONGEST_HANG: Final = 600.0
GRAMMAR: Final = (
    "TYPE[::NAME] OPERATION [once|each|always|2nd|3rd|...] [before|after] "
    "[retryable|final|partial|hang[=SECONDS]|drop|kill]"
)
EXAMPLE: Final = "gcp:compute/vPNTunnel:VPNTunnel create once"
_ORDINAL: Final = re.compile(r"([1-9][0-9]*)(st|nd|rd|th)")
_RANDOM: Final = re.compile(r"random:index/random(\w+):Random\1")
_PATTERN: Final = frozenset("*?[")


class BadRuleError(ValueError):
    """A fault rule that can not be understood; the text is one line for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When something goes wrong, and how.

    type: a resource's type, a lookup's token, a provider's name, or a pattern of either (`*`, `?`). name: the logical
    name, or a pattern. verbs: which operations. nth: which of the matching ones fails, counted from 1; 0 stands for all
    of them, and with `each` it is counted for each object by itself. moment: `before` anything happened, or `after` the
    change, when only the answer is lost. seconds: how long a hang lasts.
    """

    text: str
    type: str
    name: str
    verbs: frozenset[Verb]
    nth: int = 1
    each: bool = False
    moment: Moment = "before"
    outcome: Outcome = "retryable"
    seconds: float = HANG_SECONDS

    def concerns(self, operation: Operation) -> bool:
        """Say whether the rule speaks of this operation at all; nothing goes wrong at a preview."""
        if operation.preview or operation.verb not in self.verbs:
            return False
        if operation.provider != self.type and not fnmatchcase(operation.type, self.type):
            return False
        return self.name == "*" or fnmatchcase(operation.urn.rpartition("::")[2], self.name)


def parse_rule(text: str) -> Rule:
    """Return the rule that `text` writes, `GRAMMAR` says how; the words after the operation come in any order.

    What is left out is `once`, `before`, `retryable`; a `final` error is one that running again does not mend, so it
    comes `always`; what is `partial` has happened, so it comes `after`. Raises `BadRuleError`.
    """
    words = text.split()
    if len(words) < 2:
        raise _bad(text, "it needs at least a type and an operation")
    token, _, name = words[0].partition("::")
    if "::" in words[0] and not name:
        raise _bad(text, "there is no name after ::")
    verbs = _verbs(text, words[1])
    _require_type(text, token, verbs)
    when, moment, outcome, seconds = _manner(text, words[2:])
    if when is None:
        when = (0, False) if outcome == "final" else (1, False)
    if outcome == "partial":
        if not verbs <= MAKING:
            raise _bad(text, f"only {' and '.join(sorted(MAKING))} can be partial")
        if moment == "before":
            raise _bad(text, "what is partial has happened, so it comes after")
        moment = "after"
    nth, each = when
    return Rule(
        text=" ".join(words),
        type=token,
        name=name or "*",
        verbs=verbs,
        nth=nth,
        each=each,
        moment=moment or "before",
        outcome=outcome or "retryable",
        seconds=seconds,
    )


def _manner(text: str, words: Sequence[str]) -> tuple[tuple[int, bool] | None, Moment | None, Outcome | None, float]:
    when: tuple[int, bool] | None = None
    moment: Moment | None = None
    outcome: Outcome | None = None
    seconds = HANG_SECONDS
    for word in words:
        found = _when(word)
        if found is not None and when is None:
            when = found
        elif word in get_args(Moment) and moment is None:
            moment = cast("Moment", word)
        elif word.partition("=")[0] in get_args(Outcome) and outcome is None:
            kind, _, length = word.partition("=")
            outcome = cast("Outcome", kind)
            if "=" in word:
                seconds = _seconds(text, kind, length)
        else:
            raise _bad(text, f"'{word}' is not understood there, or says again what another word has said")
    return when, moment, outcome, seconds


def _when(word: str) -> tuple[int, bool] | None:
    match word:
        case "once":
            return (1, False)
        case "each":
            return (1, True)
        case "always":
            return (0, False)
        case _:
            ordinal = _ORDINAL.fullmatch(word)
            return (int(ordinal[1]), False) if ordinal else None


def _seconds(text: str, kind: str, length: str) -> float:
    try:
        seconds = float(length)
    except ValueError:
        seconds = -1.0
    if kind != "hang" or not 0 < seconds <= LONGEST_HANG:
        raise _bad(text, f"only hang takes a length, in seconds above 0 and up to {LONGEST_HANG:.0f}")
    return seconds


def _verbs(text: str, word: str) -> frozenset[Verb]:
    if word == "any":
        return CHANGING
    if word not in VERBS:
        raise _bad(text, f"'{word}' is no operation; there are any, {', '.join(VERBS)}")
    return frozenset({word})


def _require_type(text: str, token: str, verbs: frozenset[Verb]) -> None:
    """Refuse a type that no provider has: its fault would never come."""
    provider = token.partition(":")[0]
    if _PATTERN & set(token) or token in PROVIDERS:
        return
    if provider not in PROVIDERS or ":" not in token:
        raise _bad(
            text, f"'{token}' is no type; a type begins with {', '.join(f'{name}:' for name in PROVIDERS)} or is *"
        )
    if provider == "kubernetes":
        wrong = "invoke" not in verbs and refusal(token) is not None
        near: list[str] = []
    elif provider == "random":
        wrong = _RANDOM.fullmatch(token) is None
        near = ["random:index/randomPassword:RandomPassword"]
    else:
        catalogue = Catalogue.load(provider)
        resources = () if verbs <= {"invoke"} else catalogue.tokens
        lookups = catalogue.function_tokens if "invoke" in verbs else ()
        known = (*resources, *lookups)
        wrong = token not in known
        near = get_close_matches(token, known, 1, 0.5) if wrong else []
    if wrong:
        hint = f"; did you mean {near[0]}" if near else ""
        raise _bad(text, f"the {provider} provider has no '{token}'{hint}")


def _bad(text: str, reason: str) -> BadRuleError:
    return BadRuleError(f"fault rule '{text}': {reason}. A rule is {GRAMMAR}; for example: {EXAMPLE}")
