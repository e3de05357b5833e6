"""The admin cluster of an environment: adopted as it is, or made with the help of a bootstrap cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

import pulumi
from pulumi_gcp import gkeonprem

from components.component import Component
from components.onprem.blocks import addresses, netmask
from components.onprem.load_balancer import admin_load_balancer
from components.onprem.vcenter import TIMEOUTS, certificate
from components.setting import Setting
from model.config.onprem import SiteNetwork
from model.config.onprem_cluster import AdminCluster as Wanted
from model.config.onprem_cluster import Mode
from model.estate import Environment
from model.planning.hosts import control_plane_hosts
from model.planning.members import admin_members
from model.planning.protection import Kind
from model.planning.vsphere_names import escaped, resource_pool_path

IGNORED: Final = (
    # The API can not upgrade an admin cluster: `gkectl upgrade admin` does, and the stack file follows (A65, A66).
    "onPremVersion",
    # Names the temporary cluster that made this one; it is gone afterwards and the API forgets it (A63).
    "bootstrapClusterMembership",
    # All immutable but the CA certificate and the credentials, which are rotated with gkectl (A23); echoed with what
    # the bundle filled in.
    "vcenter",
    # Prepared by gkectl with the registry's credentials, which the API has no field for (A39).
    "privateRegistryConfig",
)
PLATFORM: Final = "platformConfig"
"""What gkectl and the API have downloaded and installed; the API writes it, with states and timestamps. Ignored unless
the file asks for a version, which user clusters of it are to be upgraded to (A65)."""


class AdminCluster(Component):
    """An admin cluster in the GKE On-Prem API, with three control plane nodes (A60-A63).

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
            image_type=cluster.image_type.value,
            enable_advanced_cluster=cluster.advanced,
            bootstrap_cluster_membership=bootstrap if cluster.mode is Mode.CREATE else None,
            platform_config=gkeonprem.VmwareAdminClusterPlatformConfigArgs(
                required_platform_version=cluster.platform_version
            )
            if cluster.platform_version is not None
            else None,
            proxy=_proxy(environment),
            vcenter=self._vcenter(environment),
            private_registry_config=self._registry(environment),
            network_config=gkeonprem.VmwareAdminClusterNetworkConfigArgs(
                pod_address_cidr_blocks=[str(cluster.pods)],
                service_address_cidr_blocks=[str(cluster.services)],
                vcenter_network=escaped(network.port_group),
                # The control plane's addresses are static whatever stands here; these are of other nodes (A48, A61).
                dhcp_ip_config=None
                if cluster.node_addresses
                else gkeonprem.VmwareAdminClusterNetworkConfigDhcpIpConfigArgs(enabled=True),
                static_ip_config=_static_nodes(cluster, network) if cluster.node_addresses else None,
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
            load_balancer=admin_load_balancer(cluster),
            control_plane_node=gkeonprem.VmwareAdminClusterControlPlaneNodeArgs(
                cpus=cluster.control_plane.cpus,
                memory=cluster.control_plane.memory_mib,
                replicas=cluster.control_plane.replicas,
            ),
            anti_affinity_groups=gkeonprem.VmwareAdminClusterAntiAffinityGroupsArgs(
                aag_config_disabled=not cluster.anti_affinity
            ),
            auto_repair_config=gkeonprem.VmwareAdminClusterAutoRepairConfigArgs(enabled=cluster.auto_repair),
            opts=self.child(
                import_id=cluster.import_id,
                protect=protect,
                retain=protect,
                ignore=IGNORED if cluster.platform_version is not None else (*IGNORED, PLATFORM),
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
            datastore=None if wanted.storage_policy else wanted.datastores.nodes.name,
            storage_policy_name=wanted.storage_policy.name if wanted.storage_policy else None,
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


def _static_nodes(cluster: Wanted, network: SiteNetwork) -> gkeonprem.VmwareAdminClusterNetworkConfigStaticIpConfigArgs:
    """Return the addresses of what is no control plane node of the admin cluster; their VMs' names are their own."""
    held = sorted({address for block in cluster.node_addresses for address in block})
    return gkeonprem.VmwareAdminClusterNetworkConfigStaticIpConfigArgs(
        ip_blocks=[
            gkeonprem.VmwareAdminClusterNetworkConfigStaticIpConfigIpBlockArgs(
                gateway=str(network.gateway),
                netmask=netmask(network.range),
                ips=[
                    gkeonprem.VmwareAdminClusterNetworkConfigStaticIpConfigIpBlockIpArgs(ip=str(address))
                    for address in held
                ],
            )
        ]
    )


def _proxy(environment: Environment) -> gkeonprem.VmwareAdminClusterProxyArgs | None:
    """Return the proxy, which user clusters take from their admin cluster (A38)."""
    wanted = environment.onprem.proxy
    if wanted is None:
        return None
    return gkeonprem.VmwareAdminClusterProxyArgs(url=wanted.url, no_proxy=",".join(sorted(wanted.no_proxy)))
