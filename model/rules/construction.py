"""Rules that no file can break: the shapes have no word for breaking them, or the program always does it right.

They are listed so that nobody looks for their check; tests hold each against the whole program of every environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.rules import pages


@dataclass(frozen=True, slots=True)
class Held:
    """A rule and why it holds."""

    number: str
    title: str
    why: str
    source: str


HELD: Final = (
    Held(
        "A40", "connect, logging and API share project and location", "one project and one region", pages.ADMIN_CLUSTER
    ),
    Held("A26", "no data disk of old admin clusters", "the shape has no word for one", pages.ADMIN_CLUSTER_FILE),
    Held(
        "A39",
        "the registry has no scheme, and a certificate",
        "a host name and a path, and a secret's name",
        pages.ADMIN_CLUSTER,
    ),
    Held(
        "A60",
        "an admin cluster has ranges, a VIP, one load balancer, one IP mode",
        "the shape asks for each, once",
        pages.ADMIN_CLUSTER,
    ),
    Held("A61", "a highly available admin cluster has its addresses", "they are never left out", pages.ADMIN_CLUSTER),
    Held("A64", "what is deleted by mistake stays enrolled", "retained wherever it is protected", pages.ADMIN_CLUSTER),
    Held("A80", "Google's APIs are on", "the program turns them on before any cluster", pages.CREATE_USER_CLUSTER),
    Held("B2", "versions have their form", "the file is not read with anything else", pages.USER_CLUSTER),
    Held("B37", "the pools of a cluster share one IP mode", "it is the cluster's", pages.USER_CLUSTER),
    Held(
        "B51",
        "one pod and one service range, one IP mode, a control plane block",
        "the shape has room for one",
        pages.USER_CLUSTER,
    ),
    Held(
        "B53",
        "the API's cluster-admins are users",
        "the apply account alone; groups get roles in the cluster",
        pages.USER_CLUSTER,
    ),
    Held("C3", "ranges by name or by CIDR", "by name, of the reviewed address plan", pages.GKE_CLUSTER),
    Held("C5", "one way to say binary authorization", "by evaluation mode", pages.GKE_CLUSTER),
    Held("C6", "no version fights the release channel", "none is set, upgrade and repair are on", pages.GKE_CLUSTER),
    Held("C8", "workload identity reaches the nodes", "pool and metadata server are always set", pages.GKE_CLUSTER),
    Held(
        "B44",
        "pods at the sites hide behind their nodes",
        "their ranges are never advertised; a node puts its own address on what its pods send",
        pages.ADMIN_CLUSTER_FILE,
    ),
    Held(
        "C25",
        "the DNS endpoint is guarded by IAM and refuses tokens",
        "the program states it for every cluster; remote istiod uses the IP endpoint",
        pages.GKE_CLUSTER,
    ),
    Held(
        "C27",
        "the sites have a route to the control planes",
        "each lies in the block that is advertised (C23), and no peering stands between",
        pages.GKE_CONTROL_PLANE_RANGE,
    ),
    Held(
        "C51",
        "host, attachment, APIs and subnet roles come before the cluster",
        "each depends on the one before it in every program",
        pages.SHARED_VPC,
    ),
    Held(
        "C52",
        "VPN and router are in the host project, clusters in the service project",
        "the program has one project for each and no field for another",
        pages.SHARED_VPC,
    ),
    Held(
        "X5",
        "what stacks share is not looked up halfway",
        "no stack reads another's outputs: what they share is in the files, and checked there",
        pages.PULUMI_STATE,
    ),
    Held(
        "E3",
        "memberships have an id, a place and an issuer",
        "from the cluster's name and region",
        pages.FLEET_MEMBERSHIP,
    ),
    Held("E4", "an on-prem membership carries the cluster's id", "the API registers it so", pages.FLEET_MEMBERSHIP),
    Held("E5", "fleet features are global, one of a name", "the shape is a record of features", pages.FLEET_FEATURE),
    Held(
        "E42",
        "the life of an attached cluster is its owner's",
        "the shape has no word for nodes or an upgrade of Kubernetes; deleting the registration leaves the cluster",
        pages.ATTACHED_UPDATE,
    ),
    Held(
        "E50",
        "what is in a member goes before its registration",
        "roles, features and the way in depend on it; nothing in an attached cluster is left to go with it",
        pages.FLEET_MEMBERSHIP,
    ),
    Held(
        "BM13",
        "bare-metal clusters are the API's and their admin clusters bmctl's",
        "a user cluster has no other maker, an admin cluster no mode but adoption",
        pages.BARE_METAL_ENROLL,
    ),
    Held("F5", "custom roles keep their limits", "the program makes none", pages.IAM_GROUPS),
    Held(
        "F6",
        "deny policies keep their limits",
        "one for the project of each team with state, with one rule and three exceptions",
        pages.DENY,
    ),
    Held("F8", "groups are made as the directory wants them", "the program makes none (F12)", pages.IAM_GROUPS),
    Held("F9", "memberships of groups keep their form", "the program makes none (F12)", pages.IAM_GROUPS),
    Held(
        "E32",
        "a cluster's agent speaks for groups, and for one person's account alone",
        "the gateway impersonates groups by itself; the account that plans is the only other principal, by name",
        pages.CONNECT_GATEWAY,
    ),
    Held("F13", "one system owns a group's members", "the directory (F12)", pages.IAM_GROUPS),
    Held(
        "I7",
        "vCenter is spoken to over TLS that is checked",
        "the provider checks it in every environment, and clusters are given vCenter's CA",
        pages.VSPHERE_PROVIDER,
    ),
)
"""Every rule that holds by construction."""


LEFT: Final = (
    Held(
        "A13",
        "the bootstrap cluster stays while an admin cluster is made or upgraded",
        "only the workstation knows that gkectl runs; nothing restarts it, and the preview shows its replacement",
        pages.UPGRADE,
    ),
    Held(
        "A21",
        "the bundle's path names the version",
        "no file has the path: what is rendered for gkectl makes it of the version",
        pages.ADMIN_CLUSTER_FILE,
    ),
    Held(
        "A45",
        "topology domains exclude much of the rest",
        "they belong to advanced clusters of gkectl's alone, and the shape has no word for them",
        pages.ADMIN_CLUSTER_FILE,
    ),
    Held(
        "A63",
        "a bootstrap cluster runs before an admin cluster is made",
        "only the workstation knows; without one `pulumi up` fails at once and has made nothing",
        pages.CREATE_ADMIN_CLUSTER,
    ),
    Held(
        "A82",
        "keys of service accounts are rotated",
        "they are files on the workstation, and no file here names one",
        pages.IAM_LIMITS,
    ),
    Held(
        "D19",
        "a translation in front of a device is one to one",
        "no file knows what stands in front of a site's device; row 12 of the order sheet opens what it needs",
        pages.EXTERNAL_GATEWAY,
    ),
)
"""Rules that no check of the files enforces, and why."""
