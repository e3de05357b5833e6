"""Conditions that the files of admin clusters and of user clusters have in common."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.planning.versions import Minor
from model.rendering import block_conditions
from model.rendering.files import FileKind
from model.rendering.reading import Part
from model.rendering.schema import Fault, Target
from model.rendering.shared_fields import NODE_PORT_HIGH, NODE_PORT_LOW

_ESCAPE: Final = re.compile(r"%(?:2f|5c|25)", re.IGNORECASE)
_PROJECTS: Final = ("gkeConnect.projectID", "stackdriver.projectID", "cloudAuditLogging.projectID")
_PLACES: Final = (
    "gkeConnect.location",
    "stackdriver.clusterLocation",
    "cloudAuditLogging.clusterLocation",
    "gkeOnPremAPI.location",
)
_SECTIONS: Final = {"MetalLB": "metalLB", "ManualLB": "manualLB", "F5BigIP": "f5BigIP", "Seesaw": "seesaw"}


def advanced(target: Target, top: Part) -> bool:
    """Say whether the file is of an advanced cluster: as it says, or as its version has it (A22, B65)."""
    if top.has("enableAdvancedCluster"):
        return top.is_("enableAdvancedCluster", value=True)
    return target.minor >= Minor(1, 32)


def storage(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse both a datastore and a storage policy, and neither where the section has to be whole (A24)."""
    vcenter = top.get("vCenter")
    both = vcenter.has("datastore") and vcenter.has("storagePolicyName")
    whole = target.kind is FileKind.ADMIN_CLUSTER and vcenter.data is not None
    if both:
        message = "vCenter names a datastore and a storage policy; disks are placed by one of them"
        yield target.fault(vcenter.get("storagePolicyName").at, message, "remove one", rule="A24")
    elif whole and not (vcenter.has("datastore") or vcenter.has("storagePolicyName")):
        message = "vCenter names neither a datastore nor a storage policy"
        yield target.fault(vcenter.at, message, "add datastore or storagePolicyName", rule="A24")


