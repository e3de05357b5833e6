"""Nothing is used twice and everything lies where it belongs, over all environments and sites."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from model.estate import Environment, Estate
from model.planning.entries import PUBLIC_ADDRESSES, Entry, Kind, Plane, overlaps
from model.planning.register import register, ring_order
from model.rules import pages
from model.rules.clashes import clashes, overlap
from model.rules.registries import estate_rules
from model.rules.registry import Finding, Unavailable

DOCUMENTATION_RANGES: Final = tuple(IPv4Network(each) for each in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
"""Public addresses that belong to nobody (RFC 5737)."""

_PRIVATE: Final = tuple(IPv4Network(each) for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _outside(
    entries: tuple[Entry, ...], kinds: frozenset[Kind], parent: IPv4Network, what: str, why: str
) -> Iterator[Finding]:
    for entry in entries:
        if entry.kind in kinds and not entry.range.inside(parent):
            message = f"{entry.name} lies outside {parent}, {what}: {why}"
            yield Finding(entry.place, message, f"use a range of {parent}")


def _of(entries: tuple[Entry, ...], env: Environment, plane: Plane) -> tuple[Entry, ...]:
    return tuple(each for each in entries if each.environment == env.name and each.plane is plane)


def _readable_networks(estate: Estate) -> Iterator[Environment]:
    """Give the environments whose network section could be read, in promotion order."""
    for env in ring_order(estate):
        try:
            _ = env.network
        except Unavailable:
            continue
        yield env


@estate_rules.rule("A7", title="the workstation's address is its own", source=pages.ADMIN_CLUSTER_FILE)
def workstation_address(estate: Estate) -> Iterator[Finding]:
    """Refuse a workstation on an address of a node, a pool, a VIP or anything else."""
    yield from clashes(estate, "A7")


@estate_rules.rule("A28", title="one to three name servers", source=pages.ADMIN_CLUSTER_FILE)
def name_servers(estate: Estate) -> Iterator[Finding]:
    """Refuse more name servers than a node takes (network.hostConfig.dnsServers), and none."""
    services = estate.organisation.services
    if not 1 <= len(services.dns) <= 3:
        message = f"{len(services.dns)} name servers: nodes with static addresses take one, two or three"
        yield Finding(services.at("dns"), message, "name one to three")


@estate_rules.rule(
    "A32", title="on-prem pod and service ranges are apart from everything", source=pages.ADMIN_CLUSTER_FILE
)
def island_ranges(estate: Estate) -> Iterator[Finding]:
    """Refuse a pod or service range of an on-prem cluster that overlaps anything, or lies outside its aggregate."""
    yield from clashes(estate, "A32")
    kinds = frozenset({Kind.PODS, Kind.SERVICES})
    parent = estate.organisation.addresses.cluster_internal
    why = "ranges from elsewhere meet networks that pods must reach"
    yield from _outside(register(estate), kinds, parent, "where cluster-internal ranges come from", why)


@estate_rules.rule("B22", title="no node is on the control plane VIP", source=pages.CREATE_USER_CLUSTER)
def vip_apart_from_nodes(estate: Estate) -> Iterator[Finding]:
    """Refuse a control plane VIP among the addresses of the cluster's own nodes."""
    yield from clashes(estate, "B22")


@estate_rules.rule("B45", title="every on-prem address has one use", source=pages.METAL_LB)
def addresses_distinct(estate: Estate) -> Iterator[Finding]:
    """Refuse two uses of one on-prem address."""
    yield from clashes(estate, "B45")


@estate_rules.rule("B46", title="MetalLB pools are apart from everything", source=pages.METAL_LB)
def pools_disjoint(estate: Estate) -> Iterator[Finding]:
    """Refuse a pool that overlaps another pool, a VIP, a node or any other address."""
    yield from clashes(estate, "B46")


@estate_rules.rule("B49", title="on-prem networks are apart from VPC ranges", source=pages.HA_VPN)
def sites_apart_from_cloud(estate: Estate) -> Iterator[Finding]:
    """Refuse an on-prem network that overlaps a range of a VPC."""
    yield from clashes(estate, "B49")


@estate_rules.rule("C22", title="VPC ranges are unique", source=pages.SUBNETWORK)
def cloud_ranges(estate: Estate) -> Iterator[Finding]:
    """Refuse VPC ranges that overlap one another or a reserved range, and secondary ranges outside their aggregate."""
    yield from clashes(estate, "C22")
    kinds = frozenset({Kind.GKE_PODS, Kind.GKE_SERVICES})
    parent = estate.organisation.addresses.cluster_internal
    why = "ranges from elsewhere meet networks that pods must reach"
    yield from _outside(register(estate), kinds, parent, "where cluster-internal ranges come from", why)


