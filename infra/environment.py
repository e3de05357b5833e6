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
from components.fleet.team_scope import TeamScope
from components.gke.cluster import GkeCluster
from components.gke.etcd_key import EtcdKey
from components.gke.node_identity import NodeIdentity
from components.network.alerting import Alerting
from components.network.masquerade import Masquerade
from components.network.nat_instance import NatInstance
from components.network.network import Network
from components.network.services import IAM_SERVICES
from components.onprem.admin_cluster import AdminCluster
from components.onprem.authentication import Authentication
from components.onprem.user_cluster import UserCluster
from components.onprem.vsphere.content_library import ContentLibrary
from components.onprem.vsphere.permissions import Permissions
from components.onprem.vsphere.placement import Placement
from components.onprem.vsphere.surroundings import Surroundings
from components.onprem.workstation import Workstation
from components.setting import Setting
from components.vpn.drill import disabled_peers
from components.vpn.rotation import open_tunnel
from components.vpn.vpn import Vpn
from infra.other_clusters import OtherClusters, other_clusters
from infra.providers import Providers, given, make_providers
from infra.team_projects import TeamProjects, platform_budget, platform_entitlements, team_logs, team_projects
from model.config.gke import PodAddressing
from model.config.onprem_cluster import Oidc
from model.config.vsphere_access import Owner
from model.config.workstation import WorkstationMaker
from model.estate import Environment
from model.planning.access.plans import Kind
from model.planning.alerts import alerts
from model.planning.firewall import cloud_openings
from model.planning.grants import Grants, grants
from model.planning.members import Member, made_here, workload_members
from model.planning.pod_addressing import masquerade_config, nat_plan
from model.planning.told import told


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
    other_clusters: OtherClusters
    gateways: Mapping[str, ConnectGateway]
    access: Mapping[str, ClusterAccess]
    teams: TeamProjects


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
        advertised=told(environment),
        disabled_peers=disabled_peers(environment.vpn.drill, environment.today),
        open_tunnel=open_tunnel(environment.vpn.rotation, environment.today),
        opts=given(providers.gcp, providers.random, after=[network.network_services]),
    )
    _around_the_network(environment, network, setting, providers)
    fleet = Fleet("fleet", environment=environment, after=[network.cluster_services], opts=given(providers.gcp))
    surroundings = Surroundings("vsphere", environment=environment, opts=given(providers.vsphere))
    _machines_of_ours(environment, surroundings, providers)
    # On-prem nodes reach Google's APIs over the VPN, and become members as soon as they do.
    before_onprem = [surroundings, *_permissions(environment, surroundings, providers)]
    before_onprem += [*network.ready_for_sites, vpn, fleet]
    admin_clusters = {
        cluster.name: AdminCluster(
            cluster.name, environment=environment, cluster=cluster, after=before_onprem, opts=given(providers.gcp)
        )
        for cluster in sorted(environment.onprem.admin_clusters, key=lambda cluster: cluster.name)
        if made_here(cluster)
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
        if made_here(cluster)
    }
    gke_clusters = _gke_clusters(environment, network, providers)
    others = other_clusters(environment, providers, after=[fleet], at_sites=[*network.ready_for_sites, vpn])
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
    teams = team_projects(environment, granted, providers)
    platform_entitlements(
        granted,
        providers,
        after=[
            each.enabled["privilegedaccessmanager"] for each in (network.cluster_services, network.network_services)
        ],
    )
    monitoring, logging = (network.cluster_services.enabled[service] for service in ("monitoring", "logging"))
    platform_budget(environment, providers, after=monitoring)
    team_logs(environment, providers, after=logging)
    project_access = ProjectAccess(
        "access",
        grants=granted.iam,
        accounts=teams.accounts,
        # Policies of every project are changed through the API of the project that the platform is run from.
        after=[network.cluster_services.enabled[service] for service in IAM_SERVICES],
        opts=given(providers.gcp),
    )
    gateways: dict[str, ConnectGateway] = {}
    registered: dict[str, list[pulumi.Resource]] = {}
    access: dict[str, ClusterAccess] = {}
    people, masqueraded = _log_ins(environment), _masqueraded(environment)
    for member in workload_members(environment):
        cluster, reachable = others.reached(member.cluster) or _reached(
            member, user_clusters, gke_clusters, memberships
        )
        registered[member.cluster] = reachable
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
        if member.cluster in masqueraded:
            Masquerade(
                member.cluster,
                setting=setting,
                config=masqueraded[member.cluster],
                cluster=gke_clusters[member.cluster].resource,
                provider=gateways[member.cluster].provider,
            )
        if member.cluster in people:
            Authentication(
                member.cluster,
                wanted=people[member.cluster],
                cluster=cluster,
                opts=given(providers.gcp, gateways[member.cluster].provider),
            )
    for plan in granted.scopes:
        TeamScope(
            plan.team.slug,
            environment=environment,
            plan=plan,
            grants=[each for each in granted.resources if (each.kind, each.resource) == (Kind.SCOPE_IAM, plan.id)],
            members=registered,
            after=[fleet],
            opts=given(providers.gcp),
        )
    return Built(
        network, vpn, fleet, surroundings, admin_clusters, user_clusters, gke_clusters, others, gateways, access, teams
    )


