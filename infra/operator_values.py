"""What an in-cluster operator of applications has to be told about each cluster. Plain values, from the model alone."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Final

from model.config.attached import AttachedCluster, Distribution
from model.config.baremetal import BareMetalCluster
from model.config.gke import GkeCluster
from model.config.onprem_cluster import UserCluster
from model.config.types import AddressRange
from model.estate import Environment
from model.planning.members import Member, MemberKind, workload_members

REGISTRY_SECRET: Final = "github-registry"  # noqa: S105  the name of a secret, in each namespace
GATEWAY_NAMESPACE: Final = "istio-gateways"
ZONE: Final = "topology.kubernetes.io/zone"
HOSTNAME: Final = "kubernetes.io/hostname"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorValues:
    """The values for one cluster."""

    kind: MemberKind
    context: str
    """The name of its kubeconfig context."""
    gateway_url: str
    """Where the Connect gateway serves its Kubernetes API."""
    control_plane_ranges: tuple[IPv4Network, ...]
    """Where its control plane is: on-prem the nodes and the VIP, on GKE the control plane's /28; empty if attached."""
    worker_ranges: tuple[IPv4Network, ...]
    """Where its workers are, as the blocks that cover them exactly."""
    workload_pool: str
    identity_provider: str
    """The provider of workload identity, as tokens of its workloads name it."""
    topology_key: str
    """What workloads spread over: zones in a cloud, hosts on-prem, where each host is its own zone."""
    registry_secret: str
    gateway_namespace: str
    excluded_namespaces: tuple[str, ...]
    """Namespaces that policies and the operator leave alone."""

    def as_dict(self) -> dict[str, str | list[str]]:
        """Return the values as a stack output."""
        return {
            "kind": self.kind.value,
            "context": self.context,
            "gateway_url": self.gateway_url,
            "control_plane_ranges": [str(block) for block in self.control_plane_ranges],
            "worker_ranges": [str(block) for block in self.worker_ranges],
            "workload_pool": self.workload_pool,
            "identity_provider": self.identity_provider,
            "topology_key": self.topology_key,
            "registry_secret": self.registry_secret,
            "gateway_namespace": self.gateway_namespace,
            "excluded_namespaces": list(self.excluded_namespaces),
        }


def operator_values(environment: Environment) -> dict[str, OperatorValues]:
    """Return the values of every workload cluster by its short name."""
    clusters = {
        cluster.name: cluster
        for cluster in (
            *environment.onprem.user_clusters,
            *environment.gke.clusters,
            *environment.attached.clusters,
            *environment.baremetal.clusters,
        )
    }
    return {
        member.cluster: _of(environment, member, clusters[member.cluster]) for member in workload_members(environment)
    }


def _of(
    environment: Environment, member: Member, cluster: UserCluster | GkeCluster | AttachedCluster | BareMetalCluster
) -> OperatorValues:
    match cluster:
        case UserCluster():
            return _onprem(environment, member, cluster)
        case GkeCluster():
            return _gke(environment, member, cluster)
        case AttachedCluster():
            return _attached(environment, member, cluster)
        case BareMetalCluster():
            return _baremetal(environment, member, cluster)


def _attached(environment: Environment, member: Member, cluster: AttachedCluster) -> OperatorValues:
    """Return the values of a cluster whose network is its owner's: its ranges are not known here."""
    return _values(
        environment,
        member,
        control_plane=(),
        workers=(),
        identity_provider=f"https://gkehub.googleapis.com/{member.id}",
        topology_key=HOSTNAME if cluster.distribution is Distribution.GENERIC else ZONE,
    )


def _baremetal(environment: Environment, member: Member, cluster: BareMetalCluster) -> OperatorValues:
    own = cluster.load_balancer.balancer_nodes
    workers = [*(own.nodes if own is not None else ()), *(node for pool in cluster.node_pools for node in pool.nodes)]
    control_plane = (*sorted(node.address for node in cluster.control_plane.nodes), cluster.control_plane.vip)
    return _values(
        environment,
        member,
        control_plane=tuple(IPv4Network(each) for each in control_plane),
        workers=tuple(IPv4Network(each) for each in sorted(node.address for node in workers)),
        identity_provider=f"https://gkehub.googleapis.com/{member.id}",
        topology_key=HOSTNAME,
    )


def _onprem(environment: Environment, member: Member, cluster: UserCluster) -> OperatorValues:
    control_plane = (*cluster.control_plane.addresses, cluster.control_plane.vip)
    return _values(
        environment,
        member,
        control_plane=tuple(network for each in control_plane for network in AddressRange.of(each).networks()),
        workers=tuple(network for each in sorted(cluster.worker_addresses) for network in each.networks())
        or (environment.onprem.networks[cluster.network].range,),  # by DHCP, anywhere in it
        identity_provider=f"https://gkehub.googleapis.com/{member.id}",
        topology_key=HOSTNAME,
    )


def _gke(environment: Environment, member: Member, cluster: GkeCluster) -> OperatorValues:
    return _values(
        environment,
        member,
        control_plane=(cluster.control_plane,),
        workers=(environment.network.subnets[cluster.subnet].range,),
        identity_provider=(
            f"https://container.googleapis.com/v1/projects/{member.project}"
            f"/locations/{member.location}/clusters/{cluster.name}"
        ),
        topology_key=ZONE,
    )


def _values(
    environment: Environment,
    member: Member,
    *,
    control_plane: tuple[IPv4Network, ...],
    workers: tuple[IPv4Network, ...],
    identity_provider: str,
    topology_key: str,
) -> OperatorValues:
    policies = environment.fleet.features.policycontroller
    return OperatorValues(
        kind=member.kind,
        context=member.context,
        gateway_url=member.gateway_url,
        control_plane_ranges=control_plane,
        worker_ranges=workers,
        workload_pool=f"{member.project}.svc.id.goog",
        identity_provider=identity_provider,
        topology_key=topology_key,
        registry_secret=REGISTRY_SECRET,
        gateway_namespace=GATEWAY_NAMESPACE,
        excluded_namespaces=tuple(sorted(policies.exempt_namespaces)) if policies else (),
    )
