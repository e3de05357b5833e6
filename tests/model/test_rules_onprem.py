"""On-prem clusters, their node pools and their load balancers: each rule with the edit that breaks it."""

from __future__ import annotations

import pytest

from model.config.problems import Severity
from tests.model.cases import DEV, PROD, edited, problems, refused, second_generation, warned

WORKSTATION = "      name: onp1-dev-ws\n"
ADMIN = "      - name: onp1-dev-admin\n"
ADMIN_NODES = "          hostnames: onp1-dev-admin-cp-{n}\n"
USER = "        id: onp1-dev-user-cluster\n"
USER_NODES = "          hostnames: onp1-dev-cp-{n}\n"
GENERAL = "            nodes: {min: 5, start: 6, max: 8}\n            cpus: 8\n            memory_mib: 32768\n"
INGRESS = "            nodes: {min: 2, start: 2, max: 2}\n"
SPEAKERS = "            load_balancer: true\n            labels: {varde.fjellverket.example/pool: ingress}\n"
POOLS = """\
          pools:
            internal: {addresses: [10.20.17.30-10.20.17.39]}
            external: {addresses: [10.20.17.40-10.20.17.49], manual_assign: true}
            eastwest: {addresses: [10.20.17.50/32], manual_assign: true}
"""
BALANCER = f"          kind: metallb\n          ingress_vip: 10.20.17.30\n{POOLS}"
VIP = "          ingress_vip: 10.20.17.30\n"
ADMINS = "locations/europe-north1/vmwareAdminClusters"


def manual(ports: str) -> dict[str, str]:
    """Return the dev stack with a load balancer of one's own on `ports`."""
    balancer = f"          kind: manual\n{VIP}          ports: {ports}\n"
    return edited(
        DEV, {BALANCER: balancer, "            load_balancer: true\n            labels": "            labels"}
    )


def after(anchor: str, line: str) -> dict[str, str]:
    """Return the dev stack with a line behind `anchor`."""
    return edited(DEV, {anchor: f"{anchor}{line}\n"})


