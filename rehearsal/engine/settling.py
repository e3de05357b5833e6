"""What makes the wait for a program short: the SDK's own way costs more than registering the resources does.

The SDK waits for all outputs at once and begins anew whenever one of them is there, which grows with the square of the
stack; and it sends the engine a call for each line of its debug log, which nobody reads.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.settings import SETTINGS

Program = Callable[[], Awaitable[None] | None]

_RUN: Final = cast("Any", SETTINGS)
"""What the SDK knows of the run under way; its properties have types that only its own accessors fit."""


def settled(program: Program) -> Callable[[], Awaitable[None]]:
    """Return the program, which ends when its resources are registered, or when a registration has failed."""

    async def run() -> None:
        if _RUN.engine is not None:
            _RUN.engine = _WithoutDebugLog(_RUN.engine)
        begun = program()
        if inspect.isawaitable(begun):
            await begun
        await _settle()

    return run


async def _settle() -> None:
    """Wait for registrations and outputs, those that come of others included; a failure is the SDK's to tell."""
    while waiting := _waiting():
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_EXCEPTION)
        if _RUN.rpc_manager.unhandled_exception is not None or any(map(_failed, done)):
            return


def _waiting() -> set[asyncio.Future[Any]]:
    calls = cast("list[asyncio.Future[Any]]", list(_RUN.rpc_manager.rpcs))
    with _RUN.lock:
        outputs = cast("list[asyncio.Future[Any]]", list(_RUN.outputs))
    return {each for each in (*calls, *outputs) if not each.done()}


def _failed(done: asyncio.Future[Any]) -> bool:
    return done.cancelled() or done.exception() is not None


class _WithoutDebugLog:
    """The engine's end, as the SDK sees it: what is logged for debugging does not reach it, all else does."""

    def __init__(self, engine: Any) -> None:
        self._engine: Final = engine

    def Log(self, request: engine_pb2.LogRequest) -> object:  # noqa: N802  the protocol's own word
        """Pass a message on, unless it is for debugging."""
        return None if request.severity == engine_pb2.DEBUG else self._engine.Log(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)
