"""An engine that is given the port of one that has ended is reached."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import cast

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime import _grpc_settings
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from rehearsal.engine.channels import keep_apart


class Listening(engine_pb2_grpc.EngineServicer):
    """An engine's end that takes every message."""

    def Log(self, request: engine_pb2.LogRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802  the protocol's own words
        return empty_pb2.Empty()


def channel(address: str) -> grpc.Channel:
    """Open a channel as the SDK does."""
    return grpc.insecure_channel(address, options=_grpc_settings._GRPC_CHANNEL_OPTIONS)  # pyright: ignore[reportPrivateUsage]  the SDK has no public name for them


def said(through: grpc.Channel) -> None:
    log = cast("Callable[[engine_pb2.LogRequest], object]", engine_pb2_grpc.EngineStub(through).Log)
    log(engine_pb2.LogRequest(message="hello"))


def test_what_an_ended_engine_refused_is_not_the_next_ones_answer() -> None:
    keep_apart()
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    old = channel(address)
    for _ in range(3):
        with pytest.raises(grpc.RpcError, match="UNAVAILABLE"):
            said(old)
    server = grpc.server(ThreadPoolExecutor(1))
    engine_pb2_grpc.add_EngineServicer_to_server(Listening(), server)
    server.add_insecure_port(address)
    server.start()
    try:
        with channel(address) as new:
            said(new)
    finally:
        old.close()
        server.stop(None).wait()
