"""Which kinds there are: those of the installed SDK, and those that a custom resource definition adds to a cluster."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from rehearsal.case import mapping, sequence, text
from rehearsal.values import Properties, Value
from rehearsal.world import World

CRD: Final = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"
NAMESPACE: Final = "kubernetes:core/v1:Namespace"
_MODULES: Final = re.compile(r'resource_modules="""(.*?)"""', re.DOTALL)
# Kubernetes API reference: the resources without a namespace in their path.
_CLUSTER_SCOPED: Final = frozenset(
    {
        "APIService", "AuditSink", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterCIDR", "ClusterRole",
        "ClusterRoleBinding", "ClusterTrustBundle", "ComponentStatus", "CustomResourceDefinition", "DeviceClass",
        "DeviceTaintRule", "FlowSchema", "IPAddress", "IngressClass", "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "Namespace", "Node", "PersistentVolume",
        "PodSecurityPolicy", "PriorityClass", "PriorityLevelConfiguration", "ResourceSlice", "RuntimeClass",
        "SelfSubjectReview", "ServiceCIDR", "StorageClass", "StorageVersionMigration", "TokenReview",
        "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
        "VolumeAttachment", "VolumeAttributesClass",
    }
)  # fmt: skip
_NOT_OBJECTS: Final = ("kubernetes:helm.sh/", "kubernetes:kustomize/", "kubernetes:yaml", "kubernetes:meta/")
_BUILT_IN_GROUP: Final = re.compile(r"^(?:[^.]+|(?:[a-z0-9-]+\.)*k8s\.io)$")


@dataclass(frozen=True, slots=True)
class KubernetesKind:
    """A kind as an API server knows it; `group` is empty for the core group."""

    token: str
    group: str
    version: str
    kind: str
    namespaced: bool
    patch: bool = False

    @property
    def api_version(self) -> str:
        """As in a manifest: `v1`, `rbac.authorization.k8s.io/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def plural(self) -> str:
        """As in a path and in the API server's messages: `networkpolicies`."""
        lower = self.kind.lower()
        if lower.endswith("y") and not lower.endswith(("ay", "ey")):
            return f"{lower[:-1]}ies"
        return f"{lower}es" if lower.endswith(("s", "x", "ch")) else lower if lower == "endpoints" else f"{lower}s"

    @property
    def qualified(self) -> str:
        """The plural with its group: `roles.rbac.authorization.k8s.io`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


@cache
def sdk_tokens() -> frozenset[str]:
    """Return every resource type that the installed SDK has a class for."""
    spec = find_spec("pulumi_kubernetes")
    if spec is None or spec.origin is None:
        raise LookupError("the package pulumi_kubernetes is not installed: run ./hybrid setup")
    found = _MODULES.search(Path(spec.origin).read_text(encoding="utf-8"))
    modules: list[dict[str, Any]] = json.loads(found[1]) if found else []
    tokens = frozenset(token for module in modules for token in module["classes"])
    if NAMESPACE not in tokens:
        raise LookupError("the installed pulumi_kubernetes lists its resource types in a way that is not understood")
    return tokens


def refusal(token: str) -> str | None:
    """Say why no cluster at all can hold a type, or None if one may: it is built in, or some definition adds it."""
    if token.startswith(_NOT_OBJECTS) or (token in sdk_tokens() and _is_list(token)):
        return f"resource type '{token}' is not simulated: it is not one object of a cluster; declare its objects"
    group = token.split(":")[1].rpartition("/")[0] if token.count(":") == 2 else ""
    if token not in sdk_tokens() and _BUILT_IN_GROUP.match(group or "core"):
        return f"unknown resource type '{token}': the installed pulumi_kubernetes has none of that name"
    return None


def built_in(token: str) -> KubernetesKind | None:
    """Return the kind of a type that the SDK has, None for one that a definition would have to add."""
    if token not in sdk_tokens():
        return None
    group, version, kind = _split(token)
    patch = kind.endswith("Patch")
    kind = kind.removesuffix("Patch")
    return KubernetesKind(token, group, version, kind, kind not in _CLUSTER_SCOPED, patch)


def defined(world: World, place: str, token: str) -> KubernetesKind | None:
    """Return the kind that a custom resource definition in this cluster gives to a type, if there is one."""
    group, version, kind = _split(token)
    for record in world.objects(CRD, place=place):
        spec = mapping(record.outputs.get("spec"))
        names = mapping(spec.get("names"))
        versions = {text(mapping(item).get("name")) for item in sequence(spec.get("versions"))}
        if text(spec.get("group")) == group and text(names.get("kind")) == kind and version in versions:
            return KubernetesKind(token, group, version, kind, spec.get("scope") != "Cluster")
    return None


def with_kind(inputs: Mapping[str, Value], token: str) -> Properties:
    """Return inputs with the `apiVersion` and `kind` of their type, which every object carries."""
    group, version, kind = _split(token)
    api_version = f"{group}/{version}" if group else version
    return {"apiVersion": api_version, "kind": kind.removesuffix("Patch"), **inputs}


def _split(token: str) -> tuple[str, str, str]:
    _, module, kind = token.split(":")
    group, _, version = module.rpartition("/")
    return ("" if group == "core" else group, version, kind)


def _is_list(token: str) -> bool:
    return token.endswith("List") and token.removesuffix("List") in sdk_tokens()
