"""Mistakes in files of gkeadm and gkectl, each made in a file that is right: where it is found, and by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias, cast

import pytest

from model.config.source import Data, KeyPath
from model.planning.versions import Minor, Version
from model.rendering.conditions import kind_of, validate
from model.rendering.files import FileKind
from model.rendering.gates import GATES, NEWEST, OLDEST, Gate
from model.rendering.schema import Fault, UndescribedError
from model.rendering.text import read_back

GOLDEN: Final = Path(__file__).parent / "golden"
USER: Final = "onp1-dev/user-cluster.yaml"
ADMIN: Final = "onp1-dev-admin/admin-cluster.yaml"
BLOCK: Final = "onp1-dev/ip-block.yaml"
CREDENTIALS: Final = "credential.yaml"
WORKSTATION: Final = "admin-ws-config.yaml"
LOGIN: Final = "onp1-dev/client-config.yaml"
OLD: Final = "1.29-long-ago"

GONE: Final = "(gone)"
"""In place of a value: take the field out."""
Edit: TypeAlias = "tuple[KeyPath, Data]"


@cache
def _golden(case: str, file: str) -> Data:
    return read_back(file, (GOLDEN / case / file).read_text(encoding="utf-8"))


def edited(case: str, file: str, edits: Sequence[Edit]) -> Data:
    """Return a golden file with values put in place of others."""
    data = deepcopy(_golden(case, file))
    for path, value in edits:
        inside = data
        for key in path[:-1]:
            inside = cast("dict[str | int, Data]", inside)[key]
        held = cast("dict[str | int, Data]", inside)
        if value == GONE:
            del held[path[-1]]
        elif isinstance(inside, list) and path[-1] == len(inside):
            inside.append(value)
        else:
            held[path[-1]] = value
    return data


def faults(case: str, file: str, *edits: Edit, version: Version | Minor | None = None) -> list[Fault]:
    """Return what is wrong in a golden file with edits, for its minor release."""
    data = edited(case, file, edits)
    kind = kind_of(data)
    assert kind is not None
    return validate(kind, version or Minor.parse(case.removesuffix("-long-ago")), data)


def hold(found: Sequence[Fault], rule: str, at: KeyPath, saying: str) -> None:
    """Hold that one of the faults is of a rule, at a place, with these words, a remedy and a page."""
    fitting = [each for each in found if each.rule == rule and each.at == at and saying in each.message]
    assert fitting, [(each.rule, each.at, each.message) for each in found]
    assert all(each.remedy and each.source.startswith("https://") for each in found)


POOL: Final = ("nodePools", 0)
MASTER: Final = ("network", "controlPlaneIPBlock", "ips")
METAL: Final = ("loadBalancer", "metalLB", "addressPools")
VSPHERE: Final = (*POOL, "vsphere")

FORM: Final[dict[str, tuple[str, str, tuple[Edit, ...], str, KeyPath, str]]] = {
    "unknown field": ("1.32", USER, ((("nodePool",), []),), "format", ("nodePool",), "unknown field"),
    "unknown field inside": ("1.32", USER, (((*POOL, "cpu"), 4),), "format", (*POOL, "cpu"), "unknown field"),
    "missing field": ("1.32", USER, (((*POOL, "name"), GONE),), "B30", POOL, "missing field"),
    "null for missing": ("1.32", USER, (((*POOL, "name"), None),), "B30", POOL, "missing field"),
    "text for a number": ("1.32", USER, (((*POOL, "cpus"), "8"),), "B31", (*POOL, "cpus"), "not a whole number"),
    "true for a number": ("1.32", USER, (((*POOL, "cpus"), True),), "B31", (*POOL, "cpus"), "not a whole number"),
    "text for true": (
        "1.32",
        USER,
        ((("autoRepair", "enabled"), "true"),),
        "format",
        ("autoRepair", "enabled"),
        "not true or false",
    ),
    "text for a section": ("1.32", USER, ((("network",), "node"),), "format", ("network",), "not a section"),
    "section for a list": ("1.32", USER, ((("nodePools",), {}),), "B30", ("nodePools",), "not a list of sections"),
    "list of nothing": ("1.32", USER, ((("nodePools",), []),), "B30", ("nodePools",), "is empty"),
    "number for a text": ("1.32", USER, ((("name",), 7),), "B1", ("name",), "not text"),
    "number among texts": (
        "1.32",
        USER,
        ((("network", "hostConfig", "dnsServers"), [53]),),
        "A28",
        ("network", "hostConfig", "dnsServers"),
        "not a list of texts",
    ),
    "too many": (
        "1.32",
        USER,
        ((("network", "hostConfig", "dnsServers"), ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]),),
        "A28",
        ("network", "hostConfig", "dnsServers", 3),
        "3 are allowed",
    ),
    "labels that are no texts": (
        "1.32",
        USER,
        (((*POOL, "labels"), {"a": 1}),),
        "format",
        (*POOL, "labels"),
        "is a mapping",
    ),
    "no choice": (
        "1.32",
        USER,
        ((("loadBalancer", "kind"), "MetallB"),),
        "A33",
        ("loadBalancer", "kind"),
        "can not be 'MetallB'",
    ),
    "not the form": ("1.32", USER, ((("name",), "Onp1"),), "B1", ("name",), "has to match"),
    "no address": (
        "1.32",
        USER,
        ((("loadBalancer", "vips", "controlPlaneVIP"), "10.20.17"),),
        "format",
        ("loadBalancer", "vips", "controlPlaneVIP"),
        "not an IPv4 address",
    ),
    "no range": (
        "1.32",
        USER,
        ((("network", "podCIDR"), "100.98.0.1/16"),),
        "A31",
        ("network", "podCIDR"),
        "not a range",
    ),
    "a range too small": (
        "1.32",
        USER,
        ((("network", "podCIDR"), "100.98.0.0/19"),),
        "A31",
        ("network", "podCIDR"),
        "/19",
    ),
    "a range too large": (
        "1.32",
        USER,
        ((("network", "serviceCIDR"), "96.0.0.0/8"),),
        "A31",
        ("network", "serviceCIDR"),
        "/8",
    ),
    "no mask": (
        "1.32",
        BLOCK,
        ((("blocks", 0, "netmask"), "255.0.255.0"),),
        "A46",
        ("blocks", 0, "netmask"),
        "not a netmask",
    ),
    "too few": ("1.32", ADMIN, ((("adminMaster", "cpus"), 2),), "A30", ("adminMaster", "cpus"), "4 or more"),
}
"""Name of the mistake: version, file, edits, rule, place and words of what is said."""


GATED: Final[dict[str, tuple[str, str, tuple[Edit, ...], str, KeyPath, str]]] = {
    "advanced before 1.31": (
        "1.30",
        USER,
        ((("enableAdvancedCluster",), False),),
        "A22",
        ("enableAdvancedCluster",),
        "from 1.31 on",
    ),
    "not advanced in 1.33": (
        "1.33",
        ADMIN,
        ((("enableAdvancedCluster",), False),),
        "A22",
        ("enableAdvancedCluster",),
        "until 1.32",
    ),
    "topology before 1.31": (
        "1.30",
        ADMIN,
        ((("infraConfigFilePath",), "/home/ubuntu/infra.yaml"),),
        "A45",
        ("infraConfigFilePath",),
        "from 1.31 on",
    ),
    "control plane balancer before 1.32": (
        "1.31",
        ADMIN,
        ((("adminMaster", "controlPlaneLoadBalancer"), {"mode": "bundled"}),),
        "A36",
        ("adminMaster", "controlPlaneLoadBalancer"),
        "from 1.32 on",
    ),
    "data disk": (
        "1.29",
        ADMIN,
        ((("vCenter", "dataDisk"), "a.vmdk"),),
        "A26",
        ("vCenter", "dataDisk"),
        "no longer",
    ),
    "one admin node in 1.32": (
        "1.32",
        ADMIN,
        ((("adminMaster", "replicas"), 1),),
        "B66",
        ("adminMaster", "replicas"),
        "until 1.31",
    ),
    "F5 in 1.32": (
        "1.32",
        USER,
        ((("loadBalancer", "kind"), "F5BigIP"),),
        "A33",
        ("loadBalancer", "kind"),
        "until 1.31",
    ),
    "Seesaw in 1.32": (
        "1.32",
        ADMIN,
        ((("loadBalancer", "kind"), "Seesaw"),),
        "A33",
        ("loadBalancer", "kind"),
        "until 1.31",
    ),
    "kubeception in 1.32": (
        "1.32",
        USER,
        ((("enableControlplaneV2",), False),),
        "B66",
        ("enableControlplaneV2",),
        "until 1.31",
    ),
    "Calico in 1.31": ("1.31", USER, ((("enableDataplaneV2",), False),), "B3", ("enableDataplaneV2",), "until 1.30"),
    "Windows in 1.33": (
        "1.33",
        USER,
        (((*POOL, "osImageType"), "windows"),),
        "B32",
        (*POOL, "osImageType"),
        "until 1.32",
    ),
}

CONDITIONS: Final[dict[str, tuple[str, str, tuple[Edit, ...], str, KeyPath, str]]] = {
    "two stores": (
        "1.32",
        ADMIN,
        ((("vCenter", "storagePolicyName"), "gold"),),
        "A24",
        ("vCenter", "storagePolicyName"),
        "a datastore and a storage policy",
    ),
    "no store": ("1.32", ADMIN, ((("vCenter", "datastore"), GONE),), "A24", ("vCenter",), "neither"),
    "policy for one node": (
        OLD,
        ADMIN,
        ((("vCenter", "datastore"), GONE), (("vCenter", "storagePolicyName"), "gold")),
        "A24",
        ("vCenter", "storagePolicyName"),
        "highly available",
    ),
    "slash in a network's name": (
        "1.32",
        ADMIN,
        ((("network", "vCenter", "networkName"), "pg/admin"),),
        "A27",
        ("network", "vCenter", "networkName"),
        "a slash",
    ),
    "static without a file": (
        "1.32",
        USER,
        ((("network", "ipMode", "ipBlockFilePath"), GONE),),
        "A46",
        ("network", "ipMode"),
        "no file lists them",
    ),
    "DHCP with a file": (
        "1.32",
        USER,
        ((("network", "ipMode", "type"), "dhcp"),),
        "A46",
        ("network", "ipMode", "ipBlockFilePath"),
        "static ones",
    ),
    "ranges that overlap": (
        "1.32",
        USER,
        ((("network", "serviceCIDR"), "100.98.16.0/20"),),
        "A32",
        ("network", "serviceCIDR"),
        "overlaps the pod range",
    ),
    "a name server among pods": (
        "1.32",
        USER,
        ((("network", "hostConfig", "dnsServers"), ["100.98.0.10"]),),
        "A32",
        ("network", "hostConfig", "dnsServers", 0),
        "lies in podCIDR",
    ),
    "the VIP is a node": (
        "1.32",
        USER,
        ((("loadBalancer", "vips", "controlPlaneVIP"), "10.20.17.11"),),
        "B22",
        (*MASTER, 0, "ip"),
        "a node's address, too",
    ),
    "the admin VIP is a node": (
        "1.32",
        ADMIN,
        ((("loadBalancer", "vips", "controlPlaneVIP"), "10.20.16.11"),),
        "A29",
        (*MASTER, 0, "ip"),
        "a node's address, too",
    ),
    "one address twice": ("1.32", USER, (((*MASTER, 1, "ip"), "10.20.17.11"),), "A47", (*MASTER, 1, "ip"), "two nodes"),
    "a node outside": ("1.32", USER, (((*MASTER, 1, "ip"), "10.20.18.12"),), "A47", (*MASTER, 1, "ip"), "is outside"),
    "section of another balancer": (
        "1.32",
        USER,
        ((("loadBalancer", "manualLB"), {"ingressHTTPNodePort": 30080}),),
        "A33",
        ("loadBalancer", "manualLB"),
        "is for kind ManualLB",
    ),
    "balancer without its section": (
        "1.32",
        USER,
        ((("loadBalancer", "metalLB"), GONE),),
        "A34",
        ("loadBalancer", "kind"),
        "is missing",
    ),
    "node port out of range": (
        "1.32",
        USER,
        ((("loadBalancer", "manualLB"), {"ingressHTTPNodePort": 80}),),
        "B48",
        ("loadBalancer", "manualLB", "ingressHTTPNodePort"),
        "node ports are",
    ),
    "node port twice": (
        "1.32",
        USER,
        ((("loadBalancer", "manualLB"), {"ingressHTTPNodePort": 30080, "ingressHTTPSNodePort": 30080}),),
        "B48",
        ("loadBalancer", "manualLB", "ingressHTTPSNodePort"),
        "are both 30080",
    ),
    "registry with a scheme": (
        "1.32",
        ADMIN,
        ((("privateRegistry", "address"), "https://registry.example"),),
        "A39",
        ("privateRegistry", "address"),
        "has a scheme",
    ),
    "two projects": (
        "1.32",
        USER,
        ((("stackdriver", "projectID"), "another"),),
        "A40",
        ("stackdriver", "projectID"),
        "creation fails",
    ),
    "two regions": (
        "1.32",
        USER,
        ((("gkeOnPremAPI", "location"), "europe-west1"),),
        "A40",
        ("gkeOnPremAPI", "location"),
        "creation fails",
    ),
    "two keys when advanced": (
        "1.33",
        USER,
        ((("cloudAuditLogging", "serviceAccountKeyPath"), "/home/ubuntu/other.json"),),
        "A41",
        ("cloudAuditLogging", "serviceAccountKeyPath"),
        "with one key",
    ),
    "encrypted secrets when advanced": (
        "1.33",
        USER,
        ((("secretsEncryption",), {"mode": "GeneratedKey", "generatedKey": {"keyVersion": 1}}),),
        "A43",
        ("secretsEncryption",),
        "keys of their own",
    ),
    "backup of an advanced preview": (
        "1.31",
        ADMIN,
        ((("enableAdvancedCluster",), True),),
        "A43",
        ("clusterBackup", "datastore"),
        "can not be backed up",
    ),
    "anti-affinity of an advanced preview": (
        "1.31",
        USER,
        ((("enableAdvancedCluster",), True),),
        "A37",
        ("antiAffinityGroups", "enabled"),
        "no anti-affinity",
    ),
    "control plane balancer when not advanced": (
        "1.32",
        ADMIN,
        ((("adminMaster", "controlPlaneLoadBalancer"), {"mode": "bundled"}),),
        "A36",
        ("adminMaster", "controlPlaneLoadBalancer"),
        "for advanced clusters",
    ),
    "topology and a vCenter": (
        "1.32",
        ADMIN,
        ((("infraConfigFilePath",), "/home/ubuntu/infra.yaml"),),
        "A45",
        ("vCenter",),
        "file of the infrastructure",
    ),
    "topology and MetalLB": (
        "1.32",
        ADMIN,
        ((("infraConfigFilePath",), "/home/ubuntu/infra.yaml"),),
        "A45",
        ("loadBalancer", "kind"),
        "reach over subnets",
    ),
    "no name servers": (
        "1.32",
        ADMIN,
        ((("network", "hostConfig"), GONE),),
        "A28",
        ("network",),
        "missing field 'hostConfig'",
    ),
    "bundle of another version": (
        "1.32",
        ADMIN,
        ((("bundlePath",), "/var/lib/gke/bundles/gke-onprem-vsphere-1.31.0-gke.889-full.tgz"),),
        "A21",
        ("bundlePath",),
        "installs the bundle's version",
    ),
    "no bundle": ("1.32", ADMIN, ((("bundlePath",), "/tmp/bundle.tgz"),), "A21", ("bundlePath",), "full bundle"),  # noqa: S108  a text
    "two admin nodes": ("1.31", ADMIN, ((("adminMaster", "replicas"), 2),), "A29", ("adminMaster", "replicas"), "2"),
    "two addresses for three": (
        "1.32",
        ADMIN,
        (((*MASTER, 2), GONE),),
        "A29",
        ("network", "controlPlaneIPBlock"),
        "have 2 addresses",
    ),
    "a block for one node": (
        "1.31",
        ADMIN,
        ((("adminMaster", "replicas"), 1),),
        "A48",
        ("network", "controlPlaneIPBlock"),
        "in the IP block file",
    ),
    "proxy without a port": (
        "1.32",
        ADMIN,
        ((("proxy",), {"url": "http://proxy.example", "noProxy": ""}),),
        "A38",
        ("proxy", "url"),
        "http://<host>:<port>",
    ),
    "another version": (
        "1.32",
        USER,
        ((("gkeOnPremVersion",), "1.31.0-gke.889"),),
        "B2",
        ("gkeOnPremVersion",),
        "the file is for",
    ),
    "half of another vCenter": (
        "1.32",
        USER,
        ((("vCenter",), {"address": "vc02.example", "datastore": "ds"}),),
        "B4",
        ("vCenter",),
        "another vCenter",
    ),
    "half of another datacenter": (
        "1.32",
        USER,
        ((("vCenter",), {"datacenter": "dc2"}),),
        "B4",
        ("vCenter",),
        "another datacenter",
    ),
    "two control plane nodes": (
        "1.32",
        USER,
        ((("masterNode", "replicas"), 2),),
        "B7",
        ("masterNode", "replicas"),
        "2",
    ),
    "one node when advanced": (
        "1.33",
        USER,
        ((("masterNode", "replicas"), 1),),
        "B7",
        ("masterNode", "replicas"),
        "three control plane nodes",
    ),
    "odd memory of the control plane": (
        "1.32",
        USER,
        ((("masterNode", "memoryMB"), 8190),),
        "B7",
        ("masterNode", "memoryMB"),
        "multiple of 4",
    ),
    "addresses for fewer nodes": (
        "1.32",
        USER,
        (((*MASTER, 2), GONE),),
        "B41",
        ("network", "controlPlaneIPBlock"),
        "have 2 addresses",
    ),
    "a block for kubeception": (
        "1.31",
        USER,
        ((("enableControlplaneV2",), False),),
        "B41",
        ("network", "controlPlaneIPBlock"),
        "that one's IP block file",
    ),
    "static without servers": (
        "1.32",
        USER,
        ((("network", "hostConfig"), GONE),),
        "A28",
        ("network",),
        "no name and time servers",
    ),
    "advanced networking on Calico": (
        "1.30",
        USER,
        ((("enableDataplaneV2",), False), (("advancedNetworking",), True)),
        "B8",
        ("advancedNetworking",),
        "needs Dataplane V2",
    ),
    "ingress VIP without ingress": (
        "1.32",
        USER,
        ((("loadBalancer", "vips", "ingressVIP"), "10.20.17.30"),),
        "B55",
        ("loadBalancer", "vips", "ingressVIP"),
        "is off",
    ),
    "ingress without a VIP": (
        "1.32",
        USER,
        ((("disableBundledIngress",), False),),
        "B52",
        ("loadBalancer", "vips"),
        "has no VIP",
    ),
    "ingress VIP in no pool": (
        "1.32",
        USER,
        ((("disableBundledIngress",), False), (("loadBalancer", "vips", "ingressVIP"), "10.20.17.29")),
        "B46",
        ("loadBalancer", "vips", "ingressVIP"),
        "in 0 address pools",
    ),
    "one address for both VIPs": (
        "1.32",
        USER,
        ((("disableBundledIngress",), False), (("loadBalancer", "vips", "ingressVIP"), "10.20.17.10")),
        "B52",
        ("loadBalancer", "vips", "ingressVIP"),
        "is both VIPs",
    ),
    "control plane VIP in a pool": (
        "1.32",
        USER,
        (((*METAL, 0, "addresses"), ["10.20.17.10-10.20.17.29"]),),
        "B46",
        (*METAL, 0, "addresses"),
        "would be given away",
    ),
    "an address that is no range": (
        "1.32",
        USER,
        (((*METAL, 0, "addresses"), ["10.20.17.60"]),),
        "B46",
        (*METAL, 0, "addresses", 0),
        "not a block or a range",
    ),
    "pools that overlap": (
        "1.32",
        USER,
        (((*METAL, 1, "addresses"), ["10.20.17.50-10.20.17.59"]), ((*METAL, 0, "addresses"), ["10.20.17.50/32"])),
        "B46",
        (*METAL, 1, "addresses", 0),
        "shares addresses",
    ),
    "two pools of one name": (
        "1.32",
        USER,
        ((("nodePools", 1, "name"), "general"),),
        "B30",
        ("nodePools", 1, "name"),
        "two",
    ),
    "odd memory": ("1.32", USER, (((*POOL, "memoryMB"), 32767),), "B31", (*POOL, "memoryMB"), "multiple of 4"),
    "scaling downwards": (
        "1.32",
        USER,
        (((*POOL, "autoscaling", "minReplicas"), 9),),
        "B33",
        (*POOL, "autoscaling"),
        "scales from 9 to 8",
    ),
    "beginning outside": ("1.32", USER, (((*POOL, "replicas"), 9),), "B33", (*POOL, "replicas"), "begins with 9"),
    "no speakers": (
        "1.32",
        USER,
        ((("nodePools", 1, "enableLoadBalancer"), False),),
        "B35",
        ("nodePools",),
        "nobody announces",
    ),
    "speakers without MetalLB": (
        "1.29",
        USER,
        ((("loadBalancer", "kind"), "ManualLB"),),
        "B35",
        ("nodePools", 1, "enableLoadBalancer"),
        "is ManualLB",
    ),
    "host groups of some pools": (
        "1.30",
        USER,
        (((*VSPHERE, "hostgroups"), ["hg-a"]),),
        "B36",
        (*VSPHERE, "hostgroups"),
        "others are not",
    ),
    "host groups when advanced": (
        "1.33",
        USER,
        (((*VSPHERE, "hostgroups"), ["hg-a"]),),
        "B36",
        (*VSPHERE, "hostgroups"),
        "can not bind",
    ),
    "two stores of a pool": (
        "1.32",
        USER,
        (((*VSPHERE, "datastore"), "a"), ((*VSPHERE, "storagePolicyName"), "b")),
        "A24",
        VSPHERE,
        "placed by one of them",
    ),
    "a pool ahead": (
        "1.32",
        USER,
        (((*POOL, "gkeOnPremVersion"), "1.33.0-gke.799"),),
        "B38",
        (*POOL, "gkeOnPremVersion"),
        "is ahead",
    ),
    "a pool far behind": (
        "1.32",
        USER,
        (((*POOL, "gkeOnPremVersion"), "1.29.0-gke.1"),),
        "B38",
        (*POOL, "gkeOnPremVersion"),
        "two minors behind",
    ),
    "Windows without a template": (
        "1.32",
        USER,
        (((*POOL, "osImageType"), "windows"),),
        "B32",
        (*POOL, "osImageType"),
        "no template",
    ),
    "a template for Linux": ("1.32", USER, (((*POOL, "osImage"), "w"),), "B32", (*POOL, "osImage"), "are of Linux"),
    "an address outside the block": (
        "1.32",
        BLOCK,
        ((("blocks", 0, "ips", 0, "ip"), "10.20.18.9"),),
        "A47",
        ("blocks", 0, "ips", 0, "ip"),
        "is outside",
    ),
    "the gateway as a node": (
        "1.32",
        BLOCK,
        ((("blocks", 0, "ips", 0, "ip"), "10.20.17.1"),),
        "A47",
        ("blocks", 0, "ips", 0, "ip"),
        "holds the gateway",
    ),
    "the broadcast address": (
        "1.32",
        BLOCK,
        ((("blocks", 0, "ips", 0, "ip"), "10.20.17.255"),),
        "A47",
        ("blocks", 0, "ips", 0, "ip"),
        "broadcast",
    ),
    "an address listed twice": (
        "1.32",
        BLOCK,
        ((("blocks", 0, "ips", 1, "ip"), "10.20.17.100"),),
        "A47",
        ("blocks", 0, "ips", 1, "ip"),
        "listed twice",
    ),
    "a host name twice": (
        "1.32",
        BLOCK,
        ((("blocks", 0, "ips", 1, "hostname"), "onp1-dev-w-100"),),
        "A47",
        ("blocks", 0, "ips", 1, "hostname"),
        "host name",
    ),
    "a name for a block": (
        "1.32",
        BLOCK,
        ((("blocks", 0, "ips", 12), {"ip": "10.20.17.128/28", "hostname": "w"}),),
        "A46",
        ("blocks", 0, "ips", 12, "hostname"),
        "one host name",
    ),
    "a static workstation without its address": (
        "1.32",
        WORKSTATION,
        ((("adminWorkstation", "network", "hostConfig"), GONE),),
        "A5",
        ("adminWorkstation", "network"),
        "no hostConfig",
    ),
    "DHCP with an address": (
        "1.32",
        WORKSTATION,
        ((("adminWorkstation", "network", "ipAllocationMode"), "dhcp"),),
        "A5",
        ("adminWorkstation", "network", "hostConfig"),
        "from DHCP",
    ),
    "two entries of one name": (
        "1.32",
        CREDENTIALS,
        ((("items", 1, "name"), "vCenter"),),
        "A9",
        ("items", 1, "name"),
        "two entries",
    ),
    "a prefix without groups": (
        "1.32",
        LOGIN,
        (
            (("spec", "authentication", 0, "oidc", "groupsClaim"), GONE),
            (("spec", "authentication", 0, "oidc", "groupPrefix"), "g:"),
        ),
        "B81",
        ("spec", "authentication", 0, "oidc", "groupPrefix"),
        "no groupsClaim",
    ),
}


OTHER_KIND: Final[dict[str, tuple[str, str, tuple[Edit, ...], str, KeyPath, str]]] = {
    "admin: static without a file": (
        OLD,
        ADMIN,
        ((("network", "ipMode", "ipBlockFilePath"), GONE),),
        "A46",
        ("network", "ipMode"),
        "no file lists them",
    ),
    "admin: ranges that overlap": (
        "1.32",
        ADMIN,
        ((("network", "serviceCIDR"), "100.104.64.0/24"),),
        "A32",
        ("network", "serviceCIDR"),
        "overlaps the pod range",
    ),
    "admin: F5 without its section": (
        OLD,
        ADMIN,
        ((("loadBalancer", "f5BigIP"), GONE),),
        "A34",
        ("loadBalancer", "kind"),
        "is missing",
    ),
    "admin: node port out of range": (
        "1.32",
        ADMIN,
        ((("loadBalancer", "manualLB"), {"controlPlaneNodePort": 80}),),
        "B48",
        ("loadBalancer", "manualLB", "controlPlaneNodePort"),
        "node ports are",
    ),
    "admin: two regions": (
        "1.32",
        ADMIN,
        ((("gkeOnPremAPI", "location"), "europe-west1"),),
        "A40",
        ("gkeOnPremAPI", "location"),
        "creation fails",
    ),
    "user: two stores": (
        "1.32",
        USER,
        ((("vCenter",), {"datastore": "a", "storagePolicyName": "b"}),),
        "A24",
        ("vCenter", "storagePolicyName"),
        "a datastore and a storage policy",
    ),
    "user: slash in a network's name": (
        "1.32",
        USER,
        ((("network", "vCenter", "networkName"), "pg/node"),),
        "A27",
        ("network", "vCenter", "networkName"),
        "a slash",
    ),
    "user: registry with a scheme": (
        "1.32",
        USER,
        ((("privateRegistry",), {"address": "https://registry.example"}),),
        "A39",
        ("privateRegistry", "address"),
        "has a scheme",
    ),
}
"""Conditions that both kinds of cluster have, in a file of the other kind."""

ALL: Final = {**FORM, **GATED, **CONDITIONS, **OTHER_KIND}


@pytest.mark.parametrize("name", ALL)
def test_a_mistake_is_found_where_it_is(name: str) -> None:
    case, file, edits, rule, at, saying = ALL[name]
    assert faults(case, file) == [], "without the mistake nothing is wrong"
    hold(faults(case, file, *edits), rule, at, saying)


MINORS: Final = [Minor(1, minor) for minor in range(OLDEST.minor, NEWEST.minor + 1)]


@pytest.mark.parametrize("gate", GATES, ids=lambda gate: f"{gate.path} {gate.span}")
def test_a_version_takes_a_field_or_a_value_on_one_side_of_its_gate_alone(gate: Gate) -> None:
    keys = [key for part in gate.path.split(".") for key in ([part[:-2], 0] if part.endswith("[]") else [part])]
    data: Data = gate.values[0] if gate.values else "text"
    for key in reversed(keys):
        data = [data] if key == 0 else {str(key): data}
    for kind in gate.kinds:
        for minor in MINORS:
            closed = [
                each
                for each in validate(kind, minor, data)
                if each.at == tuple(keys) and "does not take" in each.message and gate.span in each.message
            ]
            assert len(closed) == (0 if gate.open(minor) else 1), minor
            assert all((each.rule, each.source) == (gate.rule, gate.page) for each in closed)


def test_with_a_full_version_the_file_is_for_exactly_that_one() -> None:
    patch = Version.parse("1.32.300-gke.41")
    hold(faults("1.32", USER, version=patch), "B2", ("gkeOnPremVersion",), "1.32.300-gke.41")
    hold(faults("1.32", ADMIN, version=patch), "A21", ("bundlePath",), "1.32.300-gke.41")


@pytest.mark.parametrize("minor", [Minor(1, 28), Minor(1, 34)])
def test_a_version_that_is_not_described_is_an_error(minor: Minor) -> None:
    with pytest.raises(UndescribedError, match="are not described"):
        faults("1.32", USER, version=minor)


@pytest.mark.parametrize("data", [None, "text", ["a"], 3])
def test_a_file_that_holds_no_fields_is_wrong(data: Data) -> None:
    found = validate(FileKind.USER_CLUSTER, Minor(1, 32), data)
    assert any("not a mapping" in each.message for each in found)


@pytest.mark.parametrize("key", ["username", "password"])
def test_what_stands_in_a_secret_field_is_never_repeated(key: str) -> None:
    secret = ["tell-nobody"]
    found = faults("1.32", CREDENTIALS, (("items", 0, key), cast("Data", secret)))
    assert found
    assert all("tell-nobody" not in f"{each.message}{each.remedy}" for each in found)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"kind": "AdminCluster"}, FileKind.ADMIN_CLUSTER),
        ({"kind": "UserCluster"}, FileKind.USER_CLUSTER),
        ({"kind": "CredentialFile"}, FileKind.CREDENTIALS),
        ({"kind": "ClientConfig"}, FileKind.CLIENT_CONFIG),
        ({"blocks": []}, FileKind.IP_BLOCK),
        ({"adminWorkstation": {}}, FileKind.ADMIN_WORKSTATION),
        ({"kind": "Pod"}, None),
        ({}, None),
        ([], None),
    ],
)
def test_what_a_file_is_follows_from_what_is_in_it(data: Data, kind: FileKind | None) -> None:
    assert kind_of(data) == kind


ODD: Final[tuple[Data, ...]] = (None, True, 7, 1.5, "text", [], ["a"], {}, {"a": 1})


@pytest.mark.parametrize("file", [USER, ADMIN, BLOCK, CREDENTIALS, WORKSTATION, LOGIN])
def test_no_value_anywhere_makes_the_check_itself_fail(file: str) -> None:
    for path in _paths(_golden("1.32", file)):
        for value in ODD if path[0] != "kind" else ():
            faults("1.32", file, (path, value))


def _paths(data: Data, at: KeyPath = ()) -> list[KeyPath]:
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found: list[KeyPath] = []
    for key, value in inside:
        if isinstance(key, int) and key > 1:
            break
        found += [(*at, key), *_paths(value, (*at, key))]
    return found
