"""The catalogue of what people and machines change past the program, and what is to come of each.

It is data: what is edited, how, and the verdict that the program's own declarations must lead to. `drift` carries each
out in a copy of a world that is up, and compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from rehearsal.values import Value

ADDRESS: Final = "gcp:compute/address:Address"
ASSOCIATION: Final = "gcp:compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation"
FIREWALL_RULE: Final = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
GKE_CLUSTER: Final = "gcp:container/cluster:Cluster"
GKE_POOL: Final = "gcp:container/nodePool:NodePool"
IAM_MEMBER: Final = "gcp:projects/iAMMember:IAMMember"
NAMESPACE: Final = "kubernetes:core/v1:Namespace"
NAT: Final = "gcp:compute/routerNat:RouterNat"
ONPREM_POOL: Final = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
PEER: Final = "gcp:compute/routerPeer:RouterPeer"
PORT_GROUP: Final = "vsphere:index/distributedPortGroup:DistributedPortGroup"
RECORD_SET: Final = "gcp:dns/recordSet:RecordSet"
ROLE_BINDING: Final = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"
SERVICE: Final = "gcp:projects/service:Service"
TUNNEL: Final = "gcp:compute/vPNTunnel:VPNTunnel"
ADMIN_CLUSTER: Final = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
USER_CLUSTER: Final = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
FEATURE: Final = "gcp:gkehub/featureMembership:FeatureMembership"

ANYWHERE: Final = "0.0.0.0/0"
SOMEBODY: Final = "somebody@elsewhere.example"
RBAC: Final = "rbac.authorization.k8s.io"

Path: TypeAlias = "tuple[str | int, ...]"


class Verdict(StrEnum):
    """What becomes of an edit."""

    INCIDENT = "incident"
    """The next `up` would undo it, so somebody decides: undo it, or write it down."""
    NOISE = "noise"
    """The program leaves the value to somebody else, on purpose."""
    INVISIBLE = "invisible"
    """The program has no opinion: it made no such object, or states no such value."""
    MISSED = "missed"
    """The program states the value and yet plans nothing: a mistake, never expected."""


@dataclass(frozen=True)
class Which:
    """The first object of a type whose inputs have these values, this path, and lack that one; or the last such."""

    type: str
    where: Mapping[Path, Value] = field(default_factory=dict[Path, Value])
    has: Path = ()
    lacks: Path = ()
    id_has: str = ""
    last: bool = False


@dataclass(frozen=True)
class Plus:
    """The number at a path of the object, and so many more."""

    of: Path
    more: int = 0


@dataclass(frozen=True)
class Joined:
    """The map or list at a path of the object, with something more in it."""

    of: Path
    more: Mapping[str, Value] | tuple[Value, ...]


@dataclass(frozen=True)
class Set:
    """Sets values by their paths."""

    values: Mapping[Path, Value | Plus | Joined]


@dataclass(frozen=True)
class Delete:
    """Deletes the object; a namespace goes with all that is in it."""


@dataclass(frozen=True)
class Add:
    """Makes another object like this one; `id` is a template over its inputs."""

    changed: Mapping[Path, Value]
    id: str


@dataclass(frozen=True)
class HandEdit:
    """One edit.

    `title` says who does what; `adopt` how to keep it: where to write it, or why nobody should. `undone` says whether
    an `up` could undo it in truth.
    """

    key: str
    title: str
    which: Which
    action: Set | Delete | Add
    expected: Verdict
    adopt: str = ""
    remark: str = ""
    undone: bool = True


_GROUPS: Final = "group:"
_SCALES: Final = ("nodePoolAutoscaling",)
_REPLICAS: Final = ("config", "replicas")
_MAXIMUM: Final = ("nodePoolAutoscaling", "maxReplicas")
_SCALING_POOL: Final = Which(ONPREM_POOL, has=_SCALES)
_FIXED_POOL: Final = Which(ONPREM_POOL, lacks=_SCALES)
_TEAM_NAMESPACE: Final = Which(NAMESPACE, last=True)  # another than the first binding's, so that both fit one run
_GKE_SCALING_POOL: Final = Which(GKE_POOL, has=("autoscaling",))
_INCIDENT, _NOISE, _INVISIBLE = Verdict.INCIDENT, Verdict.NOISE, Verdict.INVISIBLE
DERIVED: Final = "it follows from the files; nobody keeps it by hand"
_PARTNERS: Final = "the address is given back to Google and the next one is another: tell those who allow-list it"

_NETWORK: Final = (
    HandEdit(
        "tunnel-deleted",
        "somebody deletes a VPN tunnel",
        Which(TUNNEL),
        Delete(),
        _INCIDENT,
        "take it from `hybrid:vpn.tunnels`, then `pulumi refresh`",
    ),
    HandEdit(
        "tunnel-label-changed",
        "somebody changes the cost centre of a VPN tunnel",
        Which(TUNNEL),
        Set({("labels", "cost_center"): "9999"}),
        _INCIDENT,
        "`labels` of `organisation.yaml`, which are the same everywhere",
    ),
    HandEdit(
        "tunnel-label-added",
        "somebody puts a label of their own on a VPN tunnel",
        Which(TUNNEL),
        Set({("effectiveLabels",): Joined(("labels",), {"touched-by": "console"})}),
        _INVISIBLE,
        remark="the provider manages the labels that are declared, and leaves others alone",
    ),
    HandEdit(
        "peer-priority",
        "a network engineer moves traffic to another tunnel",
        Which(PEER),
        Set({("advertisedRoutePriority",): Plus(("advertisedRoutePriority",), 100)}),
        _INCIDENT,
        "`hybrid:vpn.tunnels.<tunnel>.priority`, with `mode: active-passive`",
    ),
    HandEdit(
        "peer-disabled",
        "a network engineer switches a BGP session off and forgets it",
        Which(PEER),
        Set({("enable",): False}),
        _INCIDENT,
        "`hybrid:vpn.drill.disabled_peers`, with its last day",
    ),
    HandEdit(
        "firewall-opened",
        "somebody opens a rule of the firewall policy to the whole internet",
        Which(FIREWALL_RULE, {("action",): "allow"}),
        Set({("match", "srcIpRanges"): [ANYWHERE]}),
        _INCIDENT,
        DERIVED,
    ),
    HandEdit(
        "firewall-rule-off",
        "somebody disables the rule that denies everything else",
        Which(FIREWALL_RULE, {("action",): "deny"}),
        Set({("disabled",): True}),
        _INCIDENT,
        DERIVED,
    ),
    HandEdit(
        "firewall-rule-deleted",
        "somebody deletes a rule of the firewall policy",
        Which(FIREWALL_RULE, {("action",): "allow"}),
        Delete(),
        _INCIDENT,
        DERIVED,
    ),
    HandEdit(
        "firewall-rule-added",
        "somebody adds a rule of their own to the firewall policy",
        Which(FIREWALL_RULE, {("action",): "allow"}),
        Add(
            {
                ("priority",): 50,
                ("ruleName",): "by-hand",
                ("match",): {"srcIpRanges": [ANYWHERE], "layer4Configs": [{"ipProtocol": "all"}]},
            },
            "projects/{project}/global/firewallPolicies/{firewallPolicy}/rules/{priority}",
        ),
        _INVISIBLE,
        remark="each rule is an object of its own and nobody lists them: only the audit log shows it",
    ),
    HandEdit(
        "firewall-detached",
        "somebody takes the firewall policy off the VPC",
        Which(ASSOCIATION),
        Delete(),
        _INCIDENT,
        DERIVED,
    ),
    HandEdit(
        "nat-ports",
        "somebody raises the ports for each VM of Cloud NAT",
        Which(NAT),
        Set({("minPortsPerVm",): 1024}),
        _INCIDENT,
        "`hybrid:network.nat.min_ports_per_vm`",
    ),
    HandEdit(
        "egress-deleted",
        "somebody releases an egress address",
        Which(ADDRESS, {("addressType",): "EXTERNAL"}, id_has="egress"),
        Delete(),
        _INCIDENT,
        "take it from `hybrid:network.nat.egress`, then `pulumi refresh`",
        _PARTNERS,
    ),
    HandEdit(
        "record-changed",
        "somebody points a DNS record elsewhere",
        Which(RECORD_SET, {("type",): "A"}),
        Set({("rrdatas",): ["198.51.100.99"]}),
        _INCIDENT,
        DERIVED,
    ),
    HandEdit(
        "api-off",
        "somebody turns an API off",
        Which(SERVICE, {("service",): "dns.googleapis.com"}),
        Delete(),
        _INCIDENT,
        DERIVED,
    ),
    HandEdit(
        "port-group-vlan",
        "a vSphere administrator moves a port group to another VLAN",
        Which(PORT_GROUP),
        Set({("vlanId",): Plus(("vlanId",), 1)}),
        _INCIDENT,
        "`hybrid:onprem.networks.<network>.vlan`",
    ),
)

_CLUSTERS: Final = (
    HandEdit(
        "pool-scaled",
        "the autoscaler grows an on-prem pool to its maximum",
        _SCALING_POOL,
        Set({_REPLICAS: Plus(_MAXIMUM)}),
        _NOISE,
    ),
    HandEdit(
        "pool-over-scaled",
        "somebody resizes an autoscaled on-prem pool beyond its maximum",
        _SCALING_POOL,
        Set({_REPLICAS: Plus(_MAXIMUM, 1)}),
        _NOISE,
        remark="the autoscaler brings it back, not the program",
    ),
    HandEdit(
        "pool-maximum",
        "somebody raises the maximum of an on-prem pool",
        _SCALING_POOL,
        Set({_MAXIMUM: Plus(_MAXIMUM, 1)}),
        _INCIDENT,
        "`hybrid:onprem.user_clusters.<cluster>.node_pools.<pool>.nodes.max`; addresses and licences are counted again",
    ),
    HandEdit(
        "pool-resized",
        "somebody resizes an on-prem pool of a fixed size",
        _FIXED_POOL,
        Set({_REPLICAS: Plus(_REPLICAS, 1)}),
        _INCIDENT,
        "`hybrid:onprem.user_clusters.<cluster>.node_pools.<pool>.nodes`",
    ),
    HandEdit(
        "pool-image",
        "an upgrade brings an on-prem pool's image under a new name",
        _FIXED_POOL,
        Set({("config", "imageType"): "ubuntu_containerd"}),
        _NOISE,
    ),
    HandEdit(
        "user-cluster-upgraded",
        "somebody upgrades a user cluster with gkectl",
        Which(USER_CLUSTER),
        Set({("onPremVersion",): "1.33.100-gke.89"}),
        _INCIDENT,
        "`hybrid:onprem.user_clusters.<cluster>.version`",
        "a version does not go back, and the next `up` would ask for it: write it down before",
        undone=False,
    ),
    HandEdit(
        "user-cluster-admin",
        "somebody makes a further administrator of a user cluster",
        Which(USER_CLUSTER, has=("authorization", "adminUsers")),
        Set(
            {("authorization", "adminUsers"): Joined(("authorization", "adminUsers"), ({"username": SOMEBODY},))},
        ),
        _INCIDENT,
        "`hybrid:access.clusters`, for a group",
    ),
    HandEdit(
        "admin-cluster-upgraded",
        "gkectl upgrades an admin cluster",
        Which(ADMIN_CLUSTER),
        Set({("onPremVersion",): "1.33.100-gke.89"}),
        _NOISE,
    ),
    HandEdit(
        "gke-upgraded",
        "GKE upgrades a cluster within its release channel",
        Which(GKE_CLUSTER),
        Set({("masterVersion",): "1.34.1-gke.1829001", ("nodeVersion",): "1.34.1-gke.1829001"}),
        _NOISE,
    ),
    HandEdit(
        "gke-opened",
        "somebody lets another network reach a GKE control plane",
        Which(GKE_CLUSTER),
        Set(
            {
                ("masterAuthorizedNetworksConfig", "cidrBlocks"): Joined(
                    ("masterAuthorizedNetworksConfig", "cidrBlocks"),
                    ({"cidrBlock": "203.0.113.0/24", "displayName": "by hand"},),
                )
            }
        ),
        _INCIDENT,
        DERIVED,
    ),
    HandEdit(
        "gke-label-changed",
        "somebody changes the cost centre of a GKE cluster",
        Which(GKE_CLUSTER),
        Set({("resourceLabels", "cost_center"): "9999"}),
        _INCIDENT,
        "`labels` of `organisation.yaml`, which are the same everywhere",
    ),
    HandEdit(
        "gke-pool-upgraded",
        "GKE upgrades the nodes of a pool",
        Which(GKE_POOL),
        Set({("version",): "1.34.1-gke.1829001"}),
        _NOISE,
    ),
    HandEdit(
        "gke-pool-scaled",
        "the autoscaler grows a GKE pool",
        _GKE_SCALING_POOL,
        Set({("nodeCount",): Plus(("autoscaling", "maxNodeCount"))}),
        _NOISE,
    ),
    HandEdit(
        "gke-pool-maximum",
        "somebody raises the maximum of a GKE pool",
        _GKE_SCALING_POOL,
        Set({("autoscaling", "maxNodeCount"): Plus(("autoscaling", "maxNodeCount"), 1)}),
        _INCIDENT,
        "`hybrid:gke.clusters.<cluster>.node_pools.<pool>.nodes_per_zone.max`; addresses are counted again",
    ),
    HandEdit(
        "gke-pool-resized",
        "somebody resizes a GKE pool of a fixed size",
        Which(GKE_POOL, lacks=("autoscaling",)),
        Set({("nodeCount",): Plus(("nodeCount",), 1)}),
        _INCIDENT,
        "`hybrid:gke.clusters.<cluster>.node_pools.<pool>.nodes_per_zone`",
    ),
    HandEdit(
        "policy-exemption",
        "somebody exempts a namespace from Policy Controller",
        Which(FEATURE, has=("policycontroller",)),
        Set(
            {
                ("policycontroller", "policyControllerHubConfig", "exemptableNamespaces"): Joined(
                    ("policycontroller", "policyControllerHubConfig", "exemptableNamespaces"), ("zz-by-hand",)
                )
            }
        ),
        _INCIDENT,
        "`hybrid:fleet.features.policycontroller.exempt_namespaces`",
    ),
)

_ACCESS: Final = (
    HandEdit(
        "role-granted",
        "somebody grants a role by hand",
        Which(IAM_MEMBER),
        Add({("member",): f"user:{SOMEBODY}", ("role",): "roles/editor"}, "{project}/{role}/{member}"),
        _INVISIBLE,
        remark="grants are additive, so other owners' members stay as they are; the audit log and IAM's own review "
        "show them",
    ),
    HandEdit(
        "role-taken",
        "somebody takes a role from a group",
        Which(IAM_MEMBER, id_has=_GROUPS),
        Delete(),
        _INCIDENT,
        "take it from `hybrid:access.grants` or the team's file, then `pulumi refresh`",
    ),
    HandEdit(
        "binding-deleted",
        "somebody deletes a team's role binding in its namespace",
        Which(ROLE_BINDING),
        Delete(),
        _INCIDENT,
        "take it from the team's file in `stacks/teams/`, then `pulumi refresh`",
    ),
    HandEdit(
        "binding-given-away",
        "somebody puts themselves in the place of a team in its role binding",
        Which(ROLE_BINDING),
        Set({("subjects",): [{"apiGroup": RBAC, "kind": "User", "name": SOMEBODY}]}),
        _INCIDENT,
        "the team's file in `stacks/teams/`, for a group",
    ),
    HandEdit(
        "binding-widened",
        "somebody adds themselves to a team's role binding",
        Which(ROLE_BINDING),
        Set({("subjects",): Joined(("subjects",), ({"apiGroup": RBAC, "kind": "User", "name": SOMEBODY},))}),
        _INVISIBLE,
        remark="the Kubernetes provider compares a list as far as the program's own items go (pulumi-kubernetes, "
        "`pruneLiveState`): only the cluster's audit log and a look at its bindings show it",
    ),
    HandEdit(
        "binding-added",
        "somebody makes a role binding of their own",
        Which(ROLE_BINDING),
        Add(
            {
                ("metadata", "name"): "by-hand",
                ("subjects",): [{"apiGroup": RBAC, "kind": "User", "name": SOMEBODY}],
            },
            "{metadata[namespace]}/{metadata[name]}",
        ),
        _INVISIBLE,
        remark="the program knows its own bindings only; teams make others in their namespaces",
    ),
    HandEdit(
        "namespace-deleted",
        "somebody deletes a team's namespace, and with it what it holds",
        _TEAM_NAMESPACE,
        Delete(),
        _INCIDENT,
        "take it from the team's file in `stacks/teams/`, then `pulumi refresh`",
        "the program brings back the namespace and its bindings; what ran in it comes back from a backup",
    ),
    HandEdit(
        "namespace-relabelled",
        "somebody gives a namespace to another team",
        _TEAM_NAMESPACE,
        Set({("metadata", "labels", "team"): "nobody"}),
        _INCIDENT,
        "the teams' files in `stacks/teams/`",
    ),
    HandEdit(
        "namespace-annotated",
        "a controller writes an annotation on a namespace",
        _TEAM_NAMESPACE,
        Set({("metadata", "annotations", "controller.example/seen"): "yes"}),
        _INVISIBLE,
        remark="under server-side apply each writer owns its own fields, and the provider looks at the program's only",
    ),
)

CATALOGUE: Final = (*_NETWORK, *_CLUSTERS, *_ACCESS)


def catalogue() -> tuple[HandEdit, ...]:
    """Return every edit, those of the network first, then clusters, then access; keys are unique."""
    return CATALOGUE
