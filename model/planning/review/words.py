"""What resources are called, which kind of protection is theirs, and why some are replaced rather than changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from model.planning.protection import Kind
from model.planning.review.planned import Planned
from model.rules import pages

VERBS: Final = {"delete": "deletes", "replace": "replaces", "retain": "lets go of"}
"""What is said of a resource that goes, by its outcome."""
_NOUNS: Final = {
    "ExternalVpnGateway": "external VPN gateway",
    "HaVpnGateway": "HA VPN gateway",
    "VPNTunnel": "VPN tunnel",
    "Router": "Cloud Router",
    "RouterPeer": "BGP peer",
    "VMwareCluster": "user cluster",
    "VmwareAdminCluster": "admin cluster",
    "VMwareNodePool": "on-prem node pool",
    "Subnetwork": "subnet",
    "NetworkFirewallPolicyRule": "firewall rule",
    "IAMMember": "IAM grant",
    "MembershipIamMember": "IAM grant",
    "FeatureMembership": "feature of a member",
}
_ALSO: Final = {
    "gcp:compute/network:Network": "VPC",
    "gcp:container/cluster:Cluster": "GKE cluster",
    "gcp:container/nodePool:NodePool": "GKE node pool",
}
_CAPITALS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_KINDS: Final = {
    "gcp:compute/haVpnGateway:HaVpnGateway": Kind.VPN_GATEWAY,
    "gcp:compute/externalVpnGateway:ExternalVpnGateway": Kind.EXTERNAL_GATEWAY,
    "gcp:compute/vPNTunnel:VPNTunnel": Kind.VPN_TUNNEL,
    "gcp:compute/network:Network": Kind.NETWORK,
    "gcp:compute/subnetwork:Subnetwork": Kind.SUBNET,
    "gcp:kms/keyRing:KeyRing": Kind.KEY_RING,
    "gcp:kms/cryptoKey:CryptoKey": Kind.KEY,
    "gcp:secretmanager/secret:Secret": Kind.SECRET,
    "gcp:container/cluster:Cluster": Kind.GKE_CLUSTER,
    "gcp:container/nodePool:NodePool": Kind.GKE_NODE_POOL,
    "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster": Kind.ADMIN_CLUSTER,
    "gcp:gkeonprem/vMwareCluster:VMwareCluster": Kind.USER_CLUSTER,
    "gcp:gkeonprem/vMwareNodePool:VMwareNodePool": Kind.ONPREM_NODE_POOL,
    "gcp:gkehub/membership:Membership": Kind.MEMBERSHIP,
    "gcp:gkehub/fleet:Fleet": Kind.FLEET,
}
"""Kinds whose resources are recognised by their type alone; of others the state says whether they are protected."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why something is replaced, and what that breaks. `rule` is its number, `source` its public page."""

    rule: str
    words: str
    source: str


_SDK: Final = "https://www.pulumi.com/registry/packages/gcp/api-docs"
_REPLACED: Final = {
    Kind.VPN_GATEWAY: Why(
        "D4",
        "a gateway is never changed in place: the new one has new public addresses, so every peer is set up anew",
        pages.HA_VPN,
    ),
    Kind.EXTERNAL_GATEWAY: Why(
        "D4",
        "the picture of the peer is never changed in place, and its tunnels are replaced with it",
        pages.EXTERNAL_GATEWAY,
    ),
    Kind.VPN_TUNNEL: Why(
        "D4",
        "a tunnel is never changed in place: its session is down until the peer is set up for the new one",
        pages.VPN_TUNNEL,
    ),
    Kind.GKE_CLUSTER: Why(
        "C1", "the API fixes this when the cluster is made: the new one is empty", f"{_SDK}/container/cluster/"
    ),
    Kind.GKE_NODE_POOL: Why(
        "C2",
        "the API fixes this when the pool is made: its nodes are drained and made anew",
        f"{_SDK}/container/nodepool/",
    ),
    Kind.USER_CLUSTER: Why(
        "B21",
        "the API fixes this when the cluster is made: stand a second generation beside it instead",
        pages.CREATE_USER_CLUSTER,
    ),
    Kind.ADMIN_CLUSTER: Why(
        "A20", "only gkectl makes and deletes an admin cluster; the API can not replace it", pages.CREATE_ADMIN_CLUSTER
    ),
    Kind.ONPREM_NODE_POOL: Why(
        "X8",
        "a pool's name is its identity: the nodes of the old one are drained and deleted",
        pages.USER_CLUSTER_FILE,
    ),
    Kind.MEMBERSHIP: Why(
        "E3",
        "a membership is fixed when it is made: the cluster leaves the fleet and joins it again",
        f"{_SDK}/gkehub/membership/",
    ),
    Kind.SUBNET: Why("X8", "a subnet's range only ever grows: a new one has no machine in it", pages.SUBNETWORK),
    Kind.NETWORK: Why("X8", "a VPC is fixed when it is made: everything in it goes with it", pages.SUBNETS),
    Kind.KEY_RING: Why(
        "X8",
        "KMS deletes neither key rings nor keys: the name stays taken",
        "https://docs.cloud.google.com/kms/docs/object-hierarchy",
    ),
    Kind.KEY: Why(
        "X8",
        "KMS deletes neither key rings nor keys: what the old key encrypted needs it still",
        "https://docs.cloud.google.com/kms/docs/object-hierarchy",
    ),
}
_GRANT: Final = Why(
    "F2",
    "a grant has no part that can be changed: the old one is taken, a new one given",
    f"{_SDK}/projects/iammember/",
)
_NOTHING: Final = Why("", "", "")
_OTHER: Final = Why("", "the provider can not change this in place", "")
_NAMESPACE: Final = Why(
    "X8",
    "everything in the namespace is deleted with it",
    "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
)


