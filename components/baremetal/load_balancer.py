"""The load balancer of a bare-metal cluster: VIPs, port, and one of three kinds."""

from __future__ import annotations

from pulumi_gcp import gkeonprem

from components.baremetal.node_pool import LINUX
from components.baremetal.nodes import ordered_nodes, ordered_taints
from components.onprem.blocks import pool_addresses
from model.config.baremetal import BareMetalCluster
from model.config.baremetal_balancer import BalancerNodes, BareMetalBalancer, BareMetalBalancerKind, KubeletConfig


def load_balancer(cluster: BareMetalCluster) -> gkeonprem.BareMetalClusterLoadBalancerArgs:
    """Return the VIPs and the one kind of load balancer of `cluster`.

    Raises `ValueError` for kind bgp without a number of its own (BM12).
    """
    wanted = cluster.load_balancer
    vips = gkeonprem.BareMetalClusterLoadBalancerVipConfigArgs(
        control_plane_vip=str(cluster.control_plane.vip), ingress_vip=str(wanted.ingress_vip)
    )
    port = gkeonprem.BareMetalClusterLoadBalancerPortConfigArgs(
        control_plane_load_balancer_port=cluster.control_plane.port
    )
    match wanted.kind:
        case BareMetalBalancerKind.METAL_LB:
            return gkeonprem.BareMetalClusterLoadBalancerArgs(
                vip_config=vips, port_config=port, metal_lb_config=_metal_lb(wanted)
            )
        case BareMetalBalancerKind.MANUAL:
            return gkeonprem.BareMetalClusterLoadBalancerArgs(
                vip_config=vips,
                port_config=port,
                manual_lb_config=gkeonprem.BareMetalClusterLoadBalancerManualLbConfigArgs(enabled=True),
            )
        case BareMetalBalancerKind.BGP:
            if wanted.asn is None:
                raise ValueError(f"cluster {cluster.name}: a load balancer of kind bgp needs `asn` (BM12)")
            return gkeonprem.BareMetalClusterLoadBalancerArgs(
                vip_config=vips, port_config=port, bgp_lb_config=_bgp(wanted, wanted.asn)
            )


def _metal_lb(wanted: BareMetalBalancer) -> gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigArgs:
    return gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigArgs(
        address_pools=[
            gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigAddressPoolArgs(
                pool=name,
                addresses=pool_addresses(pool.addresses),
                avoid_buggy_ips=pool.avoid_buggy_ips,
                manual_assign=pool.manual_assign,
            )
            for name, pool in sorted(wanted.pools.items())
        ],
        load_balancer_node_pool_config=_metal_lb_nodes(wanted.balancer_nodes),
    )


def _metal_lb_nodes(
    own: BalancerNodes | None,
) -> gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigLoadBalancerNodePoolConfigArgs | None:
    if own is None:
        return None
    return gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigLoadBalancerNodePoolConfigArgs(
        node_pool_config=gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigLoadBalancerNodePoolConfigNodePoolConfigArgs(
            operating_system=LINUX,
            node_configs=[
                gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigLoadBalancerNodePoolConfigNodePoolConfigNodeConfigArgs(
                    node_ip=address, labels=labels
                )
                for address, labels in ordered_nodes(own.nodes)
            ],
            labels=dict(sorted(own.labels.items())),
            taints=[
                gkeonprem.BareMetalClusterLoadBalancerMetalLbConfigLoadBalancerNodePoolConfigNodePoolConfigTaintArgs(
                    key=key, value=value, effect=effect
                )
                for key, value, effect in ordered_taints(own.taints)
            ],
        )
    )


def _bgp(wanted: BareMetalBalancer, asn: int) -> gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigArgs:
    return gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigArgs(
        asn=asn,
        bgp_peer_configs=[
            gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigBgpPeerConfigArgs(
                asn=peer.asn,
                ip_address=str(peer.address),
                control_plane_nodes=[str(node) for node in sorted(peer.control_plane_nodes)],
            )
            for _, peer in sorted(wanted.peers.items())
        ],
        address_pools=[
            gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigAddressPoolArgs(
                pool=name,
                addresses=pool_addresses(pool.addresses),
                avoid_buggy_ips=pool.avoid_buggy_ips,
                manual_assign=pool.manual_assign,
            )
            for name, pool in sorted(wanted.pools.items())
        ],
        load_balancer_node_pool_config=_bgp_nodes(wanted.balancer_nodes),
    )


def _bgp_nodes(
    own: BalancerNodes | None,
) -> gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigLoadBalancerNodePoolConfigArgs | None:
    if own is None:
        return None
    return gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigLoadBalancerNodePoolConfigArgs(
        node_pool_config=gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigLoadBalancerNodePoolConfigNodePoolConfigArgs(
            operating_system=LINUX,
            node_configs=[
                gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigLoadBalancerNodePoolConfigNodePoolConfigNodeConfigArgs(
                    node_ip=address, labels=labels
                )
                for address, labels in ordered_nodes(own.nodes)
            ],
            labels=dict(sorted(own.labels.items())),
            taints=[
                gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigLoadBalancerNodePoolConfigNodePoolConfigTaintArgs(
                    key=key, value=value, effect=effect
                )
                for key, value, effect in ordered_taints(own.taints)
            ],
            kubelet_config=_kubelet(own.kubelet),
        )
    )


def _kubelet(
    wanted: KubeletConfig | None,
) -> gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigLoadBalancerNodePoolConfigNodePoolConfigKubeletConfigArgs | None:
    if wanted is None:
        return None
    return gkeonprem.BareMetalClusterLoadBalancerBgpLbConfigLoadBalancerNodePoolConfigNodePoolConfigKubeletConfigArgs(
        registry_pull_qps=wanted.registry_pulls_per_second,
        registry_burst=wanted.registry_burst,
        serialize_image_pulls_disabled=wanted.parallel_pulls,
    )