def _around_the_network(environment: Environment, network: Network, setting: Setting, providers: Providers) -> None:
    """Make what watches the network, and the machine that clusters hide behind. No cluster waits for these."""
    disabled = disabled_peers(environment.vpn.drill, environment.today)
    if environment.network.alerts is not None:
        Alerting(
            "alerts",
            setting=setting,
            alerts=alerts(environment, disabled_peers=disabled),
            opts=given(providers.gcp, after=[network.network_services]),
        )
    plan = nat_plan(environment)
    if plan is not None:
        NatInstance(
            "nat",
            setting=setting,
            plan=plan,
            network=network.vpc,
            subnet=network.subnets[plan.instance.subnet],
            opts=given(providers.gcp),
        )


def _masqueraded(environment: Environment) -> Mapping[str, str]:
    """Return what the nodes' agent is told, by cluster, where nodes hide pods from the sites (C29)."""
    hiding = [each for each in environment.gke.clusters if each.pod_addressing is PodAddressing.NODE_MASQUERADE]
    return {each.name: masquerade_config(environment, each) for each in hiding}


def _machines_of_ours(environment: Environment, surroundings: Surroundings, providers: Providers) -> None:
    """Make the templates, the workstation from one of them, and say where it runs. No cluster waits for these."""
    wanted, workstation = environment.onprem.vsphere, environment.onprem.workstation
    library = ContentLibrary(
        "vsphere",
        library=wanted.content_library,
        datastore=surroundings.site.datastores[wanted.datastores.images.name],
        described=f"{environment.organisation.platform} {environment.name}",
        opts=given(providers.vsphere),
    )
    machines: dict[str, pulumi.Output[str]] = {}
    if workstation.made_by is WorkstationMaker.PROGRAM and workstation.template is not None:
        made = Workstation(
            "workstation",
            environment=environment,
            surroundings=surroundings,
            template_id=library.templates[workstation.template],
            template=wanted.content_library.templates[workstation.template],
            # The certificates that it is to trust are in Secret Manager.
            opts=given(providers.vsphere, providers.gcp),
        )
        machines[workstation.name] = made.id
    Placement(
        "vsphere",
        environment=environment,
        site=surroundings.site,
        host_groups=surroundings.host_groups,
        machines=machines,
        opts=given(providers.vsphere),
    )


def _permissions(environment: Environment, surroundings: Surroundings, providers: Providers) -> list[pulumi.Resource]:
    """Give the clusters' account its permissions, where the program does: the clusters then wait for them."""
    wanted = environment.onprem.vsphere
    if wanted.permissions.owner is not Owner.PROGRAM:
        return []
    return [Permissions("vsphere", wanted=wanted, surroundings=surroundings, opts=given(providers.vsphere))]


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


def _reached(
    member: Member,
    onprem: Mapping[str, UserCluster],
    gke: Mapping[str, GkeCluster],
    memberships: Mapping[str, Membership],
) -> tuple[pulumi.Resource | None, list[pulumi.Resource]]:
    """Return a member's cluster, where the program manages it, and what must exist before its API answers.

    A cluster of gkectl's that is registered is neither: it is there.
    """
    if member.cluster in onprem:
        return onprem[member.cluster].resource, [*onprem[member.cluster].ready]
    if member.cluster in gke:
        return gke[member.cluster].resource, [memberships[member.cluster]]
    return None, []


def _log_ins(environment: Environment) -> Mapping[str, Oidc]:
    """Return the log-in of people by cluster, for those clusters that do not get theirs from gkectl."""
    clusters = environment.onprem.user_clusters
    return {each.name: each.authentication for each in clusters if each.authentication is not None and made_here(each)}


def _cluster_access(
    environment: Environment, member: Member, granted: Grants, cluster: pulumi.Resource | None, gateway: ConnectGateway
) -> ClusterAccess:
    return ClusterAccess(
        member.cluster,
        environment=environment,
        member=member,
        grants=granted,
        cluster=cluster,
        provider=gateway.provider,
    )
