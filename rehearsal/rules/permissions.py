"""Which IAM permission an operation on a resource needs, and how Google words its absence.

A permission is `service.collection.verb` (https://cloud.google.com/iam/docs/permissions-reference). The collection is
the one in the object's documented id; the table holds the types whose permission is another object's, as a router's
interface is changed by whoever may change the router.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from rehearsal.computed.formats import id_formats

Action: TypeAlias = Literal["create", "get", "update", "delete"]

_SERVICES: Final = {
    "folder": "resourcemanager",
    "kms": "cloudkms",
    "organizations": "resourcemanager",
    "projects": "resourcemanager",
    "serviceaccount": "iam",
}
_CHANGES: Final = ("create", "update", "delete")
_ROUTER: Final = {"get": "compute.routers.get", **dict.fromkeys(_CHANGES, "compute.routers.update")}
_POLICY_RULE: Final = {
    "get": "compute.firewallPolicies.get",
    **dict.fromkeys(_CHANGES, "compute.firewallPolicies.update"),
}
_TABLE: Final[Mapping[str, Mapping[str, str]]] = {
    "gcp:compute/routerInterface:RouterInterface": _ROUTER,
    "gcp:compute/routerPeer:RouterPeer": _ROUTER,
    "gcp:compute/routerNat:RouterNat": _ROUTER,
    "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule": _POLICY_RULE,
    "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation": {
        "create": "compute.networks.setFirewallPolicy",
        "get": "compute.firewallPolicies.get",
        "update": "compute.networks.setFirewallPolicy",
        "delete": "compute.networks.setFirewallPolicy",
    },
    "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig": {
        "create": "compute.networks.updatePeering",
        "get": "compute.networks.get",
        "update": "compute.networks.updatePeering",
        "delete": "compute.networks.updatePeering",
    },
    "gcp:compute/sharedVPCHostProject:SharedVPCHostProject": {
        "create": "compute.organizations.enableXpnHost",
        "get": "compute.projects.get",
        "delete": "compute.organizations.disableXpnHost",
    },
    "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject": {
        "create": "compute.organizations.enableXpnResource",
        "get": "compute.projects.get",
        "delete": "compute.organizations.disableXpnResource",
    },
    "gcp:container/attachedCluster:AttachedCluster": {
        verb: f"gkemulticloud.attachedClusters.{verb}" for verb in ("get", *_CHANGES)
    },
    "gcp:container/nodePool:NodePool": {
        "create": "container.clusters.update",
        "get": "container.clusters.get",
        "update": "container.clusters.update",
        "delete": "container.clusters.update",
    },
    "gcp:dns/recordSet:RecordSet": {"get": "dns.resourceRecordSets.list"},
    "gcp:gkehub/featureMembership:FeatureMembership": {
        "create": "gkehub.features.update",
        "get": "gkehub.features.get",
        "update": "gkehub.features.update",
        "delete": "gkehub.features.update",
    },
    "gcp:projects/service:Service": {
        "create": "serviceusage.services.enable",
        "get": "serviceusage.services.get",
        "update": "serviceusage.services.enable",
        "delete": "serviceusage.services.disable",
    },
    "gcp:projects/serviceIdentity:ServiceIdentity": {
        "create": "serviceusage.services.enable",
        "get": "serviceusage.services.get",
    },
    "gcp:secretmanager/secretVersion:SecretVersion": {
        "create": "secretmanager.versions.add",
        "get": "secretmanager.versions.access",
        "update": "secretmanager.versions.enable",
        "delete": "secretmanager.versions.destroy",
    },
    "gcp:servicenetworking/connection:Connection": {
        "create": "servicenetworking.services.addPeering",
        "get": "servicenetworking.services.get",
        "update": "servicenetworking.services.addPeering",
        "delete": "servicenetworking.services.deleteConnection",
    },
}
_COLLECTIONS: Final = {
    "gcp:compute/globalAddress:GlobalAddress": "globalAddresses",
    "gcp:container/cluster:Cluster": "clusters",
    "gcp:dns/managedZone:ManagedZone": "managedZones",
    "gcp:gkehub/fleet:Fleet": "fleet",
    "gcp:dns/recordSet:RecordSet": "resourceRecordSets",
    "gcp:projects/iAMCustomRole:IAMCustomRole": "roles",
    "gcp:serviceaccount/account:Account": "serviceAccounts",
    "gcp:storage/bucket:Bucket": "buckets",
}
_GRANT: Final = re.compile(r"I[aA][mM](?:Member|Binding|Policy)$")
_OWN_GRANTS: Final = {"projects": "projects", "folder": "folders", "organizations": "organizations",
                      "serviceaccount": "serviceAccounts"}  # fmt: skip


def permission(token: str, action: Action) -> str:
    """Return the permission that an action on an object of a type needs: `compute.vpnTunnels.create`."""
    known = _TABLE.get(token, {}).get(action)
    if known:
        return known
    module, kind = token.removeprefix("gcp:").partition("/")[0], token.rpartition(":")[2]
    service = _SERVICES.get(module, module)
    if _GRANT.search(kind):
        target = _OWN_GRANTS.get(module) or f"{_lower(_GRANT.sub('', kind))}s"
        return f"{service}.{target}.{'getIamPolicy' if action == 'get' else 'setIamPolicy'}"
    return f"{service}.{_collection(token, kind)}.{action}"


def denial(needed: str, resource: str) -> str:
    """Return what Google answers when a permission is missing on an object, in that service's own words."""
    service = needed.partition(".")[0]
    if service == "compute":
        return f"googleapi: Error 403: Required '{needed}' permission for '{resource}', forbidden"
    if service == "container":
        return f'googleapi: Error 403: Required "{needed}" permission(s) for "{resource}"., forbidden'
    return (
        f"googleapi: Error 403: Permission '{needed}' denied on resource "
        f"'//{service}.googleapis.com/{resource}' (or it may not exist)., forbidden"
    )


def _collection(token: str, kind: str) -> str:
    known = _COLLECTIONS.get(token)
    if known:
        return known
    steps = id_formats().get(token, "").split("/")
    return steps[-2] if len(steps) > 1 and "{" not in steps[-2] else f"{_lower(kind)}s"


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
