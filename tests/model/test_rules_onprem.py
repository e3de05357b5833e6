"""On-prem clusters, their node pools and their load balancers: what warns, and what is wrong together with more.

Files that break one rule alone are in test_wrong_onprem.py.
"""

from __future__ import annotations

import pytest

from model.config.problems import Severity
from tests.model import forms
from tests.model.cases import DEV, PROD, edited, of_rule, problems, refused, second_generation, warned
from tests.model.forms import Data, changed

WORKSTATION = "      name: onp1-dev-ws\n"
ADMIN_NODES = "          hostnames: onp1-dev-admin-cp-{n}\n"
USER = "        id: onp1-dev-user-cluster\n"
USER_NODES = "          hostnames: onp1-dev-cp-{n}\n"
GENERAL = "            nodes: {min: 5, start: 6, max: 8}\n            cpus: 8\n            memory_mib: 32768\n"
POOLS = """\
          pools:
            internal: {addresses: [10.20.17.30-10.20.17.39]}
            external: {addresses: [10.20.17.40-10.20.17.49], manual_assign: true}
            eastwest: {addresses: [10.20.17.50/32], manual_assign: true}
"""
VIP = "          ingress_vip: 10.20.17.30\n"
BALANCER = f"          kind: metallb\n{VIP}{POOLS}"


def after(anchor: str, line: str) -> dict[str, str]:
    """Return the dev stack with a line behind `anchor`."""
    return edited(DEV, {anchor: f"{anchor}{line}\n"})


REFUSED = {
    "a workstation away from the admin cluster": (
        "A8",
        edited(DEV, {f"{WORKSTATION}      network: admin": f"{WORKSTATION}      network: node"}),
        "'admin'",
    ),
    "MetalLB without pools": ("B52", edited(DEV, {POOLS: ""}), "no address pool"),
    "a manual load balancer with pools": (
        "B52",
        edited(DEV, {"          kind: metallb\n": "          kind: manual\n"}),
        "does not use them",
    ),
    "two kinds of load balancer below one admin cluster": (
        "A35",
        second_generation(
            {BALANCER: f"          kind: manual\n{VIP}          ports: {{ingress_http: 30080, ingress_https: 30443}}\n"}
        ),
        "onp1-dev has load balancer 'manual' and its admin cluster onp1-dev-admin has 'metallb'",
    ),
    "a pool that is made with no node": (
        "B31",
        edited(DEV, {"{min: 5, start: 6": "{min: 5, start: 0"}),
        "made with 0 nodes",
    ),
    "an import id that is cut short": ("B30", edited(PROD, {"/vmwareNodePools/general": ""}), "wrong number of parts"),
}


@pytest.mark.parametrize(("rule", "edit", "saying"), REFUSED.values(), ids=REFUSED)
def test_a_stack_is_refused_for(rule: str, edit: dict[str, str], saying: str) -> None:
    refused(rule, edit, saying=saying)


def test_a_user_cluster_without_node_pools_is_refused() -> None:
    def bare(onprem: Data) -> None:
        forms.user(onprem)["node_pools"] = []

    refused("B30", changed(bare), saying="has no node pool")


def test_a_user_cluster_with_one_control_plane_node_outside_production_is_warned_of() -> None:
    warned("B75", after(USER_NODES, "          replicas: 1"), saying="user cluster onp1-dev has one control plane node")


def test_an_old_admin_cluster_with_one_node_outside_production_is_warned_of() -> None:
    def old(onprem: Data) -> None:
        forms.adopted(onprem)
        forms.admin(onprem)["control_plane"]["replicas"] = 1

    warned("B75", changed(old), saying="admin cluster onp1-dev-admin has one control plane node")


def test_every_pool_with_a_taint_is_warned_of() -> None:
    edit = after(GENERAL, "            taints: [{key: a, value: b, effect: NO_EXECUTE}]")
    warned("B39", edit, saying="every node pool of onp1-dev has a taint")


def test_a_preflight_check_skipped_in_production_is_warned_of() -> None:
    line = "        id: onp1-prod-user-cluster\n"
    edit = edited(PROD, {line: f"{line}        skip_validations: {{names: [VIPS], reason: a drill}}\n"})
    warned("B54", edit, saying="skips VIPS")


