"""The network section of a user cluster: its addresses, or DHCP; its own ranges; names and time (B51)."""

from __future__ import annotations

from pulumi_gcp import gkeonprem

from components.onprem.blocks import addresses, netmask
from model.config.onprem import SiteNetwork
from model.config.onprem_cluster import IpMode, UserCluster
from model.estate import Environment
from model.planning.hosts import control_plane_hosts, worker_hosts
from model.planning.vsphere_names import escaped


def network(environment: Environment, cluster: UserCluster) -> gkeonprem.VMwareClusterNetworkConfigArgs:
    """Return the network of `cluster`; control plane nodes have static addresses in either mode of the workers."""
    organisation = environment.organisation
    site = environment.onprem.networks[cluster.network]
    dhcp = cluster.ip_mode is IpMode.DHCP
    return gkeonprem.VMwareClusterNetworkConfigArgs(
        pod_address_cidr_blocks=[str(cluster.pods)],
        service_address_cidr_blocks=[str(cluster.services)],
        vcenter_network=escaped(site.port_group),
        control_plane_v2_config=_control_plane(cluster, site),
        host_config=gkeonprem.VMwareClusterNetworkConfigHostConfigArgs(
            dns_servers=addresses(organisation.services.dns),
            ntp_servers=addresses(organisation.services.ntp),
            dns_search_domains=[organisation.dns.search],
        ),
        dhcp_ip_config=gkeonprem.VMwareClusterNetworkConfigDhcpIpConfigArgs(enabled=True) if dhcp else None,
        static_ip_config=None if dhcp else _workers(cluster, site),
    )


def _control_plane(
    cluster: UserCluster, site: SiteNetwork
) -> gkeonprem.VMwareClusterNetworkConfigControlPlaneV2ConfigArgs:
    return gkeonprem.VMwareClusterNetworkConfigControlPlaneV2ConfigArgs(
        control_plane_ip_block=gkeonprem.VMwareClusterNetworkConfigControlPlaneV2ConfigControlPlaneIpBlockArgs(
            gateway=str(site.gateway),
            netmask=netmask(site.range),
            ips=[
                gkeonprem.VMwareClusterNetworkConfigControlPlaneV2ConfigControlPlaneIpBlockIpArgs(
                    ip=str(host.address), hostname=host.name
                )
                for host in control_plane_hosts(cluster.control_plane)
            ],
        )
    )


def _workers(cluster: UserCluster, site: SiteNetwork) -> gkeonprem.VMwareClusterNetworkConfigStaticIpConfigArgs:
    return gkeonprem.VMwareClusterNetworkConfigStaticIpConfigArgs(
        ip_blocks=[
            gkeonprem.VMwareClusterNetworkConfigStaticIpConfigIpBlockArgs(
                gateway=str(site.gateway),
                netmask=netmask(site.range),
                ips=[
                    gkeonprem.VMwareClusterNetworkConfigStaticIpConfigIpBlockIpArgs(
                        ip=str(host.address), hostname=host.name or None
                    )
                    for host in worker_hosts(cluster)
                ],
            )
        ]
    )
