"""Conditions over the fields of `user-cluster.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.planning.versions import Version
from model.rendering import pages, pool_conditions
from model.rendering.cluster_conditions import advanced
from model.rendering.reading import Part
from model.rendering.schema import Fault, Target


def version(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse another version than the one the file is for (B2)."""
    part = top.get("gkeOnPremVersion")
    try:
        found = Version.parse(part.text() or "")
    except ValueError:
        return
    if found.minor != target.minor or (target.version is not None and found != target.version):
        wanted = target.version or target.minor
        message = f"the cluster is of {found}, and the file is for {wanted}"
        yield target.fault(part.at, message, f"write {wanted}", rule="B2")


def overrides(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse half of another place for the cluster's VMs (B4)."""
    vcenter = top.get("vCenter")
    network = top.has("network.vCenter.networkName")
    store = vcenter.has("datastore") or vcenter.has("storagePolicyName")
    if vcenter.has("address"):
        needed = ("datacenter", "cluster", "resourcePool", "caCertPath", "credentials")
        missing = [name for name in needed if not vcenter.has(name)]
        missing += [] if store else ["datastore or storagePolicyName"]
        what = "another vCenter"
    elif vcenter.has("datacenter"):
        missing = [] if store else ["datastore or storagePolicyName"]
        missing += [] if vcenter.has("cluster") or vcenter.has("resourcePool") else ["cluster or resourcePool"]
        what = "another datacenter"
    else:
        return
    missing += [] if network else ["network.vCenter.networkName"]
    if missing:
        message = f"the cluster is in {what}, and nothing is inherited there: {', '.join(missing)} is missing"
        yield target.fault(vcenter.at, message, "add what is missing", rule="B4")


def control_plane(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse numbers, sizes and addresses of control plane nodes that do not belong together (B7, B41)."""
    part, number = top.get("masterNode.replicas"), top.number("masterNode.replicas")
    if number is not None and number not in {1, 3}:
        message = f"a user cluster with {number} control plane nodes does not exist"
        yield target.fault(part.at, message, "set replicas to 1 or 3", rule="B7")
    if number == 1 and advanced(target, top):
        message = "an advanced cluster has three control plane nodes"
        yield target.fault(part.at, message, "set replicas to 3, and give three addresses", rule="B7")
    memory = top.number("masterNode.memoryMB")
    if memory is not None and memory % 4:
        message = f"memory of {memory} MiB is not a multiple of 4"
        yield target.fault(top.get("masterNode.memoryMB").at, message, "round it up", rule="B7")
    block = top.get("network.controlPlaneIPBlock")
    count = len(list(block.items("ips")))
    if top.is_("enableControlplaneV2", value=True) and number is not None and count != number:
        message = f"{number} control plane nodes have {count} addresses"
        yield target.fault(block.at, message, f"list {number} addresses with host names", rule="B41")
    if top.is_("enableControlplaneV2", value=False) and block.data is not None:
        message = "the control plane is in the admin cluster, and its addresses in that one's IP block file"
        yield target.fault(block.at, message, "remove controlPlaneIPBlock", rule="B41")


def host_config(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse Controlplane V2, or static addresses, without name and time servers (A28)."""
    needed = top.is_("enableControlplaneV2", value=True) or top.is_("network.ipMode.type", "static")
    if needed and not top.has("network.hostConfig") and not any(_domains(top)):
        message = "nodes with static addresses have no name and time servers"
        yield target.fault(top.get("network").at, message, "add network.hostConfig", rule="A28")


def _domains(top: Part) -> Iterator[Part]:
    """Give what names topology domains, with which the servers are in the file of the infrastructure."""
    yield from top.items("masterNode.topologyDomains")
    for pool in top.items("nodePools"):
        yield from pool.items("topologyDomains")


def networking(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse advanced networking without Dataplane V2 (B8)."""
    if top.is_("advancedNetworking", value=True) and top.is_("enableDataplaneV2", value=False):
        message = "advanced networking needs Dataplane V2"
        yield target.fault(top.get("advancedNetworking").at, message, "set enableDataplaneV2: true", rule="B8")


def ingress(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse an ingress VIP without an ingress, an ingress without one, and one outside the pools (B46)."""
    part, pools = top.get("loadBalancer.vips.ingressVIP"), list(top.items("loadBalancer.metalLB.addressPools"))
    if top.is_("disableBundledIngress", value=True):
        for path in ("vips.ingressVIP", "manualLB.ingressHTTPNodePort", "manualLB.ingressHTTPSNodePort"):
            if top.get("loadBalancer").has(path):
                message = f"the bundled ingress is off, and {path} is for it"
                yield target.fault(
                    top.get(f"loadBalancer.{path}").at, message, "remove it", rule="B55", page=pages.BUNDLED_INGRESS
                )
        return
    if part.data is None:
        message = "the bundled ingress has no VIP"
        remedy = "add loadBalancer.vips.ingressVIP, or set disableBundledIngress: true"
        yield target.fault(top.get("loadBalancer.vips").at, message, remedy, rule="B52")
    address = part.address()
    holding = [pool for pool in pools if address is not None and _holds(pool, top, "loadBalancer.vips.ingressVIP")]
    if pools and address is not None and len(holding) != 1:
        message = f"the ingress VIP {address} is in {len(holding)} address pools"
        yield target.fault(part.at, message, "put it into exactly one", rule="B46", page=pages.METAL_LB)


def _holds(pool: Part, top: Part, path: str) -> bool:
    address = top.address(path)
    ranges = (each.range() for each in pool.items("addresses"))
    return address is not None and any(held is not None and address in held for held in ranges)


def pools(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse address pools that hold the control plane VIP, that can not be read, or that share an address (B46)."""
    every = list(top.items("loadBalancer.metalLB.addressPools"))
    ranges = [(pool, each) for pool in every for each in pool.items("addresses")]
    for pool in every:
        if _holds(pool, top, "loadBalancer.vips.controlPlaneVIP"):
            message = f"the address pool '{pool.text('name')}' holds the control plane VIP, which would be given away"
            yield target.fault(
                pool.get("addresses").at, message, "take it out of the pool", rule="B46", page=pages.METAL_LB
            )
    for number, (_, each) in enumerate(ranges):
        text, held = each.text() or "", each.range()
        if held is None or not ("/" in text or "-" in text):
            message = f"'{text}' is not a block or a range of addresses"
            yield target.fault(
                each.at, message, "write a-b or a block; /32 for one address", rule="B46", page=pages.METAL_LB
            )
            continue
        if any((theirs := other.range()) is not None and theirs.overlaps(held) for _, other in ranges[:number]):
            message = f"'{text}' shares addresses with another range"
            yield target.fault(each.at, message, "give each address to one pool", rule="B46", page=pages.METAL_LB)


def vips(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse one address for both VIPs (B52)."""
    part = top.get("loadBalancer.vips.ingressVIP")
    if part.data is not None and part.text() == top.text("loadBalancer.vips.controlPlaneVIP"):
        yield target.fault(part.at, f"{part.text()} is both VIPs", "give each its own address", rule="B52")


ALL: Final = (
    version,
    overrides,
    control_plane,
    host_config,
    networking,
    ingress,
    pools,
    vips,
    *pool_conditions.ALL,
)
