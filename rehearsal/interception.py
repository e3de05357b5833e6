"""The seam for faults and latency: what may step between the engine and the simulated clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import grpc

Verb: TypeAlias = Literal["configure", "check", "diff", "create", "read", "update", "delete", "invoke"]


class ProviderError(Exception):
    """A refusal or failure of a simulated cloud, with the text that the real provider would give.

    `code` is the gRPC status that carries it: UNKNOWN for an error of the cloud, UNAVAILABLE for a cut connection.
    """

    def __init__(self, message: str, *, code: grpc.StatusCode = grpc.StatusCode.UNKNOWN) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


class PartialError(ProviderError):
    """A creation or an update that happened and did not come to its end: the object is there and not in order.

    The engine keeps the object in its state, with its id and this reason, and fails the run; the next one updates it.
    """


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the engine, as an interceptor sees it; `id` is empty before an object has one.

    For an invoke, `type` is the function's token and `urn` is empty.
    """

    verb: Verb
    provider: str
    type: str
    urn: str = ""
    id: str = ""
    preview: bool = False


class Interceptor(Protocol):
    """Steps in before and after operations; may sleep, or raise `ProviderError` to make the operation fail.

    What `before` refuses never reaches the world. What `after` refuses has happened there, and the engine is not told:
    a connection cut at the worst moment.
    """

    def before(self, operation: Operation) -> None:
        """Run before the operation touches anything."""
        ...

    def after(self, operation: Operation) -> None:
        """Run when the operation is done and not yet answered."""
        ...


@dataclass(frozen=True, slots=True)
class LetPass:
    """Interferes with nothing."""

    def before(self, operation: Operation) -> None:
        """Do nothing."""

    def after(self, operation: Operation) -> None:
        """Do nothing."""


class FailOnce:
    """Makes the first operation of one kind on one type fail, and lets every later one pass.

    `moment` says whether it fails before anything happened or after, when only the answer is lost.
    """

    def __init__(
        self,
        verb: Verb,
        type: str,  # noqa: A002  the field's own word
        message: str,
        *,
        moment: Literal["before", "after"] = "before",
    ) -> None:
        self._verb = verb
        self._type = type
        self._message = message
        self._moment = moment
        self._spent = False

    def before(self, operation: Operation) -> None:
        """Fail here if this is the operation and the moment."""
        self._fail(operation, "before")

    def after(self, operation: Operation) -> None:
        """Fail here if this is the operation and the moment."""
        self._fail(operation, "after")

    def _fail(self, operation: Operation, moment: str) -> None:
        if self._spent or operation.preview or moment != self._moment:
            return
        if (operation.verb, operation.type) == (self._verb, self._type):
            self._spent = True
            raise ProviderError(self._message)
