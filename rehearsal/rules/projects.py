"""Projects must exist, and their APIs must be on before anything of that service is made."""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.world import World

SERVICE: Final = "gcp:projects/service:Service"
# The API of each part of the SDK that works on resources inside a project, with the name in its error message.
_APIS: Final = {
    "artifactregistry": ("artifactregistry", "Artifact Registry API"),
    "binaryauthorization": ("binaryauthorization", "Binary Authorization API"),
    "certificateauthority": ("privateca", "Certificate Authority API"),
    "certificatemanager": ("certificatemanager", "Certificate Manager API"),
    "compute": ("compute", "Compute Engine API"),
    "container": ("container", "Kubernetes Engine API"),
    "dns": ("dns", "Cloud DNS API"),
    "gkebackup": ("gkebackup", "Backup for GKE API"),
    "gkehub": ("gkehub", "GKE Hub API"),
    "gkeonprem": ("gkeonprem", "GKE On-Prem API"),
    "iam": ("iam", "Identity and Access Management (IAM) API"),
    "kms": ("cloudkms", "Cloud Key Management Service (KMS) API"),
    "logging": ("logging", "Cloud Logging API"),
    "monitoring": ("monitoring", "Cloud Monitoring API"),
    "networkconnectivity": ("networkconnectivity", "Network Connectivity API"),
    "networksecurity": ("networksecurity", "Network Security API"),
    "networkservices": ("networkservices", "Network Services API"),
    "privilegedaccessmanager": ("privilegedaccessmanager", "Privileged Access Manager API"),
    "pubsub": ("pubsub", "Cloud Pub/Sub API"),
    "secretmanager": ("secretmanager", "Secret Manager API"),
    "serviceaccount": ("iam", "Identity and Access Management (IAM) API"),
    "servicenetworking": ("servicenetworking", "Service Networking API"),
}
# Types whose API is not that of the part of the SDK that they are in.
_OWN_APIS: Final = {
    "gcp:container/attachedCluster:AttachedCluster": ("gkemulticloud", "GKE Multi-Cloud API"),
}
# On above a project, or on by themselves: the API is that of the project which pays for the call, not of this one.
_NO_PROJECT: Final = frozenset({"organizations", "folder", "cloudidentity", "tags", "accesscontextmanager", "billing"})


def is_enabled(world: World, project: str, service: str) -> bool:
    """Say whether an API (`compute.googleapis.com`) is on in a project."""
    known = world.inventory.projects.get(project)
    return world.get(SERVICE, f"{project}/{service}") is not None or (known is not None and service in known.services)


def require_api(case: Case, project: str, service: str, title: str) -> None:
    """Refuse if an API is off in a project; `service` without `.googleapis.com`."""
    if is_enabled(case.world, project, f"{service}.googleapis.com"):
        return
    number = case.number_of(project)
    raise ProviderError(
        f"googleapi: Error 403: {title} has not been used in project {number} before or it is disabled. Enable it by "
        f"visiting https://console.developers.google.com/apis/api/{service}.googleapis.com/overview?project={number} "
        "then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems "
        f"and retry. (project {project}, SERVICE_DISABLED), accessNotConfigured"
    )


@rule("create")
def project_is_usable(case: Case) -> None:
    """Refuse a project that nobody made, and a service that is off in it."""
    provider, _, rest = case.type.partition(":")
    module = rest.partition("/")[0]
    if provider != "gcp" or module in _NO_PROJECT or _above_projects(case):
        return
    if module == "storage" and "project" not in case.facts.inputs:
        return
    project = case.project
    if case.inventory.project_id(project) is None:
        reason = (
            f"googleapi: Error 404: The resource 'projects/{project}' was not found, notFound"
            if module == "compute"
            else f"googleapi: Error 403: Permission denied on resource project {project}., forbidden"
        )
        raise ProviderError(reason)
    api = _OWN_APIS.get(case.type) or _APIS.get(module)
    if api is not None:
        require_api(case, project, *api)


def _above_projects(case: Case) -> bool:
    """Say whether the object is an organisation's or a folder's."""
    return "project" not in case.facts.inputs and bool({"organization", "orgId", "folder"} & case.facts.inputs.keys())


@rule("delete", SERVICE)
def service_is_unused(case: Case) -> None:
    """Refuse to turn off an API that objects of this project depend on, if the program asked to check that."""
    if case.flag("disableDependentServices") or not case.flag("checkIfServiceHasUsageOnDestroy"):
        return
    service = case.text("service").partition(".")[0]
    modules = {module for module, (api, _) in _APIS.items() if api == service}
    for record in case.world.all():
        module = record.type.removeprefix("gcp:").partition("/")[0]
        if module in modules and f"projects/{case.project}/" in f"{record.id}/":
            raise ProviderError(
                f"googleapi: Error 400: The service {case.text('service')} is in use by {record.id} in project "
                f"{case.project}, failedPrecondition"
            )
