"""Addresses of GKE on VMware: what its preflight checks refuse.

The API runs the checks of gkectl while it makes or changes a cluster and reports a failure as that of the operation.
Sources: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/create-user-cluster (B22,
B40, B41) and .../bundled-load-balance-metallb (B45, B46).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network, summarize_address_range
from itertools import combinations
from typing import Final

from rehearsal.case import Case, last, mapping, sequence, text
from rehearsal.computed.clusters import ADMIN, BARE_METAL, BARE_METAL_ADMIN, BARE_METAL_POOL, ON_PREM_POOL, USER
from rehearsal.interception import ProviderError
from rehearsal.rules.registry import rule
from rehearsal.values import Value
from rehearsal.world import Record

Fields = Mapping[str, Value]
_VIPS: Final = ("controlPlaneVip", "ingressVip")


@rule("create", USER, ADMIN, BARE_METAL, BARE_METAL_ADMIN)
def vips_are_free(case: Case) -> None:
    """Refuse a VIP that another cluster, a node or a pool of another cluster holds (B22, B45)."""
    own = dict(vips(case.inputs))
    if len(set(own.values())) < len(own):
        raise failed(f"[VIPs] the control plane VIP and the ingress VIP of {case.text('name')} are the same address")
    for name, vip in own.items():
        if vip in {address for address, _ in nodes(case.inputs)}:
            raise failed(f"[VIPs] {name} {vip} of {case.text('name')} is the address of one of its nodes")
        for other in _others(case):
            user = _user_of(other, vip)
            if user:
                raise failed(f"[VIPs] {name} {vip} of {case.text('name')} is in use: {user} of {other.id}")


@rule("update", USER, ADMIN, BARE_METAL, BARE_METAL_ADMIN)
def changed_vips_are_free(case: Case) -> None:
    """Ask the same of a change."""
    vips_are_free(case)


@rule("create", USER, BARE_METAL)
def pools_hold_the_right_addresses(case: Case) -> None:
    """Ask that MetalLB's pools are apart, hold the ingress VIP and nothing else that has a use (B46)."""
    own = list(pools(case.inputs))
    for (name, first), (other, second) in combinations(own, 2):
        if first.overlaps(second):
            raise failed(f"[LoadBalancer] MetalLB address pools {name} and {other} overlap: {first} and {second}")
    taken = dict(nodes(case.inputs))
    given = dict(vips(case.inputs))
    for name, network in own:
        held = next((address for address in taken if IPv4Address(address) in network), None)
        if held is not None:
            raise failed(f"[LoadBalancer] MetalLB address pool {name} ({network}) holds {held} of node {taken[held]}")
        if "controlPlaneVip" in given and IPv4Address(given["controlPlaneVip"]) in network:
            raise failed(
                f"[LoadBalancer] MetalLB address pool {name} ({network}) holds the control plane VIP "
                f"{given['controlPlaneVip']}"
            )
    ingress = given.get("ingressVip")
    if own and ingress and not any(IPv4Address(ingress) in network for _, network in own):
        raise failed(f"[LoadBalancer] the ingress VIP {ingress} is in no MetalLB address pool")


@rule("update", USER, BARE_METAL)
def changed_pools_hold_the_right_addresses(case: Case) -> None:
    """Ask the same of a change."""
    pools_hold_the_right_addresses(case)


@rule("create", USER, BARE_METAL)
def pools_are_apart_from_other_clusters(case: Case) -> None:
    """Refuse a pool that meets another cluster's in the same network: both would answer for its addresses (B46)."""
    for other in _others(case):
        if _network(other.outputs) != _network(case.inputs):
            continue
        for name, own in pools(case.inputs):
            for theirs, held in pools(other.outputs):
                if own.overlaps(held):
                    raise failed(
                        f"[LoadBalancer] MetalLB address pool {name} ({own}) overlaps with pool {theirs} ({held}) of "
                        f"{other.id} in network {_network(case.inputs) or 'of both'}"
                    )


@rule("update", USER, BARE_METAL)
def changed_pools_are_apart(case: Case) -> None:
    """Ask the same of a change."""
    pools_are_apart_from_other_clusters(case)


@rule("create", USER, ADMIN)
def node_addresses_are_free(case: Case) -> None:
    """Refuse node addresses that another cluster has, and too few for the control plane (B41, B45)."""
    blocks = list(_control_plane(case.inputs))
    replicas = mapping(case.inputs.get("controlPlaneNode")).get("replicas")
    if blocks and isinstance(replicas, (int, float)) and len(blocks) < replicas:
        raise failed(
            f"[NodeIPs] the control plane of {case.text('name')} has {len(blocks)} addresses for {replicas:.0f} nodes"
        )
    own = dict(nodes(case.inputs))
    for other in _others(case):
        shared = sorted({address for address, _ in nodes(other.outputs)} & own.keys(), key=IPv4Address)
        if shared:
            raise failed(f"[NodeIPs] {shared[0]} of node {own[shared[0]]} belongs to {other.id} already")


@rule("update", USER, ADMIN)
def changed_node_addresses_are_free(case: Case) -> None:
    """Ask the same of a change."""
    node_addresses_are_free(case)


@rule("update", USER)
def block_still_holds_the_nodes(case: Case) -> None:
    """Refuse to shrink the static addresses below what the pools need (B40)."""
    made = [record for record in case.world.objects(ON_PREM_POOL) if record.id.startswith(f"{case.id}/")]
    if made:
        _require_addresses(case.inputs, last(case.id), sum(_size(record.outputs) for record in made))


