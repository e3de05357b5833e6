"""Which function computes the outputs of which type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from rehearsal.case import Case
from rehearsal.values import Properties

Computation: TypeAlias = Callable[[Case], Properties]
_COMPUTATIONS: Final[dict[str, Computation]] = {}
_INSIDE: Final = {
    "gcp:container/attachedCluster:AttachedCluster": ("fleet.membership",),
    "gcp:container/cluster:Cluster": (
        "controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint",
        "fleet.membership",
        "fleet.membershipId",
        "fleet.membershipLocation",
        "masterAuth.clusterCaCertificate",
        "privateClusterConfig.peeringName",
        "privateClusterConfig.privateEndpoint",
        "privateClusterConfig.publicEndpoint",
    ),
    "vsphere:index/contentLibrary:ContentLibrary": ("publication.publishUrl",),
    "vsphere:index/virtualMachine:VirtualMachine": (
        "disks[].deviceAddress",
        "disks[].ioShareCount",
        "disks[].key",
        "disks[].path",
        "disks[].uuid",
        "networkInterfaces[].bandwidthShareCount",
        "networkInterfaces[].deviceAddress",
        "networkInterfaces[].key",
        "networkInterfaces[].macAddress",
    ),
}
_IDENTITIES: Final[dict[str, Callable[[Case], str]]] = {}


def computes(*tokens: str) -> Callable[[Computation], Computation]:
    """Register a function that returns a type's computed outputs; the case has its id by then."""

    def register(function: Computation) -> Computation:
        for token in tokens:
            _COMPUTATIONS[token] = function
        return function

    return register


def identifies(*tokens: str) -> Callable[[Callable[[Case], str]], Callable[[Case], str]]:
    """Register a function that returns a type's id, where the documented format is not enough."""

    def register(function: Callable[[Case], str]) -> Callable[[Case], str]:
        for token in tokens:
            _IDENTITIES[token] = function
        return function

    return register


def computed_inside(token: str) -> tuple[str, ...]:
    """Return the fields that the provider computes inside blocks which the program gives: unknown at preview.

    `[]` in a path stands for every item of a list.
    """
    return _INSIDE.get(token, ())


def computation(token: str) -> Computation | None:
    """Return the function for a type, if it has its own."""
    return _COMPUTATIONS.get(token)


def identity(token: str) -> Callable[[Case], str] | None:
    """Return the function that makes a type's id, if it has its own."""
    return _IDENTITIES.get(token)
