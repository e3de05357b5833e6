"""Sees what the clouds have done, whatever went wrong after it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Final, TypeAlias

from rehearsal.faults.rule import CHANGING
from rehearsal.interception import Operation

Deed: TypeAlias = "tuple[str, str, str]"
"""An operation as one deed of an environment's life: verb, type and URN."""


def deed(operation: Operation) -> Deed:
    """Return which deed an operation is, however often it is tried."""
    return (operation.verb, operation.type, operation.urn)


class Witness:
    """An interceptor that counts what was done; it stands before those that lose answers.

    `done` counts the deeds, in the order of the first time. `at`, if given, is called once, in the middle of the
    `nth` change of a cloud: when it is done and not answered.
    """

    def __init__(self, nth: int = 0, at: Callable[[], object] | None = None) -> None:
        self.done: Final[Counter[Deed]] = Counter()
        self._nth = nth
        self._at = at
        self._count = 0
        self._lock = threading.Lock()

    def before(self, operation: Operation) -> None:
        """Do nothing."""

    def after(self, operation: Operation) -> None:
        """Count the operation."""
        if operation.preview or operation.verb not in CHANGING:
            return
        with self._lock:
            self.done[deed(operation)] += 1
            if operation.verb in {"create", "update", "delete"}:
                self._count += 1
            now = self._at is not None and self._count == self._nth and operation.verb not in {"read", "invoke"}
        if now and self._at is not None:
            self._at()
