"""Capacity: what all virtual machines need at their maximum, against what the files say the site has."""

from __future__ import annotations

import json

import pytest

from model.config.problems import Severity
from model.planning.capacity import ADD_ON_NODES, Capacity, Line, Resource, Where, capacity
from model.rules.capacity import limits
from operations.capacity import as_json, text
from operations.cli import main
from operations.console import FINE, MISUSED
from tests.model.cases import (
    DEV,
    PROD,
    SANDBOX,
    edited,
    environment,
    estate,
    of_rule,
    refused,
    second_generation,
    warned,
)

SMALL = {"host_size: {cores: 48, memory_gib: 512}": "host_size: {cores: 24, memory_gib: 192}"}
POOL = "        name: rp-varde-dev\n"
BEFORE_ACCESS = "      access:\n        account"
KUBECEPTION = {
    "        id: onp1-dev-user-cluster\n": (
        "        id: onp1-dev-user-cluster\n        provisioner: gkectl\n        control_plane_v2: false\n"
    )
}


def of(name: str, edit: dict[str, str] | None = None) -> Capacity:
    return capacity(environment(name) if edit is None else estate(edit).environments[name])


def line(table: Capacity, resource: Resource, where: Where) -> Line:
    (found,) = [each for each in table.lines if each.resource is resource and each.where is where]
    return found


class TestNeed:
    """The table of the sample organisation, computed from its files."""

    @pytest.mark.parametrize(
        ("name", "vcpus", "memory"),
        [("sandbox", 48, 160), ("dev", 112, 392), ("test", 96, 328), ("prod", 274, 1000)],
    )
    def test_all_vms_at_their_maximum_with_a_surge_node_for_each_pool(self, name: str, vcpus: int, memory: int) -> None:
        assert (of(name).vcpus, of(name).memory_gib) == (vcpus, memory)

    def test_storage_counts_disks_what_clusters_add_and_a_swap_file_for_each_machine(self) -> None:
        # 100 + 10 workstation; 3 x 40 + 40 + 25 + 240 admin; 3 x 60 + 120 control plane; (4 + 1) x 40 workers.
        disks = 110 + 425 + 300 + 200
        assert line(of("sandbox"), Resource.STORAGE, Where.DATASTORE).need == disks + 160

    def test_a_second_generation_counts_beside_the_first(self) -> None:
        # onp2-dev: 3 x (4, 8) control plane and (4 + 1) x (8, 32) workers.
        table = of("dev", second_generation({"licensed_nodes: 12": "licensed_nodes: 16"}))
        assert (table.vcpus, table.memory_gib) == (112 + 12 + 40, 392 + 24 + 160)

    def test_a_control_plane_in_the_admin_cluster_brings_add_on_nodes_and_their_disks(self) -> None:
        table, plain = of("dev", edited(DEV, KUBECEPTION)), of("dev")
        # The control plane moves; add-on nodes come, and one more of them for the admin cluster's own upgrade.
        assert table.vcpus == plain.vcpus + (ADD_ON_NODES + 1) * 4
        assert table.memory_gib == plain.memory_gib + (ADD_ON_NODES + 1) * 16
        assert [each.what for each in table.machines if "onp1-dev-admin" in each.what] == [
            "admin cluster onp1-dev-admin, control plane",
            "admin cluster onp1-dev-admin, add-on nodes",
            "admin cluster onp1-dev-admin, control plane of onp1-dev",
        ]
        added = {each.what.partition(", ")[2]: each.gib for each in table.disks if "onp1-dev-admin" in each.what}
        assert added == {"template": 40, "etcd": 100, "observability": 240, "metrics": 506, "disks of onp1-dev": 60}

    def test_advanced_clusters_have_disks_of_their_own(self) -> None:
        advanced = {"      - name: onp1-dev-admin\n": "      - name: onp1-dev-admin\n        advanced: true\n"}
        disks = {each.what: each.gib for each in of("dev", edited(DEV, advanced)).disks}
        assert disks["admin cluster onp1-dev-admin, template"] == 50
        assert disks["admin cluster onp1-dev-admin, observability"] == 20

    def test_machines_go_to_the_datastore_that_their_pool_or_cluster_names(self) -> None:
        pool = {"          - name: ingress\n": "          - name: ingress\n            datastore: ds-other\n"}
        table = of("dev", edited(DEV, pool))
        stores = {each.place: each for each in table.lines if each.where is Where.DATASTORE}
        # 3 x (40 GiB disk, 8 GiB swap file); of a datastore that the file does not size, nothing is known.
        assert stores["datastore ds-other"].need == 3 * 48
        assert stores["datastore ds-other"].have is None
        assert not stores["datastore ds-other"].tight

    def test_a_cluster_elsewhere_takes_nothing_of_these_hosts(self) -> None:
        elsewhere = {
            "        id: onp1-dev-user-cluster\n": (
                "        id: onp1-dev-user-cluster\n"
                "        vcenter: {compute_cluster: cl-2, resource_pool: cl-2/Resources/rp, datastore: ds-2}\n"
            )
        }
        table = of("dev", edited(DEV, elsewhere))
        # The workstation and the admin cluster stay.
        assert line(table, Resource.VCPU, Where.HOSTS).need == 16
        assert {each.place for each in table.lines if each.where is Where.DATASTORE} == {
            "datastore ds-2",
            "datastore ds-oslo1-dev-vmfs01",
        }


