"""Computed outputs of GKE and of GKE on VMware."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rehearsal.case import Case, bare, last, mapping, part, sequence, text
from rehearsal.computed.addresses import public_address
from rehearsal.computed.generic import uuid_text
from rehearsal.computed.registry import computes, identifies
from rehearsal.values import Properties, Value

GKE: Final = "gcp:container/cluster:Cluster"
NODE_POOL: Final = "gcp:container/nodePool:NodePool"
USER: Final = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
ADMIN: Final = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
ON_PREM_POOL: Final = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
ATTACHED: Final = "gcp:container/attachedCluster:AttachedCluster"
BARE_METAL: Final = "gcp:gkeonprem/bareMetalCluster:BareMetalCluster"
BARE_METAL_ADMIN: Final = "gcp:gkeonprem/bareMetalAdminCluster:BareMetalAdminCluster"
BARE_METAL_POOL: Final = "gcp:gkeonprem/bareMetalNodePool:BareMetalNodePool"
# What each release channel gives today; sample data in the right form.
CHANNELS: Final = {
    "RAPID": "1.34.1-gke.2037000",
    "REGULAR": "1.33.4-gke.1350000",
    "STABLE": "1.32.8-gke.1134000",
    "EXTENDED": "1.32.8-gke.1134000",
    "UNSPECIFIED": "1.33.4-gke.1350000",
}


def _master_version(case: Case) -> str:
    held = case.old.text("masterVersion") if case.old is not None else ""
    channel = text(case.block("releaseChannel").get("channel")) or "REGULAR"
    asked = case.text("minMasterVersion")
    offered = CHANNELS.get(channel, CHANNELS["REGULAR"])
    if asked and not offered.startswith(asked):
        offered = asked if "-gke." in asked else f"{asked}{'' if asked.count('.') == 2 else '.0'}-gke.1000000"
    # A control plane is never taken back to an older version.
    return max(held, offered, key=_ordered) if held else offered


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.replace("-gke", "").split(".") if number.isdigit())


@computes(GKE)
def cluster(case: Case) -> Properties:
    """Return a cluster that is up, with the endpoints that its configuration asks for."""
    version = _master_version(case)
    private = case.block("privateClusterConfig")
    block = text(private.get("masterIpv4CidrBlock"))
    inside = _second(block) if block else _private_address(case)
    public = public_address(case, case.text("name"))
    endpoint = inside if private.get("enablePrivateEndpoint") is True else public
    policy = case.block("ipAllocationPolicy")
    pods, services = _secondary(case, policy)
    outputs: Properties = {
        "selfLink": f"https://container.googleapis.com/v1/{case.id}",
        "masterVersion": version,
        "nodeVersion": version,
        "endpoint": endpoint,
        "location": case.location,
        "clusterIpv4Cidr": pods,
        "servicesIpv4Cidr": services,
        "labelFingerprint": case.world.digest(case.id, "labels")[:8],
        "masterAuth": {"clusterCaCertificate": _certificate(case), "clientCertificate": "", "clientKey": ""},
        "networkingMode": "VPC_NATIVE",
        "datapathProvider": "LEGACY_DATAPATH",
        "defaultMaxPodsPerNode": 110,
        "nodeLocations": [f"{case.location}-{zone}" for zone in "abc"] if case.location.count("-") == 1 else [],
        "loggingService": "logging.googleapis.com/kubernetes",
        "monitoringService": "monitoring.googleapis.com/kubernetes",
        "ipAllocationPolicy": {"clusterIpv4CidrBlock": pods, "servicesIpv4CidrBlock": services, "stackType": "IPV4"},
        "privateClusterConfig": {
            "privateEndpoint": inside,
            "publicEndpoint": public,
            "peeringName": f"gke-{case.world.digest(case.id)[:20]}-peer",
        },
        "controlPlaneEndpointsConfig": {
            "dnsEndpointConfig": {
                "endpoint": f"gke-{case.world.digest(case.id, 'dns')[:28]}-{case.number}.{case.location}.gke.goog"
            }
        },
    }
    if case.block("fleet"):
        outputs["fleet"] = _fleet(case)
    return outputs


def _fleet(case: Case) -> dict[str, Value]:
    project = text(case.block("fleet").get("project")) or case.project
    name, region = case.text("name"), _region(case.location)
    number = case.number_of(project)
    return {
        "membership": f"//gkehub.googleapis.com/projects/{number}/locations/{region}/memberships/{name}",
        "membershipId": name,
        "membershipLocation": region,
        "preRegistered": False,
    }


def _region(location: str) -> str:
    return location if location.count("-") == 1 else location.rpartition("-")[0]


def _secondary(case: Case, given: Mapping[str, Value]) -> tuple[str, str]:
    """Return the pod and service ranges: those of the named secondary ranges, or the blocks that are given."""
    subnet = case.world.get("gcp:compute/subnetwork:Subnetwork", case.normal(case.text("subnetwork")))
    ranges: dict[str, str] = {}
    for item in sequence(subnet.outputs.get("secondaryIpRanges")) if subnet is not None else ():
        ranges[text(mapping(item).get("rangeName"))] = text(mapping(item).get("ipCidrRange"))
    pods = text(given.get("clusterIpv4CidrBlock")) or ranges.get(text(given.get("clusterSecondaryRangeName")), "")
    services = text(given.get("servicesIpv4CidrBlock")) or ranges.get(text(given.get("servicesSecondaryRangeName")), "")
    return pods, services


def _second(block: str) -> str:
    head, _, tail = block.partition("/")[0].rpartition(".")
    return f"{head}.{int(tail) + 2}"


def _private_address(case: Case) -> str:
    return f"10.255.{int(case.world.digest(case.id), 16) % 250}.2"


def _certificate(case: Case) -> str:
    # Base64 of nothing in particular: no client of a rehearsal opens a TLS connection with it.
    return case.world.digest(case.id, "ca") * 4


@identifies(NODE_POOL)
def node_pool_id(case: Case) -> str:
    """Below its cluster, which may be given by id or by name."""
    given = case.text("cluster")
    cluster_id = given if "/" in given else f"projects/{case.project}/locations/{case.location}/clusters/{given}"
    return f"{case.normal(cluster_id)}/nodePools/{_pool_name(case)}"


def _pool_name(case: Case) -> str:
    return case.text("name") or f"{case.text('namePrefix')}{case.world.number('pool', case.name, digits=10)}"


@computes(NODE_POOL)
def node_pool(case: Case) -> Properties:
    """One instance group a zone."""
    parent = case.world.get(GKE, case.id.partition("/nodePools/")[0])
    held = parent.outputs.get("nodeLocations") if parent else None
    zones = case.inputs.get("nodeLocations") or held or [f"{case.location}-{zone}" for zone in "abc"]
    project, name = part(case.id, "projects"), last(case.id.partition("/nodePools/")[0])
    groups: list[Value] = []
    for zone in zones if isinstance(zones, list) else []:
        group = f"gke-{name}-{last(case.id)}"[:40] + "-" + case.world.digest(case.id, str(zone))[:8] + "-grp"
        groups.append(f"https://www.googleapis.com/compute/v1/projects/{project}/zones/{zone}/instanceGroups/{group}")
    version = parent.text("masterVersion") if parent else ""
    return {
        "instanceGroupUrls": [str(url).replace("/instanceGroups/", "/instanceGroupManagers/") for url in groups],
        "managedInstanceGroupUrls": groups,
        "version": version,
        "location": case.location or part(case.id, "locations"),
        "nodeLocations": zones,
        "nodeCount": case.inputs.get("nodeCount") or case.inputs.get("initialNodeCount") or 1,
        "initialNodeCount": case.inputs.get("initialNodeCount") or case.inputs.get("nodeCount") or 1,
        "maxPodsPerNode": 110,
        "management": {"autoRepair": True, "autoUpgrade": True},
        "upgradeSettings": {"maxSurge": 1, "maxUnavailable": 0, "strategy": "SURGE"},
    }


@computes(USER, ADMIN)
def on_prem_cluster(case: Case) -> Properties:
    """Return a running cluster, registered in its fleet under its own id."""
    vips = mapping(case.block("loadBalancer").get("vipConfig"))
    membership = f"projects/{case.number}/locations/{case.location}/memberships/{case.text('name')}"
    outputs: Properties = {
        **managed(case),
        "endpoint": f"{text(vips.get('controlPlaneVip'))}:443",
        "localName": case.text("name"),
        "fleets": [{"membership": membership}],
    }
    if case.type == USER:
        outputs |= {
            "deleteTime": "",
            "validationChecks": [{"options": "", "scenario": "CREATE", "statuses": []}],
            "antiAffinityGroups": {"aagConfigDisabled": False},
            "autoRepairConfig": {"enabled": True},
            "vcenter": _inherited_vcenter(case),
        }
    return outputs


def _inherited_vcenter(case: Case) -> Value:
    """Return the admin cluster's vCenter, which a user cluster has unless it names its own."""
    name = last(case.text("adminClusterMembership"))
    for admin in case.world.objects(ADMIN):
        if last(admin.id) == name:
            return admin.outputs.get("vcenter") or {}
    return {}


