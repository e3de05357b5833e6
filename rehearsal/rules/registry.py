"""Which rules run when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from rehearsal.case import Case

Moment: TypeAlias = Literal["create", "created", "update", "updated", "delete", "deleted"]
Rule: TypeAlias = Callable[[Case], None]
ANY: Final = "*"
_RULES: Final[dict[tuple[Moment, str], list[Rule]]] = defaultdict(list)


def rule(moment: Moment, *tokens: str) -> Callable[[Rule], Rule]:
    """Register a rule for a moment and some types (none: every type of the gcp and vsphere providers).

    `create`, `update`, `delete` come before the world changes and may refuse with `ProviderError`; `created`,
    `updated` and `deleted` come after and do what else happens in the cloud then.
    """

    def register(function: Rule) -> Rule:
        for token in tokens or (ANY,):
            _RULES[moment, token].append(function)
        return function

    return register


def apply(moment: Moment, case: Case) -> None:
    """Run the rules of a moment for a case, the general ones first. Raises `ProviderError` at the first refusal."""
    for function in (*_RULES[moment, ANY], *_RULES[moment, case.type]):
        function(case)
