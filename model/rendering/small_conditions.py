"""Conditions over the small files: workstation, credentials and ClientConfig."""

from __future__ import annotations

from collections.abc import Iterator

from model.rendering.reading import Part
from model.rendering.schema import Fault, Target


def host_config(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a static workstation without its address, and one with DHCP that names one (A5)."""
    network = top.get("adminWorkstation.network")
    static = network.is_("ipAllocationMode", "static")
    if static and not network.has("hostConfig"):
        message = "the workstation's address is static, and no hostConfig says which"
        yield target.fault(network.at, message, "add hostConfig: with ip, gateway, netmask and dns", rule="A5")
    if network.is_("ipAllocationMode", "dhcp") and network.has("hostConfig"):
        message = "the workstation gets its address from DHCP, and hostConfig names one"
        yield target.fault(network.get("hostConfig").at, message, "remove hostConfig", rule="A5")


def entry_names(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse two entries of one name: a reference to it would be to either (A9)."""
    seen: set[str] = set()
    for item in top.items("items"):
        name = item.text("name")
        if name is not None and name in seen:
            message = f"two entries are named '{name}', so that a reference can mean either"
            yield target.fault(item.get("name").at, message, "give each entry a name of its own", rule="A9")
        seen.add(name or "")


def groups(target: Target, top: Part) -> Iterator[Fault]:
    """Refuse a prefix for groups without the claim that lists them (B81)."""
    for provider in top.items("spec.authentication"):
        oidc = provider.get("oidc")
        if oidc.text("groupPrefix") and not oidc.has("groupsClaim"):
            message = "groupPrefix is given, and no groupsClaim says where the groups are"
            yield target.fault(oidc.get("groupPrefix").at, message, "add groupsClaim, or remove it", rule="B81")