@computes(ON_PREM_POOL)
def on_prem_pool(case: Case) -> Properties:
    """Return a running pool, on the version of its cluster unless it names one."""
    parent = case.world.get(USER, case.id.partition("/vmwareNodePools/")[0])
    return {**managed(case), "deleteTime": "", "onPremVersion": parent.text("onPremVersion") if parent else ""}


def managed(case: Case) -> Properties:
    """Return what the GKE On-Prem API says of everything that it manages."""
    return {
        "state": "RUNNING",
        "reconciling": False,
        "uid": uuid_text(case.world.digest(case.type, case.id, "uid")),
        "createTime": case.now().replace("Z", ".000000000Z"),
        "updateTime": case.world.now().replace("Z", ".000000000Z"),
        "etag": case.world.digest(case.id, "etag", case.world.now())[:22],
        "statuses": [
            {"conditions": [{"type": "Ready", "state": "STATE_TRUE", "message": "", "reason": ""}], "errorMessage": ""}
        ],
    }  # fmt: skip


def cluster_link(case: Case) -> str:
    """Return the resource link that a membership has for this cluster."""
    host = {GKE: "container", ATTACHED: "gkemulticloud"}.get(case.type, "gkeonprem")
    return f"//{host}.googleapis.com/{bare(case.id)}"
