"""Makes operations fail as a rule says."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from rehearsal.faults.outcome import failure
from rehearsal.faults.rule import Rule, parse_rule
from rehearsal.interception import Operation


def parse_rules(texts: Sequence[str]) -> list[Injector]:
    """Return what steps in for each rule, in their order. Raises `BadRuleError` at the first that is wrong."""
    return [Injector(parse_rule(text)) for text in texts]


class Injector:
    """An interceptor that carries out one rule; `hits` are the operations that failed by it, in their order.

    A killed provider loses what it was doing, as its process would: calls under way get no answer, whatever they did,
    and every later one fails until the engine configures the provider again, as it does at the start of its next run.
    `sleep` is what a hang does with its seconds.
    """

    def __init__(self, rule: Rule, *, sleep: Callable[[float], object] = time.sleep) -> None:
        self.rule: Final = rule
        self.hits: Final[list[Operation]] = []
        self._sleep = sleep
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self._dead: set[str] = set()
        self._lock = threading.Lock()

    def before(self, operation: Operation) -> None:
        """Fail here where the rule says so, before anything has happened."""
        if operation.verb == "configure":
            with self._lock:
                self._dead.discard(operation.provider)
        self._require_alive(operation)
        if self.rule.moment == "before":
            self._strike(operation)

    def after(self, operation: Operation) -> None:
        """Fail here where the rule says so, when all is done but for the answer."""
        self._require_alive(operation)
        if self.rule.moment == "after":
            self._strike(operation)

    def _strike(self, operation: Operation) -> None:
        if not self.rule.concerns(operation):
            return
        who = (operation.verb, operation.type, operation.urn) if self.rule.each else ("", "", "")
        with self._lock:
            self._seen[who] += 1
            if self.rule.nth not in (0, self._seen[who]):
                return
            self.hits.append(operation)
            if self.rule.outcome == "kill":
                self._dead.add(operation.provider)
        if self.rule.outcome == "hang":
            self._sleep(self.rule.seconds)
        raise failure(self.rule.outcome, operation.provider, self.rule.text)

    def _require_alive(self, operation: Operation) -> None:
        with self._lock:
            dead = operation.provider in self._dead
        if dead:
            raise failure("kill", operation.provider, self.rule.text)
