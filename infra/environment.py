"""One environment, wired from its model: components in the order in which they need each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.access.cluster_access import ClusterAccess
from components.access.project_access import ProjectAccess
from components.fleet.connect_gateway import ConnectGateway
from components.fleet.fleet import Fleet
from components.fleet.member_features import MemberFeatures
from components.fleet.membership import Membership
from components.gke.cluster import GkeCluster
from components.gke.etcd_key import EtcdKey
from components.gke.node_identity import NodeIdentity
from components.network.network import Network
from components.onprem.admin_cluster import AdminCluster
from components.onprem.surroundings import Surroundings
from components.onprem.user_cluster import UserCluster
from components.setting import Setting
from components.vpn.drill import disabled_peers
from components.vpn.vpn import Vpn
from infra.providers import Providers, given, make_providers
from model.estate import Environment
from model.planning.advertised import advertised_by
from model.planning.firewall import cloud_openings
from model.planning.grants import Grants, grants
from model.planning.members import Member, workload_members


@dataclass(frozen=True, slots=True)
class Built:
    """The components of an environment; clusters and what belongs to them by the cluster's short name."""

    network: Network
    vpn: Vpn
    fleet: Fleet
    surroundings: Surroundings
    admin_clusters: Mapping[str, AdminCluster]
    user_clusters: Mapping[str, UserCluster]
    gke_clusters: Mapping[str, GkeCluster]
    gateways: Mapping[str, ConnectGateway]
    access: Mapping[str, ClusterAccess]


def build(environment: Environment) -> Built:
    """Register every component of `environment`. The files are expected to have been checked."""
    providers = make_providers(environment)
    setting = Setting.of(environment)
    granted = grants(environment)

    network = Network(
        "network",
        setting=setting,
        plan=environment.network,
        organisation=environment.organisation,
        rules=cloud_openings(environment),
        opts=given(providers.gcp),
    )
    vpn = Vpn(
        "vpn",
        setting=setting,
        plan=environment.vpn,
        shared=environment.organisation.vpn,
        network=network.vpc.id,
        advertised={tunnel: advertised_by(environment, tunnel) for tunnel in environment.vpn.tunnels},
        disabled_peers=disabled_peers(environment.vpn.drill, environment.today),
        opts=given(providers.gcp, providers.random, after=[network.network_services]),
    )
    fleet = Fleet("fleet", environment=environment, after=[network.cluster_services], opts=given(providers.gcp))
    surroundings = Surroundings("vsphere", environment=environment, opts=given(providers.vsphere))
    # On-prem nodes reach Google's APIs over the VPN, and become members as soon as they do.
    before_onprem = [surroundings, *network.ready_for_sites, vpn, fleet]
    admin_clusters = {
        cluster.name: AdminCluster(
            cluster.name, environment=environment, cluster=cluster, after=before_onprem, opts=given(providers.gcp)
        )
        for cluster in sorted(environment.onprem.admin_clusters, key=lambda cluster: cluster.name)
    }
    user_clusters = {
        cluster.name: UserCluster(
            cluster.name,
            environment=environment,
            cluster=cluster,
            after=[*before_onprem, admin_clusters[cluster.admin_cluster]],
            opts=given(providers.gcp),
        )
        for cluster in sorted(environment.onprem.user_clusters, key=lambda cluster: cluster.name)
    }
    gke_clusters = _gke_clusters(environment, network, providers)
    memberships = {
        member.cluster: Membership(
            member.cluster,
            environment=environment,
            member=member,
            cluster=gke_clusters[member.cluster],
            after=[fleet],
            opts=given(providers.gcp),
        )
        for member in workload_members(environment)
        if member.cluster in gke_clusters
    }
    project_access = ProjectAccess(
        "access",
        grants=granted.iam,
        after=[network.cluster_services, network.network_services],
        opts=given(providers.gcp),
    )
    gateways: dict[str, ConnectGateway] = {}
    access: dict[str, ClusterAccess] = {}
    for member in workload_members(environment):
        onprem = user_clusters.get(member.cluster)
        cluster: pulumi.Resource = onprem.resource if onprem else gke_clusters[member.cluster].resource
        reachable = [*onprem.ready] if onprem else [memberships[member.cluster]]
        MemberFeatures(
            member.cluster,
            environment=environment,
            member=member,
            features=fleet.features,
            after=reachable,
            opts=given(providers.gcp),
        )
        gateways[member.cluster] = ConnectGateway(
            member.cluster, member=member, after=[*reachable, *project_access.gateway]
        )
        access[member.cluster] = _cluster_access(environment, member, granted, cluster, gateways[member.cluster])
    return Built(network, vpn, fleet, surroundings, admin_clusters, user_clusters, gke_clusters, gateways, access)


def _gke_clusters(environment: Environment, network: Network, providers: Providers) -> dict[str, GkeCluster]:
    """Make the GKE clusters, and what they share; an environment without any needs neither key nor identity."""
    if not environment.gke.clusters:
        return {}
    etcd_key = EtcdKey(
        "etcd",
        environment=environment,
        after=[network.cluster_services],
        agent=network.shared.agent,
        opts=given(providers.gcp),
    )
    nodes = NodeIdentity("nodes", environment=environment, after=[network.cluster_services], opts=given(providers.gcp))
    return {
        cluster.name: GkeCluster(
            cluster.name,
            environment=environment,
            cluster=cluster,
            network=network.vpc.self_link,
            subnetwork=network.subnets[cluster.subnet].self_link,
            etcd_key=etcd_key.id,
            service_account=nodes.email,
            after=[*network.ready_for_nodes, *etcd_key.ready, *nodes.ready],
            opts=given(providers.gcp),
        )
        for cluster in sorted(environment.gke.clusters, key=lambda cluster: cluster.name)
    }


def _cluster_access(
    environment: Environment, member: Member, granted: Grants, cluster: pulumi.Resource, gateway: ConnectGateway
) -> ClusterAccess:
    return ClusterAccess(
        member.cluster,
        environment=environment,
        member=member,
        grants=granted,
        cluster=cluster,
        provider=gateway.provider,
    )