REFUSED = {
    "a workstation disk that gkectl refuses": ("A3", after(WORKSTATION, "      disk_gib: 80"), "80 GiB"),
    "a workstation with too few CPUs": ("A4", after(WORKSTATION, "      cpus: 2"), "2 CPUs"),
    "a workstation with too little memory": ("A4", after(WORKSTATION, "      memory_mib: 4096"), "4096 MiB"),
    "a workstation in an unknown network": (
        "A8",
        edited(DEV, {f"{WORKSTATION}      network: admin": f"{WORKSTATION}      network: admim"}),
        "did you mean 'admin'",
    ),
    "a workstation away from the admin cluster": (
        "A8",
        edited(DEV, {f"{WORKSTATION}      network: admin": f"{WORKSTATION}      network: node"}),
        "'admin'",
    ),
    "an admin cluster with one node": ("A29", after(ADMIN_NODES, "          replicas: 1"), "1 control plane nodes"),
    "small admin nodes": (
        "A30",
        edited(DEV, {"          memory_mib: 16384\n": "          memory_mib: 4096\n"}),
        "4096 MiB; the API refuses less than 8192",
    ),
    "admin nodes with few CPUs": (
        "A30",
        edited(
            DEV,
            {"          cpus: 4\n          memory_mib: 16384\n": "          cpus: 2\n          memory_mib: 16384\n"},
        ),
        "2 CPUs",
    ),
    "a user cluster with two control plane nodes": ("B7", after(USER_NODES, "          replicas: 2"), "1 or 3"),
    "user nodes whose memory is no multiple of four": (
        "B7",
        edited(
            DEV, {"          memory_mib: 8192\n          addresses": "          memory_mib: 8193\n          addresses"}
        ),
        "8193 MiB is not a multiple of 4",
    ),
    "an unknown network of a user cluster": (
        "B50",
        edited(DEV, {"        network: node\n": "        network: nodes\n"}),
        "did you mean 'node'",
    ),
    "an unknown admin cluster": (
        "B50",
        edited(
            DEV,
            {
                (
                    "        admin_cluster: onp1-dev-admin\n        network: node\n"
                ): "        admin_cluster: onp1-dev-admn\n        network: node\n"
            },
        ),
        "did you mean 'onp1-dev-admin'",
    ),
    "no Controlplane V2": ("B3", after(USER, "        control_plane_v2: false"), "without Controlplane V2"),
    "no Dataplane V2": ("B3", after(USER, "        dataplane_v2: false"), "without Dataplane V2"),
    "an advanced admin cluster": (
        "B65",
        after(ADMIN, "        advanced: true"),
        "admin cluster onp1-dev-admin is advanced",
    ),
    "integrated F5": (
        "A33",
        edited(DEV, {"          kind: metallb\n": "          kind: f5\n"}),
        "'f5': refused for new clusters from 1.30",
    ),
    "Seesaw": (
        "A33",
        edited(DEV, {"          kind: metallb\n": "          kind: seesaw\n"}),
        "'seesaw': refused for new clusters from 1.28",
    ),
    "MetalLB without pools": ("B52", edited(DEV, {POOLS: ""}), "no address pool"),
    "MetalLB with node ports": (
        "B52",
        after(VIP, "          ports: {ingress_http: 30080, ingress_https: 30443}"),
        "MetalLB does not use",
    ),
    "a manual load balancer without ports": (
        "B52",
        edited(DEV, {BALANCER: f"          kind: manual\n{VIP}"}),
        "no node ports",
    ),
    "a manual load balancer with pools": (
        "B52",
        edited(DEV, {"          kind: metallb\n": "          kind: manual\n"}),
        "does not use them",
    ),
    "a node port that Kubernetes does not give": (
        "B48",
        manual("{ingress_http: 80, ingress_https: 30443}"),
        "ingress_http is 80",
    ),
    "one node port for HTTP and HTTPS": (
        "B48",
        manual("{ingress_http: 30443, ingress_https: 30443}"),
        "both on node port 30443",
    ),
    "two kinds of load balancer below one admin cluster": (
        "A35",
        second_generation(
            {BALANCER: f"          kind: manual\n{VIP}          ports: {{ingress_http: 30080, ingress_https: 30443}}\n"}
        ),
        "'metallb' and onp1-dev has 'manual'",
    ),
    "an unknown preflight check": (
        "B54",
        after(USER, "        skip_validations: {names: [VIPZ], reason: a drill}"),
        "did you mean 'VIPS'",
    ),
    "a preflight check skipped without a reason": (
        "B54",
        after(USER, '        skip_validations: {names: [VIPS], reason: " "}'),
        "without saying why",
    ),
    "two pools of one name": (
        "B30",
        edited(DEV, {"          - name: ingress\n": "          - name: general\n"}),
        "two node pools 'general'",
    ),
    "a pool with few CPUs": ("B31", edited(DEV, {GENERAL: GENERAL.replace("cpus: 8", "cpus: 2")}), "2 CPUs"),
    "a pool with little memory": ("B31", edited(DEV, {GENERAL: GENERAL.replace("32768", "4096")}), "4096 MiB"),
    "a pool whose memory is no multiple of four": (
        "B31",
        edited(DEV, {GENERAL: GENERAL.replace("32768", "32767")}),
        "multiple of 4",
    ),
    "a pool with small disks": ("B31", after(GENERAL, "            boot_disk_gib: 20"), "20 GiB"),
    "a pool that is made with no node": (
        "B31",
        edited(DEV, {"{min: 5, start: 6": "{min: 5, start: 0"}),
        "made with 0 nodes",
    ),
    "Windows nodes": ("B32", after(GENERAL, "            image_type: windows"), "Windows nodes"),
    "a minimum above the maximum": (
        "B33",
        edited(DEV, {"{min: 5, start: 6, max: 8}": "{min: 9, start: 6, max: 8}"}),
        "at least 9 and at most 8",
    ),
    "a minimum of no nodes": (
        "B33",
        edited(DEV, {"{min: 5, start: 6, max: 8}": "{min: 0, start: 6, max: 8}"}),
        "shrink to 0",
    ),
    "a beginning outside the bounds": (
        "B33",
        edited(DEV, {"{min: 5, start: 6, max: 8}": "{min: 5, start: 4, max: 8}"}),
        "made with 4 nodes, outside its own 5 to 8",
    ),
    "a taint without a value": (
        "B34",
        edited(DEV, {"{key: dedicated, value: ingress": '{key: dedicated, value: ""'}),
        "has no value",
    ),
    "a taint that stands twice": (
        "B34",
        edited(
            DEV, {"effect: NO_SCHEDULE}]": "effect: NO_SCHEDULE}, {key: dedicated, value: x, effect: NO_SCHEDULE}]"}
        ),
        "twice",
    ),
    "MetalLB without a pool for it": (
        "B35",
        edited(DEV, {SPEAKERS: SPEAKERS.split("\n", 1)[1]}),
        "runs MetalLB's speakers",
    ),
    "a pool for MetalLB without MetalLB": (
        "B35",
        edited(DEV, {"          kind: metallb\n": "          kind: manual\n"}),
        "'ingress' is to run MetalLB's speakers",
    ),
    "an import id in a cluster that is created": (
        "B30",
        after(GENERAL, "            import_id: projects/x/locations/y"),
        "its cluster is created",
    ),
    "an import id of a user cluster that is created": (
        "B50",
        after(USER, "        import_id: projects/x"),
        "would be made again",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_dev_stack_is_refused_for(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


PROD_REFUSED = {
    "an advanced user cluster": (
        "B65",
        {"        id: onp1-prod-user-cluster\n": "        id: onp1-prod-user-cluster\n        advanced: true\n"},
        "user cluster onp1-prod is advanced",
    ),
    "a control plane of one node": (
        "X8",
        {"hostnames: onp1-prod-cp-{n}\n": "hostnames: onp1-prod-cp-{n}\n          replicas: 1\n"},
        "onp1-prod is in production with one control plane node",
    ),
    "all preflight checks skipped": (
        "X8",
        {
            "        id: onp1-prod-user-cluster\n": (
                "        id: onp1-prod-user-cluster\n        skip_validations: {names: [ALL], reason: haste}\n"
            )
        },
        "skips all preflight checks",
    ),
    "an adopted cluster without an import id": (
        "A62",
        {
            (
                "        import_id: "
                "projects/varde-k8s-prod-3a4b/locations/europe-north1/vmwareAdminClusters/onp1-prod-admin\n"
            ): ""
        },
        "nothing says which one",
    ),
    "an import id of another project": (
        "A62",
        {
            f"projects/varde-k8s-prod-3a4b/{ADMINS}": f"projects/varde-k8s-test-9c0d/{ADMINS}",
        },
        "'varde-k8s-test-9c0d' stands where 'varde-k8s-prod-3a4b' belongs",
    ),
    "an import id of another region": (
        "A62",
        {"locations/europe-north1/vmwareAdminClusters": "locations/global/vmwareAdminClusters"},
        "'global' stands where 'europe-north1' belongs",
    ),
    "an import id of another user cluster": (
        "B50",
        {"vmwareClusters/onp1-prod-user-cluster\n": "vmwareClusters/onp1-prod\n"},
        "'onp1-prod' stands where",
    ),
    "an import id of another pool": (
        "B30",
        {"vmwareNodePools/general": "vmwareNodePools/generic"},
        "'generic' stands where 'general'",
    ),
    "an import id that is cut short": ("B30", {"/vmwareNodePools/general": ""}, "wrong number of parts"),
    "more nodes than licences": (
        "X10",
        {"{min: 9, start: 9, max: 12}": "{min: 9, start: 9, max: 16}"},
        "16 (onp1-prod general) + 3 (onp1-prod ingress) = 19 worker nodes, and the licences cover 18",
    ),
}


@pytest.mark.parametrize(("rule", "replace", "saying"), PROD_REFUSED.values(), ids=PROD_REFUSED)
def test_a_prod_stack_is_refused_for(rule: str, replace: dict[str, str], saying: str) -> None:
    refused(rule, edited(PROD, replace), saying=saying)


def test_a_user_cluster_without_node_pools_is_refused() -> None:
    text = edited(DEV, {})[DEV]
    start = text.index("        node_pools:\n          - name: general")
    end = text.index("\n  hybrid:gke:")
    refused("B30", {DEV: f"{text[:start]}        node_pools: []{text[end:]}"}, saying="has no node pool")


def test_a_user_cluster_with_one_control_plane_node_outside_production_is_warned_of() -> None:
    warned("B75", after(USER_NODES, "          replicas: 1"), saying="user cluster onp1-dev has one control plane node")


def test_an_old_admin_cluster_with_one_node_outside_production_is_warned_of() -> None:
    parent = "projects/varde-k8s-dev-5e6f/locations/europe-north1"
    edit = edited(
        DEV,
        {
            "        mode: create\n": (
                f"        mode: adopt\n        import_id: {parent}/vmwareAdminClusters/onp1-dev-admin\n"
            ),
            ADMIN_NODES: f"{ADMIN_NODES}          replicas: 1\n",
        },
    )
    warned("B75", edit, saying="admin cluster onp1-dev-admin has one control plane node")


def test_every_pool_with_a_taint_is_warned_of() -> None:
    edit = after(GENERAL, "            taints: [{key: a, value: b, effect: NO_EXECUTE}]")
    warned("B39", edit, saying="every node pool of onp1-dev has a taint")


def test_a_preflight_check_skipped_in_production_is_warned_of() -> None:
    edit = edited(
        PROD,
        {
            "        id: onp1-prod-user-cluster\n": (
                "        id: onp1-prod-user-cluster\n        skip_validations: {names: [VIPS], reason: a drill}\n"
            )
        },
    )
    warned("B54", edit, saying="skips VIPS")


def test_a_kubeception_cluster_of_an_old_version_is_one_for_gkectl() -> None:
    edit = edited(
        DEV,
        {
            f"{USER}": f"{USER}        control_plane_v2: false\n",
            (
                "        network: node\n        version: 1.32.200-gke.27"
            ): "        network: node\n        version: 1.29.100-gke.1",
        },
    )
    refused("B20", edit, saying="only gkectl can manage")


def test_a_second_generation_needs_licences_and_nothing_else() -> None:
    found = refused("X10", second_generation(), saying="= 14 worker nodes, and the licences cover 12")
    assert found.file == DEV
    raised = problems(second_generation({"licensed_nodes: 12": "licensed_nodes: 16"}))
    assert [problem.text() for problem in raised if problem.severity is Severity.ERROR] == []
