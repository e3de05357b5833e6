"""On-prem stack files that are wrong in one way each: the rule that says so, the line it points at, and its words.

Each is the organisation's own file with an edit, and breaks one rule alone. Rules that warn are in the tests of their
areas.
"""

from __future__ import annotations

import pytest

from tests.model.cases import PROD
from tests.model.wrong import Wrong, after, refused_by_one_rule

WORKSTATION = "      name: onp1-dev-ws\n"
ADMIN = "      - name: onp1-dev-admin\n        mode: create\n        network: admin\n"
ADMIN_SIZE = "          cpus: 4\n          memory_mib: 16384\n"
ADMIN_NODES = "          hostnames: onp1-dev-admin-cp-{n}\n"
USER = "        id: onp1-dev-user-cluster\n"
USER_SIZE = "          cpus: 4\n          memory_mib: 8192\n          addresses: 10.20.17.11-10.20.17.13\n"
USER_NODES = "          hostnames: onp1-dev-cp-{n}\n"
USER_VERSION = "        network: node\n        version: 1.32.200-gke.27\n"
WORKERS = "        worker_addresses: [10.20.17.100-10.20.17.199]\n        worker_hostnames: onp1-dev-w-{octet}\n"
POOLS = """\
          pools:
            internal: {addresses: [10.20.17.30-10.20.17.39]}
            external: {addresses: [10.20.17.40-10.20.17.49], manual_assign: true}
            eastwest: {addresses: [10.20.17.50/32], manual_assign: true}
"""
VIP = "          ingress_vip: 10.20.17.30\n"
BALANCER = f"          kind: metallb\n{VIP}{POOLS}"
GENERAL = "            nodes: {min: 5, start: 6, max: 8}\n            cpus: 8\n            memory_mib: 32768\n"
SPEAKERS = "            load_balancer: true\n            labels: {varde.fjellverket.example/pool: ingress}\n"
LICENCES = "    licensed_nodes: 12\n"
PROD_USER = "        id: onp1-prod-user-cluster\n"
PROD_VERSION = "        network: node\n        version: 1.31.700-gke.24\n"
ADOPTED = "projects/varde-k8s-prod-3a4b/locations/europe-north1"
BY_GKECTL = "        provisioner: gkectl\n"
PROD_ADOPTED = f"{ADOPTED}/vmwareClusters/onp1-prod-user-cluster"
BY_GKECTL_IN_PROD = {
    f"        mode: adopt\n        import_id: {PROD_ADOPTED}\n": f"{BY_GKECTL}        registered: true\n",
    f"            import_id: {PROD_ADOPTED}/vmwareNodePools/general\n": "",
    f"            import_id: {PROD_ADOPTED}/vmwareNodePools/ingress\n": "",
}
NEW_IN_PROD = {
    **BY_GKECTL_IN_PROD,
    f"        mode: adopt\n        import_id: {PROD_ADOPTED}\n": (
        f"{BY_GKECTL}        approval: {{by: varde-role-vaktleder@fjellverket.example, on: 2026-10-01}}\n"
    ),
}
PROD_BALANCER = BALANCER.replace("10.20.17.", "10.20.49.")
ADMIN_BY_GKECTL = "      - name: onp1-dev-admin\n        provisioner: gkectl\n        network: admin\n"


def manual(ports: str) -> dict[str, str]:
    """Return the edit that puts load balancers of one's own in front of both clusters, with ports of the user's."""
    return {
        BALANCER: f"          kind: manual\n{VIP}          ports: {ports}\n",
        SPEAKERS: SPEAKERS.split("\n", 1)[1],
        **after(ADMIN, "        load_balancer: {kind: manual}\n"),
    }


def log_in(**changed: str) -> dict[str, str]:
    """Return the edit that gives the user cluster a log-in, with some of its keys as stated."""
    keys = {
        "name": "entra",
        "issuer": "https://login.microsoftonline.com/varde/v2.0",
        "client_id": "varde-dev",
        **changed,
    }
    return after(USER, "        authentication:\n" + "".join(f"          {key}: {keys[key]}\n" for key in keys))


