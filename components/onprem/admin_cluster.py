"""The admin cluster of an environment: adopted as it is, or made with the help of a bootstrap cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkeonprem

from components.component import Component
from components.onprem.blocks import addresses, netmask
from components.onprem.vcenter import TIMEOUTS, certificate, escaped, resource_pool_path
from components.setting import Setting
from model.config.onprem_cluster import AdminCluster as Wanted
from model.config.onprem_cluster import Mode
from model.estate import Environment
from model.planning.hosts import control_plane_hosts
from model.planning.members import admin_members
from model.planning.protection import Kind

IGNORED: Final = (
    # The API can not upgrade an admin cluster: `gkectl upgrade admin` does, and the stack file follows (A65, A66).
    "onPremVersion",
    # What gkectl and the API have downloaded and installed; the API writes it, with states and timestamps (A65).
    "platformConfig",
    # Names the temporary cluster that made this one; it is gone afterwards and the API forgets it (A63).
    "bootstrapClusterMembership",
    # All immutable but the CA certificate and the credentials, which are rotated with gkectl (A23); echoed with what
    # the bundle filled in.
    "vcenter",
    # Prepared by gkectl with the registry's credentials, which the API has no field for (A39).
    "privateRegistryConfig",
)


class AdminCluster(Component):
    """An admin cluster in the GKE On-Prem API, with three control plane nodes and MetalLB (A60-A63).

    `environment`  the environment it manages.
    `cluster`      what is wanted. `mode: create` needs `gkectl register bootstrap` running on the workstation (A63).
    `after`        what must exist before.

    Deleting it only takes it out of the API, its VMs stay until `gkectl delete admin` (A64): where the environment
    protects it, it is retained too, so that even an unprotected mistake leaves it enrolled. Where nothing is protected
    the deletion is what a rebuild begins with.

    Outputs: `membership`, the full name of its fleet membership, and `resource`, which has no more than Google's view.
    """

    token: ClassVar[str] = "hybrid:onprem:AdminCluster"  # noqa: S105  a type token

    def __init__(
        self,
        name: str,
        *,
        environment: Environment,
        cluster: Wanted,
        after: Sequence[pulumi.Resource] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(name, opts)
        member = next(each for each in admin_members(environment) if each.cluster == cluster.name)
        network = environment.onprem.networks[cluster.network]
        protect = cluster.import_id is not None or Setting.of(environment).protects(Kind.ADMIN_CLUSTER)
        bootstrap = f"projects/{member.project}/locations/{member.location}/memberships/bootstrap-{cluster.name}"

        self.resource = gkeonprem.VmwareAdminCluster(
            self.named("cluster"),
            name=cluster.name,
            project=member.project,
            location=member.location,
            description=f"{environment.organisation.platform} {environment.name}",
            on_prem_version=cluster.version,
            image_type="ubuntu_cgv2",
            enable_advanced_cluster=cluster.advanced,
            bootstrap_cluster_membership=bootstrap if cluster.mode is Mode.CREATE else None,
            vcenter=self._vcenter(environment),
            private_registry_config=self._registry(environment),
            network_config=gkeonprem.VmwareAdminClusterNetworkConfigArgs(
                pod_address_cidr_blocks=[str(cluster.pods)],
                service_address_cidr_blocks=[str(cluster.services)],
                vcenter_network=escaped(network.port_group),
                # The control plane's addresses are static whatever stands here; there are no other nodes (A61).
                dhcp_ip_config=gkeonprem.VmwareAdminClusterNetworkConfigDhcpIpConfigArgs(enabled=True),
                host_config=self._hosts(environment),
                ha_control_plane_config=gkeonprem.VmwareAdminClusterNetworkConfigHaControlPlaneConfigArgs(
                    control_plane_ip_block=gkeonprem.VmwareAdminClusterNetworkConfigHaControlPlaneConfigControlPlaneIpBlockArgs(
                        gateway=str(network.gateway),
                        netmask=netmask(network.range),
                        ips=[
                            gkeonprem.VmwareAdminClusterNetworkConfigHaControlPlaneConfigControlPlaneIpBlockIpArgs(
                                ip=str(host.address), hostname=host.name
                            )
                            for host in control_plane_hosts(cluster.control_plane)
                        ],
                    )
                ),
            ),
            load_balancer=gkeonprem.VmwareAdminClusterLoadBalancerArgs(
                vip_config=gkeonprem.VmwareAdminClusterLoadBalancerVipConfigArgs(
                    control_plane_vip=str(cluster.control_plane.vip)
                ),
                metal_lb_config=gkeonprem.VmwareAdminClusterLoadBalancerMetalLbConfigArgs(enabled=True),
            ),
            control_plane_node=gkeonprem.VmwareAdminClusterControlPlaneNodeArgs(
                cpus=cluster.control_plane.cpus,
                memory=cluster.control_plane.memory_mib,
                replicas=cluster.control_plane.replicas,
            ),
            anti_affinity_groups=gkeonprem.VmwareAdminClusterAntiAffinityGroupsArgs(
                aag_config_disabled=not cluster.anti_affinity
            ),
            auto_repair_config=gkeonprem.VmwareAdminClusterAutoRepairConfigArgs(enabled=True),
            opts=self.child(
                import_id=cluster.import_id,
                protect=protect,
                retain=protect,
                ignore=IGNORED,
                timeouts=TIMEOUTS,
                after=after,
            ),
        )
        self.membership: str = member.id
        self.register_outputs({"membership": self.membership})

    def _vcenter(self, environment: Environment) -> gkeonprem.VmwareAdminClusterVcenterArgs:
        wanted = environment.onprem.vsphere
        return gkeonprem.VmwareAdminClusterVcenterArgs(
            address=environment.organisation.services.vcenter.name,
            ca_cert_data=certificate(self, wanted.access.ca),
            datacenter=wanted.datacenter,
            cluster=wanted.compute_cluster,
            resource_pool=resource_pool_path(wanted),
            datastore=wanted.datastores.nodes.name,
            folder=wanted.folder,
        )

    def _registry(self, environment: Environment) -> gkeonprem.VmwareAdminClusterPrivateRegistryConfigArgs:
        registry = environment.organisation.services.registry
        secret = f"sm://{environment.facts.projects.cluster.id}/{registry.ca_secret}"
        return gkeonprem.VmwareAdminClusterPrivateRegistryConfigArgs(
            address=f"{registry.name}{registry.path}",
            ca_cert=certificate(self, secret),
        )

    @staticmethod
    def _hosts(environment: Environment) -> gkeonprem.VmwareAdminClusterNetworkConfigHostConfigArgs:
        services = environment.organisation.services
        return gkeonprem.VmwareAdminClusterNetworkConfigHostConfigArgs(
            dns_servers=addresses(services.dns),
            ntp_servers=addresses(services.ntp),
            dns_search_domains=[environment.organisation.dns.search],
        )
