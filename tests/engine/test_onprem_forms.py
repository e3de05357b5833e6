"""Forms of on-prem cluster that the organisation's own files do not have, brought up in one environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

from rehearsal.engine.acquire import Engine
from tests.engine.bench import Bench, explained
from tests.model import forms
from tests.model.cases import DEV, second_generation
from tests.model.forms import Data

USER = "gcp:gkeonprem/vMwareCluster:VMwareCluster"
ADMIN = "gcp:gkeonprem/vmwareAdminCluster:VmwareAdminCluster"
LOG_IN = "kubernetes:authentication.gke.io/v2alpha1:ClientConfig"
POOL = "gcp:gkeonprem/vMwareNodePool:VMwareNodePool"


def by_dhcp(onprem: Data) -> None:
    """Give the first cluster DHCP, Windows nodes, host groups, a trailing pool, a log-in and every switch."""
    for change in (forms.dhcp, forms.windows, forms.host_groups, forms.trailing_pool):
        change(onprem)
    for change in (forms.switches, forms.log_in, forms.proxy):
        change(onprem)
    forms.pool(onprem, "windows")["host_groups"] = ["hg-dev-b"]


def elsewhere(onprem: Data) -> None:
    """Put the second cluster on another datastore, without host names for its workers."""
    onprem["licensed_nodes"] += 4
    cluster = forms.user(onprem, "onp2-dev")
    cluster["vcenter"] = {"datastore": "ds-oslo1-dev-images"}
    del cluster["worker_hostnames"]


def with_their_own_balancer(onprem: Data) -> None:
    """Add an admin cluster and a user cluster behind a load balancer of the organisation's own."""
    onprem["licensed_nodes"] += 2
    onprem["networks"]["node3"] = {
        "range": "10.20.19.0/24",
        "gateway": "10.20.19.1",
        "vlan": 2014,
        "port_group": "pg-varde-dev-node3",
    }
    admin = _copied(forms.admin(onprem), "onp1-dev", "onp3-dev")
    admin |= {"load_balancer": {"kind": "manual"}, "pods": "100.108.0.0/18", "services": "100.109.1.0/24"}
    admin["control_plane"] |= {"addresses": "10.20.16.31-10.20.16.33", "vip": "10.20.16.30"}
    onprem["admin_clusters"].append(admin)
    onprem["user_clusters"].append(_third(onprem, "onp3-dev", "10.20.19.", "100.110.0.0/16", "100.111.0.0/20"))


def by_gkectl(onprem: Data) -> None:
    """Add a cluster that gkectl is to make and has not made yet, and one that it has made and registered."""
    onprem["licensed_nodes"] += 4
    for name, pods, services, first in (
        ("onp4-dev", "100.112.0.0/16", "100.113.0.0/20", 40),
        ("onp5-dev", "100.114.0.0/16", "100.115.0.0/20", 60),
    ):
        cluster = _third(onprem, name, "10.20.19.", pods, services)
        cluster |= {"provisioner": "gkectl", "registered": name == "onp5-dev"}
        cluster["worker_addresses"] = [f"10.20.19.{first + 10}-10.20.19.{first + 14}"]
        nodes = f"10.20.19.{first + 1}-10.20.19.{first + 3}"
        cluster["control_plane"] |= {"addresses": nodes, "vip": f"10.20.19.{first}"}
        cluster["load_balancer"]["ingress_vip"] = f"10.20.19.{first + 4}"
        onprem["user_clusters"].append(cluster)


def _third(onprem: Data, name: str, prefix: str, pods: str, services: str) -> Data:
    cluster = _copied(forms.user(onprem, "onp2-dev"), "onp2-dev", name)
    cluster |= {"admin_cluster": "onp3-dev-admin", "network": "node3", "pods": pods, "services": services}
    cluster |= {"generation": 3, "worker_addresses": [f"{prefix}100-{prefix}109"]}
    cluster["control_plane"] |= {"addresses": f"{prefix}11-{prefix}13", "vip": f"{prefix}10"}
    ports = {"ingress_http": 30080, "ingress_https": 30443}
    cluster["load_balancer"] = {"kind": "manual", "ingress_vip": f"{prefix}30", "ports": ports}
    (pool,) = cluster["node_pools"]
    pool["nodes"] = {"min": 2, "start": 2, "max": 2}
    del pool["load_balancer"]
    del cluster["vcenter"]
    return cluster


def _copied(cluster: Data, old: str, new: str) -> Data:
    """Return a cluster in which every text says `new` for `old`."""
    return cast("Data", json.loads(json.dumps(cluster).replace(old, new)))


def test_all_forms_of_cluster_come_up_in_a_rehearsal_and_stay_as_they_are(engine: Engine, tmp_path: Path) -> None:
    bench = Bench.made(tmp_path, engine)
    text = forms.changed(by_dhcp, elsewhere, with_their_own_balancer, by_gkectl, text=second_generation()[DEV])[DEV]
    (bench.root / DEV).write_text(text, encoding="utf-8")
    with bench.opened("dev") as session:
        up = session.take("up")
        assert up.succeeded, explained(up)
        made = {(each.type, each.name) for each in up.changes}
        assert {name for kind, name in made if kind in {USER, ADMIN}} == {
            "onp1-dev-admin-cluster",
            "onp1-dev-cluster",
            "onp2-dev-cluster",
            "onp3-dev-admin-cluster",
            "onp3-dev-cluster",
        }
        assert (POOL, "onp1-dev-windows") in made
        assert (LOG_IN, "onp1-dev-client-config") in made
        assert not [name for _, name in made if "onp4-dev" in name]
        assert any(kind.endswith(":ClusterRoleBinding") and "onp5-dev" in name for kind, name in made)
        again = session.take("preview")
        assert again.empty, explained(again)
