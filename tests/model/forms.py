"""Forms of on-prem clusters that the organisation's own files do not have: each an edit of the dev stack's data.

The data is read, changed and written again, so a form says what it is about and nothing of where that stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias, cast

import yaml

from tests.model.cases import DEV, ROOT

Data: TypeAlias = dict[str, Any]
"""A mapping of a stack file, as YAML gives it."""
PROJECT: Final = "projects/varde-k8s-dev-5e6f/locations/europe-north1"


class Plain(yaml.SafeLoader):
    """Reads dates as the text they are, so that they are written back as such."""


Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def changed(*changes: Callable[[Data], None], text: str | None = None) -> dict[str, str]:
    """Return the dev stack after changes of what it says under `hybrid:onprem`."""
    found = (ROOT / DEV).read_text(encoding="utf-8") if text is None else text
    data = cast("Data", yaml.load(found, Loader=Plain))  # noqa: S506  a safe loader that reads dates as text
    for change in changes:
        change(data["config"]["hybrid:onprem"])
    return {DEV: yaml.dump(data, sort_keys=False, allow_unicode=True)}


def user(onprem: Data, name: str = "onp1-dev") -> Data:
    """Return the user cluster of a name."""
    return cast("Data", next(each for each in onprem["user_clusters"] if each["name"] == name))


def admin(onprem: Data, name: str = "onp1-dev-admin") -> Data:
    """Return the admin cluster of a name."""
    return cast("Data", next(each for each in onprem["admin_clusters"] if each["name"] == name))


def pool(onprem: Data, name: str, cluster: str = "onp1-dev") -> Data:
    """Return a node pool of a user cluster."""
    return cast("Data", next(each for each in user(onprem, cluster)["node_pools"] if each["name"] == name))


def on_version(version: str) -> Callable[[Data], None]:
    """Put workstation, admin cluster and user clusters on one version."""

    def change(onprem: Data) -> None:
        for each in (onprem["workstation"], *onprem["admin_clusters"], *onprem["user_clusters"]):
            each["version"] = version

    return change


def manual(onprem: Data) -> None:
    """Put load balancers of one's own in front of the admin cluster and the user cluster."""
    admin(onprem)["load_balancer"] = {"kind": "manual"}
    balancer = user(onprem)["load_balancer"]
    del balancer["pools"]
    balancer |= {"kind": "manual", "ports": {"ingress_http": 30080, "ingress_https": 30443}}
    del pool(onprem, "ingress")["load_balancer"]


def f5(onprem: Data) -> None:
    """Let the clusters drive a BIG-IP, as they could before 1.30."""
    on_version("1.29.1200-gke.98")(onprem)
    device = {"address": "10.20.8.40", "snat_pool": "varde-dev", "credentials": "sm://varde-k8s-dev-5e6f/f5"}
    admin(onprem)["load_balancer"] = {"kind": "f5", "f5": {**device, "partition": "varde-dev-admin"}}
    balancer = user(onprem)["load_balancer"]
    del balancer["pools"]
    balancer |= {"kind": "f5", "f5": {**device, "partition": "varde-dev"}}
    del pool(onprem, "ingress")["load_balancer"]


def dhcp(onprem: Data) -> None:
    """Let DHCP give workers their addresses."""
    cluster = user(onprem)
    del cluster["worker_addresses"], cluster["worker_hostnames"]
    cluster["ip_mode"] = "dhcp"


def unnamed(onprem: Data) -> None:
    """Leave the host names of workers to their VMs."""
    del user(onprem)["worker_hostnames"]


def windows(onprem: Data) -> None:
    """Add a pool of Windows nodes."""
    onprem["licensed_nodes"] += 2
    user(onprem)["node_pools"].append(
        {
            "name": "windows",
            "nodes": {"min": 1, "start": 1, "max": 1},
            "cpus": 4,
            "memory_mib": 8192,
            "boot_disk_gib": 100,
            "image_type": "windows",
            "image": "win2019-1-32",
        }
    )


def other_datastore(onprem: Data) -> None:
    """Put the VMs of the user cluster on another datastore, and those of one pool on a third."""
    user(onprem)["vcenter"] = {"datastore": "ds-oslo1-dev-images"}
    pool(onprem, "ingress")["datastore"] = "ds-oslo1-dev-vmfs01"


def other_datacenter(onprem: Data) -> None:
    """Put the user cluster into another datacenter of the same vCenter."""
    user(onprem)["vcenter"] = {
        "datacenter": "dc-bergen1-dev",
        "compute_cluster": "cl-bergen1-dev",
        "datastore": "ds-bergen1-dev",
        "folder": "varde-dev-bergen",
        "ca": "sm://varde-k8s-dev-5e6f/vcenter-ca",
    }


def storage_policy(onprem: Data) -> None:
    """Let disks follow a storage policy, those of the admin cluster too."""
    onprem["vsphere"]["storage_policy"] = {"name": "varde-dev-gold"}
    user(onprem)["vcenter"] = {"storage_policy": "varde-dev-gold"}