def proxy(url: str, exceptions: str = "[10.0.0.0/8]") -> dict[str, str]:
    """Return the edit that puts a proxy in front of the site."""
    return after(LICENCES, f"    proxy:\n      url: {url}\n      no_proxy: {exceptions}\n")


def vcenter(**keys: str) -> dict[str, str]:
    """Return the edit that puts the user cluster's VMs elsewhere."""
    return after(USER, "        vcenter:\n" + "".join(f"          {key}: {keys[key]}\n" for key in keys))


WRONG = {
    # The admin workstation
    "a workstation disk that gkectl refuses": Wrong(
        "A3", "disk_gib: 80", "80 GiB", after(WORKSTATION, "      disk_gib: 80\n")
    ),
    "a workstation with too few CPUs": Wrong("A4", "cpus: 2", "2 CPUs", after(WORKSTATION, "      cpus: 2\n")),
    "a workstation with too little memory": Wrong(
        "A4", "memory_mib: 4096", "4096 MiB", after(WORKSTATION, "      memory_mib: 4096\n")
    ),
    "a workstation in an unknown network": Wrong(
        "A8",
        "network: admim",
        "there is no network 'admim'",
        {f"{WORKSTATION}      network: admin": f"{WORKSTATION}      network: admim"},
    ),
    "a workstation with the name of a node": Wrong(
        "A7", "name: onp1-dev-cp-1", "is a host name of the control plane", {WORKSTATION: "      name: onp1-dev-cp-1\n"}
    ),
    # The admin cluster
    "an admin cluster whose name is too long": Wrong(
        "A20",
        "- name: onp1-development-admin",
        "22 characters",
        {
            "      - name: onp1-dev-admin\n": "      - name: onp1-development-admin\n",
            f"        admin_cluster: onp1-dev-admin\n{USER_VERSION}": (
                f"        admin_cluster: onp1-development-admin\n{USER_VERSION}"
            ),
        },
    ),
    "an advanced admin cluster through the API": Wrong(
        "B65",
        "advanced: true",
        "admin cluster onp1-dev-admin is advanced",
        {
            **after("      - name: onp1-dev-admin\n", "        advanced: true\n"),
            **after(USER, f"{BY_GKECTL}        advanced: true\n"),
        },
    ),
    "an admin cluster without high availability": Wrong(
        "A29",
        "replicas: 1",
        "1 control plane nodes; a highly available one has 3",
        {
            **after("          hostnames: onp1-prod-admin-cp-{n}\n", "          replicas: 1\n"),
            "addresses: 10.20.48.11-10.20.48.13": "addresses: 10.20.48.11",
        },
        PROD,
    ),
    "fewer control plane addresses than nodes": Wrong(
        "A29",
        "addresses: 10.20.16.11-10.20.16.12",
        "2 control plane addresses for 3 nodes",
        {"addresses: 10.20.16.11-10.20.16.13": "addresses: 10.20.16.11-10.20.16.12"},
    ),
    "small admin nodes": Wrong(
        "A30",
        "memory_mib: 4096",
        "4096 MiB; the API refuses less than 8192",
        {ADMIN_SIZE: ADMIN_SIZE.replace("16384", "4096")},
    ),
    "admin nodes with few CPUs": Wrong(
        "A30", "cpus: 2", "2 CPUs", {ADMIN_SIZE: ADMIN_SIZE.replace("cpus: 4", "cpus: 2")}
    ),
    "a pod range of the admin cluster that is too small": Wrong(
        "A31", "pods: 100.104.64.0/19", "wrong size", {"pods: 100.104.64.0/18": "pods: 100.104.64.0/19"}
    ),
    "a service range of the admin cluster that is too small": Wrong(
        "A31", "services: 100.105.1.0/25", "wrong size", {"services: 100.105.1.0/24": "services: 100.105.1.0/25"}
    ),
    "Windows on the admin cluster": Wrong(
        "A44", "image_type: windows", "only workers can run Windows", after(ADMIN, "        image_type: windows\n")
    ),
    "an admin cluster that gkectl makes and the program too": Wrong(
        "A62",
        "mode: create",
        "gkectl's to make",
        {**after(ADMIN, BY_GKECTL), **after(USER, BY_GKECTL)},
    ),
    "a node address of the admin cluster outside its network": Wrong(
        "A47",
        "node_addresses: [10.20.18.20]",
        "node range 10.20.18.20 lies outside network admin",
        after(ADMIN, "        node_addresses: [10.20.18.20]\n"),
    ),
    "an adopted admin cluster without an import id": Wrong(
        "A62",
        "mode: adopt",
        "nothing says which one",
        {f"        import_id: {ADOPTED}/vmwareAdminClusters/onp1-prod-admin\n": ""},
        PROD,
    ),
    "an import id of another project": Wrong(
        "A62",
        "import_id: projects/varde-k8s-test-9c0d",
        "'varde-k8s-test-9c0d' stands where 'varde-k8s-prod-3a4b' belongs",
        {f"{ADOPTED}/vmwareAdminClusters": "projects/varde-k8s-test-9c0d/locations/europe-north1/vmwareAdminClusters"},
        PROD,
    ),
    "an import id of another region": Wrong(
        "A62",
        "import_id: projects/varde-k8s-prod-3a4b/locations/global",
        "'global' stands where 'europe-north1' belongs",
        {"locations/europe-north1/vmwareAdminClusters": "locations/global/vmwareAdminClusters"},
        PROD,
    ),
    # What is drawn around them
    "a proxy without a port": Wrong(
        "A38", "url: http://proxy.example", "a scheme and a port", proxy("http://proxy.example")
    ),
    "a proxy with a password": Wrong(
        "A38",
        "url: http://varde:",
        "every node and this file would show",
        proxy("http://varde:word@proxy.example:3128"),
    ),
    "a proxy that nothing goes past": Wrong(
        "A38", "no_proxy: []", "nothing is said to go past", proxy("http://proxy.example:3128", "[]")
    ),
    "a gateway outside its network": Wrong(
        "A47", "gateway: 10.20.18.1", "outside network node", {"gateway: 10.20.17.1\n": "gateway: 10.20.18.1\n"}
    ),
    # Who drives a user cluster, and what its version has
    "an unknown admin cluster": Wrong(
        "B50",
        "admin_cluster: onp1-dev-admn",
        "there is no admin cluster 'onp1-dev-admn'",
        {
            f"onp1-dev-admin\n{USER_VERSION}": f"onp1-dev-admn\n{USER_VERSION}",
        },
    ),
    "an unknown network": Wrong(
        "B50", "network: nodes", "there is no network 'nodes'", {"        network: node\n": "        network: nodes\n"}
    ),
    "an id that is too long": Wrong(
        "B1",
        "id: onp1-dev-user-cluster-of-the-first-generation",
        "45 characters",
        {
            USER: "        id: onp1-dev-user-cluster-of-the-first-generation\n",
            "{onp1-dev-user-cluster: MAN": "{onp1-dev-user-cluster-of-the-first-generation: MAN",
        },
    ),
    "no Controlplane V2 on a new cluster": Wrong(
        "B3",
        "control_plane_v2: false",
        "new clusters from 1.30 must have it",
        {
            **NEW_IN_PROD,
            PROD_USER: f"{PROD_USER}        control_plane_v2: false\n",
            "        services: 100.105.3.0/24\n": (
                "        services: 100.105.3.0/24\n        node_addresses: [10.20.48.21-10.20.48.23]\n"
            ),
            "10.20.49.11-10.20.49.13": "10.20.48.21-10.20.48.23",
            "vip: 10.20.49.10": "vip: 10.20.48.24",
        },
        PROD,
    ),
    "no Controlplane V2 on a version that no longer runs otherwise": Wrong(
        "B66",
        "version: 1.32.200-gke.27",
        "which 1.32 does not run",
        {
            **after(USER, f"{BY_GKECTL}        control_plane_v2: false\n"),
            **after(ADMIN, "        node_addresses: [10.20.16.21-10.20.16.23]\n"),
            "10.20.17.11-10.20.17.13": "10.20.16.21-10.20.16.23",
            "vip: 10.20.17.10": "vip: 10.20.16.24",
        },
    ),
    "a control plane in the admin cluster through the API": Wrong(
        "B20",
        "control_plane_v2: false",
        "only gkectl can manage that",
        after(PROD_USER, "        control_plane_v2: false\n"),
        PROD,
    ),
    "a control plane in the admin cluster with addresses of its own": Wrong(
        "A48",
        "addresses: 10.20.48.21-10.20.48.23",
        "is not among the node addresses of onp1-prod-admin",
        {
            **BY_GKECTL_IN_PROD,
            PROD_USER: f"{PROD_USER}        control_plane_v2: false\n",
            "10.20.49.11-10.20.49.13": "10.20.48.21-10.20.48.23",
            "vip: 10.20.49.10": "vip: 10.20.48.24",
        },
        PROD,
    ),
    "no Dataplane V2 on a version that does not run without": Wrong(
        "B66", "version: 1.32.200-gke.27", "with Calico", after(USER, "        dataplane_v2: false\n")
    ),
    "an advanced user cluster through the API": Wrong(
        "B65",
        "advanced: true",
        "user cluster onp1-prod is advanced",
        after(PROD_USER, "        advanced: true\n"),
        PROD,
    ),
    "an advanced cluster of gkectl's on a version that only tries it out": Wrong(
        "A22",
        "advanced: true",
        "1.31 has that as a preview",
        {**BY_GKECTL_IN_PROD, PROD_USER: f"{PROD_USER}        advanced: true\n"},
        PROD,
    ),
    "a user cluster through the API below an admin cluster that it does not know": Wrong(
        "A42",
        "admin_cluster: onp1-dev-admin",
        "gkectl's and not enrolled in it",
        {ADMIN: ADMIN_BY_GKECTL},
    ),
    "a cluster of the API's that is said to be registered": Wrong(
        "B5", "registered: true", "registers it in the fleet by itself", after(USER, "        registered: true\n")
    ),
    "a cluster of gkectl's that is adopted": Wrong(
        "B50",
        "import_id: projects/x",
        "driven through the API from then on",
        after(USER, f"{BY_GKECTL}        import_id: projects/x\n"),
    ),
    "a platform below its own cluster": Wrong(
        "A65",
        "platform_version: 1.31.800-gke.32",
        "below the cluster's own 1.32.200-gke.27",
        after(ADMIN, "        platform_version: 1.31.800-gke.32\n"),
    ),
    "several interfaces a pod through the API": Wrong(
        "B6",
        "multiple_network_interfaces: true",
        "the API has no field for that",
        after(USER, "        multiple_network_interfaces: true\n"),
    ),
    "an import id of a user cluster that is created": Wrong(
        "B50", "import_id: projects/x", "would be made again", after(USER, "        import_id: projects/x\n")
    ),
    "an import id of another user cluster": Wrong(
        "B50",
        f"import_id: {ADOPTED}/vmwareClusters/onp1-prod",
        "'onp1-prod' stands where",
        {"vmwareClusters/onp1-prod-user-cluster\n": "vmwareClusters/onp1-prod\n"},
        PROD,
    ),
    "a new cluster in production that nobody allowed": Wrong(
        "J201",
        "- name: onp1-prod",
        "nobody is said to have allowed it",
        dict.fromkeys(BY_GKECTL_IN_PROD, ""),
        PROD,
    ),
    "an approval by a group that there is not": Wrong(
        "J201",
        "approval: {by: varde-role-sjef@",
        "no group of the organisation",
        after(PROD_USER, "        approval: {by: varde-role-sjef@fjellverket.example, on: 2026-10-01}\n"),
        PROD,
    ),
    "an approval that is yet to come": Wrong(
        "J201",
        "approval: {by: varde-role-vaktleder@",
        "which is not yet",
        after(PROD_USER, "        approval: {by: varde-role-vaktleder@fjellverket.example, on: 2031-10-01}\n"),
        PROD,
    ),
    # Control planes of user clusters
    "a control plane of two nodes": Wrong(
        "B7",
        "replicas: 2",
        "quorum with 1 or 3",
        {
            **after(USER_NODES, "          replicas: 2\n"),
            "addresses: 10.20.17.11-10.20.17.13": "addresses: 10.20.17.11-10.20.17.12",
        },
    ),
    "a control plane of one node in production": Wrong(
        "X8",
        "replicas: 1",
        "onp1-prod is in production with one control plane node",
        {
            **after("hostnames: onp1-prod-cp-{n}\n", "          replicas: 1\n"),
            "addresses: 10.20.49.11-10.20.49.13": "addresses: 10.20.49.11",
        },
        PROD,
    ),
    "control plane nodes whose memory is no multiple of four": Wrong(
        "B7", "memory_mib: 8193", "8193 MiB is not a multiple of 4", {USER_SIZE: USER_SIZE.replace("8192", "8193")}
    ),
    "control plane nodes with little memory": Wrong(
        "B7", "memory_mib: 4096", "4096 MiB", {USER_SIZE: USER_SIZE.replace("8192", "4096")}
    ),
    "more control plane addresses than nodes": Wrong(
        "B41",
        "addresses: 10.20.17.11-10.20.17.14",
        "4 control plane addresses for 3 nodes",
        {"addresses: 10.20.17.11-10.20.17.13": "addresses: 10.20.17.11-10.20.17.14"},
    ),
    "a control plane outside the cluster's network": Wrong(
        "B22",
        "addresses: 10.20.18.11-10.20.18.13",
        "outside network node",
        {"addresses: 10.20.17.11-10.20.17.13": "addresses: 10.20.18.11-10.20.18.13"},
    ),
    "a VIP on a node": Wrong("B22", "vip: 10.20.17.12", "overlaps", {"vip: 10.20.17.10": "vip: 10.20.17.12"}),
    # Addresses of user clusters
    "a pod range for too few nodes": Wrong(
        "B42", "pods: 100.98.0.0/21", "holds 8 nodes at a /24 each", {"pods: 100.98.0.0/16": "pods: 100.98.0.0/21"}
    ),
    "a service range that is too small": Wrong(
        "B43", "services: 100.99.0.0/25", "wrong size", {"services: 100.99.0.0/20": "services: 100.99.0.0/25"}
    ),
    "a service range in the pod range of another cluster": Wrong(
        "A32", "services: 100.98.0.0/20", "overlaps pod range", {"services: 100.99.0.0/20": "services: 100.98.0.0/20"}
    ),
    "too few worker addresses": Wrong(
        "B40",
        "worker_addresses: [10.20.17.100-10.20.17.110]",
        "has 11 worker addresses and needs 12",
        {"[10.20.17.100-10.20.17.199]": "[10.20.17.100-10.20.17.110]"},
    ),
    "worker addresses where DHCP gives them": Wrong(
        "B37",
        "worker_addresses: [10.20.17.100",
        "states worker addresses that nobody would use",
        {WORKERS: f"        ip_mode: dhcp\n{WORKERS.splitlines()[0]}\n"},
    ),
    "worker host names where DHCP gives addresses": Wrong(
        "B37",
        "worker_hostnames: onp1-dev-w",
        "states worker host names that nobody would use",
        {WORKERS: f"        ip_mode: dhcp\n{WORKERS.splitlines()[1]}\n"},
    ),
    "workers outside the cluster's network": Wrong(
        "A47",
        "worker_addresses: [10.20.17.200-10.20.18.10]",
        "worker range",
        {"[10.20.17.100-10.20.17.199]": "[10.20.17.200-10.20.18.10]"},
    ),
    "one host name for all workers": Wrong(
        "A47", "worker_hostnames: onp1-dev-w", "only one of two nodes would join", {"onp1-dev-w-{octet}": "onp1-dev-w"}
    ),
    "a host name that is none": Wrong(
        "A47", "hostnames: onp1_dev_cp_{n}", "is no host name", {"onp1-dev-cp-{n}": "onp1_dev_cp_{n}"}
    ),
    # Load balancers
    "integrated F5 on a version that no longer makes it": Wrong(
        "A33",
        "kind: f5",
        "user cluster onp1-prod on 1.31 has load balancer 'f5': refused for new clusters from 1.30",
        {
            **NEW_IN_PROD,
            PROD_BALANCER: "          kind: f5\n          ingress_vip: 10.20.49.30\n          f5: "
            "{address: 10.20.8.40, partition: varde, credentials: sm://varde-k8s-prod-3a4b/f5}\n",
            SPEAKERS: SPEAKERS.split("\n", 1)[1],
        },
        PROD,
    ),
    "Seesaw": Wrong(
        "A33",
        "kind: seesaw",
        "'seesaw': refused for new clusters from 1.28",
        {
            **NEW_IN_PROD,
            PROD_BALANCER: "          kind: seesaw\n          ingress_vip: 10.20.49.30\n",
            SPEAKERS: SPEAKERS.split("\n", 1)[1],
        },
        PROD,
    ),
    "F5 below an admin cluster that has none": Wrong(
        "A34",
        "load_balancer: {kind: metallb, f5:",
        "f5: goes with kind f5 alone",
        after(
            ADMIN,
            "        load_balancer: {kind: metallb, f5: "
            "{address: 10.20.8.40, partition: varde, credentials: sm://varde-k8s-dev-5e6f/f5}}\n",
        ),
    ),
    "another kind of load balancer than the admin cluster's": Wrong(
        "A35",
        "kind: manual",
        "its admin cluster onp1-dev-admin has 'metallb'",
        {
            BALANCER: f"          kind: manual\n{VIP}          ports: {{ingress_http: 30080, ingress_https: 30443}}\n",
            SPEAKERS: SPEAKERS.split("\n", 1)[1],
        },
    ),
    "a node port of a highly available admin cluster": Wrong(
        "A34",
        "load_balancer: {kind: metallb, control_plane_node_port: 30968}",
        "names a node port as well",
        after(ADMIN, "        load_balancer: {kind: metallb, control_plane_node_port: 30968}\n"),
    ),
    "a node port of a control plane that has its own VIP": Wrong(
        "A34",
        "ports: {ingress_http: 30080, ingress_https: 30443, control_plane: 30968}",
        "control_plane is a node port of control planes in the admin cluster",
        manual("{ingress_http: 30080, ingress_https: 30443, control_plane: 30968}"),
    ),
    "a node port that Kubernetes does not give": Wrong(
        "B48", "ports: {ingress_http: 80", "ingress_http is 80", manual("{ingress_http: 80, ingress_https: 30443}")
    ),
    "one node port for HTTP and HTTPS": Wrong(
        "B48",
        "ports: {ingress_http: 30443",
        "both on node port 30443",
        manual("{ingress_http: 30443, ingress_https: 30443}"),
    ),
    "a manual load balancer without ports": Wrong(
        "B52",
        "kind: manual",
        "no node ports",
        {key: text.split("          ports:")[0] for key, text in manual("{}").items()},
    ),
    "MetalLB with node ports": Wrong(
        "B52",
        "ports: {ingress_http: 30080",
        "MetalLB does not use",
        after(VIP, "          ports: {ingress_http: 30080, ingress_https: 30443}\n"),
    ),
    "an ingress VIP in no pool": Wrong(
        "B46",
        "ingress_vip: 10.20.17.60",
        "in no address pool",
        {"ingress_vip: 10.20.17.30": "ingress_vip: 10.20.17.60"},
    ),
    "a pool outside the cluster's network": Wrong(
        "B46",
        "external: {addresses: [10.20.18.40-10.20.18.49]",
        "lies outside network node",
        {"10.20.17.40-10.20.17.49": "10.20.18.40-10.20.18.49"},
    ),
    "a pool on addresses of workers": Wrong(
        "B46",
        "external: {addresses: [10.20.17.190-10.20.17.205]",
        "overlaps",
        {"10.20.17.40-10.20.17.49": "10.20.17.190-10.20.17.205"},
    ),
    # Places
    "another vCenter through the API": Wrong(
        "B4", "address: vcenter2.example", "the vCenter of their admin cluster", vcenter(address="vcenter2.example")
    ),
    "another vCenter without its certificate": Wrong(
        "B4",
        "address: vcenter2.example",
        "ca is not stated",
        {
            USER: f"{USER}{BY_GKECTL}"
            + vcenter(
                address="vcenter2.example", datacenter="dc2", compute_cluster="c2", resource_pool="p2", datastore="d2"
            )[USER].removeprefix(USER)
        },
    ),
    "another datacenter without a datastore": Wrong(
        "B4",
        "datacenter: dc-bergen1-dev",
        "datastore or storage_policy is not stated",
        vcenter(datacenter="dc-bergen1-dev", compute_cluster="cl-bergen1-dev"),
    ),
    "a datastore and a storage policy": Wrong(
        "A24",
        "storage_policy: gold",
        "takes one of them",
        vcenter(datastore="ds-oslo1-dev-images", storage_policy="gold"),
    ),
    # Switches
    "an unknown preflight check": Wrong(
        "B54",
        "skip_validations: {names: [VIPZ]",
        "there is no preflight check 'VIPZ'",
        after(USER, "        skip_validations: {names: [VIPZ], reason: a drill}\n"),
    ),
    "a preflight check skipped without a reason": Wrong(
        "B54",
        'skip_validations: {names: [VIPS], reason: " "}',
        "without saying why",
        after(USER, '        skip_validations: {names: [VIPS], reason: " "}\n'),
    ),
    "all preflight checks skipped in production": Wrong(
        "X8",
        "skip_validations: {names: [ALL]",
        "skips all preflight checks",
        after(PROD_USER, "        skip_validations: {names: [ALL], reason: haste}\n"),
        PROD,
    ),
    # Log-in
    "an issuer that is not https": Wrong(
        "B81", "issuer: http://", "is no https address", log_in(issuer="http://login.microsoftonline.com/varde")
    ),
    "a way back to somebody else's machine": Wrong(
        "B81",
        "kubectl_redirect: https://",
        "a port of their own machine",
        log_in(kubectl_redirect="https://varde.example/callback"),
    ),
    "a prefix of groups that no claim lists": Wrong(
        "B81", "group_prefix:", "roles of groups would bind nobody", log_in(group_prefix='"entra:"')
    ),
    "a log-in without a token": Wrong(
        "B81", "scopes: [email", "no `openid` scope", log_in(scopes="[email, offline_access]")
    ),
    # Node pools
    "two pools of one name": Wrong(
        "B30",
        "- name: general",
        "two node pools 'general'",
        {"          - name: ingress\n": "          - name: general\n"},
    ),
    "an import id in a cluster that is created": Wrong(
        "B30",
        "import_id: projects/x",
        "its cluster is created",
        after(GENERAL, "            import_id: projects/x/locations/y\n"),
    ),
    "an import id of another pool": Wrong(
        "B30",
        f"import_id: {ADOPTED}/vmwareClusters/onp1-prod-user-cluster/vmwareNodePools/generic",
        "'generic' stands where 'general'",
        {"vmwareNodePools/general": "vmwareNodePools/generic"},
        PROD,
    ),
    "a pool with few CPUs": Wrong("B31", "cpus: 2", "2 CPUs", {GENERAL: GENERAL.replace("cpus: 8", "cpus: 2")}),
    "a pool with little memory": Wrong(
        "B31", "memory_mib: 4096", "4096 MiB", {GENERAL: GENERAL.replace("32768", "4096")}
    ),
    "a pool whose memory is no multiple of four": Wrong(
        "B31", "memory_mib: 32767", "multiple of 4", {GENERAL: GENERAL.replace("32768", "32767")}
    ),
    "a pool with small disks": Wrong(
        "B31", "boot_disk_gib: 20", "20 GiB", after(GENERAL, "            boot_disk_gib: 20\n")
    ),
    "Windows nodes without a template": Wrong(
        "B32", "image_type: windows", "no VM template", after(GENERAL, "            image_type: windows\n")
    ),
    "a template for Linux nodes": Wrong(
        "B32", "image: win2019", "only Windows nodes are made from one", after(GENERAL, "            image: win2019\n")
    ),
    "a minimum above the maximum": Wrong(
        "B33",
        "nodes: {min: 9",
        "at least 9 and at most 8",
        {"{min: 5, start: 6, max: 8}": "{min: 9, start: 6, max: 8}"},
    ),
    "a minimum of no nodes": Wrong(
        "B33", "nodes: {min: 0", "shrink to 0", {"{min: 5, start: 6, max: 8}": "{min: 0, start: 6, max: 8}"}
    ),
    "a beginning outside the bounds": Wrong(
        "B33",
        "nodes: {min: 5, start: 4",
        "made with 4 nodes, outside its own 5 to 8",
        {"{min: 5, start: 6, max: 8}": "{min: 5, start: 4, max: 8}"},
    ),
    "a taint without a value": Wrong(
        "B34",
        'taints: [{key: dedicated, value: ""',
        "has no value",
        {"{key: dedicated, value: ingress": '{key: dedicated, value: ""'},
    ),
    "a taint that stands twice": Wrong(
        "B34",
        "taints: [{key: dedicated",
        "twice",
        {"effect: NO_SCHEDULE}]": "effect: NO_SCHEDULE}, {key: dedicated, value: x, effect: NO_SCHEDULE}]"},
    ),
    "MetalLB without a pool for it": Wrong(
        "B35", "node_pools:", "runs MetalLB's speakers", {SPEAKERS: SPEAKERS.split("\n", 1)[1]}
    ),
    "a pool for MetalLB without MetalLB": Wrong(
        "B35",
        "load_balancer: true",
        "'ingress' is to run MetalLB's speakers",
        {key: text for key, text in manual("{ingress_http: 30080, ingress_https: 30443}").items() if key != SPEAKERS},
    ),
    "a host group that there is not": Wrong(
        "B36",
        "host_groups: [hg-prod-rack-a, hg-prod-rack-z]",
        "there is no host group 'hg-prod-rack-z'",
        {
            "            tags: [node-general, no-image-backup]\n": (
                "            tags: [node-general, no-image-backup]\n"
                "            host_groups: [hg-prod-rack-a, hg-prod-rack-z]\n"
            ),
            "            tags: [node-ingress, no-image-backup]\n": (
                "            tags: [node-ingress, no-image-backup]\n            host_groups: [hg-prod-rack-b]\n"
            ),
        },
        PROD,
    ),
    "a host group for some pools alone": Wrong(
        "B36",
        "- name: ingress",
        "has no host group and pool 'general' has",
        {
            "            tags: [node-general, no-image-backup]\n": (
                "            tags: [node-general, no-image-backup]\n"
                "            host_groups: [hg-prod-rack-a, hg-prod-rack-b]\n"
            )
        },
        PROD,
    ),
    "more nodes than licences": Wrong(
        "X10",
        "licensed_nodes: 18",
        "16 (onp1-prod general) + 3 (onp1-prod ingress) = 19 worker nodes, and the licences cover 18",
        {"{min: 9, start: 9, max: 12}": "{min: 9, start: 9, max: 16}"},
        PROD,
    ),
    "a tag that there is not": Wrong(
        "I4",
        "tags: [node-ingres,",
        "there is no tag 'node-ingres'",
        {"tags: [node-ingress, no": "tags: [node-ingres, no"},
    ),
    "a newer pool than its cluster": Wrong(
        "B63",
        "version: 1.32.300-gke.41",
        "above its cluster on 1.32.200-gke.27",
        # Sandbox has that version, so no other rule minds.
        after(GENERAL, "            version: 1.32.300-gke.41\n"),
    ),
    "a user cluster above its admin cluster": Wrong(
        "B61",
        "version: 1.31.900-gke.44",
        "above its admin cluster onp1-prod-admin",
        {PROD_VERSION: PROD_VERSION.replace("1.31.700-gke.24", "1.31.900-gke.44")},
        PROD,
    ),
}


def test_there_are_sixty_and_more() -> None:
    assert len(WRONG) >= 60
    assert len({case.rule for case in WRONG.values()}) >= 40


@pytest.mark.parametrize("what", WRONG)
def test_a_file_is_refused_by_one_rule_at_its_line_for(what: str) -> None:
    refused_by_one_rule(WRONG[what])
