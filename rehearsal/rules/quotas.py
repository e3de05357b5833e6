"""Quotas and limits: how many of a thing a project may have, in all or in a region.

Google states a project's own figures in its console alone (https://docs.cloud.google.com/compute/resource-usage); the
ones here are those that new projects commonly get. `Project.quotas` of the inventory says what was granted. Limits of
a router and of a network are the same for everybody (https://docs.cloud.google.com/network-connectivity/docs/router/quotas).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rehearsal.case import Case, last, mapping, part, sequence
from rehearsal.computed.clusters import GKE, NODE_POOL
from rehearsal.interception import ProviderError
from rehearsal.rules.network import vpc_of
from rehearsal.rules.registry import rule
from rehearsal.values import Value
from rehearsal.world import Record

ROUTER: Final = "gcp:compute/router:Router"
PEER: Final = "gcp:compute/routerPeer:RouterPeer"
NAT: Final = "gcp:compute/routerNat:RouterNat"
ADDRESS: Final = "gcp:compute/address:Address"
GLOBAL: Final = "gcp:compute/globalAddress:GlobalAddress"
ROUTERS_IN_A_NETWORK: Final = 5
PEERS_OF_A_ROUTER: Final = 128


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit by Google's name for it: the usual figure, and whether it is each region's or the project's."""

    metric: str
    limit: int
    regional: bool = False


_COUNTED: Final = {
    "gcp:compute/network:Network": Quota("NETWORKS", 5),
    "gcp:compute/subnetwork:Subnetwork": Quota("SUBNETWORKS", 100),
    ROUTER: Quota("ROUTERS", 10),
    "gcp:compute/vPNTunnel:VPNTunnel": Quota("VPN_TUNNELS", 10),
    "gcp:compute/haVpnGateway:HaVpnGateway": Quota("VPN_GATEWAYS", 5),
    "gcp:compute/externalVpnGateway:ExternalVpnGateway": Quota("EXTERNAL_VPN_GATEWAYS", 5),
    ADDRESS: Quota("STATIC_ADDRESSES", 8, regional=True),
    GLOBAL: Quota("STATIC_ADDRESSES", 8),
}
_IN_USE: Final = Quota("IN_USE_ADDRESSES", 8, regional=True)
# https://docs.cloud.google.com/kubernetes-engine/quotas: clusters of a project in a region, and in a zone.
_CLUSTERS: Final = Quota("CLUSTERS", 100, regional=True)


@rule("create", *_COUNTED)
def quota_is_left(case: Case) -> None:
    """Refuse what is one more than the project may have."""
    quota = _COUNTED[case.type]
    if case.type in {ADDRESS, GLOBAL} and case.text("addressType") == "INTERNAL":
        return
    limit = _limit(case, quota)
    if len(_beside(case, quota)) < limit:
        return
    where = f"in region {case.region}" if quota.regional else "globally"
    raise ProviderError(
        f"googleapi: Error 403: Quota '{quota.metric}' exceeded.  Limit: {limit}.0 {where}.\n"
        f"\tmetric name = compute.googleapis.com/{quota.metric.lower()}\n"
        f"\tlimit name = {quota.metric.replace('_', '-')}-per-project{'-region' if quota.regional else ''}\n"
        f"\tlimit = {limit}\n"
        f"\tdimensions = map[{f'region:{case.region}' if quota.regional else 'global:global'}], quotaExceeded"
    )


@rule("create", ROUTER)
def routers_of_a_network(case: Case) -> None:
    """Refuse a sixth router of a network in one region: a limit that nobody raises."""
    network = vpc_of(case)
    beside = [
        record
        for record in case.world.objects(ROUTER)
        if vpc_of(case, record) == network and part(record.id, "regions") == case.region
    ]
    if len(beside) >= ROUTERS_IN_A_NETWORK:
        raise ProviderError(
            f"googleapi: Error 403: Exceeded limit 'ROUTERS_PER_NETWORK_PER_REGION' on resource '{network}'. Limit: "
            f"{ROUTERS_IN_A_NETWORK}.0 in region {case.region}., limitExceeded"
        )


@rule("create", PEER)
def peers_of_a_router(case: Case) -> None:
    """Refuse more BGP sessions than a router holds."""
    router = f"projects/{case.project}/regions/{case.region}/routers/{last(case.text('router'))}"
    beside = [record for record in case.world.objects(PEER) if record.id.startswith(f"{router}/")]
    if len(beside) >= PEERS_OF_A_ROUTER:
        raise ProviderError(
            f"googleapi: Error 403: Exceeded limit 'BGP_PEERS_PER_ROUTER' on resource '{router}'. Limit: "
            f"{PEERS_OF_A_ROUTER}.0., limitExceeded"
        )


