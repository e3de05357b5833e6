"""Rules of clusters on bare metal, each with the edit of the sample that breaks it."""

from __future__ import annotations

import pytest

from model.planning.order_sheet import order_sheet
from model.rules.baremetal_addresses import block_of
from tests.model.cases import DEV, PROD, ROOT, estate, of_rule, refused, warned
from tests.other_clusters import other_clusters

USER_NODES = "nodes: [{address: 10.20.20.11}, {address: 10.20.20.12}, {address: 10.20.20.13}]"
BALANCER = "ingress_vip: 10.20.20.30\n          pools: {internal: {addresses: [10.20.20.30-10.20.20.39]}}\n"
IMPORT = "import_id: projects/varde-k8s-dev-5e6f/locations/europe-north1/bareMetalAdminClusters/bm1-dev-admin"


def balanced(lines: str, *, advanced: bool = True) -> dict[str, str]:
    """Return the example with another load balancer, of `lines`."""
    inner = lines.replace("\n", "\n          ")
    switch = "        advanced_networking: true\n" if advanced else ""
    head = "        load_balancer:\n          "
    return other_clusters({f"{head}{BALANCER}": f"{switch}{head}{inner}\n"})


class TestNames:
    """What can not be changed later."""

    def test_an_id_of_41_characters_is_refused(self) -> None:
        refused("BM1", other_clusters({"id: bm1-dev-user-cluster": f"id: b{'x' * 40}"}), saying="has 41 characters")

    def test_two_pools_of_one_name_are_refused(self) -> None:
        pool = "      node_pools:\n          - name: general\n            nodes: [{address: 10.20.20.101}"
        extra = "      node_pools:\n          - {name: general, nodes: [{address: 10.20.20.110}]}\n"
        edit = other_clusters({pool: extra + pool.split("\n", 1)[1]})
        refused("BM1", edit, saying="two node pools 'general'")

    def test_its_name_and_membership_are_its_own(self) -> None:
        refused("X6", other_clusters({"- name: bm1-dev\n": "- name: onp1-dev\n"}), saying="'onp1-dev'")
        edit = other_clusters({"id: bm1-dev-user-cluster": "id: onp1-dev-user-cluster"})
        refused("E2", edit, saying="membership 'onp1-dev-user-cluster'")


class TestVersions:
    """bmctl brings the admin cluster up first; the API's clusters follow."""

    user = "network: metal\n        version: 1.35.100-gke.144\n        control_plane:\n"

    def on(self, version: str) -> dict[str, str]:
        return other_clusters({self.user: self.user.replace("1.35.100-gke.144", version)})

    def test_ahead_of_the_admin_cluster_it_is_refused(self) -> None:
        refused("BM2", self.on("1.35.200-gke.1"), saying="above its admin cluster bm1-dev-admin")

    def test_two_minors_behind_are_allowed_and_three_are_not(self) -> None:
        assert not of_rule("BM2", self.on("1.33.0-gke.799"))
        refused("BM2", self.on("1.32.0-gke.1087"), saying="3 minors below")

    def test_an_unknown_admin_cluster_is_refused(self) -> None:
        edit = other_clusters({"admin_cluster: bm1-dev-admin": "admin_cluster: bm1-dev-admn"})
        refused("BM2", edit, saying="did you mean 'bm1-dev-admin'")

    def test_a_minor_outside_the_catalogue_is_refused_and_an_end_that_is_near_warned_of(self) -> None:
        refused("BM3", self.on("1.33.0-gke.799"), saying="baremetal: of stacks/versions.yaml")
        warned("BM3", self.on("1.34.300-gke.66"), saying="ends on 2026-12-11")