def host_groups(onprem: Data) -> None:
    """Bind each pool to the hosts of a group."""
    hosts = [each["name"] for each in onprem["vsphere"]["hosts"]]
    onprem["vsphere"]["host_groups"] = {"hg-dev-a": hosts[:2], "hg-dev-b": hosts[2:]}
    pool(onprem, "general")["host_groups"] = ["hg-dev-b", "hg-dev-a"]
    pool(onprem, "ingress")["host_groups"] = ["hg-dev-a"]


def switches(onprem: Data) -> None:
    """Set everything that is on or off to the other of the two, where it is legal."""
    user(onprem).update(
        {
            "advanced_networking": True,
            "control_plane_auto_resize": True,
            "vsphere_csi": False,
            "bundled_ingress": True,
            "vm_tracking": False,
            "auto_repair": False,
            "anti_affinity": False,
            "skip_validations": {"names": ["VIPS", "DNS"], "reason": "a drill"},
        }
    )
    admin(onprem).update({"auto_repair": False, "anti_affinity": False, "image_type": "cos_cgv2"})


def old_dataplane(onprem: Data) -> None:
    """Run the cluster without Dataplane V2, as it could be before 1.31."""
    on_version("1.29.1200-gke.98")(onprem)
    user(onprem)["dataplane_v2"] = False


def log_in(onprem: Data) -> None:
    """Let people log in by OpenID Connect."""
    user(onprem)["authentication"] = {
        "name": "entra",
        "issuer": "https://login.microsoftonline.com/00000000-0000-4000-8000-000000000001/v2.0",
        "client_id": "00000000-0000-4000-8000-0000000000aa",
        "client_secret": "sm://varde-k8s-dev-5e6f/oidc-client",
        "groups_claim": "groups",
        "group_prefix": "entra:",
    }


def proxy(onprem: Data) -> None:
    """Go to the internet through a proxy."""
    onprem["proxy"] = {
        "url": "http://proxy.varde-intern.fjellverket.example:3128",
        "no_proxy": ["10.0.0.0/8", ".varde-intern.fjellverket.example"],
    }


def trailing_pool(onprem: Data) -> None:
    """Leave a pool on the version before while the control plane goes on."""
    pool(onprem, "ingress")["version"] = "1.31.800-gke.32"


def platform_ahead(onprem: Data) -> None:
    """Let the admin cluster's platform hold the version that its user cluster has already, as before 1.31."""
    on_version("1.29.1200-gke.98")(onprem)
    onprem["workstation"]["version"] = user(onprem)["version"] = "1.30.1300-gke.84"
    admin(onprem)["platform_version"] = "1.30.1300-gke.84"


def adopted(onprem: Data) -> None:
    """Take over what exists: the admin cluster, the user cluster and its pools."""
    admin(onprem).update(
        {"mode": "adopt", "import_id": f"{PROJECT}/vmwareAdminClusters/onp1-dev-admin"},
    )
    cluster = user(onprem)
    own = f"{PROJECT}/vmwareClusters/{cluster['id']}"
    cluster.update({"mode": "adopt", "import_id": own})
    for each in cluster["node_pools"]:
        each["import_id"] = f"{own}/vmwareNodePools/{each['name']}"


def hosted(onprem: Data) -> None:
    """Drive the user cluster with gkectl, its control plane in the admin cluster, as before 1.30."""
    on_version("1.29.1200-gke.98")(onprem)
    admin(onprem)["node_addresses"] = ["10.20.16.21-10.20.16.26"]
    user(onprem).update({"provisioner": "gkectl", "control_plane_v2": False})
    user(onprem)["control_plane"] |= {"addresses": "10.20.16.24-10.20.16.26", "vip": "10.20.16.30"}


def registered(onprem: Data) -> None:
    """Say of gkectl's user cluster that it is in the fleet."""
    user(onprem)["registered"] = True


def admin_by_gkectl(onprem: Data) -> None:
    """Drive both clusters with gkectl; the API knows neither."""
    del admin(onprem)["mode"]
    admin(onprem)["provisioner"] = "gkectl"
    user(onprem)["provisioner"] = "gkectl"


def enrolled(onprem: Data) -> None:
    """Enroll gkectl's admin cluster in the API, which then drives the user cluster."""
    admin(onprem)["import_id"] = f"{PROJECT}/vmwareAdminClusters/onp1-dev-admin"
    del user(onprem)["provisioner"]


FORMS: Final[Mapping[str, tuple[Callable[[Data], None], ...]]] = {
    "manual load balancer": (manual,),
    "F5": (f5,),
    "DHCP": (dhcp,),
    "workers without host names": (unnamed,),
    "Windows": (windows,),
    "another datastore": (other_datastore,),
    "another datacenter": (other_datacenter,),
    "storage policy": (storage_policy,),
    "host groups": (host_groups,),
    "switches": (switches,),
    "no Dataplane V2": (old_dataplane,),
    "log-in": (log_in,),
    "proxy": (proxy,),
    "trailing pool": (trailing_pool,),
    "platform ahead": (platform_ahead,),
    "adopted": (adopted,),
    "hosted control plane": (hosted,),
    "hosted and registered": (hosted, registered),
    "gkectl alone": (admin_by_gkectl,),
    "enrolled admin cluster": (admin_by_gkectl, enrolled),
}
"""Every form by name."""


def form(name: str) -> dict[str, str]:
    """Return the dev stack in a form."""
    return changed(*FORMS[name])
