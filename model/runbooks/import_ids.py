"""By which id an object that exists is taken into the state, for each kind of resource whose making would be refused.

The forms are those of the providers' own documentation ("Import", on the page of each type in the Pulumi registry, and
in the docstrings of pulumi_gcp and pulumi_vsphere). What a form asks for stands in the inputs that the program
declares, so an id is known before any cloud is asked; what a cloud chose by itself (the number of an alert policy) is
not, and such kinds are not here. Nor are those that may be made twice: enabled APIs, IAM members, objects in a cluster.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote


class Phase(StrEnum):
    """In which order an estate is taken over: what others stand on first. Each is a point to go on from."""

    PROJECTS = "projects"
    NETWORK = "network"
    VPN = "vpn"
    TUNNELS = "tunnels"
    VSPHERE = "vsphere"
    CLUSTERS = "clusters"
    FLEET = "fleet"
    TEAMS = "teams"


_GCP: Final[Mapping[str, tuple[Phase, str]]] = {
    "compute/sharedVPCHostProject:SharedVPCHostProject": (Phase.PROJECTS, "{project}"),
    "compute/sharedVPCServiceProject:SharedVPCServiceProject": (Phase.PROJECTS, "{hostProject}/{serviceProject}"),
    "kms/keyRing:KeyRing": (Phase.PROJECTS, "projects/{project}/locations/{location}/keyRings/{name}"),
    "kms/cryptoKey:CryptoKey": (Phase.PROJECTS, "{ring}/cryptoKeys/{name}"),
    "serviceaccount/account:Account": (
        Phase.PROJECTS,
        "projects/{project}/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com",
    ),
    "compute/network:Network": (Phase.NETWORK, "projects/{project}/global/networks/{name}"),
    "compute/subnetwork:Subnetwork": (Phase.NETWORK, "projects/{project}/regions/{region}/subnetworks/{name}"),
    "compute/address:Address": (Phase.NETWORK, "projects/{project}/regions/{region}/addresses/{name}"),
    "compute/globalAddress:GlobalAddress": (Phase.NETWORK, "projects/{project}/global/addresses/{name}"),
    "compute/route:Route": (Phase.NETWORK, "projects/{project}/global/routes/{name}"),
    "compute/router:Router": (Phase.NETWORK, "projects/{project}/regions/{region}/routers/{name}"),
    "compute/routerNat:RouterNat": (Phase.NETWORK, "projects/{project}/regions/{region}/routers/{router}/{name}"),
    "compute/networkFirewallPolicy:NetworkFirewallPolicy": (
        Phase.NETWORK,
        "projects/{project}/global/firewallPolicies/{name}",
    ),
    "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule": (
        Phase.NETWORK,
        "projects/{project}/global/firewallPolicies/{firewallPolicy}/rules/{priority}",
    ),
    "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation": (
        Phase.NETWORK,
        "projects/{project}/global/firewallPolicies/{firewallPolicy}/associations/{name}",
    ),
    "dns/managedZone:ManagedZone": (Phase.NETWORK, "projects/{project}/managedZones/{name}"),
    "dns/recordSet:RecordSet": (Phase.NETWORK, "projects/{project}/managedZones/{managedZone}/rrsets/{name}/{type}"),
    # The provider reads its parts after unescaping, and writes them escaped.
    "servicenetworking/connection:Connection": (Phase.NETWORK, "{escaped_network}:{service}"),
    # The name of the peering of private services access
    # (https://docs.cloud.google.com/vpc/docs/configure-private-services-access).
    "compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig": (
        Phase.NETWORK,
        "projects/{project}/global/networks/{network}/networkPeerings/servicenetworking-googleapis-com",
    ),
    "compute/haVpnGateway:HaVpnGateway": (Phase.VPN, "projects/{project}/regions/{region}/vpnGateways/{name}"),
    "compute/externalVpnGateway:ExternalVpnGateway": (
        Phase.VPN,
        "projects/{project}/global/externalVpnGateways/{name}",
    ),
    "secretmanager/secret:Secret": (Phase.VPN, "projects/{project}/secrets/{secretId}"),
    "compute/vPNTunnel:VPNTunnel": (Phase.TUNNELS, "projects/{project}/regions/{region}/vpnTunnels/{name}"),
    "compute/routerInterface:RouterInterface": (Phase.TUNNELS, "{region}/{router}/{name}"),
    "compute/routerPeer:RouterPeer": (Phase.TUNNELS, "projects/{project}/regions/{region}/routers/{router}/{name}"),
    "container/cluster:Cluster": (Phase.CLUSTERS, "projects/{project}/locations/{location}/clusters/{name}"),
    "container/nodePool:NodePool": (Phase.CLUSTERS, "{project}/{location}/{cluster}/{name}"),
    "gkeonprem/vmwareAdminCluster:VmwareAdminCluster": (
        Phase.CLUSTERS,
        "projects/{project}/locations/{location}/vmwareAdminClusters/{name}",
    ),
    "gkeonprem/vMwareCluster:VMwareCluster": (
        Phase.CLUSTERS,
        "projects/{project}/locations/{location}/vmwareClusters/{name}",
    ),
    "gkeonprem/vMwareNodePool:VMwareNodePool": (
        Phase.CLUSTERS,
        "projects/{project}/locations/{location}/vmwareClusters/{vmwareCluster}/vmwareNodePools/{name}",
    ),
    "gkehub/fleet:Fleet": (Phase.FLEET, "projects/{project}/locations/global/fleets/default"),
    "gkehub/feature:Feature": (Phase.FLEET, "projects/{project}/locations/{location}/features/{name}"),
    "gkehub/membership:Membership": (Phase.FLEET, "projects/{project}/locations/{location}/memberships/{membershipId}"),
    "gkehub/featureMembership:FeatureMembership": (
        Phase.FLEET,
        "projects/{project}/locations/{location}/features/{feature}/membershipId/{membership}",
    ),
    "artifactregistry/repository:Repository": (
        Phase.TEAMS,
        "projects/{project}/locations/{location}/repositories/{repositoryId}",
    ),
    "iam/denyPolicy:DenyPolicy": (Phase.TEAMS, "{parent}/{name}"),
    "iam/workloadIdentityPool:WorkloadIdentityPool": (
        Phase.TEAMS,
        "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}",
    ),
    "iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (
        Phase.TEAMS,
        "projects/{project}/locations/global/workloadIdentityPools/{workloadIdentityPoolId}/providers/"
        "{workloadIdentityPoolProviderId}",
    ),
    "privilegedaccessmanager/entitlement:entitlement": (
        Phase.TEAMS,
        "{parent}/locations/{location}/entitlements/{entitlementId}",
    ),
    "storage/bucket:Bucket": (Phase.TEAMS, "{project}/{name}"),
}
_VSPHERE: Final[Mapping[str, str]] = {
    "computeClusterHostGroup:ComputeClusterHostGroup": "{in_cluster}",
    "computeClusterVmGroup:ComputeClusterVmGroup": "{in_cluster}",
    "computeClusterVmHostRule:ComputeClusterVmHostRule": "{in_cluster}",
    "distributedPortGroup:DistributedPortGroup": "/{datacenter}/network/{name}",
    "folder:Folder": "/{datacenter}/vm/{path}",
    "resourcePool:ResourcePool": "/{datacenter}/host/{compute_cluster}/Resources/{name}",
    "tag:Tag": "{in_category}",
    "tagCategory:TagCategory": "{name}",
}

FORMS: Final[Mapping[str, tuple[Phase, str]]] = {
    **{f"gcp:{kind}": found for kind, found in _GCP.items()},
    **{f"vsphere:index/{kind}": (Phase.VSPHERE, form) for kind, form in _VSPHERE.items()},
}
"""The phase and the form of the id of each kind, by the type's token; `{name}` is the input of that name."""