class TestMachines:
    """Nothing makes a machine, so each is named."""

    @pytest.mark.parametrize("count", [0, 2, 4])
    def test_a_control_plane_has_one_machine_or_three(self, count: int) -> None:
        nodes = ", ".join(f"{{address: 10.20.20.{11 + number}}}" for number in range(count))
        refused("BM4", other_clusters({USER_NODES: f"nodes: [{nodes}]"}), saying=f"has {count} machines")

    def test_a_single_one_is_refused_in_production(self) -> None:
        dev, prod = other_clusters(), (ROOT / PROD).read_text(encoding="utf-8")
        section = "  hybrid:baremetal:" + next(iter(dev.values())).split("  hybrid:baremetal:")[1]
        section = section.replace(USER_NODES, "nodes: [{address: 10.20.68.11}]").replace("10.20.20.", "10.20.68.")
        section = section.replace("k8s-dev-5e6f", "k8s-prod-3a4b").replace("bm1-dev", "bm1-prod")
        refused("X8", {PROD: f"{prod}\n{section}"}, saying="bm1-prod is in production with one control plane machine")

    def test_a_cluster_has_a_pool_and_a_pool_has_machines(self) -> None:
        pool = "nodes: [{address: 10.20.20.101}, {address: 10.20.20.102, labels: {varde.fjellverket.example/rack: b}}]"
        refused("BM5", other_clusters({pool: "nodes: []"}), saying="'general' of bm1-dev has no machine")
        (text,) = other_clusters().values()
        begin, rest = text.rsplit("      node_pools:\n", 1)
        assert rest.count("\n") == 3
        refused("BM5", {DEV: f"{begin}      node_pools: []\n"}, saying="bm1-dev has no node pool")

    def test_a_taint_is_complete_and_stands_once(self) -> None:
        label = "labels: {varde.fjellverket.example/pool: general}\n"
        taint = "{key: a, value: b, effect: NO_EXECUTE}"
        text = next(iter(other_clusters().values()))
        times = text.count(label)

        def tainted(taints: str) -> dict[str, str]:
            begin, end = text.rsplit(label, 1)
            return {"stacks/Pulumi.dev.yaml": f"{begin}taints: [{taints}]\n            {label}{end}"}

        assert times > 1
        assert not of_rule("BM5", tainted(taint))
        refused("BM5", tainted(f"{taint}, {taint}"), saying="this taint twice")
        refused("BM5", tainted("{key: a, value: '', effect: NO_EXECUTE}"), saying="has no value")

    @pytest.mark.parametrize(
        ("storage", "saying"),
        [
            ("{disks: {path: mnt/disks}}", "no absolute path"),
            ("{disks: {path: /mnt/localpv-share/disks}}", "each would take the other's"),
            ("{disks: {storage_class: local-shared}}", "one storage class 'local-shared'"),
            ("{shared: {volumes: 0}}", "at least 1"),
        ],
    )
    def test_volumes_of_two_kinds_are_apart(self, storage: str, saying: str) -> None:
        old = "        pods: 100.110.0.0/16\n"
        refused("BM6", other_clusters({old: f"{old}        storage: {storage}\n"}), saying=saying)


class TestAdoption:
    """An admin cluster is bmctl's, and always adopted."""

    def test_another_admin_clusters_id_is_refused(self) -> None:
        refused("BM7", other_clusters({IMPORT: f"{IMPORT}2"}), saying="of bare-metal admin cluster bm1-dev-admin")

    def test_a_user_clusters_id_is_its_own_and_comes_with_adoption(self) -> None:
        own = "projects/varde-k8s-dev-5e6f/locations/europe-north1/bareMetalClusters/bm1-dev-user-cluster"
        line = "        id: bm1-dev-user-cluster\n"

        def adopted(fields: str) -> dict[str, str]:
            return other_clusters({line: f"{line}        {fields}\n"})

        assert not of_rule("BM7", adopted(f"mode: adopt\n        import_id: {own}"))
        refused("BM7", adopted("mode: adopt"), saying=f"add import_id: {own}")
        refused("BM7", adopted(f"import_id: {own}"), saying="would be made again")
        refused("BM7", adopted(f"mode: adopt\n        import_id: {own}2"), saying="taken over")

    def test_a_pool_is_adopted_with_its_cluster_alone(self) -> None:
        pool = "nodes: [{address: 10.20.20.101}"
        edit = other_clusters({pool: f"import_id: x\n            {pool}"})
        refused("BM7", edit, saying="its cluster is created")
        line = "        id: bm1-dev-user-cluster\n"
        edit = other_clusters({pool: f"import_id: x\n            {pool}", line: f"{line}        mode: adopt\n"})
        refused("BM7", edit, saying="import id of pool 'general' of bm1-dev is not its own")


