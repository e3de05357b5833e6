"""One provider behind Pulumi's `ResourceProvider` service: messages in, messages out."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from rehearsal.answers import checked, different, half_done
from rehearsal.interception import Interceptor, Operation, PartialError, ProviderError, Verb
from rehearsal.meter import Meter
from rehearsal.protocol import UnsupportedValueError, decode, encode
from rehearsal.providers.base import Call, Provider, Session

_Answer = TypeVar("_Answer")
_LOG: Final = logging.getLogger(__name__)
_DETAILS: Final = "grpc-status-details-bin"
"""Where a status travels with what belongs to it (https://grpc.io/docs/guides/error/, richer error model)."""
_FEATURES: Final = {"acceptSecrets": True, "acceptResources": False, "acceptOutputs": False, "supportsPreview": True}


class Service(provider_pb2_grpc.ResourceProviderServicer):
    """Turns each message into a `Call`, lets the interceptors step in, and turns the answer back.

    An error of the simulator itself is reported to the engine with its type, as a failure of that one operation.
    """

    def __init__(self, provider: Provider, interceptors: Sequence[Interceptor], meter: Meter) -> None:
        self._provider = provider
        self._interceptors = interceptors
        self._meter = meter
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    # The plugin

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: N802
        """Report the version of the installed SDK: another one makes the engine warn."""
        del request, context
        return plugin_pb2.PluginInfo(version=self._provider.version)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Accept the engine."""
        del request, context
        return Empty()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Accept; operations here are over before a cancel arrives."""
        del request, context
        return Empty()

    def GetSchema(  # noqa: N802
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Give a schema with the name and version alone."""
        del request, context
        return provider_pb2.GetSchemaResponse(
            schema=f'{{"name": "{self._provider.name}", "version": "{self._provider.version}"}}'
        )

    def GetMapping(  # noqa: N802
        self, request: provider_pb2.GetMappingRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetMappingResponse:
        """Have no mapping from another tool."""
        del request, context
        return provider_pb2.GetMappingResponse()

    def GetMappings(  # noqa: N802
        self, request: provider_pb2.GetMappingsRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetMappingsResponse:
        """Have no mapping from another tool."""
        del request, context
        return provider_pb2.GetMappingsResponse()

    def Handshake(  # noqa: N802
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """Say the same of secrets and outputs as `Configure` does."""
        del request, context
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    # The provider

    def CheckConfig(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Validate the provider's configuration."""
        return self._run(
            context, lambda: checked(self._provider.check_config(decode(request.olds), decode(request.news)))
        )

    def DiffConfig(  # noqa: N802
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compare two configurations."""
        return self._run(
            context,
            lambda: different(
                self._provider.diff_config(
                    decode(request.old_inputs if request.HasField("old_inputs") else request.olds),
                    decode(request.news),
                    request.urn,
                )
            ),
        )

    def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remember the settings of the instance behind this connection."""

        def configure() -> provider_pb2.ConfigureResponse:
            settings = decode(request.args)
            session = Session(context.peer(), settings)
            self._provider.configure(session)
            with self._lock:
                self._sessions[session.peer] = session
            return provider_pb2.ConfigureResponse(**_FEATURES)

        return self._run(context, configure, self._operation("configure", ""))

    # Resources

    def Check(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Validate inputs."""

        def check() -> provider_pb2.CheckResponse:
            call = Call(
                session=self._session(context),
                type=_type(request.urn),
                urn=request.urn,
                inputs=decode(request.news),
                old_inputs=decode(request.olds),
                random_seed=request.randomSeed,
            )
            return checked(self._provider.check(call))

        return self._run(context, check, self._operation("check", request.urn))

    def Diff(  # noqa: N802
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compare inputs with the state."""

        def diff() -> provider_pb2.DiffResponse:
            call = Call(
                session=self._session(context),
                type=_type(request.urn),
                urn=request.urn,
                id=request.id,
                inputs=decode(request.news),
                old_inputs=decode(request.old_inputs),
                state=decode(request.olds),
                ignore_changes=tuple(request.ignoreChanges),
            )
            return different(self._provider.diff(call))

        return self._run(context, diff, self._operation("diff", request.urn, request.id))

    def Create(  # noqa: N802
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Make an object."""

        def create() -> provider_pb2.CreateResponse:
            call = Call(
                session=self._session(context),
                type=_type(request.urn),
                urn=request.urn,
                inputs=decode(request.properties),
                preview=request.preview,
            )
            made = self._provider.create(call)
            return provider_pb2.CreateResponse(id=made.id, properties=encode(made.outputs))

        def begun(answer: provider_pb2.CreateResponse) -> tuple[str, Struct, Struct]:
            return answer.id, answer.properties, request.properties

        return self._run(context, create, self._operation("create", request.urn, preview=request.preview), begun)

    def Read(  # noqa: N802
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Find an object."""

        def read() -> provider_pb2.ReadResponse:
            call = Call(
                session=self._session(context),
                type=_type(request.urn),
                urn=request.urn,
                id=request.id,
                old_inputs=decode(request.inputs),
                state=decode(request.properties),
            )
            made = self._provider.read(call)
            if not made.id:
                # As the plugins do: with properties, even none, the engine would take over what does not exist.
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(id=made.id, properties=encode(made.outputs), inputs=encode(made.inputs))

        return self._run(context, read, self._operation("read", request.urn, request.id))

    def Update(  # noqa: N802
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Change an object."""

        def update() -> provider_pb2.UpdateResponse:
            call = Call(
                session=self._session(context),
                type=_type(request.urn),
                urn=request.urn,
                id=request.id,
                inputs=decode(request.news),
                old_inputs=decode(request.old_inputs),
                state=decode(request.olds),
                preview=request.preview,
                ignore_changes=tuple(request.ignoreChanges),
            )
            return provider_pb2.UpdateResponse(properties=encode(self._provider.update(call)))

        def begun(answer: provider_pb2.UpdateResponse) -> tuple[str, Struct, Struct]:
            return request.id, answer.properties, request.news

        operation = self._operation("update", request.urn, request.id, preview=request.preview)
        return self._run(context, update, operation, begun)

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802
        """Remove an object."""

        def delete() -> Empty:
            call = Call(
                session=self._session(context),
                type=_type(request.urn),
                urn=request.urn,
                id=request.id,
                old_inputs=decode(request.old_inputs),
                state=decode(request.properties),
            )
            self._provider.delete(call)
            return Empty()

        return self._run(context, delete, self._operation("delete", request.urn, request.id))

    def Invoke(  # noqa: N802
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Answer a lookup."""

        def invoke() -> provider_pb2.InvokeResponse:
            answer = self._provider.invoke(self._session(context), request.tok, decode(request.args))
            response = provider_pb2.InvokeResponse()
            cast("Struct", getattr(response, "return")).CopyFrom(encode(answer))
            return response

        return self._run(context, invoke, Operation("invoke", self._provider.name, request.tok))

    # Inside

    def _session(self, context: grpc.ServicerContext) -> Session:
        peer = context.peer()
        with self._lock:
            return self._sessions.setdefault(peer, Session(peer))

    def _operation(self, verb: Verb, urn: str, id: str = "", *, preview: bool = False) -> Operation:  # noqa: A002  the field's own word
        return Operation(verb, self._provider.name, _type(urn) if urn else "", urn, id, preview)

    def _run(
        self,
        context: grpc.ServicerContext,
        work: Callable[[], _Answer],
        operation: Operation | None = None,
        begun: Callable[[_Answer], tuple[str, Struct, Struct]] | None = None,
    ) -> _Answer:
        """Do the work of one call; `begun` tells id, outputs and inputs of an object that is left half done."""
        answer: _Answer | None = None
        try:
            if operation is not None:
                for interceptor in self._interceptors:
                    interceptor.before(operation)
            with self._meter.call():
                answer = work()
            if operation is not None:
                for interceptor in self._interceptors:
                    interceptor.after(operation)
        except ProviderError as error:
            if isinstance(error, PartialError) and answer is not None and begun is not None:
                context.set_trailing_metadata(((_DETAILS, half_done(error, *begun(answer))),))
            context.abort(error.code, error.message)
        except UnsupportedValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        except Exception as error:
            _LOG.exception("the simulated %s provider failed", self._provider.name)
            context.abort(
                grpc.StatusCode.INTERNAL,
                f"the simulated {self._provider.name} provider failed; that is a fault of the rehearsal and not of the "
                f"program: {type(error).__name__}: {error}",
            )
        return answer


def _type(urn: str) -> str:
    """Return the resource's own type out of its URN, without those of its parents."""
    parts = urn.split("::", 3)
    return parts[2].rpartition("$")[2] if len(parts) == 4 else ""
