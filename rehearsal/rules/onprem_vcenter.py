"""What GKE on VMware names in vCenter must be there; its preflight checks look.

Source: https://docs.cloud.google.com/kubernetes-engine/distributed-cloud/vmware/docs/how-to/admin-cluster-configuration-file-latest
(section vCenter) and the fields `vcenter`, `network_config.vcenter_network` and `config.vsphere_config`.
"""

from __future__ import annotations

from typing import Final

from rehearsal.case import Case, last, mapping, sequence, text
from rehearsal.computed.clusters import ADMIN, ON_PREM_POOL, USER
from rehearsal.rules.onprem_addresses import failed
from rehearsal.rules.registry import rule
from rehearsal.vcenter import Directory, Kind, directory, pool_path

_FIELDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("datacenter", "datacenter"),
    ("cluster", "cluster"),
    ("datastore", "datastore"),
    ("resourcePool", "pool"),
    ("folder", "folder"),
)


@rule("create", USER, ADMIN)
def vcenter_has_what_the_cluster_names(case: Case) -> None:
    """Ask for datacenter, cluster, datastore, resource pool, folder and network of the cluster."""
    if not case.inventory.vsphere.datacenters:
        return
    found = directory(case.world)
    wanted: list[tuple[Kind, str]] = [(kind, text(case.block("vcenter").get(field))) for field, kind in _FIELDS]
    wanted.append(("network", text(case.block("networkConfig").get("vcenterNetwork"))))
    for kind, name in wanted:
        if name and not _is_there(found, kind, name):
            raise failed(f"[vSphere] {kind} '{name}' of cluster {case.text('name')} was not found in vCenter")


@rule("create", ON_PREM_POOL)
def vcenter_has_what_the_pool_names(case: Case) -> None:
    """Ask for datastore, host groups and tags of the pool's machines."""
    if not case.inventory.vsphere.datacenters:
        return
    found = directory(case.world)
    given = mapping(case.block("config").get("vsphereConfig"))
    wanted: list[tuple[Kind, str]] = [("datastore", text(given.get("datastore")))]
    wanted.extend(("host group", text(group)) for group in sequence(given.get("hostGroups")))
    for kind, name in wanted:
        if name and not _is_there(found, kind, name):
            raise failed(f"[vSphere] {kind} '{name}' of node pool {case.text('name')} was not found in vCenter")
    for tag in sequence(given.get("tags")):
        category, name = (text(mapping(tag).get(key)) for key in ("category", "tag"))
        home = found.named("category", category)
        if home is None or found.named("tag", name, parent=home.id) is None:
            raise failed(
                f"[vSphere] tag '{name}' of category '{category}' of node pool {case.text('name')} was not found in "
                "vCenter"
            )


def _is_there(found: Directory, kind: Kind, name: str) -> bool:
    if kind != "pool":
        return any(name in {thing.name, thing.id, last(thing.name)} for thing in found.things(kind))
    return any(name in {thing.name, last(thing.name), _path(found, thing.id)} for thing in found.things(kind))


def _path(found: Directory, pool: str) -> str:
    thing = found.by_id("pool", pool)
    return pool_path(found, thing) if thing is not None else ""