class TestAddresses:
    """The same register as for every other cluster and site."""

    @pytest.mark.parametrize(
        ("old", "new", "rule", "saying"),
        [
            ("10.20.20.101", "10.20.20.12", "B45", "10.20.20.12"),
            ("10.20.20.101", "10.20.20.35", "B46", "10.20.20.35"),
            ("vip: 10.20.20.10\n", "vip: 10.20.20.11\n", "B22", "10.20.20.11"),
            ("vip: 10.20.20.10\n", "vip: 10.20.20.5\n", "B45", "control plane VIP 10.20.20.5"),
            ("pods: 100.110.0.0/16", "pods: 100.98.0.0/16", "A32", "100.98.0.0/16"),
            ("metal: {range: 10.20.20.0/24", "metal: {range: 10.20.17.0/24", "X6", "10.20.17.0/24"),
        ],
    )
    def test_an_address_of_something_else_is_refused(self, old: str, new: str, rule: str, saying: str) -> None:
        refused(rule, other_clusters({old: new}), saying=saying)

    def test_machines_and_vips_are_in_the_network(self) -> None:
        refused("BM8", other_clusters({"10.20.20.101": "10.20.21.101"}), saying="node of bm1-dev 10.20.21.101")
        refused(
            "BM8", other_clusters({"vip: 10.20.20.10\n": "vip: 10.20.21.10\n"}), saying="control plane VIP of bm1-dev"
        )
        refused("BM8", other_clusters({"gateway: 10.20.20.1,": "gateway: 10.20.20.255,"}), saying="gateway")

    def test_an_unknown_network_and_one_name_for_two_are_refused(self) -> None:
        refused("BM8", other_clusters({"network: metal\n": "network: metall\n"}, times=2), saying="network 'metall'")
        edit = other_clusters({"metal: {range": "node: {range"})
        refused("BM8", edit, saying="'node' is a network of hybrid:onprem too")

    def test_ranges_have_an_allowed_size_and_hold_all_nodes(self) -> None:
        refused("BM9", other_clusters({"pods: 100.110.0.0/16": "pods: 100.110.0.0/19"}), saying="range of pods")
        refused("BM9", other_clusters({"services: 100.109.0.0/20": "services: 100.109.0.0/25"}), saying="services")
        full = other_clusters({"pods: 100.110.0.0/16": "pods: 100.110.0.0/22"})
        refused("BM9", full, saying="holds 4 nodes at a /24 each, and the cluster has 5")

    @pytest.mark.parametrize(
        ("pods", "prefix"), [(32, 26), (33, 25), (64, 25), (65, 24), (110, 24), (128, 24), (129, 23), (250, 23)]
    )
    def test_a_node_has_twice_as_many_addresses_as_pods(self, pods: int, prefix: int) -> None:
        assert block_of(pods) == prefix

    @pytest.mark.parametrize("pods", [31, 251])
    def test_a_node_takes_32_to_250_pods(self, pods: int) -> None:
        old = "pods: 100.110.0.0/16\n"
        edit = other_clusters({old: f"{old}        max_pods_per_node: {pods}\n"})
        refused("BM9", edit, saying="32 to 250 is allowed")

    def test_maintenance_leaves_a_majority_and_names_nodes(self) -> None:
        old = "        pods: 100.110.0.0/16\n"

        def drained(blocks: str) -> dict[str, str]:
            return other_clusters({old: f"{old}        maintenance: [{blocks}]\n"})

        assert not of_rule("BM10", drained("10.20.20.11/32, 10.20.20.101/32"))
        refused("BM10", drained("10.20.20.8/29"), saying="drains 3 of 3")
        refused("BM10", drained("10.20.20.200/32"), saying="holds no node")

    def test_the_sites_firewalls_are_told_of_its_network_and_its_vips(self) -> None:
        dev = estate(other_clusters()).environments["dev"]
        rows = {row.key: row for row in order_sheet(dev)}
        apis = {end.name for flow in rows["operators"].flows for end in flow.targets}
        assert {"control plane VIP of bm1-dev", "admin VIP of bm1-dev-admin"} <= apis
        assert "network metal (VLAN 2020)" in {end.name for end in rows["google-apis"].sources}
        assert "network metal (VLAN 2020)" not in {end.name for end in rows["vcenter"].sources}