_KMS: Final = "https://docs.cloud.google.com/kms/docs/object-hierarchy"
_CLUSTER_GONE: Final = "everything that runs in the cluster is gone, and what it stored with it"
_GONE: Final = {
    Kind.VPN_GATEWAY: Why("D4", "its public addresses are gone for good: peers know no others", pages.HA_VPN),
    Kind.EXTERNAL_GATEWAY: Why("D2", "no tunnel can lead to these devices any more", pages.EXTERNAL_GATEWAY),
    Kind.VPN_TUNNEL: Why("D1", "its session ends, and the other tunnels carry what it did", pages.HA_VPN_TOPOLOGIES),
    Kind.GKE_CLUSTER: Why("X8", _CLUSTER_GONE, f"{_SDK}/container/cluster/"),
    Kind.USER_CLUSTER: Why("X8", _CLUSTER_GONE, pages.CREATE_USER_CLUSTER),
    Kind.GKE_NODE_POOL: Why("X8", "its nodes are drained and deleted", f"{_SDK}/container/nodepool/"),
    Kind.ONPREM_NODE_POOL: Why("X8", "its nodes are drained and deleted", pages.USER_CLUSTER_FILE),
    Kind.MEMBERSHIP: Why(
        "E3", "the cluster leaves the fleet: nobody reaches it through the Connect gateway", pages.CONNECT_GATEWAY
    ),
    Kind.SUBNET: Why("X8", "its range is free for others at once", pages.SUBNETS),
    Kind.NETWORK: Why("X8", "everything in it goes with it", pages.SUBNETS),
    Kind.SECRET: Why("X8", "every version of it is gone", f"{_SDK}/secretmanager/secret/"),
    Kind.KEY_RING: Why("X8", "KMS deletes no key ring: its name stays taken", _KMS),
    Kind.KEY: Why("X8", "KMS deletes no key: its versions are destroyed, and what they encrypted is lost", _KMS),
}
_GONE_TOO: Final = {
    "gcp:storage/bucket:Bucket": Why("X8", "what is in the bucket is gone", f"{_SDK}/storage/bucket/"),
    "gcp:compute/address:Address": Why(
        "X8", "others allow-list it, and it does not come back", f"{_SDK}/compute/address/"
    ),
    "gcp:serviceaccount/account:Account": Why(
        "X8",
        "what signs in as it stops; another account of its name is another account",
        "https://docs.cloud.google.com/iam/docs/service-accounts-delete-undelete",
    ),
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": Why(
        "X8",
        "nothing signs in through it, and its id stays taken for 30 days",
        "https://docs.cloud.google.com/iam/docs/manage-workload-identity-pools-providers",
    ),
    "kubernetes:core/v1:Namespace": _NAMESPACE,
}
_LEFT: Final = Why(
    "F19",
    "it stays in the cloud with all that is in it, and the program looks after it no longer",
    "https://www.pulumi.com/docs/iac/concepts/options/retainondelete/",
)
_ACCESS: Final = re.compile(
    r"(IAMMember|IamMember|IAMBinding|IamBinding|:Entitlement|:RoleBinding|:ClusterRoleBinding)$"
)


def grants_only(token: str) -> bool:
    """Say whether resources of a type are grants: what is lost with them, the sentences about access say."""
    return bool(_ACCESS.search(token))


def noun(token: str) -> str:
    """Return what people call a resource of a type: `VPN tunnel`."""
    last = token.rpartition(":")[2]
    if token.startswith("pulumi:providers:"):
        return f"{last} provider"
    if token in _ALSO:
        return _ALSO[token]
    if last in _NOUNS:
        return _NOUNS[last]
    return " ".join(word if word.isupper() else word.lower() for word in _CAPITALS.split(last))


def kind_of(token: str) -> Kind | None:
    """Return which kind of protection a type's resources have, None for those that bear neither data nor identity."""
    return _KINDS.get(token)


def why(planned: Planned) -> Why:
    """Return why a resource is replaced, or what its deletion means; `words` is "" where nothing is known."""
    kind = kind_of(planned.type)
    if planned.outcome == "retain":
        return _LEFT
    if planned.operation == "delete":
        known = _GONE.get(kind) if kind is not None else None
        return known or _GONE_TOO.get(planned.type) or _NOTHING
    if kind is not None and kind in _REPLACED:
        return _REPLACED[kind]
    if planned.type.endswith(("IAMMember", "IamMember")):
        return _GRANT
    return _NAMESPACE if planned.type == "kubernetes:core/v1:Namespace" else _OTHER