class TestWhoDrivesACluster:
    """The API and gkectl can do different things, and versions change which."""

    def test_a_control_plane_in_the_admin_cluster_is_gkectls_and_ends_with_1_32(self) -> None:
        def by_api(onprem: Data) -> None:
            forms.hosted(onprem)
            del forms.user(onprem)["provisioner"]

        refused("B20", changed(by_api), saying="only gkectl can manage")
        warned("B66", changed(forms.hosted), saying="runs in onp1-dev-admin, which 1.32 no longer has")

    @pytest.mark.parametrize(("exists", "number"), [(False, 1), (True, 0)])
    def test_on_1_30_only_one_that_exists_is_left_without_controlplane_v2(self, exists: bool, number: int) -> None:
        def later(onprem: Data) -> None:
            forms.hosted(onprem)
            forms.on_version("1.30.1300-gke.84")(onprem)
            forms.user(onprem)["registered"] = exists

        assert len(of_rule("B3", changed(later))) == number

    def test_an_advanced_cluster_of_gkectls_has_controlplane_v2_and_an_advanced_admin_cluster_has_advanced_users(
        self,
    ) -> None:
        def half(onprem: Data) -> None:
            forms.admin_by_gkectl(onprem)
            forms.admin(onprem)["advanced"] = True

        def without(onprem: Data) -> None:
            half(onprem)
            forms.user(onprem).update({"advanced": True, "control_plane_v2": False})

        def whole(onprem: Data) -> None:
            half(onprem)
            forms.user(onprem)["advanced"] = True

        def one_node(onprem: Data) -> None:
            whole(onprem)
            forms.user(onprem)["control_plane"]["replicas"] = 1

        refused("B3", changed(half), saying="is advanced and its user cluster onp1-dev is not")
        refused("B3", changed(without), saying="advanced and without Controlplane V2")
        assert not [each for each in problems(changed(whole)) if each.severity is Severity.ERROR]
        refused("B7", changed(one_node), saying="advanced ones have 3")

    def test_the_platform_holds_a_version_before_a_user_cluster_goes_to_it(self) -> None:
        def behind(onprem: Data) -> None:
            forms.platform_ahead(onprem)
            del forms.admin(onprem)["platform_version"]

        refused("A65", changed(behind), saying="the platform of onp1-dev-admin holds 1.29.1200-gke.98")
        assert not of_rule("A65", changed(forms.platform_ahead))

    def test_the_old_dataplane_knows_neither_windows_nor_advanced_networking_and_is_warned_of(self) -> None:
        def more(onprem: Data) -> None:
            forms.old_dataplane(onprem)
            forms.windows(onprem)
            forms.user(onprem)["advanced_networking"] = True

        refused("B32", changed(more), saying="Windows nodes and not Dataplane V2")
        refused("B8", changed(more), saying="advanced networking")
        warned("B66", changed(forms.old_dataplane), saying="without Dataplane V2, which 1.31 and later require")

    def test_seesaw_is_not_the_apis_and_a_big_ip_that_is_left_is_warned_of(self) -> None:
        def seesaw(onprem: Data) -> None:
            forms.manual(onprem)
            forms.on_version("1.27.100-gke.1")(onprem)
            balancer = forms.user(onprem)["load_balancer"]
            del balancer["ports"]
            balancer["kind"] = "seesaw"

        refused("A33", changed(seesaw), saying="'seesaw', which the API has no field for")
        warned("B66", changed(forms.f5), saying="user cluster onp1-dev on 1.29 has load balancer 'f5'")

    def test_metallb_may_stand_below_an_admin_cluster_that_still_has_seesaw(self) -> None:
        def moved(onprem: Data) -> None:
            forms.admin(onprem)["load_balancer"] = {"kind": "seesaw"}

        assert not of_rule("A35", changed(moved))

    def test_a_control_plane_in_the_admin_cluster_needs_its_node_ports_behind_a_load_balancer_of_ones_own(self) -> None:
        def bare(onprem: Data) -> None:
            forms.manual(onprem)
            forms.hosted(onprem)
            del forms.admin(onprem)["load_balancer"]

        found = refused("A34", changed(bare), saying="control_plane names no node port")
        assert found.remedy == "add control_plane"
        refused("A34", changed(bare), saying="konnectivity names no node port")