MADE_TWICE: Final = frozenset(
    {
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        "gcp:billing/accountIamMember:AccountIamMember",
        "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember",
        "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
        "gcp:projects/iAMMember:IAMMember",
        "gcp:projects/service:Service",
        "gcp:projects/serviceIdentity:ServiceIdentity",
        "gcp:serviceaccount/iAMMember:IAMMember",
        "gcp:storage/bucketIAMMember:BucketIAMMember",
    }
)
"""Kinds whose making takes what is there for its own: additive members, and APIs that are on."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A resource that the program declares; `parent` and `provider` are URNs, `inputs` what is known of them offline.

    `adopted` says that the program imports it itself, since the stack file says so.
    """

    urn: str
    type: str
    name: str
    parent: str
    provider: str
    custom: bool
    adopted: bool
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Where:
    """What the ids of vSphere's objects name beside their own inputs."""

    datacenter: str
    compute_cluster: str
    tag_category: str


def import_id(resource: Declared, siblings: Mapping[tuple[str, str], Declared], where: Where) -> str | None:
    """Return the id under which an existing object is imported, or None for a kind that is not.

    `siblings` are resources by their parent and type: a key's id begins with that of the ring beside it. The VPC is the
    only one.
    """
    if resource.type not in FORMS:
        return None
    form = FORMS[resource.type][1]
    values = {key: str(value) for key, value in resource.inputs.items() if not isinstance(value, Mapping | list)}
    ring = siblings.get((resource.parent, "gcp:kms/keyRing:KeyRing"))
    vpc = next((each for each in siblings.values() if each.type == "gcp:compute/network:Network"), None)
    name = values.get("name", "")
    values |= {
        "datacenter": where.datacenter,
        "compute_cluster": where.compute_cluster,
        "in_category": json.dumps({"category_name": where.tag_category, "tag_name": name}),
        "in_cluster": json.dumps(
            {"compute_cluster_path": f"/{where.datacenter}/host/{where.compute_cluster}", "name": name}
        ),
        "escaped_network": quote((import_id(vpc, {}, where) or "") if vpc is not None else "", safe=""),
        "ring": (import_id(ring, {}, where) or "") if ring is not None and ring is not resource else "",
    }
    return re.sub(r"\{(\w+)\}", lambda match: values[match[1]], form)