class TestHave:
    """What the site has, with the assumptions that stand in the file."""

    def test_one_host_fewer_has_that_much_less(self) -> None:
        table = of("prod")
        assert line(table, Resource.VCPU, Where.HOSTS).have == 6 * 48 * 2
        assert line(table, Resource.VCPU, Where.ONE_LOST).have == 5 * 48 * 2
        assert line(table, Resource.MEMORY, Where.ONE_LOST).have == pytest.approx(5 * 512 * 0.95)

    def test_the_assumptions_are_the_files(self) -> None:
        wanted = (
            "      assumptions: {vcpus_per_core: 1.5, host_memory_percent: 10, storage_headroom_percent: 50}\n"
            f"{BEFORE_ACCESS}"
        )
        table = of("dev", edited(DEV, {BEFORE_ACCESS: wanted}))
        assert line(table, Resource.VCPU, Where.HOSTS).have == 3 * 48 * 1.5
        assert line(table, Resource.MEMORY, Where.HOSTS).have == pytest.approx(3 * 512 * 0.9)
        assert line(table, Resource.STORAGE, Where.DATASTORE).have == 12288 / 2

    def test_the_limit_of_a_pool_counts_where_there_is_one(self) -> None:
        limit = line(of("sandbox"), Resource.MEMORY, Where.LIMIT)
        assert (limit.need, limit.have, limit.free) == (160, 256, 96)
        assert not [each for each in of("dev").lines if each.where is Where.LIMIT]


