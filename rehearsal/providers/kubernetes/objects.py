"""What an API server makes of an object that it is sent."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Final

from rehearsal.case import mapping, sequence, text
from rehearsal.computed.generic import uuid_text
from rehearsal.providers.kubernetes.kinds import KubernetesKind
from rehearsal.values import Properties, Secret, Value, reveal
from rehearsal.world import World

_STAYS: Final = ("uid", "creationTimestamp")


def served(world: World, place: str, kind: KubernetesKind, inputs: Properties, old: Properties | None) -> Properties:
    """Return the object as the server gives it back: with its identity, its version and a minimal status.

    `old` is the object that is there already. `inputs` may hold secrets, which stay secrets.
    """
    given = reveal(inputs.get("metadata"))
    name, namespace = text(mapping(given).get("name")), text(mapping(given).get("namespace"))
    before = mapping(reveal((old or {}).get("metadata")))
    generation = before.get("generation")
    changed = old is not None and any(old.get(key) != inputs.get(key) for key in ("spec", "rules", "data"))
    metadata: dict[str, Value] = {
        **mapping(given),
        "uid": uuid_text(world.digest("uid", place, kind.qualified, namespace, name, world.now())),
        "creationTimestamp": world.now(),
        "resourceVersion": world.number("version", place, kind.qualified, namespace, name, world.now(), digits=9),
        "generation": 1 if not isinstance(generation, int) else generation + int(changed),
        **{key: before[key] for key in _STAYS if before.get(key)},
    }
    if kind.kind == "Namespace":
        metadata["labels"] = {**mapping(metadata.get("labels")), "kubernetes.io/metadata.name": name}
    outputs: Properties = {**inputs, "metadata": metadata, "__initialApiVersion": kind.api_version}
    make = _MAKERS.get(kind.kind)
    return {**outputs, **(make(world, place, outputs) if make else {})}


def sealed_inputs(kind: KubernetesKind, inputs: Properties) -> Properties:
    """Return inputs in which the contents of a Secret are secret, as the provider treats them."""
    if kind.kind != "Secret":
        return inputs
    return {
        key: Secret(value) if key in {"data", "stringData"} and not isinstance(value, Secret) else value
        for key, value in inputs.items()
    }


def _namespace(world: World, place: str, made: Properties) -> Properties:
    del world, place, made
    return {"spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def _service(world: World, place: str, made: Properties) -> Properties:
    spec = mapping(reveal(made.get("spec")))
    number = int(world.digest("clusterIP", place, text(mapping(made.get("metadata")).get("uid"))), 16)
    address = text(spec.get("clusterIP")) or f"10.{96 + number % 16}.{number // 16 % 256}.{1 + number // 4096 % 254}"
    return {"spec": {"type": "ClusterIP", **spec, "clusterIP": address}, "status": {"loadBalancer": {}}}


def _replicated(world: World, place: str, made: Properties) -> Properties:
    del world, place
    spec = mapping(reveal(made.get("spec")))
    wanted = spec.get("replicas", 1)
    generation = mapping(made.get("metadata")).get("generation", 1)
    return {
        "spec": {**spec, "replicas": wanted},
        "status": {
            "observedGeneration": generation,
            "replicas": wanted,
            "readyReplicas": wanted,
            "availableReplicas": wanted,
            "updatedReplicas": wanted,
        },
    }


def _pod(world: World, place: str, made: Properties) -> Properties:
    del world, place, made
    return {"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}


def _claim(world: World, place: str, made: Properties) -> Properties:
    del world, place, made
    return {"status": {"phase": "Bound"}}


def _definition(world: World, place: str, made: Properties) -> Properties:
    del world, place
    names = mapping(mapping(reveal(made.get("spec"))).get("names"))
    versions = sequence(mapping(reveal(made.get("spec"))).get("versions"))
    return {
        "status": {
            "acceptedNames": names,
            "conditions": [
                {"type": "NamesAccepted", "status": "True", "reason": "NoConflicts"},
                {"type": "Established", "status": "True", "reason": "InitialNamesAccepted"},
            ],
            "storedVersions": [mapping(item).get("name") for item in versions if mapping(item).get("storage")],
        }
    }


def _job(world: World, place: str, made: Properties) -> Properties:
    del place, made
    return {
        "status": {"succeeded": 1, "startTime": world.now(), "conditions": [{"type": "Complete", "status": "True"}]}
    }


def _secret(world: World, place: str, made: Properties) -> Properties:
    """Fold `stringData` into `data`, as the server does."""
    del world, place
    text_data = mapping(reveal(made.get("stringData")))
    data = mapping(reveal(made.get("data")))
    folded = {key: base64.b64encode(str(value).encode()).decode() for key, value in text_data.items()}
    return {"type": made.get("type") or "Opaque", "data": Secret({**data, **folded})}


_MAKERS: Final[Mapping[str, Callable[[World, str, Properties], Properties]]] = {
    "Namespace": _namespace,
    "Service": _service,
    "Deployment": _replicated,
    "StatefulSet": _replicated,
    "ReplicaSet": _replicated,
    "Pod": _pod,
    "PersistentVolumeClaim": _claim,
    "CustomResourceDefinition": _definition,
    "Job": _job,
    "Secret": _secret,
}
