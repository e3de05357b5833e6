"""The protocol's messages for what a provider says of inputs, of a change, and of an object left half done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2, status_pb2

from rehearsal.check import CheckResult
from rehearsal.diff import Difference, Kind
from rehearsal.interception import ProviderError
from rehearsal.protocol import encode

_KINDS: Final[dict[Kind, provider_pb2.PropertyDiff.Kind.ValueType]] = {
    "add": provider_pb2.PropertyDiff.ADD,
    "add-replace": provider_pb2.PropertyDiff.ADD_REPLACE,
    "delete": provider_pb2.PropertyDiff.DELETE,
    "delete-replace": provider_pb2.PropertyDiff.DELETE_REPLACE,
    "update": provider_pb2.PropertyDiff.UPDATE,
    "update-replace": provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def checked(result: CheckResult) -> provider_pb2.CheckResponse:
    """Return the answer to Check."""
    failures = [
        provider_pb2.CheckFailure(property=failure.property, reason=failure.reason) for failure in result.failures
    ]
    return provider_pb2.CheckResponse(inputs=encode(result.inputs), failures=failures)


def different(difference: Difference) -> provider_pb2.DiffResponse:
    """Return the answer to Diff."""
    detailed = {path: provider_pb2.PropertyDiff(kind=_KINDS[kind]) for path, kind in difference.changes.items()}
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if detailed else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=difference.replaces,
        deleteBeforeReplace=difference.delete_before_replace,
        diffs=_roots(difference.changes),
        detailedDiff=detailed,
        hasDetailedDiff=True,
    )


def half_done(error: ProviderError, id_: str, outputs: Struct, inputs: Struct) -> bytes:
    """Return the status of an object that is there and not in order, as the engine reads it from a provider's error."""
    detail = provider_pb2.ErrorResourceInitFailed(id=id_, properties=outputs, inputs=inputs, reasons=[error.message])
    packed = Packed()
    packed.Pack(detail)
    number = int(error.code.value[0])
    return status_pb2.Status(code=number, message=error.message, details=[packed]).SerializeToString()


def _roots(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(path.partition(".")[0].partition("[")[0] for path in paths))
