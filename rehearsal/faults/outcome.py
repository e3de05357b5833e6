"""The ways in which an operation goes wrong, in the words of the clouds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import grpc

from rehearsal.interception import PartialError, ProviderError

Outcome: TypeAlias = Literal["retryable", "final", "partial", "hang", "drop", "kill"]
"""retryable: an error that is gone when it is tried again. final: one that stays. partial: the object is there, is not
in order in time, and the engine is told its id. hang: no answer for a while, then the connection is cut. drop: the
connection is cut at once. kill: the provider's process ends."""

HANG_SECONDS: Final = 5.0

# The texts of the APIs' own errors: https://cloud.google.com/apis/design/errors (UNAVAILABLE, FAILED_PRECONDITION),
# https://kubernetes.io/docs/reference/using-api/api-concepts/ (503, 422).
_RETRYABLE: Final[Mapping[str, str]] = {
    "gcp": "googleapi: Error 503: The service is currently unavailable., backendError",
    "kubernetes": "the server is currently unable to handle the request",
    "vsphere": "ServerFaultCode: The operation is not allowed in the current state of the host, try again",
}
_FINAL: Final[Mapping[str, str]] = {
    "gcp": "googleapi: Error 400: Precondition check failed., failedPrecondition",
    "kubernetes": "the server rejected our request due to an error in our request",
    "vsphere": "ServerFaultCode: A specified parameter was not correct",
}
# What the providers say when an operation takes longer than they wait for it: hashicorp/terraform-plugin-sdk,
# helper/retry; hashicorp/terraform-provider-vsphere, virtual_machine_helper.go; pulumi/pulumi-kubernetes, provider.go.
_PARTIAL: Final[Mapping[str, str]] = {
    "gcp": "Error waiting for the operation: timeout while waiting for state to become 'done: true'",
    "kubernetes": "the Kubernetes API server reported that the object failed to fully initialize or become live: "
    "timed out waiting to be Ready",
    "vsphere": "timeout waiting for an available IP address",
}
_CUT: Final[Mapping[Outcome, str]] = {
    "hang": "error reading from server: read tcp: connection timed out",
    "drop": "error reading from server: read tcp: connection reset by peer",
    "kill": "error reading from server: EOF",
}


def failure(outcome: Outcome, provider: str, rule: str) -> ProviderError:
    """Return the error that the engine gets; it names the rule, so that nobody looks for another cause."""
    mark = f" (a fault that the rehearsal was asked for: {rule})"
    if outcome in _CUT:
        return ProviderError(_CUT[outcome] + mark, code=grpc.StatusCode.UNAVAILABLE)
    if outcome == "partial":
        return PartialError(_PARTIAL.get(provider, "the operation did not end in time") + mark)
    texts = _RETRYABLE if outcome == "retryable" else _FINAL
    return ProviderError(texts.get(provider, "the operation failed") + mark)
