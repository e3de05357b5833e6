"""Which input of which type names which object, and what that means for the object's deletion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Hold(Enum):
    """What a reference means for its target's deletion.

    It refuses it, or the referring object goes along (a grant vanishes with the secret it is on), or neither.
    """

    REFUSES = "refuses"
    GOES = "goes"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Reference:
    """`path` of type `source` names an object of type `target`, whose id is made by `form` from a bare name.

    In `form`, `{project}`, `{region}`, `{location}` are those of the source, `{name}` is what the input says, and any
    other name is an input of the source.
    """

    source: str
    path: str
    target: str
    form: str
    hold: Hold = Hold.REFUSES


_NETWORK = ("gcp:compute/network:Network", "projects/{project}/global/networks/{name}")
_ROUTER = ("gcp:compute/router:Router", "projects/{project}/regions/{region}/routers/{name}")
_SUBNET = ("gcp:compute/subnetwork:Subnetwork", "projects/{project}/regions/{region}/subnetworks/{name}")
_POLICY = (
    "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy",
    "projects/{project}/global/firewallPolicies/{name}",
)
_ADDRESS = ("gcp:compute/address:Address", "projects/{project}/regions/{region}/addresses/{name}")
SECRET: Final = "gcp:secretmanager/secret:Secret"  # noqa: S105  a type token
_SECRET = (SECRET, "projects/{project}/secrets/{name}")
_GKE = ("gcp:container/cluster:Cluster", "projects/{project}/locations/{location}/clusters/{name}")
_KEY = ("gcp:kms/cryptoKey:CryptoKey", "{name}")
_MEMBER = ("gcp:gkehub/membership:Membership", "projects/{project}/locations/{location}/memberships/{name}")
_SCOPE = ("gcp:gkehub/scope:Scope", "projects/{project}/locations/global/scopes/{name}")

REFERENCES: Final = (
    Reference("gcp:compute/subnetwork:Subnetwork", "network", *_NETWORK),
    Reference("gcp:compute/router:Router", "network", *_NETWORK),
    Reference("gcp:compute/haVpnGateway:HaVpnGateway", "network", *_NETWORK),
    Reference("gcp:compute/firewall:Firewall", "network", *_NETWORK),
    Reference("gcp:compute/route:Route", "network", *_NETWORK),
    Reference("gcp:compute/globalAddress:GlobalAddress", "network", *_NETWORK),
    Reference("gcp:compute/networkPeering:NetworkPeering", "network", *_NETWORK),
    Reference("gcp:servicenetworking/connection:Connection", "network", *_NETWORK),
    Reference(
        "gcp:servicenetworking/connection:Connection",
        "reservedPeeringRanges[]",
        "gcp:compute/globalAddress:GlobalAddress",
        "projects/{project}/global/addresses/{name}",
    ),
    Reference(
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation", "attachmentTarget", *_NETWORK
    ),
    Reference(
        "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation", "firewallPolicy", *_POLICY
    ),
    Reference("gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", "firewallPolicy", *_POLICY, Hold.GOES),
    Reference("gcp:compute/address:Address", "subnetwork", *_SUBNET),
    Reference("gcp:compute/routerNat:RouterNat", "router", *_ROUTER),
    Reference("gcp:compute/routerNat:RouterNat", "natIps[]", *_ADDRESS),
    Reference("gcp:compute/routerNat:RouterNat", "subnetworks[].name", *_SUBNET),
    Reference("gcp:compute/routerInterface:RouterInterface", "router", *_ROUTER),
    Reference(
        "gcp:compute/routerInterface:RouterInterface",
        "vpnTunnel",
        "gcp:compute/vPNTunnel:VPNTunnel",
        "projects/{project}/regions/{region}/vpnTunnels/{name}",
    ),
    Reference(
        "gcp:compute/routerInterface:RouterInterface",
        "interconnectAttachment",
        "gcp:compute/interconnectAttachment:InterconnectAttachment",
        "projects/{project}/regions/{region}/interconnectAttachments/{name}",
    ),
    Reference("gcp:compute/interconnectAttachment:InterconnectAttachment", "router", *_ROUTER),
    Reference("gcp:compute/routerRoutePolicy:RouterRoutePolicy", "router", *_ROUTER),
    Reference("gcp:compute/routerPeer:RouterPeer", "router", *_ROUTER),
    Reference(
        "gcp:compute/routerPeer:RouterPeer",
        "interface",
        "gcp:compute/routerInterface:RouterInterface",
        "{region}/{router}/{name}",
    ),
    Reference("gcp:compute/vPNTunnel:VPNTunnel", "router", *_ROUTER),
    Reference(
        "gcp:compute/vPNTunnel:VPNTunnel",
        "vpnGateway",
        "gcp:compute/haVpnGateway:HaVpnGateway",
        "projects/{project}/regions/{region}/vpnGateways/{name}",
    ),
    Reference(
        "gcp:compute/vPNTunnel:VPNTunnel",
        "peerExternalGateway",
        "gcp:compute/externalVpnGateway:ExternalVpnGateway",
        "projects/{project}/global/externalVpnGateways/{name}",
    ),
    Reference("gcp:compute/subnetworkIAMMember:SubnetworkIAMMember", "subnetwork", *_SUBNET, Hold.GOES),
    Reference("gcp:container/cluster:Cluster", "network", *_NETWORK),
    Reference("gcp:container/cluster:Cluster", "subnetwork", *_SUBNET),
    Reference("gcp:container/cluster:Cluster", "databaseEncryption.keyName", *_KEY, Hold.STAYS),
    Reference("gcp:container/nodePool:NodePool", "cluster", *_GKE, Hold.GOES),
    Reference("gcp:dns/managedZone:ManagedZone", "privateVisibilityConfig.networks[].networkUrl", *_NETWORK),
    Reference("gcp:dns/policy:Policy", "networks[].networkUrl", *_NETWORK),
    Reference(
        "gcp:dns/recordSet:RecordSet",
        "managedZone",
        "gcp:dns/managedZone:ManagedZone",
        "projects/{project}/managedZones/{name}",
    ),
    Reference("gcp:secretmanager/secretVersion:SecretVersion", "secret", *_SECRET, Hold.GOES),
    Reference("gcp:secretmanager/secretIamMember:SecretIamMember", "secretId", *_SECRET, Hold.GOES),
    Reference("gcp:kms/cryptoKey:CryptoKey", "keyRing", "gcp:kms/keyRing:KeyRing", "{name}", Hold.STAYS),
    Reference("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "cryptoKeyId", *_KEY, Hold.GOES),
    Reference(
        "gcp:gkehub/featureMembership:FeatureMembership",
        "feature",
        "gcp:gkehub/feature:Feature",
        "projects/{project}/locations/{location}/features/{name}",
    ),
    Reference(
        "gcp:gkehub/featureMembership:FeatureMembership",
        "membership",
        "gcp:gkehub/membership:Membership",
        "projects/{project}/locations/{membershipLocation}/memberships/{name}",
        Hold.GOES,
    ),
    Reference("gcp:gkehub/membershipBinding:MembershipBinding", "membershipId", *_MEMBER, Hold.GOES),
    Reference("gcp:gkehub/membershipBinding:MembershipBinding", "scope", *_SCOPE),
    Reference("gcp:gkehub/namespace:Namespace", "scope", *_SCOPE),
    Reference("gcp:gkehub/scopeRbacRoleBinding:ScopeRbacRoleBinding", "scopeId", *_SCOPE),
    Reference("gcp:gkeonprem/vMwareCluster:VMwareCluster", "adminClusterMembership", *_MEMBER),
    Reference("gcp:gkeonprem/bareMetalCluster:BareMetalCluster", "adminClusterMembership", *_MEMBER),
    Reference(
        "gcp:gkeonprem/bareMetalNodePool:BareMetalNodePool",
        "bareMetalCluster",
        "gcp:gkeonprem/bareMetalCluster:BareMetalCluster",
        "projects/{project}/locations/{location}/bareMetalClusters/{name}",
        Hold.GOES,
    ),
    Reference(
        "gcp:gkeonprem/vMwareNodePool:VMwareNodePool",
        "vmwareCluster",
        "gcp:gkeonprem/vMwareCluster:VMwareCluster",
        "projects/{project}/locations/{location}/vmwareClusters/{name}",
        Hold.GOES,
    ),
    Reference(
        "gcp:serviceaccount/iAMMember:IAMMember",
        "serviceAccountId",
        "gcp:serviceaccount/account:Account",
        "projects/{project}/serviceAccounts/{name}",
        Hold.GOES,
    ),
    Reference(
        "gcp:storage/bucketIAMMember:BucketIAMMember", "bucket", "gcp:storage/bucket:Bucket", "{name}", Hold.GOES
    ),
    Reference(
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        "repository",
        "gcp:artifactregistry/repository:Repository",
        "projects/{project}/locations/{location}/repositories/{name}",
        Hold.GOES,
    ),
    Reference(
        "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject",
        "hostProject",
        "gcp:compute/sharedVPCHostProject:SharedVPCHostProject",
        "{name}",
    ),
)
