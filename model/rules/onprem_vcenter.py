"""Where the VMs of on-prem clusters go, when that is not where those of the environment go."""

from __future__ import annotations

from collections.abc import Iterator

from model.config.onprem_cluster import Provisioner, UserCluster, VcenterOverride
from model.estate import Environment
from model.rules import pages
from model.rules.registries import environment_rules
from model.rules.registry import Finding


@environment_rules.rule("B4", title="another place in vCenter is complete", source=pages.USER_CLUSTER_FILE)
def overrides(env: Environment) -> Iterator[Finding]:
    """Refuse another vCenter or datacenter of which a part is missing, and another vCenter through the API."""
    for cluster in env.onprem.user_clusters:
        place = cluster.vcenter
        if place is None:
            continue
        if place.address is not None and cluster.provisioner is Provisioner.API:
            message = (
                f"user cluster {cluster.name} names another vCenter, and the API puts user clusters into the vCenter "
                "of their admin cluster"
            )
            yield Finding(place.at("address"), message, "remove address, or set provisioner: gkectl")
        elif place.address is not None:
            yield from _missing(cluster, place, "vCenter", place.address, _of_vcenter(place))
        elif place.datacenter is not None:
            yield from _missing(cluster, place, "datacenter", place.datacenter, _of_datacenter(place))


def _of_datacenter(place: VcenterOverride) -> list[tuple[str, bool]]:
    return [
        ("datastore or storage_policy", bool(place.datastore or place.storage_policy)),
        ("compute_cluster or resource_pool", bool(place.compute_cluster or place.resource_pool)),
    ]


def _of_vcenter(place: VcenterOverride) -> list[tuple[str, bool]]:
    return [
        ("datacenter", bool(place.datacenter)),
        ("compute_cluster", bool(place.compute_cluster)),
        ("resource_pool", bool(place.resource_pool)),
        ("datastore or storage_policy", bool(place.datastore or place.storage_policy)),
        ("ca", bool(place.ca)),
    ]


def _missing(
    cluster: UserCluster, place: VcenterOverride, what: str, name: str, parts: list[tuple[str, bool]]
) -> Iterator[Finding]:
    absent = [part for part, there in parts if not there]
    if absent:
        message = (
            f"user cluster {cluster.name} goes to {what} {name}, where the admin cluster's names mean nothing, and "
            f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not stated"
        )
        yield Finding(place.at(what.lower() if what != "vCenter" else "address"), message, f"add {absent[0]}")


@environment_rules.rule(
    "A24", title="disks go to a datastore or follow a storage policy", source=pages.ADMIN_CLUSTER_FILE
)
def storage(env: Environment) -> Iterator[Finding]:
    """Refuse both at once, and a storage policy for an admin cluster that is not highly available."""
    for admin in env.onprem.admin_clusters:
        if env.onprem.vsphere.storage_policy is not None and admin.control_plane.replicas != 3:
            message = f"admin cluster {admin.name} follows a storage policy, which only one with three nodes can"
            remedy = "remove storage_policy: the datastore of nodes is used"
            yield Finding(env.onprem.vsphere.at("storage_policy"), message, remedy)
    for cluster in env.onprem.user_clusters:
        place = cluster.vcenter
        if place is not None and place.datastore is not None and place.storage_policy is not None:
            message = f"user cluster {cluster.name} names a datastore and a storage policy, and takes one of them"
            yield Finding(place.at("storage_policy"), message, "remove one of the two")
