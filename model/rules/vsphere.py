"""The vSphere surroundings: hosts, port groups, tags and names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.config.problems import Severity
from model.config.shape import Shape
from model.estate import Environment, Estate
from model.rules import pages
from model.rules.registries import environment_rules, estate_rules
from model.rules.registry import Finding, suggest
from model.rules.repeats import Named, readable, repeats

NEEDED_HOSTS: Final = 3
ADVISED_HOSTS: Final = 4
REFUSED_IN_NAMES: Final = ("/", "\\", "%")
VLANS: Final = range(1, 4095)


@environment_rules.rule(
    "I1", "A37", title="there are hosts enough to spread nodes over", source=pages.ADMIN_CLUSTER_FILE
)
def hosts(env: Environment) -> Iterator[Finding]:
    """Refuse anti-affinity over fewer than three hosts, and warn of three, which leave none for maintenance."""
    vsphere, onprem = env.onprem.vsphere, env.onprem
    spread = [cluster.name for cluster in (*onprem.admin_clusters, *onprem.user_clusters) if cluster.anti_affinity]
    count = len(vsphere.hosts)
    if not spread:
        return
    if count < NEEDED_HOSTS:
        message = (
            f"{vsphere.compute_cluster} has {count} hosts, and anti-affinity of {', '.join(spread)} spreads nodes over "
            f"{NEEDED_HOSTS}: the clusters would not be made"
        )
        yield Finding(vsphere.at("hosts"), message, "add hosts, or set anti_affinity: false on each of them")
    elif count < ADVISED_HOSTS:
        message = (
            f"{vsphere.compute_cluster} has {count} hosts: nodes are spread, with none to spare while a host is "
            "serviced"
        )
        yield Finding(vsphere.at("hosts"), message, f"plan for {ADVISED_HOSTS} hosts", Severity.WARNING)


@environment_rules.rule("I3", title="port groups have names and VLANs of their own", source=pages.PORT_GROUP)
def port_groups(env: Environment) -> Iterator[Finding]:
    """Refuse VLAN ids that do not exist, and two networks of a switch with one VLAN or one port group."""
    networks = env.onprem.networks
    for name, network in networks.items():
        if network.vlan not in VLANS:
            message = f"network '{name}' has VLAN {network.vlan}; VLANs go from {VLANS[0]} to {VLANS[-1]}"
            yield Finding(network.at("vlan"), message, "write the VLAN that the switches carry")
    vlans = (Named(network.vlan, network, ("vlan",), name) for name, network in networks.items())
    for first, again in repeats(vlans):
        message = f"networks '{first.what}' and '{again.what}' are both on VLAN {again.name}: they would be one network"
        yield Finding(again.place, message, "give one of them a VLAN of its own")
    groups = (Named(network.port_group, network, ("port_group",), name) for name, network in networks.items())
    for first, again in repeats(groups):
        message = (
            f"networks '{first.what}' and '{again.what}' both make port group {again.name}, and clusters find it by "
            "name"
        )
        yield Finding(again.place, message, "give one of them a port group of its own")


@estate_rules.rule("I3", title="VLANs are not shared between environments", source=pages.PORT_GROUP)
def vlans(estate: Estate) -> Iterator[Finding]:
    """Refuse a VLAN of two environments: the sites' firewalls carry the VLANs of all of them."""
    by_vlan: dict[int, str] = {}
    for environment, onprem in readable(estate, lambda env: env.onprem):
        for name, network in onprem.networks.items():
            owner = by_vlan.setdefault(network.vlan, environment.name)
            if owner != environment.name:
                message = (
                    f"network '{name}' of {environment.name} is on VLAN {network.vlan}, which is {owner}'s: on the "
                    "firewalls of the sites the two environments would be one network"
                )
                yield Finding(network.at("vlan"), message, "give it a VLAN that no environment has")


@environment_rules.rule("I4", title="tags of node pools exist", source=pages.VM_TAGS)
def tags(env: Environment) -> Iterator[Finding]:
    """Refuse tags that the environment does not make, and tags that stand twice."""
    known = env.onprem.vsphere.tags
    for cluster in env.onprem.user_clusters:
        for pool in cluster.node_pools:
            for number, tag in enumerate(pool.tags):
                if tag not in known:
                    category = env.onprem.vsphere.tag_category
                    message = f"there is no tag '{tag}' in category {category} for the VMs of pool '{pool.name}'"
                    yield Finding(pool.at("tags", number), message, suggest(tag, known, lead="Tags"))
    for _, again in repeats(Named(tag, env.onprem.vsphere, ("tags", number)) for number, tag in enumerate(known)):
        yield Finding(again.place, f"tag '{again.name}' stands twice", "remove one of them")


def _named(env: Environment) -> Iterator[tuple[str, str, Shape, str]]:
    """Give (what it is, its name, its shape, its field) for everything that has a name in vCenter."""
    vsphere = env.onprem.vsphere
    for field in ("datacenter", "compute_cluster", "switch", "folder", "tag_category"):
        yield field.replace("_", " "), str(getattr(vsphere, field)), vsphere, field
    yield "resource pool", vsphere.resource_pool.name, vsphere.resource_pool, "name"
    yield "content library", vsphere.content_library.name, vsphere.content_library, "name"
    if vsphere.storage_policy is not None:
        yield "storage policy", vsphere.storage_policy.name, vsphere.storage_policy, "name"
    for datastore in (vsphere.datastores.nodes, vsphere.datastores.backup, vsphere.datastores.images):
        yield "datastore", datastore.name, datastore, "name"
    for network in env.onprem.networks.values():
        yield "port group", network.port_group, network, "port_group"


@environment_rules.rule("I5", "A27", title="names in vCenter are plain", source=pages.ADMIN_CLUSTER_FILE)
def names(env: Environment) -> Iterator[Finding]:
    """Refuse names with characters that vCenter escapes, and empty ones."""
    for what, name, owner, field in _named(env):
        bad = [char for char in REFUSED_IN_NAMES if char in name]
        if bad:
            message = (
                f"{what} '{name}' has {' and '.join(bad)} in its name, which vCenter escapes: it would not be found"
            )
            yield Finding(owner.at(field), message, "rename it in vCenter and here")
        elif not name.strip():
            yield Finding(owner.at(field), f"the {what} has no name", "write the name that it has in vCenter")


@environment_rules.rule(
    "I1", title="hosts, host groups and anti-affinity rules name what exists", source=pages.ADMIN_CLUSTER_FILE
)
def host_groups(env: Environment) -> Iterator[Finding]:
    """Refuse hosts that stand twice, groups of unknown hosts, and anti-affinity of fewer than two VMs."""
    vsphere = env.onprem.vsphere
    for _, again in repeats(Named(host.name, host, ("name",)) for host in vsphere.hosts):
        yield Finding(again.place, f"host {again.name} stands twice", "remove one of them, or correct its name")
    known = [host.name for host in vsphere.hosts]
    for name, group in vsphere.host_groups.items():
        for number, host in enumerate(group):
            if host not in known:
                message = f"host group {name} names host {host}, which is not in {vsphere.compute_cluster}"
                yield Finding(vsphere.at("host_groups", name, number), message, suggest(host, known, lead="Hosts"))
    for name, rule in vsphere.anti_affinity.items():
        if len(set(rule.virtual_machines)) < 2:
            message = f"anti-affinity rule {name} keeps fewer than two VMs apart, so it does nothing and DRS refuses it"
            yield Finding(rule.at("virtual_machines"), message, "name at least two VMs, or remove the rule")
