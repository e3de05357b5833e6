"""Lookups of the GKE Multi-Cloud API: platform versions on offer, and the manifest that attaches a cluster (E41)."""

from __future__ import annotations

import re
from typing import Final

import yaml

from rehearsal.computed.other_clusters import ATTACHED_MINORS, attached_versions
from rehearsal.interception import ProviderError
from rehearsal.lookups.registry import Question, answers
from rehearsal.rules.projects import is_enabled
from rehearsal.values import Properties

_PLATFORM: Final = re.compile(r"(\d+\.\d+)\.\d+-gke\.\d+")
_NAMESPACE: Final = "gke-install"
_AGENT: Final = "gke-multi-cloud-agent"
_OFF: Final = "googleapi: Error 403: GKE Multi-Cloud API has not been used in project {} before or it is disabled."


@answers("gcp:container/getAttachedVersions:getAttachedVersions")
def versions(question: Question) -> Properties:
    """Return what the API offers, the newest first."""
    _require_api(question)
    id_ = f"projects/{question.project}/locations/{question.place('location')}/attachedServerConfig"
    return {"id": id_, "validVersions": [*attached_versions()]}


@answers("gcp:container/getAttachedInstallManifest:getAttachedInstallManifest")
def install_manifest(question: Question) -> Properties:
    """Return the objects that the cluster's owner applies before it is registered: an agent that installs the rest.

    Source: https://cloud.google.com/kubernetes-engine/multi-cloud/docs/attached (prerequisites, how it works): the
    install agent runs in its own namespace with the rights of an administrator.
    """
    _require_api(question)
    wanted, name = question.text("platformVersion"), question.text("clusterId")
    found = _PLATFORM.fullmatch(wanted)
    if found is None or found[1] not in ATTACHED_MINORS:
        raise ProviderError(
            f"googleapi: Error 400: platform_version: '{wanted}' is not supported; supported: "
            f"{', '.join(attached_versions())}., INVALID_ARGUMENT"
        )
    parent = f"projects/{question.project}/locations/{question.place('location')}"
    objects = _agent(f"{parent}/attachedClusters/{name}", wanted)
    return {"id": f"{parent}/{name}/{wanted}", "manifest": yaml.safe_dump_all(objects, sort_keys=False)}


def _require_api(question: Question) -> None:
    if not is_enabled(question.world, question.project, "gkemulticloud.googleapis.com"):
        raise ProviderError(_OFF.format(question.world.inventory.number(question.project) or question.project))


def _agent(cluster: str, platform: str) -> list[dict[str, object]]:
    """Return the agent's objects: namespace, account, rights and the workload itself."""
    rbac = "rbac.authorization.k8s.io"
    image = f"gcr.io/gke-multi-cloud-release/{_AGENT}:{platform.replace('-gke.', '-gke-')}"
    arguments = [f"--cluster={cluster}", f"--platform-version={platform}"]
    pod = {"serviceAccountName": _AGENT, "containers": [{"name": "agent", "image": image, "args": arguments}]}
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": _NAMESPACE}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": _AGENT, "namespace": _NAMESPACE}},
        {
            "apiVersion": f"{rbac}/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": _AGENT},
            "roleRef": {"apiGroup": rbac, "kind": "ClusterRole", "name": "cluster-admin"},
            "subjects": [{"kind": "ServiceAccount", "name": _AGENT, "namespace": _NAMESPACE}],
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": _AGENT, "namespace": _NAMESPACE},
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": {"app": _AGENT}},
                "template": {"metadata": {"labels": {"app": _AGENT}}, "spec": pod},
            },
        },
    ]
