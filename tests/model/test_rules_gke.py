"""GKE clusters: each rule with the edit that breaks it."""

from __future__ import annotations

import pytest

from tests.model.cases import DEV, PROD, edited, of_rule, refused

NAME = "      - name: gcp1-dev\n"
MACHINE = "            machine_type: n2d-standard-4\n"
ZONES = "nodes_per_zone: {min: 1, max: 3}"


def cluster(line: str) -> dict[str, str]:
    """Return the dev stack with a line more in its GKE cluster."""
    return edited(DEV, {NAME: f"{NAME}        {line}\n"})


def pool(line: str) -> dict[str, str]:
    """Return the dev stack with a line more in the pool of its GKE cluster."""
    return edited(DEV, {MACHINE: f"{MACHINE}            {line}\n"})


SECOND = f"""\
{NAME}        release_channel: REGULAR
        version_floor: "1.32"
        subnet: nodes
        pods: pods
        services: services
        control_plane: 10.40.28.16/28
        node_pools: [{{name: general, machine_type: e2-standard-4, {ZONES}}}]
"""

REFUSED = {
    "a subnet that is not shared": (
        "C53",
        edited(DEV, {"        range: 10.40.16.0/22\n": "        range: 10.40.16.0/22\n        shared: false\n"}),
        "subnet 'nodes' is not shared",
    ),
    "one range for the services of two clusters": (
        "C22",
        edited(DEV, {NAME: f"{SECOND.replace('gcp1', 'gcp2')}{NAME}"}),
        "gcp1-dev and gcp2-dev use one secondary range for services",
    ),
    "more than there can be in a zone": (
        "C4",
        edited(DEV, {ZONES: "nodes_per_zone: {min: 4, max: 3}"}),
        "at least 4 and at most 3",
    ),
    "fewer than none": ("C4", edited(DEV, {ZONES: "nodes_per_zone: {min: -1, max: 3}"}), "-1 to 3 nodes in a zone"),
    "a pool that never has a node": (
        "C4",
        edited(DEV, {ZONES: "nodes_per_zone: {min: 0, max: 0}"}),
        "0 to 0 nodes in a zone",
    ),
    "a small disk": ("C4", pool("disk_gib: 9"), "disks of 9 GiB"),
    "no room to move in an upgrade": ("C43", pool("max_surge: 0"), "neither a node to spare"),
    "too many nodes at once": ("C43", pool("max_surge: 21"), "upgrade 21 nodes at once"),
    "a negative surge": ("C43", pool("max_unavailable: -1"), "neither is negative"),
    "an image with Docker": ("C73", pool("image_type: COS"), "Images: COS_CONTAINERD"),
    "an unknown datapath": ("C11", cluster("datapath: ADVANCED"), "did you mean 'ADVANCED_DATAPATH'"),
    "logging without the system components": (
        "C10",
        cluster("logging: [WORKLOADS]"),
        "logging of gcp1-dev has WORKLOADS without SYSTEM_COMPONENTS",
    ),
    "measuring without the system components": (
        "C10",
        cluster("monitoring: [APISERVER]"),
        "monitoring of gcp1-dev has APISERVER",
    ),
    "a component that stands twice": (
        "C10",
        cluster("logging: [SYSTEM_COMPONENTS, SYSTEM_COMPONENTS]"),
        "stands twice in logging",
    ),
    "measuring workloads": ("C10", cluster("monitoring: [SYSTEM_COMPONENTS, WORKLOADS]"), "removed in 1.24"),
    "adoption without an import id": ("C1", cluster("mode: adopt"), "nothing says which one"),
    "an import id of another project": (
        "C1",
        cluster("import_id: projects/x/locations/europe-north1/clusters/gcp1-dev\n        mode: adopt"),
        "'x' stands where 'varde-k8s-dev-5e6f' belongs",
    ),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_dev_stack_is_refused_for(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def test_two_pools_of_one_name_are_refused() -> None:
    edit = edited(
        PROD,
        {"          - name: ingress\n            machine_type": "          - name: general\n            machine_type"},
    )
    refused("C4", edit, saying="gcp1-prod has two node pools 'general'")


def test_a_cluster_without_pools_is_refused() -> None:
    text = edited(DEV, {})[DEV]
    start = text.index("        node_pools:\n          - name: general\n            machine_type")
    end = text.index("\n  hybrid:fleet:")
    refused("C4", {DEV: f"{text[:start]}        node_pools: []\n{text[end:]}"}, saying="gcp1-dev has no node pool")


def test_a_cluster_of_production_without_backups_is_refused() -> None:
    edit = edited(PROD, {"      - name: gcp1-prod\n": "      - name: gcp1-prod\n        backup_agent: false\n"})
    refused("X8", edit, saying="without the agent of Backup for GKE")


class TestAdoption:
    """A node pool that is taken over is the one that is meant."""

    CLUSTER = "        release_channel: STABLE\n"
    POOL = "            machine_type: n2d-standard-8\n"
    ADOPTED = (
        "        mode: adopt\n"
        "        import_id: projects/varde-k8s-prod-3a4b/locations/europe-north1/clusters/gcp1-prod\n"
    )

    def edit(self, import_id: str, *, adopt: bool) -> dict[str, str]:
        cluster = {self.CLUSTER: self.CLUSTER + self.ADOPTED} if adopt else {}
        return edited(PROD, {self.POOL: f"{self.POOL}            import_id: {import_id}\n", **cluster})

    def test_its_own_id_is_accepted(self) -> None:
        assert not of_rule("C2", self.edit("varde-k8s-prod-3a4b/europe-north1/gcp1-prod/general", adopt=True))

    def test_another_pools_id_is_refused(self) -> None:
        (found,) = of_rule("C2", self.edit("varde-k8s-prod-3a4b/europe-north1/gcp1-prod/ingress", adopt=True))
        assert "'ingress' stands where 'general' belongs" in found.message

    def test_an_id_in_a_cluster_that_is_created_is_refused(self) -> None:
        (found,) = of_rule("C2", self.edit("varde-k8s-prod-3a4b/europe-north1/gcp1-prod/general", adopt=False))
        assert "a new cluster has no node pool to adopt" in found.message
