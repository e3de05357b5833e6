"""The far side of a program's registrations: what the engine's resource monitor would hear, written down.

It invents nothing. A resource is answered with its own inputs; everything else is unknown, as it is in a preview before
the resource exists. What the recorder can not carry out (transforms, hooks, remote components) it does not claim to
support, so that the SDK refuses it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias, cast

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import alias_pb2, engine_pb2, resource_pb2

from operations.record.registered import Invoked, Options, Recorded, Timeouts
from operations.record.values import Json, Secret, Value, decode, decode_all, secret

Computed: TypeAlias = Callable[[Recorded], Mapping[str, Json]]
"""What a provider computes for a resource."""
Answers: TypeAlias = Mapping[str, Callable[[Mapping[str, Value]], Mapping[str, Json]]]
"""Answers to look-ups, by token."""

STACK_TYPE: Final = "pulumi:pulumi:Stack"
_FEATURES: Final = (
    resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
)


class DuplicateUrnError(Exception):
    """Two resources of a program have the same URN."""


class UnansweredError(Exception):
    """A program that is not previewed asked something that nobody answers."""


class Monitor:
    """Records what one program registers. The SDK calls it from several threads."""

    def __init__(self, *, stack: str, project: str, preview: bool, computed: Computed | None, answers: Answers) -> None:
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._preview = preview
        self._computed = computed
        self._answers = answers
        self._lock = threading.Lock()
        self.resources: dict[str, Recorded] = {}
        self.invokes: list[Invoked] = []
        self.outputs: dict[str, dict[str, Value]] = {}
        """The registered outputs of components and of the stack, by URN."""

    def _urn(self, parent: str, kind: str, name: str) -> str:
        """Return the URN as the engine makes it: every parent's type but the stack's, and its own name."""
        above = parent.split("::")[2] if parent else STACK_TYPE
        qualified = kind if above == STACK_TYPE else f"{above}${kind}"
        return f"{self._prefix}{qualified}::{name}"

    def _remember(self, recorded: Recorded) -> None:
        with self._lock:
            if recorded.urn in self.resources:
                raise DuplicateUrnError(f"Duplicate resource URN '{recorded.urn}'; try giving it a unique name")
            self.resources[recorded.urn] = recorded

    def _state(self, recorded: Recorded, inputs: struct_pb2.Struct) -> struct_pb2.Struct:
        """Return the outputs: the inputs, and what the caller says the provider computes; secret where declared so."""
        state = struct_pb2.Struct()
        state.CopyFrom(inputs)
        if self._computed is not None:
            state.update(dict(self._computed(recorded)))
        for name in recorded.options.secret_outputs:
            if name in state.fields and not isinstance(decode(state.fields[name]), Secret):
                state.fields[name].CopyFrom(secret(state.fields[name]))
        return state

    def _id(self, recorded: Recorded) -> str:
        if not recorded.custom:
            return ""
        if recorded.options.import_id is not None:
            return recorded.options.import_id
        return "" if self._preview else f"id of {recorded.name}"

    def RegisterResource(  # noqa: N802  the protocol's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record a resource, and answer as a preview would."""
        urn = self._urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        recorded = Recorded(
            urn=urn,
            type=request.type,
            name=request.name,
            parent=_below_stack(request.parent),
            custom=request.custom,
            provider=provider_urn(request.provider),
            inputs=decode_all(request.object),
            sources={
                key: tuple(sorted(each.urns)) for key, each in sorted(request.propertyDependencies.items()) if each.urns
            },
            options=_options(request),
        )
        self._remember(recorded)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=self._id(recorded), object=self._state(recorded, request.object)
        )

    def ReadResource(  # noqa: N802  the protocol's name
        self, request: resource_pb2.ReadResourceRequest
    ) -> resource_pb2.ReadResourceResponse:
        """Record a resource that is read and not managed."""
        recorded = Recorded(
            urn=self._urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            parent=_below_stack(request.parent),
            custom=True,
            provider=provider_urn(request.provider),
            inputs=decode_all(request.properties),
            sources={},
            options=Options(depends_on=tuple(sorted(request.dependencies))),
            read=request.id,
        )
        self._remember(recorded)
        return resource_pb2.ReadResourceResponse(urn=recorded.urn, properties=self._state(recorded, request.properties))

    def RegisterResourceOutputs(  # noqa: N802  the protocol's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Record the outputs of a component or of the stack."""
        with self._lock:
            self.outputs[request.urn] = decode_all(request.outputs)
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802  the protocol's name
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        """Record a look-up; answer it, or leave its result unknown."""
        answer = self._answers.get(request.tok)
        arguments = decode_all(request.args)
        with self._lock:
            self.invokes.append(
                Invoked(request.tok, arguments, provider_urn(request.provider), answered=answer is not None)
            )
        response = resource_pb2.ResourceInvokeResponse()
        if answer is not None:
            getattr(response, "return").update(dict(answer(arguments)))
        elif self._preview:
            response.unknown = True
        else:
            raise UnansweredError(
                f"nothing answers {request.tok}: record it as a preview, where it is unknown, or give "
                f"`answers={{'{request.tok}': ...}}`"
            )
        return response

    def GetDeploymentInfo(self, _: empty_pb2.Empty) -> resource_pb2.DeploymentInfo:  # noqa: N802  the protocol's name
        """Say what is supported."""
        return resource_pb2.DeploymentInfo(supportedFeatures=_FEATURES)

    def SupportsFeature(  # noqa: N802  the protocol's name
        self, _: resource_pb2.SupportsFeatureRequest
    ) -> resource_pb2.SupportsFeatureResponse:
        """Say no: what is supported is in `GetDeploymentInfo`."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=False)

    def SignalAndWaitForShutdown(self, _: empty_pb2.Empty) -> empty_pb2.Empty:  # noqa: N802  the protocol's name
        """Let the program end."""
        return empty_pb2.Empty()


class Log:
    """The engine's log, kept."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:  # noqa: N802  the protocol's name
        """Keep a message that is meant for people."""
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        if severity != "debug":
            self.messages.append((severity, request.message))
        return empty_pb2.Empty()

    def RequirePulumiVersion(  # noqa: N802  the protocol's name
        self, _: engine_pb2.RequirePulumiVersionRequest
    ) -> engine_pb2.RequirePulumiVersionResponse:
        """Accept: there is no engine here whose version could be wrong."""
        return engine_pb2.RequirePulumiVersionResponse()


def provider_urn(reference: str) -> str | None:
    """Return the URN of a provider reference, which is `<urn>::<id>`; None for no reference."""
    return reference.rsplit("::", 1)[0] if reference else None


def _below_stack(parent: str) -> str | None:
    return None if not parent or parent.split("::")[2] == STACK_TYPE else parent


def _aliases(aliases: Iterable[alias_pb2.Alias]) -> tuple[str, ...]:
    """Return aliases as URNs, or as the parts of one that are said to have been different."""
    return tuple(
        each.urn
        or " ".join(
            f"{part}={value}"
            for part, value in (
                ("name", each.spec.name),
                ("type", each.spec.type),
                ("parent", each.spec.parentUrn or ("none" if each.spec.noParent else "")),
                ("project", each.spec.project),
                ("stack", each.spec.stack),
            )
            if value
        )
        for each in aliases
    )


def _options(request: resource_pb2.RegisterResourceRequest) -> Options:
    timeouts = request.customTimeouts if request.HasField("customTimeouts") else None
    return Options(
        protect=request.protect,
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        import_id=request.importId or None,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        timeouts=None if timeouts is None else Timeouts(timeouts.create, timeouts.update, timeouts.delete),
        aliases=_aliases(cast("Iterable[alias_pb2.Alias]", request.aliases)),  # pyright: ignore[reportUnknownMemberType]  untyped in the SDK's stub
        depends_on=tuple(sorted(request.dependencies)),
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith or None,
        replace_with=tuple(sorted(request.replace_with)),
        secret_outputs=tuple(request.additionalSecretOutputs),
        providers={key: provider_urn(each) or "" for key, each in sorted(request.providers.items())} or None,
    )