@rule("create", NAT)
def addresses_in_use(case: Case) -> None:
    """Refuse a gateway that puts more public addresses to use in a region than the project may have."""
    _require_in_use(case, case.region, len(sequence(case.inputs.get("natIps"))))


@rule("update", NAT)
def changed_addresses_in_use(case: Case) -> None:
    """Ask the same of addresses that a change adds."""
    addresses_in_use(case)


@rule("create", NODE_POOL)
def nodes_have_addresses(case: Case) -> None:
    """Refuse nodes with public addresses of their own, one each, beyond the quota."""
    cluster = case.world.get(GKE, _cluster_id(case, case.text("cluster")))
    _require_in_use(case, _region(case.location), _public_nodes(case.inputs, cluster))


@rule("create", GKE)
def clusters_of_a_project(case: Case) -> None:
    """Refuse one cluster more than a project may have in a region or zone."""
    limit = _limit(case, _CLUSTERS)
    beside = [
        record
        for record in case.world.objects(GKE)
        if record.id.startswith(f"projects/{case.project}/locations/{case.location}/")
    ]
    if len(beside) >= limit:
        raise _insufficient(case, _CLUSTERS.metric, 1, limit, limit - len(beside))


def _limit(case: Case, quota: Quota) -> int:
    known = case.inventory.projects.get(case.project)
    return quota.limit if known is None else known.quotas.get(quota.metric, quota.limit)


def _beside(case: Case, quota: Quota) -> list[Record]:
    """Return what counts against the quota already."""
    prefix = f"projects/{case.project}/" + (f"regions/{case.region}/" if quota.regional else "")
    return [
        record
        for record in case.world.objects(case.type)
        if record.id.startswith(prefix) and record.text("addressType") != "INTERNAL"
    ]


def _require_in_use(case: Case, region: str, wanted: int) -> None:
    limit = _limit(case, _IN_USE)
    left = limit - _in_use(case, region)
    if wanted > left:
        raise _insufficient(case, _IN_USE.metric, wanted, limit, left)


def _in_use(case: Case, region: str) -> int:
    found = 0
    for record in case.world.objects(NAT):
        here = part(record.id, "projects") == case.project and part(record.id, "regions") == region
        if here and record.id != case.id:
            found += len(sequence(record.outputs.get("natIps")))
    for record in case.world.objects(NODE_POOL):
        if part(record.id, "projects") == case.project and _region(part(record.id, "locations")) == region:
            found += _public_nodes(record.outputs, case.world.get(GKE, record.id.partition("/nodePools/")[0]))
    return found


def _public_nodes(fields: Mapping[str, Value], cluster: Record | None) -> int:
    own = mapping(fields.get("networkConfig")).get("enablePrivateNodes")
    config = mapping(cluster.outputs.get("privateClusterConfig") if cluster is not None else None)
    if own is True or (own is None and config.get("enablePrivateNodes") is True):
        return 0
    scaling = mapping(fields.get("autoscaling"))
    counts = (fields.get("nodeCount"), fields.get("initialNodeCount"), scaling.get("minNodeCount"))
    each = next((count for count in counts if isinstance(count, int)), 1)
    zones = fields.get("nodeLocations") or (cluster.outputs.get("nodeLocations") if cluster is not None else None)
    return each * max(1, len(sequence(zones)))


def _cluster_id(case: Case, reference: str) -> str:
    plain = case.normal(reference)
    return plain if "/" in plain else f"projects/{case.project}/locations/{case.location}/clusters/{plain}"


def _region(location: str) -> str:
    return location if location.count("-") == 1 else location.rpartition("-")[0]


def _insufficient(case: Case, metric: str, wanted: int, limit: int, left: int) -> ProviderError:
    left = max(left, 0)
    return ProviderError(
        f'googleapi: Error 403: Insufficient regional quota to satisfy request: resource "{metric}": request requires '
        f"'{wanted}.0' and is short '{wanted - left}.0'. project has a quota of '{limit}.0' with '{left}.0' available. "
        f"View and manage quotas at https://console.cloud.google.com/iam-admin/quotas?usage=USED&project={case.project}"
        "., forbidden"
    )
