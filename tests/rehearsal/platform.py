"""A small platform in a world, made piece by piece, for tests of rules that need one."""

from __future__ import annotations

from dataclasses import replace

from rehearsal.providers.base import Made
from rehearsal.values import Value
from rehearsal.world import World
from tests.rehearsal.hands import CLUSTERS, HOST, INVENTORY, REGION, Hands

NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
ROUTER = "gcp:compute/router:Router"
GATEWAY = "gcp:compute/haVpnGateway:HaVpnGateway"
EXTERNAL = "gcp:compute/externalVpnGateway:ExternalVpnGateway"
TUNNEL = "gcp:compute/vPNTunnel:VPNTunnel"
INTERFACE = "gcp:compute/routerInterface:RouterInterface"
PEER = "gcp:compute/routerPeer:RouterPeer"
MEMBER = "gcp:projects/iAMMember:IAMMember"
SUBNET_MEMBER = "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember"
GKE = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"
ADMIN = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
USER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
ON_PREM_POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"
MEMBERSHIP = "gcp:gkehub/membership:Membership"
AGENT = "serviceAccount:service-100@container-engine-robot.iam.gserviceaccount.com"

HERE: dict[str, Value] = {"project": HOST, "region": REGION}
PLACE: dict[str, Value] = {"project": CLUSTERS, "location": REGION}


def hands() -> Hands:
    world = World(seed="test")
    world.seed(INVENTORY)
    return Hands(world)


def grant(hands: Hands, **quotas: int) -> None:
    """Give the host project and the clusters' project other quotas than usual."""
    given = hands.world.inventory
    projects = {
        name: replace(project, quotas=quotas) if name in {HOST, CLUSTERS} else project
        for name, project in given.projects.items()
    }
    hands.world.seed(replace(given, projects=projects))


def network(hands: Hands, name: str = "vpc") -> Made:
    return hands.make(NETWORK, name=name, project=HOST, autoCreateSubnetworks=False)


def subnet(hands: Hands, vpc: Made, name: str = "nodes", cidr: str = "10.40.0.0/22", **more: Value) -> Made:
    return hands.make(SUBNET, name=name, network=vpc.id, ipCidrRange=cidr, **HERE, **more)


def nodes(hands: Hands, vpc: Made) -> Made:
    ranges: list[Value] = [
        {"rangeName": "pods", "ipCidrRange": "100.64.0.0/16"},
        {"rangeName": "services", "ipCidrRange": "100.65.0.0/20"},
    ]
    return subnet(hands, vpc, secondaryIpRanges=ranges)


def vpn(hands: Hands, vpc: Made) -> dict[str, Value]:
    """Make both gateways and a router; returns the inputs that every tunnel between them has."""
    gateway = hands.make(GATEWAY, name="gw", network=vpc.id, **HERE)
    addresses: list[Value] = [{"id": 0, "ipAddress": "198.51.100.10"}, {"id": 1, "ipAddress": "203.0.113.10"}]
    peer = hands.make(EXTERNAL, name="fw", project=HOST, redundancyType="TWO_IPS_REDUNDANCY", interfaces=addresses)
    router = hands.make(ROUTER, name="r1", network=vpc.id, bgp={"asn": 64601}, **HERE)
    return {
        "vpnGateway": gateway.id,
        "peerExternalGateway": peer.id,
        "router": router.id,
        "sharedSecret": "0123456789abcdef0123456789abcdef",
        **HERE,
    }


def shared(hands: Hands, sub: Made) -> None:
    """Share the host project's network with the clusters' project, with every role that a cluster needs there."""
    hands.make("gcp:compute/sharedVPCHostProject:SharedVPCHostProject", project=HOST)
    hands.make("gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject", hostProject=HOST, serviceProject=CLUSTERS)
    hands.make(MEMBER, project=HOST, role="roles/container.hostServiceAgentUser", member=AGENT)
    for member in (AGENT, "serviceAccount:100@cloudservices.gserviceaccount.com"):
        hands.make(SUBNET_MEMBER, subnetwork=sub.id, role="roles/compute.networkUser", member=member, **HERE)


def cluster_inputs(vpc: Made, sub: Made, **more: Value) -> dict[str, Value]:
    return {
        "name": "gcp1",
        "network": vpc.id,
        "subnetwork": sub.id,
        "initialNodeCount": 1,
        "removeDefaultNodePool": True,
        "releaseChannel": {"channel": "RAPID"},
        "ipAllocationPolicy": {"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "services"},
        "deletionProtection": False,
        **PLACE,
        **more,
    }


def cluster(hands: Hands, **more: Value) -> Made:
    """Make a GKE cluster with all that it needs; it registers itself in the fleet."""
    vpc = network(hands)
    sub = nodes(hands, vpc)
    shared(hands, sub)
    return hands.make(GKE, **cluster_inputs(vpc, sub, fleet={"project": CLUSTERS}, **more))


_ON_PREM: dict[str, Value] = {
    "podAddressCidrBlocks": ["100.96.0.0/16"],
    "serviceAddressCidrBlocks": ["100.97.0.0/20"],
    "dhcpIpConfig": {"enabled": True},
}


def admin(hands: Hands) -> Made:
    balancer: Value = {"vipConfig": {"controlPlaneVip": "10.20.0.10"}, "metalLbConfig": {"enabled": True}}
    return hands.make(ADMIN, name="onp1-admin", networkConfig=_ON_PREM, loadBalancer=balancer, **PLACE)


def user(hands: Hands, **more: Value) -> Made:
    balancer: Value = {
        "vipConfig": {"controlPlaneVip": "10.20.1.10", "ingressVip": "10.20.1.30"},
        "metalLbConfig": {"addressPools": [{"pool": "a", "addresses": ["10.20.1.30-10.20.1.39"]}]},
    }
    given: dict[str, Value] = {
        "name": "onp1-user",
        "adminClusterMembership": f"projects/{CLUSTERS}/locations/{REGION}/memberships/onp1-admin",
        "onPremVersion": "1.32.300-gke.41",
        "controlPlaneNode": {"replicas": 3},
        "networkConfig": _ON_PREM,
        "loadBalancer": balancer,
        **PLACE,
        **more,
    }
    return hands.make(USER, **given)
