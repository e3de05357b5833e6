"""The load balancer section of user clusters and of admin clusters (A33, A60, B46-B48, B52)."""

from __future__ import annotations

from pulumi_gcp import gkeonprem

from components.onprem.blocks import pool_addresses
from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import AdminCluster, UserCluster


def load_balancer(cluster: UserCluster) -> gkeonprem.VMwareClusterLoadBalancerArgs:
    """Return the VIPs and the one kind of load balancer of `cluster`.

    The node ports of control planes belong to those in the admin cluster, which the API does not drive (B20). The API
    takes the credentials of a BIG-IP from the admin cluster. Raises `ValueError` for Seesaw, which the API has no field
    for (A33), for kind manual without ports (A34), and for kind f5 without a device.
    """
    wanted = cluster.load_balancer
    vips = gkeonprem.VMwareClusterLoadBalancerVipConfigArgs(
        control_plane_vip=str(cluster.control_plane.vip),
        ingress_vip=str(wanted.ingress_vip),
    )
    match wanted.kind:
        case LoadBalancerKind.METAL_LB:
            return gkeonprem.VMwareClusterLoadBalancerArgs(vip_config=vips, metal_lb_config=_metal_lb(cluster))
        case LoadBalancerKind.MANUAL:
            if wanted.ports is None:
                raise ValueError(f"cluster {cluster.name}: a manual load balancer needs `ports` (A34)")
            return gkeonprem.VMwareClusterLoadBalancerArgs(
                vip_config=vips,
                manual_lb_config=gkeonprem.VMwareClusterLoadBalancerManualLbConfigArgs(
                    ingress_http_node_port=wanted.ports.ingress_http,
                    ingress_https_node_port=wanted.ports.ingress_https,
                ),
            )
        case LoadBalancerKind.F5:
            if wanted.f5 is None:
                raise ValueError(f"cluster {cluster.name}: an F5 load balancer needs `f5` (A34)")
            return gkeonprem.VMwareClusterLoadBalancerArgs(
                vip_config=vips,
                f5_config=gkeonprem.VMwareClusterLoadBalancerF5ConfigArgs(
                    address=wanted.f5.address, partition=wanted.f5.partition, snat_pool=wanted.f5.snat_pool
                ),
            )
        case LoadBalancerKind.SEESAW:
            raise ValueError(f"cluster {cluster.name}: the API has no field for the load balancer {wanted.kind} (A33)")


def _metal_lb(cluster: UserCluster) -> gkeonprem.VMwareClusterLoadBalancerMetalLbConfigArgs:
    return gkeonprem.VMwareClusterLoadBalancerMetalLbConfigArgs(
        address_pools=[
            gkeonprem.VMwareClusterLoadBalancerMetalLbConfigAddressPoolArgs(
                pool=name,
                addresses=pool_addresses(pool.addresses),
                avoid_buggy_ips=pool.avoid_buggy_ips,
                manual_assign=pool.manual_assign,
            )
            for name, pool in sorted(cluster.load_balancer.pools.items())
        ]
    )


def admin_load_balancer(cluster: AdminCluster) -> gkeonprem.VmwareAdminClusterLoadBalancerArgs:
    """Return the VIP and the one kind of load balancer of an admin cluster (A60).

    Raises `ValueError` for Seesaw, which the API has no field for (A33), and for kind f5 without a device.
    """
    wanted = cluster.load_balancer
    vip = gkeonprem.VmwareAdminClusterLoadBalancerVipConfigArgs(control_plane_vip=str(cluster.control_plane.vip))
    match wanted.kind:
        case LoadBalancerKind.METAL_LB:
            return gkeonprem.VmwareAdminClusterLoadBalancerArgs(
                vip_config=vip, metal_lb_config=gkeonprem.VmwareAdminClusterLoadBalancerMetalLbConfigArgs(enabled=True)
            )
        case LoadBalancerKind.MANUAL:
            # Highly available, it answers on port 443 of its nodes: 0 says that there is no node port (A34).
            return gkeonprem.VmwareAdminClusterLoadBalancerArgs(
                vip_config=vip,
                manual_lb_config=gkeonprem.VmwareAdminClusterLoadBalancerManualLbConfigArgs(
                    control_plane_node_port=wanted.control_plane_node_port or 0
                ),
            )
        case LoadBalancerKind.F5:
            if wanted.f5 is None:
                raise ValueError(f"admin cluster {cluster.name}: an F5 load balancer needs `f5` (A34)")
            return gkeonprem.VmwareAdminClusterLoadBalancerArgs(
                vip_config=vip,
                f5_config=gkeonprem.VmwareAdminClusterLoadBalancerF5ConfigArgs(
                    address=wanted.f5.address, partition=wanted.f5.partition, snat_pool=wanted.f5.snat_pool
                ),
            )
        case LoadBalancerKind.SEESAW:
            raise ValueError(
                f"admin cluster {cluster.name}: the API has no field for load balancer {wanted.kind} (A33)"
            )