class TestWarnings:
    """Overcommitting is allowed, so too little is a warning; what vCenter refuses is an error."""

    def test_the_sample_has_room_with_a_host_lost(self) -> None:
        assert of_rule("A94") == []

    def test_all_vms_at_their_maximum_beyond_the_limit_are_warned_of(self) -> None:
        short = edited(SANDBOX, {"memory_limit_mib: 262144": "memory_limit_mib: 163839"})
        warned("A94", short, saying="need 163840 MiB")
        assert of_rule("A94", edited(SANDBOX, {"memory_limit_mib: 262144": "memory_limit_mib: 163840"})) == []

    def test_a_reservation_above_the_limit_is_refused(self) -> None:
        more = "memory_limit_mib: 262144\n        memory_reservation_mib: 300000"
        refused("A94", edited(SANDBOX, {"memory_limit_mib: 262144": more}), saying="reserves 300000 MiB and is limited")

    def test_a_reservation_above_what_the_hosts_have_is_refused(self) -> None:
        more = edited(DEV, {POOL: f"{POOL}        memory_reservation_mib: 1572865\n"})
        refused("A94", more, saying="the 3 hosts have 1572864")

    def test_a_reservation_that_the_loss_of_a_host_breaks_is_warned_of(self) -> None:
        more = edited(DEV, {POOL: f"{POOL}        memory_reservation_mib: 1200000\n"})
        warned("A94", more, saying="the resource pool reserves 1171.88 GiB of memory; 2 hosts, one lost")

    def test_what_fits_until_a_host_is_lost_is_warned_of_once(self) -> None:
        found = of_rule("A94", edited(DEV, SMALL))
        messages = [each.message for each in found]
        assert len(messages) == 2
        assert "need 112 vCPU; 2 hosts, one lost, at 2 to a core, have 96" in messages[0] + messages[1]
        assert (
            "need 392 GiB of memory; 2 hosts, one lost, less 5 % of their own, have 364.8" in messages[0] + messages[1]
        )
        assert {each.severity for each in found} == {Severity.WARNING}

    def test_where_all_hosts_are_too_few_the_lost_one_is_no_news(self) -> None:
        tiny = {"host_size: {cores: 48, memory_gib: 512}": "host_size: {cores: 16, memory_gib: 512}"}
        (found,) = of_rule("A94", edited(DEV, tiny))
        assert "3 hosts, at 2 to a core, have 96" in found.message

    def test_a_full_datastore_is_warned_of_with_what_is_kept_free(self) -> None:
        full = edited(DEV, {"capacity_gib: 12288": "capacity_gib: 2100"})
        found = warned("A94", full, saying="need 1707 GiB of disks and swap files; datastore ds-oslo1-dev-vmfs01 has")
        assert "20 % kept free, 1680" in found.message

    def test_a_node_larger_than_a_host_is_warned_of(self) -> None:
        large = edited(PROD, {"host_size: {cores: 48, memory_gib: 512}": "host_size: {cores: 12, memory_gib: 512}"})
        warned("A94", large, saying="pool general: a VM of 16 vCPU and 65536 MiB is larger than a host of 12 cores")


class TestLimits:
    """What a cluster and an admin cluster hold at most (A95)."""

    def test_a_cluster_of_more_nodes_than_it_holds_is_refused(self) -> None:
        many = edited(DEV, {"nodes: {min: 5, start: 6, max: 8}": "nodes: {min: 5, start: 6, max: 499}"})
        refused("A95", many, saying="grow to 501 nodes")
        fits = edited(DEV, {"nodes: {min: 5, start: 6, max: 8}": "nodes: {min: 5, start: 6, max: 498}"})
        assert of_rule("A95", fits) == []

    def test_an_admin_cluster_of_more_user_clusters_than_it_manages_is_refused(self) -> None:
        env = environment("dev")
        (user,) = env.onprem.user_clusters
        many = tuple(user for _ in range(101))
        crowded = env.onprem.model_copy(update={"user_clusters": many})
        sections = {**env.sections, "hybrid:onprem": crowded}
        (found,) = limits(type(env)(env.name, env.source, env.organisation, env.teams, env.today, sections))
        assert "manages 101 user clusters" in found.message


class TestTable:
    """The table as people and machines read it."""

    def test_a_person_sees_need_have_and_free_and_what_was_assumed(self) -> None:
        lines = text(environment("prod"), of("prod")).splitlines()
        assert ["together", "24", "274", "1000", "2295"] in [each.split() for each in lines]
        assert ["vCPU", "5", "hosts,", "one", "lost", "274", "480", "206"] in [each.split() for each in lines]
        assert "2 vCPU to a core" in lines[-1]

    def test_what_is_too_little_says_so(self) -> None:
        small = edited(DEV, SMALL)
        env = estate(small).environments["dev"]
        rows = [each for each in text(env, capacity(env)).splitlines() if each.endswith("too little")]
        assert len(rows) == 2
        assert as_json(env, capacity(env))["fits"] is False
        assert as_json(environment("dev"), of("dev"))["fits"] is True

    def test_the_command_prints_the_tables_of_the_environments_it_is_asked_for(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["capacity", "prod", "--json"]) == FINE
        printed = json.loads(capsys.readouterr().out)
        assert printed.keys() == {"prod"}
        assert (printed["prod"]["vcpus"], printed["prod"]["memory_gib"]) == (274, 1000)
        assert main(["capacity", "prd"]) == MISUSED
        assert "did you mean 'prod'" in capsys.readouterr().err
