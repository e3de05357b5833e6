"""Computed outputs of attached clusters and of clusters on bare metal.

Sources: the outputs that the provider documents for `gcp.container.AttachedCluster`, `gcp.gkeonprem.BareMetalCluster`,
`BareMetalAdminCluster` and `BareMetalNodePool`.
"""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, last, mapping, text
from rehearsal.computed.clusters import ATTACHED, BARE_METAL, BARE_METAL_ADMIN, BARE_METAL_POOL, managed
from rehearsal.computed.generic import uuid_text
from rehearsal.computed.registry import computes
from rehearsal.values import Properties

ATTACHED_MINORS: Final = ("1.36", "1.35", "1.34", "1.33", "1.32")
"""Minor versions of the platform that the API takes, the newest first; sample data in the right form."""

# Where a cloud's clusters are, in its own words; of a cluster that is in neither the API knows no region.
_REGIONS: Final = {"eks": "eu-north-1", "aks": "norwayeast"}


def attached_versions() -> list[str]:
    """Return the platform versions that the API offers, the newest first."""
    return [f"{minor}.0-gke.{build}" for minor in ATTACHED_MINORS for build in (2, 1)]


def membership_of(case: Case) -> str:
    """Return the id of the membership that an attached cluster registers: global, in the fleet's project."""
    project = text(case.block("fleet").get("project")).removeprefix("projects/")
    known = case.inventory.project_id(project) or project
    return f"projects/{known}/locations/global/memberships/{case.text('name') or last(case.id)}"


@computes(ATTACHED)
def attached_cluster(case: Case) -> Properties:
    """Return a running cluster, a member of its fleet, with the Kubernetes version that its platform version fits."""
    platform = case.text("platformVersion")
    member = membership_of(case)
    project = member.split("/")[1]
    pool = f"{project}.svc.id.goog"
    return {
        "state": "RUNNING",
        "reconciling": False,
        "uid": uuid_text(case.world.digest(case.type, case.id, "uid")),
        "createTime": case.now().replace("Z", ".000000Z"),
        "updateTime": case.world.now().replace("Z", ".000000Z"),
        "clusterRegion": _REGIONS.get(case.text("distribution"), ""),
        "kubernetesVersion": f"{platform.partition('-')[0].rpartition('.')[0]}.3",
        "errors": [],
        "fleet": {"membership": member.replace(f"projects/{project}/", f"projects/{case.number_of(project)}/")},
        "workloadIdentityConfigs": [
            {
                "identityProvider": f"https://gkehub.googleapis.com/{member}",
                "issuerUri": text(mapping(case.block("oidcConfig")).get("issuerUrl")),
                "workloadPool": pool,
            }
        ],
        "binaryAuthorization": {"evaluationMode": "DISABLED"},
        "monitoringConfig": {"managedPrometheusConfig": {"enabled": False}},
        "securityPostureConfig": {"vulnerabilityMode": "VULNERABILITY_DISABLED"},
    }


@computes(BARE_METAL, BARE_METAL_ADMIN)
def bare_metal_cluster(case: Case) -> Properties:
    """Return a running cluster, registered in its fleet under its own id."""
    balancer = case.block("loadBalancer")
    vip = text(mapping(balancer.get("vipConfig")).get("controlPlaneVip"))
    port = mapping(balancer.get("portConfig")).get("controlPlaneLoadBalancerPort", 443)
    membership = f"projects/{case.number}/locations/{case.location}/memberships/{case.text('name')}"
    return {
        **managed(case),
        "endpoint": f"{vip}:{port}",
        "localName": case.text("name"),
        "fleets": [{"membership": membership}],
        "deleteTime": "",
        "validationChecks": [{"options": "", "scenario": "CREATE", "statuses": []}],
    }


@computes(BARE_METAL_POOL)
def bare_metal_pool(case: Case) -> Properties:
    """Return a running pool."""
    return {**managed(case), "deleteTime": ""}