def network_name(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse characters of a network's name that have to be escaped; a full path begins with a slash (A27)."""
    part = top.get("network.vCenter.networkName")
    name = part.text() or ""
    rest = _ESCAPE.sub("", name)
    if any(mark in rest for mark in ("%", "\\")) or ("/" in rest and not rest.startswith("/")):
        message = f"the network's name '{name}' holds a slash, a backslash or a percent sign as it is"
        yield target.fault(part.at, message, "write %2f for /, %5c for \\ and %25 for %", rule="A27")


def static_block(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse static addresses without the file that lists them, and such a file for DHCP."""
    mode = top.get("network.ipMode")
    if mode.is_("type", "static") and not mode.has("ipBlockFilePath"):
        message = "nodes have static addresses, and no file lists them"
        yield target.fault(mode.at, message, "add ipBlockFilePath", rule="A46")
    if mode.is_("type", "dhcp") and mode.has("ipBlockFilePath") and not top.has("infraConfigFilePath"):
        message = "nodes get their addresses from DHCP, and a file lists static ones"
        yield target.fault(mode.get("ipBlockFilePath").at, message, "remove it, or set type: static", rule="A46")


def ranges(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a service range that overlaps the pod range, or either that holds an address of the file (A32)."""
    network = top.get("network")
    found = {name: network.range(name) for name in ("podCIDR", "serviceCIDR")}
    pods, services = found["podCIDR"], found["serviceCIDR"]
    if pods is not None and services is not None and pods.overlaps(services):
        message = f"the service range {network.text('serviceCIDR')} overlaps the pod range {network.text('podCIDR')}"
        yield target.fault(network.get("serviceCIDR").at, message, "use ranges that share no address", rule="A32")
    outside = [
        top.get("loadBalancer.vips.controlPlaneVIP"),
        top.get("loadBalancer.vips.ingressVIP"),
        *(entry.get("ip") for entry in network.items("controlPlaneIPBlock.ips")),
        *network.items("hostConfig.dnsServers"),
        *network.items("hostConfig.ntpServers"),
    ]
    for part in outside:
        address = part.address()
        for name, held in found.items():
            if address is not None and held is not None and address in held:
                message = f"{address} lies in {name} {network.text(name)}, so pods can not reach it outside"
                yield target.fault(part.at, message, "move the range", rule="A32")


def control_plane_block(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse control plane addresses outside their subnet or given twice, and a VIP among them (A29, B22, A47)."""
    block = top.get("network.controlPlaneIPBlock")
    yield from block_conditions.block_faults(target, block)
    vip, seen = top.get("loadBalancer.vips.controlPlaneVIP"), set[str]()
    for entry in block.items("ips"):
        address = entry.text("ip") or ""
        if address == vip.text():
            rule = "A29" if target.kind is FileKind.ADMIN_CLUSTER else "B22"
            message = f"the control plane VIP {address} is a node's address, too"
            yield target.fault(entry.get("ip").at, message, "give the VIP an address of its own", rule=rule)
        if address in seen:
            yield target.fault(entry.get("ip").at, f"{address} is given to two nodes", "give each its own", rule="A47")
        seen.add(address)


def balancer_sections(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse the section of another kind of load balancer than the one that is chosen (A33, A34)."""
    balancer = top.get("loadBalancer")
    kind = balancer.text("kind")
    for name, section in _SECTIONS.items():
        if balancer.has(section) and kind in _SECTIONS and kind != name:
            message = f"the section {section} is for kind {name}, and kind is {kind}"
            yield target.fault(balancer.get(section).at, message, "remove it", rule="A33")
    needed = _SECTIONS.get(kind or "")
    user = target.kind is FileKind.USER_CLUSTER
    if needed is not None and not balancer.has(needed) and (user or kind not in {"MetalLB", "ManualLB"}):
        message = f"kind is {kind}, and its section {needed} is missing"
        yield target.fault(balancer.get("kind").at, message, f"add {needed}", rule="A34")


def node_ports(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse node ports outside Kubernetes' range, and one port for two uses; 0 stands for none (B48)."""
    ports = top.get("loadBalancer.manualLB")
    seen: dict[int, str] = {}
    for use in ports.data if isinstance(ports.data, dict) else ():
        port = ports.number(use)
        if port is None or port == 0:
            continue
        at = ports.get(use).at
        if not NODE_PORT_LOW <= port <= NODE_PORT_HIGH:
            message = f"{use} is {port}; node ports are {NODE_PORT_LOW} to {NODE_PORT_HIGH}"
            yield target.fault(at, message, "choose a port of that range", rule="B48")
        if port in seen:
            message = f"{use} and {seen[port]} are both {port}"
            yield target.fault(at, message, "give each a port of its own", rule="B48")
        seen[port] = use


def private_registry(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a registry's address with a scheme (A39)."""
    part = top.get("privateRegistry.address")
    if "://" in (part.text() or ""):
        message = f"the registry's address '{part.text()}' has a scheme"
        yield target.fault(part.at, message, "leave the scheme out", rule="A39")


def one_project(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse more than one project, or more than one region: the creation of the cluster fails (A40)."""
    for paths, what in ((_PROJECTS, "project"), (_PLACES, "region")):
        parts = [top.get(path) for path in paths if top.text(path) is not None]
        for part in parts[1:]:
            if part.text() != parts[0].text():
                first = ".".join(str(key) for key in parts[0].at)
                message = f"this {what} is {part.text()}, and {first} is {parts[0].text()}: creation fails"
                yield target.fault(part.at, message, f"use one {what} for all", rule="A40")


def advanced_limits(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse what advanced clusters do not have (A36, A41, A43)."""
    if not advanced(target, top):
        part = top.get("adminMaster.controlPlaneLoadBalancer")
        if part.data is not None:
            message = "controlPlaneLoadBalancer is for advanced clusters, and this one is none"
            yield target.fault(part.at, message, "remove it: loadBalancer.kind decides", rule="A36")
        return
    if top.has("secretsEncryption"):
        message = "advanced clusters do not encrypt secrets with keys of their own"
        yield target.fault(top.get("secretsEncryption").at, message, "remove secretsEncryption", rule="A43")
    keys = [top.get(f"{section}.serviceAccountKeyPath") for section in ("stackdriver", "cloudAuditLogging")]
    if all(key.text() for key in keys) and keys[0].text() != keys[1].text():
        message = "an advanced cluster sends logs and audit logs with one key, and these are two"
        yield target.fault(keys[1].at, message, f"use {keys[0].text()} for both", rule="A41")
    if target.minor == Minor(1, 31):
        yield from _preview_limits(target, top)


def _preview_limits(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse what advanced clusters did not have in 1.31, where they were a preview."""
    if top.has("clusterBackup.datastore"):
        message = "advanced clusters of 1.31 can not be backed up to a datastore"
        yield target.fault(top.get("clusterBackup.datastore").at, message, "remove clusterBackup", rule="A43")
    if top.is_("antiAffinityGroups.enabled", value=True):
        message = "advanced clusters of 1.31 have no anti-affinity rules"
        part = top.get("antiAffinityGroups.enabled")
        yield target.fault(part.at, message, "set it to false", rule="A37")


ALL: Final = (
    storage,
    network_name,
    static_block,
    ranges,
    control_plane_block,
    balancer_sections,
    node_ports,
    private_registry,
    one_project,
    advanced_limits,
)