@rule("create", ON_PREM_POOL)
def addresses_are_left(case: Case) -> None:
    """Refuse a pool for which the cluster's static addresses do not suffice: each at its largest, and one more (B40).

    The one more serves rolling upgrades and repair, one a cluster and not one a pool.
    """
    cluster_id = _cluster_id(case)
    cluster = case.world.get(USER, cluster_id)
    if cluster is None:
        return
    beside = sum(
        _size(record.outputs)
        for record in case.world.objects(ON_PREM_POOL)
        if record.id.startswith(f"{cluster_id}/") and record.id != case.id
    )
    _require_addresses(cluster.outputs, last(cluster_id), beside + _size(case.inputs))


@rule("update", ON_PREM_POOL)
def addresses_are_left_for_more(case: Case) -> None:
    """Ask the same of a pool that grows."""
    addresses_are_left(case)


def failed(reason: str) -> ProviderError:
    """Return the failure of an operation whose preflight checks did not pass."""
    return ProviderError(
        "googleapi: Error 400: Error code 9, message: preflight checks failed: "
        f"{reason}. See the operation's validation checks., failedPrecondition"
    )


def vips(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield each VIP of a cluster by its field."""
    config = mapping(mapping(fields.get("loadBalancer")).get("vipConfig"))
    yield from ((name, text(config.get(name))) for name in _VIPS if text(config.get(name)))


def pools(fields: Fields) -> Iterator[tuple[str, IPv4Network]]:
    """Yield the networks that the load balancer's pools are made of; an address is a CIDR or a range `first-last`."""
    balancer = mapping(fields.get("loadBalancer"))
    configs = [mapping(balancer.get(name)) for name in ("metalLbConfig", "bgpLbConfig")]
    for pool in (pool for config in configs for pool in sequence(config.get("addressPools"))):
        for entry in sequence(mapping(pool).get("addresses")):
            first, _, end = text(entry).partition("-")
            name = text(mapping(pool).get("pool"))
            if end:
                for network in summarize_address_range(IPv4Address(first.strip()), IPv4Address(end.strip())):
                    yield name, network
            elif first:
                yield name, IPv4Network(first.strip(), strict=False)


def nodes(fields: Fields) -> Iterator[tuple[str, str]]:
    """Yield the address and host name of each node of a cluster, control plane first."""
    yield from _control_plane(fields)
    yield from _static(fields)
    yield from ((address, address) for address in machines(fields))


def machines(fields: Fields) -> Iterator[str]:
    """Yield the addresses of the machines that a bare metal cluster or pool is made of."""
    control = mapping(mapping(fields.get("controlPlane")).get("controlPlaneNodePoolConfig"))
    balancer = mapping(fields.get("loadBalancer"))
    balancing = [mapping(balancer.get(name)) for name in ("metalLbConfig", "bgpLbConfig")]
    holders = [control, *(mapping(each.get("loadBalancerNodePoolConfig")) for each in balancing), fields]
    for holder in holders:
        for node in sequence(mapping(holder.get("nodePoolConfig")).get("nodeConfigs")):
            address = text(mapping(node).get("nodeIp"))
            if address:
                yield address


def _control_plane(fields: Fields) -> Iterator[tuple[str, str]]:
    network = mapping(fields.get("networkConfig"))
    for name in ("controlPlaneV2Config", "haControlPlaneConfig"):
        yield from _entries(mapping(mapping(network.get(name)).get("controlPlaneIpBlock")))


def _static(fields: Fields) -> Iterator[tuple[str, str]]:
    config = mapping(mapping(fields.get("networkConfig")).get("staticIpConfig"))
    for block in sequence(config.get("ipBlocks")):
        yield from _entries(mapping(block))


def _entries(block: Fields) -> Iterator[tuple[str, str]]:
    for entry in sequence(block.get("ips")):
        host = text(mapping(entry).get("hostname"))
        for address in IPv4Network(text(mapping(entry).get("ip")), strict=False):
            yield str(address), host


def _require_addresses(cluster: Fields, name: str, wanted: int) -> None:
    held = len(list(_static(cluster)))
    if held and held < wanted + 1:
        raise failed(
            f"[NodeIPs] cluster {name} has {held} static addresses, and its node pools at their largest need {wanted} "
            "and one more for upgrades and repair"
        )


def _size(fields: Fields) -> int:
    """Return the most nodes that a pool can have."""
    counts = (
        mapping(fields.get("config")).get("replicas"),
        mapping(fields.get("nodePoolAutoscaling")).get("maxReplicas"),
    )
    return max((int(count) for count in counts if isinstance(count, (int, float))), default=0)


def _cluster_id(case: Case) -> str:
    return f"projects/{case.project}/locations/{case.location}/vmwareClusters/{last(case.text('vmwareCluster'))}"


def _others(case: Case) -> list[Record]:
    tokens = (USER, ADMIN, BARE_METAL, BARE_METAL_ADMIN, BARE_METAL_POOL)
    found = [record for token in tokens for record in case.world.objects(token)]
    return [record for record in found if record.id != case.id]


def _user_of(record: Record, address: str) -> str:
    """Say what uses an address in a cluster; nothing where it is free there."""
    for name, vip in vips(record.outputs):
        if vip == address:
            return f"it is the {name}"
    for held, host in nodes(record.outputs):
        if held == address:
            return f"it is the address of node {host}"
    for name, network in pools(record.outputs):
        if IPv4Address(address) in network:
            return f"it is in MetalLB address pool {name}"
    return ""


def _network(fields: Fields) -> str:
    return text(mapping(fields.get("networkConfig")).get("vcenterNetwork"))