def import_files(
    resources: Sequence[Declared], where: Where, *, only: Collection[str] = (), held: Collection[str] = ()
) -> dict[Phase, dict[str, Any]]:
    """Return for each phase the file that `pulumi import --file` takes; a phase without objects has none.

    A component stands, as an empty one, in the first file in which a child of it does: the files are taken in the order
    of the phases. What the program adopts by itself is in none. `held` are URNs that the state has already: an import
    refuses those. `only` are the logical names of single objects, whose components are in the state. Form: https://www.pulumi.com/docs/iac/adopting-pulumi/import/#bulk-import-operations
    """
    by_urn = {each.urn: each for each in resources}
    siblings = {(each.parent, each.type): each for each in resources}
    done = set(held)
    files: dict[Phase, dict[str, Any]] = {}
    for phase in Phase:
        chosen = [
            each
            for each in resources
            if each.type in FORMS
            and FORMS[each.type][0] is phase
            and not each.adopted
            and each.urn not in done
            and (not only or each.name in only)
        ]
        if not chosen:
            continue
        above = set[str]() if only else {urn for each in chosen for urn in _above(each, by_urn)} - done
        entries = [
            *({**_entry(by_urn[urn]), "component": True} for urn in by_urn if urn in above),
            *({**_entry(each), "id": import_id(each, siblings, where)} for each in chosen),
        ]
        own = {str(entry["name"]) for entry in entries}
        table = {urn: urn for entry in entries for key in ("parent", "provider") if (urn := entry.get(key)) is not None}
        files[phase] = {
            "nameTable": {name: urn for name, urn in table.items() if name not in own},
            "resources": entries,
        }
        done |= above
    return files


def _above(resource: Declared, by_urn: Mapping[str, Declared]) -> Iterable[str]:
    """Give the components that a resource is in."""
    parent = by_urn.get(resource.parent)
    if parent is not None and not parent.custom:
        yield parent.urn
        yield from _above(parent, by_urn)


def _entry(resource: Declared) -> dict[str, Any]:
    """Return what an import file says of any resource. URNs are the names in it, since they alone tell all apart."""
    found: dict[str, Any] = {"type": resource.type, "name": resource.urn, "logicalName": resource.name}
    # The stack is the parent of what names none, and an import file may not name it.
    if resource.parent and "::pulumi:pulumi:Stack::" not in resource.parent:
        found["parent"] = resource.parent
    if resource.provider:
        found["provider"] = resource.provider
    return found