@estate_rules.rule("C23", title="the GKE control plane has a /28 of its own", source=pages.GKE_CONTROL_PLANE_RANGE)
def control_plane_ranges(estate: Estate) -> Iterator[Finding]:
    """Refuse a control plane range that is no private /28, overlaps anything, or lies outside the cloud block."""
    yield from clashes(estate, "C23")
    entries = register(estate)
    for entry in entries:
        if entry.kind is Kind.GKE_CONTROL_PLANE:
            private = any(entry.range.inside(each) for each in _PRIVATE)
            if len(entry.range) != 16 or not private:
                message = f"{entry.name} is not a private /28, which is the only size that a control plane takes"
                yield Finding(entry.place, message, "use a /28 of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16")
    kinds = frozenset({Kind.GKE_CONTROL_PLANE})
    for env in _readable_networks(estate):
        why = "only that block is advertised to the sites, whose istiod must reach the control plane"
        mine = _of(entries, env, Plane.CLOUD)
        yield from _outside(mine, kinds, env.network.cloud, f"the cloud block of {env.name}", why)


@estate_rules.rule("D23", title="each side advertises its own blocks", source=pages.HA_VPN)
def advertised_blocks(estate: Estate) -> Iterator[Finding]:
    """Refuse networks outside the block that is advertised for them, and blocks that both sides advertise."""
    entries = register(estate)
    blocks = [entry for entry in entries if entry.kind in {Kind.BLOCK, Kind.SHARED}]
    for one, other in overlaps(blocks):
        if one.plane is not other.plane:
            yield overlap(entries, estate, one, other, "the sites and the VPC would advertise the same addresses")
    on_prem = frozenset({Kind.NETWORK})
    cloud = frozenset({Kind.SUBNET, Kind.SERVICE_ACCESS})
    for env in _readable_networks(estate):
        sites, vpc = _of(entries, env, Plane.ON_PREM), _of(entries, env, Plane.CLOUD)
        why = "the VPN would not route to it"
        yield from _outside(sites, on_prem, env.network.on_prem, f"the on-prem block of {env.name}", why)
        yield from _outside(vpc, cloud, env.network.cloud, f"the cloud block of {env.name}", why)


@estate_rules.rule("X6", title="environments have blocks and networks of their own", source=pages.HA_VPN)
def blocks_distinct(estate: Estate) -> Iterator[Finding]:
    """Refuse environment blocks and on-prem networks that overlap, or lie outside their aggregate."""
    yield from clashes(estate, "X6")
    entries = register(estate)
    space = estate.organisation.addresses
    why = "routes between the environments and the sites would be ambiguous"
    held = [entry for entry in entries if entry.kind in {Kind.BLOCK, Kind.RESERVED}]
    for one, other in overlaps(held):
        same_side = one.plane is other.plane or Kind.RESERVED in {one.kind, other.kind}
        if Kind.BLOCK in {one.kind, other.kind} and same_side:
            yield overlap(entries, estate, one, other, why)
    for plane, parent in ((Plane.ON_PREM, space.on_prem), (Plane.CLOUD, space.cloud)):
        mine = tuple(entry for entry in entries if entry.plane is plane)
        yield from _outside(mine, frozenset({Kind.BLOCK}), parent, f"the organisation's {plane} space", why)


@estate_rules.rule("D2", title="public addresses are real and used once", source=pages.EXTERNAL_GATEWAY)
def public_addresses(estate: Estate) -> Iterator[Finding]:
    """Refuse public addresses that are used twice, are not public, or are documentation addresses outside a sample."""
    public = [entry for entry in register(estate) if entry.kind in PUBLIC_ADDRESSES]
    for one, other in overlaps(public):
        message = f"{other.name} is also {one.located}: each public address has one use"
        yield Finding(other.place, message, "write down the address that it really has")
    sample = estate.organisation.sample
    allowed = sample is not None and sample.allow_documentation_ranges
    for entry in public:
        if any(entry.range.inside(each) for each in DOCUMENTATION_RANGES):
            if not allowed:
                message = f"{entry.name} is a documentation address (RFC 5737), which nobody can reach"
                yield Finding(entry.place, message, "write down the real address")
        elif not entry.range.first.is_global:
            message = f"{entry.name} is not a public address, so the other side can not reach it"
            yield Finding(entry.place, message, "write down the public address")
