"""What a change of a Kubernetes object comes to: an update in place, or a replacement.

The lists are those of the provider (github.com/pulumi/pulumi-kubernetes, provider/pkg/provider/diff.go).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rehearsal.case import mapping, text
from rehearsal.diff import Difference, Kind
from rehearsal.values import Properties, Secret, Unknown, Value, reveal

AUTONAMED: Final = "pulumi.com/autonamed"
_EVERY_KIND: Final = ("metadata.name", "metadata.namespace")
_SOURCES: Final = (
    "awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker",
    "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume",
    "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
)  # fmt: skip
_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Deployment": ("spec.selector",),
    "DaemonSet": ("spec.selector",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
    "Service": ("spec.clusterIP",),
    "PersistentVolumeClaim": ("spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"),
    "StorageClass": ("parameters", "provisioner"),
    "ResourceQuota": ("spec.scopes",),
    "PersistentVolume": tuple(f"spec.{source}" for source in _SOURCES),
    "Pod": ("spec",),
}
# What an API server lets be changed in a running pod.
_POD_IN_PLACE: Final = ("image", "activeDeadlineSeconds", "tolerations")


def difference(kind: str, old: Properties, new: Properties, settings: Properties, ignored: Sequence[str]) -> Difference:
    """Compare the inputs of one object of `kind`; `settings` are the provider's."""
    changes: dict[str, Kind] = {}
    replaces: list[str] = []
    paths = _replacing(kind, new, settings)
    for path, change in _changes(old, new, ""):
        if any(path == skip or path.startswith((f"{skip}.", f"{skip}[")) for skip in ignored):
            continue
        if _matches(path, paths) and not (kind == "Pod" and path.rpartition(".")[2] in _POD_IN_PLACE):
            replaces.append(path)
            changes[path] = _replacement(change)
        else:
            changes[path] = change
    return Difference(changes, tuple(replaces), bool(replaces) and _same_name(old, new))


def _replacing(kind: str, new: Properties, settings: Properties) -> tuple[str, ...]:
    own = _KINDS.get(kind, ())
    if kind == "Secret":
        own = ("type",) if _mutable("enableSecretMutable", new, settings) else ("type", "data", "stringData")
    if kind == "ConfigMap":
        own = () if _mutable("enableConfigMapMutable", new, settings) else ("data", "binaryData")
    return (*_EVERY_KIND, *own)


def _mutable(switch: str, new: Properties, settings: Properties) -> bool:
    return is_true(settings.get(switch)) and new.get("immutable") is not True


def is_true(value: Value) -> bool:
    """Say whether a switch of the provider is on: the SDK sends it as JSON text."""
    return reveal(value) in (True, "true")


def _matches(path: str, paths: Sequence[str]) -> bool:
    return any(path == known or path.startswith((f"{known}.", f"{known}[")) for known in paths)


def _replacement(change: Kind) -> Kind:
    return "add-replace" if change == "add" else "delete-replace" if change == "delete" else "update-replace"


def _same_name(old: Properties, new: Properties) -> bool:
    """Say whether old and new can not exist side by side: then the old one is deleted first."""
    before, after = mapping(reveal(old.get("metadata"))), mapping(reveal(new.get("metadata")))
    return (
        AUTONAMED not in mapping(after.get("annotations"))
        and text(before.get("name")) == text(after.get("name"))
        and (text(before.get("namespace")) or "default") == (text(after.get("namespace")) or "default")
    )


def _changes(old: Value, new: Value, path: str) -> Iterator[tuple[str, Kind]]:
    old, new = _opened(old), _opened(new)
    if isinstance(new, Unknown):
        yield path, "update"
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            here = _step(path, key)
            if old.get(key) is None and new.get(key) is None:
                continue
            if old.get(key) is None:
                yield here, "add"
            elif new.get(key) is None:
                yield here, "delete"
            else:
                yield from _changes(old[key], new[key], here)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _list_changes(old, new, path)
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield path, "update"


def _list_changes(old: Sequence[Value], new: Sequence[Value], path: str) -> Iterator[tuple[str, Kind]]:
    for index in range(max(len(old), len(new))):
        here = f"{path}[{index}]"
        if index >= len(old):
            yield here, "add"
        elif index >= len(new):
            yield here, "delete"
        else:
            yield from _changes(old[index], new[index], here)


def _opened(value: Value) -> Value:
    """Return `value` without a secret around it; what is inside stays as it is."""
    return _opened(value.value) if isinstance(value, Secret) else value


def _step(path: str, key: str) -> str:
    if "." in key or "[" in key or '"' in key:
        return f'{path}["{key}"]'
    return f"{path}.{key}" if path else key
