"""The load balancer section of a user cluster (A33, B46-B48, B52)."""

from __future__ import annotations

from pulumi_gcp import gkeonprem

from components.onprem.blocks import pool_addresses
from model.config.onprem_balancer import LoadBalancerKind
from model.config.onprem_cluster import UserCluster


def load_balancer(cluster: UserCluster) -> gkeonprem.VMwareClusterLoadBalancerArgs:
    """Return the VIPs and the one kind of load balancer of `cluster`.

    Raises `ValueError` for the kinds that no new cluster may have (A33), and for kind manual without ports (A34).
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
        case LoadBalancerKind.F5 | LoadBalancerKind.SEESAW:
            raise ValueError(f"cluster {cluster.name}: no new cluster may have the load balancer {wanted.kind} (A33)")


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