class TestAdminCluster:
    """What an admin cluster without high availability still needs, and what it cannot have."""

    def test_one_node_behind_a_load_balancer_of_ones_own_answers_on_a_node_port(self) -> None:
        def single(onprem: Data) -> None:
            forms.manual(onprem)
            forms.admin(onprem)["control_plane"]["replicas"] = 1

        def wrong(onprem: Data) -> None:
            single(onprem)
            forms.admin(onprem)["load_balancer"]["control_plane_node_port"] = 443

        refused("A34", changed(single), saying="no node port for its load balancer")
        refused("B48", changed(wrong), saying="control_plane_node_port is 443")

    def test_a_storage_policy_is_for_three_nodes(self) -> None:
        def single(onprem: Data) -> None:
            forms.storage_policy(onprem)
            forms.admin(onprem)["control_plane"]["replicas"] = 1

        refused("A24", changed(single), saying="which only one with three nodes can")

    def test_its_node_addresses_are_in_the_register_but_for_those_that_user_clusters_hold_in_it(self) -> None:
        def beside(onprem: Data) -> None:
            forms.hosted(onprem)
            forms.admin(onprem)["node_addresses"] = ["10.20.16.5-10.20.16.6", "10.20.16.21-10.20.16.26"]

        assert not of_rule("B45", changed(forms.hosted))
        refused("A7", changed(beside), saying="overlaps")


class TestNodePools:
    """Windows and host groups ask something of the pools beside them."""

    def test_a_cluster_of_windows_alone_is_refused(self) -> None:
        def alone(onprem: Data) -> None:
            for each in forms.user(onprem)["node_pools"]:
                each.update({"image_type": "windows", "image": "win2019"})

        refused("B32", changed(alone), saying="every node pool of onp1-dev runs Windows")

    def test_one_host_group_for_all_pools_is_refused_and_advanced_clusters_know_none(self) -> None:
        def one(onprem: Data) -> None:
            forms.host_groups(onprem)
            forms.pool(onprem, "general")["host_groups"] = ["hg-dev-a"]

        def advanced(onprem: Data) -> None:
            forms.host_groups(onprem)
            forms.admin_by_gkectl(onprem)
            forms.user(onprem)["advanced"] = forms.admin(onprem)["advanced"] = True

        refused("B36", changed(one), saying="losing its hosts loses all nodes")
        refused("B36", changed(advanced), saying="advanced clusters know no host groups")


class TestLogIn:
    """What only bothers people warns; what locks them out is refused."""

    def test_people_who_log_in_every_hour_are_warned_of(self) -> None:
        def short(onprem: Data) -> None:
            forms.log_in(onprem)
            forms.user(onprem)["authentication"]["scopes"] = ["openid", "email"]

        warned("B81", changed(short), saying="log in again whenever a token ends")

    @pytest.mark.parametrize("redirect", ["http://localhost/callback", "http://localhost:way/callback"])
    def test_the_way_back_names_a_port(self, redirect: str) -> None:
        def nowhere(onprem: Data) -> None:
            forms.log_in(onprem)
            forms.user(onprem)["authentication"]["kubectl_redirect"] = redirect

        refused("B81", changed(nowhere), saying="a port of their own machine")

    def test_a_user_is_named_by_a_claim(self) -> None:
        def nobody(onprem: Data) -> None:
            forms.log_in(onprem)
            forms.user(onprem)["authentication"]["user_claim"] = " "

        refused("B81", changed(nobody), saying="which claim of the token names the user")


def test_a_port_of_the_proxy_is_a_number() -> None:
    def wrong(onprem: Data) -> None:
        onprem["proxy"] = {"url": "http://proxy.example:port", "no_proxy": ["10.0.0.0/8"]}

    refused("A38", changed(wrong), saying="a scheme and a port")


def test_a_second_generation_needs_licences_and_nothing_else() -> None:
    found = refused("X10", second_generation(), saying="= 14 worker nodes, and the licences cover 12")
    assert found.file == DEV
    raised = problems(second_generation({"licensed_nodes: 12": "licensed_nodes: 16"}))
    assert [problem.text() for problem in raised if problem.severity is Severity.ERROR] == []
