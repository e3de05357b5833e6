"""A language host for the commands that run no program and look for one all the same, such as `pulumi import`."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2


class _NoProgram(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers what the engine asks before it finds that nothing is to be run."""

    def Handshake(  # noqa: N802  the protocol's own word
        self, request: language_pb2.LanguageHandshakeRequest, context: grpc.ServicerContext
    ) -> language_pb2.LanguageHandshakeResponse:
        del request, context
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: N802  as above
        del request, context
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetRequiredPackages(  # noqa: N802  as above
        self, request: language_pb2.GetRequiredPackagesRequest, context: grpc.ServicerContext
    ) -> language_pb2.GetRequiredPackagesResponse:
        del request, context
        return language_pb2.GetRequiredPackagesResponse()


@contextmanager
def no_program() -> Generator[dict[str, str]]:
    """Serve such a host, and give the variable that makes the engine use it."""
    server = grpc.server(ThreadPoolExecutor(2))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(_NoProgram(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield {"PULUMI_DEBUG_LANGUAGES": f"python:{port}"}
    finally:
        server.stop(grace=None).wait()
