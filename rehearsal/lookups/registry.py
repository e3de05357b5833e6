"""Which function answers which lookup."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from rehearsal.case import text
from rehearsal.facts import FunctionFacts
from rehearsal.interception import ProviderError
from rehearsal.values import Properties, reveal
from rehearsal.world import World


@dataclass(frozen=True, slots=True)
class Question:
    """A lookup: its facts, its arguments (plain) and the configuration of the provider that is asked."""

    world: World
    facts: FunctionFacts
    arguments: Properties
    settings: Properties

    def text(self, name: str) -> str:
        """Return an argument as text; empty if it is not given."""
        return text(reveal(self.arguments.get(name)))

    @property
    def project(self) -> str:
        """The project's id: the argument or the provider's."""
        given = (self.text("project") or text(reveal(self.settings.get("project")))).removeprefix("projects/")
        if not given:
            raise ProviderError("project: required field is not set")
        return self.world.inventory.project_id(given) or given

    def place(self, name: str) -> str:
        """Return region, location or zone: the argument or the provider's."""
        return self.text(name) or text(reveal(self.settings.get("region" if name == "location" else name)))


Answer: TypeAlias = Callable[[Question], Properties]
_ANSWERS: Final[dict[str, Answer]] = {}


def answers(*tokens: str) -> Callable[[Answer], Answer]:
    """Register the function for some lookups."""

    def register(function: Answer) -> Answer:
        for token in tokens:
            _ANSWERS[token] = function
        return function

    return register


def answer(question: Question) -> Properties:
    """Answer a question. Raises `ProviderError` where nothing is found, or for a lookup that is not simulated."""
    token = question.facts.token
    function = _ANSWERS.get(token)
    if function is None:
        raise ProviderError(f"the lookup '{token}' is not simulated; simulated are: {', '.join(sorted(_ANSWERS))}")
    given = {key: value for key, value in question.arguments.items() if value is not None}
    return {**given, **function(question)}
