"""Load balancers of bare-metal clusters: what each kind needs, and what it has no use for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.baremetal import BareMetalCluster
from model.config.baremetal_balancer import BareMetalBalancer, BareMetalBalancerKind
from model.estate import Environment
from model.rules import pages
from model.rules.baremetal import clusters
from model.rules.registries import environment_rules
from model.rules.registry import Finding

PORTS: Final = range(1, 65536)
LARGEST_ASN: Final = 4294967295
MANUAL, METAL_LB, BGP = BareMetalBalancerKind.MANUAL, BareMetalBalancerKind.METAL_LB, BareMetalBalancerKind.BGP


@environment_rules.rule("BM11", title="a bare-metal load balancer has what its kind needs", source=pages.BARE_METAL)
def fields(env: Environment) -> Iterator[Finding]:
    """Refuse kinds without pools, fields of another kind, and a port that is none."""
    for cluster in clusters(env):
        if cluster.control_plane.port not in PORTS:
            message = f"the Kubernetes API of {cluster.name} is on port {cluster.control_plane.port}, which is none"
            yield Finding(cluster.control_plane.at("port"), message, "use 443, or another port up to 65535")
    for cluster in env.baremetal.clusters:
        balancer = cluster.load_balancer
        if balancer.kind is MANUAL:
            yield from _of_no_use(balancer, "pools", "balancer_nodes")
        elif not balancer.pools:
            message = f"{cluster.name} has load balancer '{balancer.kind}' and no address pool for services"
            yield Finding(balancer.at("kind"), message, "add pools: with the range that holds the ingress VIP")
        else:
            yield from _ingress(cluster, balancer)
        if balancer.kind is not BGP:
            yield from _of_no_use(balancer, "asn", "peers")
        own = balancer.balancer_nodes
        if own is not None and not own.nodes:
            message = f"{cluster.name} has load balancer nodes of its own and names none"
            yield Finding(own.at("nodes"), message, "name machines, or remove balancer_nodes:")
        if own is not None and own.kubelet is not None and balancer.kind is not BGP:
            message = f"load balancer '{balancer.kind}' of {cluster.name} has no field for the kubelet of its nodes"
            yield Finding(own.at("kubelet"), message, "remove kubelet:")


def _of_no_use(balancer: BareMetalBalancer, *names: str) -> Iterator[Finding]:
    for name in names:
        if getattr(balancer, name):
            message = f"{name} is of no use to a load balancer of kind {balancer.kind}"
            yield Finding(balancer.at(name), message, f"remove {name}:")


def _ingress(cluster: BareMetalCluster, balancer: BareMetalBalancer) -> Iterator[Finding]:
    vip = balancer.ingress_vip
    holding = [name for name, pool in balancer.pools.items() if any(vip in block for block in pool.addresses)]
    if len(holding) != 1:
        where = f"in pools {', '.join(holding)}" if holding else "in no address pool"
        message = f"ingress VIP {vip} of {cluster.name} is {where}; it is in exactly one"
        yield Finding(balancer.at("ingress_vip"), message, "take an address of one pool")


@environment_rules.rule("BM12", title="a cluster that speaks BGP has its peers", source=pages.BARE_METAL_BGP)
def bgp(env: Environment) -> Iterator[Finding]:
    """Refuse BGP without a number, without advanced networking, or with a control plane node that has no peer."""
    for cluster in env.baremetal.clusters:
        balancer = cluster.load_balancer
        if balancer.kind is not BGP:
            continue
        if not cluster.advanced_networking:
            message = f"{cluster.name} speaks BGP, which advanced networking brings"
            yield Finding(balancer.at("kind"), message, "set advanced_networking: true on the cluster")
        if balancer.asn is None or not 1 <= balancer.asn <= LARGEST_ASN:
            message = f"{cluster.name} speaks BGP and has no autonomous system number of its own"
            yield Finding(balancer.at("asn"), message, "write asn:, such as a private one from 64512 to 65534")
        nodes = {node.address for node in cluster.control_plane.nodes}
        for peer in balancer.peers.values():
            if peer.asn == balancer.asn:
                message = f"{cluster.name} and its peer {peer.address} have one number, {peer.asn}; only eBGP is spoken"
                yield Finding(peer.at("asn"), message, "give the cluster a number of its own")
            if peer.address in nodes:
                message = f"peer {peer.address} of {cluster.name} is a control plane node of it"
                yield Finding(peer.at("address"), message, "write the router's address")
            for number, node in enumerate(peer.control_plane_nodes):
                if node not in nodes:
                    message = f"{node} is no control plane node of {cluster.name}"
                    yield Finding(
                        peer.at("control_plane_nodes", number), message, "name addresses of its control plane"
                    )
        named = {node for peer in balancer.peers.values() for node in peer.control_plane_nodes or nodes}
        for node in sorted(nodes - named):
            message = (
                f"control plane node {node} of {cluster.name} has no BGP peer, so nobody learns its way to the VIP"
            )
            yield Finding(balancer.at("peers"), message, "add a peer for it, or one without control_plane_nodes")