class TestLoadBalancer:
    """One of three kinds, with what it needs and nothing else."""

    bgp = (
        "kind: bgp\ningress_vip: 10.20.20.30\npools: {internal: {addresses: [10.20.20.30-10.20.20.39]}}\n"
        "asn: 64700\npeers: {tor: {address: 10.20.20.2, asn: 64701}}"
    )

    def test_a_complete_one_of_each_kind_is_taken(self) -> None:
        for lines in ("kind: manual\ningress_vip: 10.20.20.30", self.bgp):
            for rule in ("BM11", "BM12"):
                assert not of_rule(rule, balanced(lines))

    @pytest.mark.parametrize(
        ("lines", "saying"),
        [
            ("kind: metallb\ningress_vip: 10.20.20.30", "no address pool"),
            ("kind: manual\ningress_vip: 10.20.20.30\npools: {a: {addresses: [10.20.20.30]}}", "pools is of no use"),
            ("ingress_vip: 10.20.20.40\npools: {a: {addresses: [10.20.20.30]}}", "in no address pool"),
            ("ingress_vip: 10.20.20.30\npools: {a: {addresses: [10.20.20.30]}}\nasn: 64700", "asn is of no use"),
            (
                "ingress_vip: 10.20.20.30\npools: {a: {addresses: [10.20.20.30]}}\nbalancer_nodes: {nodes: []}",
                "names none",
            ),
            (
                "ingress_vip: 10.20.20.30\npools: {a: {addresses: [10.20.20.30]}}\n"
                "balancer_nodes: {nodes: [{address: 10.20.20.90}], kubelet: {}}",
                "no field for the kubelet",
            ),
        ],
    )
    def test_what_a_kind_lacks_or_has_no_use_for_is_refused(self, lines: str, saying: str) -> None:
        refused("BM11", balanced(lines), saying=saying)

    def test_a_port_that_is_none_is_refused(self) -> None:
        edit = other_clusters({"vip: 10.20.20.10\n": "vip: 10.20.20.10\n          port: 70000\n"})
        refused("BM11", edit, saying="port 70000")

    @pytest.mark.parametrize(
        ("old", "new", "saying"),
        [
            ("asn: 64700\n", "", "no autonomous system number"),
            ("asn: 64701", "asn: 64700", "only eBGP is spoken"),
            (
                "asn: 64701}",
                "asn: 64701, control_plane_nodes: [10.20.20.11]}",
                "10.20.20.12 of bm1-dev has no BGP peer",
            ),
            ("asn: 64701}", "asn: 64701, control_plane_nodes: [10.20.20.99]}", "10.20.20.99 is no control plane node"),
            ("address: 10.20.20.2,", "address: 10.20.20.11,", "is a control plane node of it"),
        ],
    )
    def test_bgp_has_numbers_and_a_peer_for_every_node(self, old: str, new: str, saying: str) -> None:
        assert self.bgp.count(old) == 1
        refused("BM12", balanced(self.bgp.replace(old, new)), saying=saying)

    def test_bgp_comes_with_advanced_networking(self) -> None:
        refused("BM12", balanced(self.bgp, advanced=False), saying="advanced_networking: true")
