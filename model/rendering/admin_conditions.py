"""Conditions over the fields of `admin-cluster.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from model.planning.versions import Version
from model.rendering import pages
from model.rendering.reading import Part
from model.rendering.schema import Fault, Target

_BUNDLE: Final = re.compile(r"gke-onprem-vsphere-(?P<version>[0-9]+\.[0-9]+\.[0-9]+-gke\.[0-9]+)-full\.tgz$")
HIGHLY_AVAILABLE: Final = 3


def bundle(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a bundle of another version than the one the file is for (A21)."""
    part = top.get("bundlePath")
    text = part.text()
    if text is None:
        return
    match = _BUNDLE.search(text)
    if match is None:
        message = f"'{text}' is not the path of a full bundle"
        yield target.fault(part.at, message, "end it in gke-onprem-vsphere-<version>-full.tgz", rule="A21")
        return
    found = Version.parse(match["version"])
    if found.minor != target.minor or (target.version is not None and found != target.version):
        wanted = target.version or target.minor
        message = f"the bundle is of {found}, and the file is for {wanted}: gkectl installs the bundle's version"
        yield target.fault(part.at, message, f"use the bundle of {wanted}", rule="A21")


def replicas(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse another number of control plane nodes than 1 and 3, and other than three addresses for three (A29)."""
    part = top.get("adminMaster.replicas")
    number = top.number("adminMaster.replicas")
    if number is not None and number not in {1, HIGHLY_AVAILABLE}:
        message = f"an admin cluster with {number} control plane nodes does not exist"
        yield target.fault(part.at, message, "set replicas to 3", rule="A29")
    block = top.get("network.controlPlaneIPBlock")
    count = len(list(block.items("ips")))
    if number == HIGHLY_AVAILABLE and not top.has("infraConfigFilePath") and count != HIGHLY_AVAILABLE:
        message = f"three control plane nodes have {count} addresses"
        yield target.fault(block.at, message, "list three addresses with host names", rule="A29")
    if number == 1 and block.data is not None:
        message = "the addresses of a single control plane node are in the IP block file"
        yield target.fault(block.at, message, "remove controlPlaneIPBlock", rule="A48")


def storage_policy(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a storage policy for an admin cluster that is not highly available (A24)."""
    part = top.get("vCenter.storagePolicyName")
    if part.data is not None and top.is_("adminMaster.replicas", 1):
        message = "a storage policy needs a highly available admin cluster"
        yield target.fault(part.at, message, "name a datastore, or set replicas to 3", rule="A24")


def proxy(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a proxy without its port (A38)."""
    part = top.get("proxy.url")
    text = part.text()
    if text is not None and re.search(r"^https?://[^/]+:[0-9]+/?$", text) is None:
        message = f"the proxy's address '{text}' is not http://<host>:<port>"
        yield target.fault(part.at, message, "write the port even where it is the scheme's own", rule="A38")


def topology(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse an admin cluster with topology domains that says what is said for each domain elsewhere (A45)."""
    if not top.has("infraConfigFilePath"):
        for path in ("vCenter", "network.hostConfig", "network.vCenter.networkName"):
            if not top.has(path):
                name = path.rsplit(".", 1)[-1]
                message = f"missing field '{name}'"
                yield target.fault(top.get(path).at[:-1], message, f"add {path}", rule="A28")
        return
    for path in ("vCenter", "network.hostConfig", "network.vCenter", "network.controlPlaneIPBlock", "preparedSecrets"):
        if top.has(path):
            message = f"with topology domains, {path} is in the file of the infrastructure"
            yield target.fault(top.get(path).at, message, "remove it", rule="A45", page=pages.TOPOLOGY)
    if not top.is_("enableAdvancedCluster", value=True):
        message = "topology domains need an advanced cluster"
        yield target.fault(
            top.get("infraConfigFilePath").at,
            message,
            "set enableAdvancedCluster: true",
            rule="A45",
            page=pages.TOPOLOGY,
        )
    if not top.is_("loadBalancer.kind", "ManualLB"):
        message = "topology domains reach over subnets, which only a load balancer of one's own does"
        yield target.fault(top.get("loadBalancer.kind").at, message, "use ManualLB", rule="A45", page=pages.TOPOLOGY)


ALL: Final = (bundle, replicas, storage_policy, proxy, topology)
